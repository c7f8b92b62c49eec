"""The people: who works with the portal, where, in which role."""

from datetime import datetime
from functools import partial
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.actions.passwords import one_time_password
from foundation.accounts.actions.signing import end_all
from foundation.accounts.models import Department, DepartmentKind, Role, SessionEnd, User
from foundation.accounts.rules import role_fits
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, filled, snapshot
from foundation.clock.queries import computer_now, now
from foundation.facts import refuse_stale, unless_taken
from foundation.workflow import NotPossibleError

_FIELDS = ("name", "department", "role", "certificate_no")


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    department: Department,
    role: Role,
    certificate_no: str,
    by: Actor,
    at: datetime | None = None,
) -> tuple[User, str]:
    """A new account with a password for one use, which is told once and kept nowhere."""
    at = at or now()
    _refuse_unfit(role, department)
    password = one_time_password()
    with unless_taken(partial(_refuse_taken, username)):
        person = User.objects.create(
            username=username,
            name=name,
            department=department,
            role=role,
            certificate_no=certificate_no,
            password=make_password(password),
            must_change_password=True,
            password_changed_at=at,
            date_joined=at,
        )
    words = f"新增人员 {name}（{department.short_name}，{role.label}）"
    changes = compare(person, {}, filled(snapshot(person, ("username", *_FIELDS))))
    record("person.added", target=person, by=by, at=at, words=words, changes=changes)
    return person, password


@transaction.atomic
def amend_person(
    *, person: User, facts: dict[str, Any], version: int, by: User, at: datetime | None = None
) -> User:
    """Name, department, role, certificate. A changed role or department ends the sign-ins."""
    at = at or now()
    locked = _lock(person)
    refuse_stale(locked, version)
    before, was = snapshot(locked, _FIELDS), (locked.role, locked.department_id)
    for field in _FIELDS:
        setattr(locked, field, facts[field])
    moved = was != (locked.role, locked.department_id)
    if locked.pk == by.pk and was[0] != locked.role:
        raise NotPossibleError("不能修改自己的角色，请由另一位系统管理员办理。")
    if was[0] == Role.ADMIN != locked.role:
        _refuse_without_admin(locked)
    _refuse_unfit(Role(locked.role), locked.department)
    changes = compare(locked, before, snapshot(locked, _FIELDS))
    if not changes:
        return locked
    locked.version += 1
    locked.save(update_fields=[*_FIELDS, "version"])
    if moved:
        end_all(person=locked, why=SessionEnd.ROLE_CHANGED, by=by.actor, at=at)
    words = f"修改了{'、'.join(change.label for change in changes.values())}"
    record("person.amended", target=locked, by=by.actor, at=at, words=words, changes=changes)
    return locked


@transaction.atomic
def disable_person(*, person: User, reason: str, by: User, at: datetime | None = None) -> User:
    """A leaver's account is closed at once, and its sign-ins end."""
    at = at or now()
    locked = _lock(person)
    if locked.pk == by.pk:
        raise NotPossibleError("不能停用自己的账号，请由另一位系统管理员办理。")
    if not locked.is_active:
        raise NotPossibleError("这个账号已经停用。")
    if locked.role == Role.ADMIN:
        _refuse_without_admin(locked)
    locked.is_active = False
    locked.version += 1
    locked.save(update_fields=["is_active", "version"])
    end_all(person=locked, why=SessionEnd.DISABLED, by=by.actor, at=at)
    words = f"停用了 {locked.name} 的账号"
    record("person.disabled", target=locked, by=by.actor, at=at, words=words, reason=reason)
    return locked


@transaction.atomic
def enable_person(*, person: User, reason: str, by: User, at: datetime | None = None) -> User:
    """A closed account is opened again, with its old password."""
    at = at or now()
    locked = _lock(person)
    if locked.is_active:
        raise NotPossibleError("这个账号没有停用。")
    locked.is_active = True
    locked.version += 1
    locked.save(update_fields=["is_active", "version"])
    words = f"重新启用了 {locked.name} 的账号"
    record("person.enabled", target=locked, by=by.actor, at=at, words=words, reason=reason)
    return locked


@transaction.atomic
def unlock_person(*, person: User, reason: str, by: User, at: datetime | None = None) -> None:
    """Wrong passwords so far no longer count."""
    at = at or now()
    locked = _lock(person)
    AccessAttempt.objects.filter(username=locked.username).delete()
    locked.unlocked_at = computer_now()
    locked.save(update_fields=["unlocked_at"])
    words = f"解除了 {locked.name} 的登录锁定"
    record("person.unlocked", target=locked, by=by.actor, at=at, words=words, reason=reason)


def _lock(person: User) -> User:
    # All administrators are locked with the person, or two of them could disable each other at once.
    list(User.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))
    return (
        User.objects.select_for_update(of=("self",)).select_related("department").get(pk=person.pk)
    )


def _refuse_taken(username: str) -> None:
    if User.objects.filter(username__iexact=username).exists():
        raise NotPossibleError(f"用户名“{username}”已经有人使用，请换一个。")


def _refuse_without_admin(leaving: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=leaving.pk)
    if not others.exists():
        raise NotPossibleError("这是最后一位在用的系统管理员，请先增加另一位再办理。")


def _refuse_unfit(role: Role, department: Department) -> None:
    """A role belongs to a kind of department: the office does not inspect, a town does not decide."""
    kind = DepartmentKind(department.kind)
    if not role_fits(role, kind):
        raise NotPossibleError(f"“{kind.label}”的人员不能担任“{role.label}”，请核对部门与角色。")
