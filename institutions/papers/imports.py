"""The rows that did not land, as a workbook: mended there, it is imported again."""

from foundation.documents.xlsx import Column, write_workbook
from institutions.importing.preview import OUTCOME_WORDS, Outcome, Preview
from institutions.models import ImportRun

REASON = "未导入的原因（改好后可直接再导入）"
_LEFT = (Outcome.DOUBTFUL, Outcome.REFUSED, Outcome.SKIPPED)


def left_over(run: ImportRun, preview: Preview) -> bytes:
    """Doubtful, refused and skipped rows in their own columns, the reason in the last one."""
    width = len(preview.headers)
    rows = []
    for resolved in preview.resolved(run.answers):
        if resolved.outcome not in _LEFT:
            continue
        row = resolved.row
        cells = list(row.get("cells", ()))[:width]
        words = "；".join(filter(None, [row["reason"], *row["notes"]]))
        reason = f"第{row['number']}行{OUTCOME_WORDS[resolved.outcome]}：{words}"
        rows.append([*cells, *[""] * (width - len(cells)), reason])
    columns = [Column(head, 20) for head in preview.headers]
    return write_workbook(_title(run), [*columns, Column(REASON, 60)], rows)


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
