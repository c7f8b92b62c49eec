"""The random draw (双随机), pure: whoever has the list and the seed gets the same result (docs/draw.md).

The list is a file, and its SHA-256 over the very bytes is fixed before anybody knows the seed. Everything is put
in order by SHA-256 of a line of text, in hexadecimal; for equal hashes the smaller number comes first.

1. The institutions are ordered by the hash of `list|seed|institution`; the first ones are drawn, in this order.
2. For each drawn institution, in this order, each department sends the same number of its inspectors: of those
   who are not recused from it, the ones drawn least often so far, among these by the hash of
   `list|seed|institution|inspector`.

`list` is the list's own hash: the same seed on another list is another draw.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

LIST_HEADS = ("类别", "编号", "名称", "镇街或部门", "回避的机构编号")
RESULT_HEADS = ("顺序", "机构编号", "机构", "镇街", "人员编号", "检查人员", "部门")
RULE, PLACE, PERSON = "规则", "机构", "检查人员"
# A spreadsheet reads a cell that begins like this as a formula.
_FORMULA_HEADS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class ListedPlace:
    """One institution of the list, by its number there."""

    number: int
    name: str
    town: str


@dataclass(frozen=True)
class ListedInspector:
    """One inspector of the list, with the numbers of the institutions from which this person is recused."""

    number: int
    name: str
    department: str
    recused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class DrawList:
    """All that is fixed before the seed: from whom is drawn, how many, and where the seed will come from."""

    title: str
    place_count: int
    from_each: int
    seed_source: str
    places: tuple[ListedPlace, ...]
    inspectors: tuple[ListedInspector, ...]


@dataclass(frozen=True)
class DrawnPlace:
    """One drawn institution and who inspects it."""

    place: ListedPlace
    inspectors: tuple[ListedInspector, ...]


def draw(fixed: DrawList, *, of_list: str, seed: str) -> list[DrawnPlace]:
    """The result: institutions in the order in which they were drawn, each with its inspectors by number."""
    order = sorted(fixed.places, key=lambda one: _key(one.number, of_list, seed, one.number))
    times: dict[int, int] = defaultdict(int)
    result = []
    for place in order[: fixed.place_count]:
        sent: list[ListedInspector] = []
        for of_department in _by_department(fixed.inspectors):
            free = [one for one in of_department if place.number not in one.recused]
            free.sort(
                key=lambda one: (
                    times[one.number],
                    _key(one.number, of_list, seed, place.number, one.number),
                )
            )
            sent += free[: fixed.from_each]
        for one in sent:
            times[one.number] += 1
        in_order = sorted(sent, key=lambda one: one.number)
        result.append(DrawnPlace(place, tuple(in_order)))
    return result


def unserved(fixed: DrawList) -> list[tuple[ListedPlace, str]]:
    """Institutions to which a department could not send enough people, were they drawn."""
    by_department = _by_department(fixed.inspectors)
    return [
        (place, people[0].department)
        for place in fixed.places
        for people in by_department
        if sum(place.number not in one.recused for one in people) < fixed.from_each
    ]


def list_bytes(fixed: DrawList) -> bytes:
    """The list as the file that is handed out, whatever the order in which its lines were given."""
    rules = (
        ("名称", fixed.title),
        ("抽取机构数", fixed.place_count),
        ("每个部门检查人员数", fixed.from_each),
        ("种子来源", fixed.seed_source),
    )
    rows: list[Sequence[object]] = [
        (RULE, number, words, value, "") for number, (words, value) in enumerate(rules, start=1)
    ]
    rows += [
        (PLACE, one.number, one.name, one.town, "")
        for one in sorted(fixed.places, key=lambda one: one.number)
    ]
    rows += [
        (PERSON, one.number, one.name, one.department, " ".join(map(str, sorted(one.recused))))
        for one in sorted(fixed.inspectors, key=lambda one: one.number)
    ]
    return _csv(LIST_HEADS, rows)


def result_bytes(result: Iterable[DrawnPlace]) -> bytes:
    """The result as the file that is handed out: a line for each inspector of each institution."""
    rows = [
        (turn, at.place.number, at.place.name, at.place.town, who.number, who.name, who.department)
        for turn, at in enumerate(result, start=1)
        for who in at.inspectors
    ]
    return _csv(RESULT_HEADS, rows)


def hash_of(data: bytes) -> str:
    """The SHA-256 of a file, as `sha256sum` prints it."""
    return sha256(data).hexdigest()


def _key(tie: int, *words: object) -> tuple[str, int]:
    return hash_of("|".join(map(str, words)).encode()), tie


def _by_department(inspectors: Iterable[ListedInspector]) -> list[list[ListedInspector]]:
    in_order = sorted(inspectors, key=lambda one: (one.department, one.number))
    return [list(people) for _, people in groupby(in_order, lambda one: one.department)]


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with the mark that Excel and WPS look for; no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_HEADS) else value
