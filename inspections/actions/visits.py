"""A visit begins and is concluded: by its inspectors, at the moment it really did, whenever that is typed in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, county_zone, now
from foundation.clock.words import day_words
from foundation.clock.workdays import after_weekdays
from foundation.law.queries import limit
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import hold_inspection, keep
from inspections.actions.numbers import RECORD, paper_number
from inspections.actions.on_site import NotYetError, explain_late, goes, leads, refuse_late
from inspections.models import (
    LOCATED_FIELDS,
    Answer,
    Approval,
    Disclosure,
    Inspection,
    Inspector,
    Value,
    Where,
)
from inspections.queries.disclosures import RESULT_DAYS, public_words
from inspections.queries.evidence import signatures_of, unsigned
from inspections.queries.records import (
    LATE_ENTRY_DAYS,
    PartRecord,
    is_past_entry,
    obstacles,
    record_of,
    unapproved,
)
from inspections.workflow import INSPECTION


@transaction.atomic
def begin_inspection(
    *,
    inspection: Inspection,
    version: int,
    begun_at: datetime,
    late_reason: str = "",
    where: Where | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """One of its inspectors says when the visit began, and where if the phone was allowed to; from now on it is neither moved nor given up."""
    at = at or now()
    held = hold_inspection(inspection, version)
    may_begin = held.may_begin
    held.state = INSPECTION.after(held.state, "begin")
    if not may_begin:
        raise NotPossibleError("检查须经批准后实施。")
    goes(held, by)
    _refuse_unapproved(held, begun_at)
    refuse_late(held, begun_at, at, late_reason)
    if county_day(begun_at) != held.planned_on and not held.late_reason:
        raise NotPossibleError(
            f"检查安排在{day_words(held.planned_on)}，在另一天实施的请写明理由。"
        )
    held.begun_at, held.begun_by_id, held.where = begun_at, by.user_id, where
    keep(held, "state", "begun_at", "begun_by", "late_reason", *LOCATED_FIELDS)
    words = f"{_moment(begun_at)}开始检查"
    record("inspection.begun", target=held, by=by, at=at, words=words, reason=held.late_reason)
    return held


@transaction.atomic
def conclude_inspection(
    *,
    inspection: Inspection,
    version: int,
    ended_at: datetime,
    conclusion: str,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """An inspector of the lead concludes the visit, once every part is answered, nothing contradicts
    itself and the place has signed or refused to."""
    at = at or now()
    held = hold_inspection(inspection, version)
    held.state = INSPECTION.after(held.state, "conclude")
    inspector = leads(held, by)
    if held.begun_at and ended_at < held.begun_at:
        raise NotPossibleError(f"结束时间不能早于开始时间（{_moment(held.begun_at)}）。")
    explain_late(held, ended_at, at, late_reason)
    approval = Approval.objects.select_related("subject").get(inspection=held)
    parts = record_of(held)
    if held.begun_at and is_past_entry(held.begun_at, at):
        _enter_not_looked_at(inspector, parts, held.begun_at, at)
        parts = record_of(held)
    still_open = unapproved(approval) + obstacles(parts)
    if open_ones := still_open + unsigned(held, signatures_of(held), at):
        raise NotYetError(f"还不能作出结论：{'；'.join(open_ones)}。")
    held.ended_at, held.conclusion = ended_at, conclusion
    held.concluded_at, held.concluded_by_id = at, by.user_id
    held.record_number = paper_number(RECORD, approval.subject, by, at)
    keep(held, "state", "late_reason", *_CONCLUDED)
    _owe_disclosure(held, parts, at)
    words = f"{_moment(ended_at)}检查结束，{_counted(parts)}，结论：{conclusion}"
    record(
        "inspection.concluded",
        target=held,
        by=by,
        at=at,
        words=words,
        reason=late_reason,
        document=held.record_number,
    )
    return held


_CONCLUDED = ("ended_at", "conclusion", "concluded_at", "concluded_by", "record_number")


def _owe_disclosure(held: Inspection, parts: Iterable[PartRecord], at: datetime) -> None:
    """The office owes a decision whether the result is published. A place without licence has no public page."""
    if held.institution_id is None:
        return
    Disclosure.objects.create(
        inspection=held,
        institution_id=held.institution_id,
        due_on=after_weekdays(county_day(at), limit(RESULT_DAYS)),
        **public_words(held, parts),
    )


def _refuse_unapproved(held: Inspection, begun_at: datetime) -> None:
    """Papers first: not before the approval, or of an urgent one the report; by the minute, as it is typed."""
    approval = Approval.objects.get(inspection=held)
    since = approval.asked_at if held.is_urgent else approval.decided_at
    if since and begun_at < since.replace(second=0, microsecond=0):
        what = "报告" if held.is_urgent else "批准"
        raise NotPossibleError(f"开始时间不能早于{what}时间（{_moment(since)}）。")


def _enter_not_looked_at(
    inspector: Inspector, parts: Iterable[PartRecord], begun_at: datetime, at: datetime
) -> None:
    """Too late for an answer: what has none was not looked at, and the record says since when."""
    note = f"检查后{limit(LATE_ENTRY_DAYS)}天内没有录入"
    Answer.objects.bulk_create(
        Answer(
            uuid=uuid4(),
            inspection_id=inspector.inspection_id,
            section=part.section,
            item=line.item,
            by_id=inspector.user_id,
            value=Value.NOT_LOOKED_AT,
            note=note,
            answered_at=begun_at,
            received_at=at,
        )
        for part in parts
        for line in part.unanswered
    )


def _counted(parts: Iterable[PartRecord]) -> str:
    found = [one for part in parts for one in part.findings]
    if not found:
        return "没有发现问题"
    fixed = sum(one.fixed_at is not None for one in found)
    return f"发现问题{len(found)}个{f'（当场改正{fixed}个）' if fixed else ''}"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(county_zone())
    return f"{day_words(local.date())}{local:%H:%M}"
