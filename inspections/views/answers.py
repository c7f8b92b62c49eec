"""What the pages of inspections do alike: lose nothing typed about a row that went away meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

_View = Callable[..., HttpResponse]


def typed_stays(why: str, back: str, **labels: str) -> Callable[[_View], _View]:
    """Where the row went away while its form was open, what was typed is shown once more, to be copied.

    The answer is the same for a row that never was, or that is not for this person.
    """

    def decorate(view: _View) -> _View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                typed = [(label, request.POST.get(name, "")) for name, label in labels.items()]
                page = {"why": why, "typed": [one for one in typed if one[1].strip()], "back": back}
                if not page["typed"]:
                    raise
                return render(request, "inspections/gone.html", page, status=404)

        return kept

    return decorate
