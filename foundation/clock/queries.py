"""What time it is in the office. Everything that depends on time asks here."""

import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from foundation.clock.models import ClockOffset

# A process asks the database for the demo's offset at most once in this many seconds.
REMEMBERED_SECONDS = 1.0

_remembered: tuple[float, timedelta] | None = None


@cache
def county_zone() -> ZoneInfo:
    """The county's time zone."""
    return ZoneInfo(settings.TIME_ZONE)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return computer_now() + offset()


def today() -> date:
    """Today's date in the county."""
    return county_day(now())


def county_day(moment: datetime) -> date:
    """The date in the county at this moment."""
    return moment.astimezone(county_zone()).date()


def computer_now() -> datetime:
    """The computer's own moment, for heartbeats and leases; never for what the office does."""
    return datetime.now(tz=UTC)


def offset() -> timedelta:
    """How far the office's clock was moved. Outside the demo it cannot be, and nothing is asked."""
    global _remembered
    if not settings.CLOCK_CAN_MOVE:
        return timedelta(0)
    if _remembered is None or abs(time.monotonic() - _remembered[0]) > REMEMBERED_SECONDS:
        stored = ClockOffset.objects.values_list("offset", flat=True).first()
        _remembered = (time.monotonic(), stored or timedelta(0))
    return _remembered[1]


def forget_offset() -> None:
    """Ask the database again at the next question."""
    global _remembered
    _remembered = None


def is_moved() -> bool:
    """Was the demo's clock ever moved on this database?"""
    return settings.CLOCK_CAN_MOVE and ClockOffset.objects.exists()
