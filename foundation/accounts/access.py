"""Every view says at its door who may come in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase

from foundation.accounts.models import StaffSession, User
from foundation.accounts.on_phone import is_phone, sign_in_first
from foundation.accounts.sign_in_page import turn_away


class SignedInRequest(HttpRequest):
    """A request that has passed a door: we know who it is."""

    user: User
    sign_in: StaffSession


View = Callable[..., HttpResponseBase]
Rule = Callable[[User | AnonymousUser], bool]


def requires(rule: Rule) -> Callable[[View], View]:
    """Let in those for whom the rule is true; strangers sign in first; to the rest it is not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if rule(request.user):
                return view(request, *args, **kwargs)
            if request.user.is_anonymous:
                return sign_in_first(request) if is_phone(request) else turn_away(request)
            raise Http404

        guarded.door = rule.__name__  # type: ignore[attr-defined]  # a mark on the function
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Anyone may come in. Written out, so that it is never an oversight."""
    view.door = "open_to_all"  # type: ignore[attr-defined]  # a mark on the function
    return view
