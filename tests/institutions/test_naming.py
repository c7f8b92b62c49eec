"""Names are found and compared whatever way they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from institutions import naming

NAME = "定边县新苗音乐舞蹈培训学校"
TEXT = naming.search_text(
    [NAME, "贺圈镇"], ["贺圈镇迎宾路12号2楼205室"], ["52610825MJY000175B", "161082570000120"]
)


def finds(query: str, text: str = TEXT) -> bool:
    """As the database asks: all terms in the index, all words in the text."""
    terms, words = naming.query_terms(query), naming.query_words(query)
    return set(terms) <= set(naming.bigrams(text)) and all(word in text for word in words)


@pytest.mark.parametrize(
    "query",
    ["新苗", "音乐", "苗", "舞蹈 新苗", "培训 定边 音乐", "定邊縣", "音樂", "dbxxm", "dbxxmyywdpxxx", "xm", "DBX",
     "dingbianxianxinmiao", "yinyue", "xinmiao", "ｄｂｘ", "hequan", "hqz", "贺圈", "迎宾路", "205室", "205", "迎宾路12号",
     "52610825MJY000175B", "52610825", "mjy000175b", "161082570000120", "000120", "新苗　205", "“新苗”", "新苗\u200b音乐"],
)  # fmt: skip
def test_a_place_is_found_by(query: str) -> None:
    assert finds(query)


@pytest.mark.parametrize(
    "query", ["新苗 美术", "苗新", "乐音", "dbxmx", "yinle", "206", "161082570000121", "安边"]
)
def test_a_place_is_not_found_by(query: str) -> None:
    assert not finds(query)


@given(st.integers(0, len(NAME) - 2), st.integers(2, len(NAME)))
def test_every_part_of_a_name_finds_it(start: int, length: int) -> None:
    part = NAME[start : start + length]
    assert finds(part)
    assert finds(naming.initials(part)) or len(part) < 2


@given(st.text(max_size=30))
def test_every_text_finds_itself(text: str) -> None:
    assert finds(text, naming.search_text([], [text]) + " " + " ".join(naming.query_words(text)))


@given(st.text())
def test_one_form_is_final(text: str) -> None:
    assert naming.normal(naming.normal(text)) == naming.normal(text)
    assert naming.name_key(naming.name_key(text)) == naming.name_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("精銳教育", "精锐教育"),
        ("⼀⾦培训", "一金培训"),
        ("Ａｂｃ 英语", "abc英语"),
        ("ABC英语", "АВС英语"),
        ("新苗（城西校区）", "新苗(城西校区)"),
        ("新\u200b苗\u00a0学校", "新苗学校"),
    ],
)
def test_writings_of_one_name_are_one(one: str, other: str) -> None:
    assert naming.name_key(one) == naming.name_key(other)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("彤绘坊", "同绘坊", "读音相同"),
        ("新苗学校", "新苗学校", "名称相同"),
        ("己未学校", "已未学校", "只差一个字"),
        ("新苗培训学校", "新苗艺培训学校", "只差一个字"),
        ("新苗", "青禾", ""),
        ("新苗学校", "青禾学校", ""),
    ],
)
def test_names_that_could_be_taken_for_each_other_say_why(one: str, other: str, why: str) -> None:
    assert naming.likeness(one, other) == naming.likeness(other, one) == why
    share = not naming.similar_keys(one).isdisjoint(naming.similar_keys(other))
    assert share or not why, "an index of similar keys misses no look-alike"


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [("音乐", "yinyue"), ("长城", "changcheng"), ("重点", "zhongdian"), ("快乐", "kuaile")],
)
def test_a_word_decides_how_a_character_is_read(name: str, pinyin: str) -> None:
    assert naming.spelling(name) == pinyin


def test_a_question_is_bounded() -> None:
    assert len(naming.query_words("新苗 " + " ".join(map(str, range(1_000))))) <= naming.QUERY_WORDS
    assert len(naming.query_terms("苗" * 10_000)) == 1
