"""The front server: what it tells the portal of a reader, and whom it asks to wait."""

import http.client
import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from figures.servers import moved, nginx

pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()),
    reason="nginx is not installed",
)
FORGED = {"X-Forwarded-For": "192.0.2.6", "X-Forwarded-Proto": "https"}


class Told(BaseHTTPRequestHandler):
    """A portal that answers what it was told of the reader."""

    def do_GET(self) -> None:
        told = f"{self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_PUT(self) -> None:
        told = str(len(self.rfile.read(int(self.headers["Content-Length"])))).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def front() -> Iterator[str]:
    """deploy/nginx.conf before that portal; its workers cannot enter pytest's own folders."""
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with nginx(folder, f"http://127.0.0.1:{portal.server_port}") as (address, _):
            yield address
    portal.shutdown()
    portal.server_close()


def get(address: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers=FORGED)  # noqa: S310 -- our own server
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_port_that_contains_another_is_left_whole() -> None:
    conf = "listen 8080; listen 8081;"
    assert moved(conf, {"8080": "58081", "8081": "40000"}) == "listen 58081; listen 40000;"


@pytest.mark.parametrize("path", ["/whitelist/", "/v/abc/"])
def test_what_a_reader_says_of_itself_is_not_passed_on(front: str, path: str) -> None:
    assert get(front + path) == (200, "127.0.0.1 http")


@pytest.mark.parametrize("path", ["/whitelist/", "/v/abc/", "/office/register.xlsx"])
def test_pages_are_never_asked_to_wait(front: str, path: str) -> None:
    assert {get(front + path)[0] for _ in range(60)} == {200}


@pytest.mark.parametrize("path", ["/whitelist/?q=a", "/unlicensed/?q=a", "/whitelist.csv"])
def test_too_many_searches_and_downloads_are_asked_to_wait(front: str, path: str) -> None:
    answers = [get(front + path) for _ in range(400)]
    assert next(words for status, words in answers if status == 429).startswith(
        "查询或下载过于频繁"
    )


@pytest.mark.parametrize(
    ("length", "mark", "status", "said"),
    [
        (12_000_000, "a" * 64, 200, 12_000_000),
        (31_457_281, "a" * 64, 422, {"sha256": "a" * 64, "outcome": "refused"}),
        (31_457_281, '", "receipt": "', 422, {"sha256": "", "outcome": "refused"}),
    ],
)
def test_a_photo_passes_or_is_refused_in_the_words_of_the_wire(
    front: str, length: int, mark: str, status: int, said: object
) -> None:
    body = bytes(length) if status == 200 else None
    heads = {"X-SHA256": mark, "Content-Length": str(length)}
    portal = http.client.HTTPConnection(front.removeprefix("http://"), timeout=30)
    # What says itself too large is answered before its body is read.
    portal.request("PUT", "/phone/blobs/x/", body, heads)
    answer = portal.getresponse()
    told = json.loads(answer.read())
    kind = answer.headers["Content-Type"]
    portal.close()

    if isinstance(told, dict):
        assert (kind, bool(told.pop("words"))) == ("application/json; charset=utf-8", True)
    assert (answer.status, told) == (status, said)
