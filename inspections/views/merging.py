"""Visits of one place in one month: the list of them, and making one joint visit of several."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.web.answers import told
from inspections import rules
from inspections.actions.merging import merge_inspections
from inspections.queries.inspections import with_sections
from inspections.queries.overlaps import could_be_one, overlaps
from inspections.views.approvals import ticked_rows
from inspections.views.inspections import POST_OR_GET, found_inspection, to_inspection


@requires(rules.may_merge)
@require_safe
def inspection_overlaps(request: SignedInRequest) -> HttpResponse:
    """Places that several departments are about to visit in the same month."""
    page = {"overlaps": overlaps(today())}
    return render(request, "inspections/inspections/overlaps.html", page)


@requires(rules.may_merge)
@require_http_methods(POST_OR_GET)
def inspection_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """The ticked visits join this one."""
    found = found_inspection(request, pk)
    others = list(with_sections(could_be_one(found).select_related("institution", "site", "lead")))
    if request.method == "POST":
        shown = dict(ticked_rows(request.POST.getlist("pk")))
        chosen = [one for one in others if one.pk in shown]

        def merge() -> None:
            merge_inspections(
                into=found,
                others=chosen,
                versions=shown,
                organiser=request.user.department,
                by=request.user.actor,
            )

        if told(request, merge):
            messages.success(request, "已合并为一次联合检查，请由牵头执法主体重新提请审批。")
            return to_inspection(found)
    page: dict[str, Any] = {"inspection": found, "others": others}
    return render(request, "inspections/inspections/merge.html", page)
