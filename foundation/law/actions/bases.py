"""Keeping the provisions on which items and papers rest."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, snapshot
from foundation.clock.queries import now
from foundation.facts import refuse_stale
from foundation.law.content import starting_bases
from foundation.law.models import LegalBasis
from foundation.workflow import NotPossibleError

BASIS_FIELDS = (
    "title",
    "number",
    "issuer",
    "article",
    "in_force_from",
    "in_force_until",
    "note",
)


@transaction.atomic
def add_basis(*, values: Mapping[str, Any], by: Actor, at: datetime | None = None) -> LegalBasis:
    """The office writes down a further provision; it waits for a second person."""
    at = at or now()
    _refuse_double(values, besides=None)
    row = LegalBasis.objects.create(
        **{name: values[name] for name in BASIS_FIELDS if name in values},
        changed_by_id=by.user_id,
        sort_order=_place(values["title"]),
    )
    record("law.basis_added", target=row, by=by, at=at, words=f"登记法律依据“{row}”，待核实")
    return row


@transaction.atomic
def amend_basis(
    *,
    basis: LegalBasis,
    version: int,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> LegalBasis:
    """Correct a provision; what was verified before is to be verified again."""
    at = at or now()
    locked = LegalBasis.objects.select_for_update().get(pk=basis.pk)
    refuse_stale(locked, version)
    _refuse_double(values, besides=locked.pk)
    before = snapshot(locked, BASIS_FIELDS)
    for name in BASIS_FIELDS:
        setattr(locked, name, values[name])
    changes = compare(LegalBasis, before, snapshot(locked, BASIS_FIELDS))
    if not changes:
        return locked
    locked.changed_by_id, locked.verified_by, locked.verified_at = by.user_id, None, None
    locked.version += 1
    marks = ("changed_by", "verified_by", "verified_at", "version")
    locked.save(update_fields=[*BASIS_FIELDS, *marks])
    words = f"修改法律依据“{locked}”，待重新核实"
    record("law.basis_amended", target=locked, by=by, at=at, words=words, changes=changes)
    return locked


@transaction.atomic
def verify_basis(
    *, basis: LegalBasis, version: int, by: Actor, at: datetime | None = None
) -> LegalBasis:
    """A second person has compared the provision with the text in force."""
    at = at or now()
    locked = LegalBasis.objects.select_for_update().get(pk=basis.pk)
    refuse_stale(locked, version)
    if locked.verified_at is not None:
        raise NotPossibleError("这一条已经核实过。")
    if by.user_id is None or by.user_id == locked.changed_by_id:
        raise NotPossibleError("须由登记人、修改人以外的人员核实。")
    locked.verified_by_id, locked.verified_at = by.user_id, at
    locked.version += 1
    locked.save(update_fields=["verified_by", "verified_at", "version"])
    words = f"核实法律依据“{locked}”"
    record("law.basis_verified", target=locked, by=by, at=at, words=words)
    return locked


@transaction.atomic
def load_bases(*, by: Actor, at: datetime | None = None) -> int:
    """Enter the starting provisions that are not there yet; what the office has changed stays."""
    at = at or now()
    present = set(LegalBasis.objects.exclude(key="").values_list("key", flat=True))
    new = [
        LegalBasis(**asdict(line), sort_order=order)
        for order, line in enumerate(starting_bases().values())
        if line.key not in present
    ]
    LegalBasis.objects.bulk_create(new)
    for row in new:
        record("law.basis_loaded", target=row, by=by, at=at, words=f"载入法律依据“{row}”，待核实")
    return len(new)


def _place(title: str) -> int:
    """Beside the other provisions of the same text, or at the end."""
    rows = LegalBasis.objects.all()
    same = rows.filter(title=title).aggregate(last=Max("sort_order"))["last"]
    if same is not None:
        return int(same)
    return int(rows.aggregate(last=Max("sort_order"))["last"] or 0) + 1


def _refuse_double(values: Mapping[str, Any], besides: int | None) -> None:
    same = LegalBasis.objects.filter(title=values["title"], article=values.get("article", ""))
    if same.filter(~Q(pk=besides)).exists():
        raise NotPossibleError("同一文件的同一条款已经登记过。")
