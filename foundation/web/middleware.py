"""What no view should have to think of: what a page may load, requests that make no sense, a database that is away."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase, QueryDict

from foundation.web.errors import bad_request, unavailable

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]


class OnePolicyMiddleware:
    """What a page may load is the same for all: no view can loosen it.

    The library's own middleware writes the policy anew for every answer; here it is written once.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # A file that is shown alone brings a stricter policy of its own.
        response.headers.setdefault(HEADER, self._policy)
        return response


class SensibleRequestMiddleware:
    """No text holds a NUL (PostgreSQL stores none); what does is a 400 in words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if any("\0" in text for text in _texts(request)):
            return bad_request(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """What was posted is read after the view's own upload limits were set, before the view."""
        if request.method == "POST" and any("\0" in text for text in _query(request.POST)):
            return bad_request(request)
        return None

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A database that is away is not a fault of the page: 503, and the reason in the log."""
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("database unavailable", exc_info=exception)
            return unavailable(request)
        return None


def _texts(request: HttpRequest) -> Iterable[str]:
    yield request.path
    yield from request.COOKIES
    yield from request.COOKIES.values()
    yield from _query(request.GET)


def _query(query: QueryDict) -> Iterable[str]:
    for name, values in query.lists():
        yield name
        yield from values
