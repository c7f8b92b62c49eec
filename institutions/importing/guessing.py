"""Which column means what: as a person confirmed it last time, else by its header."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from foundation.tabular.layout import JOINT, Table, header_key
from institutions.importing.fields import FIELDS, NEEDED, fields_of
from institutions.models import ImportKind

_SHORTEST_INSIDE = 3  # a shorter word inside a header says too little


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


def guess(headers: Sequence[str], kind: str, memory: Mapping[str, str]) -> dict[str, str]:
    """Column (as text) → field. Each field once, the surest column first; unknown ones stay out."""
    found: dict[str, str] = {}
    ways: tuple[Callable[[str], str | None], ...] = (
        lambda header: memory.get(header_key(header)),
        lambda header: _meanings(kind).get(header_key(header)),
        lambda header: _of_parts(header, kind),
        lambda header: _inside(header, kind),
    )
    for way in ways:
        for index, header in enumerate(headers):
            if not header or str(index) in found:
                continue
            field = way(header)
            if field is not None and (not field or field not in found.values()):
                found[str(index)] = field
    return {index: field for index, field in found.items() if _is_known(field, kind)}


def _is_known(field: str, kind: str) -> bool:
    return field in fields_of(kind)


def _of_parts(header: str, kind: str) -> str | None:
    """Of a header in several lines the lower line says more."""
    if JOINT not in header:
        return None
    parts = header.split(JOINT)
    candidates = ["".join(parts), *reversed(parts)]
    return next(
        (found for part in candidates if (found := _meanings(kind).get(header_key(part)))), None
    )


def _inside(header: str, kind: str) -> str | None:
    """The longest known word inside a longer header: 办学许可证编号（教民）."""
    key = header_key(header)
    words = [word for word in _meanings(kind) if len(word) >= _SHORTEST_INSIDE and word in key]
    return _meanings(kind)[max(words, key=len)] if words else None


def guess_columns(table: Table, kind: str, memory: Mapping[str, str]) -> dict[str, str]:
    """The guess for a whole table; a list of one column without header is names with addresses."""
    if table.headers:
        return guess(table.headers, kind, memory)
    width = max((len(row.cells) for row in table.body), default=0)
    return {"0": "glued"} if width == 1 and kind == ImportKind.UNLICENSED else {}


def column_names(table: Table) -> list[str]:
    """What the columns are called on the page."""
    if table.headers:
        return [header or f"（第{at}列）" for at, header in enumerate(table.headers, 1)]
    width = max((len(row.cells) for row in table.body), default=0)
    return [f"（第{at}列）" for at in range(1, width + 1)]


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
