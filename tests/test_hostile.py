"""Nonsense and malice at every address, as a stranger and as somebody who may come in: never a 5xx."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import URLPattern

from tests.addresses import DISABLED, STRANGER, Cast, County, patterns
from tests.walk import table

pytestmark = pytest.mark.django_db

VALUES: dict[str, bytes] = {
    "nul": b"a\0b",
    "surrogate": b"\xed\xa0\x80",
    "not utf-8": b"\xff\xfe\xfa",
    "sql": b"' OR '1'='1'; DROP TABLE accounts_user;--",
    "template": b"{{ 7*7 }}{% load x %}{{ settings.SECRET_KEY }}${7*7}",
    "markup": b'"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "path": b"../../../../etc/passwd",
    "header": b"a\r\nSet-Cookie: x=1",
    "past bigint": b"9223372036854775808",
    "many digits": b"9" * 5000,
    "minus": b"-1",
    "power": b"1e999",
    "not a number": b"NaN",
    "superscript": "²³".encode(),
    "other digits": "٣٤".encode(),
    "first day": b"0001-01-01",
    "last day": b"9999-12-31",
    "no day": b"2026-13-45",
    "joined": "👩‍👩‍👧‍👦\u202e\u200b\ufeff𠮷".encode(),
    "nested": b'[[[[[[[[{"a":[]}]]]]]]]]',
    "long": "长".encode() * 4000,
}
# The values are tried in so many turns, which several processors can share.
_TURNS = 4
SEGMENTS = ("0", "9223372036854775808", "9" * 400, "x" * 3000, "%00", "%FF", "-", "%27--", "²")
EXTRA = (
    "page",
    "pk",
    "show",
    "kind",
    "q",
    "before",
    "state",
    "on",
    "row-9",
    "column-0",
    "version",
    "next",
)


# A stranger is turned away by the same code everywhere: with these in the hand.
TURNED_AWAY = ("nul", "surrogate", "not utf-8", "header", "many digits", "long")
# What is long goes into few fields, so that the request itself is not refused for its size.
BIG = ("q", "page", "pk", "name", "reason", "version", "valid_until", "year", "capacity", "next")


def fields() -> list[str]:
    """Every field of every form of the house: whatever a page reads, one of these is it."""
    found = set(EXTRA)
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if not form.__module__.startswith("django"):
            found |= set(getattr(form, "base_fields", {}))
    return sorted(found)


def guest_of() -> dict[str, str]:
    """For each address the first role to which the table opens it."""
    inside: dict[str, str] = {}
    for line in table():
        may = [who for who in line if line[who].isdigit() and int(line[who]) not in {401, 404, 405}]
        roles = [who for who in may if who not in {STRANGER, DISABLED}]
        if roles:
            inside.setdefault(line["address"], roles[0])
    return inside


def is_staffs(name: str) -> bool:
    """Is it an address below the office's door?"""
    return not name.startswith(("public:", "ui:", "health:"))


class Attack:
    """Requests against one small county; each is undone, and what was answered with a 5xx is kept."""

    def __init__(self) -> None:
        self.county = County(Cast())
        self.county.settle()
        self.guests = guest_of()
        self.tried = 0
        self.fallen: list[str] = []

    def visitors(self, name: str) -> Iterator[tuple[str, Client]]:
        for who in (STRANGER, self.guests.get(name, "office")):
            yield who, self.county.cast.browser(who)

    def send(self, words: str, client: Client, method: str, path: str, **given: Any) -> None:
        """One request; the answer is read to its end."""
        self.tried += 1
        with transaction.atomic():
            answer = client.generic(method, path, **given)
            if answer.streaming:
                list(answer)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            self.fallen.append(f"{answer.status_code} {method} {path[:80]} {words}")


@pytest.fixture
def attack() -> Iterator[Attack]:
    """Its thousands of refusals are not worth a line each."""
    logging.disable(logging.ERROR)
    yield Attack()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("turn", range(_TURNS))
def test_no_value_in_any_field_breaks_a_page(attack: Attack, turn: int) -> None:
    every = fields()
    for label, value in list(VALUES.items())[turn::_TURNS]:
        written = quote(value)
        everywhere = every if len(value) < 300 else BIG
        # Each name twice: what expects one value gets two.
        line = "&".join(f"{field}={written}&{field}={written}" for field in everywhere)
        short = "&".join(f"{field}={written}" for field in everywhere) if len(value) < 100 else ""
        for name, _ in patterns():
            for who, client in attack.visitors(name):
                if who == STRANGER and label not in TURNED_AWAY and is_staffs(name):
                    continue
                path = attack.county.path(name, who)
                query = short or f"q={written}&page={written}"
                attack.send(f"{label} as {who}", client, "GET", f"{path}?{query}")
                form = {"data": line, "content_type": "application/x-www-form-urlencoded"}
                attack.send(f"{label} as {who}", client, "POST", path, **form)

    assert attack.fallen == []


_BOUNDARY = b"--x\r\nContent-Disposition: form-data; "
BODIES: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b"nothing"),
    "cut off": ("multipart/form-data; boundary=x", _BOUNDARY + b'name="upload"; filename="a.xls'),
    "no end": ("multipart/form-data; boundary=x", _BOUNDARY + b'name="reason"\r\n\r\nwords'),
    "evil name": (
        "multipart/form-data; boundary=x",
        _BOUNDARY + b'name="upload"; filename="../../\xff\x01.xlsx"\r\n\r\nPK\x03\x04\r\n--x--\r\n',
    ),
    "empty file": (
        "multipart/form-data; boundary=x",
        _BOUNDARY + b'name="upload"; filename="a.pdf"\r\n\r\n\r\n--x--\r\n',
    ),
    "base64": (
        "multipart/form-data; boundary=x",
        _BOUNDARY + b'name="upload"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    ),
    "json": ("application/json", b'{"reason": ["a", {"b": null}], "reason": 1e999}'),
    "deep json": ("application/json", b"[" * 50_000),
    "charset": ("application/x-www-form-urlencoded; charset=no-such", b"q=%FF"),
    "utf-7": ("application/x-www-form-urlencoded; charset=utf-7", b"q=+AGE-"),
    "utf-16": ("application/x-www-form-urlencoded; charset=utf-16", b"q=\xff\xfe\x00"),
    "too many": ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 3000)),
    "hundred kilobytes": ("application/x-www-form-urlencoded", b"reason=" + b"a" * 100_000),
}
HEADERS: dict[str, dict[str, str]] = {
    "host": {"HTTP_HOST": "a b\x01"},
    "cookies": {
        "HTTP_COOKIE": "sessionid=\x01\x02; csrftoken=" + "x" * 5000 + "; elder=\xff; ;;=="
    },
    "session of nobody": {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={'a' * 32}; elder=1"},
    "nul cookie": {"HTTP_COOKIE": "elder=\0"},
    "languages": {"HTTP_ACCEPT_LANGUAGE": "x" * 3000 + ";q=NaN"},
    "encoding": {"HTTP_ACCEPT_ENCODING": "gzip;q=1e9, \xff"},
    "etag": {"HTTP_IF_NONE_MATCH": 'W/"' + "x" * 5000, "HTTP_IF_MATCH": "*,*"},
    "since": {"HTTP_IF_MODIFIED_SINCE": "Thu, 99 Foo 99999 99:99:99 GMT"},
    "range": {"HTTP_RANGE": "bytes=-1--5,99999999999999999999-"},
    "forwarded": {"HTTP_X_FORWARDED_FOR": "::::, ' OR 1=1, \xff", "REMOTE_ADDR": "not an address"},
    "referer": {"HTTP_REFERER": "http://[::1", "HTTP_ORIGIN": "http://[::1"},
    "agent": {"HTTP_USER_AGENT": "\xff\x01<script>" * 500},
    "length": {"CONTENT_LENGTH": "-5"},
    "wordy length": {"CONTENT_LENGTH": "many"},
}


def test_no_body_breaks_a_page(attack: Attack) -> None:
    for label, (kind, body) in BODIES.items():
        for name, _ in patterns():
            for who, client in attack.visitors(name):
                path = attack.county.path(name, who)
                attack.send(label, client, "POST", path, data=body, content_type=kind)

    assert attack.fallen == []


def test_no_header_and_no_cookie_breaks_a_page(attack: Attack) -> None:
    for label, headers in HEADERS.items():
        for name, _ in patterns():
            for who, client in attack.visitors(name):
                path = attack.county.path(name, who)
                attack.send(label, client, "GET", path, **headers)
        attack.send(
            label, Client(raise_request_exception=False), "POST", "/office/sign-in/", **headers
        )

    assert attack.fallen == []


def test_no_address_that_never_was_breaks_a_page(attack: Attack) -> None:
    office = attack.county.cast.browser("lead")
    for path in sorted(set(_wrong_addresses())):
        for client in (Client(raise_request_exception=False), office):
            attack.send("as an address", client, "GET", path)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "A" * 300):
        for name, _ in patterns():
            for who, client in attack.visitors(name):
                attack.send("as a method", client, method, attack.county.path(name, who))

    assert attack.fallen == []


def _wrong_addresses() -> Iterator[str]:
    """Every address with each of its arguments made wrong."""
    for segment in SEGMENTS:
        for _, pattern in patterns():
            if converters := pattern.pattern.converters:
                yield _written(pattern, dict.fromkeys(converters, segment))
        yield f"/{segment}"
        yield f"/office/{segment}/{segment}/"


def _written(pattern: URLPattern, arguments: dict[str, str]) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, arguments[name])
    if pattern.lookup_str.startswith("inspections.views.phone"):
        return f"/phone/{route}"
    staff = not pattern.lookup_str.startswith("public.") and not route.startswith("office/")
    return f"/office/{route}" if staff else f"/{route}"
