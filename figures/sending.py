"""Officers whose phones send over plain connections: the bytes and texts of docs/phone.md without a browser, so that
what is measured is the portal."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.test import Client

from foundation.accounts.models import Department, User
from foundation.clock.queries import today
from inspections.models import Inspection
from tests import make

_LONGEST = 120
_JSON = "application/json"


@dataclass
class Officer:
    """One signed-in person with one connection to the portal."""

    address: str
    user: User
    heads: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection(
            urlsplit(self.address).netloc, timeout=_LONGEST, blocksize=1024 * 1024
        )
        name = settings.SESSION_COOKIE_NAME
        cookie = make.sign_in(Client(), self.user).cookies[name]
        self.heads = {"Cookie": f"{name}={cookie.value}", "X-User": str(self.user.pk)}
        said = self.ask("GET", "/phone/session/")
        token = self.cookies[settings.CSRF_COOKIE_NAME]
        self.heads["Cookie"] += f"; {settings.CSRF_COOKIE_NAME}={token}"
        self.heads["X-CSRFToken"] = said["token"]

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = _JSON, **more: str) -> Any:
        """What the portal says in JSON; anything but a receipt is an error of the measurement."""
        status, said = self.try_to(method, path, body, kind, **more)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {status} {said}")
        return said

    def try_to(
        self, method: str, path: str, body: bytes = b"", kind: str = _JSON, **more: str
    ) -> tuple[int, Any]:
        """Status and words."""
        heads = self.heads | {"Content-Type": kind, "X-Sent-At": _now()} | more
        self.line.request(method, path, body or None, heads)
        answer = self.line.getresponse()
        self.cookies = {
            one.split("=", 1)[0]: one.split("=", 1)[1].split(";", 1)[0]
            for one in answer.headers.get_all("Set-Cookie", [])
        }
        return answer.status, json.loads(answer.read())

    def put(self, name: str, photo: bytes, mark: str) -> Any:
        """A photo under this name."""
        path, more = f"/phone/blobs/{name}/", {"X-SHA256": mark}
        return self.ask("PUT", path, photo, "image/jpeg", **more)

    def send(self, text: bytes) -> Any:
        """An act, which has its effect."""
        said = self.ask("POST", "/phone/sync/", text)
        if said["outcome"] != "done":
            raise RuntimeError(str(said))
        return said


@dataclass
class Sent:
    """A photo and the act that puts it into its visit: both made once, sent as often as one likes."""

    photo: bytes
    name: str
    mark: str
    text: bytes

    def by(self, officer: Officer) -> None:
        """Bytes, then the act."""
        officer.put(self.name, self.photo, self.mark)
        officer.send(self.text)


def visit_of_today(lead: Department, people: list[User]) -> Inspection:
    """Approved, and not begun."""
    # Two inspectors or none: the tables ask for both at once.
    with transaction.atomic():
        return make.inspection(state="approved", lead=lead, people=people, planned_on=today())


def act(row: Inspection, kind: str, blobs: Sequence[dict[str, str]] = (), **body: Any) -> bytes:
    """The text of an act as a phone makes it."""
    said = {"id": str(uuid4()), "visit": str(row.pk), "checklist": str(row.checklist_id)}
    rest = {"kind": kind, "at": _now(), "offset": 0, "body": body, "blobs": list(blobs)}
    return json.dumps(said | rest, ensure_ascii=False).encode()


def with_photo(row: Inspection, photo: bytes) -> Sent:
    """One photo of the visit as a whole."""
    name, mark = str(uuid4()), sha256(photo).hexdigest()
    blobs = [{"id": name, "sha256": mark}]
    text = act(row, "photo", blobs, item=None, finding=None, after=False, stamp=[])
    return Sent(photo, name, mark, text)


def at_once(works: Sequence[Callable[[], None]]) -> float:
    """All of them begin at one moment; the seconds until the last has ended."""
    gate = threading.Barrier(len(works) + 1)

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        begun = [pool.submit(run, work) for work in works]
        gate.wait()
        began = time.perf_counter()
        for one in begun:
            one.result()
        return time.perf_counter() - began


def _now() -> str:
    return datetime.now(UTC).isoformat()
