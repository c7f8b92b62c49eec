"""The register as a workbook."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.http import HttpResponse

from foundation.clock.words import day_words
from foundation.documents.xlsx import Column, write_workbook
from institutions.models import Institution
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.register import line_of
from institutions.queries.whitelist import validity_words

# A county has hundreds; a workbook of more is asked for by mistake and would take minutes.
MOST_ROWS = 10_000
_CHUNK = 500
_COLUMNS = (
    Column("序号", 6),
    Column("机构名称", 36),
    Column("统一社会信用代码", 22),
    Column("状态", 10),
    Column("类别", 16),
    Column("培训项目", 24),
    Column("镇街", 12),
    Column("办学地址", 36),
    Column("许可证号", 24),
    Column("有效期至", 16),
    Column("牵头部门", 14),
    Column("责任人", 10),
    Column("联系人", 10),
    Column("联系电话", 16),
    Column("提示", 36),
)
_PHONE = [column.head for column in _COLUMNS].index("联系电话")


def register_workbook(
    rows: InstitutionQuerySet, on: date, *, count: int, with_phones: bool
) -> HttpResponse:
    """These rows (through `lines_of`), as they are on this day; `count` is how many they are."""
    note = f"截至{day_words(on)}"
    if count > MOST_ROWS:
        note += f"；只含前{MOST_ROWS}家，请缩小筛选范围后再导出"
    with_numbers = rows.prefetch_related("licences")
    read = islice(with_numbers.iterator(chunk_size=_CHUNK), MOST_ROWS)
    columns, lines = list(_COLUMNS), _rows(read, on)
    if not with_phones:
        del columns[_PHONE]
        lines = _without_phone(lines)
    content = write_workbook("校外培训机构名册", columns, lines, note=note)
    answer = HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Cache-Control": "private, no-store"},
    )
    answer["Content-Disposition"] = f'attachment; filename="register-{on:%Y%m%d}.xlsx"'
    return answer


def _rows(institutions: Iterator[Institution], on: date) -> Iterator[list[Any]]:
    for number, institution in enumerate(institutions, 1):
        line = line_of(institution, on)
        licences = [one.number for one in institution.licences.all() if not one.is_void]
        yield [
            number,
            institution.name,
            institution.credit_code,
            line.standing.word,
            "、".join(category.name for category in institution.categories.all()),
            institution.subjects,
            institution.town.short_name if institution.town else "",
            institution.address or institution.actual_address,
            "、".join(one for one in licences if one),
            validity_words(institution),
            str(institution.lead_department or ""),
            str(institution.responsible_officer or ""),
            institution.contact_name,
            institution.contact_phone,
            "；".join(caution.label for caution in line.cautions),
        ]


def _without_phone(lines: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for line in lines:
        del line[_PHONE]
        yield line
