"""The figures and provisions with which a new portal starts, not yet verified by anybody."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("limits.csv")
_BASES = Path(__file__).with_name("bases.csv")


@dataclass(frozen=True)
class StartingLimit:
    """One line of the file."""

    key: str
    label: str
    value: int | None
    unit: str
    basis: str
    note: str


@dataclass(frozen=True)
class StartingBasis:
    """One provision of the file."""

    key: str
    title: str
    number: str
    issuer: str
    article: str
    in_force_from: date | None
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
        value=int(line["value"]) if line["value"] else None,
        unit=line["unit"],
        basis=line["basis"],
        note=line["note"],
    )


@cache
def starting_bases() -> Mapping[str, StartingBasis]:
    """The file's provisions, by key, in its order."""
    with _BASES.open(encoding="utf-8", newline="") as file:
        return {line["key"]: _provision(line) for line in csv.DictReader(file)}


def _provision(line: Mapping[str, str]) -> StartingBasis:
    since = line["in_force_from"]
    return StartingBasis(
        key=line["key"],
        title=line["title"],
        number=line["number"],
        issuer=line["issuer"],
        article=line["article"],
        in_force_from=date.fromisoformat(since) if since else None,
        note=line["note"],
    )
