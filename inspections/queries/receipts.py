"""What phones have sent and somebody has to look at: refused, in conflict, waiting for days, or by a wrong clock."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.accounts.models import User
from inspections import rules
from inspections.models import (
    ChecklistItem,
    Mode,
    OtherText,
    Receipt,
    ReceiptOutcome,
    Severity,
    SignatureRole,
    Value,
)

EARLY_DAYS = 3
# What is amiss, by the word in the address.
SHOWN = {
    "refused": "未接收",
    "conflict": "同一编号有两份内容",
    "incomplete": "缺照片或签名文件",
    "early": f"等待前一步超过{EARLY_DAYS}天",
    "clock": "手机时间不准",
}
KIND_WORDS = {
    "begin": "开始检查",
    "answer": "检查结果",
    "rest": "其余均合格",
    "finding": "登记问题",
    "fix": "当场改正",
    "withdraw": "撤销问题",
    "photo": "照片",
    "sign": "签名",
    "conclude": "检查结论",
}
_LABELS = {
    "item": "检查项",
    "items": "检查项",
    "value": "检查结果",
    "note": "情况说明",
    "reason": "理由",
    "fact": "问题事实",
    "severity": "严重程度",
    "mode": "整改方式",
    "days": "建议整改天数",
    "fixed": "当场改正情况",
    "words": "当场改正情况",
    "conclusion": "检查结论",
    "role": "签名人",
    "name": "姓名",
    "post": "职务",
    "refused": "拒签理由",
    "witness": "见证人",
    "stamp": "照片加注",
}
_VALUES: dict[str, dict[Any, str]] = {
    "value": dict(Value.choices),
    "severity": {number: str(label) for number, label in Severity.choices},
    "mode": dict(Mode.choices),
    "role": dict(SignatureRole.choices),
}


def receipts_of(user: User) -> QuerySet[Receipt]:
    """What this person may read: the office all, a department what its own people have sent."""
    if not rules.may_view_inspections(user):
        return Receipt.objects.none()
    rows = Receipt.objects.select_related(
        "by__department", "brought_by", "inspection__institution", "inspection__site"
    )
    rows = rows.annotate(has_others=Exists(OtherText.objects.filter(receipt=OuterRef("pk"))))
    return (
        rows if rules.sees_every_inspection(user) else rows.filter(by__department=user.department)
    )


def amiss(rows: QuerySet[Receipt], at: datetime, show: str = "") -> QuerySet[Receipt]:
    """Of these, what somebody has to look at: all of it, or what is amiss in one way."""
    ways = {
        "refused": Q(outcome=ReceiptOutcome.REFUSED),
        "conflict": Q(outcome=ReceiptOutcome.CONFLICT) | Q(has_others=True),
        "incomplete": Q(outcome=ReceiptOutcome.INCOMPLETE),
        "early": Q(outcome=ReceiptOutcome.EARLY, received_at__lt=at - timedelta(days=EARLY_DAYS)),
        "clock": Q(clock_is_wrong=True),
    }
    if show in ways:
        return rows.filter(ways[show])
    whole = Q()
    for one in ways.values():
        whole |= one
    return rows.filter(whole)


def said_in(text: str) -> list[tuple[str, str]]:
    """What an act says, in the office's words; nothing of what is no act."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []
    body = said.get("body") if isinstance(said, dict) else None
    return list(_told(body)) if isinstance(body, dict) else []


def _told(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if name == "found" and isinstance(value, dict):
            yield from _told(value)
        elif name in _LABELS and value not in (None, "", []):
            yield _LABELS[name], _worded(name, value)


def _worded(name: str, value: object) -> str:
    if name in ("item", "items"):
        wanted = value if isinstance(value, list) else [value]
        known = [one for one in wanted if type(one) is int and abs(one) < 2**63]
        rows = ChecklistItem.objects.select_related("area").filter(pk__in=known)
        return "；".join(str(one) for one in rows) or str(value)
    if isinstance(value, list):
        return "；".join(str(one) for one in value)
    return _VALUES.get(name, {}).get(value if isinstance(value, int | str) else "", str(value))
