"""The kinds of training with which every register starts."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from institutions.models import Category

_FILE = Path(__file__).resolve().parent.parent / "content" / "categories.csv"


@transaction.atomic
def load_categories(*, by: Actor, at: datetime | None = None) -> int:
    """Enter the categories that are not there yet; those that are stay as the office keeps them."""
    at = at or now()
    known = set(Category.objects.values_list("code", flat=True))
    departments = dict(Department.objects.values_list("code", "pk"))
    with _FILE.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["code"] not in known]
    for line in lines:
        row = Category.objects.create(
            code=line["code"],
            name=line["name"],
            lead_department_id=departments[line["lead_department"]],
            words=line["words"],
            sort_order=int(line["sort_order"]),
        )
        record("category.loaded", target=row, by=by, at=at, words=f"载入培训类别“{row}”")
    return len(lines)
