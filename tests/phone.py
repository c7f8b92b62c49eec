"""A phone of the tests: it makes texts once and sends them as often as it likes."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.test import Client

from foundation.accounts.models import User
from inspections.models import ChecklistItem, Inspection
from tests import make, photos

SYNC = "/phone/sync/"
# Nine and ten in the county, on the day of the visit.
NINE = datetime(2023, 7, 10, 1, tzinfo=UTC)
TEN = datetime(2023, 7, 10, 2, tzinfo=UTC)


@dataclass
class Phone:
    """One person with one visit in hand."""

    row: Inspection
    user: User

    def __post_init__(self) -> None:
        self.browser = make.sign_in(Client(), self.user)

    def act(self, kind: str, **given: Any) -> bytes:
        """The text of an act; what is no part of the envelope is its body."""
        said: dict[str, Any] = {
            "id": str(uuid4()),
            "visit": str(self.row.pk),
            "checklist": str(self.row.checklist_id),
            "kind": kind,
            "at": TEN.isoformat(),
            "offset": 0,
            "blobs": [],
        }
        said |= {name: given.pop(name) for name in list(said) if name in given}
        return json.dumps(said | {"body": given.pop("body", given)}, ensure_ascii=False).encode()

    def answer(self, item: ChecklistItem, value: str = "met", **given: Any) -> bytes:
        body = {"item": item.pk, "value": value, "note": "", "reason": "", "found": None}
        return self.act("answer", **body | given)

    def send(self, text: bytes, *, user: str = "", **headers: str) -> Any:
        """The answer to an act, as the test client has it."""
        plain = {"X-User": user or str(self.user.pk)}
        kind = "application/json"
        return self.browser.post(SYNC, text, content_type=kind, headers=plain | headers)

    def said(self, text: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and words of the answer."""
        got = self.send(text, **headers)
        return got.status_code, json.loads(got.content)

    def outcome(self, text: bytes, **headers: str) -> str:
        """What came of it."""
        return str(self.said(text, **headers)[1].get("outcome"))

    def put(self, name: str, data: bytes, **given: str) -> Any:
        """The answer to a photo."""
        headers = {"X-User": str(self.user.pk), "X-SHA256": sha256(data).hexdigest()} | given
        kind = headers.pop("Content-Type", "image/jpeg")
        path = f"/phone/blobs/{name}/"
        return self.browser.put(path, data, content_type=kind, headers=headers)


def problem(**given: Any) -> dict[str, Any]:
    """What was found, as a phone says it."""
    plain = {"id": str(uuid4()), "fact": "安全出口上锁", "severity": 3}
    return plain | {"mode": "in_time", "days": 7, "fixed": ""} | given


def blob(data: bytes) -> dict[str, str]:
    """A photo as an act names it."""
    return {"id": str(uuid4()), "sha256": sha256(data).hexdigest()}


def picture() -> bytes:
    """A small photo."""
    return photos.picture()
