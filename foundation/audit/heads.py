"""The exported heads: one JSON line per day, outside the database; the running day's line grows with it.

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
_LOCK_NAME = "heads.lock"


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
    """The heads in order, each checked; a file put in its place meanwhile is for the next time."""
    path, previous = folder / FILE_NAME, BEGINNING
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
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
    """Add these heads at the end, on the disk before this returns; a day's later head takes the place of its earlier one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK_NAME).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = list(read_heads(folder))
        new = [head for head in heads if not kept or head.last > kept[-1].last]
        if kept and new and kept[-1].day == new[0].day:
            kept.pop()
        if new:
            _write(folder / FILE_NAME, [*kept, *new])


def _write(path: Path, heads: Sequence[Head]) -> None:
    """Whole or not at all: a reader, and a machine that stops, meet the old file or the new one."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(_lines(heads))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _lines(heads: Sequence[Head]) -> bytes:
    lines, previous = [], BEGINNING
    for head in heads:
        previous = _mac(head, previous)
        content = asdict(head) | {"mac": previous}
        lines.append(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
    return "".join(lines).encode()
