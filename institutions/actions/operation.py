"""Reading what is sealed in an institution's file: it is an act, and leaves its line."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.sealing import Sealed, UnsealError
from foundation.workflow import NotPossibleError
from institutions.models import Custody, Representative


@transaction.atomic
def read_phone(
    *, representative: Representative, reason: str, by: Actor, at: datetime | None = None
) -> str:
    """An officer reads the whole telephone number of a person who answers for the institution."""
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


def _opened(sealed: Sealed) -> str:
    """The whole number; a lost key is said, not shown as a fault of the portal."""
    try:
        return sealed.open()
    except UnsealError:
        raise NotPossibleError("号码解密失败：密钥缺失或密文已损坏。请联系系统管理员。") from None
