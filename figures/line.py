"""The line between a phone and the portal: it passes everything on, and fails in every way that it is told to."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# What goes between one machine and the next only.
_OWN_HEADS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_LONGEST = 60
LOGIN_PAGE = "<!DOCTYPE html><meta charset=utf-8><title>登录</title><form method=post></form>"
PROXY_PAGE = "<!DOCTYPE html><title>Welcome to free Wi-Fi</title>"
HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """What goes back to the phone; `cut` takes so many bytes off its end, though its length was announced."""

    status: int
    heads: list[tuple[str, str]]
    body: bytes
    cut: int = 0


def _page(status: int, words: str, media_type: str = HTML) -> Reply:
    return Reply(status, [("Content-Type", media_type)], words.encode())


Ask = Callable[[], Reply]
# Each gets the request as a question that may be asked or not; None: nobody answers.
FAULTS: dict[str, Callable[[Ask], Reply | None]] = {
    "断网，没有到达": lambda _: None,
    "已提交，回执丢失": lambda ask: ask() and None,
    "500": lambda _: _page(500, "Internal Server Error"),
    "已提交后 500": lambda ask: ask() and _page(500, "Internal Server Error"),
    "502 网关页": lambda _: _page(502, PROXY_PAGE),
    "401": lambda _: _page(401, "{}", JSON),
    "403": lambda _: _page(403, "{}", JSON),
    "登录页（200）": lambda _: _page(200, LOGIN_PAGE),
    "转到登录页": lambda _: Reply(302, [("Location", "/office/sign-in/")], b""),
    "已提交，回执被截断": lambda ask: _cut(ask()),
    "空回执（200）": lambda _: _page(200, "{}", JSON),
}


def _cut(reply: Reply) -> Reply:
    return Reply(reply.status, reply.heads, reply.body, cut=max(1, len(reply.body) // 2))


@dataclass
class Line:
    """How the line is now: which share of what a phone sends goes amiss, and what has gone amiss so far."""

    portal: str
    chance: random.Random
    share: float = 0.0
    # How long the portal's answer to a phone is held back, in seconds.
    pause: float = 0.0
    # The user agents of those phones that have no network.
    away: set[str] = field(default_factory=set)
    # The shell's worker as if of another release.
    release: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    # How many requests of phones were passed on or not, how many of them write, and how many are under way.
    requests: int = 0
    writes: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    address: str = ""

    def answer(self, method: str, path: str, heads: dict[str, str], body: bytes) -> Reply | None:
        """The portal's answer, or what has become of it on the way."""

        def ask() -> Reply:
            return self._ask(method, path, heads, body)

        if heads.get("User-Agent") in self.away:
            return None
        if not path.startswith(("/phone/session/", "/phone/sync/", "/phone/blobs/")):
            return self._released(path, ask())
        with self.lock:
            self.requests += 1
            self.writes += method != "GET"
            self.under_way += 1
            fault = ""
            if self.chance.random() < self.share:
                fault = self.chance.choice(list(FAULTS))
                self.faults[fault] += 1
        try:
            time.sleep(self.pause)
            return FAULTS[fault](ask) if fault else ask()
        finally:
            with self.lock:
                self.under_way -= 1

    def _released(self, path: str, reply: Reply) -> Reply:
        if path != "/phone/worker.js" or not self.release:
            return reply
        body = reply.body + f"\n/* {self.release} */".encode()
        return Reply(reply.status, reply.heads, body)

    def _ask(self, method: str, path: str, heads: dict[str, str], body: bytes) -> Reply:
        portal = http.client.HTTPConnection(urlsplit(self.portal).netloc, timeout=_LONGEST)
        try:
            portal.request(method, path, body, heads)
            found = portal.getresponse()
            kept = [(name, words) for name, words in found.getheaders() if _passes(name)]
            return Reply(found.status, kept, found.read())
        finally:
            portal.close()


def _passes(head: str) -> bool:
    return head.lower() not in _OWN_HEADS


@contextmanager
def open_line(portal: str, chance: random.Random) -> Iterator[Line]:
    """A line on a port of its own to this portal."""
    line = Line(portal, chance)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heads = {name: words for name, words in self.headers.items() if _passes(name)}
            reply = line.answer(self.command, self.path, heads, body)
            self.close_connection = True
            if reply is None:
                self.connection.close()
                return
            self.send_response_only(reply.status)
            for name, words in reply.heads:
                self.send_header(name, words)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.cut])

        do_GET = do_POST = do_PUT = do_HEAD = _handle  # noqa: N815 -- names of http.server

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: Any) -> None:
            """A tab that was killed has let go."""

    server = Server(("127.0.0.1", 0), Handler)
    line.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
