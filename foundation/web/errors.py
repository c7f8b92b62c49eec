"""The pages for what goes wrong: plain words, the office's telephone number, nothing from the database."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from foundation.web.context import county_for_errors


def _page(request: HttpRequest, status: int) -> HttpResponse:
    """Rendered without context processors: host, session or query may be the very thing that is wrong."""
    html = render_to_string(f"{status}.html", county_for_errors(request))
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none for this person."""
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our own fault."""
    return _page(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    response = _page(request, 503)
    response["Retry-After"] = "30"
    return response
