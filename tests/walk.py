"""The walk through every door: each address, by each method, as each role; undone after each visit."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from tests.addresses import PEOPLE, Cast, County

DOORS = Path(__file__).with_name("doors.csv")
# Something typed, but nothing that an act could use: who may come in is told what is wrong with it.
TYPED = {"typed": "无关的字"}


@dataclass(frozen=True)
class Cell:
    """One crossing of the table: who asks for what, and the answer that is due."""

    address: str
    method: str
    who: str
    due: int


def table() -> list[dict[str, str]]:
    """doors.csv, line by line."""
    with DOORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells() -> Iterator[Cell]:
    for line in table():
        for who in PEOPLE:
            yield Cell(line["address"], line["method"], who, int(line[who]))


def answer(cast: Cast, cell: Cell, path: str) -> int:
    """The status that this person gets; whatever the visit changed is undone."""
    with transaction.atomic():
        client = cast.browser(cell.who)
        got = client.post(path, TYPED) if cell.method == "POST" else client.get(path)
        if got.streaming:
            list(got)
        transaction.set_rollback(True)
    return int(got.status_code)


def differences() -> tuple[int, list[str]]:
    """Every cell tried on a fresh small county: how many, and what is not as the table says."""
    county = County(Cast())
    county.settle()
    tried, found = 0, []
    for cell in cells():
        tried += 1
        got = answer(county.cast, cell, county.path(cell.address, cell.who))
        if got != cell.due:
            found.append(f"{cell.method} {cell.address} as {cell.who}: {got}, due {cell.due}")
    return tried, found
