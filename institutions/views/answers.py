"""What the pages of the register do alike: find a file, run a form's act, go back to the file."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.audit.queries import trail_of
from foundation.workflow import NotPossibleError
from institutions.models import Institution


def standing_institution(pk: int) -> Institution:
    """The institution of an address; one that was deleted is not there."""
    return get_object_or_404(Institution.objects.standing(), pk=pk)


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run the act of a valid form; why it is not possible is said at the top of the same form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except NotPossibleError as reason:
        form.add_error(None, str(reason))
        return False
    return True


def form_page(
    request: HttpRequest, institution: Institution, form: forms.Form, **page: Any
) -> HttpResponse:
    """A page with one form on one institution; where a colleague wrote meanwhile, it says who."""
    if getattr(form, "met", []):
        page["last"] = next(iter(trail_of(institution, limit=1)), None)
    page |= {"institution": institution, "form": form}
    return render(request, "institutions/form.html", page)


def to_file(institution: Institution, part: str = "") -> HttpResponse:
    """Back to the institution's file, to the group that was worked on."""
    answer = redirect("institutions:file", institution.pk)
    if part:
        answer["Location"] += f"#{part}"
    return answer
