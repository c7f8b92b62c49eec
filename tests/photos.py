"""Photos of the tests, and files that are none: each is written on demand."""

import io
import os
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID, uuid4

from django.test import RequestFactory
from PIL import Image, ImageDraw

from foundation.actor import CONSOLE, Actor
from foundation.attachments.actions import MOST_BYTES, take_photo
from foundation.attachments.arriving import arriving
from foundation.attachments.models import Evidence


def sent(
    data: bytes,
    act: Callable[..., Evidence] = take_photo,
    *,
    name: UUID | None = None,
    by: Actor = CONSOLE,
    claimed: str = "",
    **more: bool,
) -> Evidence:
    """These bytes as a phone sends them: as the body of a request, with their hash."""
    request = RequestFactory().put("/", data, content_type="application/octet-stream")
    claimed = claimed or sha256(data).hexdigest()
    with arriving(request, declared=len(data), claimed=claimed, most=MOST_BYTES) as arrived:
        return act(name=name or uuid4(), arrived=arrived, by=by, **more)


def picture(format_: str = "JPEG", size: tuple[int, int] = (64, 48), **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format_, **saved)
    return out.getvalue()


def grey(image: Image.Image, place: tuple[int, int]) -> int:
    """How bright this point is: 0 is black, 255 is white."""
    return image.convert("L").tobytes()[place[1] * image.width + place[0]]


def marked(size: tuple[int, int], turn: int) -> bytes:
    """A white picture whose stored corner at the left above is black, and a note how to turn it."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="black")
    exif = Image.Exif()
    exif[0x0112] = turn
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A photo with as much to see as a photo can have: nothing of it can be packed."""
    small = Image.frombytes(
        "RGB", (size[0] // 4, size[1] // 4), os.urandom(size[0] * size[1] // 16 * 3)
    )
    out = io.BytesIO()
    small.resize(size).save(out, "JPEG", quality=92)
    return out.getvalue()


def huge(side: int, format_: str = "JPEG") -> bytes:
    """So many points, all of them white, in a file that is small."""
    out = io.BytesIO()
    Image.new("1" if format_ == "PNG" else "L", (side, side), 1).save(out, format_)
    return out.getvalue()


def box(brand: bytes) -> bytes:
    """The beginning of a file of the family of MP4 and HEIC."""
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + b"\x00" * 4_000


# What it is: how it is made, and the words of the refusal.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "HEIC": (lambda: box(b"heic"), "HEIC .*JPG.*兼容性最佳"),
    "HEIC of several pictures": (lambda: box(b"mif1"), "兼容性最佳"),
    "AVIF": (lambda: box(b"avif"), "AVIF 照片"),
    "50 MB": (lambda: picture() + b"\x00" * 50 * 1024 * 1024, "超过 20 MB"),
    "169 megapixels": (lambda: huge(13_000), "6400 万像素"),
    "169 megapixels in PNG": (lambda: huge(13_000, "PNG"), "万像素"),
    "truncated": (lambda: noise((3_000, 2_000))[:200], "已损坏"),
    "renamed document": (lambda: b"%PDF-1.7\n" + b"0" * 2_000, "按内容判断"),
    "renamed program": (lambda: b"MZ\x90\x00" + b"\x00" * 2_000, "按内容判断"),
    "web page": (lambda: b"<html><script>alert(1)</script>" * 9, "按内容判断"),
    "zero bytes": (lambda: b"", "0 字节"),
    "one byte": (lambda: b"\xff", "按内容判断"),
    "video": (lambda: box(b"isom"), "这是视频"),
    "video of an iPhone": (lambda: box(b"qt  "), "这是视频"),
    "video in WebM": (lambda: b"\x1a\x45\xdf\xa3" + b"\x00" * 2_000, "这是视频"),
}
