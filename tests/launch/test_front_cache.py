"""What the front server keeps of the public pages, for whom, and for how long."""

import gzip
import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from figures.servers import nginx
from public.freshness import RENEWING_SECONDS, SHARED_SECONDS
from tests.launch.test_front import pytestmark as _needs_nginx

pytestmark = _needs_nginx
# Longer than this, and the front server is taken to hand out what is old for ever.
_WITHIN = 30.0


class Portal(BaseHTTPRequestHandler):
    """A portal whose pages may be kept; each says how often it was made, and what was told of the reader."""

    protocol_version = "HTTP/1.1"
    made = 0
    keep = "public, max-age=0, s-maxage=3600"

    def do_GET(self) -> None:
        Portal.made += 1
        told = [self.headers.get(name, "") for name in ("Host", "Cookie", "Accept-Encoding")]
        body = f"made {Portal.made}|{'|'.join(told)}|{'定边' * 400}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", Portal.keep)
        self.send_header("Vary", "Cookie, Accept-Encoding")
        self.send_header("ETag", f'W/"{Portal.made}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def front() -> Iterator[str]:
    """deploy/nginx.conf with nothing kept yet, before that portal."""
    Portal.made, Portal.keep = 0, "public, max-age=0, s-maxage=3600"
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with nginx(folder, f"http://127.0.0.1:{portal.server_port}") as (address, _):
            yield address
    portal.shutdown()
    portal.server_close()


def get(front: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    line = http.client.HTTPConnection(urlsplit(front).netloc, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request("GET", path, headers=sent)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def words(front: str, path: str, **headers: str) -> list[str]:
    """How often it was made, and the host, the cookie and the packing that the portal was told."""
    return get(front, path, **headers)[2].decode().split("|")[:4]


@pytest.mark.parametrize(
    "path",
    ["/", "/whitelist/", "/whitelist/abc/", "/whitelist.csv", "/unlicensed/", "/whitelist/?q=a"],
)
def test_a_public_page_is_made_once_for_all_readers(front: str, path: str) -> None:
    first = words(front, path, Cookie="sessionid=1", User_Agent="a")

    assert words(front, path, Cookie="other=2", User_Agent="b") == first
    assert (first[2], Portal.made) == ("", 1)


@pytest.mark.parametrize("path", ["/v/abc/", "/office/", "/healthz"])
def test_what_is_no_public_page_is_never_kept(front: str, path: str) -> None:
    assert [words(front, path)[0] for _ in range(2)] == ["made 1", "made 2"]


def test_what_the_portal_does_not_release_is_not_kept(front: str) -> None:
    Portal.keep = "no-store"

    assert [words(front, "/whitelist/")[0] for _ in range(2)] == ["made 1", "made 2"]


def test_large_type_is_a_page_of_its_own(front: str) -> None:
    plain = words(front, "/whitelist/")
    large = words(front, "/whitelist/", Cookie="elder=1; sessionid=7")

    assert (plain[2], large[2]) == ("", "elder=1")
    assert words(front, "/whitelist/", Cookie="elder=1") == large
    assert words(front, "/whitelist/", Cookie="elder=no") == plain


def test_a_page_asked_for_under_another_port_is_not_handed_to_others(front: str) -> None:
    there = words(front, "/whitelist/", Host="sj.example.test:6666")
    here = words(front, "/whitelist/", Host="sj.example.test")

    assert (there[1], here[1]) == ("sj.example.test:6666", "sj.example.test")


def test_it_is_packed_once_and_plain_for_those_who_cannot_unpack(front: str) -> None:
    _, heads, body = get(front, "/whitelist/", Accept_Encoding="gzip, deflate, br")
    _, again, same = get(front, "/whitelist/", Accept_Encoding="gzip")
    _, without, plain = get(front, "/whitelist/")

    assert (heads["content-encoding"], again["x-cache"]) == ("gzip", "HIT")
    assert body == same
    assert gzip.decompress(body).split(b"|")[1:] == plain.split(b"|")[1:]
    assert "content-encoding" not in without


def test_a_browser_that_has_the_page_hears_so(front: str) -> None:
    _, heads, _ = get(front, "/whitelist/")

    status, _, body = get(front, "/whitelist/", If_None_Match=heads["etag"])

    assert (status, body, Portal.made) == (304, b"", 1)


def test_a_change_is_seen_once_the_time_that_the_portal_gave_is_over(front: str) -> None:
    Portal.keep = "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    first = words(front, "/whitelist/")
    assert words(front, "/whitelist/") == first

    limit = time.monotonic() + _WITHIN
    while words(front, "/whitelist/") == first and time.monotonic() < limit:
        time.sleep(0.2)

    assert words(front, "/whitelist/")[0] != first[0]
    assert SHARED_SECONDS + RENEWING_SECONDS <= 5
