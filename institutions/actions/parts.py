"""The rows that make up an institution's file (licences, people, fees …): added, amended, removed alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, snapshot
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold, keep, set_aside
from institutions.codes import licence_key
from institutions.models import (
    AnnualInspection,
    Campus,
    Custody,
    Fee,
    Institution,
    Licence,
    PlatformMark,
    RemovedRow,
    Representative,
    SafetyPaper,
    Teacher,
)


@dataclass(frozen=True)
class Part:
    """One kind of row of the file: its name in addresses and in the trail, and what is written in it."""

    slug: str
    model: type[models.Model]
    fields: tuple[str, ...]
    # One row at most, as the custody account.
    is_single: bool = False
    # No two rows of one institution may say the same here.
    once: str = ""

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    def rows_of(self, institution: Institution) -> "models.QuerySet[models.Model]":
        """The rows of this kind in one file."""
        return self.model._default_manager.filter(institution=institution)


_PARTS = (
    Part(
        "licence",
        Licence,
        (
            "kind",
            "number",
            "authority",
            "issued_on",
            "valid_from",
            "valid_until",
            "is_long_term",
            "validity_words",
            "scope",
            "capacity",
        ),
    ),
    Part("campus", Campus, ("name", "town", "address", "approval")),
    Part("representative", Representative, ("post", "name", "phone")),
    Part(
        "custody",
        Custody,
        ("mode", "bank", "account_name", "account", "agreed_on", "balance", "balance_on"),
        is_single=True,
    ),
    Part(
        "fee",
        Fee,
        ("course", "price", "unit", "lessons", "months", "refund", "disclosed_on"),
    ),
    Part("teacher", Teacher, ("name", "subject", "qualification", "experience", "is_full_time")),
    Part(
        "platform",
        PlatformMark,
        (
            "platform_id",
            "courses_listed",
            "payment_open",
            "custody_open",
            "staff",
            "full_time_staff",
            "certified_staff",
            "staff_checked_on",
            "as_of",
        ),
        is_single=True,
    ),
    Part("safety", SafetyPaper, ("kind", "number", "issued_on", "valid_until")),
    Part(
        "annual",
        AnnualInspection,
        ("year", "conclusion", "reported_on", "document", "remark"),
        once="year",
    ),
)
PARTS = {part.slug: part for part in _PARTS}


@transaction.atomic
def add_part(
    *,
    institution: Institution,
    part: Part,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> models.Model:
    """An officer writes a new row into the file."""
    at = at or now()
    held = hold(institution)
    given = {name: values[name] for name in part.fields if name in values}
    row = part.model(institution=held, **given)
    _refuse_double(held, part, row)
    _work_out(row)
    row.save(force_insert=True)
    keep(held, at=at)
    shown = {name: words for name, words in snapshot(row, given).items() if words}
    record(
        f"{part.slug}.added",
        target=row,
        subject=held,
        by=by,
        at=at,
        words=f"登记{part.label}“{row}”",
        changes=compare(row, {}, shown),
    )
    return row


@transaction.atomic
def amend_part(
    *,
    institution: Institution,
    part: Part,
    pk: int,
    values: Mapping[str, Any],
    version: int,
    by: Actor,
    at: datetime | None = None,
) -> models.Model:
    """An officer corrects a row of the file; nothing changed leaves no line."""
    at = at or now()
    held = hold(institution, version)
    row = _row(held, part, pk)
    given = [name for name in part.fields if name in values]
    before = snapshot(row, given)
    for name in given:
        setattr(row, name, values[name])
    changes = compare(row, before, snapshot(row, given))
    if changes:
        _refuse_double(held, part, row)
        row.save(update_fields=[*given, *_work_out(row)])
        keep(held, at=at)
        record(
            f"{part.slug}.amended",
            target=row,
            subject=held,
            by=by,
            at=at,
            words=f"修改{part.label}“{row}”",
            changes=changes,
        )
    return row


@transaction.atomic
def remove_part(
    *,
    institution: Institution,
    part: Part,
    pk: int,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> None:
    """An officer takes a row out of the file and says why; it can be put back."""
    at = at or now()
    held = hold(institution)
    row = _row(held, part, pk)
    said = compare(row, snapshot(row, part.fields), dict.fromkeys(part.fields, ""))
    set_aside(held, row, reason=reason, by=by, at=at)
    keep(held, at=at)
    record(
        f"{part.slug}.removed",
        target=row,
        subject=held,
        by=by,
        at=at,
        words=f"删除{part.label}“{row}”",
        changes=said,
        reason=reason,
    )


@transaction.atomic
def restore_row(
    *, institution: Institution, pk: int, reason: str, by: Actor, at: datetime | None = None
) -> models.Model:
    """An officer puts a row back that was taken out by mistake: a part of the file or a scanned paper."""
    at = at or now()
    held = hold(institution)
    removed = RemovedRow.objects.filter(institution=held, pk=pk).first()
    if removed is None:
        raise NotPossibleError("这条记录已经恢复。")
    row = removed.row()
    part = next((part for part in _PARTS if isinstance(row, part.model)), None)
    if part:
        _refuse_double(held, part, row)
    row.save(force_insert=True)
    words = f"恢复已删除的{removed}"
    removed.delete()
    keep(held, at=at)
    act = f"{part.slug if part else 'scan'}.restored"
    record(act, target=row, subject=held, by=by, at=at, words=words, reason=reason)
    return row


def _row(institution: Institution, part: Part, pk: int) -> models.Model:
    row = part.rows_of(institution).filter(pk=pk).select_for_update().first()
    if row is None:
        raise NotPossibleError(f"这条{part.label}已被删除，没有可修改的内容。")
    return row


def _work_out(row: models.Model) -> tuple[str, ...]:
    """Set the columns that follow from others; their names, for the save."""
    if not isinstance(row, Licence):
        return ()
    row.number_key = licence_key(row.number)
    return ("number_key",)


def _refuse_double(institution: Institution, part: Part, row: models.Model) -> None:
    others = part.rows_of(institution).exclude(pk=row.pk)
    if part.is_single and others.exists():
        raise NotPossibleError(f"{part.label}已经登记，请在原有记录上修改。")
    if part.once and others.filter(**{part.once: getattr(row, part.once)}).exists():
        raise NotPossibleError(f"{row}已经登记，请在原有记录上修改。")
