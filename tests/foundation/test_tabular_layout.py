"""Titles, headers, sections and notes are told from records, and no row is lost."""

from datetime import date

import pytest

from foundation.tabular.layout import HEADER_LOOKED_AT, Table, arrange, header_key
from foundation.tabular.reading import Row, Sheet, Span, read
from tests import samples

KNOWN = (
    "序号",
    "机构名称",
    "名称",
    "地址",
    "机构地址",
    "办学地点",
    "镇街",
    "许可证号",
    "列入原因",
    "年检结果",
)


def sheet_of(*rows: tuple[str, ...], merged: tuple[Span, ...] = ()) -> Sheet:
    """A sheet of these rows, padded; empty ones are left out as reading does."""
    width = max(map(len, rows))
    padded = [(*row, *[""] * (width - len(row))) for row in rows]
    return Sheet("表", [Row(at, row) for at, row in enumerate(padded, 1) if any(row)], list(merged))


def everything(sheet: Sheet) -> list[Table]:
    table = arrange(sheet, KNOWN)
    numbers = sorted([row.number for row in table.body] + [one.number for one in table.named])
    assert numbers == [row.number for row in sheet.rows], "every row is a record or named"
    assert len(table.sections) == len(table.body)
    return [table]


@pytest.mark.parametrize(
    "content",
    [samples.white_list(), samples.black_lists(), samples.register_book(), samples.old_book()],
)
def test_every_row_of_every_invented_list_is_accounted_for(content: bytes) -> None:
    for sheet in read(content, "a.xlsx").sheets:
        everything(sheet)


def test_a_published_list_has_title_headers_and_month() -> None:
    table = arrange(read(samples.white_list(), "a").sheets[0], KNOWN)
    assert table.title == samples.TITLE
    assert table.headers == samples.WHITE_HEADERS
    assert len(table.body) == 165
    assert (table.as_of, table.as_of_text) == (None, "2026年5月")


def test_an_empty_sheet_is_an_empty_table() -> None:
    assert arrange(Sheet("空", []), KNOWN) == Table()


def test_a_header_of_two_lines_is_joined_and_towns_fill_down() -> None:
    table = arrange(read(samples.register_book(), "a").sheets[0], KNOWN)
    assert table.headers == samples.REGISTER_HEADERS
    assert [row.cells[1] for row in table.body] == ["贺圈镇"] * 3 + ["安边镇"] * 2 + ["砖井镇"]
    assert [note.number for note in table.notes] == [2, 11, 12, 13]
    assert table.as_of == date(2026, 6, 30)


def test_a_header_of_two_lines_in_a_text_table_is_joined() -> None:
    table = arrange(
        sheet_of(
            ("序号", "机构名称", "许可证", "", "地址"),
            ("", "", "许可证号", "有效期", ""),
            ("1", "新苗", "161082570000010", "长期", "贺圈镇"),
        ),
        KNOWN,
    )
    assert table.headers == ("序号", "机构名称", "许可证·许可证号", "许可证·有效期", "地址")


def test_records_merged_like_their_header_are_records() -> None:
    over = tuple(Span(top, left, top, left + 1) for top in (1, 2, 3) for left in (0, 2))
    rows = (("机构名称", "", "地址", ""), ("新苗", "", "贺圈镇", ""), ("青禾", "", "安边镇", ""))
    (table,) = everything(sheet_of(*rows, merged=over))
    assert [row.cells[0] for row in table.body] == ["新苗", "青禾"]


def test_a_category_row_becomes_the_section_of_the_rows_below() -> None:
    table = everything(
        sheet_of(
            ("序号", "机构名称", "地址"),
            ("一、有照无证",),
            ("1", "甲", "贺圈镇"),
            ("二、无证无照",),
            ("1", "乙", "安边镇"),
            ("序号", "机构名称", "地址"),
            ("2", "丙", "安边镇"),
        )
    )[0]
    assert table.sections == ["一、有照无证", "二、无证无照", "二、无证无照"]
    assert [one.what for one in table.named] == ["表头", "分类", "分类", "表头"]


def test_a_category_before_the_header_holds_too() -> None:
    table = arrange(read(samples.black_lists(), "a").sheets[0], KNOWN)
    assert table.title == "停课期间违规办学机构黑名单"
    assert set(table.sections) == {"一、证照齐全违规办学机构"}
    assert {row.cells[3] for row in table.body} == {"违规办学"}


def test_a_column_without_header_keeps_its_title_and_its_rows() -> None:
    table = arrange(read(samples.black_lists(), "a").sheets[1], KNOWN)
    assert (table.title, table.headers, len(table.body)) == ("定边县无证培训机构", (), 4)


def test_reasons_merged_downwards_reach_their_rows_and_no_others() -> None:
    table = arrange(read(samples.black_lists(), "a").sheets[2], KNOWN)
    assert [row.cells[3] for row in table.body] == [
        "有照无证",
        "无证无照",
        "有照无证",
        "有照无证",
        "有照无证",
    ]


def test_blank_cells_that_are_not_merged_stay_blank() -> None:
    table = arrange(sheet_of(("机构名称", "列入原因"), ("甲", "无证"), ("乙", "")), KNOWN)
    assert [row.cells[1] for row in table.body] == ["无证", ""]


def test_a_record_with_only_its_name_is_a_record() -> None:
    table = everything(sheet_of(("机构名称", "地址"), ("甲", "贺圈镇"), ("乙",), ("丙", "安边镇")))[
        0
    ]
    assert len(table.body) == 3


def test_totals_and_remarks_are_no_records() -> None:
    table = everything(
        sheet_of(
            ("序号", "机构名称", "地址"),
            ("1", "甲", "贺圈镇"),
            ("合计", "1家"),
            ("注：以上均已核对",),
            ("本表一式两份",),
        )
    )[0]
    assert len(table.body) == 1
    assert [one.what for one in table.named] == ["表头", "备注", "备注", "备注"]


@pytest.mark.parametrize(
    "foot",
    [
        ("共64家",),
        ("", "共 64 家"),
        ("总数", "2"),
        ("经办人：张三", "", "2026年7月"),
        ("填报人:张三",),
        ("（盖章）",),
        ("", "", "定边县教育和体育局"),
        ("定边县双减办（盖章）",),
        ("", "", "2026年7月5日"),
        ("2026.7",),
    ],
)
def test_what_stands_below_a_list_is_no_record(foot: tuple[str, ...]) -> None:
    rows = (("序号", "机构名称", "地址"), ("1", "甲", "贺圈镇"), ("2", "乙", "安边镇"))
    (table,) = everything(sheet_of(*rows, foot))
    assert len(table.body) == 2
    assert table.notes[0].number == 4


def test_an_office_and_a_day_below_each_other_are_both_no_records() -> None:
    rows = (("机构名称", "地址"), ("甲", "贺圈镇"), ("", "定边县教体局"), ("", "2026年7月5日"))
    (table,) = everything(sheet_of(*rows))
    assert [row.cells[0] for row in table.body] == ["甲"]


@pytest.mark.parametrize("sign", ["同上", "同前", "〃", '"'])
def test_a_sign_for_the_same_stands_for_the_word_above(sign: str) -> None:
    rows = (("机构名称", "镇街"), ("甲", "贺圈镇"), ("乙", sign), ("丙", sign), ("丁", "安边镇"))
    (table,) = everything(sheet_of(*rows))
    assert [row.cells[1] for row in table.body] == ["贺圈镇", "贺圈镇", "贺圈镇", "安边镇"]


def test_a_table_beside_another_is_named_and_its_columns_too() -> None:
    head = ("序号", "机构名称", "地址")
    rows = ((*head, "", *head), ("1", "甲", "贺圈镇", "", "2", "乙", "安边镇"))
    table = arrange(sheet_of(*rows), KNOWN)
    assert [(one.what, one.text) for one in table.named][:1] == [("并排", "序号；机构名称；地址")]


def test_damage_fills_down_with_the_number_it_belongs_to() -> None:
    sheet = sheet_of(
        ("机构名称", "许可证号"), ("甲", "9.1E+17"), ("乙", ""), merged=(Span(2, 1, 3, 1),)
    )
    sheet.rows[1] = Row(2, ("甲", "9.1E+17"), {1: "坏"})
    assert [dict(row.damage) for row in arrange(sheet, KNOWN).body] == [{1: "坏"}, {1: "坏"}]


def test_unknown_headers_over_numbered_rows_are_still_headers() -> None:
    table = arrange(sheet_of(("表一",), ("序号", "校名", "位置"), ("1", "新苗", "贺圈")), ())
    assert table.headers == ("序号", "校名", "位置")


def test_headers_compare_without_blanks_brackets_and_width() -> None:
    assert header_key(" 许可证 号\n（15位）：") == header_key("许可证号") == "许可证号"
    assert header_key("ＩＤ*") == "id"


def test_a_second_table_on_a_sheet_is_named_and_not_mixed_in() -> None:
    table = everything(
        sheet_of(
            ("序号", "机构名称", "地址"),
            ("1", "甲", "贺圈镇"),
            ("名称", "列入原因", "年检结果"),
            ("乙", "无证", "不合格"),
        )
    )[0]
    assert len(table.body) == 1
    assert [one.what for one in table.named] == ["表头", "另表", "另表"]


def test_a_single_column_may_have_a_header() -> None:
    table = everything(sheet_of(("机构名称",), ("甲",), ("乙",)))[0]
    assert (table.headers, len(table.body)) == (("机构名称",), 2)


def test_a_header_key_does_not_stumble_over_brackets() -> None:
    assert header_key("许可证号（15位）[必填]【数字】") == "许可证号"
    assert len(header_key("(" * 30_000)) <= HEADER_LOOKED_AT


@pytest.mark.parametrize(
    ("again", "what", "rows"),
    [
        (("序号", "机构名称", "地址"), ["表头", "表头"], 2),
        (("序号", "地址", "机构名称"), ["表头", "另表", "另表"], 1),
        (("", "地址", "机构名称"), ["表头", "另表", "另表"], 1),
    ],
)
def test_headers_that_come_again_over_other_columns_begin_another_table(
    again: tuple[str, str, str], what: list[str], rows: int
) -> None:
    first, second = ("1", "甲", "贺圈镇"), ("2", "白泥井镇", "乙")
    table = everything(sheet_of(("序号", "机构名称", "地址"), first, again, second))[0]
    assert ([one.what for one in table.named], len(table.body)) == (what, rows)
