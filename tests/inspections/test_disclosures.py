"""Whether the result of a visit is public: proposed by one, decided by another, taken down; and what the public reads."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from desk.queries import morning
from foundation.accounts.models import Role, User
from foundation.audit.models import AuditEvent
from foundation.clock.workdays import after_weekdays
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.disclosures import (
    decide_disclosure,
    propose_disclosure,
    send_back_disclosure,
    withdraw_disclosure,
)
from inspections.actions.visits import conclude_inspection
from inspections.models import ChecklistItem, Disclosure, Inspection
from tests import make
from tests.public.publishing import page, publish, site

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 3, tzinfo=UTC)
LIST = "/office/inspections/"
SignIn = Callable[[User], Client]


def concluded(**given: Any) -> Disclosure | None:
    """A visit whose items are all answered, and concluded by its lead."""
    make.limits()
    row = make.inspection(state="running", **given)
    by = row.inspectors.all()[0].user
    for item in ChecklistItem.objects.filter(area__checklist=row.checklist):
        make.answer(row, item, by)
    make.signature(row)
    conclude_inspection(
        inspection=row, version=1, ended_at=AT, conclusion="王校长态度好", by=by.actor, at=AT
    )
    return Disclosure.objects.filter(inspection=row).first()


def propose(row: Disclosure, by: User, *, is_to_publish: bool = True, reason: str = "") -> None:
    row.refresh_from_db()
    propose_disclosure(
        disclosure=row,
        version=row.version,
        is_to_publish=is_to_publish,
        reason=reason,
        by=by.actor,
        at=AT,
    )
    row.refresh_from_db()


def act(what: Any, row: Disclosure, by: User, **given: Any) -> None:
    row.refresh_from_db()
    what(disclosure=row, version=row.version, by=by.actor, at=AT, **given)
    row.refresh_from_db()


@pytest.mark.parametrize(
    ("on", "days", "due"),
    [
        (date(2023, 7, 10), 20, date(2023, 8, 7)),
        (date(2023, 7, 14), 1, date(2023, 7, 17)),
        (date(2023, 7, 15), 1, date(2023, 7, 17)),
        (date(2026, 7, 5), 7, date(2026, 7, 14)),
    ],
)
def test_a_term_in_weekdays(on: date, days: int, due: date) -> None:
    assert after_weekdays(on, days) == due


def test_a_conclusion_owes_a_decision_on_publication() -> None:
    row = concluded(kind="complaint")

    assert row is not None
    assert (row.state, row.due_on, row.visited_on) == ("waiting", date(2023, 8, 7), AT.date())
    # Neither that somebody complained, nor what the record says of whom.
    assert (row.kind, row.departments, row.result) == ("个案检查", "jiaoti局", "未发现问题")


def test_a_place_without_licence_has_no_page_to_publish_on() -> None:
    assert concluded(site=site("无名画室")) is None


def test_what_was_found_is_published_in_numbers() -> None:
    make.limits()
    row = make.inspection(state="running")
    by = row.inspectors.all()[0].user
    items = ChecklistItem.objects.filter(area__checklist=row.checklist)
    for item in items:
        make.answer(row, item, by)
    at = datetime(2023, 7, 10, 2, tzinfo=UTC)
    make.finding(row, by, fact="张老师没有证")
    make.finding(row, by, mode="case", days=None)
    fixed = {"state": "closed", "fixed_at": at, "fixed_by": by, "fixed_words": "已挪开"}
    make.finding(row, by, mode="on_the_spot", days=None, **fixed)
    make.finding(
        row, by, state="withdrawn", withdrawn_at=at, withdrawn_by=by, withdrawn_reason="误登"
    )
    make.signature(row)
    conclude_inspection(
        inspection=row, version=1, ended_at=AT, conclusion="整改", by=by.actor, at=AT
    )

    assert (
        Disclosure.objects.get().result
        == "发现问题3个，当场改正1个，责令限期整改1个，依法另行处理1个"
    )


def test_one_proposes_another_publishes_and_takes_down(office: User, lead: User) -> None:
    row = make.disclosure()
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        act(decide_disclosure, row, lead)
    propose(row, lead)
    mark = make.mark()
    with pytest.raises(NotPossibleError, match="须由其他人员审核"):
        act(decide_disclosure, row, lead)
    act(send_back_disclosure, row, office, words="先核对数字")
    propose(row, office)
    with pytest.raises(StaleError):
        decide_disclosure(disclosure=row, version=1, by=lead.actor, at=AT)
    assert (row.state, make.mark()) == ("proposed", mark)

    act(decide_disclosure, row, lead)
    assert (row.state, row.decided_by) == ("published", lead)
    assert make.mark() != mark
    mark = make.mark()
    act(withdraw_disclosure, row, lead, reason="数字有误")
    assert (row.state, row.withdrawn_reason) == ("withdrawn", "数字有误")
    assert make.mark() != mark
    trail = [line.act for line in AuditEvent.objects.order_by("id")]
    assert trail == [
        "inspection.result_proposed",
        "inspection.result_proposal_sent_back",
        "inspection.result_proposed",
        "inspection.result_published",
        "inspection.result_taken_down",
    ]
    # What was taken down by mistake is proposed and decided anew.
    propose(row, office)
    assert (row.state, row.decided_at, row.withdrawn_at) == ("proposed", None, None)


def test_what_is_not_published_has_a_reason_and_never_shows(office: User, head: User) -> None:
    row = make.disclosure()
    with pytest.raises(NotPossibleError, match="须写明理由"):
        propose(row, office, is_to_publish=False)
    mark = make.mark()
    propose(row, office, is_to_publish=False, reason="案件正在办理")
    act(decide_disclosure, row, head)

    assert (row.state, make.mark()) == ("withheld", mark)
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        act(withdraw_disclosure, row, head, reason="无")


def test_the_public_page_shows_what_is_published_and_at_once_no_longer(
    client: Client, office: User, lead: User
) -> None:
    make.limits()
    place = make.institution()
    make.licence(place)
    publish(place)
    days = [date(2023, 7, day) for day in range(1, 8)]
    rows = [
        make.disclosure(
            inspection=make.inspection(state="concluded", institution=place),
            visited_on=day,
            state="published" if day != days[-1] else "proposed",
            result=f"发现问题{day.day}个",
        )
        for day in days
    ]
    address = f"/whitelist/{place.public_id}/"

    found = page(client, address)
    # Six are published: the newest five, and behind them the oldest.
    order = [
        found.index(f"2023年7月{day}日日常检查：发现问题{day}个") for day in (6, 5, 4, 3, 2, 1)
    ]
    assert order == sorted(order)
    assert order[4] < found.index("更早的检查结果") < order[5]
    assert "发现问题7个" not in found
    known = client.get(address)["ETag"]
    act(decide_disclosure, rows[-1], lead)
    assert "2023年7月7日日常检查：发现问题7个" in page(client, address)
    for row in rows:
        act(withdraw_disclosure, row, lead, reason="数字有误")
    answer = client.get(address, headers={"If-None-Match": known})
    assert answer.status_code == 200
    assert "检查结果" not in answer.content.decode()


def test_proposed_decided_and_taken_down_on_the_pages(
    sign_in: SignIn, office: User, lead: User
) -> None:
    row = make.disclosure()
    address = f"{LIST}{row.inspection_id}/"
    browser, other = sign_in(office), sign_in(lead)

    def words(client: Client, tail: str = "", **typed: Any) -> str:
        row.refresh_from_db()
        given = {"version": row.version} | typed
        answer = client.post(address + tail, given, follow=True) if typed else client.get(address)
        return str(answer.content.decode())

    assert "应于2023年8月7日前决定是否公示" in words(browser)
    assert "请写明不公示的理由" in words(browser, "result/propose/", what="withhold")
    assert "选“公示”的不填理由" in words(browser, "result/propose/", what="publish", reason="无")
    assert "已拟定，等待审核" in words(browser, "result/propose/", what="publish")
    assert "result/decide/" not in words(browser)
    assert "result/decide/" in words(other)
    assert "退回须写明理由" in words(other, "result/decide/", what="send_back")
    words(other, "result/decide/", what="agree")
    row.refresh_from_db()
    assert row.state == "published"
    assert "撤下理由" in words(other, "result/take-down/", reason="")
    said = words(other, "result/take-down/", reason="数字有误")
    assert "已从公示页撤下" in said
    assert "撤下已公示的检查结果" in said


def test_the_office_finds_what_is_still_to_decide(
    sign_in: SignIn, office: User, lead: User
) -> None:
    make.limits()
    late = make.disclosure(due_on=date(2023, 7, 31))
    soon = make.disclosure(state="proposed", due_on=date(2023, 8, 9))
    make.disclosure(state="published")
    officer = late.inspection.inspectors.all()[0].user

    def listed(show: str, who: User) -> str:
        return str(sign_in(who).get(f"{LIST}?show={show}").content.decode())

    with time_machine.travel("2023-08-07T02:00:00Z", tick=False):
        said = listed("results", office)
        assert said.index(str(late.institution)) < said.index(str(soon.institution))
        assert "共 2 次" in said
        assert ("公示期限已过期" in said, "公示期限还有2天" in said) == (True, True)
        assert "共 1 次" in listed("results_late", office)
        assert "公示期限" not in listed("results", officer).split("<caption>")[1]
        lines = {
            line.words: line.tone
            for who in (office, lead)
            for group in morning(who, date(2023, 8, 7))
            for line in group.lines
        }
        assert lines["检查结果待拟定是否公示，最早的2023年7月31日到期"] == "bad"
        assert "检查结果是否公示，等待您审核" in lines


def test_a_department_that_does_not_lead_learns_nothing_of_it(sign_in: SignIn) -> None:
    row = make.disclosure().inspection
    helps = make.takes_part(row, make.department("xiaofang"))
    leads = Inspection.objects.get(pk=row.pk).inspectors.order_by("pk")[0].user

    assert "检查结果公示" in str(sign_in(leads).get(f"{LIST}{row.pk}/").content.decode())
    assert "检查结果公示" not in str(sign_in(helps).get(f"{LIST}{row.pk}/").content.decode())
    assert Role(leads.role) == Role.OFFICER
