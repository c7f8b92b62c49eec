"""What every page knows: whose portal it is, and whether the reader asked for large type."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from foundation.clock.queries import computer_now, now

ELDER_COOKIE = "elder"
_SETTLED = (
    "OFFICE_NAME",
    "OFFICE_SHORT_NAME",
    "OFFICE_PHONE",
    "OFFICE_EMAIL",
    "SITE_NAME",
    "DEMO",
)


def county(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `county` in every template."""
    # A template that shows the moment calls `now`; the others ask no clock.
    asked = {"here": request.get_full_path, "address": request.build_absolute_uri}
    return {"county": _county(request) | asked | {"moment": now}}


def county_for_errors(request: HttpRequest) -> dict[str, Any]:
    """The same for the pages that must come when the database does not, nor a host that makes sense.

    What was posted cannot be come back to: the way back leads home.
    """
    path = request.get_full_path()
    asked = {"here": path if request.method in {"GET", "HEAD"} else "/", "address": path}
    return {"county": _county(request) | asked | {"moment": computer_now}}


def wants_large_type(request: HttpRequest) -> bool:
    """Did this reader choose the elder mode?"""
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def _county(request: HttpRequest) -> dict[str, Any]:
    """`words` is a value that differs when any of the settings does; `here` and `address` are added to it."""
    settled = {name: getattr(settings, name) for name in _SETTLED}
    footer = settings.FOOTER
    words = (*settled.values(), *footer.values())
    return settled | {"FOOTER": footer, "words": words, "elder": wants_large_type(request)}
