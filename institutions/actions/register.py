"""Entering an institution into the register, and amending what the register says of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, filled, snapshot
from foundation.clock.queries import now
from foundation.web.actions import touch_public
from institutions.actions.marks import hold, keep, work_out_keys
from institutions.models import Institution

# What a person may write about an institution, in the groups of its page.
IDENTITY = ("name", "short_name", "credit_code", "registration_type", "profit_kind", "subjects")
PLACE = (
    "town",
    "address",
    "actual_address",
    "floor",
    "building_area",
    "teaching_area",
    "is_rented",
    "lease_until",
    "longitude",
    "latitude",
)
CONTACT = ("contact_name", "contact_phone", "contact_is_public")
GOVERNANCE = ("lead_department", "responsible_officer", "grid_officer", "remark")
FIELDS = (*IDENTITY, *PLACE, *CONTACT, *GOVERNANCE)
RELATIONS = ("categories", "supporting_departments")
# Personal numbers, as most contacts give: the trail tells that they changed, not what they are.
_MASKED = ("contact_phone",)


@transaction.atomic
def register(
    *, values: Mapping[str, Any], by: Actor, at: datetime | None = None, source: str = "手工登记"
) -> Institution:
    """An officer enters an institution. It is 待核验 until somebody has looked."""
    at = at or now()
    given = {name: values[name] for name in FIELDS if name in values}
    institution = Institution(**given, source=source, created_at=at, changed_at=at)
    work_out_keys(institution)
    institution.save(force_insert=True)
    _relate(institution, values)
    touch_public()
    record(
        "institution.registered",
        target=institution,
        by=by,
        at=at,
        words=f"登记机构“{institution.name}”，状态为“{institution.get_state_display()}”",
        changes=compare(institution, {}, filled(_shown(institution))),
    )
    return institution


@transaction.atomic
def amend(
    *,
    institution: Institution,
    values: Mapping[str, Any],
    version: int,
    by: Actor,
    at: datetime | None = None,
) -> Institution:
    """An officer corrects what the register says; nothing changed leaves no line."""
    at = at or now()
    held = hold(institution, version)
    before = _shown(held)
    given = [name for name in FIELDS if name in values]
    for name in given:
        setattr(held, name, values[name])
    _relate(held, values)
    changes = compare(held, before, _shown(held))
    if changes:
        keep(held, at=at, fields=given)
        labels = "、".join(change.label for change in changes.values())
        record(
            "institution.amended",
            target=held,
            by=by,
            at=at,
            words=f"修改了{labels}",
            changes=changes,
        )
    return held


@transaction.atomic
def note_export(
    *, rows: int, asked: str, with_phones: bool, by: User, at: datetime | None = None
) -> None:
    """An officer takes the register, or a part of it, away as a workbook."""
    scope = f"筛选条件：{asked}" if asked else "未设筛选条件"
    phones = "含联系电话" if with_phones else "不含联系电话"
    record(
        "register.exported",
        target=by,
        by=by.actor,
        at=at or now(),
        words=f"导出机构名册{rows}家，{phones}，{scope}",
    )


def _relate(institution: Institution, values: Mapping[str, Any]) -> None:
    for name in RELATIONS:
        if name in values:
            getattr(institution, name).set(values[name])


def _shown(institution: Institution) -> dict[str, str]:
    related = {
        name: "、".join(str(row) for row in getattr(institution, name).all()) for name in RELATIONS
    }
    return snapshot(institution, FIELDS, masked=_MASKED) | related
