"""Workbooks that print as office tables: title, date line, ruled rows, A4 across, head on every page."""

import io
import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_FACE = "宋体"
_LONGEST_TEXT = 32_767
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\']")
_RULE = Side(style="thin")
_RULED = Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE)
_DEFAULT_WIDTH = 16.0


@dataclass(frozen=True)
class Column:
    """One column: its head, and its width in characters of Latin type."""

    head: str
    width: float = _DEFAULT_WIDTH


def write_workbook(
    title: str, columns: Sequence[Column | str], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> bytes:
    """One sheet with these rows. A text is a text, whatever sign it begins with."""
    named = [one if isinstance(one, Column) else Column(one) for one in columns]
    book = Workbook(write_only=True)
    book.properties.title = title
    sheet = book.create_sheet(_SHEET_SIGNS.sub(" ", title)[:31].strip() or "表")
    _set_up(sheet, named, heads_at=3 if note else 2)
    _head(sheet, title, named, note)
    texts = _Cell(sheet, Font(name=_FACE, size=11), Alignment(vertical="center", wrap_text=True))
    for row in rows:
        sheet.append([texts.of(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Cell:
    """Makes cells of one style; the style is worked out once and shared."""

    def __init__(
        self, sheet: Any, font: Font, alignment: Alignment, border: Border | None = _RULED
    ) -> None:
        self.sheet = sheet
        pattern: Any = WriteOnlyCell(sheet)
        pattern.font, pattern.alignment = font, alignment
        if border is not None:
            pattern.border = border
        self.plain = copy(pattern._style)
        pattern.number_format = 'yyyy"年"m"月"d"日"'
        self.day = copy(pattern._style)
        pattern.number_format = 'yyyy"年"m"月"d"日" hh:mm'
        self.moment = copy(pattern._style)

    def of(self, value: Any) -> Any:
        """A cell with this value: numbers and dates as such, all the rest as text."""
        if isinstance(value, datetime):
            return self._styled(timezone.localtime(value).replace(tzinfo=None), self.moment)
        if isinstance(value, date):
            return self._styled(value, self.day)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return self._styled(value, self.plain)
        cell = self._styled(None, self.plain)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_TEXT]
        cell.data_type = "s"  # or "=1+1" would be a formula
        return cell

    def _styled(self, value: Any, style: Any) -> Any:
        cell: Any = WriteOnlyCell(self.sheet, value)
        cell._style = style
        return cell


def _set_up(sheet: Any, columns: Sequence[Column], heads_at: int) -> None:
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"A{heads_at + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{heads_at}:{heads_at}"
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    last = get_column_letter(max(len(columns), 1))
    for row in range(1, heads_at):
        sheet.merged_cells.add(f"A{row}:{last}{row}")


def _head(sheet: Any, title: str, columns: Sequence[Column], note: str) -> None:
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 34
    sheet.append([_Cell(sheet, Font(name=_FACE, size=18, bold=True), middle, None).of(title)])
    if note:
        right = Alignment(horizontal="right", vertical="center")
        sheet.append([_Cell(sheet, Font(name=_FACE, size=11), right, None).of(note)])
    heads = _Cell(sheet, Font(name=_FACE, size=11, bold=True), middle)
    sheet.append([heads.of(column.head) for column in columns])
