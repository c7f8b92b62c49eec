"""What a phone on duty asks: who is signed in and what time it is, and the visits to take along."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.rules import is_staff_member
from foundation.clock.queries import now
from inspections import rules
from inspections.queries.phone import visits_for_phone


@requires(is_staff_member)
@require_safe
def session(request: SignedInRequest) -> HttpResponse:
    """Is the portal there, who is signed in, what time is it there? With the token for what writes."""
    said = {"user": str(request.user.pk), "token": get_token(request), "now": now().isoformat()}
    return answer(said)


@requires(rules.may_record)
@gzip_page
@require_safe
def visits(request: SignedInRequest) -> HttpResponse:
    """The person's visits with their checklists, to be kept on the phone."""
    return answer(visits_for_phone(request.user, now()))


def answer(said: dict[str, Any], status: int = 200) -> HttpResponse:
    """In UTF-8, and kept by nobody but the phone itself."""
    response = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "private, no-store"
    return response
