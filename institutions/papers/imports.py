"""The rows that did not land, as a workbook: mended there, it is imported again."""

from collections.abc import Iterator

from foundation.documents.xlsx import Column, Heading, Row, write_workbook
from institutions.importing.fields import fields_of
from institutions.importing.guessing import unnamed
from institutions.importing.preview import Preview, Resolved
from institutions.models import ImportRun, Outcome

REASON = "未导入的原因（改好后可直接再导入）"
_NUMBER = "序号"
_LEFT = (Outcome.DOUBTFUL, Outcome.REFUSED, Outcome.SKIPPED)


def left_over(run: ImportRun, preview: Preview) -> bytes:
    """Doubtful, refused and skipped rows in their own columns and under their own headings."""
    kept = [at for at, head in enumerate(preview.headers) if head != REASON]
    heads = [_head(run, at, preview.headers[at]) for at in kept]
    # Headers are found among other lines by their words; a list without any is given one that counts.
    is_bare = all(preview.headers[at] == unnamed(at) for at in kept)
    columns = [Column(head, 20) for head in ([_NUMBER] if is_bare else []) + heads]
    rows = _rows(run, preview, kept, is_bare=is_bare)
    return write_workbook(_title(run), [*columns, Column(REASON, 60)], rows)


def _rows(run: ImportRun, preview: Preview, kept: list[int], *, is_bare: bool) -> Iterator[Row]:
    section = ""
    for resolved in preview.resolved(run.answers):
        if resolved.outcome not in _LEFT:
            continue
        row = resolved.row
        if row.get("section", "") != section:
            section = row.get("section", "")
            yield Heading(section)
        cells = dict(enumerate(row.get("cells", ())))
        number = [row["number"]] if is_bare else []
        yield [*number, *(cells.get(at, "") for at in kept), _reason(resolved)]


def _reason(resolved: Resolved) -> str:
    row = resolved.row
    words = "；".join(filter(None, [row["reason"], *row["notes"]]))
    return f"第{row['number']}行{Outcome(resolved.outcome).label}：{words}"


def _head(run: ImportRun, at: int, head: str) -> str:
    """A column without a header is called what it was imported as, so that it is known again."""
    field = fields_of(run.kind).get(run.columns.get(str(at), ""))
    return field.label if field and head == unnamed(at) else head


def _title(run: ImportRun) -> str:
    return run.title or f"{run.get_kind_display()}：未导入的行"


def file_name(run: ImportRun) -> str:
    """What the downloaded workbook is called."""
    name = run.file.name.rpartition(".")[0] or run.file.name
    return (
        f"{name}-{run.sheet}-未导入的行.xlsx"
        if run.sheet not in ("", name)
        else f"{name}-未导入的行.xlsx"
    )
