"""What stands on a paper, worded once: `pdf.py` and `docx.py` print the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Paper:
    """An office's form: its head, facts in a ruled table, what is to be known, who signs."""

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
    # Numbered lines, each list under its heading.
    lists: Sequence[tuple[str, Sequence[str]]] = ()
    closing: str = ""
    signed: Sequence[str] = ()
    receipt: str = ""
