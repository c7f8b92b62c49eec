"""What pages ask about people, their roles and what those may do."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from foundation.accounts.models import Role, RoleSetting, User
from foundation.accounts.rules import Permission, permissions
from foundation.audit.changes import Change
from foundation.audit.queries import trail_of


def staff() -> QuerySet[User]:
    """Everybody, with the department, in the order of the directory."""
    return User.objects.select_related("department").order_by(
        "department__sort_order", "department__code", "username"
    )


def find_people(words: str, department: str, state: str) -> QuerySet[User]:
    """The list of people, narrowed."""
    people = staff()
    if words:
        people = people.filter(Q(name__icontains=words) | Q(username__icontains=words))
    if department:
        people = people.filter(department__code=department)
    if state in ("active", "disabled"):
        people = people.filter(is_active=state == "active")
    return people


def role_permissions(role: str) -> list[Permission]:
    """What a role may do, in the order of the table."""
    return [permission for permission in permissions().values() if role in permission.roles]


@dataclass(frozen=True)
class RoleLine:
    """One role on the page of roles."""

    role: Role
    totp_required: bool
    version: int
    people: int


def role_lines() -> list[RoleLine]:
    """Every role with its setting and how many people have it."""
    stored = {setting.role: setting for setting in RoleSetting.objects.all()}
    people = list(User.objects.filter(is_active=True).values_list("role", flat=True))
    return [
        RoleLine(
            role,
            stored[role].totp_required if role in stored else role in settings.TOTP_REQUIRED_ROLES,
            stored[role].version if role in stored else 0,
            people.count(role),
        )
        for role in Role
    ]


@dataclass(frozen=True)
class PermissionLine:
    """One line of the table of permissions: for every role, may or may not."""

    words: str
    may: list[tuple[Role, bool]]


def permission_lines() -> list[PermissionLine]:
    """The table as the page shows it."""
    return [
        PermissionLine(permission.words, [(role, role in permission.roles) for role in Role])
        for permission in permissions().values()
    ]


@dataclass(frozen=True)
class Missed:
    """What others have changed since a form was opened."""

    by: str
    at: datetime
    changes: list[Change]


def missed_changes(row: Model, acts: tuple[str, ...], versions: int) -> Missed | None:
    """The changes of the last versions of this row, from the trail, oldest value and newest."""
    events = [event for event in trail_of(row) if event.act in acts][: max(versions, 0)]
    if not events:
        return None
    merged: dict[str, Change] = {}
    for event in reversed(events):
        for change in event.changed:
            first = merged.get(change.label, change)
            merged[change.label] = Change(change.label, first.before, change.after)
    return Missed(events[0].by_label, events[0].at, list(merged.values()))
