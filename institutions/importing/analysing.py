"""A sheet becomes a preview: every row new, changed, unchanged, doubtful or refused, with its reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from foundation.tabular.layout import Table
from foundation.tabular.reading import Row
from foundation.tabular.values import split_glued, tidy
from institutions.importing.cells import Column, Said, say
from institutions.importing.directory import Directory, load_directory
from institutions.importing.fields import fields_of
from institutions.importing.guessing import column_names
from institutions.importing.landing import (
    CUSTODY,
    PEOPLE,
    annual_landing,
    institution_landing,
    platform_landing,
    site_landing,
)
from institutions.importing.likeness import LookAlikes
from institutions.importing.matching import Match, Matcher, identity_of
from institutions.importing.preview import Choice, Landing, Outcome, Preview, PreviewRow
from institutions.importing.register import (
    Known,
    Register,
    load_register,
    load_sites,
    register_mark,
    site_mark,
)
from institutions.models import ImportKind
from institutions.workflow import InstitutionState

_ADULT = re.compile(
    r"成人|高考复读|考研|四六级|雅思|托福|GRE|自考|函授|职业|会计|公务员|继续教育|教师资格"
)
_ACADEMIC = re.compile(r"语文|数学|物理|化学|生物|政治|历史|地理|英语|学科|文化课|作业")
_LICENSED_SECTION = re.compile(r"证照齐全|有证有照|已取得办学许可")
_ENDED = {
    InstitutionState.SUSPENDED,
    InstitutionState.CLOSED,
    InstitutionState.REVOKED,
    InstitutionState.DEREGISTERED,
    InstitutionState.MOVED_OUT,
}
_MOST_CHOICES = 10


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
    known = fields_of(task.kind)
    columns = [
        Column(int(index), known[name], headers[int(index)])
        for index, name in task.columns.items()
        if name in known and int(index) < len(headers)
    ]
    said = [
        _completed(say(row, columns, directory, section), task, directory)
        for row, section in zip(table.body, table.sections, strict=True)
    ]
    judge = Judge(task, register, directory, said)
    rows = [judge.judge(one, row) for one, row in zip(said, table.body, strict=True)]
    named = [list(one) for one in table.named]
    return Preview(headers, rows, named, register.mark)


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
    if "town" not in values and (town := directory.town_in(said.text("address"))):
        values["town"] = town
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


class Judge:
    """Decides row by row; knows the register and all rows of the sheet."""

    def __init__(
        self, task: Task, register: Register, directory: Directory, said: list[Said]
    ) -> None:
        self.task, self.register, self.directory = task, register, directory
        by_name_alone = task.kind in (ImportKind.ANNUAL, ImportKind.PLATFORM)
        self.identities = {one.number: identity_of(one) for one in said}
        self.matcher = Matcher(register, self.identities.values(), by_name_alone)
        self.look_alikes = LookAlikes(
            [row.facts["name"] for row in register.rows.values()],
            [one.text("name") for one in said],
        )
        ways: Mapping[str, Callable[[Said, PreviewRow], None]] = {
            ImportKind.REGISTER: self._institution,
            ImportKind.WHITELIST: self._institution,
            ImportKind.UNLICENSED: self._site,
            ImportKind.ANNUAL: self._annual,
            ImportKind.PLATFORM: self._platform,
        }
        self.way = ways[task.kind]

    def judge(self, said: Said, source: Row) -> PreviewRow:
        """One row."""
        row: PreviewRow = {
            "number": said.number,
            "outcome": Outcome.REFUSED,
            "name": said.text("name"),
            "where": said.text("address"),
            "reason": "；".join(said.refusals),
            "notes": said.notes,
            "landing": None,
            "choices": [],
        }
        if not row["reason"]:
            self.way(said, row)
        if row["outcome"] in (Outcome.DOUBTFUL, Outcome.REFUSED):
            row["cells"] = [tidy(cell) for cell in source.cells]
        return row

    def _institution(self, said: Said, row: PreviewRow) -> None:
        if not row["name"]:
            row["reason"] = "没有机构名称"
            return
        self._note_subjects(said)
        self._settle(said, row, self._match(said), self._institution_landing)

    def _match(self, said: Said) -> Match:
        return self.matcher.match(self.identities[said.number])

    def _institution_landing(self, said: Said, known: Known | None) -> Landing:
        return institution_landing(said, known, self.directory)

    def _note_subjects(self, said: Said) -> None:
        subjects = said.text("subjects")
        if found := _ADULT.search(subjects):
            said.notes.append(f"办学内容含“{found.group()}”，可能不是面向中小学生，请核对")
        elif found := _ACADEMIC.search(subjects):
            said.notes.append(f"办学内容含“{found.group()}”，可能是学科类，请核对")

    def _settle(
        self,
        said: Said,
        row: PreviewRow,
        match: Match,
        landing: Callable[[Said, Known | None], Landing],
    ) -> None:
        said.notes += match.notes
        if match.row is not None:
            self._land(row, landing(said, match.row))
            self._note_state(said, match.row)
            return
        for known in match.candidates[:_MOST_CHOICES]:
            quiet = Said(said.number, said.values, list(said.notes), unread=said.unread)
            row["choices"].append(_choice(known, landing(quiet, known)))
        row["landing"] = landing(said, None)
        said.notes += self.look_alikes.notes(row["name"])
        row["reason"] = match.doubt
        row["outcome"] = Outcome.DOUBTFUL if match.doubt else Outcome.NEW

    def _note_state(self, said: Said, known: Known) -> None:
        state = known.facts.get("state", "")
        if state in _ENDED:
            label = InstitutionState(state).label
            said.notes.append(f"名册中这家机构为“{label}”，导入不改变状态")

    def _site(self, said: Said, row: PreviewRow) -> None:
        if not row["name"]:
            row["reason"] = "没有场所名称"
            return
        match = self._match(said)
        unsure = said.text("unsure")
        if _LICENSED_SECTION.search(said.section) and match.row is None:
            match = Match(
                None,
                f"在“{said.section}”之下：是有证机构的违规，不是无证场所，一般应在机构档案中处理",
                match.candidates,
            )
        elif unsure and match.row is None and not match.doubt:
            match = Match(None, unsure, match.candidates)
        if outcome := said.text("outcome"):
            said.notes.append(f"处理结果“{outcome}”记入处置说明，不据此改变处置状态，需人工登记")
        self._settle(said, row, match, self._site_landing)

    def _site_landing(self, said: Said, known: Known | None) -> Landing:
        return site_landing(said, known, self.directory)

    def _annual(self, said: Said, row: PreviewRow) -> None:
        values = said.values
        if decision := said.text("decision_words"):
            said.notes.append(f"结论写有“{decision}”：不据此改变机构状态，需人工作出决定")
        if "year" not in values:
            row["reason"] = "没有年检年度：表中没有写，导入时也没有指明"
        elif "conclusion" not in values:
            words = said.text("conclusion_words")
            row["reason"] = f"“{words}”不是年检结论，需人工作出决定" if words else "没有年检结论"
        found = self._own(said, row, lambda known: annual_landing(said, known, self.directory))
        if found and not row["reason"]:
            self._land(row, annual_landing(said, found, self.directory))
        elif found:
            row["choices"].append(_choice(found, _nothing(found)))

    def _platform(self, said: Said, row: PreviewRow) -> None:
        as_of = self.task.as_of
        if as_of is None:
            row["reason"] = "没有指明平台数据的日期"
            return

        def landing(known: Known) -> Landing:
            return platform_landing(said, known, self.directory, as_of)

        if found := self._own(said, row, landing):
            last = (found.platform or {}).get("as_of")
            if last and last > as_of:
                row["reason"] = f"名册中的平台数据为{last}，比本表新"
                return
            self._land(row, landing(found))

    def _own(
        self, said: Said, row: PreviewRow, landing: Callable[[Known], Landing]
    ) -> Known | None:
        """The institution that a row of conclusions speaks of; else the reason why it is none."""
        match = self._match(said)
        said.notes += match.notes
        if match.row is not None:
            row["name"] = row["name"] or str(match.row.facts["name"])
            return match.row
        if row["reason"]:
            row["reason"] += f"；{match.doubt or '名册中没有这家机构'}"
        elif match.doubt:
            self._ask(row, match, landing)
        else:
            row["reason"] = "名册中没有这家机构（按信用代码、许可证号、名称都未找到）"
        return None

    def _ask(self, row: PreviewRow, match: Match, landing: Callable[[Known], Landing]) -> None:
        row["reason"], row["outcome"] = match.doubt, Outcome.DOUBTFUL
        for known in match.candidates[:_MOST_CHOICES]:
            row["choices"].append(_choice(known, landing(known)))

    def _land(self, row: PreviewRow, landing: Landing) -> None:
        row["landing"] = landing
        row["outcome"] = Outcome.CHANGED if landing["differences"] else Outcome.UNCHANGED


def _choice(known: Known, landing: Landing) -> Choice:
    where = known.facts["address"]
    name = known.facts["name"]
    return {"label": f"{name}（{where}）" if where else name, "landing": landing}


def _nothing(known: Known) -> Landing:
    return {"pk": known.pk, "version": known.version, "fields": {}, "parts": {}, "differences": []}
