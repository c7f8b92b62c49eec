"""Handing a file out. Whoever calls this has already decided that the reader may see it."""

from collections.abc import Iterable

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from foundation.attachments import images
from foundation.attachments.models import Attachment

_SHOWN_INLINE = "image/"


def serve(attachment: Attachment, inline: bool = False) -> FileResponse:
    """The file, as a download; pictures may also be shown. No browser guesses, runs or keeps it."""
    shown = inline and attachment.media_type.startswith(_SHOWN_INLINE)
    response = FileResponse(attachment.file.open("rb"), content_type=attachment.media_type)
    response["Content-Length"] = str(attachment.size)
    _guard(response, attachment, inline=shown)
    return response


def serve_small(copy: Attachment) -> HttpResponse:
    """A picture that we have made, in small, for a page that shows many."""
    with copy.file.open("rb") as file:
        data = images.small(file, copy.media_type)
    response = HttpResponse(data, content_type=copy.media_type)
    _guard(response, copy, inline=True)
    return response


def serve_covered(
    copy: Attachment, areas: Iterable[images.Area], width: int, corner: tuple[int, int] | None
) -> HttpResponse:
    """A picture that we have made, so wide, with these parts covered, for a page on which more are pointed at."""
    with copy.file.open("rb") as file:
        data = images.covered(file, copy.media_type, areas, width, corner)
    response = HttpResponse(data, content_type="image/jpeg")
    _guard(response, copy, inline=True)
    return response


def _guard(response: HttpResponseBase, attachment: Attachment, *, inline: bool) -> None:
    disposition = content_disposition_header(not inline, attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
