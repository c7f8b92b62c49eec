"""What one row says: each mapped cell as a value, or a note about what could not be taken over."""

from functools import lru_cache

from foundation.tabular.columns import column_letters
from foundation.tabular.reading import Row
from foundation.tabular.values import is_blank
from institutions.importing.directory import Directory
from institutions.importing.readers import READERS
from institutions.importing.said import Cell, Column, Said

_LONGEST_BLANK = 6
_is_blank = lru_cache(maxsize=4096)(is_blank)


def say(row: Row, columns: list[Column], directory: Directory, section: str = "") -> Said:
    """Read one row."""
    said = Said(row.number, section=section)
    cells = row.cells
    for column in columns:
        text = cells[column.index] if column.index < len(cells) else ""
        if not text or _says_nothing(text):
            continue
        if row.damage and (why := row.damage.get(column.index)):
            where = f"第{row.number}行{column_letters(column.index)}列“{column.header}”"
            said.refusals.append(f"{where}的“{text}”：{why}")
            continue
        _take(Cell(text, column.field, column.header, said, directory))
        if column.note and column.field.name in said.values:
            said.notes.append(column.note)
    for name, value in said.beside.items():
        if _bare(said.values.setdefault(name, value)) != _bare(value):
            label = next(column.field.label for column in columns if column.field.name == name)
            said.notes.append(f"{label}：别的列里另有不同的内容，以本列为准")
    return said


def _bare(value: object) -> str:
    return "".join(str(value).split())


def _take(cell: Cell) -> None:
    value = READERS[cell.field.sort](cell)
    if value in (None, "", [], ()):
        cell.said.unread.add(cell.field.name)
        return
    values, name = cell.said.values, cell.field.name
    if name in values and values[name] != value:
        cell.note(f"有几列，已取“{values[name]}”，另有“{cell.text}”未导入")
        return
    values[name] = value


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST_BLANK and text[0] not in "-—―─_* ":
        return False
    return _is_blank(text)
