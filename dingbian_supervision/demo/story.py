"""How the demo county came to be, told in the order of its days by the portal's own acts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dingbian_supervision.demo import county
from dingbian_supervision.demo.campaign import DemoCampaign
from dingbian_supervision.demo.county import DemoInstitution, DemoSite
from dingbian_supervision.demo.draw import DemoDraw
from dingbian_supervision.demo.visits import DemoVisits
from foundation.accounts.models import Department, User
from foundation.actor import CLOCK, Actor
from foundation.clock.queries import county_day, county_zone
from inspections.actions.checklists import release_checklist
from inspections.queries.checklists import open_draft
from institutions.actions import lifecycle, sites
from institutions.actions.parts import PARTS, add_part
from institutions.actions.register import register
from institutions.actions.sweep import sweep_expired
from institutions.actions.whitelist import check_issue, propose_issue, publish_issue
from institutions.models import (
    AnnualConclusion,
    Category,
    CustodyMode,
    Institution,
    IssueKind,
    LicenceKind,
    ListIssue,
    Post,
    ProfitKind,
    RegistrationType,
    SafetyPaperKind,
)
from institutions.workflow import SITE_NEEDS_DOCUMENT

_REGISTERED, _VERIFIED, _CHECKLIST, _EARLIER, _PROPOSED, _PUBLISHED = 60, 50, 40, 30, 6, 5
# How long before its first day the portal was set up.
BEGINNING = timedelta(days=_REGISTERED + 1)
# Acts that happened after the issue was published: the public page names them as removed.
_LATER = {7: 3, 31: 1}
_REASONS = {
    "suspend": "安全出口被占用，责令停业整顿",
    "resume": "整改完成，经复查合格",
    "rest": "机构报告场所装修，自行歇业",
    "close": "场所不具备办学条件，责令关停",
    "revoke": "挪用办学经费，情节严重",
    "deregister": "机构申请终止办学",
    "move out": "迁址外县办学",
}
_PAPERS = {
    "suspend": "定教体停〔{year}〕{number}号",
    "resume": "定教体复〔{year}〕{number}号",
    "rest": "歇业报告（{year}年第{number}号）",
    "close": "定教体关〔{year}〕{number}号",
    "revoke": "定审批撤〔{year}〕{number}号",
    "deregister": "定审批注〔{year}〕{number}号",
    "move out": "定审批迁〔{year}〕{number}号",
}


@dataclass
class Story:
    """Tells the county's last two months up to `now`, one act after the other."""

    now: datetime
    has_campaign: bool = True
    people: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    rows: list[Institution] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = {user.username: user for user in User.objects.select_related("department")}
        self.departments = Department.objects.in_bulk(field_name="code")
        self.categories = Category.objects.in_bulk(field_name="code")
        self.today = county_day(self.now)
        self._minute = 0

    def tell(self) -> None:
        """The whole story."""
        for position, given in enumerate(county.institutions(self.today)):
            self.rows.append(self._enter(position, given))
        self._verify()
        self._release_checklist()
        self._change_states(lambda position: position not in _LATER)
        for found in sorted(county.SITES, key=lambda one: -one.found_days_ago):
            self._find(found)
        self._publish(IssueKind.WHITELIST)
        self._publish(IssueKind.UNLICENSED)
        self._change_states(lambda position: position in _LATER)
        if self.has_campaign:
            told = (self.people, self.departments, self._day, self._at)
            DemoDraw(*told).tell()
            DemoVisits(*told).tell(DemoCampaign(*told).tell())
        sweep_expired(by=CLOCK, at=self._at(0))

    def _by(self, username: str) -> Actor:
        return self.people[username].actor

    def _day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def _at(self, ago: int) -> datetime:
        """A moment of a working day so many days ago; each later than the one before, none to come."""
        self._minute += 1
        opened = datetime.combine(self._day(ago), time(8), county_zone())
        return min(opened + timedelta(seconds=20 * self._minute), self.now)

    def _enter(self, position: int, given: DemoInstitution) -> Institution:
        lead = self.categories[given.category].lead_department
        values = {
            "name": given.name,
            "short_name": given.short_name,
            "credit_code": given.credit_code,
            "registration_type": (
                RegistrationType.CIVIL if given.is_non_profit else RegistrationType.COMPANY
            ),
            "profit_kind": (
                ProfitKind.NON_PROFIT if given.is_non_profit else ProfitKind.FOR_PROFIT
            ),
            "subjects": given.subjects,
            "town": self.departments[given.town],
            "address": given.address,
            "building_area": Decimal(180 + position * 7),
            "teaching_area": Decimal(120 + position * 5),
            "contact_name": given.principal,
            "contact_phone": given.phone,
            "contact_is_public": position % 3 != 1,
            "lead_department": lead,
            "responsible_officer": self.people[f"{lead.code}{1 + position % 3}"],
            "categories": [self.categories[given.category]],
            "supporting_departments": [self.departments["shichang"], self.departments["xiaofang"]],
        }
        by, at = self._by("office"), self._at(_REGISTERED)
        row = register(values=values, by=by, at=at, source="机构名册（演示数据）")
        for slug, part in self._parts(position, given):
            add_part(institution=row, part=PARTS[slug], values=part, by=by, at=at)
        return row

    def _parts(self, position: int, given: DemoInstitution) -> list[tuple[str, dict[str, object]]]:
        kind = LicenceKind.ARTS if given.category == "WH" else LicenceKind.PRIVATE_SCHOOL
        licence = {
            "kind": kind,
            "number": given.licence_number,
            "authority": "定边县行政审批服务局",
            "issued_on": given.valid_from,
            "valid_from": given.valid_from if given.valid_until else None,
            "valid_until": given.valid_until,
            "scope": given.subjects,
            "capacity": 30 + position,
        }
        parts: list[tuple[str, dict[str, object]]] = [
            ("licence", licence),
            ("representative", {"post": Post.PRINCIPAL, "name": given.principal}),
            ("annual", self._annual(position)),
            ("safety", self._safety(position)),
            ("teacher", self._teacher(position, given)),
        ]
        if position not in county.NO_CUSTODY:
            parts.append(("custody", self._custody(given)))
        if position not in county.NO_FEES:
            parts.append(("fee", self._fee(given)))
        if position not in county.NO_PLATFORM_DATA:
            parts.append(("platform", self._platform(position)))
        return parts

    def _teacher(self, position: int, given: DemoInstitution) -> dict[str, object]:
        return {
            "name": f"{given.principal[0]}老师",
            "subject": given.subjects,
            "experience": f"{2010 + position % 10}年起任教",
        }

    def _annual(self, position: int) -> dict[str, object]:
        conclusion = (
            AnnualConclusion.FAILED if position in county.FAILED_ANNUAL else AnnualConclusion.PASSED
        )
        return {"year": self.today.year - 1, "conclusion": conclusion}

    def _safety(self, position: int) -> dict[str, object]:
        until = self.today + timedelta(days=20 if position == 6 else 400 + position)
        return {
            "kind": SafetyPaperKind.INSURANCE,
            "number": f"PZ{61082500000 + position}",
            "issued_on": until - timedelta(days=730),
            "valid_until": until,
        }

    def _custody(self, given: DemoInstitution) -> dict[str, object]:
        return {
            "mode": CustodyMode.BANK,
            "bank": given.bank,
            "account_name": given.name[:100],
            "account": given.account,
            "agreed_on": given.valid_from,
        }

    def _fee(self, given: DemoInstitution) -> dict[str, object]:
        return {
            "course": given.subjects.split("、")[0] + "基础班",
            "price": Decimal(given.price),
            "unit": "课时",
            "refund": "未消课时全额退还",
            "disclosed_on": self._day(_REGISTERED + 30),
        }

    def _platform(self, position: int) -> dict[str, object]:
        is_open = position not in county.NOT_ON_PLATFORM
        return {
            "platform_id": f"6108252{position:05}",
            "courses_listed": 3 + position % 9 if is_open else 0,
            "payment_open": is_open,
            "custody_open": position not in county.NO_CUSTODY,
            "staff": 6 + position % 5,
            "full_time_staff": 5 if position % 9 else 2,
            "certified_staff": 3 + position % 5,
            "as_of": self._day(_VERIFIED),
        }

    def _verify(self) -> None:
        waiting = [
            row for position, row in enumerate(self.rows) if position not in county.UNVERIFIED
        ]
        lifecycle.verify_together(
            institutions=waiting,
            on=self._day(_VERIFIED),
            document=f"{self.today.year}年机构底数核查记录",
            checked=["办学许可证", "现场地址与许可一致"],
            by=self._by("lead"),
            at=self._at(_VERIFIED),
        )

    def _release_checklist(self) -> None:
        draft = open_draft()
        if draft:
            release_checklist(
                checklist=draft,
                version=draft.version,
                effective_on=self._day(_CHECKLIST),
                by=self._by("lead"),
                at=self._at(_CHECKLIST),
            )

    def _change_states(self, is_now: Callable[[int], bool]) -> None:
        for position, acts in county.STATES.items():
            if not is_now(position):
                continue
            for number, act in enumerate(acts):
                ago = _LATER.get(position, _EARLIER - number * 10)
                self._decide(position, act, ago)

    def _decide(self, position: int, act: str, ago: int) -> None:
        row, on = self.rows[position], self._day(ago)
        lifecycle.decide(
            institution=row,
            act=act,
            on=on,
            document=_PAPERS[act].format(year=on.year, number=position + 1),
            reason=_REASONS[act],
            by=self._by("lead"),
            at=self._at(ago),
        )
        change = row.state_changes.first()
        # The newest revocation still waits for the second person: the head sees it in the morning.
        if change and change.needs_confirmation and act != "revoke":
            lifecycle.confirm(change=change, by=self._by("head"), at=self._at(ago))

    def _find(self, found: DemoSite) -> None:
        on = self._day(found.found_days_ago)
        values = {
            "name": found.name,
            "site_class": found.site_class,
            "town": self.departments[found.town],
            "address": found.address,
            "subjects": found.subjects,
            "found_on": on,
            "found_by": "镇街巡查",
        }
        at = self._at(found.found_days_ago)
        site = sites.report_site(values=values, by=self._by("office2"), at=at)
        for number, act in enumerate(found.measures):
            subject = self.departments["gongan" if act == "hand over" else "jiaoti"]
            owes_paper = act in SITE_NEEDS_DOCUMENT
            site = sites.take_measure(
                site=site,
                act=act,
                on=on,
                document=f"定教体停办〔{on.year}〕{number + found.found_days_ago}号"
                if owes_paper
                else "",
                department=subject if owes_paper else None,
                note="" if owes_paper else "现场核实",
                by=self._by("office2"),
                at=at,
            )

    def _publish(self, kind: IssueKind) -> None:
        """Three people, three steps, as the office does it."""
        issue = propose_issue(
            kind=kind,
            publisher="定边县“双减”工作领导小组办公室",
            by=self._by("office"),
            at=self._at(_PROPOSED),
        )
        issue = self._step(check_issue, issue, "lead", _PROPOSED)
        self._step(publish_issue, issue, "head", _PUBLISHED)

    def _step(
        self, act: Callable[..., ListIssue], issue: ListIssue, who: str, ago: int
    ) -> ListIssue:
        return act(issue=issue, version=issue.version, by=self._by(who), at=self._at(ago))
