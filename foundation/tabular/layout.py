"""Where on a sheet the table is: titles, headers, sections, body and notes, and every row accounted for."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from foundation.tabular.dates import PartialDate, find_dates
from foundation.tabular.reading import Row, Sheet, Span
from foundation.tabular.words import fold

HEADER_WITHIN = 20  # rows that say something, from the top
HEADER_LINES = 3
HEADER_CHARACTERS = 24
HEADER_LOOKED_AT = 200  # characters; what is longer is no header
JOINT = "·"  # between the lines of a header: 许可证·有效期止

_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_MARKS = re.compile(r"[\s*:：;；,，。、]+")
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[类批部])"
)
_NOTE = re.compile(
    r"^[\s*※★]*(?:备\s*注|说\s*明|注\s*[:：]|注意|(?:填\s*表|填\s*报|制\s*表|审\s*核)\s*(?:人|单位|日期|时间|说明|[:：])|联\s*系\s*(?:人|电\s*话)\s*[:：]|附\s*[:：件注]"
    r"|合\s*计|总\s*计|小\s*计|共\s*计|总\s*数(?!学)|共有?\s*\d+\s*[家所个户处]|截\s*[至止]|单\s*位\s*[:：]|负\s*责\s*人\s*[:：]|分管领导|数据来源|监督电话|举报电话|日\s*期\s*[:：]"
    r"|(?:经办|填报|核对|统计|校对|复核|签发)\s*人?\s*(?:签\s*[字章])?\s*[:：]|[(（]?\s*(?:盖章|公章|签章|签字))"
)
# Who issued a list and when stands below it, in one cell.
_SIGNED = re.compile(
    r"[\u4e00-\u9fff]{2,30}(?:局|厅|办|办公室|委|委员会|人民政府|领导小组|领导小组办公室)(?:[(（]\s*(?:盖|公|签)?章?\s*[)）])?"
)
_DITTO = {"同上", "同前", "〃", "″", '"', "”", "＂", "々"}
_TITLE = re.compile(
    r"(?:名单|名录|一览|清单|汇总|统计|台账|情况|公示|公告|机构|学校|表|册)[”\"’」』]?(?:[(（].*[)）])?$"
)
_AS_OF = re.compile(r"截[至止]到?\s*([^,，;；。)）]*)")
_DAY_ONLY = re.compile(r"[\d〇零○一二三四五六七八九十年月日./\s-]+")
_COUNTING = {"序号", "编号", "序", "no", "no."}
_NUMERIC = re.compile(r"[\d.\-/]+")


class Named(NamedTuple):
    """A row that is no record: its number, what it is (标题, 表头, 分类, 备注, 另表, 并排) and its text."""

    number: int
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet holds. `body[i]` stands under `sections[i]`; body and named are all rows there are.

    `headers` is empty where the sheet has none; a header of several lines is joined by JOINT.
    `as_of` is the day the list speaks of where it is written in full, `as_of_text` what is written.
    """

    title: str = ""
    headers: tuple[str, ...] = ()
    body: list[Row] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    as_of: date | None = None
    as_of_text: str = ""

    @property
    def notes(self) -> list[Named]:
        """The remarks around the table."""
        return [one for one in self.named if one.what == "备注"]


def header_key(text: str) -> str:
    """A header as it is compared and remembered: without blanks, brackets, marks and width."""
    bare = fold(text[:HEADER_LOOKED_AT])
    return _MARKS.sub("", _BRACKETS.sub("", bare) or bare).lower()


def arrange(sheet: Sheet, known: Collection[str]) -> Table:
    """The table of a sheet. `known` are the header words the caller understands, in any form."""
    if not sheet.rows:
        return Table()
    known_keys = {header_key(word) for word in known}
    at = _header_at(sheet.rows, known_keys)
    if at is None:
        return _without_header(sheet)
    first, last = _header_lines(sheet, at, known_keys)
    top, lines, below = sheet.rows[:first], sheet.rows[first : last + 1], sheet.rows[last + 1 :]
    spread = _spread(lines, sheet.merged)
    headers = _joined(spread)
    over = [{header_key(word) for word in words if word} for words in zip(*spread, strict=True)]
    found = _Sorter(
        headers, {header_key(cell) for row in lines for cell in row.cells}, _wide_rows(sheet.merged)
    )
    found.take_top(top)
    found.named += [Named(row.number, "表头", _text(row)) for row in lines]
    if side_by_side := _beside(headers):
        words = "；".join(headers[side_by_side:])
        found.named.append(Named(lines[-1].number, "并排", words))
    for at, row in enumerate(below):
        if _opens_another(row, known_keys, over):
            found.named += [Named(other.number, "另表", _text(other)) for other in below[at:]]
            break
        found.take(row)
    return found.table(sheet.merged)


def _opens_another(row: Row, known: set[str], over: list[set[str]]) -> bool:
    """True for headers that do not stand over these columns: another table begins on the same sheet."""
    words: dict[int, str] = {}
    for column in _filled(row):
        word = words[column] = header_key(row.cells[column])
        # Most rows are told by their first word.
        if word not in known and not any(word in own for own in over):
            return False
    elsewhere = [column for column, word in words.items() if word not in over[column]]
    are_own = all(any(word in own for own in over) for word in words.values())
    return bool(elsewhere) and len(set(words.values())) > (1 if are_own else 2)


def _beside(headers: tuple[str, ...]) -> int:
    """The column where the same headers begin again to the right, or 0."""
    keys = [header_key(header) for header in headers]
    for at in range(2, len(keys)):
        again = keys[at:]
        if len(list(filter(None, again))) > 1 and again == keys[: len(again)]:
            return at
    return 0


def _text(row: Row) -> str:
    return " ".join(cell for cell in row.cells if cell)


def _filled(row: Row) -> list[int]:
    return [column for column, cell in enumerate(row.cells) if cell]


def _is_known(cell: str, known: set[str]) -> bool:
    if not cell or len(cell) > HEADER_CHARACTERS:
        return False
    key = header_key(cell)
    return key in known or any(len(word) > 2 and word in key for word in known)


def _hits(row: Row, known: set[str]) -> int:
    return len({cell for cell in row.cells if _is_known(cell, known)})


def _header_at(rows: list[Row], known: set[str]) -> int | None:
    """The row with most known headers; else the first that looks like headers over numbered rows."""
    scores = [_hits(row, known) for row in rows[:HEADER_WITHIN]]
    best = max(scores)
    if best >= 2 and best * 3 >= len(_filled(rows[scores.index(best)])):
        return scores.index(best)
    width = max(len(_filled(row)) for row in rows)
    if width == 1 and best == 1 and header_key(_text(rows[scores.index(1)])) in known:
        return scores.index(1)
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        if width >= 2 and len(_filled(row)) * 3 >= width * 2:
            return index if _looks_like_headers(row, rows[index + 1 :]) else None
    return None


def _looks_like_headers(row: Row, below: list[Row]) -> bool:
    words = [cell for cell in row.cells if cell]
    short = all(len(cell) <= HEADER_CHARACTERS and not re.search(r"\d{2}", cell) for cell in words)
    counting = header_key(words[0]) in _COUNTING
    return (
        short
        and len(set(words)) == len(words)
        and bool(below)
        and (counting or any(_NUMERIC.fullmatch(cell) for cell in below[0].cells))
    )


def _header_lines(sheet: Sheet, at: int, known: set[str]) -> tuple[int, int]:
    """First and last index of the header's lines."""
    rows, first, last = sheet.rows, at, at
    while first > 0 and last - first + 1 < HEADER_LINES and _groups(rows[first - 1], sheet.merged):
        first -= 1
    reach = max(
        (span.bottom for span in sheet.merged if rows[first].number <= span.top <= rows[at].number),
        default=0,
    )
    while last + 1 < len(rows) and last - first + 1 < HEADER_LINES:
        following = rows[last + 1]
        if following.number > reach and not _completes(rows[last], following, known, sheet.merged):
            break
        if _has_numbers(following):
            break
        last += 1
    return first, last


def _groups(row: Row, merged: list[Span]) -> bool:
    """True for an upper header line: several words, at least one over several columns."""
    over = [span for span in merged if span.top == row.number and span.left < span.right]
    return len(_filled(row)) >= 2 and bool(over) and not _has_numbers(row)


def _has_numbers(row: Row) -> bool:
    return any(_NUMERIC.fullmatch(cell) for cell in row.cells)


def _completes(above: Row, row: Row, known: set[str], merged: list[Span]) -> bool:
    """True where the row names what the line above left open."""
    over = [span for span in merged if span.top == above.number and span.left < span.right]
    below = [[at for at in _filled(row) if span.left <= at <= span.right] for span in over]
    # A record that is merged like the header has one word under each span, a lower line several.
    if any(len(words) > 1 for words in below) and sum(map(len, below)) == len(_filled(row)):
        return True
    gaps = {column for column in range(len(above.cells)) if not above.cells[column]}
    return bool(gaps & set(_filled(row))) and not row.cells[0] and _hits(row, known) >= 1


def _spread(lines: list[Row], merged: list[Span]) -> list[list[str]]:
    """The header's lines with every merged word in all its columns."""
    grid = {row.number: list(row.cells) for row in lines}
    for span in merged:
        if span.top in grid and span.left < len(grid[span.top]):
            word = grid[span.top][span.left]
            for number in range(span.top, span.bottom + 1):
                for column in range(span.left, min(span.right + 1, len(grid.get(number, ())))):
                    grid[number][column] = word
    cells = list(grid.values())
    _fill_right(cells)
    return cells


def _fill_right(cells: list[list[str]]) -> None:
    """An upper word reaches over the blank cells to its right that have a lower word."""
    for upper, lower in pairwise(cells):
        for column in range(1, len(upper)):
            if not upper[column] and lower[column]:
                upper[column] = upper[column - 1]


def _joined(cells: list[list[str]]) -> tuple[str, ...]:
    columns = zip(*cells, strict=True)
    return tuple(JOINT.join(dict.fromkeys(_flat(words))) for words in columns)


def _flat(words: Iterable[str]) -> list[str]:
    return [re.sub(r"\s+", "", word) for word in words if word]


def _wide_rows(merged: list[Span]) -> set[int]:
    return {
        span.top for span in merged if span.left == 0 and span.right > 0 and span.top == span.bottom
    }


class _Sorter:
    """Rows put where they belong, one after the other."""

    def __init__(self, headers: tuple[str, ...], keys: set[str], wide: set[int]) -> None:
        self.headers, self.keys, self.wide = headers, keys, wide
        self.title: list[str] = []
        self.named: list[Named] = []
        self.body: list[Row] = []
        self.sections: list[str] = []
        self.section = ""
        self.waiting: list[Named] = []  # sections nothing stands under yet

    def take_top(self, rows: list[Row]) -> None:
        for row in rows:
            text = _text(row)
            if _SECTION.match(text) and len(_filled(row)) == 1:
                self._open_section(row)
            elif _NOTE.match(text) or (self.title and len(_filled(row)) > 1):
                self.named.append(Named(row.number, "备注", text))
            else:
                self.title.append(text.replace("\n", ""))
                self.named.append(Named(row.number, "标题", text))

    def take(self, row: Row) -> None:
        filled = _filled(row)
        # Most rows are told by their first word; the others are then not looked at.
        words = (header_key(row.cells[column]) for column in filled)
        if len(filled) > 1 and all(word in self.keys for word in words):
            self.named.append(Named(row.number, "表头", _text(row)))
        elif self._is_note(row, filled):
            self.named.append(Named(row.number, "备注", _text(row)))
        elif self._is_section(row, filled):
            self._open_section(row)
        else:
            self._take_record(row)

    def _take_record(self, row: Row) -> None:
        self.named += self.waiting
        self.waiting = []
        self.body.append(row)
        self.sections.append(self.section)

    def _is_note(self, row: Row, filled: list[int]) -> bool:
        if len(filled) > max(2, len(self.headers) // 2):
            return any(re.fullmatch(r"[合总小共]\s*计", row.cells[at]) for at in filled[:2])
        return any(_NOTE.match(row.cells[at]) for at in filled[:2])

    def _is_section(self, row: Row, filled: list[int]) -> bool:
        if len(filled) != 1 or len(self.headers) < 2:
            return False
        text = row.cells[filled[0]]
        if _SECTION.match(text) or row.number in self.wide:
            return True
        return (
            filled[0] == 0
            and header_key(self.headers[0]) in _COUNTING
            and not _NUMERIC.fullmatch(text)
        )

    def _open_section(self, row: Row) -> None:
        self.section = _text(row)
        self.waiting.append(Named(row.number, "分类", self.section))

    def _take_signature(self) -> None:
        """What stands below the last record in one cell: an office or a day is no record."""
        while len(self.headers) > 1 and self.body and len(_filled(self.body[-1])) == 1:
            text = _text(self.body[-1])
            if not (_SIGNED.fullmatch(text) or (_DAY_ONLY.fullmatch(text) and find_dates(text))):
                return
            self.named.append(Named(self.body.pop().number, "备注", text))
            self.sections.pop()

    def table(self, merged: list[Span]) -> Table:
        self._take_signature()
        self.named += [Named(one.number, "备注", one.text) for one in self.waiting]
        self.named.sort()
        title = "".join(self.title)
        day, text = _as_of([title, *(one.text for one in self.named if one.what == "备注")], title)
        body = _repeated(_filled_down(self.body, merged))
        return Table(title, self.headers, body, self.sections, self.named, day, text)


def _repeated(body: list[Row]) -> list[Row]:
    """The body with the word above in place of 同上."""
    found: list[Row] = []
    for row in body:
        if found and not _DITTO.isdisjoint(row.cells):
            above = found[-1]
            same = {at for at, cell in enumerate(row.cells) if cell in _DITTO}
            cells = tuple(
                above.cells[at] if at in same else cell for at, cell in enumerate(row.cells)
            )
            damage = {at: why for at, why in above.damage.items() if at in same}
            row = Row(row.number, cells, {**row.damage, **damage})
        found.append(row)
    return found


def _filled_down(body: list[Row], merged: list[Span]) -> list[Row]:
    """The body with the word of a block merged downwards (a town, a reason) in each of its rows."""
    cells = {row.number: list(row.cells) for row in body}
    damage = {row.number: dict(row.damage) for row in body}
    for span in merged:
        if span.top == span.bottom or span.top not in cells or span.left >= len(cells[span.top]):
            continue
        for number in range(span.top + 1, span.bottom + 1):
            if number in cells:
                cells[number][span.left] = cells[span.top][span.left]
                if span.left in damage[span.top]:
                    damage[number][span.left] = damage[span.top][span.left]
    return [Row(row.number, tuple(cells[row.number]), damage[row.number]) for row in body]


def _as_of(texts: list[str], title: str) -> tuple[date | None, str]:
    """The day the list speaks of: after 截至, else the one of the title."""
    for text in texts:
        found = _AS_OF.search(text)
        if found and (days := find_dates(found[1])):
            return _day(days[0])
    days = find_dates(title)
    return _day(days[0]) if days else (None, "")


def _day(day: PartialDate) -> tuple[date | None, str]:
    return day.date, str(day)


def _without_header(sheet: Sheet) -> Table:
    """A list without headers: the first lines are its title where they read like one."""
    found = _Sorter(("",) * len(sheet.rows[0].cells), set(), _wide_rows(sheet.merged))
    rows = list(sheet.rows)
    if len(_filled(rows[0])) == 1 and (rows[0].number in found.wide or _is_title(_text(rows[0]))):
        found.take_top([rows.pop(0)])
    for row in rows:
        found.take(row)
    table = found.table(sheet.merged)
    return Table(
        table.title, (), table.body, table.sections, table.named, table.as_of, table.as_of_text
    )


def _is_title(text: str) -> bool:
    return bool(_TITLE.search(text)) and not re.search(r"[路街巷号楼]\d|\d[号楼室层]", text)
