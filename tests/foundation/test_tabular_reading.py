"""Cells as a person sees them, whatever the file, and every damage named."""

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from foundation.tabular import text
from foundation.tabular.columns import column_letters
from foundation.tabular.reading import Span, read
from foundation.tabular.refusal import RefusedFileError
from tests import hostile, samples

REAL = Path(__file__).parents[3] / "shared" / "samples"
COMMON = st.text(
    st.sampled_from(
        "定边县培训学校有限公司美术音乐舞蹈许可证号地址电话的一是在不了有和人这中大为上个国"
    ),
    min_size=3,
)


def test_a_published_list_is_read_whole() -> None:
    first, *empty = read(samples.white_list(), "名单.xlsx").sheets
    assert [sheet.rows for sheet in empty] == [[], []]
    assert len(first.rows) == 167
    assert first.merged == [Span(1, 0, 1, 5)]
    assert first.rows[2].cells[0] == "1"
    assert {len(row.cells[5]) for row in first.rows[2:]} == {15}
    assert not any(row.damage for row in first.rows)


def test_row_numbers_are_those_of_excel() -> None:
    book = hostile.sheet_with(
        '<row r="3"><c r="B3"><v>1</v></c></row><row r="9"><c r="A9"><v>2.50</v></c></row>'
    )
    rows = read(book, "a.xlsx").sheets[0].rows
    assert [(row.number, row.cells) for row in rows] == [(3, ("", "1")), (9, ("2.5", ""))]


def test_numbers_that_excel_destroyed_are_named_with_row_and_column() -> None:
    rows = read(samples.register_book(), "台账.xlsx").sheets[0].rows
    found = {(row.number, column): why for row in rows for column, why in row.damage.items()}
    assert set(found) == {(8, 3), (8, 8), (9, 3)}
    assert "科学计数" in found[8, 3]
    assert "超过15位" in found[9, 3]


@pytest.mark.parametrize(
    ("number", "shown", "is_damaged"),
    [
        ("161082570000120", "161082570000120", False),
        ("1.6108257000012E+14", "161082570000120", False),
        ("916108250000000", "916108250000000", False),
        ("9.16108250000001E+17", "916108250000001024", True),
        ("1E+15", "1000000000000000", True),
        ("0.30000000000000004", "0.3", False),
        ("-5", "-5", False),
    ],
)
def test_a_number_is_shown_as_a_person_sees_it(number: str, shown: str, is_damaged: bool) -> None:
    row = (
        read(hostile.sheet_with(f'<row r="1"><c r="A1"><v>{number}</v></c></row>'), "a.xlsx")
        .sheets[0]
        .rows[0]
    )
    assert row.cells == (shown,)
    assert bool(row.damage) == is_damaged


def test_dates_are_iso_and_invisible_characters_are_gone() -> None:
    style = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    book = hostile.book_with(
        xl__styles_dot_xml=f'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{style}</styleSheet>',
        xl__worksheets__sheet1_dot_xml='<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>46208</v></c>'
        '<c r="B1" t="inlineStr"><is><t>新苗\u200b\u00a0</t></is></c><c r="C1" t="b"><v>1</v></c></row></sheetData></worksheet>',
    )
    assert read(book, "a.xlsx").sheets[0].rows[0].cells == ("2026-07-05", "新苗", "TRUE")


def test_an_old_book_reads_like_a_new_one() -> None:
    sheet = read(samples.old_book(), "a.xls").sheets[0]
    assert [list(row.cells) for row in sheet.rows[1:]] == samples.plain_rows(20)
    assert sheet.merged == [Span(1, 0, 1, 11)]


def test_commas_in_the_cells_of_a_table_of_tabs_part_nothing() -> None:
    lines = (
        "机构名称\t培训内容\t地址",
        "甲校\t美术,音乐,舞蹈,书法\t某处1号",
        "乙校\t棋,琴,书,画\t某处2号",
    )
    rows = read("\n".join(lines).encode(), "导出.csv").sheets[0].rows
    assert rows[1].cells == ("甲校", "美术,音乐,舞蹈,书法", "某处1号")


def test_a_table_that_begins_further_in_keeps_its_places() -> None:
    book, out = Workbook(), io.BytesIO()
    book.worksheets[0]["B3"], book.worksheets[0]["C5"] = "机构名称", 5
    book.save(out)
    rows = read(out.getvalue(), "a.xlsx").sheets[0].rows
    assert [(row.number, row.cells) for row in rows] == [
        (3, ("", "机构名称", "")),
        (5, ("", "", "5")),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_read_alike_in_every_encoding(encoding: str, separator: str) -> None:
    sheet = read(samples.text_table(encoding, 3, separator), "名单.csv").sheets[0]
    assert sheet.name == "名单"
    assert [list(row.cells) for row in sheet.rows] == samples.plain_rows(3)


@given(COMMON, st.sampled_from(["utf-8", "utf-8-sig", "gbk", "gb18030"]))
def test_text_is_the_same_or_refused_but_never_garbled(words: str, encoding: str) -> None:
    try:
        assert text.decode(words.encode(encoding)) == words
    except RefusedFileError:
        assert encoding.startswith("gb"), "UTF-8 is always certain"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(RefusedFileError):
        assert read(content, "a.csv").sheets


def test_scientific_numbers_in_a_text_table_are_named() -> None:
    row = read("机构名称,证号\r\n新苗,1.37E+14\r\n".encode(), "a.csv").sheets[0].rows[1]
    assert list(row.damage) == [1]


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (59, "BH"), (16_383, "XFD")]
)
def test_columns_are_named_as_excel_names_them(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@pytest.mark.skipif(not REAL.exists(), reason="the published lists lie beside the repository only")
def test_the_published_lists_are_read_whole() -> None:
    counts = {
        path.name: [len(sheet.rows) for sheet in read(path, path.name).sheets]
        for path in REAL.glob("*.xlsx")
    }
    assert counts == {
        "A_白名单_济南槐荫_202605.xlsx": [167, 0, 0],
        "C_黑名单_三地.xlsx": [8, 12, 15, 15],
    }
