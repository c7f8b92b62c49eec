"""The register as a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from foundation.clock.words import day_words
from foundation.documents.xlsx import Column, workbook_file
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.register import export_rows
from institutions.queries.standing import standing_of
from institutions.queries.warnings import labels_of
from institutions.queries.whitelist import validity_words

# So many rows are in memory at a time.
_CHUNK = 1_000
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


def register_workbook(rows: InstitutionQuerySet, on: date, *, with_phones: bool) -> IO[bytes]:
    """These rows as they are on this day, however many: read in a transaction, none is kept."""
    read = export_rows(rows, on).iterator(chunk_size=_CHUNK)
    columns, lines = list(_COLUMNS), _lines(read, on)
    if not with_phones:
        del columns[_PHONE]
        lines = _without_phone(lines)
    return workbook_file("校外培训机构名册", columns, lines, note=f"截至{day_words(on)}")


def _lines(rows: Iterator[Any], on: date) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, 1):
        yield [
            number,
            row.name,
            row.credit_code,
            standing_of(row, on).word,
            "、".join(row.kinds),
            row.subjects,
            row.town_name,
            row.address or row.actual_address,
            "、".join(row.numbers),
            validity_words(row),
            row.lead_name,
            row.officer_name,
            row.contact_name,
            row.contact_phone,
            "；".join(labels_of(row)),
        ]


def _without_phone(lines: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for line in lines:
        del line[_PHONE]
        yield line
