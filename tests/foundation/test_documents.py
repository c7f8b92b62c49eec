"""Workbooks and papers: what is typed is printed as typed."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from weakref import ref

import openpyxl
import pytest
import segno
from django.conf import settings as project
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import Settings

from foundation.documents import pdf
from foundation.documents.xlsx import Column, workbook_file, write_workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '"=1', " =1"]


def sheet(data: bytes) -> Worksheet:
    active = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(active, Worksheet)
    return active


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    cell = sheet(write_workbook("表", ["名称"], [[text]]))["A3"]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == text.strip()


def test_a_workbook_prints_as_an_office_table() -> None:
    made = sheet(
        write_workbook(
            "白名单：第3期", [Column("序号", 6), "名称"], [[1, "甲"]], note="截至7月10日"
        )
    )
    assert made.title == "白名单：第3期"
    assert [made["A1"].value, made["A2"].value, made["A3"].value] == [
        "白名单：第3期",
        "截至7月10日",
        "序号",
    ]
    assert {str(one) for one in made.merged_cells.ranges} == {"A1:B1", "A2:B2"}
    assert (made.page_setup.orientation, made.page_setup.paperSize) == ("landscape", 9)
    assert made.print_title_rows == "$3:$3"
    assert made["B4"].border.left.style == "thin"


def test_numbers_and_days_stay_what_they_are() -> None:
    moment = datetime(2023, 7, 10, 1, 30, tzinfo=UTC)
    row = sheet(
        write_workbook("表", list("甲乙丙丁戊"), [[3, date(2023, 7, 10), moment, None, True]])
    )
    assert row["A3"].value == 3
    assert row["B3"].value == datetime(2023, 7, 10)  # noqa: DTZ001 -- a workbook knows no zones
    assert row["C3"].value == datetime(2023, 7, 10, 9, 30)  # noqa: DTZ001 -- a workbook knows no zones
    assert row["D3"].value is None
    assert row["E3"].value == "True"


def test_signs_that_a_workbook_cannot_hold_are_left_out() -> None:
    made = sheet(write_workbook("a/b:c", ["名称"], [["甲\x00\x0b\ufffe乙", "长" * 40_000]]))
    assert made["A3"].value == "甲乙"
    assert len(str(made["B3"].value)) == 32_767
    assert made.title == "a b c"


class Row(list[object]):
    """A row that can be asked for whether it is still there."""


def test_a_workbook_of_many_rows_keeps_none_of_them() -> None:
    given: list[ref[Row]] = []

    def rows() -> Iterator[Row]:
        for number in range(100):
            assert sum(one() is not None for one in given) <= 1
            row = Row([number])
            given.append(ref(row))
            yield row

    with workbook_file("表", ["序号"], rows()) as file:
        assert sheet(file.read())["A102"].value == 99


@pytest.fixture
def papers(settings: Settings, tmp_path: Path) -> Path:
    """A folder of papers like the project's, with its shared part and fonts."""
    folder = tmp_path / "templates" / "papers"
    folder.mkdir(parents=True)
    shared = project.BASE_DIR / "templates" / "papers" / pdf.SHARED
    (folder / pdf.SHARED).write_bytes(shared.read_bytes())
    (tmp_path / "fonts").symlink_to(project.BASE_DIR / "fonts")
    settings.BASE_DIR = tmp_path
    return folder


SAMPLE = """#import "paper.typ": *
#show: paper.with(title: data.title, upright: false)
#headline(data.title, below: data.below)
#ruled(data.heads, data.rows, widths: (1, 3))
#image("code.svg", width: 20mm)
#signed(data.by, data.day)
"""


def test_a_paper_is_filled_with_its_data(papers: Path) -> None:
    (papers / "sample.typ").write_text(SAMPLE)
    code = io.BytesIO()
    segno.make("https://example.invalid/v/abc").save(code, kind="svg")
    data = {
        "title": "定边县校外培训机构白名单",
        "below": "#emph[截至] ${x} {{7*7}}",
        "heads": ["序号", "名称"],
        "rows": [["1", '#read("/etc/passwd")'], ["2", None]],
        "by": "测试双减办",
        "day": "2023年7月10日",
    }
    moment = datetime(2023, 7, 10, 1, 0, 0, 5, tzinfo=UTC)
    made = pdf.render("sample", data, files={"code.svg": code.getvalue()}, at=moment)
    assert made.startswith(b"%PDF-")
    assert b"DingbianSong" in made
    assert made == pdf.render("sample", data, files={"code.svg": code.getvalue()}, at=moment)


def test_our_own_font_has_the_characters_of_everyday_papers() -> None:
    families = [font.family for font in pdf._fonts().fonts() if font.path]
    assert "Dingbian Song" in families
