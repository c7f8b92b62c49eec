"""Pictures are decoded and written anew: what was hidden beside the picture is gone."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from foundation.attachments.exif import FORMATS, turn_of
from foundation.attachments.kinds import Format, RefusedFileError

MOST_PIXELS = 64_000_000
# Of a picture that is decoded whole, however small the copy is to be: all but the plain JPEG of a camera.
MOST_PIXELS_WHOLE = 16_000_000
LONGEST_SIDE = 2_560
# A photo on paper is some 76 mm wide: 300 points an inch.
_PRINTED_SIDE = 900
# Of a picture among others.
_SMALL_SIDE = 480
_QUALITY = 88
# What is covered keeps so many values along its longer side: fewer than any face is known by. Each is then drawn
# so many points wide, and its edges blurred.
_CELLS, _CELL_POINTS = 6, 4
# How far the mark of a first corner reaches.
_MARK = 4
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}

# Our own limit below is lower, and is asked before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


class Area(NamedTuple):
    """A rectangle of a picture, in its points."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """From its left to its right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From its top to its bottom."""
        return self.bottom - self.top


def rewritten(data: bytes, found: Format) -> bytes:
    """The same picture, upright, without places, names and other notes; its first frame only."""
    saved_as = FORMATS[found.media_type]
    with _opened(io.BytesIO(data), saved_as) as picture:
        _refuse_beyond(picture, MOST_PIXELS)
        return _encoded(_upright(picture), saved_as)


def small_copy(file: IO[bytes], found: Format) -> Image.Image:
    """A photo as pages show it: upright and small. A camera's JPEG is never decoded at its full size."""
    with _opened(file, FORMATS[found.media_type]) as picture:
        _refuse_more_points_than_we_take(picture)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
        picture.load()
        return _upright(picture)


def refuse_too_many_points(file: IO[bytes], found: Format) -> None:
    """By what its head says; nothing is decoded."""
    with _opened(file, FORMATS[found.media_type]) as picture:
        _refuse_more_points_than_we_take(picture)


def encoded(picture: Image.Image, found: Format) -> bytes:
    """A small copy as a file, with nothing beside the picture."""
    return _encoded(picture, FORMATS[found.media_type])


def for_print(data: bytes) -> bytes:
    """A picture that we have written ourselves, as large as half a page needs it, as JPEG."""
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
        picture.thumbnail((_PRINTED_SIDE, _PRINTED_SIDE), reducing_gap=2.0)
        return _encoded(picture.convert("RGB"), "JPEG")


def size_of(data: bytes) -> tuple[int, int]:
    """How wide and high a picture of ours is, without decoding it."""
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
        return picture.size


def small(file: IO[bytes], media_type: str) -> bytes:
    """One of our own copies once more, as small as a page of many shows it."""
    saved_as = FORMATS[media_type]
    with _opened(file, saved_as) as picture:
        picture.thumbnail((_SMALL_SIDE, _SMALL_SIDE))
        return _encoded(picture, saved_as)


def is_blank(picture: Image.Image) -> bool:
    """The same colour everywhere; what is see-through is paper."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    low, high = paper.convert("L").getextrema()
    return bool(low == high)


def stamped(picture: Image.Image, line: bytes) -> bytes:
    """A small copy with this picture of a line laid over its foot, as JPEG."""
    whole = picture.convert("RGBA")
    with Image.open(io.BytesIO(line), formats=["PNG"]) as mark:
        whole.alpha_composite(mark.convert("RGBA"), (0, max(0, whole.height - mark.height)))
    return _encoded(whole, "JPEG")


def covered(
    file: IO[bytes],
    media_type: str,
    areas: Iterable[Area],
    width: int = 0,
    corner: tuple[int, int] | None = None,
) -> bytes:
    """One of our own copies with these parts of it averaged away, as JPEG. A page on which they are pointed at asks
    for it narrower, with a mark where the next one begins."""
    with _opened(file, FORMATS[media_type]) as picture:
        scale = min(1.0, width / picture.width) if width else 1.0
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture.draft("RGB", size)
        whole = picture.convert("RGB").resize(size)
    for area in areas:
        left, top = (int(side * scale) for side in area[:2])
        right, bottom = (max(1, round(side * scale)) for side in area[2:])
        box = (min(left, right - 1), min(top, bottom - 1), right, bottom)
        whole.paste(_averaged(whole.crop(box)), box)
    if corner:
        across, down = (round(place * scale) for place in corner)
        for reach, colour in ((_MARK + 1, "white"), (_MARK, "red")):
            box = (across - reach, down - reach, across + reach, down + reach)
            ImageDraw.Draw(whole).ellipse(box, fill=colour)
    return _encoded(whole, "JPEG")


def _averaged(part: Image.Image) -> Image.Image:
    """A mosaic of so few values that nobody gets back what was there; smoothed, so that it looks like one."""
    longer = max(part.size)
    cells = [max(1, side * _CELLS // longer) for side in part.size]
    mosaic = part.resize((cells[0], cells[1]), Image.Resampling.BOX)
    drawn = mosaic.resize([side * _CELL_POINTS for side in cells], Image.Resampling.NEAREST)
    blurred = drawn.filter(ImageFilter.GaussianBlur(1))
    return blurred.resize(part.size, Image.Resampling.BILINEAR)


@contextmanager
def _opened(file: IO[bytes], saved_as: str) -> Iterator[Image.Image]:
    try:
        with Image.open(file, formats=[saved_as]) as picture:
            yield picture
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise RefusedFileError("图片已损坏，无法打开，请重新拍照或扫描后上传。") from None


def _upright(picture: Image.Image) -> Image.Image:
    turn = _TURNS.get(turn_of(picture))
    return picture if turn is None else picture.transpose(turn)


def _refuse_more_points_than_we_take(picture: Image.Image) -> None:
    _refuse_beyond(picture, MOST_PIXELS)
    if picture.format not in ("JPEG", "MPO") or "progressive" in picture.info:
        _refuse_beyond(picture, MOST_PIXELS_WHOLE)


def _refuse_beyond(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise RefusedFileError(f"图片超过 {most // 10_000} 万像素，请缩小后再上传。")


def _encoded(picture: Image.Image, saved_as: str) -> bytes:
    flat = saved_as == "JPEG"
    mode = "RGB" if flat or picture.mode not in _MODES else picture.mode
    if "transparency" in picture.info and not flat:
        mode = (
            "RGBA"  # the colour that is seen through is noted beside the picture, and would be lost
        )
    bare = picture.convert(mode)
    bare.info = {}
    out = io.BytesIO()
    bare.save(out, saved_as, **({"quality": _QUALITY} if saved_as != "PNG" else {}))
    return out.getvalue()
