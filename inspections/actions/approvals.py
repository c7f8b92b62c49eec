"""The approval before a visit: asked for by an officer of the lead, decided by its head; urgent ones afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.law.queries import limit
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import (
    LEAST_INSPECTORS,
    freeze_certificates,
    hold_inspection,
    keep,
    staying,
)
from inspections.actions.numbers import APPROVAL, NOTICE, paper_number
from inspections.models import Approval, Inspection, Inspector, Outcome
from inspections.queries.inspections import COMPLETION_DAYS, heads_of, visits_of
from inspections.workflow import INSPECTION
from institutions.models import Institution


@transaction.atomic
def ask_for_approval(
    *,
    inspection: Inspection,
    version: int,
    words: str = "",
    exception: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Approval:
    """An officer of the lead subject asks its head for approval; an urgent visit is reported by this."""
    at = at or now()
    held = hold_inspection(inspection, version)
    held.state = INSPECTION.after(held.state, "ask")
    _refuse_asked(held)
    _refuse_too_late(held, at)
    inspectors = staying(held)
    _refuse_too_few(inspectors)
    _refuse_empty_sections(held, inspectors)
    _refuse_undecidable(held, inspectors, by)
    _refuse_over_cap(held, exception)
    approval = _asked(held, words, exception, by, at)
    freeze_certificates(inspectors)
    if held.is_urgent:
        _number_notice(approval, by, at)
    keep(held, "state")
    due = approval.completion_due_on
    told = f"报告紧急检查，{day_words(due)}前补办审批" if due else "提请检查审批"
    record(
        "inspection.asked",
        target=held,
        by=by,
        at=at,
        words=f"{told}{f'：{words}' if words else ''}",
        reason=exception,
        document=approval.number,
    )
    return approval


@transaction.atomic
def approve_inspection(
    *,
    inspection: Inspection,
    version: int,
    words: str = "",
    exception: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Approval:
    """The head of the lead subject approves the visit; from now on it may take place."""
    at = at or now()
    held = hold_inspection(inspection, version)
    held.state = INSPECTION.after(held.state, "approve")
    _refuse_too_late(held, at)
    approval = Approval.objects.select_related("subject").get(inspection=held)
    _refuse_decider(held, approval, by)
    _refuse_too_few(staying(held))
    approval.exception = exception or approval.exception
    _refuse_over_cap(held, approval.exception)
    _decide(approval, Outcome.APPROVED, words, by, at)
    _number_notice(approval, by, at)
    keep(held, "state")
    record(
        "inspection.approved",
        target=held,
        by=by,
        at=at,
        words=f"同意检查{f'：{words}' if words else ''}",
        reason=exception,
        document=approval.number,
    )
    return approval


@transaction.atomic
def send_back_inspection(
    *, inspection: Inspection, version: int, words: str, by: Actor, at: datetime | None = None
) -> Approval:
    """The head does not approve it like this; it is worded otherwise and asked for again."""
    at = at or now()
    held = hold_inspection(inspection, version)
    held.state = INSPECTION.after(held.state, "send back")
    approval = Approval.objects.select_related("subject").get(inspection=held)
    _refuse_decider(held, approval, by)
    _decide(approval, Outcome.SENT_BACK, words, by, at)
    keep(held, "state")
    record(
        "inspection.sent_back",
        target=held,
        by=by,
        at=at,
        words="退回检查审批",
        reason=words,
        document=approval.number,
    )
    return approval


def _asked(held: Inspection, words: str, exception: str, by: Actor, at: datetime) -> Approval:
    """One paper an inspection: asked for again it keeps its number, unless another subject leads now."""
    approval = Approval.objects.filter(inspection=held).first() or Approval(inspection=held)
    if approval.subject_id != held.lead_id:
        approval.subject, approval.notice_number = held.lead, None
        approval.number = paper_number(APPROVAL, held.lead, by, at)
    # An urgent visit stays reported from the first time on: what happened on site since then counts.
    if not held.is_urgent or approval.completion_due_on is None:
        approval.asked_at, approval.asked_by_id = at, by.user_id
    approval.asked_words, approval.exception = words, exception
    approval.decided_at = approval.decided_by = None
    approval.outcome = approval.decided_words = ""
    if held.is_urgent and approval.completion_due_on is None:
        approval.completion_due_on = county_day(at) + timedelta(days=limit(COMPLETION_DAYS))
    if not held.is_urgent:
        approval.completion_due_on = None
    if approval.pk:
        approval.save(update_fields=_ASKED)
    else:
        approval.save(force_insert=True)
    return approval


_ASKED = [
    "subject",
    "number",
    "notice_number",
    "asked_at",
    "asked_by",
    "asked_words",
    "exception",
    "completion_due_on",
    "decided_at",
    "decided_by",
    "outcome",
    "decided_words",
]


def _decide(approval: Approval, outcome: Outcome, words: str, by: Actor, at: datetime) -> None:
    approval.outcome, approval.decided_words = outcome, words
    approval.decided_at, approval.decided_by_id = at, by.user_id
    approval.save(
        update_fields=["outcome", "decided_words", "decided_at", "decided_by", "exception"]
    )


def _number_notice(approval: Approval, by: Actor, at: datetime) -> None:
    """The notice has its number as soon as the visit may begin."""
    if approval.notice_number is None:
        approval.notice_number = paper_number(NOTICE, approval.subject, by, at)
        approval.save(update_fields=["notice_number"])


def _refuse_asked(held: Inspection) -> None:
    """A visit that runs is asked for again only when its report was sent back."""
    if held.is_running and not held.is_to_ask:
        raise NotPossibleError("这次检查已经提请审批。")


def _refuse_too_late(held: Inspection, at: datetime) -> None:
    if not held.is_urgent and held.planned_on < county_day(at):
        raise NotPossibleError("检查日期已过，请先改期：检查须经批准后实施。")


def _refuse_too_few(inspectors: Iterable[Inspector]) -> None:
    certified = [one for one in inspectors if one.certificate]
    if len(certified) < LEAST_INSPECTORS:
        raise NotPossibleError(f"检查人员不得少于{LEAST_INSPECTORS}人，且须登记执法证号。")


def _refuse_empty_sections(held: Inspection, inspectors: Iterable[Inspector]) -> None:
    """Once it is asked for, nobody is named any more: who sends nobody does not take part."""
    named = {one.section_id for one in inspectors}
    sections = held.sections.exclude(pk__in=named).select_related("department")
    if empty := "、".join(str(one) for one in sections):
        raise NotPossibleError(f"{empty}还没有确定检查人员，请先确定，或者改由其他部门参加。")


def _refuse_undecidable(held: Inspection, inspectors: Iterable[Inspector], by: Actor) -> None:
    """Where every head of the lead goes or asks, the request would wait for ever."""
    heads = set(heads_of(held.lead).values_list("pk", flat=True))
    if heads and heads <= {by.user_id, *(one.user_id for one in inspectors)}:
        raise NotPossibleError(
            f"{held.lead}的负责人都参加检查或者是提请人，没有人可以审批。请换人检查或者换人提请。"
        )


def _refuse_over_cap(held: Inspection, exception: str) -> None:
    """Under the lock of the place, so that two approvals at once do not both pass the last free visit."""
    if held.institution_id:
        Institution.objects.select_for_update(of=("self",)).get(pk=held.institution_id)
    visits = visits_of(held)
    if visits.is_over and not exception:
        raise NotPossibleError(f"{visits.words}。确需检查的，请写明超频次理由。")


def _refuse_decider(held: Inspection, approval: Approval, by: Actor) -> None:
    if approval.outcome:
        raise NotPossibleError("这次检查已经审批，不再重复审批。")
    if by.user_id is None or by.user_id == approval.asked_by_id:
        raise NotPossibleError("须由提请人以外的部门负责人审批。")
    if any(one.user_id == by.user_id for one in staying(held)):
        raise NotPossibleError("您是这次检查的检查人员，须由其他负责人审批。")
