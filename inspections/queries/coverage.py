"""How far a campaign has come: its places by what was done there, its visits by day and department."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from inspections import rules
from inspections.models import Campaign, Inspection, PlannedInspection, Section
from inspections.queries.inspections import AHEAD, LIVE, inspections_of, settled, with_exception
from inspections.workflow import InspectionState

# Places with their stage, by which they are narrowed: an annotation that no type knows.
Staged = QuerySet[Any]
# Named on the board; the list behind the number has all.
NAMED = 20


class Stage(TextChoices):
    """What was done at a place, by the visits of the campaign that the reader sees."""

    DONE = "done", "已完成"
    RUNNING = "running", "进行中"
    AHEAD = "ahead", "已安排未实施"
    OUTSIDE = "outside", "行动期外检查"
    NONE = "none", "未安排"


# What of a visit the board counts apart.
VISIT_STAGES = (
    (Stage.DONE, (InspectionState.CONCLUDED,)),
    (Stage.RUNNING, (InspectionState.RUNNING,)),
    (Stage.AHEAD, AHEAD),
)


@dataclass(frozen=True)
class Line:
    """One line of a table: whatever it counts, by its code and name, with a number for each stage."""

    code: str
    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


def staged(places: QuerySet[PlannedInspection], user: User) -> Staged:
    """The places with their stage. Covered is a place by a visit of the campaign that was concluded, and that
    ended within the campaign's days."""
    own = inspections_of(user).filter(planned=OuterRef("pk")).order_by()
    over = own.filter(state=InspectionState.CONCLUDED)
    within = over.filter(
        ended_at__date__gte=OuterRef("campaign__starts_on"),
        ended_at__date__lte=OuterRef("campaign__ends_on"),
    )
    return places.annotate(
        stage=Case(
            When(Exists(within), then=Value(Stage.DONE)),
            When(Exists(own.filter(state=InspectionState.RUNNING)), then=Value(Stage.RUNNING)),
            When(Exists(own.filter(state__in=AHEAD)), then=Value(Stage.AHEAD)),
            When(Exists(over), then=Value(Stage.OUTSIDE)),
            default=Value(Stage.NONE),
            output_field=CharField(),
        )
    )


def scope_of(user: User, places: QuerySet[PlannedInspection]) -> Staged:
    """Of these, the places whose coverage this person sees: the office all, a department those that it visits."""
    rows = staged(places, user)
    return rows if rules.sees_every_inspection(user) else rows.exclude(stage=Stage.NONE)


def visits_in_campaign(user: User, campaign: Campaign) -> QuerySet[Inspection]:
    """The visits of the campaign that this person sees, without those that were given up."""
    return inspections_of(user).filter(planned__campaign=campaign, state__in=LIVE)


def often_visited(
    places: QuerySet[PlannedInspection], year: int, cap: int
) -> QuerySet[PlannedInspection]:
    """Of these, the institutions that were visited this year as often as the cap allows, by whomever."""
    visits = settled(Inspection.objects.filter(institution=OuterRef("institution")))
    those = visits.filter(planned_on__year=year).order_by().values("institution")
    counted = those.annotate(all=Count("pk")).values("all")
    return places.annotate(visits=Coalesce(Subquery(counted), 0)).filter(visits__gte=cap)


def by_stage(scope: Staged) -> dict[str, int]:
    """How many places are in each stage."""
    rows = scope.order_by().values_list("stage").annotate(all=Count("pk"))
    return dict.fromkeys(Stage.values, 0) | dict(rows)


def by_town(scope: Staged) -> list[Line]:
    """The places of each town; those without one have no code."""
    rows = scope.order_by().annotate(
        code=Coalesce("institution__town__code", "site__town__code", Value("")),
        name=Coalesce("institution__town__short_name", "site__town__short_name", Value("")),
    )
    return _lines(rows.values_list("code", "name", "stage").annotate(all=Count("pk")))


def by_category(scope: Staged) -> list[Line]:
    """The institutions of each kind of training; who has several is counted with each."""
    rows = scope.filter(site=None).order_by()
    code, name = "institution__categories__code", "institution__categories__name"
    rows = rows.annotate(code=Coalesce(code, Value("")), name=Coalesce(name, Value("")))
    return _lines(rows.values_list("code", "name", "stage").annotate(all=Count("pk")))


def by_day(visits: QuerySet[Inspection]) -> list[tuple[date, Line]]:
    """The visits of each day for which they are planned."""
    rows = visits.order_by().values_list("planned_on", "state").annotate(all=Count("pk"))
    found: dict[date, dict[str, int]] = defaultdict(_zeros)
    for on, state, count in rows:
        found[on][_stage(state)] += count
    return [(on, Line(on.isoformat(), "", found[on])) for on in sorted(found)]


def by_lead(visits: QuerySet[Inspection]) -> list[Line]:
    """The visits that each department leads."""
    rows = visits.order_by().values_list("lead__code", "lead__short_name", "state")
    counted = rows.annotate(all=Count("pk"))
    return _lines((code, name, _stage(state), count) for code, name, state, count in counted)


def by_department(visits: QuerySet[Inspection], user: User) -> list[Line]:
    """The visits in which each department takes part, leading or not; a department sees its own."""
    rows = Section.objects.filter(inspection__in=visits.order_by().values("pk")).order_by()
    if not rules.sees_every_inspection(user):
        rows = rows.filter(department=user.department_id)
    named = rows.values_list("department__code", "department__short_name", "inspection__state")
    counted = named.annotate(all=Count("pk"))
    return _lines((code, name, _stage(state), count) for code, name, state, count in counted)


def unreached(scope: Staged) -> list[PlannedInspection]:
    """The first of the places without any visit."""
    return list(scope.filter(stage=Stage.NONE)[:NAMED])


def exceptions(visits: QuerySet[Inspection]) -> list[Inspection]:
    """The first of the visits beyond the cap, with their reasons."""
    return list(with_exception(visits)[:NAMED])


def _stage(state: str) -> str:
    return next(str(stage) for stage, states in VISIT_STAGES if state in states)


def _zeros() -> dict[str, int]:
    return dict.fromkeys(Stage.values, 0)


def _lines(rows: Iterable[Any]) -> list[Line]:
    """The lines, what has no code last, what is most first."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(_zeros)
    for code, name, stage, count in rows:
        found[code, name][stage] += count
    lines = [Line(code, name, counts) for (code, name), counts in found.items()]
    return sorted(lines, key=lambda one: (not one.code, -one.total, one.code))
