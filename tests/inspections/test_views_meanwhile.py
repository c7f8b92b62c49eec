"""Pages of inspections after a refusal, and when somebody else was quicker: nothing typed or ticked is lost."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.accounts.models import User
from inspections.papers.campaigns import below, task_line
from inspections.workflow import CampaignState
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 6, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_sixth_of_july() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.mark.parametrize("act", ["start", "end", "cancel", "places/drop"])
def test_a_page_at_an_acts_address_goes_on_at_the_page_above(as_lead: Client, act: str) -> None:
    page = f"/office/campaigns/{make.campaign(state=CampaignState.PLANNING).pk}/"
    above = f"{page}places/" if act == "places/drop" else page

    answer = as_lead.get(f"{page}{act}/?q=学校")

    assert answer.status_code == 302
    assert answer["Location"] == f"{above}?q=%E5%AD%A6%E6%A0%A1"


def test_a_refused_release_can_be_filtered(as_lead: Client, office: User) -> None:
    draft = make.checklist(is_draft=True)
    page = f"/office/checklists/{draft.pk}/"
    as_lead.post(f"{page}release/", {"version": 1, "effective_on": "2020-01-01"})

    assert as_lead.get(f"{page}release/?q=许可", follow=True).status_code == 200


def test_places_ticked_and_filtered_stay_so_when_the_reason_is_missing(as_office: Client) -> None:
    campaign = make.campaign()
    known = [
        campaign.places.create(institution=make.institution(name), added_at=AT)
        for name in ("青禾艺术学校", "青禾书法学校", "远山棋院")
    ]
    page = f"/office/campaigns/{campaign.pk}/places/"
    assert f'action="{page}drop/?q=' in as_office.get(f"{page}?q=青禾").content.decode()

    refused = as_office.post(f"{page}drop/?q=青禾", {"pk": known[1].pk}).content.decode()
    done = as_office.post(f"{page}drop/?q=青禾", {"pk": known[1].pk, "reason": "重复"}, follow=True)

    ticked = re.findall(r'name="pk"\s+value="(\d+)"\s+checked', refused)
    assert ticked == [str(known[1].pk)]
    assert "远山棋院" not in refused
    assert "共 1 个" in done.content.decode()


def test_a_report_on_a_task_taken_back_meanwhile_can_still_be_copied(
    as_officer: Client, officer: User
) -> None:
    task = make.task(make.campaign(), officer.department)
    other = make.task(task.campaign, make.department("wenlv"))
    report = {"outcome": "检查了3家\n都合格", "version": 1}
    tasks = f"/office/campaigns/{task.campaign_id}/tasks/"
    address, foreign_one = f"{tasks}{task.pk}/report/", f"{tasks}{other.pk}/report/"
    task.delete()

    answer = as_officer.post(address, report)
    foreign = as_officer.post(foreign_one, report)

    for one in (answer, foreign):
        assert one.status_code == 404
        assert "检查了3家<br>都合格" in one.content.decode()
        assert "可能刚刚被删去" in one.content.decode()
    assert "您刚才填写" not in as_officer.post(address, {"outcome": " "}).content.decode()


@pytest.mark.parametrize("act", ["", "withdraw/"])
def test_an_item_withdrawn_meanwhile_gives_back_what_was_typed(as_office: Client, act: str) -> None:
    draft = make.checklist(is_draft=True)
    page = f"/office/checklists/{draft.pk}/items/{draft.areas.all()[0].items.all()[0].pk}/{act}"
    draft.areas.all()[0].items.all()[0].delete()

    answer = as_office.post(page, {"text": "写了很久的一项", "reason": "想了很久的理由"})

    assert answer.status_code == 404
    assert "很久的" in answer.content.decode()
    assert "草稿已经发布或作废" in answer.content.decode()


def test_back_from_an_item_leads_to_its_area(as_office: Client) -> None:
    draft = make.checklist(is_draft=True)
    item = draft.areas.get(code="F").items.all()[0]
    page = f"/office/checklists/{draft.pk}/"

    for act in ("", "withdraw/"):
        shown = as_office.get(f"{page}items/{item.pk}/{act}").content.decode()
        assert f'href="{page}#area-F"' in shown
    assert f'href="{page}#area-F"' in as_office.get(f"{page}areas/F/new/").content.decode()


def test_a_member_that_was_dissolved_stays_until_it_is_left_out(as_office: Client) -> None:
    gone = make.department()
    task = make.task(make.campaign(), gone, state="reported")
    new = make.department("wenlv")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    page = f"/office/campaigns/{task.campaign_id}/members/"

    assert f'value="{gone.pk}"' in as_office.get(page).content.decode()
    as_office.post(page, {"version": 1, "subjects": [gone.pk], "helpers": [new.pk]})

    assert {one.department for one in task.campaign.members.all()} == {gone, new}


def test_of_several_proofs_the_refused_one_is_named(as_officer: Client, officer: User) -> None:
    task = make.task(make.campaign(), officer.department)
    files = [
        SimpleUploadedFile("好.pdf", b"%PDF-1.4\n%%EOF\n"),
        SimpleUploadedFile("录像.mp4", b"\0\0\0\x18ftypmp42"),
    ]
    report = {"outcome": "检查了3家", "version": 1, "uploads": files}

    answer = as_officer.post(
        f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/report/", report
    )

    assert "“录像.mp4”没有收下" in answer.content.decode()
    assert "退回修改时须重新选择文件" in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [("planning", "5号（筹备中，尚未启动）"), ("running", "5号"), ("cancelled", "5号（已取消）")],
)
def test_the_paper_says_what_is_not_in_force(state: str, words: str) -> None:
    assert below(make.campaign(state=state)) == f"定双减办〔2023〕{words}"


def test_proofs_too_large_together_are_refused_before_the_front_server_cuts_them_off(
    as_officer: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspections.forms.files.MOST_MEGABYTES", 0)
    task = make.task(make.campaign(), officer.department)
    address = f"/office/campaigns/{task.campaign_id}/tasks/{task.pk}/report/"
    proof = SimpleUploadedFile("一.pdf", b"%PDF-1.4\n%%EOF\n")

    answer = as_officer.post(address, {"outcome": "检查了", "version": 1, "uploads": proof})

    assert "所选文件合计超过" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == "open"


def test_a_task_sent_back_says_so_on_its_page_as_in_the_list(
    as_officer: Client, officer: User
) -> None:
    task = make.task(make.campaign(), officer.department, sent_back_reason="没有写明家数")
    page = f"/office/campaigns/{task.campaign_id}/"

    for path in (page, f"{page}tasks/{task.pk}/"):
        assert "已退回，待重新上报" in as_officer.get(path).content.decode()


def test_after_the_end_nothing_is_waited_for(as_officer: Client, officer: User) -> None:
    task = make.task(make.campaign(state=CampaignState.ENDED), officer.department)
    page = f"/office/campaigns/{task.campaign_id}/"

    for path in (page, f"{page}tasks/{task.pk}/"):
        assert "未上报" in as_officer.get(path).content.decode()
    assert task_line(task)[-1] == "未上报"
