"""The pages of inspections: planned, staffed, asked for and approved by those whose part it is."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from desk.queries import morning
from foundation.accounts.models import Role, User
from foundation.law.models import Limit
from inspections.models import Approval, Inspection, Section
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 6, 1, 0, tzinfo=UTC)
DAY = date(2023, 7, 6)
LIST = "/office/inspections/"


@pytest.fixture(autouse=True)
def _the_sixth_of_july() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def as_dept_head(sign_in: Callable[[User], Client]) -> Client:
    head = make.user("jiaoti_head", role=Role.DEPARTMENT_HEAD, department=make.department())
    return sign_in(head)


def duties(user: User) -> list[tuple[int, str]]:
    return [(line.number, line.words) for line in morning(user, DAY)[0].lines]


def page(row: Inspection) -> str:
    return f"{LIST}{row.pk}/"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_a_place_to_an_approval(
    as_officer: Client, as_dept_head: Client, officer: User
) -> None:
    make.checklist()
    place = make.institution("青禾艺术学校")
    two = [make.inspector(officer.department).pk for _ in range(2)]
    found = words(as_officer.get(f"{LIST}new/?q=青禾"))
    assert f"?institution={place.pk}" in found
    typed = {"kind": "routine", "manner": "on_site", "planned_on": "2023-07-10", "scope": "资质"}

    planned = as_officer.post(f"{LIST}new/?institution={place.pk}", typed | {"people": two})

    row = Inspection.objects.get()
    assert planned["Location"] == page(row)
    assert (1, "本部门牵头的检查待提请审批") in duties(officer)
    as_officer.post(f"{page(row)}ask/", {"version": 1, "words": "拟检查"})
    head = User.objects.get(username="jiaoti_head")
    assert (1, "检查等待您审批") in duties(head)
    shown = words(as_dept_head.get(page(row)))
    assert "审批" in shown
    as_dept_head.post(f"{page(row)}approve/", {"version": 2})
    row.refresh_from_db()
    assert row.state == "approved"
    assert "jiaoti局检通〔2023〕1号" in words(as_officer.get(page(row)))
    assert (1, "检查等待您审批") not in duties(head)


def test_what_was_typed_stays_when_it_is_refused(as_office: Client) -> None:
    place = make.institution()
    typed = {"kind": "routine", "manner": "on_site", "planned_on": "2023-07-01", "scope": "查资质"}
    typed |= {"lead": str(make.department().pk)}
    make.checklist()

    answer = words(as_office.post(f"{LIST}new/?institution={place.pk}", typed))

    assert "检查日期不能早于今天" in answer
    assert "查资质" in answer
    urgent = words(
        as_office.post(f"{LIST}new/?institution={place.pk}", typed | {"is_urgent": "on"})
    )
    assert "请说明紧急情况" in urgent
    assert not Inspection.objects.exists()


def test_another_departments_visit_is_not_there(
    as_officer: Client, as_dept_head: Client, officer: User
) -> None:
    foreign = make.inspection(lead=make.department("wenlv"), state="waiting")
    nowhere = as_officer.get(f"{LIST}999999/").status_code
    tails = ("", "amend/", "move/", "cancel/", "ask/", "merge/")
    answers = {as_officer.get(page(foreign) + tail).status_code for tail in tails}

    assert answers == {nowhere} == {404}
    assert as_dept_head.get(f"{page(foreign)}approve/").status_code == 404
    assert as_dept_head.post(f"{page(foreign)}approve/", {"version": 1}).status_code == 404
    assert foreign.place is not None
    assert str(foreign.place) not in words(as_officer.get(LIST))
    foreign.refresh_from_db()
    assert foreign.state == "waiting"


def test_a_visit_that_is_over_opens_no_form_to_amend_or_move_it(
    as_office: Client, office: User
) -> None:
    over = make.inspection(state="concluded", organiser=office.department)
    ahead = make.inspection(state="planned", organiser=office.department)
    forms = ("amend", "move")

    answers = [as_office.get(f"{page(row)}{one}/") for row in (over, ahead) for one in forms]

    assert [one.status_code for one in answers] == [302, 302, 200, 200]
    assert {one["Location"] for one in answers[:2]} == {page(over)}


def test_the_leads_officer_moves_the_offices_visit_but_does_not_give_it_up(
    as_officer: Client, as_dept_head: Client, office: User
) -> None:
    row = make.inspection(organiser=office.department)

    assert as_officer.get(f"{page(row)}move/").status_code == 200
    assert as_officer.get(f"{page(row)}cancel/").status_code == 404
    assert as_officer.get(f"{page(row)}amend/").status_code == 404
    as_dept_head.post(f"{page(row)}cancel/", {"version": 1, "reason": "机构停课"})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_a_campaign_that_is_being_planned_is_the_offices(
    as_office: Client, as_officer: Client, officer: User
) -> None:
    campaign = make.campaign(state="planning")
    campaign.members.create(department=officer.department, is_subject=True)
    place = campaign.places.get()
    row = make.inspection(institution=place.institution, planned=place)
    address = f"{LIST}new/?institution={place.institution_id}"

    assert "测试专项行动" in words(as_office.get(address))
    assert "测试专项行动" not in words(as_officer.get(address))
    link = f"/office/campaigns/{campaign.pk}/"
    assert link in words(as_office.get(page(row)))
    assert link not in words(as_officer.get(page(row)))


def test_who_takes_part_staffs_the_own_part_and_nothing_else(
    as_officer: Client, officer: User
) -> None:
    joint = make.inspection(lead=make.department("wenlv"))
    own = Section.objects.create(inspection=joint, department=officer.department)
    theirs = joint.sections.exclude(pk=own.pk).get()
    person = make.inspector(officer.department)
    assert (1, "检查待确定本部门参加人员") in duties(officer)

    as_officer.post(f"{page(joint)}sections/{own.pk}/people/", {"version": 1, "people": person.pk})

    assert [one.user for one in own.inspectors.all()] == [person]
    assert as_officer.get(f"{page(joint)}sections/{theirs.pk}/people/").status_code == 404
    for tail in ("ask/", "move/", "cancel/", "amend/"):
        assert as_officer.get(page(joint) + tail).status_code == 404, tail
    assert "办理经过" not in words(as_officer.get(page(joint)))


def test_a_head_with_many_waiting_decides_together(as_dept_head: Client) -> None:
    rows = [make.inspection(state="waiting") for _ in range(4)]
    ticked = [f"{one.pk}-1" for one in rows]
    stale = f"{rows[2].pk}-7"

    refused = words(as_dept_head.post(f"{LIST}approvals/", {"pk": ticked[3:], "send_back": "1"}))
    assert "退回须写明理由" in refused
    assert f'value="{ticked[3]}"' in refused
    chosen = {"pk": [*ticked[:2], stale, "x-1", "7"]}
    done = words(as_dept_head.post(f"{LIST}approvals/", chosen, follow=True))

    assert "已同意2次检查" in done
    assert "这条记录在您打开之后已被修改" in done
    states = [Inspection.objects.get(pk=one.pk).state for one in rows]
    assert states == ["approved", "approved", "waiting", "waiting"]
    back = {"pk": ticked[3:], "send_back": "1", "words": "补充事项"}
    assert "已退回1次检查" in words(as_dept_head.post(f"{LIST}approvals/", back, follow=True))
    assert "请先选中检查" in words(
        as_dept_head.post(f"{LIST}approvals/", {"words": ""}, follow=True)
    )


def test_what_another_head_has_decided_meanwhile_is_told(as_dept_head: Client) -> None:
    row, other = (make.inspection(state="waiting") for _ in range(2))
    Inspection.objects.filter(pk=other.pk).update(state="approved")

    done = words(
        as_dept_head.post(
            f"{LIST}approvals/", {"pk": [f"{row.pk}-1", f"{other.pk}-1"]}, follow=True
        )
    )

    assert "已同意1次检查" in done
    assert "有1次已不在待办之列" in done


def test_many_are_asked_for_together(as_officer: Client) -> None:
    rows = [make.inspection() for _ in range(2)]

    done = as_officer.post(f"{LIST}asks/", {"pk": [f"{one.pk}-1" for one in rows]}, follow=True)

    assert "已提请审批2次检查" in words(done)
    assert {one.state for one in Inspection.objects.all()} == {"waiting"}


def test_over_the_cap_the_page_says_so_and_asks_why(as_officer: Client) -> None:
    make.limits()
    Limit.objects.filter(key="visits_a_year").update(value=1)
    place = make.institution()
    make.inspection(institution=place, state="approved")
    row = make.inspection(institution=place)

    shown = words(as_officer.get(f"{page(row)}ask/"))
    assert "本年度检查次数已达上限" in shown
    assert "超频次理由" in shown
    assert "必填" in words(as_officer.post(f"{page(row)}ask/", {"version": 1}))
    as_officer.post(f"{page(row)}ask/", {"version": 1, "exception": "群众反映"})

    row.refresh_from_db()
    assert (row.state, row.approval.exception) == ("waiting", "群众反映")
    assert "已达上限" in words(as_officer.get(f"{LIST}new/?institution={place.pk}"))


def test_all_that_are_listed_are_asked_for_and_approved_at_once(
    as_officer: Client, as_dept_head: Client
) -> None:
    rows = [make.inspection(planned_on=DAY) for _ in range(3)]
    late = make.inspection(planned_on=DAY)

    for browser, address in ((as_officer, f"{LIST}asks/"), (as_dept_head, f"{LIST}approvals/")):
        listed = re.findall(r'name="listed"\s+value="([\d-]+)"', words(browser.get(address)))
        seen = [one for one in listed if not one.startswith(f"{late.pk}-")]
        browser.post(address, {"all": "1", "listed": seen})

    assert {Inspection.objects.get(pk=one.pk).state for one in rows} == {"approved"}
    late.refresh_from_db()
    assert late.state == "planned"


def test_what_is_decided_at_once_is_numbered_in_the_order_of_its_days(
    as_officer: Client, as_dept_head: Client
) -> None:
    rows = [make.inspection(planned_on=DAY + timedelta(days=ahead)) for ahead in (1, 0, 2)]

    for browser, address in ((as_officer, f"{LIST}asks/"), (as_dept_head, f"{LIST}approvals/")):
        listed = re.findall(r'name="listed"\s+value="([\d-]+)"', words(browser.get(address)))
        browser.post(address, {"all": "1", "listed": listed})

    papers = Approval.objects.filter(inspection__in=rows).order_by("inspection__planned_on")
    for name in ("number", "notice_number"):
        numbers = [str(getattr(one, name)).partition("〕")[2] for one in papers]
        assert numbers == ["1号", "2号", "3号"]


def test_the_office_plans_many_and_merges_two(as_office: Client, office: User) -> None:
    campaign = make.campaign()
    lead = make.department()
    campaign.members.create(department=lead, is_subject=True)
    campaign.places.create(institution=make.institution(lead_department=lead), added_at=AT)
    address = f"/office/campaigns/{campaign.pk}/inspections/new/"
    typed = {"planned_on": "2023-07-07", "a_day": "1", "scope": "八项", "lead": lead.pk}
    typed |= {"assistants": "财务专家1名"}
    assert "请先选中检查对象" in words(as_office.post(address, typed))
    listed = [one.pk for one in as_office.get(address).context["places"]]

    answer = as_office.post(address, typed | {"all": "1", "listed": listed})

    assert answer["Location"] == f"{LIST}?campaign={campaign.pk}"
    assert [one.planned_on.day for one in Inspection.objects.order_by("planned_on")] == [7, 8]
    assert {one.assistants for one in Inspection.objects.all()} == {"财务专家1名"}
    assert "检查对象都已安排检查" in words(as_office.get(address))
    kept = Inspection.objects.earliest("planned_on")
    other = make.inspection(institution=kept.institution, lead=make.department("wenlv"))
    assert (1, "检查对象同月安排了几次检查，可以合并") in duties(office)
    assert str(kept.place) in words(as_office.get(f"{LIST}overlaps/"))
    as_office.post(f"{page(kept)}merge/", {"pk": [f"{kept.pk}-1", f"{other.pk}-1"]})
    other.refresh_from_db()
    assert other.merged_into == kept


def test_an_urgent_one_stays_on_the_heads_page_until_it_is_completed(
    as_officer: Client, as_dept_head: Client
) -> None:
    row = make.inspection(is_urgent=True, urgent_reason="疏散通道被堵", planned_on=DAY)
    head = User.objects.get(username="jiaoti_head")
    owed = (1, "紧急检查待补办审批，最早的2023年7月8日到期")

    as_officer.post(f"{page(row)}ask/", {"version": 1})
    assert owed in duties(head)
    assert str(row.place) in words(as_dept_head.get(f"{LIST}?show=late"))
    as_dept_head.post(f"{page(row)}send-back/", {"version": 2, "words": "补充说明"})
    assert owed in duties(head)
    as_officer.post(f"{page(row)}ask/", {"version": 3})
    as_dept_head.post(f"{page(row)}approve/", {"version": 4})

    assert owed not in duties(head)


def test_a_person_is_told_where_to_go_today() -> None:
    row = make.inspection(state="approved", planned_on=DAY)
    goes = row.inspectors.all()[0].user

    assert (1, "检查安排在今天，由您参加") in duties(goes)


def test_recused_and_replaced_on_the_page(as_dept_head: Client) -> None:
    row = make.inspection(state="waiting")
    one, instead = row.inspectors.all()[0], make.inspector(row.lead)
    address = f"{page(row)}inspectors/{one.pk}/replace/"

    typed = {"version": 1, "is_recused": "recused", "reason": "亲属", "replacement": instead.pk}
    as_dept_head.post(address, typed)

    shown = words(as_dept_head.get(page(row)))
    assert "回避：亲属" in shown
    assert instead.name in shown


def test_the_list_is_narrowed(as_office: Client) -> None:
    row = make.inspection(institution=make.institution("青禾艺术学校"), state="waiting")
    make.inspection(institution=make.institution("远航学校"), planned_on=DAY)
    gone = make.inspection(institution=make.institution("已取消的"), state="planned")
    as_office.post(f"{page(gone)}cancel/", {"version": 1, "reason": "停"})

    def shown(asked: str) -> list[str]:
        rows = as_office.get(f"{LIST}?{asked}").context["page"].object_list
        return [str(one.place) for one in rows]

    assert shown("q=qinghe") == shown(f"q={row.code}") == ["青禾艺术学校"]
    assert shown(f"q={row.approval.number}") == shown("state=waiting") == ["青禾艺术学校"]
    assert shown("when=today") == ["远航学校"]
    assert shown("kind=nonsense&department=nobody&when=x&institution=-1")[:1] == ["已取消的"]


@pytest.mark.parametrize("more", [0, 3])
def test_the_pages_ask_the_same_number_of_questions_for_any_number_of_rows(
    as_officer: Client,
    as_office: Client,
    as_dept_head: Client,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = make.campaign()
    campaign.members.create(department=make.department(), is_subject=True)
    place = make.institution()
    for _ in range(more + 1):
        row = make.inspection(institution=place)
        make.inspection(state="waiting")
        make.inspection(institution=place)
        Section.objects.create(inspection=row, department=make.department(f"dept{row.pk}"))
    for browser, path, count in (
        (as_officer, LIST, 11),
        (as_office, f"{LIST}?state=planned", 11),
        (as_officer, f"{LIST}asks/", 10),
        (as_dept_head, f"{LIST}approvals/", 10),
        (as_office, f"{LIST}overlaps/", 8),
        (as_officer, page(row), 13),
        (as_office, f"/office/campaigns/{campaign.pk}/inspections/new/", 13),
    ):
        with django_assert_num_queries(count):
            browser.get(path)
