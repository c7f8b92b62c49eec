"""What the demo's inspectors photographed and who signed: drawn, so that nobody real is in it."""

import io
import json
from random import Random

from PIL import Image, ImageDraw

_SIZE = (1280, 960)
_WALL, _FLOOR, _DOOR, _GREEN = "#e7e3da", "#b9ad99", "#8a6a48", "#2f7d4f"
_BOXES = ("#c79a5b", "#b98a4c", "#d3ab70", "#a87a42")


def corridor(*, is_blocked: bool) -> bytes:
    """An exit at the end of a corridor, with boxes before it or without."""
    image = _room()
    pen = ImageDraw.Draw(image)
    pen.rectangle((500, 260, 780, 700), fill=_DOOR, outline="#5f4630", width=6)
    pen.rectangle((560, 190, 720, 240), fill=_GREEN)
    pen.polygon(((660, 200), (700, 215), (660, 230)), fill="white")
    if is_blocked:
        for number, colour in enumerate(_BOXES):
            left, top = 380 + number % 2 * 260, 560 + number // 2 * 160
            pen.rectangle(
                (left, top, left + 240, top + 150), fill=colour, outline="#7a5a30", width=5
            )
            pen.line((left, top + 40, left + 240, top + 40), fill="#7a5a30", width=4)
    return _jpeg(image)


def board(*, papers: int) -> bytes:
    """A notice board on the wall with so many papers on it."""
    image = _room()
    pen = ImageDraw.Draw(image)
    pen.rectangle((240, 140, 1040, 640), fill="#d8c6a0", outline=_DOOR, width=16)
    for number in range(papers):
        left, top = 290 + number % 4 * 185, 190 + number // 4 * 215
        pen.rectangle((left, top, left + 150, top + 190), fill="white", outline="#9a9a9a", width=3)
        for line in range(6):
            pen.line(
                (left + 18, top + 30 + line * 25, left + 132, top + 30 + line * 25), "#7c7c7c", 5
            )
    return _jpeg(image)


def handwriting(name: str) -> bytes:
    """A signature as a phone sends it: strokes that no hand has drawn, the same for the same name."""
    chance = Random(name)  # noqa: S311 -- the same demo whenever it is loaded
    strokes, moment = [], 0
    for sign in range(len(name)):
        for _ in range(4):
            x, y = 40 + sign * 110 + chance.randint(0, 40), chance.randint(30, 90)
            stroke = []
            for _ in range(6):
                stroke.append([x, y, moment])
                x, y = x + chance.randint(2, 14), min(130, max(20, y + chance.randint(-12, 18)))
                moment += 40
            strokes.append(stroke)
            moment += 120
    size = {"width": 120 + len(name) * 110, "height": 150}
    return json.dumps(size | {"strokes": strokes}).encode()


def _room() -> Image.Image:
    image = Image.new("RGB", _SIZE, _WALL)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 700, *_SIZE), fill=_FLOOR)
    for x in range(-400, 1700, 220):
        pen.line((x, 960, 640 + (x - 640) * 0.4, 700), fill="#a3967f", width=4)
    return image


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
