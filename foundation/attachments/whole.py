"""Whether a camera's JPEG has arrived whole, by the marks in it; no point of it is decoded."""

import re
from collections.abc import Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from typing import IO

_BEGINS, _SCAN, _ENDS = b"\xff\xd8", 0xDA, 0xD9
# Baseline, as cameras and browsers write it; all other frames, in layers or stranger.
_PLAIN = {0xC0, 0xC1}
_LAYERED = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
# No camera writes as many.
_MOST_MARKS = 2_000
# Between the points of a picture: a mark that is neither a point's own byte nor a place to begin again.
_MARK = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def is_whole_plain_jpeg(file: IO[bytes]) -> bool:
    """From its beginning to its end, with a frame and a scan. What comes after the end is nobody's concern."""
    try:
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            found = set(islice(_marks(data), _MOST_MARKS)) if data[:2] == _BEGINS else set()
    except (IndexError, ValueError):
        return False
    return {_SCAN, _ENDS} <= found and bool(found & _PLAIN) and not found & _LAYERED


def _marks(data: mmap) -> Iterator[int]:
    """One after the other, up to the end of the picture or to where there should be one and is none."""
    at = len(_BEGINS)
    while data[at] == 0xFF:
        while data[at] == 0xFF:
            at += 1
        mark = data[at]
        yield mark
        if mark == _ENDS:
            return
        at += 1
        if mark not in _ALONE:
            at += int.from_bytes(data[at : at + 2], "big")
        if mark == _SCAN:
            found = _MARK.search(data, at)
            at = found.start() if found else len(data)
