"""Workbooks that print as office tables: title, date line, ruled rows, A4 across, head on every page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from foundation.documents.xml import without_illegal_signs

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FACE = "宋体"
_LONGEST_TEXT = 32_767
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\']")
_RULE = Side(style="thin")
_RULED = Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_DEFAULT_WIDTH = 16.0
# How a number, a day and a moment are shown.
_FORMS = ("General", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"d"日" hh:mm')
_KEPT_IN_MEMORY = 1_000_000


@dataclass(frozen=True)
class Column:
    """One column: its head, and its width in characters of Latin type."""

    head: str
    width: float = _DEFAULT_WIDTH


@dataclass(frozen=True)
class Heading:
    """A line across all columns: what the rows below it have in common."""

    text: str


Row = Sequence[Any] | Heading


def write_workbook(
    title: str, columns: Sequence[Column | str], rows: Iterable[Row], *, note: str = ""
) -> bytes:
    """One sheet with these rows, for what is short."""
    with workbook_file(title, columns, rows, note=note) as file:
        return file.read()


def workbook_file(
    title: str, columns: Sequence[Column | str], rows: Iterable[Row], *, note: str = ""
) -> IO[bytes]:
    """One sheet with these rows, each written as it comes and forgotten. A text is a text, whatever its sign."""
    named = [one if isinstance(one, Column) else Column(one) for one in columns]
    book = Workbook(write_only=True)
    book.properties.title = title
    sheet = book.create_sheet(_SHEET_SIGNS.sub(" ", title)[:31].strip() or "表")
    heads_at = 3 if note else 2
    _set_up(sheet, named, heads_at)
    _head(sheet, title, named, note)
    cells = _Cells(*(_body(sheet, form) for form in _FORMS))
    for number, row in enumerate(rows, heads_at + 1):
        if isinstance(row, Heading):
            _merge(sheet, number, named)
            sheet.append([_text(sheet, row.text, Font(name=_FACE, size=11, bold=True), _MIDDLE)])
        else:
            sheet.append(cells.filled(value) for value in row)
    file: IO[bytes] = SpooledTemporaryFile(_KEPT_IN_MEMORY)  # noqa: SIM115 -- the caller's to close
    book.save(file)
    file.seek(0)
    return file


class _Cells(NamedTuple):
    """One cell of each form, filled again and again: openpyxl writes it before it asks for the next."""

    plain: Any
    day: Any
    moment: Any

    def filled(self, value: Any) -> Any:
        """Numbers and dates as such, all the rest as text."""
        if isinstance(value, datetime):
            self.moment.value = timezone.make_naive(value)
            return self.moment
        if isinstance(value, date):
            self.day.value = value
            return self.day
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            self.plain.value = value
            return self.plain
        return _as_text(self.plain, str(value))


def _body(sheet: Any, form: str) -> Any:
    wrapped = Alignment(vertical="center", wrap_text=True)
    cell = _text(sheet, "", Font(name=_FACE, size=11), wrapped)
    cell.number_format = form
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
    for row in range(1, heads_at):
        _merge(sheet, row, columns)


def _merge(sheet: Any, row: int, columns: Sequence[Column]) -> None:
    """This row is one cell over all columns."""
    sheet.merged_cells.add(f"A{row}:{get_column_letter(max(len(columns), 1))}{row}")


def _head(sheet: Any, title: str, columns: Sequence[Column], note: str) -> None:
    sheet.row_dimensions[1].height = 34
    sheet.append([_text(sheet, title, Font(name=_FACE, size=18, bold=True), _MIDDLE, None)])
    if note:
        right = Alignment(horizontal="right", vertical="center")
        sheet.append([_text(sheet, note, Font(name=_FACE, size=11), right, None)])
    bold = Font(name=_FACE, size=11, bold=True)
    sheet.append([_text(sheet, column.head, bold, _MIDDLE) for column in columns])


def _text(
    sheet: Any, text: str, font: Font, alignment: Alignment, border: Border | None = _RULED
) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.font, cell.alignment = font, alignment
    if border is not None:
        cell.border = border
    return _as_text(cell, text)


def _as_text(cell: Any, text: str) -> Any:
    cell.value = without_illegal_signs(text)[:_LONGEST_TEXT]
    cell.data_type = "s"  # or "=1+1" would be a formula
    return cell
