"""The office as a phone meets it: its side of the wire in memory, and everything that can go wrong on the way."""

import hashlib
import json
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import RequestFactory

from foundation.accounts.access import View
from inspections.views import phone_page
from launch.place import ROOT

_STATIC = Path(ROOT, "static")
_SCRIPTS = _STATIC / "js" / "visit"
# The page itself comes as the portal gives it, whoever asks.
_SHELL: dict[str, View] = {
    "/phone/": phone_page.shell,
    "/phone/worker.js": phone_page.worker,
    "/phone/manifest.webmanifest": phone_page.manifest,
}
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>phone</title><script type="module">
import * as marks from "/visit/marks.js";
import * as store from "/visit/store.js";
import * as queue from "/visit/queue.js";
import * as photo from "/visit/photo.js";
window.phone = Object.assign({}, marks, store, queue, photo);
</script>"""
# What the tests do on a page again and again.
TOOLS = """() => {
  const { Store, marked, startQueue } = window.phone;
  window.store = new Store("7");
  window.picture = () => marked(crypto.getRandomValues(new Uint8Array(1000)).buffer, "image/jpeg");
  window.step = async (version, photos) => {
    const blobs = [];
    for (let at = 0; at < photos; at += 1) blobs.push(await picture());
    const items = [{ checklist: "3", kind: "answer", body: { item: "A1", answer: "fail" }, blobs }];
    return store.save({ visit: "v1", version, record: { step: version }, blobs, items });
  };
  window.quick = (tries) => Math.min(50 * 2 ** tries, 400);
  window.heard = [];
  window.start = (more) => {
    window.queue = startQueue(Object.assign({ store, wait: quick, tell: (said) => heard.push(said.status) }, more));
  };
  window.states = async () => (await store.overview()).items.map((row) => row.state);
  window.held = async () => (await store.overview()).blobs.length;
}"""
NOW = "2026-07-06T01:00:00Z"
LOGIN_PAGE = b"<!DOCTYPE html><title>sign in</title><form method=post></form>"


@dataclass
class Answer:
    """What goes back: `cut` takes so many bytes off its end, though its length was announced."""

    status: int
    body: bytes
    media_type: str = "application/json"
    cut: int = 0
    place: str = ""
    policy: str = ""


def said(status: int, **words: object) -> Answer:
    return Answer(status, json.dumps(words).encode())


# A fault gets the request's path and how it would be answered in good order (calling it has the effect).
Fault = Callable[[str, Callable[[], Answer]], Answer | None]


@dataclass
class Desk:
    """The server's side, in the simplest form that keeps the contract."""

    user: str = "7"
    # What visits/ tells; nothing: 404.
    visits: dict[str, Any] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    # The photos themselves, in the order in which they came.
    photos: list[bytes] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    # How often each act has had its effect.
    effects: dict[str, int] = field(default_factory=dict)
    fault: Fault | None = None
    # How many requests of phones are being answered now, and how many there were at once.
    busy: int = 0
    most_busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    address: str = ""

    def posts(self) -> int:
        return sum(one.startswith(("POST", "PUT")) for one in self.requests)

    def answer(self, method: str, path: str, head: dict[str, str], body: bytes) -> Answer | None:
        path, _, _ = path.partition("?")
        if path in _SHELL or not path.startswith("/phone/"):
            return self._page(path)

        def in_order() -> Answer:
            return self._phone(method, path, head, body)

        with self.lock:
            self.requests.append(f"{method} {path}")
            self.heads.append(head)
            self.busy += 1
            self.most_busy = max(self.busy, self.most_busy)
            fault = self.fault
        try:
            return fault(path, in_order) if fault else in_order()
        finally:
            with self.lock:
                self.busy -= 1

    @staticmethod
    def _page(path: str) -> Answer:
        if path == "/":
            return Answer(200, _PAGE.encode(), "text/html; charset=utf-8")
        if path in _SHELL:
            made = _SHELL[path](RequestFactory().get(path))
            assert isinstance(made, HttpResponse)
            policy = made.headers.get("Content-Security-Policy", "")
            return Answer(200, made.content, made.headers["Content-Type"], policy=policy)
        folder = _STATIC if path.startswith("/static/") else _SCRIPTS
        file = folder / path.removeprefix("/static/").removeprefix("/visit/")
        if not file.is_file():
            return Answer(404, b"", "text/plain")
        kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file)[0]
        return Answer(200, file.read_bytes(), f"{kind}; charset=utf-8")

    def _phone(self, method: str, path: str, head: dict[str, str], body: bytes) -> Answer:
        with self.lock:
            if path == "/phone/session/":
                return said(200, user=self.user, token="t", now=NOW)  # noqa: S106 -- of a test
            if path == "/phone/confirm/":
                is_right = body == b"password=right"
                return said(200, user=self.user) if is_right else said(422, words="密码不对。")
            if path == "/phone/visits/":
                return said(200, **self.visits) if self.visits else said(404)
            if head["x-user"] != self.user:
                return said(403)
            if method == "PUT":
                return self._take_blob(path.split("/")[-2], head["x-sha256"], body)
            return self._take_act(body)

    def _take_blob(self, name: str, claimed: str, body: bytes) -> Answer:
        found = hashlib.sha256(body).hexdigest()
        if found != claimed:
            return said(400)
        if self.blobs.setdefault(name, found) != found:
            return said(409, outcome="conflict", sha256=found, words="内容不同")
        self.photos.append(body)
        return said(200, receipt=f"b-{name}", sha256=found, bytes=len(body))

    def _take_act(self, body: bytes) -> Answer:
        act: dict[str, Any] = json.loads(body)
        found = hashlib.sha256(body).hexdigest()
        text = body.decode()
        if self.acts.get(act["id"], text) != text:
            return said(409, receipt="c", sha256=found, outcome="conflict", words="编号已用")
        if act["id"] in self.answers:
            return self.answers[act["id"]]
        self.acts[act["id"]] = text
        missing = [one["id"] for one in act["blobs"] if self.blobs.get(one["id"]) != one["sha256"]]
        receipt = f"a-{act['id']}"
        if missing:
            return said(
                200,
                receipt=receipt,
                sha256=found,
                outcome="incomplete",
                words="缺少照片",
                missing=missing,
            )
        self.effects[act["id"]] = self.effects.get(act["id"], 0) + 1
        done = said(
            200, receipt=receipt, sha256=found, outcome="done", words="已收到", blobs=act["blobs"]
        )
        self.answers[act["id"]] = done
        return done


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk on a port of its own; 127.0.0.1 is a secure place for browsers."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            head = {name.lower(): value for name, value in self.headers.items()}
            answer = desk.answer(self.command, self.path, head, body)
            self.close_connection = True
            if answer is None:  # nobody answers
                self.connection.close()
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            if answer.place:
                self.send_header("Location", answer.place)
            if answer.policy:
                self.send_header("Content-Security-Policy", answer.policy)
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])

        do_GET = do_POST = do_PUT = _handle  # noqa: N815 -- names of http.server

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A tab that was killed has let go."""

    server = Server(("127.0.0.1", 0), Handler)
    desk.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
