"""Document numbers: in order, none lost to a failed act."""

from typing import Any

import pytest
from django.db import transaction

from foundation.actor import CONSOLE
from foundation.clock.queries import now
from foundation.numbering.actions import next_number

pytestmark = pytest.mark.django_db


def number(series: str = "whitelist", **given: Any) -> int:
    return next_number(series=series, by=CONSOLE, at=now(), **given)


def test_numbers_are_given_in_order() -> None:
    assert [number(), number(), number()] == [1, 2, 3]


def test_series_do_not_disturb_each_other() -> None:
    number()
    assert number(series="unlicensed") == 1


def test_each_subject_counts_from_one_every_year() -> None:
    asked = [("jiaoti", 2023), ("jiaoti", 2023), ("wenlv", 2023), ("jiaoti", 2024)]

    given = [number("approval", subject=subject, year=year) for subject, year in asked]

    assert given == [1, 2, 1, 1]
    assert number("approval") == 1


def test_a_failed_act_gives_its_number_back() -> None:
    with transaction.atomic():
        number()
        transaction.set_rollback(True)
    assert number() == 1
