"""What every page knows: whose portal it is, and whether the reader asked for large type."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

ELDER_COOKIE = "elder"


def county_words() -> dict[str, Any]:
    """The county and the office in words, from the settings."""
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


def county(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `county` in every template."""
    return {"county": county_words() | {"elder": request.COOKIES.get(ELDER_COOKIE) == "1"}}
