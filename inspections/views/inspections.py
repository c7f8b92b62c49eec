"""Inspections: the list, one inspection, amending it, moving it, giving it up."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.models import User
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import now, today
from foundation.web.answers import done
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions import planning as actions
from inspections.forms.inspection_filter import InspectionFilter
from inspections.forms.inspections import (
    AmendForm,
    CancelInspectionForm,
    MoveForm,
)
from inspections.models import Inspection, Inspector, Section
from inspections.queries.campaigns import campaigns_of
from inspections.queries.disclosures import acts_on, disclosure_for
from inspections.queries.elsewhere import elsewhere
from inspections.queries.evidence import signatures_of, unsigned
from inspections.queries.faces import unchecked
from inspections.queries.inspections import (
    AHEAD,
    inspection_files_of,
    inspections_of,
    to_approve,
    visits_of,
    visits_of_month,
    with_sections,
)
from inspections.queries.records import (
    obstacles,
    record_for,
    unapproved,
    with_findings,
)
from inspections.workflow import INSPECTION, InspectionState

POST_OR_GET = ["GET", "HEAD", "POST"]


@requires(rules.may_view_inspections)
@require_safe
def inspections(request: SignedInRequest) -> HttpResponse:
    """The inspections that this person may see, the latest day first."""
    user = request.user
    rows = inspections_of(user)
    asked = InspectionFilter(request.GET, rows=rows)
    page = {
        "form": asked,
        "page": page_of(with_sections(with_findings(asked.narrow(rows, user), user)), request),
        "query": request.GET.urlencode(),
        "may_plan": rules.may_plan_inspection(user),
        "may_ask": rules.may_ask(user),
        "may_approve": rules.may_approve(user),
        "may_merge": rules.may_merge(user),
        "shows_results": rules.sees_every_inspection(user),
        "on": today(),
    }
    return render(request, "inspections/inspections/inspections.html", page)


@requires(rules.may_view_inspections)
@require_safe
def inspection(request: SignedInRequest, pk: int) -> HttpResponse:
    """One inspection: place, day, departments with their people, approval, what was found, and what may be done now."""
    user, found = request.user, found_inspection(request, pk)
    sections = sections_of(found)
    acts, is_open = INSPECTION.acts(found.state), bool(INSPECTION.acts(found.state))
    is_ahead = is_open and not found.has_begun
    people = [one for section in sections for one in section.inspectors.all() if not one.left_at]
    page = {
        "inspection": found,
        "approval": getattr(found, "approval", None),
        "sections": [_part(request, found, section) for section in sections],
        "is_alone": len([one for one in people if one.certificate]) < 2,
        "alone": alone_in(sections) if is_open else [],
        "busy": busy(found, people) if is_open else [],
        "visits": visits_of(found),
        "may_see_campaign": found.planned is not None
        and campaigns_of(user).filter(pk=found.planned.campaign_id).exists(),
        "others": visits_of_month(found.place, found.planned_on).exclude(pk=found.pk).count()
        if found.place and is_ahead
        else 0,
        "may_amend": found.state == InspectionState.PLANNED and rules.may_plan_this(user, found),
        "may_move": is_ahead and rules.may_move_this(user, found),
        "may_cancel": "cancel" in acts and rules.may_cancel_this(user, found),
        "may_ask": found.is_to_ask and rules.may_ask_for_this(user, found),
        "may_approve": "approve" in acts and to_approve(user).filter(pk=found.pk).exists(),
        "may_merge": "merge" in acts and rules.may_merge(user),
        **_on_site(request, found, people),
        **_published(user, found),
        "timeline": page_of_trail(found, number_of(request.GET.get("before", "")))
        if rules.sees_whole_inspection(user, found)
        else None,
    }
    return render(request, "inspections/inspections/inspection.html", page)


@requires(rules.may_plan_inspection)
@require_http_methods(POST_OR_GET)
def inspection_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """What, when and by whom, put otherwise."""
    found = planned_by_own(request, pk)
    if request.method != "POST" and found.state != InspectionState.PLANNED:
        return to_inspection(found)
    form = AmendForm(request.POST or None, user=request.user, inspection=found)

    def amend() -> None:
        values = form.cleaned_data
        actions.amend_inspection(
            inspection=found,
            version=values["version"],
            values=values,
            departments=list(values["departments"]),
            by=request.user.actor,
        )

    if done(form, amend, found):
        messages.success(request, "已保存。")
        return to_inspection(found)
    return form_page(request, found, form, title="修改检查安排", submit="保存修改")


@requires(rules.may_plan_inspection)
@require_http_methods(POST_OR_GET)
def inspection_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another day, with a reason."""
    found = moved_by_own(request, pk)
    if request.method != "POST" and found.state not in AHEAD:
        return to_inspection(found)
    known = {"version": found.version, "planned_on": found.planned_on}
    form = MoveForm(request.POST or None, initial=known)
    if did(request, found, form, actions.move_inspection, "已改期。"):
        return to_inspection(found)
    follows = "已批准的检查改期后仍然有效，改期及理由记入办理经过。"
    return form_page(
        request,
        found,
        form,
        title="改期",
        submit="改期",
        follows=follows if found.state == InspectionState.APPROVED else "",
    )


@requires(rules.may_plan_inspection)
@require_http_methods(POST_OR_GET)
def inspection_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """It does not take place, for a reason."""
    found = found_inspection(request, pk)
    if not rules.may_cancel_this(request.user, found):
        raise Http404
    form = CancelInspectionForm(request.POST or None, initial={"version": found.version})
    if did(request, found, form, actions.cancel_inspection, "检查已取消。"):
        return to_inspection(found)
    return form_page(
        request, found, form, title="取消检查", submit="取消这次检查", follows="取消后不能恢复。"
    )


def found_inspection(request: SignedInRequest, pk: int) -> Inspection:
    """The inspection of an address, to those who may see it; to the rest it is not there."""
    return get_object_or_404(inspection_files_of(request.user), pk=pk)


def sections_of(found: Inspection) -> list[Section]:
    """Its departments with their people."""
    return list(
        found.sections.select_related("department").prefetch_related(
            "inspectors__user", "inspectors__left_by"
        )
    )


def alone_in(sections: list[Section]) -> list[Section]:
    """The departments of a joint visit that send one person only."""
    if len(sections) < 2:
        return []
    going = {one: [who for who in one.inspectors.all() if not who.left_at] for one in sections}
    return [one for one, people in going.items() if len(people) == 1]


def busy(found: Inspection, people: list[Inspector]) -> list[tuple[User, int]]:
    """Who goes to other places too on that day, and to how many."""
    others = elsewhere(found, [one.user_id for one in people])
    return [(one.user, others[one.user_id]) for one in people if others[one.user_id]]


def planned_by_own(request: SignedInRequest, pk: int) -> Inspection:
    """The same, to whoever arranged it."""
    rows = inspection_files_of(request.user)
    return get_object_or_404(rows.filter(organiser=request.user.department_id), pk=pk)


def moved_by_own(request: SignedInRequest, pk: int) -> Inspection:
    """The same, to whoever arranged it and to its lead."""
    rows, own = inspection_files_of(request.user), request.user.department_id
    return get_object_or_404(rows.filter(organiser=own) | rows.filter(lead=own), pk=pk)


def to_inspection(found: Inspection) -> HttpResponse:
    """Back to its page."""
    return redirect("inspections:inspection", found.pk)


def form_page(
    request: SignedInRequest, found: Inspection | None, form: forms.Form, **page: Any
) -> HttpResponse:
    """A page with one form on one inspection."""
    page |= {"inspection": found, "form": form}
    return render(request, "inspections/inspections/form.html", page)


def did(
    request: SignedInRequest,
    found: Inspection,
    form: forms.Form,
    act: Callable[..., object],
    words: str,
) -> bool:
    """Run this act on the inspection with what the form holds."""
    if not done(
        form, lambda: act(inspection=found, by=request.user.actor, **form.cleaned_data), found
    ):
        return False
    messages.success(request, words)
    return True


def _on_site(
    request: SignedInRequest, found: Inspection, people: list[Inspector]
) -> dict[str, Any]:
    """What was found, as far as this person sees it, and what the person may write now."""
    user = request.user
    takes_part = user.pk in {one.user_id for one in people}
    goes = takes_part and rules.may_record(user)
    record = record_for(user, found) if found.has_begun else []
    signatures = signatures_of(found) if found.has_begun else None
    records = goes and found.is_running
    concludes = records and user.department_id == found.lead_id
    own = user.department_id
    may_read = rules.may_read_record(user, found, goes=takes_part)
    return {
        "unchecked": unchecked(found).count() if may_read else 0,
        "record": [
            (part, records and part.section.department_id == own, concludes) for part in record
        ],
        "may_begin": goes and found.may_begin,
        "may_read_record": may_read,
        "may_conclude": concludes,
        "signatures": signatures,
        "may_sign": records,
        "obstacles": unapproved(found.approval)
        + obstacles(record)
        + unsigned(found, signatures, now())
        if concludes and signatures
        else [],
    }


def _published(user: User, found: Inspection) -> dict[str, Any]:
    """Whether its result is public, and what this person may do about it."""
    row = disclosure_for(user, found)
    return {"disclosure": row, "disclosure_acts": acts_on(user, row) if row else set()}


def _part(request: SignedInRequest, found: Inspection, section: Section) -> dict[str, Any]:
    """A department's part as the page shows it."""
    user, section.inspection = request.user, found
    people = list(section.inspectors.all())
    for one in people:
        one.section = section
    is_open = bool(INSPECTION.acts(found.state))
    return {
        "section": section,
        "people": [one for one in people if not one.left_at],
        "left": [one for one in people if one.left_at],
        "may_staff": found.state == InspectionState.PLANNED and rules.may_staff_this(user, section),
        "may_replace": is_open and any(rules.may_replace(user, one) for one in people),
    }
