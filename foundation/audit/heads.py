"""The exported heads: one JSON line per day and export, outside the database, only ever added to.

Each line says how far the chain went and carries the keyed hash of itself and of the line before it.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from foundation.audit.chain import BEGINNING, mac

FILE_NAME = "heads.jsonl"


class HeadsDamagedError(Exception):
    """A line of the heads' file is not what was written there."""


@dataclass(frozen=True)
class Head:
    """Up to line `last` of the trail, `day` had `count` lines, and the chain's hash was `hash`."""

    day: str
    last: int
    count: int
    hash: str
    exported_at: str


def read_heads(folder: Path) -> Iterator[Head]:
    """The heads in order, each checked; what is appended meanwhile is left for the next time."""
    path = folder / FILE_NAME
    if not path.exists():
        return
    previous, read, size = BEGINNING, 0, path.stat().st_size
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            read += len(line)
            if read > size:
                return
            head, previous = _checked(line, number, previous)
            yield head


def _checked(line: bytes, number: int, previous: str) -> tuple[Head, str]:
    try:
        content = json.loads(line)
        claimed = content.pop("mac")
        head = Head(**content)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise HeadsDamagedError(f"链头文件第 {number} 行不是完整的记录。") from None
    if claimed != _mac(head, previous):
        raise HeadsDamagedError(f"链头文件第 {number} 行被改动，或它之前有行被删、被插入。")
    return head, claimed


def _mac(head: Head, previous: str) -> str:
    return mac("head", asdict(head) | {"previous": previous})


def append_heads(folder: Path, heads: Sequence[Head]) -> None:
    """Add these heads at the end, on the disk before this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE_NAME).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        previous, last = BEGINNING, 0
        for number, line in enumerate(file, 1):
            head, previous = _checked(line, number, previous)
            last = head.last
        file.write(_lines([one for one in heads if one.last > last], previous))
        file.flush()
        os.fsync(file.fileno())


def _lines(heads: Sequence[Head], previous: str) -> bytes:
    lines = []
    for head in heads:
        previous = _mac(head, previous)
        content = asdict(head) | {"mac": previous}
        lines.append(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
    return "".join(lines).encode()
