"""Pictures that come from a form and not from a phone, kept the same way."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from django.core.files.base import File

from foundation.actor import Actor
from foundation.attachments.actions import MOST_BYTES
from foundation.attachments.arriving import arriving
from foundation.attachments.kinds import RefusedFileError
from foundation.attachments.models import Evidence


def taken_in(
    take: Callable[..., Evidence], upload: "File[bytes]", form: UUID, by: Actor, at: datetime
) -> Evidence:
    """One picture; the same form sent twice keeps it once. One that is refused is named."""
    upload.seek(0)
    try:
        with arriving(upload, declared=upload.size, claimed=None, most=MOST_BYTES) as arrived:
            return take(name=uuid5(form, arrived.sha256), arrived=arrived, by=by, at=at)
    except RefusedFileError as reason:
        raise RefusedFileError(f"“{upload.name}”没有收下：{reason}") from reason
