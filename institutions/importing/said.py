"""A row while it is read: what it says by field, what it leaves out and why."""

from dataclasses import dataclass, field
from typing import Any

from institutions.importing.directory import Directory
from institutions.importing.fields import Field


@dataclass
class Said:
    """A row's values by field, its notes, and the reasons why it cannot be taken at all."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    section: str = ""
    # Fields whose cell says something that could not be read: nothing is guessed in its place.
    unread: set[str] = field(default_factory=set)
    # What stands in the cell of another field: a phone beside a name, an account beside a bank.
    beside: dict[str, Any] = field(default_factory=dict)
    # Fields whose value no cell of their own says: worked out from another.
    guessed: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        """The value of a text field, empty where nothing was said."""
        return str(self.values.get(name, ""))


@dataclass
class Cell:
    """One cell on its way to a value."""

    text: str
    field: Field
    header: str
    said: Said
    directory: Directory

    def note(self, words: str) -> None:
        self.said.notes.append(f"{self.field.label}：{words}")


@dataclass(frozen=True)
class Column:
    """A column that a field was given to."""

    index: int
    field: Field
    header: str
    # What every row says of it, where its meaning was worked out.
    note: str = ""
