"""From the stored file to its table, and to the preview of a run."""

from pathlib import PurePath

from django.core.files.storage import default_storage

from foundation.attachments.models import Attachment
from foundation.sealing import UnsealError
from foundation.tabular.layout import Table, arrange
from foundation.tabular.reading import Book, Row, Sheet, read
from foundation.tabular.refusal import RefusedFileError
from foundation.workflow import NotPossibleError
from institutions.importing.analysing import Task
from institutions.importing.guessing import all_headers
from institutions.importing.preview import Preview, unpack
from institutions.models import HeaderMemory, ImportRun

SHEET_LENGTH = 100  # of a name; a text table is called like its file, which may be longer
_SEALED_AWAY = "这次导入的预览无法解密（密钥缺失或存档已损坏），请重新核对各列，再生成预览。"


def book_of(attachment: Attachment) -> Book:
    """The file, read again from the store: the same examination as at its door."""
    with attachment.file.open("rb") as file:
        data = file.read()
    try:
        return read(data, attachment.name)
    except RefusedFileError as refused:
        raise NotPossibleError(str(refused)) from refused


def table_of_sheet(sheet: Sheet) -> Table:
    """Titles, headers and records of one sheet."""
    return arrange(sheet, all_headers())


def table_of(run: ImportRun) -> Table:
    """The table that a run imports."""
    for sheet in book_of(run.file).sheets:
        if sheet.name[:SHEET_LENGTH] == run.sheet:
            return table_of_sheet(sheet)
    raise NotPossibleError("文件中已找不到这张工作表，请重新上传。")


def sample_of(table: Table, most: int = 5) -> list[Row]:
    """The first records, so that a person sees what a column holds."""
    return table.body[:most]


def task_of(run: ImportRun) -> Task:
    """What is to be made of the sheet, as it was confirmed."""
    return Task(run.kind, run.columns, run.year, run.as_of)


def preview_of(run: ImportRun) -> Preview:
    """The run's preview from its sealed file."""
    if not run.preview_file:
        raise NotPossibleError("还没有生成预览，请先确认各列的含义。")
    with default_storage.open(run.preview_file) as file:
        sealed = file.read()
    try:
        return unpack(sealed)
    except UnsealError:
        raise NotPossibleError(_SEALED_AWAY) from None


def memory_of(kind: str) -> dict[str, str]:
    """What headers meant the last time a person confirmed them."""
    return dict(HeaderMemory.objects.filter(kind=kind).values_list("header", "field"))


def source_of(run: ImportRun) -> str:
    """Where the imported rows come from, as their pages say it."""
    title = run.title or PurePath(run.file.name).stem
    return f"{title}（数据日期{run.as_of:%Y-%m-%d}）"[:200] if run.as_of else title[:200]
