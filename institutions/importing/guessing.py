"""Which column means what: as a person confirmed it last time, else by its header and its days."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from foundation.tabular.layout import JOINT, Table, header_key
from foundation.tabular.values import is_blank, parse_date, parse_validity
from institutions.importing.fields import FIELDS, NEEDED, fields_of
from institutions.models import ImportKind

_SHORTEST_INSIDE = 3  # a shorter word inside a header says too little
MEMORY_LENGTH = 100  # characters of a header that are remembered
_BRACKET_SIGNS = re.compile(r"[()\[\]（）【】]")
_TWO_THINGS = re.compile(r"[及和与/]")
_OTHER_MATTER = re.compile(r"(?:余额|金额)$")
_VALIDITY = ("validity", "valid_until")
_BEGINNING = re.compile(r"[起始自从]")


@cache
def all_headers() -> frozenset[str]:
    """Every header that any kind of sheet is known by."""
    return frozenset(
        header for fields in FIELDS.values() for field in fields for header in field.headers
    )


@cache
def _meanings(kind: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field in FIELDS[kind]:
        for header in field.headers:
            found.setdefault(header_key(header), field.name)
    return found


_Way = Callable[[str], str | None]


def guess(headers: Sequence[str], kind: str, memory: Mapping[str, str]) -> dict[str, str]:
    """Column (as text) → field. Each field once, the surest column first; unknown ones stay out."""
    found: dict[str, str] = {}
    for way in (lambda header: memory.get(header_key(header)[:MEMORY_LENGTH]), *_ways(kind)):
        for index, header in enumerate(headers):
            if not header or str(index) in found:
                continue
            field = way(header)
            if field is not None and (not field or field not in found.values()):
                found[str(index)] = field
    return {index: field for index, field in found.items() if _is_known(field, kind)}


def _ways(kind: str) -> tuple[_Way, ...]:
    """How a header tells its field, the surest first."""
    meanings = _meanings(kind)
    return (
        lambda header: meanings.get(header_key(_BRACKET_SIGNS.sub("", header))),
        lambda header: meanings.get(header_key(header)),
        lambda header: _of_parts(header, kind),
        lambda header: _inside(header, kind),
    )


def _is_known(field: str, kind: str) -> bool:
    return field in fields_of(kind)


def _of_parts(header: str, kind: str) -> str | None:
    """Of a header in several lines the lower lines say more: 许可证·有效期·止 is 有效期止."""
    if JOINT not in header:
        return None
    parts = header.split(JOINT)
    tails = ["".join(parts[at:]) for at in range(len(parts))]
    candidates = [*tails, *reversed(parts[:-1])]
    return next(
        (found for part in candidates if (found := _meanings(kind).get(header_key(part)))), None
    )


def _inside(header: str, kind: str) -> str | None:
    """A known word inside a longer header: of two things the first, else the one it ends in."""
    key = header_key(header)
    if _OTHER_MATTER.search(key):
        return None
    first = _TWO_THINGS.split(key)[0]
    if first != key and first in _meanings(kind):
        return _meanings(kind)[first]
    words = [word for word in _meanings(kind) if len(word) >= _SHORTEST_INSIDE and word in key]
    # 办学许可证有效起止日期 speaks of days, 办学许可证编号及备案 of a number.
    last = [word for word in words if key.endswith(word)] if first == key else []
    return _meanings(kind)[max(last or words, key=len)] if words else None


def guess_columns(table: Table, kind: str, memory: Mapping[str, str]) -> dict[str, str]:
    """The guess for a whole table; a list of one column without header is names with addresses."""
    if table.headers:
        return _by_its_days(table, kind, guess(table.headers, kind, memory))
    width = max((len(row.cells) for row in table.body), default=0)
    return {"0": "glued"} if width == 1 and kind == ImportKind.UNLICENSED else {}


def _by_its_days(table: Table, kind: str, found: Mapping[str, str]) -> dict[str, str]:
    """A column headed 有效期 holds last days where a cell is one day and none only a beginning."""
    columns = dict(found)
    for index, field in found.items():
        if field not in _VALIDITY or not _says_only_validity(table.headers[int(index)], kind):
            continue
        wanted = "valid_until" if _holds_single_days(table, int(index)) else "validity"
        if wanted not in columns.values():
            columns[index] = wanted
    return columns


def _says_only_validity(header: str, kind: str) -> bool:
    """True for 有效期, not for 有效期起 or 起止日期."""
    meant = next((field for way in _ways(kind) if (field := way(header)) is not None), "")
    return meant == "validity" and not _BEGINNING.search(header)


def _holds_single_days(table: Table, index: int) -> bool:
    texts = [row.cells[index] for row in table.body if index < len(row.cells)]
    said = [text for text in texts if text and not is_blank(text)]
    return any(map(_is_single_day, said)) and not any(map(_is_beginning, said))


@lru_cache(maxsize=4096)
def _is_single_day(text: str) -> bool:
    return parse_date(text).value is not None and parse_validity(text).start is None


@lru_cache(maxsize=4096)
def _is_beginning(text: str) -> bool:
    found = parse_validity(text)
    return found.start is not None and found.end is None and not found.long_term


def said_of(header: str, field: str, kind: str) -> str:
    """What a row says of a column whose meaning its header alone does not tell."""
    if field == "valid_until" and _says_only_validity(header, kind):
        return f"“{header}”一列只有一个日期，按有效期止导入"
    return ""


def column_names(table: Table) -> list[str]:
    """What the columns are called on the page."""
    if table.headers:
        return [header or unnamed(at) for at, header in enumerate(table.headers)]
    width = max((len(row.cells) for row in table.body), default=0)
    return [unnamed(at) for at in range(width)]


def unnamed(at: int) -> str:
    """What a column without a header is called."""
    return f"（第{at + 1}列）"


def missing_fields(kind: str, columns: Iterable[str]) -> str:
    """What the sheet must still say, in words; empty when nothing is missing."""
    given = set(columns)
    labels = fields_of(kind)
    missing = [
        "或".join(f"“{labels[name].label}”" for name in group)
        for group in NEEDED[kind]
        if not given & set(group)
    ]
    return f"请指明哪一列是{'，哪一列是'.join(missing)}。" if missing else ""
