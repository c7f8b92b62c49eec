"""Taking a file in, and letting go of what nobody has claimed."""

import io
import os
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import IntegrityError, transaction

from foundation.actor import CLOCK, Actor
from foundation.attachments import images, strokes
from foundation.attachments.arriving import Arrived
from foundation.attachments.exif import Noted, noted_in
from foundation.attachments.images import rewritten
from foundation.attachments.kinds import (
    JPEG,
    PNG,
    STROKES,
    WORDS,
    Format,
    Kind,
    RefusedFileError,
    foreign_words,
    format_of,
)
from foundation.attachments.models import FOLDER, Attachment, Evidence, EvidenceKind
from foundation.attachments.names import clean_name
from foundation.attachments.queries import held_by_nothing
from foundation.attachments.whole import is_whole_plain_jpeg
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.documents.pdf import picture
from foundation.workflow import NotPossibleError

MOST_BYTES = 20 * 1024 * 1024
MOST_STROKE_BYTES = 512 * 1024
_HEAD = 1024
# Of a stamp's letters, in the width of its photo; and the least that can be read.
_LETTERS_ACROSS = 36
_SMALLEST_LETTER = 12


class TakenError(NotPossibleError):
    """Another content, kind, or person's lies under this name already. Both stay where they are."""


@transaction.atomic
def store(
    *,
    upload: "File[bytes]",
    by: Actor,
    at: datetime | None = None,
    kinds: Collection[Kind] = tuple(Kind),
) -> Attachment:
    """Take in an uploaded file, or refuse it with words. The owner's act writes the line in the trail."""
    data = _bytes(upload)
    found = _format(data, kinds)
    if found.kind is Kind.IMAGE:
        data = rewritten(data, found)
    return keep(
        data=data, name=clean_name(upload.name or "", found.suffix), found=found, by=by, at=at
    )


@transaction.atomic
def keep(
    *, data: bytes, name: str, found: Format, by: Actor, at: datetime | None = None
) -> Attachment:
    """Put this content into the store: what the portal has made itself needs no examination."""
    arrived = Arrived(io.BytesIO(data), sha256(data).hexdigest(), len(data))
    return _put(arrived, name, found, by=by, at=at or now())


@transaction.atomic
def take_photo(
    *,
    name: UUID,
    arrived: Arrived,
    by: Actor,
    at: datetime | None = None,
    with_place: bool = False,
) -> Evidence:
    """Keep a photo as the phone has sent it. The owner's act writes the line in the trail.

    A camera's photo that is whole is not decoded here: the phone waits. Its copy for pages is made afterwards.
    """
    known = _known(name, EvidenceKind.PHOTO, arrived, by)
    if known is not None:
        return known
    found = _format_of(arrived, [Kind.IMAGE])
    noted = noted_in(arrived.file, found, with_place=with_place)
    images.refuse_too_many_points(arrived.file, found)
    shown = None
    if found is not JPEG or not is_whole_plain_jpeg(arrived.file):
        shown = images.encoded(images.small_copy(arrived.file, found), found), found
    return _keep_both(
        name, EvidenceKind.PHOTO, (arrived, found), shown, noted, by=by, at=at or now()
    )


@transaction.atomic
def take_signature(
    *, name: UUID, arrived: Arrived, by: Actor, at: datetime | None = None
) -> Evidence:
    """Keep a signature as the phone has sent it, strokes or picture, and draw it. The owner's act writes the line."""
    known = _known(name, EvidenceKind.SIGNATURE, arrived, by)
    if known is not None:
        return known
    if _head(arrived).lstrip().startswith(b"{"):
        found, copy, form = STROKES, _strokes_drawn(arrived), PNG
    else:
        form = found = _format_of(arrived, [Kind.IMAGE])
        small = images.small_copy(arrived.file, found)
        if images.is_blank(small):
            raise RefusedFileError(
                "签名是空白的，请签名后再提交；拒绝签名的，请选择“拒签”并写明原因。"
            )
        copy = images.encoded(small, found)
    return _keep_both(
        name, EvidenceKind.SIGNATURE, (arrived, found), (copy, form), Noted(), by=by, at=at or now()
    )


@transaction.atomic
def shown_copy(*, evidence: Evidence, by: Actor = CLOCK) -> Attachment:
    """The copy for pages, made now where that has not happened yet: by the portal, whoever looks."""
    if evidence.shown is None:
        evidence.shown = _copied_once(evidence, by)
    return evidence.shown


@transaction.atomic
def make_copy(*, evidence: Evidence, by: Actor) -> bool:
    """The copy of a photo that has arrived; what somebody is just looking at is left to them."""
    rows = Evidence.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=evidence.pk, shown=None).first()
    if row is not None:
        shown_copy(evidence=row, by=by)
    return row is not None


def _copied_once(evidence: Evidence, by: Actor) -> Attachment:
    """Whoever looks at the same moment waits, and finds it made."""
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("original", "shown")
    locked = rows.get(pk=evidence.pk)
    if locked.shown is None:
        locked.shown = _copied(locked, by)
        locked.save(update_fields=["shown"])
    return locked.shown


def _copied(evidence: Evidence, by: Actor) -> Attachment:
    """Where a whole file holds no picture after all, the copy says so; the original is kept as it came."""
    label = EvidenceKind(evidence.kind).label
    with evidence.original.file.open("rb") as file:
        found = _format(file.read(_HEAD), [Kind.IMAGE])
        try:
            data = images.encoded(images.small_copy(file, found), found)
        except RefusedFileError:
            words = {"width": 900, "size": 25, "lines": ["照片已损坏，无法显示，原件照常保存。"]}
            data, found = picture("stamp", words), PNG
    return keep(data=data, name=f"{label}{found.suffix}", found=found, by=by)


@transaction.atomic
def stamp_photo(
    *, evidence: Evidence, lines: Sequence[str], by: Actor, at: datetime | None = None
) -> Evidence:
    """Make a copy with these lines (place, time, department) across its foot. The owner's act writes the line in the trail."""
    locked = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if locked.stamped_id is not None:
        raise NotPossibleError("这张照片已经有加注时间地点的副本。")
    with locked.original.file.open("rb") as file:
        small = images.small_copy(file, _format(file.read(_HEAD), [Kind.IMAGE]))
    letter = max(_SMALLEST_LETTER, small.width // _LETTERS_ACROSS)
    line = picture("stamp", {"width": small.width, "size": letter, "lines": list(lines)})
    locked.stamped = keep(
        data=images.stamped(small, line), name="照片（加注）.jpg", found=JPEG, by=by, at=at
    )
    locked.save(update_fields=["stamped"])
    return locked


@transaction.atomic
def cover_photo(
    *, evidence: Evidence, areas: Sequence[images.Area], by: Actor, at: datetime | None = None
) -> Attachment:
    """Make a copy of which these parts cannot be recognised. The owner's act links it and writes the line in the trail."""
    shown = shown_copy(evidence=evidence)
    with shown.file.open("rb") as file:
        data = images.covered(file, shown.media_type, areas)
    return keep(data=data, name="照片（遮挡）.jpg", found=JPEG, by=by, at=at)


@transaction.atomic
def sweep_evidence(*, by: Actor, at: datetime | None = None) -> int:
    """Delete what a phone has sent long ago and no act has claimed; a phone that still has it sends it again."""
    at = at or now()
    before = at - timedelta(days=settings.UNCLAIMED_EVIDENCE_DAYS)
    old = held_by_nothing(Evidence.objects.filter(original__stored_at__lt=before))
    locked = [row.pk for row in old.select_for_update(of=("self",), skip_locked=True)]
    # Asked again under the lock: an act may have claimed one while it was being locked.
    rows = list(held_by_nothing(Evidence.objects.filter(pk__in=locked)).select_related("original"))
    for row in rows:
        _delete(row)
    for row in rows:
        record(
            "evidence.swept",
            target=row,
            by=by,
            at=at,
            words=f"清理 {settings.UNCLAIMED_EVIDENCE_DAYS} 天内没有归入任何检查的{row.get_kind_display()}",
            reason=f"原件校验值 {row.original.sha256}",
        )
    return len(rows)


def _delete(evidence: Evidence) -> None:
    copies = [evidence.original_id, evidence.shown_id, evidence.stamped_id]
    Evidence.objects.filter(pk=evidence.pk).delete()
    files = Attachment.objects.filter(pk__in=[one for one in copies if one])
    for path in files.values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, path))
    files.delete()


def _known(name: UUID, kind: EvidenceKind, arrived: Arrived, by: Actor) -> Evidence | None:
    """What lies under this name already, when it is the same content of the same person."""
    row = Evidence.objects.select_related("original", "shown").filter(pk=name).first()
    if row is None:
        return None
    kept = (row.kind, row.original.sha256, row.original.stored_by_id)
    if kept != (kind, arrived.sha256, by.user_id):
        raise TakenError("这个编号下已经有另一份内容，两份都保留，请联系双减办处理。")
    return row


def _keep_both(
    name: UUID,
    kind: EvidenceKind,
    original: tuple[Arrived, Format],
    shown: tuple[bytes, Format] | None,
    noted: Noted,
    *,
    by: Actor,
    at: datetime,
) -> Evidence:
    """Original, row, and copy if there is one yet; whoever comes second with the same content finds what the first has kept."""
    arrived, found = original
    label = kind.label
    placed: list[Attachment] = []
    try:
        with transaction.atomic():
            placed.append(_put(arrived, f"{label}原件{found.suffix}", found, by=by, at=at))
            if shown:
                copy, form = shown
                own = keep(data=copy, name=f"{label}{form.suffix}", found=form, by=by, at=at)
                placed.append(own)
            return Evidence.objects.create(
                id=name,
                kind=kind,
                original=placed[0],
                shown=placed[1] if shown else None,
                taken_at=noted.taken_at,
                latitude=noted.latitude,
                longitude=noted.longitude,
            )
    except (IntegrityError, OSError) as reason:
        for one in placed:
            default_storage.delete(str(one.file.name))
        known = _known(name, kind, arrived, by) if isinstance(reason, IntegrityError) else None
        if known is None:
            raise
        return known


def _put(arrived: Arrived, name: str, found: Format, *, by: Actor, at: datetime) -> Attachment:
    place = secrets.token_hex(16)
    path = f"{FOLDER}/{place[:2]}/{place}{found.suffix}"
    arrived.file.seek(0)
    try:
        stored = default_storage.save(path, File(arrived.file))
        _settle(stored)
    except OSError:
        # A full disk: what half a file holds is needed for the next whole one.
        default_storage.delete(path)
        raise
    return Attachment.objects.create(
        name=name,
        file=stored,
        sha256=arrived.sha256,
        media_type=found.media_type,
        size=arrived.size,
        stored_at=at,
        stored_by_id=by.user_id,
    )


def _settle(stored: str) -> None:
    """On the disk, before anybody gets a receipt: a phone deletes what it has a receipt for."""
    if not isinstance(default_storage, FileSystemStorage):
        return  # a store that is no folder answers when it has the file
    path = Path(default_storage.path(stored))
    # Each folder may be new, and lies in the one above.
    for one in (path, *path.parents[:3]):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _strokes_drawn(arrived: Arrived) -> bytes:
    if arrived.size > MOST_STROKE_BYTES:
        raise RefusedFileError("签名的内容过大，请清除后重新签名。")
    arrived.file.seek(0)
    return strokes.drawn(arrived.file.read())


def _head(arrived: Arrived) -> bytes:
    arrived.file.seek(0)
    return arrived.file.read(_HEAD)


def _format_of(arrived: Arrived, kinds: Collection[Kind]) -> Format:
    return _format(_head(arrived), kinds)


def _bytes(upload: "File[bytes]") -> bytes:
    if (upload.size or 0) > MOST_BYTES:
        raise RefusedFileError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请压缩或拆分后上传。")
    upload.seek(0)
    data: bytes = upload.read(MOST_BYTES + 1)
    if not data:
        raise RefusedFileError("文件是空的，请重新选择。")
    if len(data) > MOST_BYTES:
        raise RefusedFileError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请压缩或拆分后上传。")
    return data


def _format(data: bytes, kinds: Collection[Kind]) -> Format:
    found = format_of(data)
    if found is None or found.kind not in kinds:
        taken = "、".join(WORDS[kind] for kind in Kind if kind in kinds)
        raise RefusedFileError(
            foreign_words(data)
            or f"这种文件不能接收（按内容判断，与文件名无关）。可以上传：{taken}。"
        )
    return found
