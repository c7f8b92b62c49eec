"""What pages ask about the directory of departments."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from foundation.accounts.models import Department


def phone_warning(department: Department, on: date) -> str:
    """Why the department's telephone should not be trusted as it stands; empty when all is well."""
    if not department.complaint_phone:
        return "未登记投诉举报电话"
    return _stale_words(department.phone_checked_on, on)


def email_warning(department: Department, on: date) -> str:
    """The same of its mailbox, which it need not have."""
    return _stale_words(department.email_checked_on, on) if department.complaint_email else ""


@dataclass(frozen=True)
class DirectoryLine:
    """One department in the directory, and whether its telephone and mailbox can be trusted."""

    department: Department
    phone_warning: str
    email_warning: str


def directory(on: date) -> list[DirectoryLine]:
    """The directory: the office, the members, then the towns."""
    rows = Department.objects.order_by("sort_order", "code")
    return [DirectoryLine(row, phone_warning(row, on), email_warning(row, on)) for row in rows]


def _stale_words(checked: date | None, on: date) -> str:
    if checked is None:
        return "从未核对"
    if (on - checked).days > settings.CONTACT_STALE_DAYS:
        return f"超过 {settings.CONTACT_STALE_DAYS} 天未核对"
    return ""
