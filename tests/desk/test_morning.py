from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from desk.queries import Line, morning
from foundation.accounts.models import User
from foundation.law.models import Limit
from institutions.actions import lifecycle
from institutions.actions.sites import report_site
from institutions.actions.whitelist import check_issue, propose_issue
from institutions.models import IssueKind
from institutions.workflow import InstitutionState
from tests import make

AT = datetime(2023, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2023, 7, 10)


@pytest.fixture(autouse=True)
def _the_tenth_of_july() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def duties(user: User) -> list[tuple[int, str]]:
    return [(line.number, line.words) for line in _lines(user, "等我办理")]


def _lines(user: User, title: str) -> list[Line]:
    return next(group.lines for group in morning(user, DAY) if group.title == title)


def test_the_office_is_told_who_waits_for_verification(office: User) -> None:
    make.institution(state=InstitutionState.UNVERIFIED)
    make.institution(state=InstitutionState.NORMAL)

    assert (1, "机构等待核验") in duties(office)


def test_a_draft_waits_for_the_lead_and_then_for_the_head(
    office: User, lead: User, head: User
) -> None:
    make.licence(institution=make.institution(state=InstitutionState.NORMAL))
    issue = propose_issue(kind=IssueKind.WHITELIST, publisher="县双减办", by=office.actor, at=AT)
    assert (1, "白名单草稿等待审核") in duties(lead)
    assert (1, "白名单等待发布") not in duties(head)

    check_issue(issue=issue, version=issue.version, by=lead.actor, at=AT)

    assert (1, "白名单草稿等待审核") not in duties(lead)
    assert (1, "白名单等待发布") in duties(head)


def test_a_decision_waits_for_the_other_person_not_for_its_author(lead: User, head: User) -> None:
    lifecycle.decide(
        institution=make.institution(state=InstitutionState.NORMAL),
        act="suspend",
        on=DAY,
        document="定教体停〔2023〕1号",
        reason="通道被占用",
        by=lead.actor,
        at=AT,
    )

    words = "停业、关停、吊销决定等待复核，应在1个工作日内办理"
    assert (1, words) in duties(head)
    assert (1, words) not in duties(lead)
    assert (1, "您登记的决定等待另一位负责人复核") in duties(lead)


def test_the_term_for_the_second_person_is_the_one_the_office_keeps(lead: User, head: User) -> None:
    make.limits()
    Limit.objects.filter(key="confirm_working_days").update(value=2)
    lifecycle.decide(
        institution=make.institution(state=InstitutionState.NORMAL),
        act="suspend",
        on=DAY,
        document="定教体停〔2023〕1号",
        reason="通道被占用",
        by=lead.actor,
        at=AT,
    )

    assert (1, "停业、关停、吊销决定等待复核，应在2个工作日内办理") in duties(head)


def test_a_department_counts_its_own_institutions_only(officer: User) -> None:
    make.institution(state=InstitutionState.NORMAL, lead_department=officer.department)
    make.institution(state=InstitutionState.NORMAL)

    counted = {line.words: line.number for line in _lines(officer, "本部门牵头或配合监管的机构")}

    assert counted["许可证未登记"] == 1


def test_who_answers_for_an_institution_sees_what_it_lacks(
    as_officer: Client, officer: User
) -> None:
    make.institution(responsible_officer=officer)
    make.institution(lead_department=officer.department)

    lines = {line.words: line for line in _lines(officer, "由您包联的机构（1家）")}

    line = lines["许可证未登记"]
    assert line.number == as_officer.get(line.url).context["page"].paginator.count == 1


def test_who_answers_for_none_has_no_such_part(officer: User) -> None:
    make.institution(responsible_officer=make.user(), lead_department=officer.department)

    titles = [group.title for group in morning(officer, DAY)]

    assert titles == ["等我办理", "本部门牵头或配合监管的机构", "公示名单"]


def test_a_town_is_told_of_its_own_clues_and_of_nothing_else(
    as_town_officer: Client, town_officer: User, office: User
) -> None:
    make.institution(town=town_officer.department, state=InstitutionState.NORMAL)
    for town in (town_officer.department, make.town("另一个镇")):
        values = {"name": "无证画室", "town": town, "address": "献忠路3号", "found_on": DAY}
        report_site(values=values, by=office.actor, at=AT)

    page = as_town_officer.get("/office/")

    assert [group.title for group in page.context["groups"]] == ["等我办理"]
    assert duties(town_officer) == [(1, "无证场所线索正在查实")]
    assertContains(page, 'href="/office/sites/"')
    for hidden in ("/office/institutions/", "/office/whitelist/"):
        assertNotContains(page, hidden)


def test_the_search_of_the_register_stands_before_those_who_may_view_it(
    as_officer: Client, as_auditor: Client
) -> None:
    assertContains(as_officer.get("/office/"), 'placeholder="查找机构"')
    assertNotContains(as_auditor.get("/office/"), 'placeholder="查找机构"')


def test_the_auditor_is_told_that_nobody_has_verified_the_trail(auditor: User) -> None:
    assert duties(auditor) == [(1, "操作留痕超过一天没有校验")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions_for_any_number_of_rows(
    as_office: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make.institution(state=InstitutionState.UNVERIFIED)

    with django_assert_num_queries(22):
        as_office.get("/office/")


def test_every_number_leads_to_a_list_of_that_length(as_office: Client, office: User) -> None:
    for _ in range(3):
        make.institution(state=InstitutionState.UNVERIFIED)

    line = next(line for line in _lines(office, "等我办理") if line.words == "机构等待核验")

    assert as_office.get(line.url).context["page"].paginator.count == line.number == 3


def test_the_page_is_for_reading_only(as_office: Client) -> None:
    assert as_office.post("/office/").status_code == 405
