"""The parser's own process: reads one workbook from standard input and writes it as JSON.

Started by its path with nothing but the library's folder, so that it starts in hundredths of a
second; it may hang, swell or crash without hurting whoever asked. Cells are written as a person
sees them; numbers that Excel can no longer hold exactly are named.
"""

import datetime
import io
import json
import re
import resource
import sys
from typing import Any

if __name__ == "__main__":
    _memory, _cpu = int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (_memory, _memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_cpu, _cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(sys.argv[1])

import python_calamine

EXACT_BELOW = 10**15  # Excel keeps 15 significant digits
LOST = "数字超过15位，Excel 已丢失末尾几位，请按原件核对后以文本填写"
ROUNDED = "号码被 Excel 变成了科学计数，原来的数字已丢失，请按原件以文本填写"
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[Ee]\+?\d{1,3}")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\r\x00]")


def shown(value: Any) -> str:
    """The text of a cell."""
    if isinstance(value, str):
        return value.strip() if value.isascii() else _INVISIBLE.sub("", value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return str(value)


def damage(value: Any, text: str) -> str:
    """What Excel has done to the number in this cell, or an empty string."""
    if isinstance(value, str):
        return damage_of_text(text)
    if isinstance(value, float) and abs(value) >= EXACT_BELOW:
        return LOST
    return ""


def damage_of_text(text: str) -> str:
    """The same for what is already text: 9.16E+17 as words."""
    return ROUNDED if "+" in text and _SCIENTIFIC.fullmatch(text) else ""


class TooMuchTextError(Exception):
    """One text of a small file may be shown in thousands of cells."""


def sheet_of(sheet: Any, hidden: bool, most_characters: int) -> dict[str, Any]:
    """One sheet: its cells, what is damaged (row and column from 0) and what is merged."""
    # Row by row, each with the empty columns to its left: what is too much is never held as a whole.
    left = [""] * (sheet.start or (0, 0))[1]
    characters = 0
    rows: list[list[str]] = []
    damaged: list[tuple[int, int, str]] = []
    for number, found in enumerate(sheet.iter_rows()):
        values = left + found
        characters += sum(len(value) for value in found if value.__class__ is str)
        if characters > most_characters:
            raise TooMuchTextError
        texts = [value if value == "" else shown(value) for value in values]
        rows.append(texts)
        for column, value in enumerate(values):
            if value.__class__ is float and abs(value) < EXACT_BELOW:
                continue
            if why := damage(value, texts[column]):
                damaged.append((number, column, why))
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or []]
    return {
        "name": sheet.name,
        "hidden": hidden,
        "rows": rows,
        "damaged": damaged,
        "merged": merged,
        "characters": characters,
    }


def book_of(
    content: bytes, most_rows: int, most_columns: int, most_sheets: int, most_characters: int
) -> dict[str, Any]:
    """The whole workbook, or {"refused": code}."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        return {"refused": "password"}
    found = [
        one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if len(found) > most_sheets:
        return {"refused": "size"}
    sheets = []
    for one in found:
        sheet = book.get_sheet_by_name(one.name)
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= most_rows or last_column >= most_columns:
            return {"refused": "size"}
        hidden = one.visible != python_calamine.SheetVisibleEnum.Visible
        try:
            sheets.append(sheet_of(sheet, hidden, most_characters))
        except TooMuchTextError:
            return {"refused": "text"}
        most_characters -= sheets[-1]["characters"]
    return {"sheets": sheets}


if __name__ == "__main__":
    _answer = book_of(sys.stdin.buffer.read(), *map(int, sys.argv[4:8]))
    sys.stdout.buffer.write(json.dumps(_answer, ensure_ascii=False).encode("utf-8", "replace"))
