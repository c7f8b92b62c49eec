"""Giving the next number of a series."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.numbering.models import Counter, Series


@transaction.atomic
def next_number(*, series: str, year: int | None, by: Actor, at: datetime) -> int:
    """The next number of this series (and year). Numbers are given in order; a failed act gives its back.

    The act that needs the number, with its `by` and `at`, writes the line in the trail.
    """
    row, _ = Series.objects.get_or_create(code=series, defaults={"name": series})
    counter, _ = Counter.objects.get_or_create(series=row, year=year or 0)
    locked = Counter.objects.select_for_update().get(pk=counter.pk)
    locked.last += 1
    locked.save(update_fields=["last"])
    return locked.last
