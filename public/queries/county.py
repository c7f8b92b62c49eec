"""Whom to call and how to pay: what stands on public pages beside the register."""

import hashlib
import time

from foundation.accounts.models import Department
from foundation.law.queries import limits
from public.pages import Contact, County, PaymentRules

# Public pages may be this many seconds old; so may the directory that they show.
REMEMBERED_SECONDS = 10.0
_RULES = ("prepaid_months", "prepaid_lessons", "prepaid_yuan")

_remembered: tuple[float, County] | None = None


def county() -> County:
    """The directory of complaint telephones and the payment limits, asked for at most every ten seconds."""
    global _remembered
    if _remembered is None or time.monotonic() - _remembered[0] > REMEMBERED_SECONDS:
        _remembered = (time.monotonic(), _ask())
    return _remembered[1]


def forget_county() -> None:
    """Ask the database again at the next question."""
    global _remembered
    _remembered = None


def _ask() -> County:
    months, lessons, yuan = (limits(*_RULES)[key] for key in _RULES)
    rows = Department.objects.filter(is_active=True).exclude(complaint_phone="", complaint_email="")
    contacts = tuple(
        Contact(row.name, row.complaint_phone, row.complaint_email, row.contact_checked_on)
        for row in rows
    )
    rules = PaymentRules(months, lessons, yuan)
    digest = hashlib.sha256(repr((contacts, rules)).encode()).hexdigest()
    return County(contacts, rules, digest)
