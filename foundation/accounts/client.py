"""Who is asking, as far as a request shows: address, device in words, and whether it is a known one."""

import hashlib
import ipaddress
import secrets
import unicodedata

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

KNOWN_DEVICE_COOKIE = "known_device"
_SALT = "foundation.accounts.known_device"
_PEOPLE_PER_DEVICE = 12
# The discard-only block of RFC 6666: no real client can ever have an address in it.
_DEVICE_BLOCK = ipaddress.IPv6Network("100::/64")
DEVICE_PREFIX = "100::"

_SYSTEMS = (
    ("HarmonyOS", "鸿蒙设备"),
    ("OpenHarmony", "鸿蒙设备"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("UOS", "统信电脑"),
    ("Kylin", "麒麟电脑"),
    ("Linux", "Linux 电脑"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge 浏览器"),
    ("360", "360 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "Chrome 内核浏览器"),
    ("Safari", "Safari 浏览器"),
)


def account_name(typed: str) -> str:
    """A user name as it is stored and counted: full width, capitals and spaces make no other one."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def client_address(request: HttpRequest) -> str | None:
    """The real address: the connection's, or what our own proxies have seen."""
    address = request.META.get("REMOTE_ADDR", "")
    if hops := settings.TRUSTED_PROXIES:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(seen) >= hops:
            address = seen[-hops]
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None


def counted_as(address: str | None) -> str | None:
    """An IPv6 client may use any address of its network, 2^64 of them: they count as one."""
    if address is None or ":" not in address:
        return address
    mapped = ipaddress.IPv6Address(address).ipv4_mapped
    return str(mapped or ipaddress.IPv6Network(f"{address}/64", strict=False).network_address)


def device_words(agent: str) -> str:
    """The device as its owner would call it, by what its browser says of itself."""
    system = next((words for mark, words in _SYSTEMS if mark in agent), "未知设备")
    browser = next((words for mark, words in _BROWSERS if mark in agent), "未知浏览器")
    return f"{system}，{browser}"


def session_digest(key: str | None) -> str:
    """How a sign-in knows its session without being able to open it."""
    return hashlib.sha256((key or "").encode()).hexdigest()


def person_digest(username: str) -> str:
    """A user name for a cookie or a sealed text: comparable, not readable."""
    return salted_hmac(_SALT, account_name(username), algorithm="sha256").hexdigest()[:24]


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    """The device's token and the people who have signed in on it, the last one first."""
    try:
        token, *people = signing.loads(
            request.COOKIES.get(KNOWN_DEVICE_COOKIE, ""),
            salt=_SALT,
            max_age=settings.KNOWN_DEVICE_DAYS * 86_400,
        )
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return str(token), [str(person) for person in people]


def knows_device(request: HttpRequest, username: str) -> bool:
    """Has this person signed in on this device before?"""
    return person_digest(username) in _known(request)[1]


def last_person(request: HttpRequest) -> str:
    """The digest of the one who signed in here last; empty on an unknown device."""
    return next(iter(_known(request)[1]), "")


def counted_address(request: HttpRequest) -> str | None:
    """The address under which wrong passwords count. A known device of the account counts apart,
    so that a stranger behind the same address, or guessing at the account, cannot lock it out."""
    signed_in = getattr(request, "user", None)
    typed = str(request.POST.get("username", ""))
    token, people = _known(request)
    person = person_digest(typed or getattr(signed_in, "username", ""))
    if person not in people:
        return counted_as(client_address(request))
    digest = salted_hmac(_SALT, token + person, algorithm="sha256").digest()
    return str(_DEVICE_BLOCK[int.from_bytes(digest[:8], "big")])


def remember_device(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """This person has signed in here: next time the device is a known one."""
    token, people = _known(request)
    person = person_digest(username)
    people = [person, *(other for other in people if other != person)][:_PEOPLE_PER_DEVICE]
    response.set_cookie(
        KNOWN_DEVICE_COOKIE,
        signing.dumps([token or secrets.token_hex(16), *people], salt=_SALT),
        max_age=settings.KNOWN_DEVICE_DAYS * 86_400,
        path="/office/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
