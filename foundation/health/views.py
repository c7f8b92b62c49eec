"""The one address that machines ask."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from foundation.accounts.access import open_to_all
from foundation.health.queries import can_serve, health


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, else 503; the parts either way."""
    parts = health()
    response = JsonResponse(parts, status=200 if can_serve(parts) else 503)
    response["Cache-Control"] = "no-store"
    return response
