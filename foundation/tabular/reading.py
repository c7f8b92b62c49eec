"""A file becomes a book of sheets of rows of text, whatever it was."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from foundation.tabular import child, limits, text
from foundation.tabular.refusal import RefusedFileError
from foundation.tabular.safety import Kind, bytes_of, examine

_UNREADABLE = (
    "文件无法读取（内容过大或已损坏）。请把需要的行复制到新工作簿，另存为 .xlsx 后再导入。"
)
_REFUSALS = {
    "password": "文件加了密码。请去掉密码后再导入。",
    "size": f"工作表超过{limits.ROWS:,}行、{limits.COLUMNS}列或{limits.SHEETS}张。请分成几个文件导入。",
    "text": f"表中的文字超过{limits.CHARACTERS // 10_000:,}万字。请删去过长的内容，或分成几个文件导入。",
}
_WHOLE: Mapping[int, str] = MappingProxyType({})


class Span(NamedTuple):
    """A merged block: row numbers as in Excel (from 1), columns from 0, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something. `number` is the row number Excel shows (from 1).

    `cells` are texts without outer blanks; `damage` names, by column from 0, the cells whose number
    Excel has destroyed: their text must not be taken for a value.
    """

    number: int
    cells: tuple[str, ...]
    damage: Mapping[int, str] = field(default_factory=lambda: _WHOLE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet without its empty rows."""

    name: str
    rows: list[Row]
    merged: list[Span] = field(default_factory=list)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets of a file, empty ones too. A text file is one sheet named after the file."""

    kind: Kind
    sheets: list[Sheet]


def read(data: bytes | Path, name: str) -> Book:
    """The book, or RefusedFileError with a Chinese sentence. The name is only a name."""
    content = bytes_of(data)
    kind = examine(content, name)
    if kind == Kind.CSV:
        return Book(kind, [_text_sheet(content, name)])
    return Book(kind, [_sheet(found) for found in _parsed(content)["sheets"]])


def _text_sheet(content: bytes, name: str) -> Sheet:
    cells = [[child.shown(cell) for cell in row] for row in text.rows(content)]
    width = max(map(len, cells), default=0)
    rows = []
    for number, row in enumerate(cells, 1):
        if any(row):
            marks = {at: why for at, cell in enumerate(row) if (why := child.damage_of_text(cell))}
            rows.append(Row(number, (*row, *[""] * (width - len(row))), marks or _WHOLE))
    return Sheet(Path(name).stem, rows)


def _sheet(found: dict[str, Any]) -> Sheet:
    marks: dict[int, dict[int, str]] = {}
    for row, column, why in found["damaged"]:
        marks.setdefault(row, {})[column] = why
    rows = [
        Row(number + 1, tuple(cells), marks.get(number, _WHOLE))
        for number, cells in enumerate(found["rows"])
        if any(cells)
    ]
    merged = [
        Span(top + 1, left, bottom + 1, right) for top, left, bottom, right in found["merged"]
    ]
    if sum((span.bottom - span.top + 1) for span in merged) > limits.CELLS:
        raise RefusedFileError("合并单元格重叠或过多。请取消合并后再导入。")
    return Sheet(found["name"], rows, merged, found["hidden"])


def _parsed(content: bytes) -> dict[str, Any]:
    """What the parser's own process makes of the workbook."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and our own file, no shell
            [sys.executable, "-I", "-S", child.__file__, *_arguments()],
            input=content,
            capture_output=True,
            timeout=limits.CHILD_WALL_SECONDS,
            env={},
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise RefusedFileError(_UNREADABLE) from error
    if refused := answer.get("refused"):
        raise RefusedFileError(_REFUSALS[refused])
    return answer


def _arguments() -> list[str]:
    library = find_spec("python_calamine")
    origin = Path(library.origin) if library and library.origin else Path()
    numbers = (
        limits.CHILD_MEMORY_BYTES,
        limits.CHILD_CPU_SECONDS,
        limits.ROWS,
        limits.COLUMNS,
        limits.SHEETS,
        limits.CHARACTERS,
    )
    return [str(origin.parent.parent), *map(str, numbers)]
