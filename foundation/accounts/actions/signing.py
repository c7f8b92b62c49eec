"""Coming in and going out: every sign-in is a row that its owner can see and end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from foundation.accounts.client import session_digest
from foundation.accounts.models import Department, SessionEnd, StaffSession, User
from foundation.accounts.queries.sign_ins import open_sign_ins
from foundation.actor import CLOCK, Actor
from foundation.audit.actions import record
from foundation.clock.queries import computer_now, now


@dataclass(frozen=True)
class Opened:
    """A new sign-in, and those that had to end for it."""

    sign_in: StaffSession
    ended: list[StaffSession]


@transaction.atomic
def open_sign_in(
    *, key_digest: str, device: str, address: str | None, by: User, at: datetime | None = None
) -> Opened:
    """Someone has signed in. Beyond the number allowed at once the oldest sign-ins end."""
    at = at or now()
    User.objects.select_for_update().get(pk=by.pk)
    before = list(open_sign_ins(by))
    crowded_out = before[: max(0, len(before) + 1 - settings.SESSIONS_AT_ONCE)]
    _end(crowded_out, SessionEnd.CROWDED_OUT, at)
    sign_in = StaffSession.objects.create(
        user=by,
        key_digest=key_digest,
        device=device,
        address=address,
        role=by.role,
        department_id=by.department_id,
        started_at=at,
        last_seen_at=at,
    )
    words = f"登录系统（{device}）"
    if crowded_out:
        words += f"，同时登录超过 {settings.SESSIONS_AT_ONCE} 处，最早的一处已退出"
    record("account.signed_in", target=by, by=by.actor, at=at, words=words)
    return Opened(sign_in, crowded_out)


@transaction.atomic
def note_seen(*, sign_in: StaffSession, by: User, at: datetime | None = None) -> None:
    """The person is still there. Not a line of the trail: it is written every minute."""
    sign_in.last_seen_at = at or now()
    sign_in.save(update_fields=["last_seen_at"])


@transaction.atomic
def rekey(*, sign_in: StaffSession, key_digest: str, by: User) -> None:
    """The session got a new key; the sign-in stays the same."""
    sign_in.key_digest = key_digest
    sign_in.save(update_fields=["key_digest"])


@transaction.atomic
def end_by_itself(
    *, sign_in: StaffSession, why: SessionEnd, by: Actor = CLOCK, at: datetime | None = None
) -> None:
    """A sign-in is over by its time, or because role, department or account changed."""
    at = at or now()
    if not _end([sign_in], why, at):
        return
    record(
        "account.session_ended",
        target=sign_in.user,
        by=by,
        at=at,
        words=f"登录结束：{why.label}（{sign_in.device}）",
    )


@transaction.atomic
def sign_out(*, sign_in: StaffSession, by: User, at: datetime | None = None) -> None:
    """The person has left this device."""
    at = at or now()
    if _end([sign_in], SessionEnd.SIGNED_OUT, at):
        record("account.signed_out", target=by, by=by.actor, at=at, words="退出登录")


@transaction.atomic
def end_one(*, sign_in: StaffSession, by: User, at: datetime | None = None) -> None:
    """The person ends one of the own sign-ins from another place."""
    at = at or now()
    if _end([sign_in], SessionEnd.ENDED_ELSEWHERE, at):
        words = f"结束了自己的一处登录（{sign_in.device}）"
        record("account.session_ended", target=by, by=by.actor, at=at, words=words)


@transaction.atomic
def sign_out_everywhere(*, by: User, at: datetime | None = None) -> int:
    """The person leaves every device at once."""
    at = at or now()
    count = end_all(person=by, why=SessionEnd.ENDED_ELSEWHERE, by=by.actor, at=at)
    words = f"退出全部登录，共 {count} 处"
    record("account.signed_out_everywhere", target=by, by=by.actor, at=at, words=words)
    return count


@transaction.atomic
def end_all(
    *,
    person: User,
    why: SessionEnd,
    by: Actor,
    at: datetime,
    besides: StaffSession | None = None,
) -> int:
    """End every sign-in of a person; part of another act, which writes the line."""
    kept = besides.pk if besides else None
    return _end([one for one in open_sign_ins(person) if one.pk != kept], why, at)


@transaction.atomic
def note_lock(*, person: User, words: str, by: Actor, at: datetime) -> None:
    """Wrong passwords have locked an account; the words say by which limit, and for whom."""
    record("account.locked", target=person, by=by, at=at, words=words)


@transaction.atomic
def note_wrong_codes(*, person: User, address: str, by: Actor, at: datetime) -> None:
    """The password was right, the one-time codes were not: somebody may know the password."""
    words = f"密码正确但连续 {settings.TOTP_TRIES} 次动态口令错误，来自 {address or '未知地址'}"
    record("account.codes_refused", target=person, by=by, at=at, words=words)


@transaction.atomic
def forget_old_sign_ins(*, by: Actor, at: datetime | None = None) -> int:
    """What the law no longer asks to keep: failed and ended sign-ins, and sessions that are over."""
    at, kept = at or now(), timedelta(days=settings.NETWORK_LOG_DAYS)
    _end_without_session(at)
    counts = (
        AccessFailureLog.objects.filter(attempt_time__lt=computer_now() - kept).delete(),
        StaffSession.objects.filter(ended_at__lt=at - kept).delete(),
        Session.objects.filter(expire_date__lt=computer_now()).delete(),
    )
    forgotten = sum(count for count, _ in counts)
    if forgotten:
        record(
            "account.sign_ins_forgotten",
            target=Department.objects.get(code="office"),
            by=by,
            at=at,
            words=f"清理 {settings.NETWORK_LOG_DAYS} 天以前的登录记录和过期会话，共 {forgotten} 条",
        )
    return forgotten


def _end_without_session(at: datetime) -> None:
    """Sign-ins whose browser never came back: nobody else would end them, and so forget them."""
    alive = Session.objects.filter(expire_date__gte=computer_now())
    digests = [session_digest(key) for key in alive.values_list("session_key", flat=True)]
    left = StaffSession.objects.filter(ended_at=None).exclude(key_digest__in=digests)
    _end(list(left), SessionEnd.EXPIRED, at)


def _end(sign_ins: list[StaffSession], why: SessionEnd, at: datetime) -> int:
    open_ones = StaffSession.objects.filter(pk__in=[one.pk for one in sign_ins], ended_at=None)
    return open_ones.update(ended_at=at, ended_why=why)
