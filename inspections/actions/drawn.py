"""What was drawn is carried out: joint visits of the drawn institutions by the drawn people, planned at once."""

from datetime import date, datetime

from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import days_from
from inspections.actions.planning import plan_inspection
from inspections.models import Draw, Inspection, Kind, PlannedInspection
from inspections.models.inspection import TO_PREPARE
from inspections.queries.draws import DrawnLine, drawn_lines, replacement_of
from inspections.queries.inspections import possible_inspectors
from inspections.workflow import DrawState


@transaction.atomic
def plan_drawn_inspections(
    *,
    draw: Draw,
    organiser: Department,
    lead: Department,
    starts_on: date,
    a_day: int | None,
    skip_weekends: bool,
    scope: str,
    to_prepare: str = TO_PREPARE,
    assistants: str = "",
    exception: str = "",
    by: Actor,
    at: datetime | None = None,
) -> list[Inspection]:
    """The office plans the visits that were drawn and are not planned yet, in the order of the draw.

    A place that was visited as often as the cap allows is left out unless it is said why it is visited all the same.
    """
    at = at or now()
    held = Draw.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=draw.pk)
    _refuse_undrawn(held)
    lines = _to_plan(drawn_lines(held, starts_on), exception)
    days = days_from(starts_on, a_day or len(lines), skip_weekends=skip_weekends)
    lines_of_campaign = _of_campaign(held)
    values = {"kind": Kind.RANDOM, "lead": lead, "scope": scope, "to_prepare": to_prepare}
    values |= {"assistants": assistants}
    drawn = [one for line in lines for one in line.drawn.inspectors.all()]
    fit = set(possible_inspectors({one.user.department for one in drawn}))
    made = []
    for line, day in zip(lines, days, strict=False):
        people = [one.user for one in line.drawn.inspectors.all()]
        institution = line.drawn.place.institution
        one = plan_inspection(
            place=institution,
            organiser=organiser,
            values=values | {"planned_on": day},
            departments=[one.department for one in line.drawn.inspectors.all()],
            people=[one for one in people if one in fit],
            planned=lines_of_campaign.get(institution.pk),
            drawn=line.drawn,
            by=by,
            at=at,
        )
        made.append(one)
    words = f"按抽取结果拟定{len(made)}次检查，{lead}牵头"
    record("draw.planned", target=held, by=by, at=at, words=words, reason=exception)
    return made


def _refuse_undrawn(held: Draw) -> None:
    if held.state != DrawState.DRAWN:
        raise NotPossibleError("还没有抽取，不能拟定检查。")
    if replacement := replacement_of(held):
        raise NotPossibleError(f"这次抽取已由“{replacement}”代替，不再拟定检查。")


def _to_plan(lines: list[DrawnLine], exception: str) -> list[DrawnLine]:
    free = [one for one in lines if one.is_free]
    if not free:
        raise NotPossibleError("抽中的机构都已拟定检查，或者不能检查。")
    wanted = [one for one in free if exception or not one.is_over]
    if not wanted:
        raise NotPossibleError("其余机构本年度检查次数已达上限。确需检查的，请写明超频次理由。")
    return wanted


def _of_campaign(held: Draw) -> dict[int, PlannedInspection]:
    if held.campaign is None:
        return {}
    rows = held.campaign.places.select_related("campaign", "institution")
    return {one.institution_id: one for one in rows if one.institution_id is not None}
