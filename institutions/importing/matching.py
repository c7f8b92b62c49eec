"""Whose row is this? By credit code, then licence number, then name and address; in doubt, asked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from institutions.codes import CREDIT_CODE_LENGTH, licence_key
from institutions.importing.register import Known, Register
from institutions.importing.said import Said
from institutions.models import ImportKind
from institutions.naming import name_key

# Rows that a sentence names before it only counts them.
_ROWS_NAMED = 3


@dataclass(frozen=True)
class Identity:
    """What identifies a row of the sheet."""

    number: int
    name: str
    place: str
    credit_code: str
    licences: tuple[str, ...]


@dataclass
class Match:
    """The one it is, or those it may be and why it is not said which; neither for a new one."""

    row: Known | None = None
    doubt: str = ""
    candidates: list[Known] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def identity_of(said: Said) -> Identity:
    """The keys of a row, in the form in which the register keeps its own."""
    code = said.text("credit_code")
    numbers: Sequence[str] = said.values.get("licence_number", ())
    return Identity(
        said.number,
        name_key(said.text("name")),
        name_key(said.text("address")),
        code if len(code) == CREDIT_CODE_LENGTH else "",
        tuple(dict.fromkeys(licence_key(number) for number in numbers)),
    )


def _rows_in_words(numbers: list[int]) -> str:
    """The rows that carry the same number; of many only the first."""
    named = list(dict.fromkeys(numbers))
    words = "、".join(str(number) for number in named[:_ROWS_NAMED])
    return f"第{words}行" if len(named) <= _ROWS_NAMED else f"第{words}等{len(named)}行"


class Matcher:
    """Knows the register and the whole sheet: what is not unique in either identifies nobody."""

    def __init__(self, register: Register, rows: Iterable[Identity], kind: str) -> None:
        self.register = register
        # Lists of conclusions carry a name and nothing else: there a name of one row is enough.
        self.by_name_alone = kind in (ImportKind.ANNUAL, ImportKind.PLATFORM)
        # Places without licence have the names of shop signs: many a street has one of the same.
        self.names_are_own = kind != ImportKind.UNLICENSED
        rows = list(rows)
        self.codes = Counter(row.credit_code for row in rows)
        self.numbers = Counter(number for row in rows for number in row.licences)
        self.names = Counter(row.name for row in rows)
        self.rows_with: dict[str, list[int]] = {}
        self.seen: dict[tuple[str, str], int] = {}
        self.named: dict[str, int] = {}
        self.taken: dict[int, int] = {}
        for row in rows:
            for key in (row.credit_code, *row.licences):
                if key:
                    self.rows_with.setdefault(key, []).append(row.number)
        # A code anywhere in the sheet is surer than a name above it.
        for row in rows:
            if (owner := self._by_code(row)) and owner.row:
                self.taken.setdefault(owner.row.pk, row.number)

    def match(self, row: Identity) -> Match:
        """Find the row's own; every existing row is taken once."""
        found = self._by_code(row) or self._by_licence(row) or self._by_name(row)
        found = self._twice_in_sheet(row, found)
        if found.row is None:
            return found
        other = self.taken.setdefault(found.row.pk, row.number)
        if other == row.number:
            return found
        name = found.row.facts["name"]
        return Match(None, f"与第{other}行对应同一家“{name}”", [found.row])

    def _twice_in_sheet(self, row: Identity, found: Match) -> Match:
        named = self.named.setdefault(row.name, row.number)
        first = self.seen.setdefault((row.name, row.place), row.number)
        if found.row or found.doubt:
            return found
        if first == row.number:
            return self._perhaps_a_campus(row, named) or found
        if row.credit_code or row.licences:
            return Match(None, f"与第{first}行的名称、地址相同，请核对是否重复", found.candidates)
        return Match(None, f"与第{first}行重复", found.candidates)

    def _perhaps_a_campus(self, row: Identity, named: int) -> Match | None:
        """A row of a name that stands above, with nothing of its own but another address."""
        if named == row.number or row.credit_code or row.licences or not self.names_are_own:
            return None
        return Match(None, f"与第{named}行名称相同、地址不同，可能是它的校区，请核对是否另一家")

    def _by_code(self, row: Identity) -> Match | None:
        if not row.credit_code:
            return None
        known = self.register.by_credit_code.get(row.credit_code, [])
        if self.codes[row.credit_code] > 1:
            return self._not_unique(row, known, f"信用代码{row.credit_code}", row.credit_code)
        if len(known) > 1:
            return Match(None, f"信用代码{row.credit_code}在名册中有{len(known)}家", known)
        return Match(known[0]) if known else None

    def _by_licence(self, row: Identity) -> Match | None:
        shared = [number for number in row.licences if self.numbers[number] > 1]
        if shared:
            known = self._with_licence(shared)
            return self._not_unique(row, known, f"许可证号{shared[0]}", shared[0])
        known = self._with_licence(row.licences)
        if len(known) > 1:
            return self._same_place(row, known) or Match(
                None, f"许可证号{'、'.join(row.licences)}在名册中对应{len(known)}家", known
            )
        if not known:
            return None
        return self._unless_other_code(row, known[0])

    def _with_licence(self, numbers: Iterable[str]) -> list[Known]:
        found = {
            known.pk: known
            for number in numbers
            for known in self.register.by_licence.get(number, ())
        }
        return list(found.values())

    def _unless_other_code(self, row: Identity, known: Known) -> Match:
        code = known.facts["credit_code"]
        if row.credit_code and code and row.credit_code != code:
            return Match(None, "许可证号与名册中的一家相同，但信用代码不同", [known])
        return Match(known)

    def _not_unique(self, row: Identity, known: list[Known], what: str, key: str) -> Match:
        """A number that several rows carry is never a match; name and address may still be one."""
        others = f"{what}在表中不止一行（{_rows_in_words(self.rows_with[key])}）"
        by_place = self._same_place(row, self.register.by_name.get(row.name, []))
        if by_place:
            by_place.notes.append(others)
            return by_place
        candidates = {one.pk: one for one in [*known, *self.register.by_name.get(row.name, [])]}
        return Match(None, f"{others}，不能确定是哪一家", list(candidates.values()))

    def _same_place(self, row: Identity, known: list[Known]) -> Match | None:
        same = [one for one in known if one.key == row.name and one.place == row.place]
        return Match(same[0]) if len(same) == 1 else None

    def _by_name(self, row: Identity) -> Match:
        known = self.register.by_name.get(row.name, [])
        if not known:
            return Match()
        if len(known) > 1:
            return self._same_place(row, known) or Match(
                None, f"名册中同名的有{len(known)}家", known
            )
        return self._same_name(row, known[0])

    def _same_name(self, row: Identity, known: Known) -> Match:
        code = known.facts.get("credit_code", "")
        if row.credit_code and code and row.credit_code != code:
            return Match(None, "名册中有同名机构，但信用代码不同", [known])
        if known.place == row.place:
            return Match(known)
        if not row.place and self.names[row.name] == 1:
            if self.by_name_alone:
                return Match(known)
            return Match(None, "表中没有地址，名册中有一家同名，请核对是不是同一家", [known])
        shown = known.facts["address"] or "未登记"
        return Match(None, f"名册中有同名记录，但地址不同（名册：{shown}）", [known])
