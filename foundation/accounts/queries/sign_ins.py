"""What pages and the door ask about sign-ins, and what they owe: a new password, a second factor."""

import base64
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.models import RoleSetting, StaffSession, User


def open_sign_ins(user: User) -> QuerySet[StaffSession]:
    """The sign-ins of this person that are not over, the oldest first."""
    return user.sign_ins.filter(ended_at=None).order_by("started_at", "pk")


def sign_in_history(user: User, since: datetime) -> QuerySet[StaffSession]:
    """Open sign-ins and those that ended lately, newest first."""
    return user.sign_ins.filter(Q(ended_at=None) | Q(ended_at__gte=since)).order_by(
        "-started_at", "-pk"
    )


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
