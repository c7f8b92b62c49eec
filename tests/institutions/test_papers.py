"""The list on paper and as a workbook, and the sheets for the walls."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import segno
from django.test import Client
from pytest_django import Settings
from typst import TypstError

from foundation.accounts.models import User
from foundation.clock.queries import now
from foundation.documents.pdf import render
from institutions.actions.whitelist import check_issue, propose_issue, publish_issue, redraft_issue
from institutions.models import Institution, ListIssue
from institutions.papers import lists, sheets
from institutions.papers.lists import issue_pdf, issue_xlsx, title_of
from institutions.queries.issues import institutions_in_force
from institutions.tasks import make_paper
from institutions.workflow import InstitutionState
from tests import make

MORNING = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
TODAY = date(2023, 7, 10)


def licensed(name: str = "", **facts: object) -> Institution:
    row = make.institution(name, **facts)
    make.licence(row)
    return row


def drawn_up(by: User, at: datetime = MORNING) -> ListIssue:
    return propose_issue(kind="whitelist", publisher="测试双减办", by=by.actor, at=at)


@pytest.fixture
def issue(office: User, lead: User, head: User) -> ListIssue:
    licensed("定边县甲培训中心", address="定边镇示例街1号")
    licensed('=HYPERLINK("x") #panic("y") $z$ *中心*')
    drawn = drawn_up(office)
    drawn = check_issue(issue=drawn, version=drawn.version, by=lead.actor, at=MORNING)
    return publish_issue(issue=drawn, version=drawn.version, by=head.actor, at=MORNING)


def pages(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF")
    found = re.search(rb"/Count (\d+)", pdf)
    assert found
    return int(found[1])


def test_the_workbook_has_the_head_of_the_list_and_its_rows_as_text(issue: ListIssue) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(issue_xlsx(issue))).active
    assert sheet is not None

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert rows[0][0] == "定边县校外培训机构白名单（第1期）"
    assert rows[1][0] == "截至日期：2023年7月10日　发布单位：测试双减办　共2条"
    assert rows[2][:3] == ["序号", "机构名称", "镇街"]
    assert sorted((row[1], row[9]) for row in rows[3:]) == [
        ('=HYPERLINK("x") #panic("y") $z$ *中心*', "2099年12月31日"),
        ("定边县甲培训中心", "2099年12月31日"),
    ]
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row[1:2]} == {"s"}


def test_the_paper_is_made_and_nothing_in_a_name_is_markup(issue: ListIssue) -> None:
    assert pages(issue_pdf(issue)) == 1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the papers that were set, in their order."""
    titles: list[str] = []

    def noted(template: str, data: dict[str, Any], at: datetime | None = None) -> bytes:
        titles.append(data["title"])
        return f"%PDF {len(titles)}".encode()

    monkeypatch.setattr(lists, "render", noted)
    return titles


def test_a_paper_is_made_once_and_kept_for_every_process(
    issue: ListIssue, made: list[str], tmp_path: Path
) -> None:
    first = issue_pdf(issue)

    assert issue_pdf(ListIssue.objects.get()) == first == b"%PDF 1"
    assert made == ["定边县校外培训机构白名单（第1期）"]
    assert len(list((tmp_path / "papers").iterdir())) == 1


def test_a_draft_that_was_drawn_up_anew_has_a_paper_of_its_own(
    office: User, made: list[str]
) -> None:
    licensed()
    draft = drawn_up(office)

    first = issue_pdf(draft)
    licensed()
    again = redraft_issue(
        issue=draft, version=1, publisher="测试双减办", by=office.actor, at=MORNING
    )

    assert (first, issue_pdf(again)) == (b"%PDF 1", b"%PDF 2")


def test_nobody_waits_for_the_paper_of_a_long_list(
    as_officer: Client, issue: ListIssue, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    address = f"/office/whitelist/{issue.pk}/"

    asked = as_officer.get(f"{address}list.pdf")
    before = as_officer.get(address).content.decode()
    assert (asked["Location"], made) == (address, [])
    assert ("PDF 正在制作" in before, "下载 PDF" in before) == (True, False)

    make_paper()
    after = as_officer.get(address).content.decode()
    assert ("PDF 正在制作" in after, "下载 PDF" in after) == (False, True)
    assert as_officer.get(f"{address}list.pdf").content == b"%PDF 1"


def test_the_worker_makes_one_missing_paper_a_time_the_newest_first(
    issue: ListIssue, office: User, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_up(office, MORNING + timedelta(days=1))
    make_paper()
    assert made == []

    monkeypatch.setattr(lists, "AT_ONCE", 1)
    for _ in range(3):
        make_paper()

    assert made == [
        "定边县校外培训机构白名单（草稿，未发布）",
        "定边县校外培训机构白名单（第1期）",
    ]


def test_a_published_list_says_on_paper_where_its_places_stand_today(
    issue: ListIssue, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def noted(template: str, data: dict[str, Any], at: datetime | None = None) -> bytes:
        said.append(data["reserve"])
        return render(template, data, at=at)

    monkeypatch.setattr(lists, "render", noted)
    settings.SITE_ADDRESS = "https://portal.example"

    assert pages(issue_pdf(issue)) == 1
    assert said == ["发布后如有变动，以网站 https://portal.example 现时公示的状态为准"]


def test_a_paper_that_cannot_be_set_does_not_keep_the_others_waiting(
    issue: ListIssue, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_up(office, MORNING + timedelta(days=1))
    made: list[str] = []

    def noted(template: str, data: dict[str, Any], at: datetime | None = None) -> bytes:
        if "草稿" in data["title"]:
            raise TypstError("no such sign", "")
        made.append(data["title"])
        return b"%PDF"

    monkeypatch.setattr(lists, "render", noted)
    monkeypatch.setattr(lists, "AT_ONCE", 1)

    with pytest.raises(TypstError):
        make_paper()

    assert made == ["定边县校外培训机构白名单（第1期）"]


def test_a_draft_says_on_paper_that_it_is_one(office: User) -> None:
    licensed()

    assert title_of(drawn_up(office)) == "定边县校外培训机构白名单（草稿，未发布）"


def test_a_sheet_a_place_with_the_address_of_its_live_page(
    issue: ListIssue, settings: Settings
) -> None:
    rows = list(institutions_in_force(issue, TODAY))

    pdf = sheets.wall_sheets_pdf(rows, issue, "https://example.test")

    assert pages(pdf) == 2


def test_the_code_on_the_wall_opens_the_page_of_that_place(
    as_office: Client, issue: ListIssue, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    made: list[str] = []
    real = segno.make

    def noted(text: str, **given: Any) -> segno.QRCode:
        made.append(text)
        return real(text, **given)

    monkeypatch.setattr(segno, "make", noted)
    row = issue.entries.earliest("position").institution
    assert row is not None
    address = f"/office/institutions/{row.pk}/sheet.pdf"

    settings.SITE_ADDRESS = ""
    as_office.get(address, headers={"host": "testserver"})
    settings.SITE_ADDRESS = "https://sj.example.test"
    answer = as_office.get(address)

    assert made == [
        f"http://testserver/v/{row.public_id}/",
        f"https://sj.example.test/v/{row.public_id}/",
    ]
    assert answer["Content-Type"] == "application/pdf"
    assert row.name in unquote(answer["Content-Disposition"])


@pytest.mark.parametrize(
    ("name", "address"), [("甲" * 42, "乙" * 52), ("甲" * 100, "乙" * 200), ("甲" * 100, "")]
)
def test_a_sheet_is_one_page_also_with_the_longest_words(
    issue: ListIssue, name: str, address: str
) -> None:
    row = licensed(name, address=address)
    kinds = ("学科类", "体育类", "文化艺术类", "科技类", "其他")
    row.categories.set([make.category(f"C{n}", kind) for n, kind in enumerate(kinds)])

    assert pages(sheets.wall_sheets_pdf([row], issue, "https://example.test")) == 1


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("定边县甲培训中心", ["定边县甲培训中心"]),
        ("定边县晨曦艺术培训学校有限责任公司", ["定边县晨曦艺术培训学校", "有限责任公司"]),
        ("甲" * 20, ["甲" * 10, "甲" * 10]),
        ("甲" * 31, ["甲" * 11, "甲" * 11, "甲" * 9]),
        ("甲" * 100, ["甲" * 25] * 4),
    ],
)
def test_a_long_name_is_broken_where_it_reads_well(name: str, lines: list[str]) -> None:
    assert sheets.name_lines(name) == lines


def test_a_place_that_is_off_the_list_gets_no_sheet(as_office: Client, issue: ListIssue) -> None:
    row = issue.entries.earliest("position").institution
    assert row is not None
    Institution.objects.filter(pk=row.pk).update(state=InstitutionState.SUSPENDED)

    answer = as_office.get(f"/office/institutions/{row.pk}/sheet.pdf")

    assert answer["Location"] == f"/office/institutions/{row.pk}/"
    assert pages(as_office.get("/office/whitelist/sheets/1.pdf").content) == 1


def test_all_sheets_come_in_parts(
    as_office: Client, issue: ListIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("institutions.views.sheets.PART", 1)

    overview = as_office.get("/office/whitelist/sheets/").content.decode()

    assert ("第1至1家" in overview, "第2至2家" in overview) == (True, True)
    assert pages(as_office.get("/office/whitelist/sheets/2.pdf").content) == 1
    assert as_office.get("/office/whitelist/sheets/3.pdf").status_code == 404


def test_the_downloads_of_an_issue_carry_its_name(as_officer: Client, issue: ListIssue) -> None:
    for ending in ("pdf", "xlsx"):
        answer = as_officer.get(f"/office/whitelist/{issue.pk}/list.{ending}")

        assert unquote(answer["Content-Disposition"]).endswith(
            f"定边县校外培训机构白名单（第1期）.{ending}"
        )


def test_outside_the_demo_no_code_is_printed_without_the_portals_address(
    as_office: Client, issue: ListIssue, settings: Settings
) -> None:
    row = issue.entries.earliest("position").institution
    assert row is not None
    User.objects.update(password_changed_at=now())
    settings.SITE_ADDRESS, settings.DEMO = "", False

    one = as_office.get(f"/office/institutions/{row.pk}/sheet.pdf")
    many = as_office.get("/office/whitelist/sheets/1.pdf")

    assert (one.status_code, one["Location"]) == (302, "/office/whitelist/sheets/")
    assert many.status_code == 404
    assert "还没有设置网站地址" in as_office.get("/office/whitelist/sheets/").content.decode()
