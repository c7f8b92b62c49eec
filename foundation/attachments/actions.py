"""Taking a file in."""

import secrets
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.images import rewritten
from foundation.attachments.kinds import WORDS, Format, Kind, RefusedFileError, format_of
from foundation.attachments.models import Attachment
from foundation.attachments.names import clean_name
from foundation.clock.queries import now

MOST_BYTES = 20 * 1024 * 1024


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
    place = secrets.token_hex(16)
    path = f"attachments/{place[:2]}/{place}{found.suffix}"
    return Attachment.objects.create(
        name=name,
        file=default_storage.save(path, ContentFile(data)),
        sha256=sha256(data).hexdigest(),
        media_type=found.media_type,
        size=len(data),
        stored_at=at or now(),
        stored_by_id=by.user_id,
    )


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
        raise RefusedFileError(f"这种文件不能接收（按内容判断，与文件名无关）。可以上传：{taken}。")
    return found
