"""What every act on an institution does alike: hold its file, keep its search columns, tell the public."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from foundation.accounts.models import Department, DepartmentKind
from foundation.actor import Actor
from foundation.facts import refuse_stale
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.keys import KEY_FIELDS, key_columns
from institutions.models import Institution, RemovedRow


def hold(institution: Institution, version: int | None = None) -> Institution:
    """The institution's row under lock, not deleted, and still as the person saw it."""
    rows = Institution.objects.standing().select_for_update(of=("self",))
    held = rows.select_related("town").filter(pk=institution.pk).first()
    if held is None:
        raise NotPossibleError("这家机构的记录已被删除，不能再修改。如有疑问请联系双减办审核人。")
    if version is not None:
        refuse_stale(held, version)
    return held


def set_aside(
    institution: Institution, row: Model, *, reason: str, by: Actor, at: datetime
) -> None:
    """Take a row out of a held file, and keep it as it was; it still knows its number for the trail."""
    pk = row.pk
    removed = RemovedRow(
        institution=institution, reason=reason, removed_at=at, removed_by_id=by.user_id
    )
    removed.keep(row)
    removed.save(force_insert=True)
    row.delete()
    row.pk = pk


def work_out_keys(institution: Institution) -> None:
    """Set the columns of search and order from what the institution and its licences say now."""
    numbers = institution.licences.values_list("number", flat=True) if institution.pk else ()
    columns = key_columns(
        name=institution.name,
        short_name=institution.short_name,
        address=institution.address,
        actual_address=institution.actual_address,
        town=institution.town.short_name if institution.town else "",
        credit_code=institution.credit_code,
        licence_numbers=tuple(numbers),
    )
    for field in KEY_FIELDS:
        setattr(institution, field, getattr(columns, field))


def towns_aloud() -> dict[int, str]:
    """Towns as the columns of search read them."""
    towns = Department.objects.filter(kind=DepartmentKind.TOWN)
    return dict(towns.values_list("pk", "short_name"))


def keys_of(
    facts: Mapping[str, Any], towns: Mapping[int, str], numbers: Collection[str]
) -> tuple[Any, ...]:
    """The same columns, in the order of KEY_FIELDS, for one of thousands of rows that are no objects."""
    columns = key_columns(
        name=facts["name"],
        short_name=facts.get("short_name", ""),
        address=facts.get("address", ""),
        actual_address=facts.get("actual_address", ""),
        town=towns.get(facts.get("town_id") or 0, ""),
        credit_code=facts.get("credit_code", ""),
        licence_numbers=numbers,
    )
    return tuple(getattr(columns, field) for field in KEY_FIELDS)


def keep(institution: Institution, *, at: datetime, fields: Iterable[str] = ()) -> None:
    """Save these fields of a held institution, count its version, and let the public pages know."""
    institution.version += 1
    institution.changed_at = at
    work_out_keys(institution)
    institution.save(update_fields=[*fields, *KEY_FIELDS, "version", "changed_at"])
    touch_public()
