"""Giving the next number of a series."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.numbering.models import Counter, Series
from foundation.workflow import NotPossibleError


@transaction.atomic
def next_number(*, series: str, year: int | None, by: Actor, at: datetime) -> int:
    """The next number of this series (and year). Numbers are given in order; a failed act gives its back.

    `by` and `at` belong to the act that needs the number; its own line in the trail tells of both.
    """
    row = Series.objects.filter(code=series).first()
    if row is None:
        raise NotPossibleError(f"还没有设置编号系列“{series}”，请先载入基础数据（load_content）。")
    counter, _ = Counter.objects.get_or_create(series=row, year=year or 0)
    locked = Counter.objects.select_for_update().get(pk=counter.pk)
    locked.last += 1
    locked.save(update_fields=["last"])
    return locked.last
