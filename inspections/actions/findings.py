"""What is found wrong on site: recorded, put right while the inspectors are there or given a term, or withdrawn as mistaken."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.found import Found, enter_findings, is_same, put_right, take_back
from inspections.actions.inspecting import keep
from inspections.actions.on_site import (
    ConflictError,
    explain_late,
    goes,
    hold_visit,
    moment_on_site,
    own_line,
    refuse_late,
    refuse_others,
)
from inspections.models import ChecklistItem, Finding, Inspection, Inspector, Mode
from inspections.queries.records import lacks_finding


@transaction.atomic
def record_finding(
    *,
    inspection: Inspection,
    found: Found,
    item: ChecklistItem | None = None,
    found_at: datetime | None = None,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Finding:
    """An inspector writes down what is wrong, beside an item of the own part or outside the checklist."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = goes(held, by)
    if before := _known(held, inspector, found, item):
        return before
    line = own_line(held, inspector, item) if item else None
    found_at = found_at or moment_on_site(held, at)
    # What was answered as not met is described however late: the visit could not be concluded otherwise.
    late = explain_late if line and lacks_finding(line) else refuse_late
    late(held, found_at, at, late_reason)
    made = enter_findings(held, inspector, [(found, item, found_at)])[0]
    keep(held, "late_reason")
    words = (
        f"{inspector.section}登记问题：{made.fact}（{made.get_severity_display()}，{made.outcome}）"
    )
    record(
        "inspection.finding_recorded", target=held, by=by, at=at, words=words, reason=late_reason
    )
    return made


@transaction.atomic
def fix_on_the_spot(
    *,
    finding: Finding,
    words: str,
    fixed_at: datetime | None = None,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Finding:
    """It was put right while the inspectors were there (立行立改): closed, without a term, and counted apart."""
    at = at or now()
    held, row = _held(finding, by)
    if row.fixed_at and (row.fixed_by_id, row.fixed_words) == (by.user_id, words):
        return row
    fixed_at = fixed_at or max(moment_on_site(held, at), row.found_at)
    refuse_late(held, fixed_at, at, late_reason)
    put_right(row, words, fixed_at, by.user_id)
    row.save(update_fields=["state", "mode", "days", "fixed_at", "fixed_by", "fixed_words"])
    keep(held, "late_reason")
    said = f"当场改正：{row.fact}；{words}"
    record(
        "inspection.fixed_on_the_spot", target=held, by=by, at=at, words=said, reason=late_reason
    )
    return row


@transaction.atomic
def set_term(*, finding: Finding, days: int, by: Actor, at: datetime | None = None) -> Finding:
    """It could not be put right while the inspectors were there: a term is proposed instead (限期整改)."""
    at = at or now()
    held, row = _held(finding, by)
    if (row.mode, row.days) == (Mode.IN_TIME, days):
        return row
    if not row.is_unfixed:
        raise NotPossibleError("只有立行立改、还没有当场改正的问题可以改为限期整改。")
    row.mode, row.days = Mode.IN_TIME, days
    row.save(update_fields=["mode", "days"])
    keep(held)
    words = f"未能当场改正，改为{row.outcome}：{row.fact}"
    record("inspection.term_set", target=held, by=by, at=at, words=words)
    return row


@transaction.atomic
def withdraw_finding(
    *, finding: Finding, reason: str, by: Actor, at: datetime | None = None
) -> Finding:
    """What was written down by mistake is withdrawn before the conclusion, with the reason."""
    at = at or now()
    held, row = _held(finding, by)
    take_back(row, reason, by, at)
    keep(held)
    words = f"撤销问题：{row.fact}"
    record("inspection.finding_withdrawn", target=held, by=by, at=at, words=words, reason=reason)
    return row


def _held(finding: Finding, by: Actor) -> tuple[Inspection, Finding]:
    """The finding in its visit under lock, to those who found it and to the lead."""
    held = hold_visit(finding.inspection)
    inspector = goes(held, by)
    row = Finding.objects.select_related("section").get(pk=finding.pk)
    refuse_others(held, inspector, row.section, "问题")
    return held, row


def _known(
    held: Inspection, inspector: Inspector, found: Found, item: ChecklistItem | None
) -> Finding | None:
    """What came before under this number: the same, or a conflict."""
    before = Finding.objects.filter(uuid=found.uuid).first()
    if before is None:
        return None
    kept = (before.inspection_id, before.found_by_id, before.item_id)
    asked = (held.pk, inspector.user_id, item.pk if item else None)
    if kept != asked or not is_same(before, found):
        raise ConflictError
    return before
