"""The pages of campaigns: the office plans, a second person starts, each department sees and reports its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from desk.queries import morning
from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.actor import CONSOLE
from foundation.attachments.actions import store
from foundation.audit.models import AuditEvent
from inspections.models import Campaign, CampaignTask
from inspections.workflow import CampaignState
from institutions.workflow import InstitutionState
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 6, 1, 0, tzinfo=UTC)
DAY = date(2023, 7, 6)
PLAN = {
    "title": "2023年“监管护苗”专项行动",
    "goals": "全覆盖检查",
    "starts_on": "2023-07-05",
    "ends_on": "2023-07-11",
}


@pytest.fixture(autouse=True)
def _the_sixth_of_july() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def duties(user: User) -> list[tuple[int, str]]:
    return [(line.number, line.words) for line in morning(user, DAY)[0].lines]


def test_from_a_plan_to_a_report(
    as_office: Client, as_lead: Client, as_officer: Client, officer: User
) -> None:
    areas = [area.pk for area in make.checklist().areas.all()]
    make.institution("青禾艺术学校")
    as_office.post("/office/campaigns/new/", PLAN | {"key_areas": areas})
    page = f"/office/campaigns/{Campaign.objects.get().pk}/"
    scan = SimpleUploadedFile("通知.pdf", b"%PDF-1.4\n%%EOF\n")
    notice = {"number": "定双减办〔2023〕5号", "on": "2023-07-04", "version": 1, "upload": scan}
    as_office.post(f"{page}notice/", notice)
    as_office.post(f"{page}members/", {"subjects": [officer.department_id], "version": 2})
    owed = {"department": officer.department_id, "title": "检查资质", "due_on": "2023-07-11"}
    as_office.post(f"{page}tasks/new/", owed)
    as_office.post(f"{page}places/add/?q=青禾", {"all": "1"})
    assert as_officer.get(page).status_code == 404

    assert "启动专项行动" not in as_office.get(page).content.decode()
    as_lead.post(f"{page}start/", {"version": Campaign.objects.get().version})
    assert duties_of(as_officer) == ["本部门其他专项行动任务等待上报"]
    task = CampaignTask.objects.get()
    proofs = [SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n") for name in ("一.pdf", "二.pdf")]
    report = {"outcome": "已检查1家", "version": task.version, "uploads": proofs}
    answer = as_officer.post(f"{page}tasks/{task.pk}/report/", report)

    assert answer.status_code == 302
    shown = as_office.get(f"{page}tasks/{task.pk}/").content.decode()
    assert all(words in shown for words in ("已检查1家", "一.pdf", "二.pdf", "已上报"))
    proof = f"{page}tasks/{task.pk}/proofs/{task.proofs.all()[0].pk}/"
    assert as_officer.get(proof)["Content-Type"] == "application/pdf"
    assert duties_of(as_officer) == []


def duties_of(browser: Client) -> list[str]:
    groups = browser.get("/office/").context["groups"]
    return [line.words for line in groups[0].lines]


def test_another_departments_tasks_and_papers_are_not_there(
    as_officer: Client, officer: User
) -> None:
    mine = make.task(make.campaign(), officer.department, title="自己的任务")
    others = make.task(mine.campaign, make.department("wenlv"), title="别人的任务")
    proof = store(upload=ContentFile(b"%PDF-1.4\n%%EOF\n", name="一.pdf"), by=CONSOLE)
    others.proofs.add(proof)
    foreign = make.campaign("没有参加的行动", notice=proof)
    page = f"/office/campaigns/{mine.campaign_id}/"

    shown = as_officer.get(page).content.decode()
    listed = as_officer.get("/office/campaigns/").content.decode()

    assert "自己的任务" in shown
    assert "别人的任务" not in shown + as_officer.get("/office/campaigns/tasks/").content.decode()
    assert "没有参加的行动" not in listed
    for path in (
        f"{page}tasks/{others.pk}/",
        f"{page}tasks/{others.pk}/report/",
        f"{page}tasks/{others.pk}/proofs/{proof.pk}/",
        f"/office/campaigns/{foreign.pk}/",
        f"/office/campaigns/{foreign.pk}/places/",
        f"/office/campaigns/{foreign.pk}/print/",
        f"/office/campaigns/{foreign.pk}/notice/paper/",
    ):
        assert as_officer.get(path).status_code == 404, path
    answer = as_officer.post(f"{page}tasks/{others.pk}/report/", {"outcome": "冒名", "version": 1})
    assert answer.status_code == 404
    others.refresh_from_db()
    assert others.state == "open"


def test_the_trail_of_a_campaign_is_the_offices(as_officer: Client, officer: User) -> None:
    task = make.task(make.campaign(), officer.department)

    page = as_officer.get(f"/office/campaigns/{task.campaign_id}/")

    assert page.context["timeline"] is None
    assert not page.context["forms"]


def test_the_head_of_a_department_names_a_person(
    sign_in: Callable[[User], Client], officer: User
) -> None:
    head = make.user(role=Role.DEPARTMENT_HEAD, department=officer.department)
    task = make.task(make.campaign(), officer.department)
    address = f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/"

    sign_in(head).post(f"{address}assign/", {"person": officer.pk, "version": task.version})

    task.refresh_from_db()
    assert task.person == officer
    assert duties(officer) == [(1, "专项行动任务由您负责，等待上报")]
    assert sign_in(officer).get(f"{address}assign/").status_code == 404


def test_a_form_with_a_mistake_still_does_not_write_over_what_came_between(
    as_office: Client,
) -> None:
    task = make.task(make.campaign(), make.department())
    address = f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/amend/"
    typed = {"department": task.department_id, "due_on": task.due_on.isoformat(), "version": 1}
    as_office.post(address, typed | {"title": "另一扇窗口里写的"})

    answer = as_office.post(address, typed | {"title": ""})
    again = typed | {"title": "我写的", "version": answer.context["form"]["version"].value()}
    refused = as_office.post(address, again)

    assert "在您打开之后已被修改" in refused.content.decode()
    task.refresh_from_db()
    assert task.title == "另一扇窗口里写的"


def test_a_report_refused_keeps_its_words_and_can_be_sent_again(
    as_officer: Client, officer: User
) -> None:
    task = make.task(make.campaign(), officer.department)
    address = f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/report/"
    empty = SimpleUploadedFile("空.pdf", b"")

    stale = as_officer.post(address, {"outcome": "我写的情况", "version": 9})
    refused = as_officer.post(address, {"outcome": "我写的情况", "version": 1, "uploads": empty})

    assert "在您打开之后已被修改" in stale.content.decode()
    assert 'name="version" value="1"' in stale.content.decode()
    for page in (stale, refused):
        assert "我写的情况" in page.content.decode()
    task.refresh_from_db()
    assert task.state == "open"


def test_too_many_papers_at_once_are_refused(as_officer: Client, officer: User) -> None:
    task = make.task(make.campaign(), officer.department)
    papers = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4\n%%EOF\n") for n in range(11)]

    answer = as_officer.post(
        f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/report/",
        {"outcome": "已检查", "version": 1, "uploads": papers},
    )

    assert "一次最多选择 10 个文件" in answer.content.decode()


def test_places_are_taken_in_by_filter_or_by_hand_and_left_out(as_office: Client) -> None:
    campaign = make.campaign(state=CampaignState.PLANNING)
    town = make.town("白泥井镇")
    here = [make.institution(f"白泥井{n}校", town=town) for n in range(2)]
    closed = make.institution("已关停学校", town=town, state=InstitutionState.CLOSED)
    hand = make.institution("单独选中的学校")
    add = f"/office/campaigns/{campaign.pk}/places/add/"

    shown = as_office.get(f"{add}?town={town.code}").content.decode()
    as_office.post(f"{add}?town={town.code}", {"all": "1"})
    as_office.post(add, {"pk": [hand.pk, "nonsense"]})

    assert "已关停学校" not in shown
    chosen = set(campaign.places.values_list("institution", flat=True))
    assert {here[0].pk, here[1].pk, hand.pk} < chosen
    assert closed.pk not in chosen
    nobody = as_office.post(add, {"pk": []}, follow=True)
    assert "没有选中新的检查对象" in nobody.content.decode()
    planned = campaign.places.get(institution=hand)
    drop = f"/office/campaigns/{campaign.pk}/places/drop/"
    assert "移出理由" in as_office.post(drop, {"pk": planned.pk}).content.decode()
    as_office.post(drop, {"pk": planned.pk, "reason": "重复"})
    assert not campaign.places.filter(institution=hand).exists()


def test_a_campaign_is_copied_on_its_page(as_office: Client) -> None:
    old = make.campaign(state=CampaignState.ENDED)
    values = {"title": "2024年专项行动", "starts_on": "2024-07-05", "ends_on": "2024-07-11"}

    answer = as_office.post(f"/office/campaigns/{old.pk}/copy/", values, follow=True)

    assert "已复制" in answer.content.decode()
    assert f"复制自</dt>\n    <dd>\n      {old}" in answer.content.decode()


def test_what_keeps_a_campaign_from_being_begun_is_said_on_its_form(as_office: Client) -> None:
    areas = [area.pk for area in make.checklist().areas.all()]
    old = make.campaign(state=CampaignState.ENDED)
    make.task(old, make.department(), due_on=date(2023, 7, 31))
    values = {"title": "很多年以后", "starts_on": "9999-12-31", "ends_on": "9999-12-31"}

    copied = as_office.post(f"/office/campaigns/{old.pk}/copy/", values)
    Department.objects.filter(kind=DepartmentKind.OFFICE).update(is_active=False)
    planned = as_office.post("/office/campaigns/new/", PLAN | {"key_areas": areas})

    assert "离今天太远" in copied.content.decode()
    assert "很多年以后" in copied.content.decode()
    assert "没有启用的双减办" in planned.content.decode()
    assert PLAN["goals"] in planned.content.decode()
    assert Campaign.objects.get() == old


def test_the_start_says_why_not(as_office: Client, as_lead: Client, office: User) -> None:
    campaign = make.campaign(state=CampaignState.PLANNING, planned_by=office)
    page = f"/office/campaigns/{campaign.pk}/"

    shown = as_lead.get(page).content.decode()
    refused = as_lead.post(f"{page}start/", {"version": campaign.version}, follow=True)

    assert "启动以前还须完成" in shown
    assert 'action="/office/campaigns/' not in shown.split("办理")[0]
    assert "还不能启动：没有选定执法主体" in refused.content.decode()


def test_the_end_owes_a_summary(as_lead: Client, officer: User) -> None:
    task = make.task(make.campaign(), officer.department)
    page = f"/office/campaigns/{task.campaign_id}/"

    empty = as_lead.post(f"{page}end/", {"version": 1, "words": ""})
    assert "还有1项任务没有上报" in empty.content.decode()
    as_lead.post(f"{page}end/", {"version": 1, "words": "64家全部检查"})

    shown = as_lead.get(page).content.decode()
    assert "64家全部检查" in shown
    assert "修改方案" not in shown
    assert AuditEvent.objects.latest("id").act == "campaign.ended"


def test_two_at_the_same_plan_are_told_of_each_other(as_office: Client) -> None:
    campaign = make.campaign(state=CampaignState.PLANNING)
    address = f"/office/campaigns/{campaign.pk}/amend/"
    seen = as_office.get(address).context["form"].initial["seen"]
    as_office.post(address, PLAN | {"seen": seen, "goals": "先保存的"})

    answer = as_office.post(address, PLAN | {"seen": seen, "goals": "后保存的"})

    assert "这条记录在您打开之后已被修改" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.goals == "先保存的"


def test_the_paper_holds_what_the_reader_may_see(as_officer: Client, officer: User) -> None:
    task = make.task(make.campaign(), officer.department)

    answer = as_officer.get(f"/office/campaigns/{task.campaign_id}/print/")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_who_decides_is_told_what_waits(lead: User, head: User, office: User) -> None:
    make.campaign(state=CampaignState.PLANNING, planned_by=lead)
    over = make.campaign("拖了很久的行动")
    Campaign.objects.filter(pk=over.pk).update(ends_on=date(2023, 7, 5))
    make.task(over, make.department(), due_on=date(2023, 7, 5))
    ready = (1, "专项行动正在筹备，备齐后请启动")
    ended = (1, "专项行动已过结束日期，等待总结结束")
    late = (1, "专项行动任务逾期没有上报")

    assert {ready, ended, late} <= set(duties(head))
    assert ready not in duties(lead)
    assert late in duties(office)
    assert ended not in duties(office)


@pytest.mark.parametrize("more", [0, 3])
def test_the_pages_ask_the_same_number_of_questions_for_any_number_of_rows(
    as_officer: Client,
    as_office: Client,
    officer: User,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = make.campaign()
    for number in range(more + 1):
        other = make.campaign(f"行动{number}")
        for one in (campaign, other):
            make.task(one, officer.department, person=officer)
        place = make.institution(town=make.town(f"第{number}镇"))
        campaign.places.create(institution=place, added_at=AT)
    page = f"/office/campaigns/{campaign.pk}/"

    for browser, path, count in (
        (as_officer, "/office/campaigns/", 6),
        (as_officer, "/office/campaigns/tasks/", 7),
        (as_officer, page, 11),
        (as_office, page, 12),
        (as_officer, f"{page}places/", 9),
        (as_office, f"{page}places/add/", 11),
    ):
        with django_assert_num_queries(count):
            browser.get(path)
