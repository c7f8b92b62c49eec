"""A signature written on a screen: read strictly, and drawn as a small picture."""

import io
import json
from typing import Any

from PIL import Image, ImageDraw

from foundation.attachments.kinds import RefusedFileError

MOST_STROKES = 300
MOST_POINTS = 20_000
_LONGEST_SIDE = 4_096
# Milliseconds since the first point: nobody signs for a day.
_LONGEST = 86_400_000
_WIDTH = 600
# Drawn larger and made smaller: so the edges of the strokes are smooth.
_FINER = 2
_PEN = 5

Point = tuple[float, float]
Stroke = list[Point]


def drawn(data: bytes) -> bytes:
    """The picture (PNG) of `{"width", "height", "strokes": [[[x, y, milliseconds], …], …]}`."""
    width, height, strokes = _read(data)
    scale = _WIDTH * _FINER / width
    size = (_WIDTH * _FINER, max(1, round(height * scale)))
    picture = Image.new("L", size, "white")
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        line = [(x * scale, y * scale) for x, y in stroke]
        pen.line(line, fill="black", width=_PEN * _FINER, joint="curve")
        for x, y in line[:: max(1, len(line) - 1)]:
            half = _PEN * _FINER / 2
            pen.ellipse((x - half, y - half, x + half, y + half), fill="black")
    out = io.BytesIO()
    picture.reduce(_FINER).save(out, "PNG")
    return out.getvalue()


def _read(data: bytes) -> tuple[float, float, list[Stroke]]:
    try:
        said = json.loads(data)
        width, height = _side(said["width"]), _side(said["height"])
        strokes = [[_point(one, width, height) for one in stroke] for stroke in said["strokes"]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise RefusedFileError("签名的内容不完整，请清除后重新签名。") from None
    if height > width * 2:
        raise RefusedFileError("签名区域过高，请把手机横过来重新签名。")
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise RefusedFileError("签名的笔画过多，请清除后重新签名。")
    if not any(len(set(stroke)) > 1 for stroke in strokes):
        raise RefusedFileError("没有签名笔画，请签名后再提交；拒绝签名的，请选择“拒签”并写明原因。")
    return width, height, strokes


def _side(value: Any) -> float:
    side = _number(value)
    if not 1 <= side <= _LONGEST_SIDE:
        raise ValueError
    return side


def _point(value: Any, width: float, height: float) -> Point:
    x, y, moment = (_number(part) for part in value)
    if not (0 <= x <= width and 0 <= y <= height and 0 <= moment < _LONGEST):
        raise ValueError
    return x, y


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return float(value)
