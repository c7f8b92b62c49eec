"""One act as it comes over the wire: whose visit, what, when by the phone's clock, with which photos."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from inspections.sync.reading import Fields, MalformedError, parsed

# Far more than any act of a phone: the longest lists all items of a checklist.
MOST_BYTES = 64 * 1024
_MOST_BLOBS = 10
# No clock is further from the truth than one that begins again in 1970.
_MOST_OFFSET = int(timedelta(days=365 * 100).total_seconds()) * 1000
_NAMES = ("id", "visit", "checklist", "kind", "at", "offset", "body", "blobs")


@dataclass(frozen=True)
class Blob:
    """A photo or a signature that the act names."""

    id: UUID
    sha256: str


@dataclass(frozen=True)
class Said:
    """What an act says around its body."""

    visit: int
    checklist: int
    kind: str
    at: datetime
    # By how many milliseconds the phone had found the server's clock ahead; None: never compared.
    offset: int | None
    body: Any
    blobs: list[Blob]


class Act:
    """A text under its number. Whatever else is wrong with it, the number is one: it is kept and answered."""

    def __init__(self, text: bytes) -> None:
        self.sha256 = sha256(text).hexdigest()
        try:
            self.text = text.decode()
        except UnicodeDecodeError:
            raise MalformedError("不是 UTF-8") from None
        self._said = parsed(self.text)
        if not isinstance(self._said, dict):
            raise MalformedError("不是对象")
        self.id = Fields({"id": self._said.get("id")}, ["id"]).uuid("id")

    @cached_property
    def said(self) -> Said:
        """All the rest, or MalformedError."""
        fields = Fields(self._said, _NAMES)
        offset = fields.said.get("offset")
        return Said(
            visit=fields.pk("visit"),
            checklist=fields.pk("checklist"),
            kind=fields.text("kind", 10, least=1),
            at=fields.moment("at"),
            offset=None if offset is None else fields.number("offset", -_MOST_OFFSET, _MOST_OFFSET),
            body=fields.said.get("body"),
            blobs=[_blob(one) for one in fields.rows("blobs", _MOST_BLOBS)],
        )


def _blob(said: object) -> Blob:
    fields = Fields(said, ("id", "sha256"))
    return Blob(fields.uuid("id"), fields.digest("sha256"))
