"""The white list to take away: the same rows as the page, as CSV, workbook and JSON."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import Any, TypeVar

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from foundation.clock.words import day_words
from foundation.documents.xlsx import Column, write_workbook
from public.pages import IssueHead, Row

_Answer = TypeVar("_Answer", bound=HttpResponseBase)

HEADS = (
    "机构名称",
    "办学地址",
    "镇街",
    "类别",
    "培训项目",
    "主管部门",
    "办学许可证号",
    "统一社会信用代码",
    "有效期至",
    "公开编号",
)
_KEYS = tuple(Row.__dataclass_fields__)
_WIDTHS = (32, 36, 14, 14, 24, 20, 22, 22, 16, 14)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet reads a cell that begins like this as a formula.
_FORMULA_HEADS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(head: IssueHead, rows: Iterable[Row]) -> StreamingHttpResponse:
    """UTF-8 with the mark that Excel and WPS look for; streamed."""
    answer = StreamingHttpResponse(_csv_lines(rows), content_type="text/csv; charset=utf-8")
    return _named(answer, head, "csv")


def as_xlsx(head: IssueHead, rows: Iterable[Row]) -> HttpResponse:
    """A workbook that prints like the office's own tables."""
    columns = [Column(*one) for one in zip(HEADS, _WIDTHS, strict=True)]
    note = f"{head.publisher}　第{head.number}期　截至{day_words(head.as_of)}"
    book = write_workbook(_title(head), columns, (astuple(row) for row in rows), note=note)
    return _named(HttpResponse(book, content_type=_XLSX), head, "xlsx")


def as_json(head: IssueHead, rows: Iterable[Row]) -> StreamingHttpResponse:
    """One object: the issue's head, and its rows; streamed."""
    parts = _json_parts(head, rows)
    answer = StreamingHttpResponse(parts, content_type="application/json; charset=utf-8")
    return _named(answer, head, "json")


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADS)
    for row in rows:
        yield writer.writerow([_text(value) for value in astuple(row)])


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_HEADS) else value


def _json_parts(head: IssueHead, rows: Iterable[Row]) -> Iterator[str]:
    top: dict[str, Any] = {
        "issue": head.number,
        "as_of": head.as_of.isoformat(),
        "publisher": head.publisher,
    }
    yield json.dumps(top, ensure_ascii=False)[:-1] + ', "institutions": ['
    comma = ""
    for row in rows:
        named = dict(zip(_KEYS, astuple(row), strict=True))
        yield comma + json.dumps(named, ensure_ascii=False)
        comma = ",\n"
    yield "]}\n"


def _title(head: IssueHead) -> str:
    return f"校外培训机构白名单（第{head.number}期）"


def _named(answer: _Answer, head: IssueHead, ending: str) -> _Answer:
    answer["Content-Disposition"] = content_disposition_header(True, f"{_title(head)}.{ending}")
    return answer
