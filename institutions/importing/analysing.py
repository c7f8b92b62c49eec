"""A sheet becomes a preview: its rows are read, completed and judged against the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from foundation.tabular.layout import Table
from foundation.tabular.values import split_glued
from institutions.importing.cells import say
from institutions.importing.custody import CUSTODY
from institutions.importing.directory import Directory, load_directory
from institutions.importing.fields import fields_of
from institutions.importing.guessing import column_names, said_of
from institutions.importing.judging import Judge
from institutions.importing.landing import PEOPLE
from institutions.importing.preview import Preview
from institutions.importing.register import (
    Register,
    load_register,
    load_sites,
    register_mark,
    site_mark,
)
from institutions.importing.said import Column, Said
from institutions.models import ImportKind

_LONGEST_REMARK = 500
_LONE = "表末的一行只有这一格有内容，可能是落款，请核对"


@dataclass(frozen=True)
class Task:
    """What to make of a table: as which kind, by which columns, for which year or day."""

    kind: str
    columns: Mapping[str, str]
    year: int | None = None
    as_of: date | None = None


def analyse(table: Table, task: Task) -> Preview:
    """Work the preview out. Reads the register in a few questions, whatever the number of rows."""
    directory = load_directory()
    register = _register_for(task)
    headers = column_names(table)
    columns = _columns(task, headers)
    said = [
        _completed(say(row, columns, directory, section), task, directory)
        for row, section in zip(table.body, table.sections, strict=True)
    ]
    for one in said[_records_before_end(table) :]:
        one.values.setdefault("unsure", _LONE)
    judge = Judge(task.kind, task.as_of, register, directory, said)
    rows = [judge.judge(one, row) for one, row in zip(said, table.body, strict=True)]
    named = [list(one) for one in table.named]
    return Preview(headers, rows, named, register.mark)


def _records_before_end(table: Table) -> int:
    """How many records there are before those at the end that fill one cell only."""
    filled = [sum(map(bool, row.cells)) for row in table.body]
    if max(filled, default=1) == 1:
        return len(filled)
    return max(at for at, count in enumerate(filled, 1) if count > 1)


def _columns(task: Task, headers: list[str]) -> list[Column]:
    known = fields_of(task.kind)
    found = ((int(index), name) for index, name in task.columns.items() if name in known)
    return [
        Column(at, known[name], headers[at], said_of(headers[at], name, task.kind))
        for at, name in found
        if at < len(headers)
    ]


def current_mark(kind: str) -> str:
    """The mark of the register that this kind of sheet is compared with."""
    return site_mark() if kind == ImportKind.UNLICENSED else register_mark()


def _register_for(task: Task) -> Register:
    if task.kind == ImportKind.UNLICENSED:
        return load_sites()
    if task.kind == ImportKind.ANNUAL:
        return load_register(("licences", "annual"))
    if task.kind == ImportKind.PLATFORM:
        return load_register(("platform",))
    given = set(task.columns.values())
    parts = ["licences", "categories"]
    parts += ["people"] if given & PEOPLE else []
    parts += ["custody"] if given & CUSTODY else []
    return load_register(parts)


def _completed(said: Said, task: Task, directory: Directory) -> Said:
    """What the row says in other places than its own column."""
    values = said.values
    if task.kind == ImportKind.UNLICENSED and "glued" in values:
        _take_apart(said)
    if reason := values.get("class", {}).get("reason"):
        remark = "；".join(filter(None, [said.text("remark"), reason]))
        values["remark"] = remark[:_LONGEST_REMARK]
    if "town" not in values and (town := directory.town_in(said.text("address"))):
        values["town"] = town
        said.guessed.add("town")
    if task.kind == ImportKind.ANNUAL and "year" not in values and task.year:
        values["year"] = task.year
    return said


def _take_apart(said: Said) -> None:
    glued = split_glued(said.text("glued"))
    if glued is None:
        said.values.setdefault("name", said.text("glued")[:100])
        said.values["unsure"] = "名称和地址写在一格，看不出从哪里分开"
        return
    said.values.setdefault("name", glued.name[:100])
    said.values.setdefault("address", glued.address[:200])
    if not glued.certain:
        said.values["unsure"] = (
            f"名称和地址写在一格，推定名称为“{glued.name}”、地址为“{glued.address}”"
        )
