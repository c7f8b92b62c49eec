"""What an import would do, row by row: worked out, kept sealed, answered by a person, then applied."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from foundation.sealing import seal_bytes, unseal_bytes
from institutions.models import Outcome

_CONTEXT = "institutions.importrun.preview"

NEW, SKIP = "new", "skip"  # the two answers to a doubtful row that name no existing one


class Landing(TypedDict):
    """What is written when the row lands: on a new row (`pk` None) or on an existing one."""

    pk: int | None
    version: int
    fields: dict[str, Any]
    parts: dict[str, Any]
    # Label, before, after: as a person reads them.
    differences: list[list[str]]


class Choice(TypedDict):
    """An existing row that a doubtful one may be."""

    label: str
    landing: Landing


class PreviewRow(TypedDict):
    """One row of the sheet. `landing` is what happens without an answer, or with the answer «new»."""

    number: int
    outcome: str
    name: str
    where: str
    reason: str
    notes: list[str]
    landing: Landing | None
    choices: list[Choice]
    # Of a row that may come back to be mended: its cells, and the heading under which it stood.
    cells: NotRequired[list[str | int]]
    section: NotRequired[str]


@dataclass(frozen=True)
class Resolved:
    """A row after its answer: what becomes of it, and what is written."""

    row: PreviewRow
    outcome: str
    landing: Landing | None


@dataclass
class Preview:
    """All rows of one sheet, and what was said around them."""

    headers: list[str]
    rows: list[PreviewRow]
    named: list[list[Any]] = field(default_factory=list)
    # What the register looked like: an apply on another register looks again first.
    mark: str = ""

    def counts(self, answers: Mapping[str, str]) -> dict[str, int]:
        """How many rows there are of each outcome, all of them named."""
        found = Counter(resolved.outcome for resolved in self.resolved(answers))
        return {"read": len(self.rows), **{outcome.value: found[outcome] for outcome in Outcome}}

    def resolved(self, answers: Mapping[str, str]) -> Iterator[Resolved]:
        """The rows in their order, each with its answer where one was given."""
        for row in self.rows:
            answer = answers.get(str(row["number"])) if answers else None
            if answer is None or row["outcome"] != Outcome.DOUBTFUL:
                settled = row["outcome"] in (Outcome.DOUBTFUL, Outcome.REFUSED)
                yield Resolved(row, row["outcome"], None if settled else row["landing"])
            else:
                yield _answered(row, answer)

    def row(self, number: str) -> PreviewRow | None:
        """The row of that number in the sheet."""
        return next((row for row in self.rows if str(row["number"]) == number), None)


def _answered(row: PreviewRow, answer: str) -> Resolved:
    if answer == NEW and row["landing"]:
        return Resolved(row, Outcome.NEW, row["landing"])
    for choice in row["choices"]:
        if str(choice["landing"]["pk"]) == answer:
            differs = choice["landing"]["differences"]
            outcome = Outcome.CHANGED if differs else Outcome.UNCHANGED
            return Resolved(row, outcome, choice["landing"])
    return Resolved(row, Outcome.SKIPPED if answer == SKIP else Outcome.DOUBTFUL, None)


def possible_answers(row: PreviewRow) -> list[str]:
    """What a person may answer to this row."""
    if row["outcome"] != Outcome.DOUBTFUL:
        return []
    existing = [str(choice["landing"]["pk"]) for choice in row["choices"]]
    return [*existing, *([NEW] if row["landing"] else []), SKIP]


def pack(preview: Preview) -> bytes:
    """The preview, sealed: rows of a register are personal data."""
    content = {
        "headers": preview.headers,
        "rows": preview.rows,
        "named": preview.named,
        "mark": preview.mark,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(zlib.compress(text.encode(), level=1), _CONTEXT)


def unpack(sealed: bytes) -> Preview:
    """What `pack` has sealed."""
    content = json.loads(zlib.decompress(unseal_bytes(sealed, _CONTEXT)))
    return Preview(content["headers"], content["rows"], content["named"], content["mark"])
