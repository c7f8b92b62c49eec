"""What the pages of the register do alike: find what a form is about, show the form, go back to the file."""

from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.audit.models import AuditEvent
from foundation.audit.queries import trail_of
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from institutions.models import Institution

_Row = TypeVar("_Row", bound=Model)


def standing_institution(pk: int) -> Institution:
    """The institution of an address; one that was deleted is not there."""
    return get_object_or_404(Institution.objects.standing(), pk=pk)


def institution_of(request: HttpRequest, pk: int) -> Institution:
    """The same for a form. Deleted while somebody was writing, the form comes back and its act refuses."""
    if request.method != "POST":
        return standing_institution(pk)
    found = Institution.objects.filter(pk=pk).first()
    # An import that was taken back leaves nothing of what it had entered.
    return found or Institution(pk=pk, name="已删除的机构", deleted_at=now())


def row_of(request: HttpRequest, rows: QuerySet[_Row]) -> _Row | None:
    """The one row that a form is about; None when it went while somebody was writing: see `still_there`."""
    found = rows.first()
    if found is None and request.method != "POST":
        raise Http404
    return found


def still_there(row: _Row | None) -> _Row:
    """Asked within the act, so that the form comes back with the words."""
    if row is None:
        raise NotPossibleError(
            "这条记录已被删除，没有保存。您填写的内容还在这里，请抄下后返回档案核对。"
        )
    return row


def last_change(form: forms.Form, of: Model) -> AuditEvent | None:
    """Who wrote meanwhile, where the form has met somebody's changes."""
    return next(iter(trail_of(of, limit=1)), None) if getattr(form, "met", []) else None


def form_page(
    request: HttpRequest, institution: Institution, form: forms.Form, **page: Any
) -> HttpResponse:
    """A page with one form on one institution; where a colleague wrote meanwhile, it says who."""
    page |= {"institution": institution, "form": form, "last": last_change(form, institution)}
    return render(request, "institutions/form.html", page)


def to_file(institution: Institution, part: str = "") -> HttpResponse:
    """Back to the institution's file, to the group that was worked on."""
    answer = redirect("institutions:file", institution.pk)
    if part:
        answer["Location"] += f"#{part}"
    return answer
