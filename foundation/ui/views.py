"""The look: the switch for large type, and every component on one page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, open_to_all, requires
from foundation.accounts.rules import is_staff_member
from foundation.ui import samples
from foundation.web.context import ELDER_COOKIE

ONE_YEAR = 365 * 24 * 60 * 60


@open_to_all
@require_safe
@never_cache
def elder(request: HttpRequest) -> HttpResponse:
    """Large type on or off, remembered by a cookie that exists only after this choice."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.GET.get("on") == "1":
        response.set_cookie(
            ELDER_COOKIE, "1", max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


@requires(is_staff_member)
@require_safe
def gallery(request: SignedInRequest) -> HttpResponse:
    """Every component in its states; looked at before anything is added to the look."""
    return render(request, "gallery.html", samples.gallery(refused="refused" in request.GET))
