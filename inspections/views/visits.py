"""On site: a visit begins, and is concluded by its lead."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import now
from foundation.web.answers import done
from inspections import rules
from inspections.actions import visits as actions
from inspections.forms.visits import BeginForm, ConcludeForm
from inspections.models import BEGUN, Inspection, Inspector
from inspections.queries.evidence import signatures_of, unsigned, unsigned_officers
from inspections.queries.inspections import inspection_files_of
from inspections.queries.records import obstacles, record_of, unapproved
from inspections.views.answers import typed_stays
from inspections.views.inspections import POST_OR_GET, form_page, to_inspection

# What the pages on site say to whoever was replaced, or is no longer in the lead, while a form was open.
GONE = ("没有这次检查，或者现在不由您办理，没有保存。", "inspections:inspections")


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def inspection_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """When it really began, to those who go."""
    found = own_visit(request, pk)
    if request.method != "POST" and not found.may_begin:
        return to_inspection(found)
    form = BeginForm(request.POST or None, inspection=found)

    def begin() -> None:
        actions.begin_inspection(
            inspection=found,
            version=form.cleaned_data["version"],
            begun_at=form.moment,
            late_reason=form.cleaned_data["late_reason"],
            by=request.user.actor,
        )

    if done(form, begin, found):
        messages.success(request, "检查已开始，请登记检查结果。")
        return to_inspection(found)
    if request.method == "POST" and (begun := _meanwhile(found, state__in=BEGUN)):
        messages.success(request, f"检查已由{begun.begun_by}开始，请登记检查结果。")
        return to_inspection(found)
    return form_page(
        request,
        found,
        form,
        title="开始检查",
        submit="开始检查",
        follows="开始后不能再改期、合并或取消。",
    )


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def inspection_conclude(request: SignedInRequest, pk: int) -> HttpResponse:
    """When it ended, and what the lead says of it."""
    found = own_visit(request, pk)
    if found.lead_id != request.user.department_id:
        raise Http404
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = ConcludeForm(request.POST or None, inspection=found)

    def conclude() -> None:
        asked = form.cleaned_data
        actions.conclude_inspection(
            inspection=found,
            version=asked["version"],
            ended_at=form.moment,
            conclusion=asked["conclusion"],
            late_reason=asked.get("late_reason", ""),
            by=request.user.actor,
        )

    if done(form, conclude, found) or _is_concluded_so(request, found, form):
        messages.success(request, "检查结论已作出。")
        return to_inspection(found)
    signatures = signatures_of(found)
    return form_page(
        request,
        found,
        form,
        title="检查结论",
        submit="作出结论",
        follows="结论后检查结果和问题不能再改动。",
        obstacles=unapproved(found.approval)
        + obstacles(record_of(found))
        + unsigned(found, signatures, now()),
        unsigned_officers=unsigned_officers(found, signatures),
    )


def _meanwhile(found: Inspection, **facts: Any) -> Inspection | None:
    """The visit, where it has become this since the page was opened: by another press, or by a colleague."""
    rows = Inspection.objects.filter(pk=found.pk).select_related("begun_by")
    return rows.filter(**facts).first()


def _is_concluded_so(request: SignedInRequest, found: Inspection, form: ConcludeForm) -> bool:
    """Was this the second press of what the same person has concluded?"""
    if not form.is_bound or not form.cleaned_data.get("conclusion"):
        return False
    said = {"concluded_by": request.user, "conclusion": form.cleaned_data["conclusion"]}
    return _meanwhile(found, **said) is not None


def own_visit(request: SignedInRequest, pk: int) -> Inspection:
    """The visit of an address, to its inspectors; to the rest there is nothing to write."""
    goes = Inspector.objects.filter(inspection=OuterRef("pk"), user=request.user, left_at=None)
    return get_object_or_404(inspection_files_of(request.user).filter(Exists(goes)), pk=pk)
