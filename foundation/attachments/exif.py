"""What a camera has noted in its photo: when, where, and which way up. Notes that cannot be read are none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from PIL import ExifTags, Image

from foundation.attachments.kinds import Format

# Under which name Pillow reads and writes what we take.
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_PLACES = Decimal("0.000001")
# What Pillow may meet in notes that were cut or scribbled on.
_UNREADABLE = (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError)


@dataclass(frozen=True)
class Noted:
    """Facts of the camera, whose clock may be wrong. What it does not say, or not clearly, is None."""

    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def noted_in(file: IO[bytes], found: Format, *, with_place: bool) -> Noted:
    """Read from the head of the file; nothing is decoded. The place is read only where that is allowed."""
    try:
        with Image.open(file, formats=[FORMATS[found.media_type]]) as picture:
            exif = picture.getexif()
            times = exif.get_ifd(ExifTags.IFD.Exif)
            places = exif.get_ifd(ExifTags.IFD.GPSInfo) if with_place else {}
    except _UNREADABLE:
        return Noted()
    latitude = _degrees(places, ExifTags.GPS.GPSLatitude, "S", 90)
    longitude = _degrees(places, ExifTags.GPS.GPSLongitude, "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return Noted(_moment(times), latitude, longitude)


def turn_of(picture: Image.Image) -> int:
    """By which of the eight turns the picture is seen upright; 1 is none."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except _UNREADABLE:
        return 1


def _moment(times: Mapping[int, Any]) -> datetime | None:
    """Without a zone it is the county's time."""
    said = str(times.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    zone = str(times.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    try:
        if zone:
            return datetime.strptime(f"{said} {zone}", "%Y:%m:%d %H:%M:%S %z").astimezone(UTC)
        moment = datetime.strptime(said, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 -- cameras note no zone; it is given below
        return timezone.make_aware(moment).astimezone(UTC)
    except _UNREADABLE:
        return None


def _degrees(
    places: Mapping[int, Any], tag: ExifTags.GPS, negative: str, most: int
) -> Decimal | None:
    """The mark for north or south, east or west, stands before its degrees."""
    try:
        degrees, minutes, seconds = (float(part) for part in places[tag])
    except _UNREADABLE:
        return None
    whole = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(whole) or not 0 <= whole <= most:
        return None
    sign = -1 if str(places.get(tag - 1, "")).strip("\0 ").upper() == negative else 1
    return Decimal(sign * whole).quantize(_PLACES)
