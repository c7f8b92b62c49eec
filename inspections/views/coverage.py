"""The board of a campaign: how far it has come, every number with the list behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.clock.words import day_words
from foundation.law.queries import cap
from inspections import rules
from inspections.models import Campaign
from inspections.queries.campaigns import places_in
from inspections.queries.coverage import (
    VISIT_STAGES,
    Line,
    Stage,
    by_category,
    by_day,
    by_department,
    by_lead,
    by_stage,
    by_town,
    exceptions,
    often_visited,
    scope_of,
    unreached,
    visits_in_campaign,
)
from inspections.queries.inspections import AHEAD, CAP, with_exception
from inspections.views.campaigns import found_campaign

# What the list of inspections is asked for each of a visit's stages.
_STATES = {Stage.DONE: "concluded", Stage.RUNNING: "running", Stage.AHEAD: "unbegun"}


@dataclass(frozen=True)
class Cell:
    """One number, and the address of the list behind it; nothing is behind a zero."""

    number: int
    url: str


@dataclass(frozen=True)
class Row:
    """One line of a table: all of it, then stage by stage, each under its head."""

    name: str
    cells: list[tuple[str, Cell]]


@requires(rules.may_view_campaigns)
@require_safe
def campaign_coverage(request: SignedInRequest, pk: int) -> HttpResponse:
    """Places covered and not yet reached, visits by day, lead and department, as far as this person sees them."""
    user, found = request.user, found_campaign(request, pk)
    scope, visits, on = scope_of(user, places_in(found)), visits_in_campaign(user, found), today()
    links, most = _Links(found, sees_all=rules.sees_every_inspection(user)), cap(CAP)
    stages = by_stage(scope)
    total = sum(stages.values())
    overdue = visits.filter(state__in=AHEAD, planned_on__lt=on).count()
    often = often_visited(scope, on.year, most).count() if most is not None else 0
    beyond = with_exception(visits).count()
    page = {
        "campaign": found,
        "on": on,
        "sees_all": links.sees_all,
        "total": links.places(total),
        "done": links.places(stages[Stage.DONE], stage=Stage.DONE),
        "percent": stages[Stage.DONE] * 100 // total if total else 0,
        "left": links.places(total - stages[Stage.DONE], stage="left"),
        "stages": [
            (Stage(stage).label, links.places(count, stage=stage))
            for stage, count in stages.items()
            if count or stage in (Stage.DONE, Stage.RUNNING, Stage.AHEAD)
        ],
        "unreached": unreached(scope) if stages[Stage.NONE] else [],
        "unreached_count": links.places(stages[Stage.NONE], stage=Stage.NONE),
        "overdue": links.visits(overdue, state="unbegun", when="past"),
        "tables": [
            ("按日期", "检查日期", links.days(by_day(visits))),
            ("按牵头部门", "牵头部门", links.departments(by_lead(visits), "lead")),
            (
                "按参加部门",
                "参加部门",
                links.departments(by_department(visits, user), "department"),
            ),
            ("按镇街", "镇街", links.towns(by_town(scope))),
            (
                "按培训类别（无证场所除外）",
                "培训类别",
                links.categories(by_category(scope)),
            ),
        ],
        "cap": most,
        "often": links.places(often, often="on"),
        "beyond": links.visits(beyond, show="exception"),
        "exceptions": exceptions(visits) if beyond else [],
        "may_merge": rules.may_merge(user),
    }
    return render(request, "inspections/campaigns/coverage.html", page)


class _Links:
    """The lists of this campaign behind its numbers."""

    def __init__(self, campaign: Campaign, *, sees_all: bool) -> None:
        self.sees_all = sees_all
        self._campaign = campaign.pk
        self._places = reverse("inspections:campaign_places", args=[campaign.pk])
        self._visits = reverse("inspections:inspections")

    def places(self, number: int, **asked: str) -> Cell:
        """So many of its places; of a department's, those that it visits."""
        if not self.sees_all:
            asked = {"stage": "any"} | asked
        return Cell(number, f"{self._places}?{urlencode(asked)}")

    def visits(self, number: int, **asked: str) -> Cell:
        """So many of its visits."""
        return Cell(number, f"{self._visits}?{urlencode({'campaign': self._campaign} | asked)}")

    def days(self, lines: Iterable[tuple[date, Line]]) -> list[Row]:
        """The visits by days."""
        return [self._visit_row(line, day_words(on), on=line.code) for on, line in lines]

    def departments(self, lines: Iterable[Line], name: str) -> list[Row]:
        """The visits by departments, which lead or take part."""
        return [self._visit_row(one, one.name, **{name: one.code}) for one in lines]

    def towns(self, lines: Iterable[Line]) -> list[Row]:
        """The places by towns."""
        return [
            self._place_row(
                one,
                one.name or "镇街未登记",
                **({"town": one.code} if one.code else {"without_town": "on"}),
            )
            for one in lines
        ]

    def categories(self, lines: Iterable[Line]) -> list[Row]:
        """The institutions by kinds of training."""
        return [
            self._place_row(one, one.name or "类别未登记", category=one.code or "none")
            for one in lines
        ]

    def _visit_row(self, line: Line, name: str, **asked: str) -> Row:
        cells = [
            (stage.label, self.visits(line.counts[stage], state=_STATES[stage], **asked))
            for stage, _ in VISIT_STAGES
        ]
        return Row(name, [("检查", self.visits(line.total, **asked)), *cells])

    def _place_row(self, line: Line, name: str, **asked: str) -> Row:
        cells = [
            (stage.label, self.places(line.counts[stage], stage=stage, **asked)) for stage in Stage
        ]
        return Row(name, [("检查对象", self.places(line.total, **asked)), *cells])
