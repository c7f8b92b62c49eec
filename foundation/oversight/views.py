"""The auditor's page: every line of the trail, and whether the chain is whole."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.accounts.access import requires
from foundation.audit.queries import PAGE_SIZE, last_verification, lines
from foundation.oversight import rules
from foundation.oversight.forms import TrailForm


@requires(rules.may_oversee)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The newest lines first; a day, a person or an act narrows them; older ones by the last number seen."""
    form = TrailForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    events = list(lines(**asked)[: PAGE_SIZE + 1])
    context = {
        "form": form,
        "asked": asked,
        "events": events[:PAGE_SIZE],
        "older": _older(asked, events[PAGE_SIZE - 1].id) if len(events) > PAGE_SIZE else "",
        "verification": last_verification(),
    }
    return render(request, "audit/trail.html", context)


def _older(asked: dict[str, object], last: int) -> str:
    """The address of the lines before the last one shown."""
    kept = {name: value for name, value in asked.items() if value} | {"before": last}
    return f"?{urlencode(kept)}"
