"""What pages and the door ask about people, sign-ins and departments."""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import Model, Q, QuerySet, Sum
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.client import DEVICE_PREFIX
from foundation.accounts.models import Department, Role, RoleSetting, StaffSession, User
from foundation.accounts.rules import Permission, permissions
from foundation.audit.changes import Change
from foundation.audit.queries import trail_of
from foundation.clock.queries import computer_now

HOUR = timedelta(hours=1)


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


def open_sign_ins(user: User) -> QuerySet[StaffSession]:
    """The sign-ins of this person that are not over, the oldest first."""
    return user.sign_ins.filter(ended_at=None).order_by("started_at", "pk")


def sign_in_history(user: User, since: datetime) -> QuerySet[StaffSession]:
    """Open sign-ins and those that ended lately, newest first."""
    return user.sign_ins.filter(Q(ended_at=None) | Q(ended_at__gte=since)).order_by(
        "-started_at", "-pk"
    )


def totp_required(role: str) -> bool:
    """Must this role enter a one-time code? The administrator's setting, else the default."""
    setting = RoleSetting.objects.filter(role=role).values_list("totp_required", flat=True).first()
    return role in settings.TOTP_REQUIRED_ROLES if setting is None else setting


def totp_device(user: User) -> TOTPDevice | None:
    """The person's confirmed authenticator."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return device


def begun_enrolment(user: User, pk: int | None) -> TOTPDevice | None:
    """An authenticator of this person that no code has confirmed yet."""
    begun = TOTPDevice.objects.filter(user=user, confirmed=False)
    device: TOTPDevice | None = begun.filter(pk=pk).first()
    return device


def in_groups(device: TOTPDevice) -> str:
    """The secret in groups of four, for typing where no camera is at hand."""
    secret = base64.b32encode(device.bin_key).decode()
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def recovery_codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    count: int = StaticToken.objects.filter(device__user=user, device__confirmed=True).count()
    return count


def must_change_password(user: User, at: datetime) -> str:
    """Why this person must choose a new password before anything else; empty when not."""
    if user.must_change_password:
        return "这是别人为您设置的一次性密码，请先换成只有您自己知道的密码。"
    changed = user.password_changed_at
    if changed is None:
        return "" if settings.DEMO else "演示用的初始密码不能在正式运行中使用，请先修改密码。"
    if at - changed > timedelta(days=settings.PASSWORD_MAX_AGE_DAYS):
        return f"密码已使用超过 {settings.PASSWORD_MAX_AGE_DAYS} 天，请先修改密码。"
    return ""


def one_time_password_is_old(user: User, at: datetime) -> bool:
    """A password set by somebody else is good for a few days only."""
    set_at = user.password_changed_at
    days = timedelta(days=settings.ONE_TIME_PASSWORD_DAYS)
    return user.must_change_password and set_at is not None and at - set_at > days


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


def phone_warning(department: Department, on: date) -> str:
    """Why the department's telephone should not be trusted as it stands; empty when all is well."""
    if not department.complaint_phone:
        return "未登记投诉举报电话"
    return _stale_words(department.phone_checked_on, on)


def email_warning(department: Department, on: date) -> str:
    """The same of its mailbox, which it need not have."""
    return _stale_words(department.email_checked_on, on) if department.complaint_email else ""


def _stale_words(checked: date | None, on: date) -> str:
    if checked is None:
        return "从未核对"
    if (on - checked).days > settings.CONTACT_STALE_DAYS:
        return f"超过 {settings.CONTACT_STALE_DAYS} 天未核对"
    return ""


@dataclass(frozen=True)
class DirectoryLine:
    """One department in the directory, and whether its telephone and mailbox can be trusted."""

    department: Department
    phone_warning: str
    email_warning: str


def directory(on: date) -> list[DirectoryLine]:
    """The directory: the office, the members, then the towns."""
    rows = Department.objects.order_by("sort_order", "code")
    return [DirectoryLine(row, phone_warning(row, on), email_warning(row, on)) for row in rows]


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


def is_locked(person: User) -> bool:
    """Have wrong passwords locked this account anywhere just now?"""
    since = computer_now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=person.username, attempt_time__gte=since)
    by_address = attempts.order_by().values("ip_address").annotate(n=Sum("failures_since_start"))
    return any(line["n"] >= settings.AXES_FAILURE_LIMIT for line in by_address) or (
        account_limit(person.username) is not None
    )


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


def account_limit(username: str) -> datetime | None:
    """Until when guesses at this account from anywhere but its known devices are refused."""
    failures = _counted_for(username).filter(username=username)
    strange = failures.exclude(ip_address__startswith=DEVICE_PREFIX)
    return _freed_at(strange, settings.FAILURES_PER_ACCOUNT_AND_HOUR)


def address_limit(address: str, username: str) -> datetime | None:
    """Until when nobody at this address may try, for one password may be tried on many accounts.

    Whom the administrator has unlocked may: the whole office can have one address.
    """
    failures = _counted_for(username).filter(ip_address=address)
    return _freed_at(failures, settings.FAILURES_PER_ADDRESS_AND_HOUR)


def _counted_for(username: str) -> "QuerySet[AccessFailureLog]":
    """The failures that may stand in the way of this account: of the last hour, after its unlocking."""
    since = computer_now() - HOUR
    unlocked = User.objects.filter(username=username).values_list("unlocked_at", flat=True).first()
    return AccessFailureLog.objects.filter(attempt_time__gt=max(since, unlocked or since))


def _freed_at(failures: "QuerySet[AccessFailureLog]", limit: int) -> datetime | None:
    """When the oldest failure of a full hour no longer counts."""
    moments = list(
        failures.order_by("-attempt_time").values_list("attempt_time", flat=True)[:limit]
    )
    return moments[-1] + HOUR if len(moments) >= limit else None
