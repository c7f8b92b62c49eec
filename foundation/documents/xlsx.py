"""Workbooks that print as office tables: title, date line, ruled rows, A4 across, head on every page."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FACE = "宋体"
_LONGEST_TEXT = 32_767
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\']")
# What no XML holds.
_NO_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RULE = Side(style="thin")
_RULED = Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE)
_DEFAULT_WIDTH = 16.0
# A workbook counts days from here.
_FIRST_DAY = date(1899, 12, 30)
# Where openpyxl puts the only sheet, and what closes its rows.
_SHEET, _ROWS_END = "xl/worksheets/sheet1.xml", "</sheetData>"
_KEPT_IN_MEMORY = 1_000_000


@dataclass(frozen=True)
class Column:
    """One column: its head, and its width in characters of Latin type."""

    head: str
    width: float = _DEFAULT_WIDTH


def write_workbook(
    title: str, columns: Sequence[Column | str], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> bytes:
    """One sheet with these rows, for what is short."""
    with workbook_file(title, columns, rows, note=note) as file:
        return file.read()


def workbook_file(
    title: str, columns: Sequence[Column | str], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> IO[bytes]:
    """One sheet with these rows, each written as it comes and forgotten. A text is a text, whatever its sign.

    openpyxl makes the workbook and the head of its sheet; a row made by it would take ten times as long.
    """
    named = [one if isinstance(one, Column) else Column(one) for one in columns]
    frame, styles = _frame(title, named, note)
    file: IO[bytes] = SpooledTemporaryFile(_KEPT_IN_MEMORY)  # noqa: SIM115 -- the caller's to close
    with ZipFile(frame) as parts, ZipFile(file, "w", ZIP_DEFLATED) as book:
        for name in parts.namelist():
            if name != _SHEET:
                book.writestr(name, parts.read(name))
        head, end, foot = parts.read(_SHEET).decode().partition(_ROWS_END)
        with book.open(_SHEET, "w") as sheet:
            sheet.write(head.encode())
            for number, row in enumerate(rows, 4 if note else 3):
                sheet.write(_row(number, row, styles).encode())
            sheet.write((end + foot).encode())
    file.seek(0)
    return file


@dataclass(frozen=True)
class _Styles:
    """The numbers by which cells name their style."""

    plain: int
    day: int
    moment: int


def _row(number: int, values: Sequence[Any], styles: _Styles) -> str:
    cells = [
        _cell(f"{get_column_letter(column)}{number}", value, styles)
        for column, value in enumerate(values, 1)
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Any, styles: _Styles) -> str:
    """One cell: numbers and dates as such, all the rest as text."""
    if value in (None, ""):
        return f'<c r="{place}" s="{styles.plain}"/>'
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        seconds = local.hour * 3_600 + local.minute * 60 + local.second
        days = (local.date() - _FIRST_DAY).days + seconds / 86_400
        return f'<c r="{place}" s="{styles.moment}"><v>{days}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{styles.day}"><v>{(value - _FIRST_DAY).days}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{place}" s="{styles.plain}"><v>{value}</v></c>'
    text = escape(_NO_SIGNS.sub("", str(value))[:_LONGEST_TEXT])
    body = f'<is><t xml:space="preserve">{text}</t></is>'
    return f'<c r="{place}" s="{styles.plain}" t="inlineStr">{body}</c>'


def _frame(title: str, columns: Sequence[Column], note: str) -> tuple[IO[bytes], _Styles]:
    """The workbook without its rows."""
    book = Workbook(write_only=True)
    book.properties.title = title
    sheet = book.create_sheet(_SHEET_SIGNS.sub(" ", title)[:31].strip() or "表")
    _set_up(sheet, columns, heads_at=3 if note else 2)
    _head(sheet, title, columns, note)
    styles = []
    for form in ("General", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"d"日" hh:mm'):
        wrapped = Alignment(vertical="center", wrap_text=True)
        cell = _text(sheet, "", Font(name=_FACE, size=11), wrapped)
        cell.number_format = form
        styles.append(cell.style_id)
    out = io.BytesIO()
    book.save(out)
    return out, _Styles(*styles)


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
    sheet.append([_text(sheet, title, Font(name=_FACE, size=18, bold=True), middle, None)])
    if note:
        right = Alignment(horizontal="right", vertical="center")
        sheet.append([_text(sheet, note, Font(name=_FACE, size=11), right, None)])
    bold = Font(name=_FACE, size=11, bold=True)
    sheet.append([_text(sheet, column.head, bold, middle) for column in columns])


def _text(
    sheet: Any, text: str, font: Font, alignment: Alignment, border: Border | None = _RULED
) -> Any:
    cell: Any = WriteOnlyCell(sheet, _NO_SIGNS.sub("", text)[:_LONGEST_TEXT])
    cell.font, cell.alignment = font, alignment
    if border is not None:
        cell.border = border
    cell.data_type = "s"  # or "=1+1" would be a formula
    return cell
