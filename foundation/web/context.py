"""What every page knows: whose portal it is, and whether the reader asked for large type."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from foundation.clock.queries import computer_now, now

ELDER_COOKIE = "elder"


def county(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `county` in every template."""
    # A template that shows the moment calls `now`; the others ask no clock.
    return {"county": _words() | {"elder": wants_large_type(request), "moment": now}}


def county_for_errors(request: HttpRequest) -> dict[str, Any]:
    """The same for the pages that must come when the database does not."""
    return {"county": _words() | {"elder": wants_large_type(request), "moment": computer_now}}


def wants_large_type(request: HttpRequest) -> bool:
    """Did this reader choose the elder mode?"""
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def _words() -> dict[str, Any]:
    return {
        "COUNTY_NAME": settings.COUNTY_NAME,
        "OFFICE_NAME": settings.OFFICE_NAME,
        "OFFICE_SHORT_NAME": settings.OFFICE_SHORT_NAME,
        "OFFICE_PHONE": settings.OFFICE_PHONE,
        "OFFICE_EMAIL": settings.OFFICE_EMAIL,
        "SITE_NAME": settings.SITE_NAME,
        "FOOTER": settings.FOOTER,
        "DEMO": settings.DEMO,
    }
