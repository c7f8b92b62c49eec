"""What an inspector answers on site, item by item or all the rest at once; and what the lead chooses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.found import Found, enter_findings, refuse_otherwise, take_back
from inspections.actions.inspecting import keep
from inspections.actions.on_site import (
    ConflictError,
    NotYetError,
    goes,
    hold_visit,
    leads,
    moment_on_site,
    refuse_late,
)
from inspections.models import (
    Answer,
    ChecklistItem,
    Choice,
    Finding,
    Inspection,
    Inspector,
    Value,
)
from inspections.queries.records import PartRecord, current_answers, record_of
from inspections.workflow import FindingState


@dataclass(frozen=True)
class Given:
    """One answer as it comes in, under a number made by whoever sends it; with what was found, if anything."""

    uuid: UUID
    item: int
    value: str
    note: str = ""
    found: Found | None = None
    # On site; what comes without it was answered now, or when the visit that is typed in late began.
    answered_at: datetime | None = None


@transaction.atomic
def answer_items(
    *,
    inspection: Inspection,
    answers: Sequence[Given],
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> list[Answer]:
    """An inspector answers items of the own department's part; what is sent twice is answered once."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = goes(held, by)
    part = _own_part(held, inspector)
    new = _new(held, by, answers)
    if not new:
        return []
    made = _enter(held, part, inspector, new, late_reason, at)
    words = f"{part.section}登记检查结果：{_summed(made)}"
    record("inspection.answered", target=held, by=by, at=at, words=words, reason=late_reason)
    return made


@transaction.atomic
def answer_rest(
    *,
    inspection: Inspection,
    count: int,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> list[Answer]:
    """All the rest is fine: the items of the own part without answer and problem, as many as were shown."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = goes(held, by)
    part = _own_part(held, inspector)
    rest = part.rest
    if not rest:
        raise NotPossibleError("没有未作答的检查项了。")
    if len(rest) != count:
        raise StaleError(f"未作答的检查项现在是{len(rest)}项，请核对后再提交。")
    given = [Given(uuid4(), one.item.pk, Value.MET) for one in rest]
    made = _enter(held, part, inspector, given, late_reason, at)
    words = f"{part.section}确认其余{len(made)}项均合格"
    record("inspection.answered", target=held, by=by, at=at, words=words, reason=late_reason)
    return made


@transaction.atomic
def choose_answer(
    *,
    inspection: Inspection,
    answer: Answer,
    shown: Collection[int],
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Choice:
    """Of answers that differ, as they were shown, the lead says whose holds, and why; the rest stays readable."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = leads(held, by)
    rows = list(current_answers(held).filter(item=answer.item_id))
    chosen = _among(rows, answer, shown)
    if before := _chosen(chosen, rows, by, reason):
        return before
    if len({one.value for one in rows}) == 1:
        raise NotPossibleError(f"{chosen.item.code}的检查结果没有不一致。")
    made = Choice.objects.create(
        inspection=held, answer=chosen, by_id=inspector.user_id, chosen_at=at, reason=reason
    )
    mistaken = _mistaken(held, chosen)
    for finding in mistaken:
        take_back(finding, reason, by, at)
    keep(held)
    words = f"{chosen.item.code}的检查结果不一致，采信{chosen.by}的“{chosen}”"
    if mistaken:
        words += f"，撤销问题：{'；'.join(one.fact for one in mistaken)}"
    record("inspection.answer_chosen", target=held, by=by, at=at, words=words, reason=reason)
    return made


def _mistaken(held: Inspection, chosen: Answer) -> list[Finding]:
    """What was found beside an item that is met after all, or does not apply."""
    if chosen.value == Value.NOT_MET:
        return []
    rows = held.findings.filter(item=chosen.item_id)
    return list(rows.exclude(state=FindingState.WITHDRAWN))


def _among(rows: Iterable[Answer], answer: Answer, shown: Collection[int]) -> Answer:
    """The chosen one, of answers that are still those that were shown."""
    known = {one.pk: one for one in rows}
    if answer.pk not in known:
        raise NotPossibleError("这个检查结果已被本人更改，请核对最新内容后再采信。")
    if known.keys() != set(shown):
        raise StaleError("检查结果在您打开之后有了变化，请核对最新内容后再采信。")
    return known[answer.pk]


def _chosen(answer: Answer, rows: Iterable[Answer], by: Actor, reason: str) -> Choice | None:
    """The same choice, made before and nothing answered since."""
    last = Choice.objects.filter(answer__in=rows).order_by("pk").last()
    if last is None or (last.answer_id, last.by_id, last.reason) != (answer.pk, by.user_id, reason):
        return None
    return last if all(one.received_at <= last.chosen_at for one in rows) else None


def _own_part(held: Inspection, inspector: Inspector) -> PartRecord:
    return next(one for one in record_of(held) if one.section.pk == inspector.section_id)


def _new(held: Inspection, by: Actor, answers: Sequence[Given]) -> list[Given]:
    """Those that were not received yet; under a known number only the same may come again."""
    sent = [one.uuid for one in answers]
    known = {one.uuid: one for one in Answer.objects.filter(uuid__in=sent)}
    again = [one for one in answers if one.uuid in known]
    if not all(_is_same(known[one.uuid], one, held, by) for one in again):
        raise ConflictError
    if again:
        refuse_otherwise(one.found for one in again if one.found)
    return [one for one in answers if one.uuid not in known]


def _is_same(before: Answer, given: Given, held: Inspection, by: Actor) -> bool:
    if given.answered_at and given.answered_at != before.answered_at:
        return False
    return (before.inspection_id, before.by_id, before.item_id, before.value, before.note) == (
        held.pk,
        by.user_id,
        given.item,
        given.value,
        given.note,
    )


def _enter(
    held: Inspection,
    part: PartRecord,
    inspector: Inspector,
    given: Sequence[Given],
    late_reason: str,
    at: datetime,
) -> list[Answer]:
    """The answers with their findings, by a fixed number of questions."""
    items = {line.item.pk: line.item for line in part.lines}
    before = {one.item_id: one for one in current_answers(held).filter(by=inspector.user)}
    rows = [
        _answer(held, inspector, one, _item(items, one), before.get(one.item), at) for one in given
    ]
    moments = sorted(row.answered_at for row in rows)
    for moment in {moments[0], moments[-1]}:
        refuse_late(held, moment, at, late_reason)
    for row in rows:
        _refuse_bare(row)
    found = [
        (one.found, row.item, row.answered_at)
        for one, row in zip(given, rows, strict=True)
        if one.found
    ]
    _refuse_without_finding(part, rows, {item.pk for _, item, _ in found})
    made = Answer.objects.bulk_create(rows)
    enter_findings(held, inspector, found)
    keep(held, "late_reason")
    return made


def _item(items: Mapping[int, ChecklistItem], given: Given) -> ChecklistItem:
    if given.item not in items:
        raise NotPossibleError("有检查项不属于本部门在这次检查中的检查内容，没有保存。")
    return items[given.item]


def _answer(
    held: Inspection,
    inspector: Inspector,
    given: Given,
    item: ChecklistItem,
    before: Answer | None,
    at: datetime,
) -> Answer:
    answered_at = given.answered_at
    if answered_at is None:
        answered_at = moment_on_site(held, at)
        # Whoever thinks otherwise afterwards does not answer before the own former answer.
        answered_at = max(answered_at, before.answered_at) if before else answered_at
    return Answer(
        uuid=given.uuid,
        inspection=held,
        section_id=inspector.section_id,
        item=item,
        by_id=inspector.user_id,
        value=given.value,
        note=given.note,
        answered_at=answered_at,
        received_at=at,
    )


def _refuse_bare(answer: Answer) -> None:
    if answer.value == Value.NOT_LOOKED_AT and not answer.note:
        raise NotPossibleError(f"{answer.item.code}未查，请写明原因。")


def _refuse_without_finding(
    part: PartRecord, answers: Iterable[Answer], found: Collection[int]
) -> None:
    """What is not met is a problem that somebody has to describe: here, or in the same department before."""
    described = {line.item.pk for line in part.lines if line.standing} | set(found)
    bare = [
        one.item.code
        for one in answers
        if one.value == Value.NOT_MET and one.item_id not in described
    ]
    if bare:
        raise NotYetError(f"{'、'.join(bare)}不合格，请写明问题。")


def _summed(answers: Sequence[Answer]) -> str:
    """A办学资质8项（合格6、不合格2）, as a line of the trail says it."""
    areas = dict.fromkeys(f"{one.item.area.code}{one.item.area}" for one in answers)
    counts = {label: sum(one.value == value for one in answers) for value, label in Value.choices}
    said = "、".join(f"{label}{count}" for label, count in counts.items() if count)
    return f"{'、'.join(areas)}{len(answers)}项（{said}）"
