"""Photos of a visit: a kept photo is put beside what it shows, or taken back as mistaken."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.actions import stamp_photo, take_photo
from foundation.attachments.models import Evidence, EvidenceKind
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import keep
from inspections.actions.on_site import (
    ConflictError,
    claim,
    goes,
    hold_visit,
    moment_on_site,
    own_line,
    refuse_late,
    refuse_others,
)
from inspections.actions.uploads import taken_in
from inspections.models import ChecklistItem, Finding, Inspection, Inspector, Photo, Section, Where


@transaction.atomic
def add_photo(
    *,
    inspection: Inspection,
    evidence: Evidence,
    item: ChecklistItem | None = None,
    finding: Finding | None = None,
    after: bool = False,
    stamp: Sequence[str] = (),
    taken_at: datetime | None = None,
    late_reason: str = "",
    where: Where | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Photo:
    """An inspector puts a photo beside an item of the own part, a problem (before or after it was put right),
    or the visit as a whole; with lines to stamp, a copy bears them."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = goes(held, by)
    kept = claim(evidence, EvidenceKind.PHOTO, by)
    if before := Photo.objects.filter(evidence=kept).first():
        _refuse_other_meaning(before, held, item, finding, after, taken_at)
        return before
    section = _section(held, inspector, item, finding)
    taken_at = taken_at or _noted(held, kept, at) or moment_on_site(held, at)
    refuse_late(held, taken_at, at, late_reason)
    if after and not finding:
        raise NotPossibleError("改正后的照片须归入一个问题。")
    if stamp and not kept.stamped_id:
        stamp_photo(evidence=kept, lines=stamp, by=by, at=at)
    made = Photo(
        inspection=held,
        section=section,
        item=item,
        finding=finding,
        after=after,
        evidence=kept,
        taken_at=taken_at,
        received_at=at,
        by_id=inspector.user_id,
    )
    made.where = where
    made.save(force_insert=True)
    keep(held, "late_reason")
    words = f"{inspector.section}登记{made}，原件校验值{kept.original.sha256}"
    record("inspection.photo_added", target=held, by=by, at=at, words=words, reason=late_reason)
    return made


@transaction.atomic
def add_photos(
    *,
    inspection: Inspection,
    uploads: "Iterable[File[bytes]]",
    form: UUID,
    item: ChecklistItem | None = None,
    finding: Finding | None = None,
    after: bool = False,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> list[Photo]:
    """Several photos of the same from a desk, all or none."""
    at = at or now()
    # Before the visit is held: pictures take their time, and others write meanwhile.
    kept = [taken_in(take_photo, one, form, by, at) for one in uploads]
    return [
        add_photo(
            inspection=inspection,
            evidence=one,
            item=item,
            finding=finding,
            after=after,
            late_reason=late_reason,
            by=by,
            at=at,
        )
        for one in kept
    ]


@transaction.atomic
def withdraw_photo(*, photo: Photo, reason: str, by: Actor, at: datetime | None = None) -> Photo:
    """A photo that came in by mistake is withdrawn before the conclusion, with the reason; row and file stay."""
    at = at or now()
    held = hold_visit(photo.inspection)
    inspector = goes(held, by)
    rows = Photo.objects.select_related("section", "item__area", "finding", "evidence__original")
    row = rows.get(pk=photo.pk)
    refuse_others(held, inspector, row.section, "照片")
    if row.is_withdrawn:
        raise NotPossibleError("这张照片已经撤回。")
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = at, inspector.user_id, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    keep(held)
    words = f"撤回{row}，原件校验值{row.evidence.original.sha256}"
    record("inspection.photo_withdrawn", target=held, by=by, at=at, words=words, reason=reason)
    return row


def _refuse_other_meaning(
    before: Photo,
    held: Inspection,
    item: ChecklistItem | None,
    finding: Finding | None,
    after: bool,
    taken_at: datetime | None,
) -> None:
    """The same photo again: the same answer; said to show something else: a conflict."""
    known = (before.inspection_id, before.item_id, before.finding_id, before.after)
    said = (held.pk, item.pk if item else None, finding.pk if finding else None, after)
    if known != said or (taken_at and taken_at != before.taken_at):
        raise ConflictError


def _noted(held: Inspection, kept: Evidence, at: datetime) -> datetime | None:
    """What the camera says of the time, where that can be true."""
    noted = kept.taken_at
    return noted if noted and held.begun_at and held.begun_at <= noted <= at else None


def _section(
    held: Inspection, inspector: Inspector, item: ChecklistItem | None, finding: Finding | None
) -> Section:
    """To whose part it belongs."""
    if item and finding:
        raise NotPossibleError("一张照片只归入一个检查项或者一个问题。")
    if item:
        own_line(held, inspector, item)
    if not finding:
        return inspector.section
    if finding.inspection_id != held.pk:
        raise NotPossibleError("这个问题不属于这次检查。")
    refuse_others(held, inspector, finding.section, "问题")
    return finding.section
