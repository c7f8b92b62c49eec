"""The papers before a visit: in the lead's name, with people and grounds, and sheets to fill in by hand."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from foundation.accounts.models import User
from foundation.clock.queries import now, today
from foundation.documents import docx
from inspections.models import Checklist, Inspection, Section
from inspections.papers import inspections as papers
from inspections.queries.inspections import inspection_files_of, visits_of
from inspections.queries.sheets import parts_of, parts_of_all, procedure_bases
from tests import make
from tests.foundation.test_docx import words_of_pdf, words_of_word

pytestmark = pytest.mark.django_db
LIST = "/office/inspections/"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What stands on each paper that is made."""
    found: list[Mapping[str, Any]] = []

    def note(template: str, data: Mapping[str, Any], **given: Any) -> bytes:
        found.append(data)
        return b""

    monkeypatch.setattr(papers, "render", note)
    return found


def joint(office: User) -> Inspection:
    """An approved visit by two departments; the items of the checklist are the lead's."""
    place = make.institution("青禾艺术学校", credit_code="91610825MA70001810", address="民生街1号")
    row = make.inspection(state="approved", institution=place)
    Section.objects.create(inspection=row, department=make.department("xiaofang"))
    return inspection_files_of(office).get(pk=row.pk)


def test_every_paper_is_had_when_its_time_has_come(as_officer: Client) -> None:
    planned, waiting = make.inspection(), make.inspection(state="waiting")
    approved = make.inspection(state="approved")
    papers = ("approval", "notice", "sheet")

    def had(row: Inspection) -> list[bool]:
        answers = [as_officer.get(f"{LIST}{row.pk}/papers/{one}/") for one in papers]
        return [answer.content.startswith(b"%PDF") for answer in answers]

    assert had(planned) == [False, False, False]
    assert had(waiting) == [True, False, False]
    assert had(approved) == [True, True, True]


def test_word_is_beside_the_pdf_when_its_time_has_come(as_officer: Client) -> None:
    waiting, approved = make.inspection(state="waiting"), make.inspection(state="approved")

    def offered(row: Inspection) -> list[str]:
        page = as_officer.get(f"{LIST}{row.pk}/").content.decode()
        return re.findall(r"papers/(\w+/word)/", page)

    assert offered(waiting) == ["approval/word"]
    assert offered(approved) == ["approval/word", "notice/word"]
    assert as_officer.get(f"{LIST}{waiting.pk}/papers/notice/word/").status_code == 404
    for paper in offered(approved):
        answer = as_officer.get(f"{LIST}{approved.pk}/papers/{paper}/")
        assert answer["Content-Type"] == docx.MEDIA_TYPE
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Disposition"].endswith(".docx")
        assert "no-store" in answer["Cache-Control"]


def test_word_and_pdf_of_a_visit_say_the_same(as_officer: Client) -> None:
    row = make.inspection(state="approved")
    numbers = {"approval": row.approval.number, "notice": str(row.approval.notice_number)}

    for paper, number in numbers.items():
        address = f"{LIST}{row.pk}/papers/{paper}/"
        word = words_of_word(as_officer.get(f"{address}word/").content)
        assert number in word
        assert word == words_of_pdf(as_officer.get(address).content, number)


def test_another_departments_papers_are_not_there(as_officer: Client) -> None:
    foreign = make.inspection(lead=make.department("wenlv"), state="approved")

    for one in ("approval", "approval/word", "notice", "notice/word", "sheet"):
        assert as_officer.get(f"{LIST}{foreign.pk}/papers/{one}/").status_code == 404
    answer = as_officer.get(f"{LIST}sheets/", follow=True)
    assert "没有可以打印的记录表" in answer.content.decode()


@time_machine.travel(datetime(2023, 7, 6, 1, tzinfo=UTC), tick=False)
def test_the_sheets_of_a_day_come_in_one_file(as_officer: Client) -> None:
    for _ in range(2):
        make.inspection(state="approved", planned_on=date(2023, 7, 6))
    make.inspection(planned_on=date(2023, 7, 6))

    answer = as_officer.get(f"{LIST}sheets/?when=today")

    assert answer.content.startswith(b"%PDF")
    assert "2%E4%BB%BD" in answer["Content-Disposition"]
    assert as_officer.get(f"{LIST}sheets/?when=past").status_code == 302


def test_approval_and_notice_say_who_goes_where_and_on_which_ground(
    office: User, head: User
) -> None:
    verified = {"verified_by": head, "verified_at": now()}
    make.basis(title="行政处罚法", key="cf-42", article="第四十二条", **verified)
    make.basis(title="行政处罚法", key="cf-55", article="第五十五条", **verified)
    draft = make.checklist(is_draft=True)
    item = draft.areas.all()[0].items.all()[0]
    item.bases.add(make.basis(), make.basis("第十三条", **verified))
    make.release(draft)
    row = joint(office)
    known: dict[str, Any] = {
        "parts": parts_of(row),
        "visits": visits_of(row),
        "procedure": procedure_bases(),
    }

    approval = papers.worded_approval(row, row.approval, **known)
    notice = papers.worded_notice(row, row.approval, **known)

    said = dict(approval.facts)
    assert approval.subject == notice.subject == "测试jiaoti局"
    assert (approval.number, notice.number) == (row.approval.number, row.approval.notice_number)
    assert said["检查主体"] == "测试jiaoti局、测试xiaofang局"
    assert said["检查对象"] == "青禾艺术学校，91610825MA70001810，民生街1号"
    assert said["检查方式"] == "现场检查，联合检查"
    grounds = "《行政处罚法》（测试令第1号）第四十二条、第五十五条、"
    grounds += "《测试管理办法》（测试令第1号）（部分条款未核实）（具体条款见检查表第1版）"
    assert said["检查依据"] == dict(notice.facts)["检查依据"] == grounds
    assert notice.opening.startswith("根据下列依据，本机关决定")
    certificates = [one.certificate_no for one in row.inspectors.all()]
    assert all(one in said["检查人员"] for one in certificates)
    assert said["负责人审批"].startswith("同意")
    assert notice.to == "青禾艺术学校："


def test_a_notice_names_the_highest_texts_on_what_is_looked_at_and_counts_the_rest() -> None:
    draft = make.checklist(is_draft=True)
    looked_at, other = draft.areas.all()[0].items.all()
    looked_at.bases.set(make.basis(title=f"办法{number:02}") for number in range(12))
    other.bases.add(make.basis(title="别的部门的办法"))
    other.departments.set([make.department("xiaofang")])
    make.release(draft)
    row = make.inspection(state="approved")
    known: dict[str, Any] = {"parts": parts_of(row), "visits": visits_of(row), "procedure": []}

    approval = dict(papers.worded_approval(row, row.approval, **known).facts)["检查依据"]
    notice = dict(papers.worded_notice(row, row.approval, **known).facts)["检查依据"]

    assert [one for one in range(12) if f"办法{one:02}" in notice] == list(range(10))
    assert notice.endswith("等12件（条款均未核实）（具体条款见检查表第1版）")
    assert [one for one in range(12) if f"办法{one:02}" in approval] == list(range(12))
    assert "别的部门" not in approval + notice


def test_a_paper_that_waits_leaves_room_for_a_hand() -> None:
    row = make.inspection(state="waiting", is_urgent=True, urgent_reason="疏散通道被堵")
    approval = papers.worded_approval(
        row, row.approval, parts=parts_of(row), visits=visits_of(row), procedure=[]
    )

    said = dict(approval.facts)
    assert "签字：" in said["负责人审批"]
    assert said["紧急补办说明"] == "疏散通道被堵"


def test_what_to_prepare_and_who_assists_are_as_they_were_worded(
    as_office: Client, office: User
) -> None:
    place, lead = make.institution(), make.department()
    make.checklist()
    new = f"{LIST}new/?institution={place.pk}"
    assert "办学许可证" in as_office.get(new).context["form"]["to_prepare"].value()
    typed = {"kind": "routine", "manner": "on_site", "planned_on": today().isoformat()}
    typed |= {"scope": "收费", "to_prepare": "收费台账和合同", "assistants": "财务专家1名"}
    as_office.post(new, typed | {"lead": lead.pk, "people": [make.inspector(lead).pk]})
    row = inspection_files_of(office).get()
    make.approval(row)
    known: dict[str, Any] = {"parts": parts_of(row), "visits": visits_of(row), "procedure": []}

    approval = papers.worded_approval(row, row.approval, **known)
    notice = papers.worded_notice(row, row.approval, **known)

    assert dict(approval.facts)["协助人员"] == "财务专家1名"
    assert dict(notice.facts)["请准备"] == "收费台账和合同"
    assert as_office.get(new).context["form"]["to_prepare"].value() == "收费台账和合同"
    page = as_office.get(f"{LIST}{row.pk}/").content.decode()
    assert "财务专家1名" in page


def test_the_sheet_has_each_departments_items_with_boxes(
    office: User, printed: list[Mapping[str, Any]]
) -> None:
    row = joint(office)

    papers.sheets_pdf([row], parts_of_all([row]), {row.pk: "https://test/1/"})

    [visit] = printed[0]["visits"]
    assert visit["number"] == row.approval.notice_number
    own, other = visit["parts"]
    assert [line[0] for line in own["rows"]] == ["A1", "A2", "F1", "F2"]
    assert own["rows"][0][2:] == ["□", "□", "□", "□", ""]
    assert (other["name"], other["people"], other["rows"]) == ("测试xiaofang局", "未确定", [])


def test_items_follow_the_kind_of_training_and_the_supervising_department(office: User) -> None:
    draft: Checklist = make.checklist(is_draft=True)
    arts, sport = make.category(), make.category("TY", "体育类")
    items = [item for area in draft.areas.all() for item in area.items.all()]
    for item in items:
        item.departments.clear()
    items[0].departments.add(make.department())
    items[0].categories.add(sport)
    items[1].departments.add(make.department())
    items[1].categories.add(arts)
    items[2].by_lead_department = True
    items[2].save()
    make.release(draft)
    row = joint(office)
    assert row.institution
    row.institution.categories.add(arts)

    def looked_at() -> list[list[str]]:
        return [[item.code for item in part.items] for part in parts_of(row)]

    assert looked_at() == [["A2", "F1"], []]
    row.institution.lead_department = make.department("xiaofang")
    row.institution.save()
    assert looked_at() == [["A2"], ["F1"]]


def test_a_places_page_shows_its_visits_as_far_as_one_may_see_them(
    as_office: Client, as_officer: Client
) -> None:
    place = make.institution()
    own = make.inspection(institution=place)
    foreign = make.inspection(institution=place, lead=make.department("wenlv"))
    page = f"/office/institutions/{place.pk}/"

    seen = as_officer.get(page).content.decode()
    all_of_it = as_office.get(page).content.decode()

    assert f"{LIST}{own.pk}/" in seen
    assert f"{LIST}{foreign.pk}/" not in seen
    assert f"{LIST}{foreign.pk}/" in all_of_it
