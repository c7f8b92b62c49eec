"""Addresses of public pages: looked up among all addresses once, then filled in."""

from functools import cache

from django.urls import reverse

# No address has these otherwise.
_SLOT, _NUMBER = "-", "0"


def institution_address(public_id: str) -> str:
    """The page of one institution."""
    return _of("public:institution").replace(_SLOT, public_id)


def wall_address(public_id: str) -> str:
    """What the code on its wall opens."""
    return _of("public:wall").replace(_SLOT, public_id)


def issue_address(kind: str, number: int) -> str:
    """One published issue."""
    return _issue(kind).replace(_NUMBER, str(number))


@cache
def _of(name: str) -> str:
    return reverse(name, args=[_SLOT])


@cache
def _issue(kind: str) -> str:
    return reverse("public:issue", args=[kind, int(_NUMBER)])
