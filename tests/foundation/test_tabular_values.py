"""A value, or the reason why there is none."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.tabular import values
from foundation.tabular.values import Glued, Parsed, parse_date, parse_validity
from tests import samples

REAL = Path(__file__).parents[3] / "shared" / "samples" / "licence_validity_strings.csv"


@pytest.mark.parametrize(
    "text",
    ["2026.7.5", "2026年7月5日", "２０２６年０７月０５日", "二〇二六年七月五日", "二0二六年七月五号", "2026-07-05",
     "2026/7/5", "20260705", "46208", "2026-07-05 00:00:00", " 2026 年 7 月 5 日 ", "2026. 7. 5", "有效期至2026年7月5日止"],
)  # fmt: skip
def test_one_day_in_all_its_writings(text: str) -> None:
    assert parse_date(text) == Parsed(date(2026, 7, 5))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026年7月", "缺日"),
        ("202607", "缺日"),
        ("2026", "缺月、日"),
        ("2026年5日", "缺月"),
        ("7月5日", "缺年份"),
        ("年2月9日", "缺年份"),
        ("26.7.5", "年份只有两位"),
        ("5/7/2026", "看不出年月日的顺序"),
        ("2026.2.30", "没有这一天"),
        ("2026.13.1", "没有这一天"),
        ("2026.7.5、2026.8.5", "不只是一个日期"),
        ("2026.7.5前三个月", "不只是一个日期"),
        ("近日", "不是日期"),
    ],
)
def test_what_is_no_day_says_why(text: str, reason: str) -> None:
    found = parse_date(text)
    assert found.value is None
    assert reason in found.reason


@pytest.mark.parametrize("text", ["", "无", "/", "-", "—", "——", "暂无", " \u00a0", "N/A", "／"])
def test_writing_nothing_is_neither_a_value_nor_a_fault(text: str) -> None:
    assert values.is_blank(text)
    assert parse_date(text) == Parsed()
    assert values.parse_phones(text) == Parsed()
    assert values.parse_number(text) == Parsed()
    assert values.split_numbers(text) == ()


@pytest.mark.parametrize("text", samples.VALIDITIES)
def test_a_validity_is_what_is_written_or_says_what_is_missing(text: str) -> None:
    found = parse_validity(text)
    shown = (str(found.start or ""), str(found.end or ""), found.long_term, found.missing)
    assert shown == samples.VALIDITIES[text]


def test_the_header_tells_what_a_sole_day_is() -> None:
    assert parse_validity("2026.8.5").missing
    assert parse_validity("2026.8.5", "有效期至").end == date(2026, 8, 5)
    assert parse_validity("2023.8.6-2026.8.5", "有效期").start == date(2023, 8, 6)


@pytest.mark.skipif(
    not REAL.exists(), reason="the published wordings lie beside the repository only"
)
def test_every_published_validity_is_parsed_or_says_what_is_missing() -> None:
    found = [parse_validity(line) for line in REAL.read_text("utf-8-sig").splitlines()[1:]]
    whole = [one for one in found if not one.missing]
    assert all(one.end or one.long_term for one in whole)
    assert (len(found), len(whole)) == (179, 131)
    assert not [one for one in found if "没有写" in one.missing]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13900001111", ("13900001111",)),
        ("１３９００００１１１１", ("13900001111",)),
        ("王某 139 0000 1111", ("13900001111",)),
        ("13900001111/0912-4210000", ("13900001111", "0912-4210000")),
        ("(0912)4210000转12", ("0912-4210000-12",)),
        ("+86 139-0000-1111", ("13900001111",)),
        ("4210000", ("4210000",)),
        ("400-123-4567", ("4001234567",)),
        ("9124210000", ("0912-4210000",)),
        ("4002345678", ("4002345678",)),
    ],
)
def test_telephone_numbers_are_found_beside_names(text: str, numbers: tuple[str, ...]) -> None:
    assert values.parse_phones(text).value == numbers


@pytest.mark.parametrize("text", ["1.39E+10", "1390000111", "王某", "139000011112"])
def test_half_a_telephone_number_says_so(text: str) -> None:
    assert "不是完整的电话号码" in values.parse_phones(text).reason


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,200.5㎡", "1200.5"), ("3万元", "30000"), ("１２人", "12"), ("0", "0"), ("-3.50", "-3.50")],
)
def test_numbers_lose_their_units(text: str, number: str) -> None:
    assert values.parse_number(text).value == Decimal(number)


@pytest.mark.parametrize("text", ["约300", "300左右", "三百", "1,2", "12-15人"])
def test_no_number_says_why(text: str) -> None:
    assert values.parse_number(text).reason


def test_yes_and_no_have_many_words() -> None:
    assert values.parse_yes_no("√").value is True
    assert values.parse_yes_no("未开通").value is False
    assert [values.parse_yes_no(word).value for word in ("已纳入", "已签约", "●")] == [True] * 3
    assert [values.parse_yes_no(word).value for word in ("未监管", "未签约")] == [False] * 2
    assert values.parse_yes_no("无").value is False
    assert values.parse_yes_no("") == Parsed()
    assert values.parse_yes_no("也许").reason


@pytest.mark.parametrize(
    "text",
    ["161082570000010、161082570000020", "161082570000010 161082570000020", "161082570000010/161082570000020",
     "161082570000010\n161082570000020", "１６１０８２５７０００００１０；161082570000020", "161082570000010和161082570000020、无"],
)  # fmt: skip
def test_several_licences_in_one_cell_are_several(text: str) -> None:
    assert values.split_numbers(text) == ("161082570000010", "161082570000020")


def test_one_licence_with_blanks_is_one() -> None:
    assert values.split_numbers("教民 161082570000010 号") == ("教民161082570000010号",)


def test_name_and_address_are_parted_surely_only_at_a_blank() -> None:
    assert values.split_glued("青桐果教育 西环路五角广场6楼") == Glued(
        "青桐果教育", "西环路五角广场6楼", True
    )
    assert values.split_glued("彤绘坊文明巷25号二层") == Glued("彤绘坊", "文明巷25号二层", False)
    glued = values.split_glued("机关娃培训中心定边县贺圈镇迎宾路66号")
    assert glued == Glued("机关娃培训中心", "定边县贺圈镇迎宾路66号", False)
    assert values.split_glued("新苗") is None


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert values.fold(values.fold(text)) == values.fold(text)
    assert values.tidy(values.tidy(text)) == values.tidy(text)


@given(st.text())
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_date, values.parse_phones, values.parse_number, values.parse_yes_no):
        found = parse(text)
        assert found.value is None or not found.reason
    parse_validity(text)
    values.split_numbers(text)
    values.split_glued(text)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_writing(day: date) -> None:
    for text in (
        f"{day:%Y.%m.%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        day.isoformat(),
    ):
        assert parse_date(text) == Parsed(day)
