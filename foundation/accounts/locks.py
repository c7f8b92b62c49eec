"""Too many wrong passwords: counted before a password is checked at all."""

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from foundation.accounts.actions.signing import note_lock
from foundation.accounts.client import client_address, counted_as, knows_device
from foundation.accounts.models import User
from foundation.accounts.queries.failures import account_limit, address_limit
from foundation.actor import CLOCK
from foundation.clock.queries import computer_now, now


def keep_our_answer(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """axes asks what to show instead; the sign-in page has already said it."""
    return response


@contextmanager
def _checking_one_at_a_time(username: str) -> Iterator[None]:
    """Tries at one account wait for each other: a hundred at once are no more than one after another."""
    digest = hashlib.blake2b(username.encode(), digest_size=8).digest()
    with transaction.atomic(), connection.cursor() as cursor:
        number = int.from_bytes(digest, "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield


@dataclass(frozen=True)
class Lock:
    """Until when, and in words by which of the three limits."""

    until: datetime
    words: str


def try_password(
    request: HttpRequest, username: str, password: str
) -> tuple[User | None, datetime | None]:
    """Whose password it is, if anybody's; else until when nobody may try again, if it was tried too often."""
    with _checking_one_at_a_time(username):
        if until := _locked_until(request, username):
            return None, until
        user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        return user, None
    return None, _note_if_locked(request, username)


def _note_if_locked(request: HttpRequest, username: str) -> datetime | None:
    """After a wrong password: was it the one too many? Then it is written down, once."""
    lock = _lock_on(request, username)
    person = User.objects.filter(username=username).first()
    if lock is not None and person is not None:
        note_lock(person=person, words=lock.words, by=CLOCK, at=now())
    return lock.until if lock else None


def _locked_until(request: HttpRequest, username: str) -> datetime | None:
    """Until when no password of this account is checked for this client; None when one may try."""
    lock = _lock_on(request, username)
    return lock.until if lock else None


def _lock_on(request: HttpRequest, username: str) -> Lock | None:
    address = client_address(request)
    place = address or "未知地址"
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        words = f"连续 {settings.AXES_FAILURE_LIMIT} 次登录失败，来自 {place} 的登录已锁定"
        return Lock(_end_of_lock(request, username), words)
    if knows_device(request, username):
        return None
    if until := account_limit(username):
        tries = settings.FAILURES_PER_ACCOUNT_AND_HOUR
        words = f"一小时内该账号登录失败 {tries} 次，最近一次来自 {place}；常用设备以外的登录已锁定"
        return Lock(until, words)
    counted = counted_as(address)
    if counted and (until := address_limit(counted, username)):
        tries = settings.FAILURES_PER_ADDRESS_AND_HOUR
        words = f"一小时内来自 {place} 的登录失败 {tries} 次（不限账号），来自该地址的登录已锁定"
        return Lock(until, words)
    return None


def minutes_until(moment: datetime) -> int:
    """Whole minutes from now, at least one."""
    return max(1, math.ceil((moment - computer_now()).total_seconds() / 60))


def _end_of_lock(request: Any, username: str) -> datetime:
    attempts = AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
    newest = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return (newest or computer_now()) + settings.AXES_COOLOFF_TIME
