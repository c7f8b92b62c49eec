"""The figures with which a new portal starts, not yet verified by anybody."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("limits.csv")


@dataclass(frozen=True)
class StartingLimit:
    """One line of the file."""

    key: str
    label: str
    value: int
    unit: str
    basis: str
    note: str


@cache
def starting_limits() -> Mapping[str, StartingLimit]:
    """The file's lines, by key, in its order."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {line["key"]: _read(line) for line in csv.DictReader(file)}


def _read(line: Mapping[str, str]) -> StartingLimit:
    return StartingLimit(
        key=line["key"],
        label=line["label"],
        value=int(line["value"]),
        unit=line["unit"],
        basis=line["basis"],
        note=line["note"],
    )
