"""An inspection is planned for a place, one or many at once; worded otherwise, moved, or given up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from foundation.accounts.models import Department, DepartmentKind, User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import Change, compare, snapshot
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.workflow import NotPossibleError
from inspections.actions.holding import hold_campaign
from inspections.actions.inspecting import (
    days_from,
    enter_sections,
    give_up,
    grouped,
    hold_inspection,
    keep,
    refuse_no_subject,
    refuse_without_drawn,
)
from inspections.models import (
    Campaign,
    Checklist,
    DrawnVisit,
    Inspection,
    Inspector,
    Kind,
    Manner,
    PlannedInspection,
    Section,
)
from inspections.models.inspection import TO_PREPARE
from inspections.queries.checklists import current_checklist
from inspections.queries.inspections import visits_of_month, without_visit
from inspections.workflow import InspectionState
from institutions.models import Institution, UnlicensedSite

PLAN_FIELDS = (
    "kind",
    "manner",
    "lead",
    "planned_on",
    "scope",
    "to_prepare",
    "assistants",
    "is_urgent",
    "urgent_reason",
)
# More than the campaign's places would hold: a day so far off was mistyped.
MOST_AHEAD = timedelta(days=366)
# An urgent visit may be entered after it took place, but not under the year before.
MOST_BACK = timedelta(days=31)


@transaction.atomic
def plan_inspection(
    *,
    place: Institution | UnlicensedSite,
    organiser: Department,
    values: Mapping[str, Any],
    departments: Collection[Department],
    people: Collection[User],
    planned: PlannedInspection | None = None,
    drawn: DrawnVisit | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """Somebody plans to inspect a place: on which day, with whom, in whose name."""
    at = at or now()
    if planned:
        hold_campaign(planned.campaign)
    _refuse_day(values["planned_on"], county_day(at), is_urgent=values.get("is_urgent", False))
    made = _plan(place, organiser, values, departments, people, planned, by, at, drawn)
    record("inspection.planned", target=made, by=by, at=at, words=_planned_words(made))
    return made


@transaction.atomic
def plan_campaign_inspections(
    *,
    campaign: Campaign,
    places: Sequence[PlannedInspection],
    organiser: Department,
    lead: Department | None,
    departments: Collection[Department],
    people: Collection[User],
    starts_on: date,
    a_day: int | None,
    skip_weekends: bool,
    scope: str,
    to_prepare: str = TO_PREPARE,
    assistants: str = "",
    by: Actor,
    at: datetime | None = None,
) -> list[Inspection]:
    """The office plans visits of many of a campaign's places: a team, so many a day from a day on.

    Without `lead` each place's own supervising department leads.
    """
    at = at or now()
    held = hold_campaign(campaign)
    if not places:
        raise NotPossibleError("请先选中检查对象。")
    wanted = [one.pk for one in places]
    free = {one.pk for one in without_visit(held.places.filter(pk__in=wanted))}
    places = [one for one in places if one.pk in free]
    if not places:
        raise NotPossibleError("选中的检查对象都已安排检查。")
    _refuse_day(starts_on, county_day(at))
    days = days_from(starts_on, a_day or len(places), skip_weekends=skip_weekends)
    made = []
    for planned, day in zip(places, days, strict=False):
        place = planned.place
        leads = lead or _own_lead(planned)
        values = {"kind": Kind.SPECIAL, "lead": leads, "planned_on": day, "scope": scope}
        values |= {"to_prepare": to_prepare, "assistants": assistants}
        if place:
            one = _plan(place, organiser, values, departments, people, planned, by, at)
            record("inspection.planned", target=one, by=by, at=at, words=_planned_words(one))
            made.append(one)
    return made


@transaction.atomic
def amend_inspection(
    *,
    inspection: Inspection,
    version: int,
    values: Mapping[str, Any],
    departments: Collection[Department],
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """What is inspected, on which day and by which departments is put otherwise before it is asked for."""
    at = at or now()
    held = hold_inspection(inspection, version)
    _refuse_asked(held)
    departments = _with_lead(values["lead"], departments)
    _refuse_others(held.organiser, departments)
    refuse_no_subject(departments)
    if values["planned_on"] != held.planned_on:
        _refuse_day(values["planned_on"], county_day(at), is_urgent=values["is_urgent"])
    before, took_part = snapshot(held, PLAN_FIELDS), _names(held)
    for name in PLAN_FIELDS:
        setattr(held, name, values.get(name, getattr(held, name)))
    _take_part(held, departments)
    changes = compare(held, before, snapshot(held, PLAN_FIELDS))
    if (taking_part := _names(held)) != took_part:
        changes["departments"] = Change("参加部门", took_part, taking_part)
    if changes:
        keep(held, *PLAN_FIELDS)
        words = "修改了" + "、".join(change.label for change in changes.values())
        record("inspection.amended", target=held, by=by, at=at, words=words, changes=changes)
    return held


@transaction.atomic
def move_inspection(
    *,
    inspection: Inspection,
    version: int,
    planned_on: date,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """The visit is put on another day, with a reason; what was approved stays approved within its year."""
    at = at or now()
    held = hold_inspection(inspection, version)
    if held.is_running:
        raise NotPossibleError("检查已经开始，不能改期。")
    if held.planned_on == planned_on:
        raise NotPossibleError("检查日期没有改变。")
    _refuse_day(planned_on, county_day(at))
    is_approved = held.state == InspectionState.APPROVED
    if is_approved and planned_on.year != held.planned_on.year:
        raise NotPossibleError("已批准的检查不能改到另一年度，请取消后重新拟定。")
    before = snapshot(held, ["planned_on"])
    held.planned_on = planned_on
    keep(held, "planned_on")
    changes = compare(held, before, snapshot(held, ["planned_on"]))
    words = f"检查改期到{day_words(planned_on)}"
    record(
        "inspection.moved", target=held, by=by, at=at, words=words, changes=changes, reason=reason
    )
    return held


@transaction.atomic
def cancel_inspection(
    *, inspection: Inspection, version: int, reason: str, by: Actor, at: datetime | None = None
) -> Inspection:
    """The visit is given up, with the reason."""
    at = at or now()
    held = hold_inspection(inspection, version)
    give_up(held, reason, by, at)
    words = f"取消对{held.place}的检查"
    record("inspection.cancelled", target=held, by=by, at=at, words=words, reason=reason)
    return held


def _plan(
    place: Institution | UnlicensedSite,
    organiser: Department,
    values: Mapping[str, Any],
    departments: Collection[Department],
    people: Collection[User],
    planned: PlannedInspection | None,
    by: Actor,
    at: datetime,
    drawn: DrawnVisit | None = None,
) -> Inspection:
    # Under its lock, so that what is sent twice at the same moment is not planned twice.
    type(place).objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.deleted_at is not None:
        raise NotPossibleError(f"{place}已作为误登删除，不能安排检查。")
    by_department = grouped(people)
    taking_part = _with_lead(values["lead"], departments)
    taking_part += [one.department for one in people if one.department not in taking_part]
    taking_part = list(dict.fromkeys(taking_part))
    _refuse_others(organiser, taking_part)
    refuse_no_subject(taking_part)
    _refuse_twice(place, values)
    made = Inspection.objects.create(
        **{name: values[name] for name in PLAN_FIELDS if name in values},
        institution=place if isinstance(place, Institution) else None,
        site=place if isinstance(place, UnlicensedSite) else None,
        planned=planned,
        drawn=drawn,
        organiser=organiser,
        checklist=_checklist(planned, at),
        planned_at=at,
        planned_by_id=by.user_id,
    )
    enter_sections(made, [one.pk for one in taking_part], by_department)
    return made


def _refuse_twice(place: Institution | UnlicensedSite, values: Mapping[str, Any]) -> None:
    """The same visit sent twice, or planned by two of the same department."""
    same = visits_of_month(place, values["planned_on"]).filter(
        planned_on=values["planned_on"], lead=values["lead"]
    )
    if same.exists():
        day = day_words(values["planned_on"])
        raise NotPossibleError(f"{place}在{day}已有{values['lead']}牵头的检查，不重复拟定。")


def _checklist(planned: PlannedInspection | None, at: datetime) -> Checklist:
    """A campaign's visits are asked by its own version, the others by the one in force."""
    checklist = planned.campaign.checklist if planned else current_checklist(county_day(at))
    if checklist is None:
        raise NotPossibleError("还没有启用的检查表：请先发布检查表，再拟定检查。")
    return checklist


def _with_lead(lead: Department, departments: Iterable[Department]) -> list[Department]:
    return [lead, *(one for one in departments if one != lead)]


def _refuse_others(organiser: Department, departments: Collection[Department]) -> None:
    """A department plans for itself; several together are the office's to bring together."""
    if organiser.kind == DepartmentKind.OFFICE:
        return
    if any(one != organiser for one in departments):
        raise NotPossibleError("部门只能拟定本部门的检查；几个部门一起检查的，由双减办拟定。")


def _refuse_day(on: date, today: date, *, is_urgent: bool = False) -> None:
    if on < today and not is_urgent:
        raise NotPossibleError("检查日期不能早于今天。检查须先审批；紧急检查请勾选“紧急检查”。")
    if on < today - MOST_BACK:
        raise NotPossibleError("检查日期离今天已超过一个月，请核对。")
    if on > today + MOST_AHEAD:
        raise NotPossibleError("检查日期离今天超过一年，请核对。")


def _refuse_asked(inspection: Inspection) -> None:
    if inspection.state != InspectionState.PLANNED:
        raise NotPossibleError("已经提请审批。需要修改时，请审批人先退回。")


def _own_lead(planned: PlannedInspection) -> Department:
    lead = planned.institution.lead_department if planned.institution else None
    if lead is None:
        raise NotPossibleError(f"{planned}没有登记牵头监管部门，请为它另选牵头执法主体。")
    return lead


def _take_part(inspection: Inspection, departments: Collection[Department]) -> None:
    """Exactly these departments: who is new comes without people, who leaves takes them along."""
    pks = [one.pk for one in departments]
    leaving = inspection.sections.exclude(department__in=pks)
    refuse_without_drawn(inspection, Inspector.objects.filter(section__in=leaving))
    leaving.delete()
    there = set(inspection.sections.values_list("department", flat=True))
    Section.objects.bulk_create(
        Section(inspection=inspection, department_id=pk) for pk in pks if pk not in there
    )


def _names(inspection: Inspection) -> str:
    sections = inspection.sections.select_related("department")
    return "、".join(str(one.department) for one in sections)


def _planned_words(inspection: Inspection) -> str:
    urgent = "紧急" if inspection.is_urgent else ""
    manner = Manner(inspection.manner).label
    return f"拟定{urgent}{manner}：{inspection.place}，{day_words(inspection.planned_on)}，{inspection.lead}牵头"
