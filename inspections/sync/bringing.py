"""A stuck visit brought as a file: each text and each photo is taken in as if it had come over the wire."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import IO, Any
from uuid import UUID

from django.db import transaction

from foundation.accounts.models import User
from foundation.attachments.actions import (
    MOST_BYTES,
    MOST_STROKE_BYTES,
    take_photo,
    take_signature,
)
from foundation.attachments.arriving import arriving
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.models import ReceiptOutcome
from inspections.sync.act import MOST_BYTES as MOST_ACT_BYTES
from inspections.sync.reading import Fields, MalformedError, parsed
from inspections.sync.taking import actor_for, take_act

FORMAT = "dingbian-visit-1"
_MOST_LINE = 16 * 1024 * 1024
_MOST_ROWS = 5_000
_NAMES = ("format", "user", "exported", "visit", "items", "blobs")
_SIGNATURE = "application/json"
_PIECE = 64 * 1024
_FOREIGN = "这不是手机导出的检查文件，或者文件不完整，没有导入。"


@dataclass
class Brought:
    """What came of a file: acts by outcome, and photos that were kept or not."""

    person: User
    outcomes: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    lost: int = 0

    @property
    def words(self) -> str:
        """The same in words."""
        told = [
            f"{label}{self.outcomes[value]}条"
            for value, label in ReceiptOutcome.choices
            if self.outcomes[value]
        ]
        files = f"照片和签名文件收到{self.kept}个{f'、未收到{self.lost}个' if self.lost else ''}"
        return f"{'，'.join([*told, files])}"


@dataclass(frozen=True)
class _Blob:
    """A photo or a signature as the first line names it."""

    id: UUID
    sha256: str
    bytes: int
    is_signature: bool


@dataclass(frozen=True)
class _Line:
    """What the first line says."""

    owner: int
    texts: list[bytes]
    blobs: list[_Blob]


@dataclass
class _Part:
    """So many bytes of the file, from here on."""

    file: IO[bytes]
    left: int

    def read(self, size: int, /) -> bytes:
        piece = self.file.read(min(size, self.left))
        self.left -= len(piece)
        return piece


def bring_visit(*, file: IO[bytes], by: User, at: datetime | None = None) -> Brought:
    """Somebody of the office takes in what a phone could not send, in the name of the person whose phone it
    was; every line of the trail says who brought it. Brought again it changes nothing.

    Each text and each photo is kept by itself: one that is refused keeps none of the others out.
    """
    at = at or now()
    digest = _digest(file)
    said = _line(file)
    brought = Brought(_person(said.owner))
    for blob in said.blobs:
        _bring_blob(file, blob, brought, by, at)
    for text in said.texts:
        _bring_act(text, brought, by, at)
    with transaction.atomic():
        words = f"导入{brought.person.actor.label}手机导出的检查文件：{brought.words}"
        record(
            "inspection.phone_file_brought",
            target=brought.person,
            by=by.actor,
            at=at,
            words=words,
            reason=f"文件校验值{digest}",
        )
    return brought


def _digest(file: IO[bytes]) -> str:
    counted = sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        counted.update(piece)
    file.seek(0)
    return counted.hexdigest()


def _line(file: IO[bytes]) -> _Line:
    """Read whole before anything of it is taken in."""
    line = file.readline(_MOST_LINE)
    try:
        said = Fields(parsed(line.decode()), _NAMES)
        said.choice("format", [FORMAT])
        blobs = [_blob(row) for row in said.rows("blobs", _MOST_ROWS)]
        return _Line(said.pk("user"), [*_texts(said.rows("items", _MOST_ROWS))], blobs)
    except (UnicodeDecodeError, MalformedError):
        raise NotPossibleError(_FOREIGN) from None


def _blob(row: Any) -> _Blob:
    fields = Fields(row, set(row) if isinstance(row, dict) else ())
    return _Blob(
        fields.uuid("id"),
        fields.digest("sha256"),
        fields.number("bytes", 0, 2**40),
        fields.said.get("type") == _SIGNATURE,
    )


def _texts(rows: list[Any]) -> Iterator[bytes]:
    """What has arrived already has no text any more."""
    for row in rows:
        text = row.get("text") if isinstance(row, dict) else None
        if not isinstance(text, str) or len(text) > MOST_ACT_BYTES:
            raise MalformedError("text")
        if text:
            yield text.encode("utf-8", "replace")


def _person(owner: int) -> User:
    person = User.objects.select_related("department").filter(pk=owner).first()
    if person is None:
        raise NotPossibleError("没有找到这个文件所属的人员，没有导入。")
    return person


def _bring_blob(file: IO[bytes], blob: _Blob, brought: Brought, by: User, at: datetime) -> None:
    """Its bytes follow those of the ones before; one that is gone from the phone has none."""
    after = file.tell() + blob.bytes
    most = MOST_STROKE_BYTES if blob.is_signature else MOST_BYTES
    take = take_signature if blob.is_signature else take_photo
    source = _Part(file, blob.bytes)
    try:
        with arriving(source, declared=blob.bytes, claimed=blob.sha256, most=most) as arrived:
            take(name=blob.id, arrived=arrived, by=actor_for(brought.person, by), at=at)
    except NotPossibleError:
        brought.lost += 1
    else:
        brought.kept += 1
    file.seek(after)


def _bring_act(text: bytes, brought: Brought, by: User, at: datetime) -> None:
    try:
        got = take_act(text=text, sent_at=None, by=brought.person, at=at, brought_by=by)
    except MalformedError:
        brought.outcomes[ReceiptOutcome.REFUSED] += 1
    else:
        brought.outcomes[got.said["outcome"]] += 1
