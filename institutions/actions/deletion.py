"""Taking a row that was entered by mistake out of the register, and putting it back."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold, keep
from institutions.models import Institution

_FIELDS = ("deleted_at", "deleted_by", "deleted_reason")


@transaction.atomic
def delete(
    *, institution: Institution, reason: str, by: Actor, at: datetime | None = None
) -> Institution:
    """A person of rank takes a mistaken row out of the register; it can be put back."""
    at = at or now()
    if by.user_id is None:
        raise NotPossibleError("删除机构须由工作人员本人办理。")
    held = hold(institution)
    held.deleted_at = at
    held.deleted_by_id = by.user_id
    held.deleted_reason = reason
    keep(held, at=at, fields=_FIELDS)
    record(
        "institution.deleted",
        target=held,
        by=by,
        at=at,
        words=f"删除误登的机构“{held.name}”",
        reason=reason,
    )
    return held


@transaction.atomic
def undelete(
    *, institution: Institution, reason: str, by: Actor, at: datetime | None = None
) -> Institution:
    """A person of rank puts a deleted row back, as it was."""
    at = at or now()
    held = Institution.objects.select_for_update(of=("self",)).filter(pk=institution.pk).first()
    if held is None or held.deleted_at is None:
        raise NotPossibleError("这家机构的记录没有被删除，不必恢复。")
    held.deleted_at = None
    held.deleted_by = None
    held.deleted_reason = ""
    keep(held, at=at, fields=_FIELDS)
    record(
        "institution.restored",
        target=held,
        by=by,
        at=at,
        words=f"恢复已删除的机构“{held.name}”",
        reason=reason,
    )
    return held
