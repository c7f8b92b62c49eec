"""Pictures are decoded and written anew: what was hidden beside the picture is gone."""

import io

from PIL import Image, ImageOps

from foundation.attachments.kinds import Format, RefusedFileError

MOST_PIXELS = 64_000_000
_QUALITY = 88
_SAVED_AS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}

# Our own limit below is lower, and is asked before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def rewritten(data: bytes, found: Format) -> bytes:
    """The same picture, upright, without places, names and other notes; its first frame only."""
    saved_as = _SAVED_AS[found.media_type]
    try:
        with Image.open(io.BytesIO(data), formats=[saved_as]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RefusedFileError("图片超过 6400 万像素，请缩小后再上传。")
            upright = ImageOps.exif_transpose(picture)
            return _encoded(upright, saved_as)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise RefusedFileError("图片已损坏，无法打开，请重新拍照或扫描后上传。") from None


def _encoded(picture: Image.Image, saved_as: str) -> bytes:
    flat = saved_as == "JPEG"
    mode = "RGB" if flat or picture.mode not in _MODES else picture.mode
    bare = picture.convert(mode)
    bare.info = {}
    out = io.BytesIO()
    bare.save(out, saved_as, **({"quality": _QUALITY} if saved_as != "PNG" else {}))
    return out.getvalue()
