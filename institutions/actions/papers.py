"""The papers of an institution: a licence that no longer counts, and scanned papers in its file."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.actions import store
from foundation.attachments.kinds import Kind
from foundation.attachments.models import Attachment
from foundation.audit.actions import record
from foundation.audit.changes import Change
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold, keep, set_aside
from institutions.models import Institution, Licence, Scan

# A scanned paper is a picture or a PDF; a text or a workbook can still be changed.
SCAN_KINDS = (Kind.IMAGE, Kind.PDF)


@transaction.atomic
def void_licence(
    *, licence: Licence, document: str, reason: str, by: Actor, at: datetime | None = None
) -> Licence:
    """An officer marks a licence as replaced or taken back; it stays readable."""
    return _mark(licence, is_void=True, document=document, reason=reason, by=by, at=at or now())


@transaction.atomic
def revive_licence(
    *, licence: Licence, document: str, reason: str, by: Actor, at: datetime | None = None
) -> Licence:
    """An officer takes that mark back, because it was a mistake."""
    return _mark(licence, is_void=False, document=document, reason=reason, by=by, at=at or now())


@transaction.atomic
def add_scan(
    *,
    institution: Institution,
    kind: str,
    title: str,
    upload: "File[bytes]",
    by: Actor,
    at: datetime | None = None,
) -> Scan:
    """An officer puts a scanned paper into the file."""
    at = at or now()
    held = hold(institution)
    attachment = store(upload=upload, by=by, at=at, kinds=SCAN_KINDS)
    scan = Scan.objects.create(institution=held, kind=kind, title=title, attachment=attachment)
    keep(held, at=at)
    record(
        "scan.added",
        target=scan,
        subject=held,
        by=by,
        at=at,
        words=f"上传扫描件“{scan}”（{scan.get_kind_display()}）",
        changes={"attachment": Change("文件", "", _file_words(attachment))},
    )
    return scan


@transaction.atomic
def remove_scan(*, scan: Scan, reason: str, by: Actor, at: datetime | None = None) -> None:
    """An officer takes a scanned paper out of the file and says why; it can be put back."""
    at = at or now()
    held = hold(scan.institution)
    if not Scan.objects.filter(pk=scan.pk).exists():
        raise NotPossibleError("这份扫描件已被移除。")
    set_aside(held, scan, reason=reason, by=by, at=at)
    keep(held, at=at)
    record(
        "scan.removed",
        target=scan,
        subject=held,
        by=by,
        at=at,
        words=f"移除扫描件“{scan}”（{scan.get_kind_display()}）",
        changes={"attachment": Change("文件", _file_words(scan.attachment), "")},
        reason=reason,
    )


def _mark(
    licence: Licence, *, is_void: bool, document: str, reason: str, by: Actor, at: datetime
) -> Licence:
    institution = hold(licence.institution)
    held = Licence.objects.select_for_update().filter(pk=licence.pk).first()
    if held is None or held.is_void == is_void:
        raise NotPossibleError("这份许可证在您打开之后已处理过，请核对页面上的最新内容。")
    held.is_void = is_void
    held.save(update_fields=["is_void"])
    keep(institution, at=at)
    before, after = ("在用", "已失效") if is_void else ("已失效", "在用")
    record(
        "licence.voided" if is_void else "licence.revived",
        target=held,
        subject=institution,
        by=by,
        at=at,
        words=f"将办学许可证“{held}”标为{after}",
        changes={"is_void": Change("是否在用", before, after)},
        reason=reason,
        document=document,
    )
    return held


def _file_words(attachment: Attachment) -> str:
    return f"{attachment.name}（校验值 {attachment.sha256[:16]}）"
