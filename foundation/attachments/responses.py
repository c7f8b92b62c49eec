"""Handing a file out. Whoever calls this has already decided that the reader may see it."""

from django.http import FileResponse
from django.utils.http import content_disposition_header

from foundation.attachments.models import Attachment

_SHOWN_INLINE = "image/"


def serve(attachment: Attachment, inline: bool = False) -> FileResponse:
    """The file, as a download; pictures may also be shown. No browser guesses, runs or keeps it."""
    shown = inline and attachment.media_type.startswith(_SHOWN_INLINE)
    response = FileResponse(attachment.file.open("rb"), content_type=attachment.media_type)
    disposition = content_disposition_header(not shown, attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(attachment.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
