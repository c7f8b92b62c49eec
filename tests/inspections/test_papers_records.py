"""The papers of a visit that has taken place: what stands on them, their number, and who may read them."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from foundation.accounts.models import User
from foundation.attachments.actions import shown_copy, take_signature
from foundation.documents.paper import Chapter
from inspections.actions.photos import add_photo
from inspections.actions.signatures import sign_visit
from inspections.actions.visits import conclude_inspection
from inspections.models import ChecklistItem, Inspection, Photo, Signature
from inspections.papers.records import worded_joint_record, worded_record
from inspections.queries.records import record_of
from tests import make, photos
from tests.foundation.test_docx import words_of_pdf, words_of_word

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
LIST = "/office/inspections/"
PAPERS = ("record/", "record/word/", "joint-record/", "joint-record/word/")
FOOT = f"现场负责人签名：{'＿' * 8}检查人员签名：{'＿' * 16}"
SignIn = Callable[[User], Client]


@pytest.fixture
def row(db: None) -> Inspection:
    """A visit of two departments that runs: one item met, one not met, one not looked at, one by the other."""
    make.limits()
    draft = make.checklist(is_draft=True)
    fire = make.department("xiaofang")
    for one in ChecklistItem.objects.filter(area__code="F"):
        one.departments.set([fire])
    found = make.inspection(state="running", checklist=make.release(draft))
    other = make.takes_part(found, fire)
    a1, a2 = items(found, "A")
    f1, f2 = items(found, "F")
    make.answer(found, a1, person(found))
    make.answer(found, a2, person(found), "not_met")
    make.finding(found, person(found), item=a2, fact="许可证过期")
    make.answer(found, f1, other)
    make.answer(found, f2, other, "not_looked_at", note="没有带钥匙")
    return found


def person(row: Inspection, number: int = 0) -> User:
    return row.inspectors.order_by("pk")[number].user


def items(row: Inspection, area: str) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(area__checklist=row.checklist, area__code=area))


def concluded(row: Inspection, at: datetime = AT, **given: str) -> Inspection:
    if not row.signatures.exists():
        make.signature(row)
    row.refresh_from_db()
    return conclude_inspection(
        inspection=row,
        version=row.version,
        ended_at=AT,
        conclusion="限期整改",
        by=person(row).actor,
        at=at,
        **given,
    )


def chapters(row: Inspection) -> dict[str, Chapter]:
    signatures = list(Signature.objects.filter(inspection=row))
    pictures = list(Photo.objects.filter(inspection=row))
    paper = worded_record(
        row, record_of(row), procedure=[], signatures=signatures, photos=pictures, at=AT
    )
    return {one.heading: one for one in paper.chapters}


def had(browser: Client, row: Inspection) -> list[int]:
    return [browser.get(f"{LIST}{row.pk}/papers/{one}").status_code for one in PAPERS]


def test_a_conclusion_gives_the_record_the_next_number_of_its_subject(row: Inspection) -> None:
    concluded(row)
    other = make.inspection(state="running")
    for one in items(other, ""):
        make.answer(other, one, person(other))
    for one in ChecklistItem.objects.filter(area__checklist=other.checklist):
        if not other.answers.filter(item=one).exists():
            make.answer(other, one, person(other))
    concluded(other)

    row.refresh_from_db()
    other.refresh_from_db()
    assert row.record_number == "jiaoti局检录〔2023〕1号"
    assert other.record_number == "jiaoti局检录〔2023〕2号"


def test_each_department_says_what_it_saw(row: Inspection) -> None:
    seen = chapters(row)["二、检查情况"]

    assert seen.lines == ["按检查表第1版检查：合格2项，不合格1项，未查1项。"]
    own, other = seen.below
    assert own.heading.startswith("（一）测试jiaoti局（")
    assert other.heading.startswith("（二）测试xiaofang局（")
    assert [one.split("：")[0] for one in own.lines] == ["合格", "不合格"]
    assert own.lines[0] == f"合格：A {items(row, 'A')[0].area}1项（A1）。"
    assert own.lines[1].endswith("：许可证过期（较重；限期整改，建议7天内）")
    assert other.lines[1].endswith("。原因：没有带钥匙")


def test_what_another_department_looked_at_is_not_said_to_be_left_out(row: Inspection) -> None:
    f1 = items(row, "F")[0]
    make.answer(row, f1, person(row), "not_looked_at", note="消防查")

    own = chapters(row)["二、检查情况"].below[0]

    assert [one.split("：")[0] for one in own.lines] == ["合格", "不合格"]


def test_a_department_without_items_says_so(row: Inspection) -> None:
    make.takes_part(row, make.department("wenlv"))

    parts = chapters(row)["二、检查情况"].below
    assert [one.lines for one in parts if "wenlv" in one.heading] == [
        ["检查表中没有由本部门检查的项。"]
    ]


def test_every_department_has_its_part_however_many_went(row: Inspection) -> None:
    for number in range(10):
        make.takes_part(row, make.department(f"d{number}"))

    headings = [one.heading.partition("）")[0] for one in chapters(row)["二、检查情况"].below]

    assert headings[8:] == ["（九", "（十", "（十一", "（十二"]


def test_the_sheet_says_yes_or_no_of_each_area_and_what_follows(row: Inspection) -> None:
    areas = row.checklist.areas.all()
    paper = worded_joint_record(row, record_of(row), areas=areas, at=AT)
    looked, problems = (one.table for one in paper.chapters[:2])

    assert paper.title == "校外培训机构联合检查记录表（草稿，检查未结论）"
    assert looked
    assert problems
    assert [line[1:] for line in looked.rows] == [
        ["", "√（A2）", "", "", "jiaoti局"],
        ["√", "", "", "F2", "xiaofang局"],
    ]
    assert problems.rows == [["1", "A2", "许可证过期", "jiaoti局", "限期整改", "建议7天内"]]
    assert [one.split("：")[0] for one in paper.chapters[-1].lines] == [
        "机构负责人",
        "jiaoti局",
        "xiaofang局",
    ]


def test_what_comes_in_later_says_why(row: Inspection) -> None:
    concluded(row, AT + timedelta(days=2), late_reason="没有网络")
    row.refresh_from_db()

    paper = worded_record(row, record_of(row), procedure=[], signatures=[], photos=[], at=AT)

    assert dict(paper.facts)["补录说明"] == "2023年7月12日录入系统；理由：没有网络"
    assert dict(paper.facts)["检查时间"] == "2023年7月10日9时0分至10时30分"


def test_who_would_not_sign_is_named_with_reason_and_witness(row: Inspection) -> None:
    make.signature(
        row, name="李四", on_paper=False, refused="对结果有异议", witness="王二", post="校长"
    )

    said = chapters(row)["四、现场负责人意见"].lines

    assert said[-1] == (
        "现场负责人李四（校长）于2023年7月10日10时0分拒绝签名，理由：对结果有异议。见证人：王二。"
    )


def test_signatures_and_photos_are_in_pdf_and_word(row: Inspection, sign_in: SignIn) -> None:
    by = person(row)
    strokes = {"width": 300, "height": 100, "strokes": [[[10, 10, 0], [90, 60, 40]]]}
    written = photos.sent(json.dumps(strokes).encode(), take_signature, by=by.actor)
    sign_visit(inspection=row, role="site", name="李四", evidence=written, by=by.actor, at=AT)
    taken = photos.sent(photos.picture(size=(1800, 1200)), by=by.actor)
    add_photo(
        inspection=row,
        evidence=taken,
        item=items(row, "A")[0],
        by=by.actor,
        at=AT,
    )
    browser = sign_in(by)

    pages = PdfReader(io.BytesIO(browser.get(f"{LIST}{row.pk}/papers/record/").content)).pages
    word = browser.get(f"{LIST}{row.pk}/papers/record/word/").content

    assert sum(len(page.images) for page in pages[:-1]) == 1
    shown = pages[-1].images[0].image
    assert shown
    assert max(shown.size) == 900
    assert "检查项A1，2023年7月10日10时30分" in pages[-1].extract_text()
    assert len(docx.Document(io.BytesIO(word)).inline_shapes) == 2
    assert "姓名：李四" in words_of_word(word)
    assert "现场负责人李四，2023年7月10日10时30分" in words_of_word(word)
    assert "拒绝签名" not in words_of_word(word)


def test_word_and_pdf_say_the_same(row: Inspection, sign_in: SignIn) -> None:
    concluded(row)
    row.refresh_from_db()
    browser = sign_in(person(row))

    for paper in ("record", "joint-record"):
        address = f"{LIST}{row.pk}/papers/{paper}/"
        word = words_of_word(browser.get(f"{address}word/").content)
        number = str(row.record_number)
        assert number in word
        assert word == words_of_pdf(browser.get(address).content, number, FOOT)


def test_a_draft_is_the_inspectors_and_what_is_concluded_the_leads_and_the_offices(
    row: Inspection, sign_in: SignIn
) -> None:
    goes, goes_too = sign_in(person(row)), sign_in(person(row, 2))
    same_department = sign_in(make.user(role="officer", department=row.lead))
    other = sign_in(make.user(role="officer", department=person(row, 2).department))
    stranger = sign_in(make.user(role="officer", department=make.department("wenlv")))
    office = sign_in(make.user())
    there, gone = [200] * 4, [404] * 4

    def asked() -> list[list[int]]:
        people = (goes, goes_too, same_department, office, other, stranger)
        return [had(one, row) for one in people]

    assert asked() == [there, there, gone, gone, gone, gone]
    draft = goes.get(f"{LIST}{row.pk}/papers/record/").content
    assert "草稿，检查未结论" in words_of_pdf(draft, "未编号", FOOT)
    concluded(row)
    assert asked() == [there, there, there, there, gone, gone]
    final = goes.get(f"{LIST}{row.pk}/papers/record/").content
    assert "草稿" not in words_of_pdf(final, "", FOOT)
    assert f"{LIST}{row.pk}/papers/record/" in goes.get(f"{LIST}{row.pk}/").content.decode()
    assert "papers/record/" not in other.get(f"{LIST}{row.pk}/").content.decode()


def test_it_is_found_by_its_number(row: Inspection, as_office: Client) -> None:
    concluded(row)
    row.refresh_from_db()
    make.inspection()

    page = as_office.get(LIST, {"q": str(row.record_number)})

    assert [one.pk for one in page.context["page"].object_list] == [row.pk]


def test_a_record_asks_the_same_however_much_was_seen(row: Inspection, sign_in: SignIn) -> None:
    by, browser = person(row), sign_in(person(row))

    def seen() -> int:
        taken = photos.sent(photos.picture(), by=by.actor)
        add_photo(inspection=row, evidence=taken, finding=row.findings.all()[0], by=by.actor, at=AT)
        shown_copy(evidence=taken)
        make.finding(row, by, fact="再一个问题")
        browser.get("/office/")
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"{LIST}{row.pk}/papers/record/")
        return len(asked)

    first = seen()
    seen()

    assert seen() == first
