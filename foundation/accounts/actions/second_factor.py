"""The second factor: an authenticator and, for the day it is lost, recovery codes."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.actions.signing import end_all
from foundation.accounts.models import Role, RoleSetting, SessionEnd, StaffSession, User
from foundation.audit.actions import record
from foundation.audit.changes import Change
from foundation.clock.queries import now
from foundation.facts import refuse_stale

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 5
_STORED = 16


@transaction.atomic
def begin_enrolment(*, by: User) -> TOTPDevice:
    """A new secret for an authenticator, in place of one begun before; a code has to confirm it."""
    User.objects.select_for_update().get(pk=by.pk)
    TOTPDevice.objects.filter(user=by, confirmed=False).delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=by, name="身份验证器", confirmed=False)
    return device


@transaction.atomic
def confirm_enrolment(
    *,
    device: TOTPDevice,
    code: str,
    sign_in: StaffSession | None,
    by: User,
    at: datetime | None = None,
) -> tuple[TOTPDevice, list[str]] | None:
    """The first right code confirms the authenticator and gives the recovery codes, once.

    Every other sign-in of the person ends: it has shown no code, and has no page to show one.
    """
    at = at or now()
    begun = TOTPDevice.objects.select_for_update().filter(user=by, confirmed=False)
    held = begun.filter(pk=device.pk).first()
    # No exception for a wrong code: the count of wrong ones must be kept.
    if held is None or not held.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=by, confirmed=True).delete()
    held.confirmed = True
    held.save(update_fields=["confirmed"])
    codes = _new_codes(by)
    ended = end_all(person=by, why=SessionEnd.SECOND_FACTOR, by=by.actor, at=at, besides=sign_in)
    words = "绑定了身份验证器" + (f"，其他 {ended} 处登录已退出" if ended else "")
    record("account.totp_enrolled", target=by, by=by.actor, at=at, words=words)
    return held, codes


@transaction.atomic
def check_code(*, code: str, by: User, at: datetime | None = None) -> TOTPDevice | None:
    """A code of the authenticator or a recovery code: each is good for one sign-in."""
    at = at or now()
    device: TOTPDevice | None = (
        TOTPDevice.objects.select_for_update().filter(user=by, confirmed=True).first()
    )
    if device is None:
        return None
    if len(code) == device.digits and code.isdecimal():
        return device if device.verify_token(code) else None
    spare = StaticDevice.objects.select_for_update().filter(user=by, confirmed=True).first()
    if spare is None or not spare.verify_token(_digest(code)):
        return None
    left = spare.token_set.count()
    words = f"用恢复码登录，还剩 {left} 个"
    record("account.recovery_code_used", target=by, by=by.actor, at=at, words=words)
    return device


@transaction.atomic
def renew_recovery_codes(*, by: User, at: datetime | None = None) -> list[str]:
    """New recovery codes; the old ones are worth nothing from now on."""
    at = at or now()
    codes = _new_codes(by)
    words = f"重新生成了 {len(codes)} 个恢复码，旧的作废"
    record("account.recovery_codes_renewed", target=by, by=by.actor, at=at, words=words)
    return codes


@transaction.atomic
def reset_second_factor(*, person: User, reason: str, by: User, at: datetime | None = None) -> None:
    """The administrator takes a lost authenticator off; the person enrols anew."""
    at = at or now()
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    end_all(person=person, why=SessionEnd.RESET, by=by.actor, at=at)
    record(
        "account.totp_reset",
        target=person,
        by=by.actor,
        at=at,
        words="解除了身份验证器与恢复码，本人须重新绑定",
        reason=reason,
    )


@transaction.atomic
def set_totp_required(
    *, role: Role, required: bool, was: bool, version: int, by: User, at: datetime | None = None
) -> RoleSetting:
    """The administrator decides for a role whether sign-in needs a one-time code."""
    at = at or now()
    setting, _ = RoleSetting.objects.select_for_update().get_or_create(
        role=role, defaults={"totp_required": was, "version": 0}
    )
    refuse_stale(setting, version)
    setting.totp_required = required
    setting.version += 1
    setting.save(update_fields=["totp_required", "version"])
    said = {True: "须输入动态口令", False: "不须动态口令"}
    record(
        "role.totp_set",
        target=setting,
        by=by.actor,
        at=at,
        words=f"将“{role.label}”的登录要求设为“{said[required]}”",
        changes={"totp_required": Change("登录要求", said[was], said[required])},
    )
    return setting


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    spare = StaticDevice.objects.create(user=user, name="恢复码", confirmed=True)
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(
        StaticToken(device=spare, token=_digest(code)) for code in codes
    )
    return codes


def _digest(code: str) -> str:
    """The database holds what a code proves, not the code."""
    plain = code.casefold().replace("-", "").replace(" ", "")
    return salted_hmac("accounts.recovery", plain, algorithm="sha256").hexdigest()[:_STORED]
