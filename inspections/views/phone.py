"""What a phone on duty asks: who is signed in and whether it is still that person, what time it is, and the visits to take along."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.locks import minutes_until, try_password
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


@requires(is_staff_member)
@sensitive_post_parameters("password")
@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Is it still the person who is signed in? Only the password is tried, under the limits of the sign-in page."""
    own = str(request.user.pk)
    if request.headers.get("X-User") != own:
        return answer({"words": "现在登录的是另一位用户。", "address": ""}, 403)
    user, until = try_password(request, request.user.username, request.POST.get("password", ""))
    if until is not None:
        return answer({"words": f"输错次数过多，请在 {minutes_until(until)} 分钟后再试。"}, 429)
    if user is None or user.pk != request.user.pk:
        return answer({"words": "密码不对，请再试一次。"}, 422)
    return answer({"user": own})


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
