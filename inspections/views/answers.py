"""What the pages of inspections do alike: lose nothing typed about a row that went away meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.accounts.kept import keep

_View = Callable[..., HttpResponse]


def typed_stays(why: str, back: str) -> Callable[[_View], _View]:
    """Where the row went away while its form was open, what was typed is shown once more, to be copied.

    The answer is the same for a row that never was, or that is not for this person.
    """

    def decorate(view: _View) -> _View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                page = {"why": why, "typed": keep(request).texts, "back": back}
                if not page["typed"]:
                    raise
                return render(request, "inspections/gone.html", page, status=404)

        return kept

    return decorate
