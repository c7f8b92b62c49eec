"""The life of an institution in code, beside the office's own table of it."""

import csv
from pathlib import Path

from institutions.workflow import ACT_WORDS, INSTITUTION, InstitutionState

TABLE = Path(__file__).with_name("workflow.csv")


def test_the_life_of_an_institution_is_the_one_of_the_offices_table() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        wanted = {(line["before"], line["act"], line["after"]) for line in csv.DictReader(file)}

    written = {
        (InstitutionState(before).label, ACT_WORDS[act], InstitutionState(after).label)
        for before, acts in INSTITUTION.table.items()
        for act, after in acts.items()
    }

    assert written == wanted
