"""The demo county's visits: the campaign's places by three teams within the week, in every state up to the approval."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dingbian_supervision.demo.records import DemoRecords
from foundation.accounts.models import Department, User
from foundation.actor import Actor
from inspections.actions.approvals import (
    approve_inspection,
    ask_for_approval,
    send_back_inspection,
)
from inspections.actions.inspectors import replace_inspector
from inspections.actions.planning import (
    cancel_inspection,
    move_inspection,
    plan_campaign_inspections,
    plan_inspection,
)
from inspections.models import Campaign, Inspection, Kind, PlannedInspection
from inspections.queries.campaigns import places_in
from inspections.workflow import InspectionState
from institutions.models import Institution

_SCOPE = "办学资质、收费公示、资金监管、从业人员和教材、监控、消防安全、隐形变异和违规竞赛"
# Three teams take turns, each with one officer of every department; so many places a day.
_A_DAY = 12


@dataclass(frozen=True)
class DemoVisits:
    """Plans the visits of a campaign that began yesterday, and lets the departments ask and approve."""

    people: dict[str, User]
    departments: dict[str, Department]
    day: Callable[[int], date]
    at: Callable[[int], datetime]

    def tell(self, campaign: Campaign) -> None:
        """As it stands on the second day: one day visited, the second approved, the third asked for, the rest
        planned."""
        rows = self._plan(campaign)
        today, tomorrow = self.day(0), self.day(-1)
        for one in (row for row in rows if row.planned_on <= today):
            self._ask(one, 2)
            self._approve(one, 1)
        DemoRecords(self.people, self.at).tell(row for row in rows if row.planned_on < today)
        for one in (row for row in rows if row.planned_on == tomorrow):
            self._ask(one, 1)
        self._exceptions([row for row in rows if row.planned_on == tomorrow])
        self._outside(rows[-1])

    def _by(self, username: str) -> Actor:
        return self.people[username].actor

    def _plan(self, campaign: Campaign) -> list[Inspection]:
        """The office: institutions are led by their own department, places without licence by one."""
        places = list(places_in(campaign))
        licensed = [one for one in places if one.institution]
        unlicensed = [one for one in places if one.site]
        made: list[Inspection] = []
        for number in range(0, len(licensed), _A_DAY):
            ahead = self.day(1 - number // _A_DAY)
            made += self._team(campaign, licensed[number : number + _A_DAY], ahead, number)
        self._team(campaign, unlicensed, self.day(-4), 1, lead=self.departments["jiaoti"])
        return made

    def _team(
        self,
        campaign: Campaign,
        places: list[PlannedInspection],
        on: date,
        number: int,
        lead: Department | None = None,
    ) -> list[Inspection]:
        subjects = [one.department for one in campaign.members.filter(is_subject=True)]
        team = 1 + number // _A_DAY % 3
        return plan_campaign_inspections(
            campaign=campaign,
            places=places,
            organiser=self.departments["office"],
            lead=lead,
            departments=subjects,
            people=[self.people[f"{one.code}{team}"] for one in subjects],
            starts_on=on,
            a_day=None,
            skip_weekends=False,
            scope=_SCOPE,
            by=self._by("office"),
            at=self.at(2),
        )

    def _ask(self, row: Inspection, ago: int) -> None:
        row.refresh_from_db()
        ask_for_approval(
            inspection=row,
            version=row.version,
            words="按专项行动方案实施检查",
            by=self._by(f"{row.lead.code}1"),
            at=self.at(ago),
        )

    def _approve(self, row: Inspection, ago: int) -> None:
        row.refresh_from_db()
        approve_inspection(inspection=row, version=row.version, by=self._head(row), at=self.at(ago))

    def _head(self, row: Inspection) -> Actor:
        return self._by(f"{row.lead.code}_head")

    def _exceptions(self, rows: Iterable[Inspection]) -> None:
        """What does not go straight: one sent back, one moved, one given up, one officer recused."""
        back, moved, gone, recused, *_ = rows
        for row in (back, moved, gone, recused):
            row.refresh_from_db()
        send_back_inspection(
            inspection=back,
            version=back.version,
            words="写明是否检查消防设施",
            by=self._head(back),
            at=self.at(0),
        )
        move_inspection(
            inspection=moved,
            version=moved.version,
            planned_on=self.day(-3),
            reason="机构当日组织外出活动",
            by=self._by("office"),
            at=self.at(0),
        )
        cancel_inspection(
            inspection=gone,
            version=gone.version,
            reason="机构暑期停课，开课后另行安排",
            by=self._by("office"),
            at=self.at(0),
        )
        self._recuse(recused)

    def _recuse(self, row: Inspection) -> None:
        section = row.sections.get(department=row.lead)
        inspector = section.inspectors.select_related("user").get()
        code = row.lead.code
        others = {self.people[f"{code}{number}"] for number in (1, 2, 3)} - {inspector.user}
        replace_inspector(
            inspector=inspector,
            version=row.version,
            is_recused=True,
            reason="机构举办者是其近亲属",
            replacement=min(others, key=lambda one: one.username),
            by=self._head(row),
            at=self.at(0),
        )

    def _outside(self, later: Inspection) -> None:
        """A department's own: one that could join a joint visit, and an urgent one to be completed."""
        fire = self.departments["xiaofang"]
        people = [self.people["xiaofang2"], self.people["xiaofang3"]]
        plain = {"lead": fire, "scope": "消防安全"}
        place = later.institution
        if place is None:
            return
        on = {"planned_on": later.planned_on, "kind": Kind.ROUTINE}
        self._own(place, fire, people, plain | on, 1)
        urgent = {
            "planned_on": self.day(0),
            "kind": Kind.COMPLAINT,
            "is_urgent": True,
            "urgent_reason": "群众反映上课时间安全出口上锁，室内有学生",
        }
        last = Inspection.objects.filter(
            institution__isnull=False, state=InspectionState.PLANNED
        ).earliest("pk")
        if last.institution:
            row = self._own(last.institution, fire, people, plain | urgent, 0)
            self._ask(row, 0)

    def _own(
        self,
        place: Institution,
        department: Department,
        people: list[User],
        values: dict[str, object],
        ago: int,
    ) -> Inspection:
        return plan_inspection(
            place=place,
            organiser=department,
            values=values,
            departments=[department],
            people=people,
            by=people[0].actor,
            at=self.at(ago),
        )
