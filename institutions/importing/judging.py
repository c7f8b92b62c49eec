"""What becomes of each row: new, changed, unchanged, doubtful or refused, with its reason."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from foundation.tabular.reading import Row
from foundation.tabular.values import fold, tidy
from institutions.importing.directory import Directory, taught
from institutions.importing.landing import (
    annual_landing,
    institution_landing,
    platform_landing,
    site_landing,
)
from institutions.importing.likeness import LookAlikes
from institutions.importing.matching import Match, Matcher, identity_of
from institutions.importing.preview import Choice, Landing, PreviewRow
from institutions.importing.register import Known, Register
from institutions.importing.said import Said
from institutions.importing.writing import is_same
from institutions.models import ImportKind, Outcome
from institutions.workflow import ENDED_STATES, InstitutionState

_ADULT = re.compile(
    r"成人|高考复读|考研|四六级|雅思|托福|GRE|自考|函授|职业|会计|公务员|继续教育|教师资格"
)
_ACADEMIC = re.compile(r"语文|数学|物理|化学|生物|政治|历史|地理|英语|学科|文化课|作业")
_LICENSED_SECTION = re.compile(r"证照齐全|有证有照|已取得办学许可")
_ENDED = {*ENDED_STATES, InstitutionState.SUSPENDED}
_MOST_CHOICES = 10
# A spreadsheet takes what begins so for a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@")


class Judge:
    """Decides row by row; knows the register and all rows of the sheet."""

    def __init__(
        self,
        kind: str,
        as_of: date | None,
        register: Register,
        directory: Directory,
        said: list[Said],
    ) -> None:
        self.as_of, self.directory = as_of, directory
        self.identities = {one.number: identity_of(one) for one in said}
        self.matcher = Matcher(register, self.identities.values(), kind)
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
        self.way = ways[kind]

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
            row["cells"] = _as_they_were(source)
            row["section"] = said.section
        return row

    def _institution(self, said: Said, row: PreviewRow) -> None:
        if not row["name"]:
            row["reason"] = "没有机构名称"
            return
        self._note_subjects(said)
        match = _unless_unsure(said, self._match(said))
        self._settle(said, row, match, self._institution_landing)

    def _match(self, said: Said) -> Match:
        return self.matcher.match(self.identities[said.number])

    def _institution_landing(self, said: Said, known: Known | None) -> Landing:
        return institution_landing(said, known, self.directory)

    def _note_subjects(self, said: Said) -> None:
        subjects = taught(said.text("subjects"))
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
        match = _unless_odd(row["name"], match)
        said.notes += match.notes
        if match.row is not None:
            self._land(row, landing(said, match.row))
            self._note_state(said, match.row)
            return
        if self._is_nobody(said):
            row["reason"] = f"名称“{row['name']}”没有汉字或字母，又没有地址，看不出是哪一家"
            return
        row["landing"] = landing(said, None)
        for known in match.candidates[:_MOST_CHOICES]:
            self._offer(said, row, known, landing)
        said.notes += self.look_alikes.notes(row["name"])
        row["reason"] = match.doubt
        row["outcome"] = Outcome.DOUBTFUL if match.doubt else Outcome.NEW

    def _is_nobody(self, said: Said) -> bool:
        """True for a row of which nothing tells who it is."""
        one = self.identities[said.number]
        return not (_has_letters(said.text("name")) or one.place or one.credit_code or one.licences)

    def _offer(
        self,
        said: Said,
        row: PreviewRow,
        known: Known,
        landing: Callable[[Said, Known | None], Landing],
    ) -> None:
        """An existing one as a choice; what could not be taken over onto it is said as well."""
        beside = Said(said.number, said.values, unread=said.unread, guessed=said.guessed)
        choice = _choice(known, landing(beside, known))
        row["choices"].append(choice)
        own = [note for note in beside.notes if note not in said.notes]
        said.notes += [f"若就是“{choice['label']}”：{note}" for note in own]

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
        if _LICENSED_SECTION.search(said.section) and match.row is None:
            match = Match(
                None,
                f"在“{said.section}”之下：是有证机构的违规，不是无证场所，一般应在机构档案中处理",
                match.candidates,
            )
        match = _unless_unsure(said, match)
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
        as_of = self.as_of
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


def _as_they_were(source: Row) -> list[str | int]:
    """The cells to be mended. A number that has lost its last digits stays one: as text it would pass."""
    return [
        int(cell) if at in source.damage and cell.isdecimal() else tidy(cell)
        for at, cell in enumerate(source.cells)
    ]


def _has_letters(name: str) -> bool:
    return any(letter.isalpha() for letter in name)


def _unless_unsure(said: Said, match: Match) -> Match:
    """A row of which it is unsure how to read it is asked about, unless the register has it so."""
    unsure = said.text("unsure")
    if not unsure or match.row is not None or match.doubt:
        return match
    return Match(None, unsure, match.candidates)


def _unless_odd(name: str, match: Match) -> Match:
    """A name that hardly is one is asked about, unless the register already has it so."""
    odd = ""
    if fold(name)[:1] in _FORMULA_SIGNS:
        odd = f"名称“{name}”以“{name[0]}”开头，像是公式或写错，请核对"
    elif not _has_letters(name):
        odd = f"名称“{name}”没有汉字或字母，请核对是否写错列"
    if not odd or (match.row is not None and is_same(match.row.facts["name"], name)):
        return match
    doubt = "；".join(filter(None, [match.doubt, odd]))
    return Match(None, doubt, [match.row] if match.row else match.candidates, match.notes)


def _choice(known: Known, landing: Landing) -> Choice:
    where = known.facts["address"]
    name = known.facts["name"]
    return {"label": f"{name}（{where}）" if where else name, "landing": landing}


def _nothing(known: Known) -> Landing:
    return {"pk": known.pk, "version": known.version, "fields": {}, "parts": {}, "differences": []}
