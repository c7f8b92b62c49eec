"""A spreadsheet on its way into the register: taken in, understood, answered, applied, adopted."""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from foundation.actor import Actor
from foundation.attachments.actions import keep
from foundation.attachments.kinds import XLS, XLSX, Format
from foundation.attachments.kinds import Kind as StoredKind
from foundation.attachments.models import Attachment
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import StaleError, refuse_stale
from foundation.tabular import limits
from foundation.tabular.layout import Table, header_key
from foundation.tabular.reading import Book, Sheet, read
from foundation.tabular.refusal import RefusedFileError
from foundation.tabular.safety import Kind
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.actions.import_answers import refuse_twice
from institutions.actions.import_hold import held_in
from institutions.actions.import_rows import Progress, pack_written, write_rows
from institutions.importing.analysing import analyse, current_mark
from institutions.importing.guessing import MEMORY_LENGTH, guess_columns, missing_fields
from institutions.importing.preview import (
    Preview,
    PreviewRow,
    Resolved,
    pack,
    possible_answers,
)
from institutions.importing.recognising import recognise
from institutions.importing.sheets import (
    SHEET_LENGTH,
    memory_of,
    preview_of,
    source_of,
    table_of,
    table_of_sheet,
    task_of,
)
from institutions.models import HeaderMemory, ImportRun, ImportState, Outcome

_CSV = Format(StoredKind.EXCEL, ".csv", "text/csv")
_FORMATS = {Kind.XLSX: XLSX, Kind.XLS: XLS, Kind.CSV: _CSV}
# Two imports at once would both find a place new; the register takes one after the other.
APPLY_LOCK = 6108250003
# By what the kind of a sheet is known, where a person has said it.
CHOSEN = "经办人的选择"


class BusyError(NotPossibleError):
    """Another import is being written, or this very one by the worker."""


@transaction.atomic
def take_in(*, upload: "File[bytes]", by: Actor, at: datetime | None = None) -> list[ImportRun]:
    """A spreadsheet is uploaded: every sheet with content becomes an import to be confirmed."""
    at = at or now()
    if (upload.size or 0) > limits.FILE_BYTES:
        raise NotPossibleError(f"文件超过{limits.FILE_BYTES // 1_000_000} MB，请拆分后上传。")
    data = upload.read()
    name = (upload.name or "名单.xlsx").replace("\\", "/").rpartition("/")[2][-200:]
    book = _opened(data, name)
    _refuse_namesakes(book)
    full = [sheet for sheet in book.sheets if sheet.rows]
    if not full:
        raise NotPossibleError("这个文件的各张工作表都是空的，没有可以导入的内容。")
    stored = keep(data=data, name=name, found=_FORMATS[book.kind], by=by, at=at)
    empty = [sheet.name for sheet in book.sheets if not sheet.rows]
    runs = [_new_run(stored, sheet, empty, by, at) for sheet in full]
    words = f"上传待导入的表格“{stored.name}”（{len(runs)}张工作表有内容）"
    record(
        "import.uploaded",
        target=runs[0],
        by=by,
        at=at,
        words=words,
        document=f"原文件 SHA-256：{stored.sha256}",
    )
    return runs


def _opened(data: bytes, name: str) -> Book:
    try:
        return read(data, name)
    except RefusedFileError as refused:
        raise NotPossibleError(str(refused)) from refused


def _refuse_namesakes(book: Book) -> None:
    """A sheet is found again by its name; Excel allows no two alike, other programs do."""
    counted = Counter(sheet.name[:SHEET_LENGTH] for sheet in book.sheets)
    if twice := [name for name, count in counted.items() if count > 1]:
        raise NotPossibleError(f"文件中有几张工作表都叫“{twice[0]}”，请改成不同的名称后再上传。")


def _new_run(
    stored: Attachment, sheet: Sheet, empty: list[str], by: Actor, at: datetime
) -> ImportRun:
    table = table_of_sheet(sheet)
    found = recognise(table, sheet.name, stored.name)
    return ImportRun.objects.create(
        file=stored,
        sheet=sheet.name[:SHEET_LENGTH],
        kind=found.kind,
        title=table.title[:200],
        as_of=table.as_of,
        columns=guess_columns(table, found.kind, memory_of(found.kind)),
        counts={
            "rows": len(table.body),
            "recognised_by": found.by,
            "empty_sheets": empty,
            "hidden": sheet.hidden,
        },
        uploaded_at=at,
        uploaded_by_id=by.user_id,
    )


@transaction.atomic
def choose_kind(*, run: ImportRun, kind: str, by: Actor, at: datetime | None = None) -> ImportRun:
    """A person says what the sheet is; its columns are guessed anew. Nothing has happened yet."""
    held = held_in(run, ImportState.UPLOADED, ImportState.PREVIEWED)
    held.kind = kind
    held.columns = guess_columns(table_of(held), kind, memory_of(kind))
    held.counts = {**held.counts, "recognised_by": CHOSEN}
    held.state = ImportState.UPLOADED
    held.version += 1
    held.save(update_fields=["kind", "columns", "counts", "state", "version"])
    words = f"指明“{held}”是{held.get_kind_display()}"
    record("import.kind_chosen", target=held, by=by, at=at or now(), words=words)
    return held


@transaction.atomic
def confirm(
    *,
    run: ImportRun,
    columns: Mapping[str, str],
    title: str,
    as_of: date | None,
    year: int | None,
    by: Actor,
    at: datetime | None = None,
    remember: bool = True,
) -> ImportRun:
    """What the columns mean is confirmed: it is remembered, and the preview is worked out."""
    at = at or now()
    held = held_in(run, ImportState.UPLOADED, ImportState.PREVIEWED)
    chosen = {index: field for index, field in columns.items() if field}
    if missing := missing_fields(held.kind, chosen.values()):
        raise NotPossibleError(missing)
    table = table_of(held)
    held.columns, held.title, held.as_of, held.year = chosen, title[:200], as_of, year
    if remember:
        _remember(held.kind, table, columns, at)
    _look(held, table)
    held.save(update_fields=["columns", "title", "as_of", "year", *_LOOKED])
    words = f"确认“{held}”各列的含义，{_foreseen(held)}"
    record("import.confirmed", target=held, by=by, at=at, words=words)
    return held


_LOOKED = ("preview_file", "counts", "answers", "state", "failure", "version")


@transaction.atomic
def look_again(*, run: ImportRun, by: Actor, at: datetime | None = None) -> ImportRun:
    """The preview is worked out anew on the register as it is now; answers stay where they fit."""
    held = held_in(run, ImportState.PREVIEWED)
    _look(held, table_of(held))
    held.save(update_fields=_LOOKED)
    words = f"按当前名册重新预览“{held}”，{_foreseen(held)}"
    record("import.looked_again", target=held, by=by, at=at or now(), words=words)
    return held


def _foreseen(held: ImportRun) -> str:
    return f"预览：读取{held.counts['read']}行，{_counted(held)}"


def _counted(held: ImportRun) -> str:
    return "，".join(
        f"{outcome.label}{held.counts[outcome]}行"
        for outcome in Outcome
        if held.counts.get(outcome)
    )


def _look(held: ImportRun, table: Table) -> None:
    preview = analyse(table, task_of(held))
    rows = {str(row["number"]): row for row in preview.rows}
    held.answers = {
        number: answer
        for number, answer in held.answers.items()
        if number in rows and answer in possible_answers(rows[number])
    }
    old = held.preview_file
    held.preview_file = default_storage.save(_place(held, "preview"), ContentFile(pack(preview)))
    if old:
        transaction.on_commit(lambda: default_storage.delete(old))
    held.counts = {**held.counts, **preview.counts(held.answers), "rows": len(preview.rows)}
    held.state, held.failure = ImportState.PREVIEWED, ""
    held.version += 1


def _place(run: ImportRun, what: str) -> str:
    return f"imports/{run.pk}/{what}-{secrets.token_hex(8)}.sealed"


def _remember(kind: str, table: Table, columns: Mapping[str, str], at: datetime) -> None:
    keys: dict[str, str] = {}
    for index, header in enumerate(table.headers):
        key = header_key(header)[:MEMORY_LENGTH]
        # Of two columns with one header, the one that was given a field tells what it means.
        if header and not keys.get(key):
            keys[key] = columns.get(str(index), "")
    HeaderMemory.objects.bulk_create(
        [
            HeaderMemory(kind=kind, header=header, field=field, confirmed_at=at)
            for header, field in keys.items()
        ],
        update_conflicts=True,
        unique_fields=["kind", "header"],
        update_fields=["field", "confirmed_at"],
    )


@transaction.atomic
def drop(*, run: ImportRun, by: Actor, at: datetime | None = None) -> ImportRun:
    """An import that was not applied is given up; nothing of it was in the register."""
    held = held_in(run, ImportState.UPLOADED, ImportState.PREVIEWED)
    rows = held.preview_file
    held.state, held.preview_file = ImportState.DROPPED, ""
    held.version += 1
    held.save(update_fields=["state", "preview_file", "version"])
    if rows:
        transaction.on_commit(lambda: default_storage.delete(rows))
    record(
        "import.dropped", target=held, by=by, at=at or now(), words=f"放弃导入“{held}”，未写入名册"
    )
    return held


@transaction.atomic
def start(*, run: ImportRun, version: int, by: Actor, at: datetime | None = None) -> ImportRun:
    """A large import is handed to the worker; only one who was first hands it over."""
    held = held_in(run, ImportState.PREVIEWED)
    refuse_stale(held, version)
    held.state, held.failure, held.rows_done = ImportState.APPLYING, "", 0
    held.started_at, held.applied_by_id = at or now(), by.user_id
    held.save(update_fields=["state", "failure", "rows_done", "started_at", "applied_by"])
    return held


@transaction.atomic
def fail(*, run: ImportRun, words: str) -> None:
    """The worker could not apply it: the register is as it was, and the page says why."""
    ImportRun.objects.filter(pk=run.pk, state=ImportState.APPLYING).update(
        state=ImportState.PREVIEWED, failure=words[:500]
    )


@transaction.atomic
def apply(
    *,
    run: ImportRun,
    by: Actor,
    version: int | None = None,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """The previewed rows go into the register, all of them or none. The worker tells its progress."""
    at = at or now()
    by_worker = progress is not None
    _one_at_a_time(may_wait=by_worker)
    held = _started(run) if by_worker else held_in(run, ImportState.PREVIEWED, ImportState.APPLYING)
    if version is not None:
        refuse_stale(held, version)
    preview = _on_todays_register(held)
    resolved = list(preview.resolved(held.answers))
    refuse_twice(preview, held.answers)
    before = write_rows(
        run=held, rows=resolved, source=source_of(held), by=by, at=at, progress=progress
    )
    sealed = pack_written(before, resolved, held.answers)
    held.undo_file = default_storage.save(_place(held, "applied"), ContentFile(sealed))
    _keep_applied(held, resolved, by, at)
    if any(one.outcome in (Outcome.NEW, Outcome.CHANGED) for one in resolved):
        touch_public()
    record(
        "import.applied",
        target=held,
        by=by,
        at=at,
        words=_applied_words(held),
        document=f"逐行内容（加密存档）SHA-256：{sha256(sealed).hexdigest()}",
    )
    return held


def _keep_applied(held: ImportRun, resolved: list[Resolved], by: Actor, at: datetime) -> None:
    held.state, held.failure, held.rows_done = ImportState.APPLIED, "", len(resolved)
    held.applied_at, held.applied_by_id = at, by.user_id
    held.version += 1
    held.save(
        update_fields=[
            "undo_file", "state", "failure", "rows_done", "applied_at", "applied_by", "version"
        ]
    )  # fmt: skip


def _applied_words(held: ImportRun) -> str:
    return f"导入{held.get_kind_display()}“{held}”：读取{held.counts['read']}行，{_counted(held)}"


def _started(run: ImportRun) -> ImportRun:
    """One that was handed to the worker; nothing else is possible with it meanwhile.

    It is not locked: the worker's second connection tells the progress in this very row.
    """
    held = ImportRun.objects.select_related("file").get(pk=run.pk)
    if held.state != ImportState.APPLYING:
        raise NotPossibleError(f"这次导入{held.get_state_display()}，不能再写入。")
    return held


def _one_at_a_time(*, may_wait: bool) -> None:
    """The worker waits for its turn; a person at the desk is told to."""
    with connection.cursor() as cursor:
        if may_wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPLY_LOCK])
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [APPLY_LOCK])
        (got,) = cursor.fetchone() or (False,)
    if not got:
        raise BusyError("另一次导入正在写入名册，请稍候再试；重复点击不会导入两次。")


def _on_todays_register(held: ImportRun) -> Preview:
    """The preview, if the register is still the one it was worked out on, or means the same."""
    preview = preview_of(held)
    if preview.mark == current_mark(held.kind):
        return preview
    fresh = analyse(table_of(held), task_of(held))
    differing = [
        str(new["number"])
        for old, new in zip(preview.rows, fresh.rows, strict=True)
        if _meaning(old) != _meaning(new)
    ]
    if differing:
        first = "、".join(differing[:5])
        raise StaleError(
            f"预览之后名册有改动，有{len(differing)}行的结果不同（第{first}行等）。请重新预览后再写入。"
        )
    return fresh


def _meaning(row: PreviewRow) -> tuple[str, list[tuple[int | None, list[list[str]]]]]:
    """What a person has agreed to: what becomes of the row, and what it would change on which one."""
    landings = [row["landing"], *(choice["landing"] for choice in row["choices"])]
    return row["outcome"], [(one["pk"], one["differences"]) for one in landings if one]
