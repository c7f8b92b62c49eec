"""Bytes on their way in: counted and hashed as they come, and never more of them in memory than a piece."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Protocol

from foundation.attachments.kinds import RefusedFileError

_PIECE = 64 * 1024


class DamagedError(RefusedFileError):
    """What has arrived is not what was sent: the sender keeps it and sends it again."""


class Source(Protocol):
    """A request, or anything else that is read piece by piece."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Arrived:
    """Content that lies in a file of its own until it is stored."""

    file: IO[bytes]
    sha256: str
    size: int


@contextmanager
def arriving(
    source: Source, *, declared: int | None, claimed: str | None, most: int
) -> Iterator[Arrived]:
    """Take content in whose sender has said its hash; a plain form says none. What says itself too large is not
    even read."""
    if declared is not None and declared > most:
        raise _too_large(most)
    with TemporaryFile() as file:
        counted, size = sha256(), 0
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > most:
                raise _too_large(most)
            counted.update(piece)
            file.write(piece)
        found = counted.hexdigest()
        if claimed is not None and found != claimed:
            raise DamagedError("内容没有传完整（校验值不一致）。手机上的还在，请重新发送。")
        if not size:
            raise RefusedFileError("内容是空的（0 字节），请重新拍照或签名。")
        yield Arrived(file, found, size)


def _too_large(most: int) -> RefusedFileError:
    size = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most // 1024} KB"
    return RefusedFileError(f"内容超过 {size}，请缩小后再发送。")
