"""What stands on a paper, worded once: `pdf.py` and `docx.py` print the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Table:
    """A ruled table; widths are shares of the line."""

    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]

    @property
    def twips(self) -> list[int]:
        """The widths as Word counts them: the line of GB/T 9704 has 8844."""
        whole = sum(self.widths)
        return [round(8844 * one / whole) for one in self.widths]


@dataclass(frozen=True)
class Picture:
    """One of the paper's files as a picture with its caption; millimetres."""

    number: int
    name: str
    caption: str
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int]:
        """Its size as Word counts it."""
        return round(self.width * 36_000), round(self.height * 36_000)


@dataclass(frozen=True)
class Chapter:
    """A heading, what stands under it, and the chapters of the second level."""

    heading: str
    lines: Sequence[str] = ()
    table: Table | None = None
    pictures: Sequence[Picture] = ()
    below: Sequence["Chapter"] = ()
    # On a page of its own.
    is_appendix: bool = False

    @property
    def pairs(self) -> list[Sequence[Picture]]:
        """The pictures, two beside each other."""
        return [self.pictures[at : at + 2] for at in range(0, len(self.pictures), 2)]


@dataclass(frozen=True)
class Paper:
    """An office's form: its head, facts in a ruled table, its chapters, who signs."""

    subject: str
    title: str
    number: str
    # By what the matter is looked up.
    mark: str
    # When it was decided what the paper says: the same row makes the same bytes.
    at: datetime
    facts: Sequence[tuple[str, str]]
    to: str = ""
    opening: str = ""
    chapters: Sequence[Chapter] = ()
    closing: str = ""
    signed: Sequence[str] = ()
    receipt: str = ""
    # At the foot of every page, for the hands of those who answer for it.
    foot: str = ""
    # The bytes of its pictures, by name.
    files: Mapping[str, bytes] = field(default_factory=dict)
