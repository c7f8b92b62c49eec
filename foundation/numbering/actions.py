"""Giving the next number of a series."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.numbering.models import Series


@transaction.atomic
def next_number(
    *, series: str, subject: str = "", year: int | None = None, by: Actor, at: datetime
) -> int:
    """The next number of this series. Numbers are given in order; a failed act gives its back.

    The act that needs the number, with its `by` and `at`, writes the line in the trail.
    """
    row, _ = Series.objects.get_or_create(code=series, subject=subject, year=year)
    locked = Series.objects.select_for_update().get(pk=row.pk)
    locked.last += 1
    locked.save(update_fields=["last"])
    return locked.last
