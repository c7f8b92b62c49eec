"""The morning page: what waits for this person on the register today, each number with its list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.accounts.queries.departments import email_warning, phone_warning
from foundation.accounts.rules import may
from foundation.audit.queries import last_verification
from foundation.clock.queries import now
from foundation.clock.words import day_words
from foundation.law.models import LegalBasis, Limit
from foundation.law.queries import limit
from inspections import rules as inspection_rules
from inspections.models import Campaign
from inspections.queries.campaigns import owed, tasks_of
from inspections.queries.checklists import open_draft
from inspections.queries.disclosures import to_decide, to_propose
from inspections.queries.inspections import (
    inspections_of,
    mine_on,
    mine_running,
    to_approve,
    to_ask,
    to_complete,
    to_staff,
)
from inspections.queries.overlaps import overlap_count
from inspections.workflow import CampaignState
from institutions.models import ImportRun, ImportState, Institution, IssueKind
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.issues import current_issue, entries_in_force, open_issue
from institutions.queries.register import register_rows, unconfirmed_changes
from institutions.queries.sites import sites_of
from institutions.queries.warnings import KINDS, count_warnings
from institutions.workflow import InstitutionState, IssueState, SiteState

# The chain is verified every night; a morning without a verification is itself a finding.
_VERIFIED_WITHIN = timedelta(hours=36)


@dataclass(frozen=True)
class Line:
    """One sentence with its number, and the list behind it."""

    number: int
    unit: str
    words: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Group:
    """Sentences of one kind under a heading; an empty one says what would stand there."""

    title: str
    lines: list[Line]
    nothing: str


def morning(user: User, on: date) -> list[Group]:
    """What this person's role has to do with the register; a fixed number of questions for each role."""
    duties = [line for duty in _DUTIES for line in duty(user, on)]
    groups = [Group("等我办理", duties, "现在没有等您办理的事项。")]
    if may(user, "institutions.view"):
        own = register_rows().filter(responsible_officer=user)
        if count := own.count():
            words = f"由您包联的机构（{count}家）"
            lines = _warnings(own, on, officer=str(user.pk))
            groups.append(Group(words, lines, "您包联的机构没有需要注意的事项。"))
        lines = _warnings(rows_of(user), on, **_scope_filter(user))
        groups.append(Group(_scope_words(user), lines, "没有需要注意的事项。"))
    if may(user, "whitelist.view"):
        groups.append(Group("公示名单", list(_published(on)), "白名单尚未发布。"))
    return groups


def rows_of(user: User) -> InstitutionQuerySet:
    """The institutions that are this person's business: all of them, or the department's."""
    rows = register_rows()
    if user.role in {Role.OFFICER, Role.DEPARTMENT_HEAD}:
        supported = Institution.supporting_departments.through.objects.filter(
            department=user.department_id
        )
        return rows.filter(
            Q(lead_department=user.department_id) | Q(pk__in=supported.values("institution"))
        )
    return rows


def _scope_words(user: User) -> str:
    if user.role in {Role.OFFICER, Role.DEPARTMENT_HEAD}:
        return "本部门牵头或配合监管的机构"
    return "全县机构"


def _scope_filter(user: User) -> dict[str, str]:
    if user.role in {Role.OFFICER, Role.DEPARTMENT_HEAD}:
        return {"mine": "on"}
    return {}


def _register(**asked: str) -> str:
    return f"{reverse('institutions:register')}?{urlencode(asked)}"


def _warnings(rows: InstitutionQuerySet, on: date, **scope: str) -> list[Line]:
    counts = count_warnings(rows, on)
    return [
        Line(count, "家", KINDS[kind][0], _register(warning=kind, **scope), KINDS[kind][1])
        for kind, count in counts.items()
    ]


def _to_verify(user: User, on: date) -> Iterator[Line]:
    if may(user, "institutions.verify"):
        count = register_rows().filter(state=InstitutionState.UNVERIFIED).count()
        if count:
            yield Line(count, "家", "机构等待核验", _register(state="unverified"))


def _to_confirm(user: User, on: date) -> Iterator[Line]:
    if may(user, "institutions.confirm"):
        count = unconfirmed_changes().exclude(made_by=user).count()
        if count:
            days = limit("confirm_working_days")
            words = f"停业、关停、吊销决定等待复核，应在{days}个工作日内办理"
            yield Line(count, "件", words, _register(warning="unconfirmed"), "bad")


def _own_unconfirmed(user: User, on: date) -> Iterator[Line]:
    if may(user, "institutions.decide"):
        count = unconfirmed_changes().filter(made_by=user).count()
        if count:
            words = "您登记的决定等待另一位负责人复核"
            yield Line(count, "件", words, _register(warning="unconfirmed"), "warn")


def _imports(user: User, on: date) -> Iterator[Line]:
    if may(user, "institutions.import"):
        open_states = (ImportState.UPLOADED, ImportState.PREVIEWED)
        count = ImportRun.objects.filter(state__in=open_states, uploaded_by=user).count()
        if count:
            yield Line(count, "个", "导入还没有应用", reverse("institutions:imports"))


def _issues(user: User, on: date) -> Iterator[Line]:
    for kind in IssueKind:
        issue = open_issue(kind)
        if issue is None:
            continue
        url = reverse("institutions:issue", args=[issue.pk])
        people = {issue.proposed_by_id, issue.checked_by_id}
        is_draft = issue.state == IssueState.DRAFT
        if is_draft and may(user, "whitelist.check") and user.pk not in people:
            yield Line(1, "期", f"{kind.label}草稿等待审核", url)
        if not is_draft and may(user, "whitelist.publish") and user.pk not in people:
            yield Line(1, "期", f"{kind.label}等待发布", url)
        if user.pk == issue.proposed_by_id:
            waits = "审核" if is_draft else "发布"
            yield Line(1, "期", f"您拟制的{kind.label}正在等待{waits}", url)


def _checklist(user: User, on: date) -> Iterator[Line]:
    if may(user, "checklists.release"):
        draft = open_draft()
        if draft and inspection_rules.may_release_this(user, draft):
            url = reverse("inspections:checklist", args=[draft.pk])
            yield Line(1, "份", "检查表草稿等待审阅发布", url)


def _tasks(user: User, on: date) -> Iterator[Line]:
    """What a department owes in running campaigns; the office is told of what is overdue."""
    if not may(user, "campaigns.view"):
        return
    url, found = reverse("inspections:tasks"), owed(tasks_of(user), user, on)
    reports = may(user, "campaigns.report")
    if reports and found.mine:
        yield Line(found.mine, "项", "专项行动任务由您负责，等待上报", f"{url}?show=mine")
    if reports and found.others:
        yield Line(found.others, "项", "本部门其他专项行动任务等待上报", url)
    if found.late:
        yield Line(found.late, "项", "专项行动任务逾期没有上报", f"{url}?show=overdue", "bad")


def _campaigns(user: User, on: date) -> Iterator[Line]:
    if not may(user, "campaigns.decide"):
        return
    rows = Campaign.objects.filter(state=CampaignState.PLANNING)
    planned = rows.exclude(planned_by=user).count()
    if planned:
        url = f"{reverse('inspections:campaigns')}?state={CampaignState.PLANNING}"
        yield Line(planned, "个", "专项行动正在筹备，备齐后请启动", url)
    over = Campaign.objects.filter(state=CampaignState.RUNNING, ends_on__lt=on).count()
    if over:
        url = f"{reverse('inspections:campaigns')}?state={CampaignState.RUNNING}"
        yield Line(over, "个", "专项行动已过结束日期，等待总结结束", url, "warn")


def _inspections(user: User, on: date) -> Iterator[Line]:
    """Visits that wait for approval, before they take place or, urgent ones, afterwards."""
    if not may(user, "inspections.view"):
        return
    url = reverse("inspections:inspections")
    if count := to_approve(user).count():
        yield Line(count, "次", "检查等待您审批", reverse("inspections:approvals"))
    late = to_complete(inspections_of(user)).order_by("approval__completion_due_on")
    if dues := [one for one in late.values_list("approval__completion_due_on", flat=True) if one]:
        words = f"紧急检查待补办审批，最早的{day_words(dues[0])}到期"
        tone = "bad" if dues[0] < on else "warn"
        yield Line(len(dues), "次", words, f"{url}?show=late", tone)


def _own_inspections(user: User, on: date) -> Iterator[Line]:
    """Where to go today, what to ask approval for, whom to name, what could be one visit."""
    if not may(user, "inspections.view"):
        return
    url = reverse("inspections:inspections")
    if count := mine_on(user, on).count():
        yield Line(count, "次", "检查安排在今天，由您参加", f"{url}?show=mine&when=today")
    if count := mine_running(user).count():
        words = "检查已开始，待登记检查结果或结论，由您参加"
        yield Line(count, "次", words, f"{url}?show=mine&state=running")
    if count := to_ask(user).count():
        yield Line(count, "次", "本部门牵头的检查待提请审批", reverse("inspections:asks"))
    if count := to_staff(user).count():
        yield Line(count, "次", "检查待确定本部门参加人员", f"{url}?show=staff")
    if may(user, "inspections.merge") and (count := overlap_count(on)):
        words = "检查对象同月安排了几次检查，可以合并"
        yield Line(count, "个", words, reverse("inspections:inspection_overlaps"))


def _results(user: User, on: date) -> Iterator[Line]:
    """Concluded visits of which it is still to decide whether the result is published."""
    url = f"{reverse('inspections:inspections')}?show=results"
    if may(user, "results.propose"):
        dues = list(to_propose().order_by("due_on").values_list("due_on", flat=True))
        if dues:
            words = f"检查结果待拟定是否公示，最早的{day_words(dues[0])}到期"
            yield Line(len(dues), "次", words, url, "bad" if dues[0] < on else "")
    if may(user, "results.publish") and (count := to_decide(user).count()):
        yield Line(count, "次", "检查结果是否公示，等待您审核", url)


def _clues(user: User, on: date) -> Iterator[Line]:
    if not may(user, "sites.view"):
        return
    rows = sites_of(user)
    count = rows.filter(state=SiteState.CLUE).count()
    if count:
        words = "无证场所线索等待查实" if may(user, "sites.handle") else "无证场所线索正在查实"
        yield Line(count, "处", words, f"{reverse('institutions:sites')}?state=clue")


def _contacts(user: User, on: date) -> Iterator[Line]:
    if may(user, "departments.manage"):
        rows = Department.objects.filter(is_active=True).exclude(kind=DepartmentKind.TOWN)
        count = sum(bool(phone_warning(row, on) or email_warning(row, on)) for row in rows)
        if count:
            yield Line(count, "个", "部门的投诉电话或邮箱需要核对", reverse("accounts:departments"))


def _limits(user: User, on: date) -> Iterator[Line]:
    if may(user, "law.verify"):
        count = Limit.objects.filter(verified_at=None).count()
        if count:
            yield Line(count, "项", "法定限额等待对照原文核实", reverse("law:limits"))
        count = LegalBasis.objects.filter(verified_at=None).count()
        if count:
            url = f"{reverse('law:bases')}?verified=no"
            yield Line(count, "条", "法律依据等待对照原文核实", url)


def _chain(user: User, on: date) -> Iterator[Line]:
    if not may(user, "audit.view"):
        return
    run = last_verification()
    url = reverse("audit:trail")
    if run is None or now() - run.at > _VERIFIED_WITHIN:
        yield Line(1, "项", "操作留痕超过一天没有校验", url, "warn")
    elif not run.ok:
        yield Line(1, "处", "操作留痕校验发现异常", url, "bad")


def _accounts(user: User, on: date) -> Iterator[Line]:
    if may(user, "people.manage"):
        waiting = User.objects.filter(is_active=True, must_change_password=True).count()
        if waiting:
            yield Line(waiting, "人", "还没有完成首次登录改密码", reverse("accounts:people"))


def _published(on: date) -> Iterator[Line]:
    for kind in IssueKind:
        issue = current_issue(kind)
        if issue is None:
            continue
        unit = "家" if kind == IssueKind.WHITELIST else "处"
        held = entries_in_force(issue, on).count()
        url = reverse("institutions:issue", args=[issue.pk])
        yield Line(held, unit, f"在{kind.label}第{issue.number}期中，现在仍有效", url, "good")
        if gone := issue.entry_count - held:
            yield Line(gone, unit, f"{kind.label}第{issue.number}期发布后移出", url, "warn")


_DUTIES: tuple[Callable[[User, date], Iterator[Line]], ...] = (
    _to_confirm,
    _issues,
    _checklist,
    _campaigns,
    _tasks,
    _inspections,
    _own_inspections,
    _results,
    _to_verify,
    _own_unconfirmed,
    _imports,
    _clues,
    _contacts,
    _limits,
    _chain,
    _accounts,
)
