"""The demo county's campaign 监管护苗: who plans it, what each of its eight departments owes, how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from foundation.accounts.models import Department, User
from foundation.actor import Actor
from inspections.actions.campaigns import (
    plan_campaign,
    register_notice,
    set_members,
    start_campaign,
)
from inspections.actions.places import add_places
from inspections.actions.tasks import assign_task, report_task, set_task
from inspections.models import Campaign, CampaignTask
from inspections.queries.checklists import current_checklist
from institutions.models import Institution, UnlicensedSite
from institutions.workflow import SiteState

_GOALS = (
    "对全县校外培训机构开展一次全覆盖检查，重点查监管平台使用、资金监管、网上购课销课、非学科类办学行为，"
    "治理学科类隐形变异培训和“黑机构”。能当场改正的立行立改，其余限期整改，明确整改目标、时限和措施。"
)
_NAMES = "报送检查人员名单和执法证号"
# What each member owes by the last day, beside its list of names on the first.
_DUTIES = {
    "jiaoti": "检查办学资质、平台使用、从业人员和教材，牵头查处学科类隐形变异培训，汇总每日检查情况",
    "wenlv": "检查文化艺术类机构的资质和教学内容",
    "fagai": "检查科技类机构的资质和教学内容，核对学科类收费执行政府指导价情况",
    "renshe": "检查从业人员劳动合同、社会保险和用工情况",
    "gongan": "检查视频监控和安全防范，核查从业人员违法犯罪记录查询情况",
    "shichang": "检查营业执照、收费公示、广告宣传和合同文本",
    "xiaofang": "检查消防安全，当场督促疏通疏散通道和安全出口",
    "zhujian": "核对培训场所的房屋和消防验收（备案）手续",
}
# Who has not yet sent in the list of names: it is overdue, and the morning pages say so.
_LATE = "fagai"
_OVER = {SiteState.CLOSED, SiteState.UNFOUNDED, SiteState.LICENSED}


@dataclass(frozen=True)
class DemoCampaign:
    """Plans the campaign, starts it, and lets the departments begin to report."""

    people: dict[str, User]
    departments: dict[str, Department]
    day: Callable[[int], date]
    at: Callable[[int], datetime]

    def tell(self) -> Campaign:
        """The campaign as it stands on its second day."""
        campaign = self._plan()
        for number, (code, duty) in enumerate(_DUTIES.items()):
            self._owe(campaign, code, _NAMES, self.day(1), number)
            self._owe(campaign, code, duty, self.day(-5), number)
        campaign.refresh_from_db()
        campaign = start_campaign(
            campaign=campaign, version=campaign.version, by=self._by("head"), at=self.at(2)
        )
        for task in campaign.tasks.filter(title=_NAMES).exclude(department__code=_LATE):
            self._report(task)
        return campaign

    def _by(self, username: str) -> Actor:
        return self.people[username].actor

    def _plan(self) -> Campaign:
        by, starts_on = self._by("office"), self.day(1)
        checklist = current_checklist(starts_on)
        values = {
            "title": f"{starts_on.year}年“监管护苗”专项行动",
            "goals": _GOALS,
            "starts_on": starts_on,
            "ends_on": self.day(-5),
            "key_areas": checklist.areas.all() if checklist else [],
        }
        campaign = plan_campaign(values=values, by=by, at=self.at(4))
        campaign = register_notice(
            campaign=campaign,
            version=campaign.version,
            number=f"定双减办〔{starts_on.year}〕5号",
            on=self.day(2),
            by=by,
            at=self.at(2),
        )
        campaign = set_members(
            campaign=campaign,
            version=campaign.version,
            subjects=[self.departments[code] for code in _DUTIES],
            helpers=[],
            by=by,
            at=self.at(2),
        )
        add_places(
            campaign=campaign,
            institutions=Institution.objects.standing(),
            sites=UnlicensedSite.objects.exclude(state__in=_OVER),
            by=by,
            at=self.at(2),
        )
        return campaign

    def _owe(
        self, campaign: Campaign, code: str, title: str, due_on: date, number: int
    ) -> CampaignTask:
        values = {"department": self.departments[code], "title": title, "due_on": due_on}
        task = set_task(campaign=campaign, values=values, by=self._by("office"), at=self.at(2))
        return assign_task(
            task=task,
            version=task.version,
            person=self.people[f"{code}{1 + number % 3}"],
            by=self._by("office"),
            at=self.at(2),
        )

    def _report(self, task: CampaignTask) -> None:
        person = task.person
        if person:
            report_task(
                task=task,
                version=task.version,
                outcome="已报送：执法人员3名，执法证均在有效期内。",
                by=person.actor,
                at=self.at(1),
            )
