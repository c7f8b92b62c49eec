"""Document numbers: in order, per year, none lost to a failed act."""

import pytest
from django.db import transaction

from foundation.actor import CONSOLE
from foundation.clock.queries import now
from foundation.numbering.actions import next_number
from foundation.numbering.models import Series
from foundation.numbering.queries import written

pytestmark = pytest.mark.django_db


def number(year: int | None = None, series: str = "whitelist") -> int:
    return next_number(series=series, year=year, by=CONSOLE, at=now())


def test_numbers_are_given_in_order_and_each_year_begins_anew() -> None:
    assert [number(2023), number(2023), number(2024), number()] == [1, 2, 1, 1]


def test_series_do_not_disturb_each_other() -> None:
    number()
    assert number(series="unlicensed") == 1


def test_a_failed_act_gives_its_number_back() -> None:
    with transaction.atomic():
        number()
        transaction.set_rollback(True)
    assert number() == 1


def test_the_office_decides_how_a_number_looks() -> None:
    number()
    assert written("whitelist", 3, 2023) == "2023年第3期"
    Series.objects.update(pattern="定双减〔{year}〕{number}号")
    assert written("whitelist", 3, 2023) == "定双减〔2023〕3号"
