"""Codes are checked to warn, never to refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from institutions import codes
from institutions.codes import check_credit_code, check_licence_number


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "52610825MJY000175B", "91610825MA70000A1C", "91610825MA70001810"]
)
def test_the_examples_of_the_standard_hold(code: str) -> None:
    assert check_credit_code(code).warnings == ()


def test_a_wrong_check_character_says_what_it_should_be() -> None:
    assert "末位应为“R”，现为“6”" in check_credit_code("91350211M0000XUF46").warnings[0]


def test_a_code_is_kept_in_one_form() -> None:
    assert check_credit_code(" ５２６１0825 mjy-000175b\u200b").value == "52610825MJY000175B"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("52610825MJYOO0175B", "疑似O→0：52610825MJY000175B"),
        ("5Z6I0825MJY000175B", "疑似I→1、Z→2：52610825MJY000175B"),
        ("S2610825MJY000175B", "疑似S→5：52610825MJY000175B"),
        ("52610825MJY00017", "应为18位，现为16位"),
        ("5261082AMJY000175B", "第3至8位应为数字"),
        ("92610825MA7000181W", "个体工商户，不是法人"),
        ("33610825MJY000175B", "不是常见的登记类别"),
        ("91350100M000100Y43", "不是本县（610825）"),
    ],
)
def test_what_is_odd_in_a_code_is_said(text: str, words: str) -> None:
    assert words in " ".join(check_credit_code(text, "610825").warnings)


def test_an_empty_code_has_nothing_to_warn_of() -> None:
    assert check_credit_code("") == check_licence_number("") == codes.Checked("")


@given(st.text())
def test_no_text_breaks_a_check(text: str) -> None:
    assert check_credit_code(text, "610825").value == codes.tidy_code(text)
    assert codes.tidy_code(codes.tidy_code(text)) == codes.tidy_code(text)
    check_licence_number(text, "610825")


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_every_single_slip_is_noticed(at: int, letter: str) -> None:
    code = "52610825MJY000175B"
    slipped = code[:at] + letter + code[at + 1 :]
    assert (slipped == code) == (not check_credit_code(slipped).warnings)


@pytest.mark.parametrize(
    "text", ["161082570000120", "教民161082570000120号", "6108257000012", "人社民6108250000012号"]
)
def test_usual_licence_numbers_pass_without_a_word(text: str) -> None:
    assert check_licence_number(text, "610825").warnings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("161080270000120", "非本县发证"),
        ("161082510000120", "不是“7”"),
        ("16108257000", "现为11位"),
        ("161O82570000120", "O→0"),
        ("定教字第3号", "写法不常见"),
    ],
)
def test_unusual_licence_numbers_are_hinted_at(text: str, words: str) -> None:
    assert words in " ".join(check_licence_number(text, "610825").warnings)


def test_licence_numbers_compare_without_their_dress() -> None:
    assert (
        codes.licence_key("教民 161082570000120 号")
        == codes.licence_key("１61082570000120")
        == "161082570000120"
    )
