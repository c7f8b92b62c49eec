"""Keeping the law's figures."""

from datetime import datetime

from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, snapshot
from foundation.clock.queries import now
from foundation.facts import refuse_stale
from foundation.law.content import starting_limits
from foundation.law.models import Limit
from foundation.law.queries import may_be_empty
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError

_EDITED = ("value", "basis", "note")


@transaction.atomic
def amend_limit(
    *,
    limit: Limit,
    version: int,
    value: int | None,
    basis: str,
    note: str,
    by: Actor,
    at: datetime | None = None,
) -> Limit:
    """Enter another figure or basis; what was verified before is to be verified again."""
    at = at or now()
    locked = Limit.objects.select_for_update().get(pk=limit.pk)
    refuse_stale(locked, version)
    if value is None and not may_be_empty(locked.key):
        raise NotPossibleError("这一项必须有数值。")
    before = snapshot(locked, _EDITED)
    locked.value, locked.basis, locked.note = value, basis, note
    changes = compare(Limit, before, snapshot(locked, _EDITED))
    if not changes:
        return locked
    locked.changed_by_id, locked.verified_by, locked.verified_at = by.user_id, None, None
    locked.version += 1
    locked.save(update_fields=[*_EDITED, "changed_by", "verified_by", "verified_at", "version"])
    touch_public()
    words = f"修改法定限额“{locked.label}”，待重新核实"
    record("law.limit_amended", target=locked, by=by, at=at, words=words, changes=changes)
    return locked


@transaction.atomic
def verify_limit(*, limit: Limit, version: int, by: Actor, at: datetime | None = None) -> Limit:
    """A second person has compared the figure with the text of the law."""
    at = at or now()
    locked = Limit.objects.select_for_update().get(pk=limit.pk)
    refuse_stale(locked, version)
    if locked.verified_at is not None:
        raise NotPossibleError("这一项已经核实过。")
    if by.user_id is None or by.user_id == locked.changed_by_id:
        raise NotPossibleError("须由修改人以外的人员核实。")
    locked.verified_by, locked.verified_at = User.objects.get(pk=by.user_id), at
    locked.version += 1
    locked.save(update_fields=["verified_by", "verified_at", "version"])
    words = f"核实法定限额“{locked}”"
    record("law.limit_verified", target=locked, by=by, at=at, words=words)
    return locked


@transaction.atomic
def load_limits(*, by: Actor, at: datetime | None = None) -> int:
    """Enter the starting figures that are not there yet; what the office has changed stays."""
    at = at or now()
    present = set(Limit.objects.values_list("key", flat=True))
    new = 0
    for order, line in enumerate(starting_limits().values()):
        if line.key in present:
            continue
        row = Limit.objects.create(
            key=line.key,
            label=line.label,
            value=line.value,
            unit=line.unit,
            basis=line.basis,
            note=line.note,
            sort_order=order,
        )
        record("law.limit_loaded", target=row, by=by, at=at, words=f"载入法定限额“{row}”，待核实")
        new += 1
    if new:
        touch_public()
    return new
