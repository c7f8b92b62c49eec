"""The staff's first page in the morning."""

from django.http import HttpResponse
from django.shortcuts import render

from desk.queries import morning as morning_of
from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.rules import is_staff_member
from foundation.clock.queries import today
from foundation.web.read_only import read_only


@requires(is_staff_member)
@read_only
def morning(request: SignedInRequest) -> HttpResponse:
    """What waits for this person today, as sentences with numbers."""
    on = today()
    page = {"groups": morning_of(request.user, on), "on": on}
    return render(request, "desk/morning.html", page)
