"""Reading what an institution's file shows masked: it is an act, and leaves its line."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.models import Attachment
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.sealing import Sealed, UnsealError
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold
from institutions.models import Custody, Institution, Representative, Scan


@transaction.atomic
def read_phone(
    *, representative: Representative, reason: str, by: Actor, at: datetime | None = None
) -> str:
    """An officer reads the whole telephone number of a person who answers for the institution."""
    hold(representative.institution)
    phone = _opened(representative.phone)
    record(
        "representative.phone_read",
        target=representative,
        subject=representative.institution,
        by=by,
        at=at or now(),
        words=f"查看了{representative}的完整联系电话",
        reason=reason,
    )
    return phone


@transaction.atomic
def read_account(*, custody: Custody, reason: str, by: Actor, at: datetime | None = None) -> str:
    """An officer reads the whole number of the account in which fees are kept."""
    hold(custody.institution)
    account = _opened(custody.account)
    record(
        "custody.account_read",
        target=custody,
        subject=custody.institution,
        by=by,
        at=at or now(),
        words="查看了资金监管专户的完整账号",
        reason=reason,
    )
    return account


@transaction.atomic
def read_contact_phone(
    *, institution: Institution, reason: str, by: Actor, at: datetime | None = None
) -> str:
    """An officer reads the whole telephone number of the institution's contact."""
    held = hold(institution)
    record(
        "institution.phone_read",
        target=held,
        by=by,
        at=at or now(),
        words="查看了机构联系人的完整联系电话",
        reason=reason,
    )
    return held.contact_phone


@transaction.atomic
def read_custody_scan(
    *, scan: Scan, reason: str, by: Actor, at: datetime | None = None
) -> Attachment:
    """An officer opens the scanned agreement on the custody account, which holds the whole number."""
    hold(scan.institution)
    record(
        "scan.read",
        target=scan,
        subject=scan.institution,
        by=by,
        at=at or now(),
        words=f"查看了扫描件“{scan}”（{scan.get_kind_display()}）",
        reason=reason,
    )
    return scan.attachment


def _opened(sealed: Sealed) -> str:
    """The whole number; a lost key is said, not shown as a fault of the portal."""
    try:
        return sealed.open()
    except UnsealError:
        raise NotPossibleError("号码解密失败：密钥缺失或密文已损坏。请联系系统管理员。") from None
