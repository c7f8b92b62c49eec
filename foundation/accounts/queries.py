"""What pages and the door ask about people, sign-ins and departments."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.models import Department, Role, RoleSetting, StaffSession, User
from foundation.accounts.rules import Permission, permissions


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


def departments() -> QuerySet[Department]:
    """The directory, members first, then towns."""
    return Department.objects.order_by("sort_order", "code")


def contact_warning(department: Department, on: date) -> str:
    """Why the department's telephone should not be trusted as it stands; empty when all is well."""
    if not department.complaint_phone:
        return "未登记投诉举报电话"
    checked = department.contact_checked_on
    if checked is None:
        return "从未核对"
    if (on - checked).days > settings.CONTACT_STALE_DAYS:
        return f"超过 {settings.CONTACT_STALE_DAYS} 天未核对"
    return ""
