"""Approval before the visit: asking for it, deciding on it, one by one or many together."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import attempt
from foundation.web.pagination import number_of
from foundation.workflow import NotPossibleError
from inspections import rules
from inspections.actions import approvals as actions
from inspections.forms.inspections import ApproveForm, AskForm, ReasonForm, TogetherForm
from inspections.models import Inspection
from inspections.queries.inspections import (
    inspection_files_of,
    to_approve,
    to_ask,
    visits_of,
    visits_of_all,
    with_sections,
)
from inspections.views.inspections import POST_OR_GET, did, form_page, to_inspection

# What is decided together stands on one page, to be read.
_TOGETHER = 100
# As they are listed they are decided, so that the papers' numbers follow the days of the visits.
_IN_ORDER = ("planned_on", "pk")


@requires(rules.may_ask)
@require_http_methods(POST_OR_GET)
def inspection_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask the head of the own department for approval; an urgent visit is reported by this."""
    found = _of_own_lead(request, pk)
    visits = visits_of(found)
    form = AskForm(request.POST or None, is_over=visits.is_over, initial={"version": found.version})
    words = "已报告，可以实施检查，请按期补办审批。" if found.is_urgent else "已提请审批。"
    if did(request, found, form, actions.ask_for_approval, words):
        return to_inspection(found)
    title = "报告紧急检查" if found.is_urgent else "提请审批"
    return form_page(request, found, form, title=title, submit=title, visits=visits)


@requires(rules.may_approve)
@require_http_methods(POST_OR_GET)
def inspection_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve the visit."""
    found = _of_own_lead(request, pk)
    visits = visits_of(found)
    approval = getattr(found, "approval", None)
    known = {"version": found.version, "exception": approval.exception if approval else ""}
    form = ApproveForm(request.POST or None, is_over=visits.is_over, initial=known)
    if did(request, found, form, actions.approve_inspection, "已同意检查。"):
        return to_inspection(found)
    return form_page(request, found, form, title="审批", submit="同意检查", visits=visits)


@requires(rules.may_approve)
@require_http_methods(POST_OR_GET)
def inspection_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Not like this: it is put otherwise and asked for again."""
    found = _of_own_lead(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    if did(request, found, form, actions.send_back_inspection, "已退回。"):
        return to_inspection(found)
    return form_page(request, found, form, title="退回", submit="退回")


@requires(rules.may_ask)
@require_http_methods(POST_OR_GET)
def asks(request: SignedInRequest) -> HttpResponse:
    """What this officer may ask approval for, many at once."""
    form = TogetherForm(request.POST or None)
    if _is_filled(request, form):
        words = form.cleaned_data["words"]
        _each(request, to_ask(request.user), actions.ask_for_approval, words, "提请审批")
        return redirect("inspections:asks")
    return _together(request, to_ask(request.user), form, "asks")


@requires(rules.may_approve)
@require_http_methods(POST_OR_GET)
def approvals(request: SignedInRequest) -> HttpResponse:
    """What waits for this head, approved or sent back many at once."""
    form = TogetherForm(request.POST or None)
    sends_back = "send_back" in request.POST
    if _is_filled(request, form):
        words, rows = form.cleaned_data["words"], to_approve(request.user)
        if sends_back and not words:
            form.add_error("words", "退回须写明理由。")
        else:
            act = actions.send_back_inspection if sends_back else actions.approve_inspection
            _each(request, rows, act, words, "退回" if sends_back else "同意")
            return redirect("inspections:approvals")
    return _together(request, to_approve(request.user), form, "approvals")


def _of_own_lead(request: SignedInRequest, pk: int) -> Inspection:
    rows = inspection_files_of(request.user)
    return get_object_or_404(rows.filter(lead=request.user.department_id), pk=pk)


def _is_filled(request: SignedInRequest, form: forms.Form) -> bool:
    """Rows are ticked and the words are good; else the page keeps what was typed."""
    if not form.is_bound or not form.is_valid():
        return False
    if not any(_chosen(request)):
        form.add_error(None, "请先选中检查。")
    return form.is_valid()


def _each(
    request: SignedInRequest,
    rows: QuerySet[Inspection],
    act: Callable[..., object],
    words: str,
    what: str,
) -> None:
    """The act on every ticked row as it was shown; why one is not possible is said by its name."""
    shown = dict(_chosen(request))
    done, by = 0, request.user.actor
    waiting = list(rows.filter(pk__in=shown).order_by(*_IN_ORDER))
    for one in waiting:
        try:
            attempt(partial(act, inspection=one, version=shown[one.pk], words=words, by=by))
        except NotPossibleError as reason:
            messages.error(request, f"{one}：{reason}")
        else:
            done += 1
    if done:
        messages.success(request, f"已{what}{done}次检查。")
    if gone := len(shown) - len(waiting):
        messages.error(request, f"选中的检查中有{gone}次已不在待办之列，没有{what}。")


def _chosen(request: SignedInRequest) -> Iterable[tuple[int, int]]:
    """The ticked rows, or all that were listed: sent twice, the next of a long list are not decided unread."""
    return ticked_rows(request.POST.getlist("listed" if "all" in request.POST else "pk"))


def ticked_rows(values: Iterable[str]) -> Iterable[tuple[int, int]]:
    """Number and version of each ticked row, as the page wrote them: 12-3."""
    for value in values:
        pk, version = (number_of(one) for one in value.partition("-")[::2])
        if pk is not None and version is not None:
            yield pk, version


def _together(
    request: SignedInRequest, rows: QuerySet[Inspection], form: forms.Form, name: str
) -> HttpResponse:
    shown = list(with_sections(rows.order_by(*_IN_ORDER))[:_TOGETHER])
    visits = visits_of_all(shown)
    page: dict[str, Any] = {
        "form": form,
        "rows": [(row, visits[row.pk]) for row in shown],
        "count": rows.count(),
        "ticked": request.POST.getlist("pk"),
    }
    return render(request, f"inspections/inspections/{name}.html", page)
