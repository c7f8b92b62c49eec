"""Who goes: naming a department's people, recusing and replacing one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import done
from inspections import rules
from inspections.actions import inspectors as actions
from inspections.forms.inspections import InspectorsForm, ReplaceForm
from inspections.models import Inspector
from inspections.views.inspections import POST_OR_GET, form_page, found_inspection, to_inspection


@requires(rules.may_staff)
@require_http_methods(POST_OR_GET)
def section_people(request: SignedInRequest, pk: int, section: int) -> HttpResponse:
    """Which people of this department go."""
    inspection = found_inspection(request, pk)
    rows = inspection.sections.select_related("department")
    if not rules.plans_jointly(request.user):
        rows = rows.filter(department=request.user.department_id)
    elif inspection.organiser_id != request.user.department_id:
        rows = rows.none()
    found = get_object_or_404(rows, pk=section)
    found.inspection = inspection
    named = found.inspectors.filter(left_at=None).values_list("user", flat=True)
    known = {"version": inspection.version, "people": list(named)}
    form = InspectorsForm(request.POST or None, section=found, initial=known)
    if done(
        form,
        lambda: actions.name_inspectors(section=found, by=request.user.actor, **form.cleaned_data),
        inspection,
    ):
        messages.success(request, "检查人员已确定。")
        return to_inspection(inspection)
    return form_page(request, inspection, form, title="确定检查人员", submit="确定检查人员")


@requires(rules.may_approve)
@require_http_methods(POST_OR_GET)
def inspector_replace(request: SignedInRequest, pk: int, inspector: int) -> HttpResponse:
    """One does not go, recused or kept from it."""
    inspection = found_inspection(request, pk)
    rows = Inspector.objects.filter(inspection=inspection, left_at=None)
    own = rows.filter(section__department=request.user.department_id)
    found = get_object_or_404(own.select_related("user", "section__department"), pk=inspector)
    found.inspection = inspection
    form = ReplaceForm(
        request.POST or None, inspector=found, initial={"version": inspection.version}
    )
    if done(
        form,
        lambda: actions.replace_inspector(
            inspector=found, by=request.user.actor, **form.cleaned_data
        ),
        inspection,
    ):
        messages.success(request, "已办理。")
        return to_inspection(inspection)
    title = f"{found}回避或更换"
    return form_page(request, inspection, form, title=title, submit="确定")
