"""How acts write down what was found, put it right and take it back; the act that asks writes the line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from foundation.actor import Actor
from foundation.workflow import NotPossibleError
from inspections.actions.on_site import ConflictError
from inspections.models import (
    ChecklistItem,
    Finding,
    Inspection,
    Inspector,
    Mode,
    Severity,
)
from inspections.workflow import FINDING


@dataclass(frozen=True)
class Found:
    """One problem as it comes in, under a number made by whoever sends it."""

    uuid: UUID
    fact: str
    severity: int
    mode: str
    days: int | None = None
    # What was done about it at once; only where it was put right.
    fixed_words: str = ""


def enter_findings(
    held: Inspection,
    inspector: Inspector,
    found: Sequence[tuple[Found, ChecklistItem | None, datetime]],
) -> list[Finding]:
    """The rows, each closed at once where it was put right."""
    if Finding.objects.filter(uuid__in=[one.uuid for one, _, _ in found]).exists():
        raise ConflictError
    return Finding.objects.bulk_create(
        _finding(held, inspector, one, item, found_at) for one, item, found_at in found
    )


def is_same(before: Finding, found: Found) -> bool:
    """Does it say what was written down under its number? Put right it was perhaps afterwards."""
    if (before.fact, before.severity) != (found.fact, found.severity):
        return False
    if before.fixed_at and not found.fixed_words:
        return True
    days = None if found.mode == Mode.ON_THE_SPOT else found.days
    said = (before.mode, before.days, before.fixed_words)
    return said == (found.mode, days, found.fixed_words)


def refuse_otherwise(again: Iterable[Found]) -> None:
    """What came before with its answer may come again, but not with other words."""
    again = list(again)
    rows = Finding.objects.filter(uuid__in=[one.uuid for one in again])
    known = {row.uuid: row for row in rows}
    if any(one.uuid not in known or not is_same(known[one.uuid], one) for one in again):
        raise ConflictError


def put_right(row: Finding, words: str, fixed_at: datetime, by: int | None) -> None:
    """It was put right at once, whatever was proposed; what is a case stays one."""
    if row.mode == Mode.CASE:
        raise NotPossibleError("须立案或移送的问题不能以当场改正销号。")
    row.state = FINDING.after(row.state, "fix on the spot")
    row.mode, row.days = Mode.ON_THE_SPOT, None
    row.fixed_at, row.fixed_by_id, row.fixed_words = fixed_at, by, words


def take_back(row: Finding, reason: str, by: Actor, at: datetime) -> None:
    """It was a mistake: the row stays readable and counts nowhere."""
    row.state = FINDING.after(row.state, "withdraw")
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = at, by.user_id, reason
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _finding(
    held: Inspection,
    inspector: Inspector,
    found: Found,
    item: ChecklistItem | None,
    found_at: datetime,
) -> Finding:
    if found.mode == Mode.IN_TIME and not found.days:
        raise NotPossibleError("限期整改请写明建议的天数。")
    row = Finding(
        uuid=found.uuid,
        inspection=held,
        section_id=inspector.section_id,
        item=item,
        fact=found.fact,
        severity=Severity(found.severity),
        mode=found.mode,
        days=None if found.mode == Mode.ON_THE_SPOT else found.days,
        found_at=found_at,
        found_by_id=inspector.user_id,
    )
    if found.fixed_words:
        put_right(row, found.fixed_words, found_at, inspector.user_id)
    return row
