"""Who may do what: read from one table that the office can read too."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import DepartmentKind, Role, User


@dataclass(frozen=True)
class Permission:
    """One line of the table: what may be done, in the office's words, and by which roles."""

    code: str
    words: str
    roles: frozenset[str]


@cache
def permissions() -> Mapping[str, Permission]:
    """The whole table, by code. An unknown role in its head stops the start."""
    with settings.PERMISSIONS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {
        line["permission"]: Permission(
            line["permission"],
            line["words"],
            frozenset(role for role in Role.values if line[role] == "●"),
        )
        for line in lines
    }


def may(user: User | AnonymousUser, permission: str) -> bool:
    """Does the table give this person's role that permission? Strangers may nothing."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.role in permissions()[permission].roles


def is_staff_member(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_active


def may_manage_people(user: User | AnonymousUser) -> bool:
    return may(user, "people.manage")


def may_view_departments(user: User | AnonymousUser) -> bool:
    return may(user, "departments.view")


def may_manage_departments(user: User | AnonymousUser) -> bool:
    return may(user, "departments.manage")


# Which roles live in which kind of department: the office does not inspect, a town does not decide.
_FITS = {
    DepartmentKind.OFFICE: {Role.OFFICE, Role.LEAD, Role.HEAD, Role.AUDIT, Role.ADMIN},
    DepartmentKind.MEMBER: {Role.OFFICER, Role.DEPARTMENT_HEAD, Role.AUDIT, Role.ADMIN},
    DepartmentKind.GUEST: {Role.OFFICER, Role.DEPARTMENT_HEAD, Role.AUDIT},
    DepartmentKind.TOWN: {Role.TOWN},
}


def role_fits(role: Role, kind: DepartmentKind) -> bool:
    """Can someone in this kind of department have this role?"""
    return role in _FITS[kind]
