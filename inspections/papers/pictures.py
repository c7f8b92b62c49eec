"""The pictures on a paper: signatures, and photos as small as print needs them."""

from collections.abc import Iterable

from foundation.attachments.actions import shown_copy
from foundation.attachments.images import for_print, size_of
from foundation.attachments.models import Attachment
from foundation.documents.paper import Picture
from inspections.actions.faces import outgoing
from inspections.models import Photo, Signature
from inspections.papers.wording import moment_words

# The boxes in which they are fitted, in millimetres.
_PHOTO, _SIGNATURE = (72.0, 72.0), (50.0, 18.0)


class Pictures:
    """Numbers the pictures of one paper and keeps their bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def photo(self, photo: Photo) -> Picture:
        """A photo, covered where it has to be; under it what it shows, and when and by whom it was taken."""
        caption = f"{photo.beside}，{moment_words(photo.taken_at)}，{photo.by}"
        data = for_print(_bytes(outgoing(photo)))
        return self._picture(data, "jpg", caption, _PHOTO)

    def signatures(self, rows: Iterable[Signature]) -> list[Picture]:
        """What was written on a screen."""
        return [
            self._picture(
                *_written(one.evidence.shown or shown_copy(evidence=one.evidence)),
                f"{signer(one)}，{moment_words(one.signed_at)}",
                _SIGNATURE,
            )
            for one in rows
            if one.evidence
        ]

    def _picture(self, data: bytes, ending: str, caption: str, box: tuple[float, float]) -> Picture:
        number = len(self.files) + 1
        name = f"{number}.{ending}"
        self.files[name] = data
        width, height = size_of(data)
        scale = min(box[0] / width, box[1] / height)
        return Picture(number, name, caption, round(width * scale, 2), round(height * scale, 2))


def signer(one: Signature) -> str:
    """Who signs, as what: 现场负责人李四（校长）."""
    return f"{one}（{one.post}）" if one.post else str(one)


def _written(attachment: Attachment) -> tuple[bytes, str]:
    """What was drawn on the phone is a PNG; a photo of a signature is printed like any photo."""
    data = _bytes(attachment)
    return (data, "png") if attachment.media_type == "image/png" else (for_print(data), "jpg")


def _bytes(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return bytes(file.read())
