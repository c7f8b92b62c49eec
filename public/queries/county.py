"""Whom to call and how to pay: what stands on public pages beside the register."""

from functools import lru_cache

from foundation.accounts.models import Department
from foundation.law.queries import limits
from public.pages import Contact, County, PaymentRules

_RULES = ("prepaid_months", "prepaid_lessons", "prepaid_yuan")


@lru_cache(maxsize=2)
def county(mark: str) -> County:
    """The directory of complaint telephones and the payment limits, as they are after that change."""
    months, lessons, yuan = (limits(*_RULES)[key] for key in _RULES)
    rows = Department.objects.filter(is_active=True).exclude(complaint_phone="", complaint_email="")
    contacts = tuple(
        Contact(row.name, row.complaint_phone, row.complaint_email, row.phone_checked_on)
        for row in rows
    )
    return County(contacts, PaymentRules(months, lessons, yuan))
