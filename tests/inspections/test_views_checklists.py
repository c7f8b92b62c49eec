"""The pages of the checklist: read by everybody, worked on by the office, released by a second person."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from desk.queries import morning
from foundation.accounts.models import User
from foundation.clock.queries import today
from inspections.actions.checklists import draft_checklist
from inspections.models import Checklist, ChecklistArea, ChecklistItem
from tests import make

pytestmark = pytest.mark.django_db

ITEM = {
    "text": "场所整洁",
    "severity": "1",
    "mode": "on_the_spot",
    "default_days": "3",
    "by_lead_department": "on",
}


def draft_of(user: User) -> Checklist:
    make.checklist()
    return draft_checklist(by=user.actor)


def items(draft: Checklist) -> list[str]:
    rows = ChecklistItem.objects.filter(area__checklist=draft).select_related("area")
    return [str(row) for row in rows]


def test_the_office_drafts_and_another_person_releases(
    as_office: Client, as_lead: Client, office: User, lead: User
) -> None:
    make.checklist()
    as_office.post("/office/checklists/draft/")
    draft = Checklist.objects.get(state="draft")
    page = f"/office/checklists/{draft.pk}/"

    as_office.post(f"{page}areas/A/new/", ITEM)
    item = ChecklistItem.objects.get(area__checklist=draft, text="场所整洁")
    as_office.post(f"{page}items/{item.pk}/up/")
    as_office.post(f"{page}items/{item.pk}/", ITEM | {"text": "场所整洁、通风"})
    other = ChecklistItem.objects.get(area__checklist=draft, area__code="F", number=2)
    as_office.post(f"{page}items/{other.pk}/withdraw/", {"reason": "合并"})

    assert items(draft) == [
        "A1 第1项符合要求",
        "A3 场所整洁、通风",
        "A2 第2项符合要求",
        "F1 第1项符合要求",
    ]
    assert "发布这一版" not in as_office.get(page).content.decode()
    draft.refresh_from_db()
    answer = as_lead.post(
        f"{page}release/", {"version": draft.version, "effective_on": today().isoformat()}
    )
    assert answer.status_code == 302
    shown = as_office.get(page).content.decode()
    assert "检查表第2版" in shown
    assert "现行" in shown
    assert f"{page}items/" not in shown


def test_the_changes_of_a_version_are_told(as_officer: Client, as_office: Client) -> None:
    make.checklist()
    as_office.post("/office/checklists/draft/")
    draft = Checklist.objects.get(state="draft")
    changes = f"/office/checklists/{draft.pk}/changes/"
    assert "内容没有变化" in as_officer.get(changes).content.decode()
    item = ChecklistItem.objects.filter(area__checklist=draft)[0]

    as_office.post(f"/office/checklists/{draft.pk}/items/{item.pk}/", ITEM)

    assert "场所整洁</ins>" in as_officer.get(changes).content.decode()
    first = draft.former_id
    told = as_officer.get(f"/office/checklists/{first}/changes/").content.decode()
    assert "没有可比较的版本" in told


def test_who_has_written_reads_why_not(as_lead: Client, lead: User) -> None:
    draft = draft_of(lead)

    page = as_lead.get(f"/office/checklists/{draft.pk}/").content.decode()

    assert "您参与过这一版的起草或修改" in page
    assert "发布这一版" not in page


def test_a_refused_release_says_why_and_can_be_sent_again(as_lead: Client, office: User) -> None:
    draft = draft_of(office)
    address = f"/office/checklists/{draft.pk}/release/"

    stale = as_lead.post(address, {"version": 7, "effective_on": today().isoformat()})
    early = as_lead.post(address, {"version": draft.version, "effective_on": "2001-01-01"})

    assert "在您打开之后已被修改" in stale.content.decode()
    assert f'name="version" value="{draft.version}"' in stale.content.decode()
    assert "不能早于今天" in early.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_item_without_anybody_to_look_keeps_what_was_typed(
    as_office: Client, office: User
) -> None:
    draft = draft_of(office)
    typed = ITEM | {"by_lead_department": ""}

    page = as_office.post(f"/office/checklists/{draft.pk}/areas/A/new/", typed)

    assert "请至少选择一个部门" in page.content.decode()
    assert "场所整洁" in page.content.decode()
    assert len(items(draft)) == 4


def test_an_item_without_a_further_mode_has_none(as_office: Client) -> None:
    draft = make.checklist(is_draft=True)

    page = as_office.get(f"/office/checklists/{draft.pk}/areas/A/new/").content.decode()

    assert '<option value="" selected>没有</option>' in page


def test_two_at_the_same_item_are_told_of_each_other(as_office: Client, office: User) -> None:
    draft = draft_of(office)
    item = ChecklistItem.objects.filter(area__checklist=draft)[0]
    address = f"/office/checklists/{draft.pk}/items/{item.pk}/"
    seen = as_office.get(address).context["form"].initial["seen"]
    as_office.post(address, ITEM | {"seen": seen})

    answer = as_office.post(address, ITEM | {"text": "另一种写法", "seen": seen})

    assert "这条记录在您打开之后已被修改" in answer.content.decode()
    item.refresh_from_db()
    assert item.text == "场所整洁"


def test_what_is_released_has_no_pages_to_change_it(as_office: Client) -> None:
    version = make.checklist()
    item = ChecklistItem.objects.filter(area__checklist=version)[0]
    page = f"/office/checklists/{version.pk}/"

    for tail in (f"items/{item.pk}/", f"items/{item.pk}/withdraw/", "areas/A/new/"):
        assert as_office.get(page + tail).status_code == 404
    assert as_office.post(f"{page}items/{item.pk}/up/").status_code == 404
    typed = {"version": 1, "reason": "不用"}
    answer = as_office.post(f"{page}discard/", typed, follow=True)
    assert "不能再修改" in answer.content.decode()


def test_a_page_narrowed_to_a_department(as_officer: Client) -> None:
    version = make.checklist(is_draft=True)
    fire = make.department("xiaofang")
    ChecklistItem.objects.get(area__code="F", number=1).departments.set([fire])
    make.release(version)

    page = as_officer.get(f"/office/checklists/{version.pk}/?department=xiaofang")
    none = as_officer.get(f"/office/checklists/{version.pk}/?q=没有这样的字")

    assert [len(one.items) for one in page.context["sections"]] == [1]
    assert "没有符合条件的检查项" in none.content.decode()


def test_the_paper_is_made_of_the_whole_version(as_town_officer: Client) -> None:
    version = make.checklist()

    answer = as_town_officer.get(f"/office/checklists/{version.pk}/print/")

    assert answer["Content-Type"] == "application/pdf"
    assert b"/Count 2" in answer.content


@pytest.mark.parametrize("more", [0, 3])
def test_a_version_asks_the_same_number_of_questions_for_any_number_of_items(
    as_officer: Client, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make.checklist(is_draft=True)
    area = ChecklistArea.objects.get(checklist=version, code="A")
    for number in range(more):
        make.item(area, number=number + 3)
    make.release(version)

    with django_assert_num_queries(14):
        as_officer.get(f"/office/checklists/{version.pk}/")


@pytest.mark.parametrize("drafts", [0, 2])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_versions(
    as_officer: Client, office: User, drafts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.checklist()
    for _ in range(drafts):
        make.release(draft_checklist(by=office.actor))

    with django_assert_num_queries(9):
        as_officer.get("/office/checklists/")


def test_a_draft_waits_for_those_who_have_not_written_in_it(lead: User, head: User) -> None:
    draft_of(lead)
    words = "检查表草稿等待审阅发布"

    def duties(user: User) -> list[str]:
        return [line.words for line in morning(user, today())[0].lines]

    assert words in duties(head)
    assert words not in duties(lead)


def test_the_list_says_which_version_is_in_force_comes_or_went(as_officer: Client) -> None:
    for days in (-400, -30, 30):
        make.checklist(effective_on=today() + timedelta(days=days))

    page = as_officer.get("/office/checklists/").content.decode()

    assert all(page.count(words) == 1 for words in ("现行<", "已发布，尚未启用", "已被新版代替"))
