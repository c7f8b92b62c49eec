"""Terms in working days, as far as the days of the week tell."""

from datetime import date, timedelta

_SATURDAY = 5


def after_weekdays(on: date, days: int) -> date:
    """So many weekdays after this day. Holidays and the days worked for them are not known here: the page says so."""
    found = on
    while days:
        found += timedelta(days=1)
        days -= found.weekday() < _SATURDAY
    return found
