"""Days and validities as people write them: a value, or the part that is missing; never a guess.

The wordings are those of 179 published licences: `2018.08.06至2026.08.05止`, `二0二二年一月十五日`,
`有效期至2024年7月`, `有效期起2018年12月29日至长期`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.tabular.words import Parsed, fold, is_blank

_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # Excel's days since 1899-12-30: 1954 to 2119
_SERIAL_ZERO = date(1899, 12, 30)

_NUMERALS = dict(zip("〇零○oO一二三四五六七八九", "00000123456789", strict=True))
_SPELT = re.compile(r"[〇零○oO0-9一二三四五六七八九十]{1,4}(?=[年月日号])")
_YEAR = r"(?P<{}>(?:19|20)\d\d)"
_DAY = re.compile(
    r"(?<![\d.])(?:"
    + _YEAR.format("y1")
    + r" ?年 ?(?:(?P<m1>\d{1,2}) ?月 ?(?:(?P<d1>\d{1,2})(?!\d) ?[日号]?)?|(?P<d2>\d{1,2}) ?[日号])?"
    + "|"
    + _YEAR.format("y3")
    + r" ?[./-] ?(?P<m3>\d{1,2})(?: ?[./-] ?(?P<d3>\d{1,2}))?(?!\d)"
    + "|"
    + _YEAR.format("y4")
    + r"(?P<m4>\d\d)(?P<d4>\d\d)(?!\d))"
)
_BESIDE = re.compile(
    r"有效期?限?|截止|截至|日期|时间|发证|自|从|起|至|到|止|前|为|于|[:()。,]|星期.|周."
    r"|[T ]?\d{1,2}:\d\d(:\d\d)?(\.\d+)?| "
)
_NO_YEAR = re.compile(r"年?\d{1,2}月\d{1,2}[日号]?")
_SHORT_YEAR = re.compile(r"\d\d[./年-]\d{1,2}[./月-]\d{1,2}日?")
_NO_ORDER = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")

_KEYWORD = re.compile(r"有[效限]期|有效|期限|经营期")
_FOREVER = re.compile(r"长期|永久|无固定期限|长久")
_ENDS_BEFORE = re.compile(r"(?:至|到|截止|截至|止|~|-|—)[于为: ]*$")
_ENDS_AFTER = re.compile(r"^[日 ]*(?:止|前|截止|到期|为止)")
_BEGINS_BEFORE = re.compile(r"(?:自|从|起|发证)[于为: ]*$")
_BEGINS_AFTER = re.compile(r"^[日 ]*(?:起|开始)")
# Two days on two lines of a cell have nothing but the break between them.
_BETWEEN = re.compile(r"^(?:[日起止 ]*(?:至|到|-+|—+|–|~+)[自 ]*|[日起止]? +)$")
_LEADS_IN = re.compile(r"[\s(\[,;:]*(?:有效期?限?|期限)?[\s自从起至到为:]*$")
_LEADS_OUT = re.compile(r"[\s日起止]*(?:至?(?:长期|永久))?[\s)\]]*")
_SPAN_ONLY = re.compile(r"([\d一二两三四五六七八九十]{1,3})年")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day as far as it is written: year, month and day, 0 where missing."""

    year: int
    month: int
    day: int

    @property
    def date(self) -> date | None:
        """The day, where it is complete and exists."""
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def reason(self) -> str:
        """Why it is not a day, or an empty string."""
        if self.date:
            return ""
        absent = [word for word, part in (("月", self.month), ("日", self.day)) if not part]
        return f"“{self}”缺{'、'.join(absent)}" if absent else f"“{self}”没有这一天"

    def __str__(self) -> str:
        parts = ((self.year, "年"), (self.month, "月"), (self.day, "日"))
        return "".join(f"{part}{word}" for part, word in parts if part)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when. `missing` says in Chinese what is not known; empty where all is."""

    start: date | None = None
    end: date | None = None
    long_term: bool = False
    missing: str = ""


def _arabic(run: re.Match[str]) -> str:
    text = run.group()
    if "十" not in text:
        return "".join(_NUMERALS.get(letter, letter) for letter in text)
    tens, _, ones = (
        "".join(_NUMERALS.get(letter, letter) for letter in part) for part in text.partition("十")
    )
    number = (int(tens) if tens.isdigit() else 1) * 10 + (int(ones) if ones.isdigit() else 0)
    return str(number)


def _prepared(text: str) -> str:
    return _SPELT.sub(_arabic, " ".join(fold(text).split()))


def _partial(found: re.Match[str]) -> PartialDate:
    part = found.groupdict()
    year = part["y1"] or part["y3"] or part["y4"]
    month = part["m1"] or part["m3"] or part["m4"] or 0
    day = part["d1"] or part["d2"] or part["d3"] or part["d4"] or 0
    return PartialDate(int(year), int(month), int(day))


def find_dates(text: str) -> list[PartialDate]:
    """All days in a running text, complete or not, in their order."""
    return [_partial(found) for found in _DAY.finditer(_prepared(text))]


def parse_date(text: str) -> Parsed[date]:
    """One day. `2026.7.5`, `2026年7月5日`, `20260705`, an Excel serial; else the reason."""
    if is_blank(text):
        return Parsed()
    plain = _prepared(text)
    serial = re.fullmatch(r"(\d{5})(?:\.\d+)?", plain)
    if serial and _FIRST_SERIAL <= int(serial[1]) <= _LAST_SERIAL:
        return Parsed(_SERIAL_ZERO + timedelta(days=int(serial[1])))
    found = list(_DAY.finditer(plain))
    if not found:
        return Parsed(reason=_why_no_day(plain, text))
    beside = _BESIDE.sub("", plain[: found[0].start()] + plain[found[0].end() :])
    if len(found) > 1 or beside:
        return Parsed(reason=f"“{text}”不只是一个日期")
    day = _partial(found[0])
    return Parsed(day.date, day.reason)


def _why_no_day(plain: str, text: str) -> str:
    if _NO_YEAR.fullmatch(plain):
        return f"“{text}”缺年份"
    if _SHORT_YEAR.fullmatch(plain):
        return f"“{text}”的年份只有两位，请写四位"
    if _NO_ORDER.fullmatch(plain):
        return f"“{text}”看不出年月日的顺序"
    month = re.fullmatch(_YEAR.format("y") + r"(\d\d)", plain)
    if month or re.fullmatch(_YEAR.format("y"), plain):
        return f"“{text}”缺{'日' if month else '月、日'}"
    return f"“{text}”不是日期"


def parse_validity(text: str, header: str = "") -> Validity:
    """From when until when. A header such as 有效期至 tells what a sole day is."""
    if is_blank(text):
        return Validity(missing="没有写有效期")
    plain = _prepared(f"{header} {text}" if header else text)
    keyword = _KEYWORD.search(plain)
    plain = plain[keyword.start() :] if keyword else plain
    found = list(_DAY.finditer(plain))
    forever = bool(_FOREVER.search(plain))
    if not found:
        return _without_day(plain, forever)
    if len(found) == 1:
        return _with_one_day(plain, found[0], forever)
    between = plain[found[0].end() : found[1].start()]
    if len(found) > 2 or forever or not _BETWEEN.search(between):
        return Validity(missing="有几个日期，看不出哪个是起、哪个是止")
    return _checked(_partial(found[0]), _partial(found[1]))


def split_validity(text: str) -> tuple[str, str]:
    """What stands beside a validity in one cell, and the validity: 号码（2024.7.5至2027.7.4）."""
    plain = fold(text)
    found = [day for day in _DAY.finditer(plain) if _partial(day).date]
    if not 1 <= len(found) <= 2:
        return text, ""
    lead = _LEADS_IN.search(plain, 0, found[0].start())
    start = lead.start() if lead else found[0].start()
    out = _LEADS_OUT.match(plain, found[-1].end())
    end = out.end() if out else found[-1].end()
    if re.search(r"\d{6}", plain[found[0].end() : found[-1].start()]):
        return text, ""
    return f"{plain[:start]} {plain[end:]}".strip(), plain[start:end].strip(" ()[],;")


def _without_day(plain: str, forever: bool) -> Validity:
    if forever:
        return Validity(long_term=True)
    span = _SPAN_ONLY.search(plain)
    return Validity(missing=f"只写了“{span.group()}”，缺起止日期" if span else "没有写起止日期")


def _with_one_day(plain: str, found: re.Match[str], forever: bool) -> Validity:
    before, after, day = plain[: found.start()], plain[found.end() :], _partial(found)
    if forever:
        return Validity(day.date, None, True, f"起期{day.reason}" if day.reason else "")
    if _ENDS_BEFORE.search(before) or _ENDS_AFTER.search(after):
        return _checked(None, day)
    if _BEGINS_BEFORE.search(before) or _BEGINS_AFTER.search(after):
        return Validity(
            day.date, None, False, f"起期{day.reason}；缺止期" if day.reason else "缺止期"
        )
    return Validity(missing=f"只有一个日期“{day}”，看不出是起期还是止期")


def _checked(start: PartialDate | None, end: PartialDate) -> Validity:
    reasons = [
        f"{word}{day.reason}"
        for word, day in (("起期", start), ("止期", end))
        if day and day.reason
    ]
    first, last = start.date if start else None, end.date
    if first and last and last < first:
        return Validity(missing=f"止期“{end}”早于起期“{start}”")
    return Validity(first, last, False, "；".join(reasons))
