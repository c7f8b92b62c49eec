"""The slow proofs: each figure beside its goal, by a command that anyone can run (`make figures`)."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured thing: what was measured, the goal in words, and whether it holds."""

    name: str
    measured: str
    goal: str
    holds: bool
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For var/figures.json."""
        return asdict(self)
