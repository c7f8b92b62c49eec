"""The demo county: the same one whenever it is loaded at the same moment."""

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from pytest_django import Settings

from inspections.models import DrawnVisit
from institutions.models import Institution, ListEntry, StateChange, UnlicensedSite, new_public_id

Rows = list[tuple[object, ...]]


def demo(second: int) -> dict[str, Rows]:
    """What there is to see of a demo loaded in this second of the same minute; nothing of it stays."""
    with (
        time_machine.travel(datetime(2026, 7, 5, 1, 0, second, tzinfo=UTC)),
        transaction.atomic(),
    ):
        call_command("load_demo", stdout=StringIO())
        found: dict[str, Rows] = {
            "institutions": list(
                Institution.objects.order_by("name").values_list("name", "public_id", "state")
            ),
            "sites": list(
                UnlicensedSite.objects.order_by("name").values_list("name", "public_id", "state")
            ),
            "changes": list(
                StateChange.objects.order_by("id").values_list(
                    "institution__name", "after", "document", "made_at"
                )
            ),
            "entries": list(
                ListEntry.objects.order_by("issue__kind", "position").values_list(
                    "issue__number", "position", "name", "valid_until", "issue__published_at"
                )
            ),
            "drawn": list(
                DrawnVisit.objects.order_by("turn", "inspectors__number").values_list(
                    "place__name", "draw__list_sha256", "inspectors__name"
                )
            ),
        }
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_moment_gives_the_same_demo(settings: Settings) -> None:
    settings.DEMO = True
    first = demo(1)

    assert len(first["institutions"]) == 64
    assert len(first["drawn"]) == 16
    assert all(first.values())
    assert demo(9) == first


def test_only_the_demo_has_numbers_that_can_be_foretold() -> None:
    assert len({new_public_id() for _ in range(1_000)}) == 1_000
