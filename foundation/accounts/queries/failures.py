"""Failed sign-ins: which of them lock whom, and what is shown of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import QuerySet, Sum

from foundation.accounts.client import DEVICE_PREFIX, device_words
from foundation.accounts.models import User
from foundation.clock.queries import computer_now

_HOUR = timedelta(hours=1)
_SHOWN_FOR, _MOST_SHOWN = timedelta(days=30), 20
_KNOWN = "本人的常用设备"


@dataclass(frozen=True)
class Failure:
    """A try with a wrong password, as the owner of the account can recognise it."""

    at: datetime
    device: str
    address: str


def recent_failures(username: str) -> list[Failure]:
    """The last tries with a wrong password at this account, newest first."""
    since = computer_now() - _SHOWN_FOR
    log = AccessFailureLog.objects.filter(username=username, attempt_time__gt=since)
    return [
        Failure(one.attempt_time, device_words(one.user_agent), _place(one.ip_address or ""))
        for one in log.order_by("-attempt_time", "-pk")[:_MOST_SHOWN]
    ]


def _place(address: str) -> str:
    return _KNOWN if address.startswith(DEVICE_PREFIX) else address


def is_locked(person: User) -> bool:
    """Have wrong passwords locked this account anywhere just now?"""
    since = computer_now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=person.username, attempt_time__gte=since)
    by_address = attempts.order_by().values("ip_address").annotate(n=Sum("failures_since_start"))
    return any(line["n"] >= settings.AXES_FAILURE_LIMIT for line in by_address) or (
        account_limit(person.username) is not None
    )


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
    since = computer_now() - _HOUR
    unlocked = User.objects.filter(username=username).values_list("unlocked_at", flat=True).first()
    counted: QuerySet[AccessFailureLog] = AccessFailureLog.objects.filter(
        attempt_time__gt=max(since, unlocked or since)
    )
    return counted


def _freed_at(failures: "QuerySet[AccessFailureLog]", limit: int) -> datetime | None:
    """When the oldest failure of a full hour no longer counts."""
    moments = list(
        failures.order_by("-attempt_time").values_list("attempt_time", flat=True)[:limit]
    )
    return moments[-1] + _HOUR if len(moments) >= limit else None
