"""What stands in a cell: a value of its kind, or the reason in Chinese; never a guess."""

import re
from dataclasses import dataclass
from decimal import Decimal

from foundation.tabular.dates import (
    PartialDate,
    Validity,
    find_dates,
    parse_date,
    parse_validity,
    split_validity,
)
from foundation.tabular.words import Parsed, fold, is_blank, tidy

__all__ = [
    "Glued",
    "Parsed",
    "PartialDate",
    "Validity",
    "find_dates",
    "fold",
    "is_blank",
    "parse_date",
    "parse_number",
    "parse_phones",
    "parse_validity",
    "parse_yes_no",
    "split_glued",
    "split_numbers",
    "split_validity",
    "tidy",
]

_YES = {
    "是",
    "有",
    "已",
    "√",
    "✓",
    "✔",
    "y",
    "yes",
    "true",
    "1",
    "对",
    "已开通",
    "开通",
    "已接入",
    "合格",
    "已签",
    "已签约",
    "已签订",
    "已纳入",
    "已监管",
    "已托管",
    "已开户",
    "已入驻",
    "●",
}
_NO = {
    "否",
    "无",
    "未",
    "没有",
    "×",
    "✗",
    "✘",
    "x",
    "n",
    "no",
    "false",
    "0",
    "不",
    "未开通",
    "未接入",
    "不合格",
    "未签",
    "未签约",
    "未签订",
    "未纳入",
    "未监管",
    "未托管",
    "未开户",
    "未入驻",
}

_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"|\(?(?P<area>0\d{2,3})\)?[- ]{0,3}(?P<line>[2-9]\d{6,7})(?:[-转 ]{1,2}(?P<inner>\d{1,6}))?"
    r"|(?P<service>[48]00[- ]?\d{3}[- ]?\d{4})"
    # Excel has taken the 0 of 09124210000 away.
    r"|(?P<cut>[3-9]\d{2})(?P<rest>[2-9]\d{6})"
    r"|(?P<local>[2-9]\d{6,7}))(?!\d)"
)
_NUMBER = re.compile(
    r"(?P<number>[+-]?\d{1,15}(?:\.\d{1,10})?) ?(?P<times>[千万亿]?)"
    r" ?(?P<unit>平方米|平米|m2|元|人民币|人|名|个|所|间|层|课时|节|门|家|次|年|月|天|日|岁)?"
)
_TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ABOUT = re.compile(r"约|左右|余|多|近|以上|以下|[~≈><≥≤]")

_BETWEEN_NUMBERS = re.compile(
    r"[、,;|\n]+|(?<=[0-9A-Za-z号)])\s*(?:/|和|及|与)\s*(?=[(\u4e00-\u9fff]{0,4}[0-9A-Z]{6,})"
    # A blank parts two whole numbers; inside one it only groups: 教民 161082 570000020 号.
    r"|(?:(?<=[0-9A-Za-z]{8})|(?<=[0-9A-Za-z]{8}[号)]))\s+(?=[(\u4e00-\u9fff]{0,4}[0-9A-Z]{8,})"
)

_STREET = re.compile(r"[\u4e00-\u9fff]{2}[东南西北中]?(?:大道|大街|路|街|巷|胡同|广场|大厦|花园)")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?[省市区县旗](?=[\u4e00-\u9fff])")
_NAME_END = re.compile(
    r"(?:有限公司|培训学校|培训中心|培训机构|艺术中心|教育中心|俱乐部|工作室|辅导班|培训班|培训|教育|学校|校区|中心|馆|社)"
)


@dataclass(frozen=True, slots=True)
class Glued:
    """A name and an address that stood in one cell; `certain` only where a blank parted them."""

    name: str
    address: str
    certain: bool


def parse_yes_no(text: str) -> Parsed[bool]:
    """是 and its like, 否 and its like; an empty cell says neither."""
    plain = fold(text).lower()
    if plain in _YES:
        return Parsed(True)
    if plain in _NO:
        return Parsed(False)
    return Parsed() if is_blank(text) else Parsed(reason=f"“{text}”看不出是还是否")


def parse_number(text: str) -> Parsed[Decimal]:
    """A number with or without its unit: `1,200.5㎡`, `3万元`; `约300` is a reason, not a number."""
    if is_blank(text):
        return Parsed()
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fold(text).lower())
    if _ABOUT.search(plain):
        return Parsed(reason=f"“{text}”是约数，请写准确的数")
    found = _NUMBER.fullmatch(plain)
    if not found:
        return Parsed(reason=f"“{text}”不是数字")
    return Parsed(Decimal(found["number"]) * _TIMES[found["times"]])


def parse_phones(text: str) -> Parsed[tuple[str, ...]]:
    """All telephone numbers, mobile without blanks, landline as `0912-4210000`; names may stand beside."""
    if is_blank(text):
        return Parsed()
    plain = fold(text)
    numbers = tuple(dict.fromkeys(_phone(found) for found in _PHONE.finditer(plain)))
    left = re.findall(r"\d[\d.eE+ -]*\d", _PHONE.sub(" ", plain))
    if left or not numbers:
        return Parsed(reason=f"“{(left or [text])[0]}”不是完整的电话号码")
    return Parsed(numbers)


def _phone(found: re.Match[str]) -> str:
    if found["mobile"]:
        return re.sub(r"\D", "", found["mobile"])
    if found["line"]:
        inner = f"-{found['inner']}" if found["inner"] else ""
        return f"{found['area']}-{found['line']}{inner}"
    if found["cut"]:
        return f"0{found['cut']}-{found['rest']}"
    return re.sub(r"\D", "", found["service"] or found["local"])


def split_numbers(text: str) -> tuple[str, ...]:
    """The licence numbers or codes of one cell, each without blanks, each once."""
    if is_blank(text):
        return ()
    pieces = (re.sub(r"\s+", "", piece) for piece in _BETWEEN_NUMBERS.split(fold(text)))
    return tuple(dict.fromkeys(piece for piece in pieces if not is_blank(piece)))


def split_glued(text: str) -> Glued | None:
    """Name and address of one cell, or None where no seam is seen."""
    plain = tidy(text).replace("\n", " ")
    name, blank, address = plain.partition(" ")
    if blank and len(name) >= 2 and len(address) >= 4:
        return Glued(name, address, True)
    seam = _seam(plain)
    return Glued(plain[:seam], plain[seam:], False) if seam else None


def _seam(plain: str) -> int:
    """Where the address seems to begin, or 0."""
    street = _STREET.search(plain, 2)
    ends = [
        end.end() for end in _NAME_END.finditer(plain) if not street or end.end() < street.end() - 1
    ]
    places = [place.start() for place in _PLACE.finditer(plain, 2)]
    if ends:
        return ends[-1] if ends[-1] < len(plain) - 3 else 0
    if places:
        return places[0]
    return street.start() if street else 0
