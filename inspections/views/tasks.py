"""Tasks of campaigns: what is owed, one task, setting it, reporting it, sending it back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.web.answers import done
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions import tasks as actions
from inspections.forms.tasks import (
    AmendTaskForm,
    AssignForm,
    RemoveTaskForm,
    ReportForm,
    SendBackForm,
    TaskFilter,
    TaskForm,
)
from inspections.models import CampaignTask
from inspections.queries.campaigns import tasks_of
from inspections.views.answers import typed_stays
from inspections.views.campaigns import form_page, found_campaign
from inspections.workflow import CAMPAIGN, CampaignState, TaskState

_POST_OR_GET = ["GET", "HEAD", "POST"]
_GONE = "找不到这项任务：可能刚刚被删去或改由其他部门承担，也可能专项行动已取消。"
_LIST = "inspections:tasks"


@requires(rules.may_view_campaigns)
@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    """The tasks that this person may see: at first what is owed."""
    on, rows = today(), tasks_of(request.user)
    asked = TaskFilter(request.GET, tasks=rows)
    page = {
        "form": asked,
        "page": page_of(asked.narrow(rows, request.user, on), request),
        "on": on,
    }
    return render(request, "inspections/campaigns/tasks.html", page)


@requires(rules.may_view_campaigns)
@require_safe
def task(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """One task: who sees to it, until when, what came of it, and what may be done now."""
    found = _find(request, pk, task)
    user = request.user
    is_open = bool(CAMPAIGN.acts(found.campaign.state))
    owed, runs = found.state == TaskState.OPEN, found.campaign.state == CampaignState.RUNNING
    page = {
        "task": found,
        "campaign": found.campaign,
        "on": today(),
        "proofs": found.proofs.all(),
        "may_plan": is_open and rules.may_plan(user),
        "may_assign": is_open and owed and rules.may_assign(user),
        "may_report": runs and owed and rules.may_report(user),
        "may_send_back": is_open and not owed and rules.may_plan(user),
        "timeline": page_of_trail(found, number_of(request.GET.get("before", ""))),
    }
    return render(request, "inspections/campaigns/task.html", page)


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def task_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a member something to do."""
    found = found_campaign(request, pk)
    form = TaskForm(request.POST or None, campaign=found, initial={"due_on": found.ends_on})
    if done(
        form,
        lambda: actions.set_task(campaign=found, values=form.cleaned_data, by=request.user.actor),
    ):
        messages.success(request, "任务已下达。")
        return redirect("inspections:campaign", pk)
    return form_page(request, found, form, title="下达任务", submit="下达任务")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def task_amend(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """Word a task otherwise, or give it another day or department."""
    found = _find(request, pk, task)
    known = {name: getattr(found, name) for name in (*actions.TASK_FIELDS, "version")}
    form = AmendTaskForm(request.POST or None, campaign=found.campaign, initial=known)

    def amend() -> None:
        version, values = form.cleaned_data["version"], form.cleaned_data
        actions.amend_task(task=found, version=version, values=values, by=request.user.actor)

    if done(form, amend, found):
        messages.success(request, "已保存。")
        return _to_task(found)
    return _form(request, found, form, title="修改任务", submit="保存修改")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def task_remove(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """Take a task back that nobody has reported on."""
    found = _find(request, pk, task)
    form = RemoveTaskForm(request.POST or None, initial={"version": found.version})
    if _did(request, found, form, actions.remove_task, "任务已删去。"):
        return redirect("inspections:campaign", pk)
    return _form(request, found, form, title="删去任务", submit="删去这项任务")


@requires(rules.may_assign)
@require_http_methods(_POST_OR_GET)
def task_assign(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """Say who of the department sees to it."""
    found = _find(request, pk, task)
    known = {"version": found.version, "person": found.person_id}
    form = AssignForm(request.POST or None, task=found, initial=known)
    if _did(request, found, form, actions.assign_task, "责任人已指定。"):
        return _to_task(found)
    return _form(request, found, form, title="指定责任人", submit="指定责任人")


@requires(rules.may_report)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def task_report(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """What came of it, and what proves it."""
    found = _find(request, pk, task)
    known = {"version": found.version, "outcome": found.outcome}
    form = ReportForm(request.POST or None, request.FILES or None, initial=known)
    if _did(request, found, form, actions.report_task, "已上报。"):
        return _to_task(found)
    return _form(
        request,
        found,
        form,
        title="上报落实情况",
        submit="上报",
        follows="上报后由双减办查看；需要改动时请双减办退回。",
    )


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def task_send_back(request: SignedInRequest, pk: int, task: int) -> HttpResponse:
    """Not content: the department owes it again."""
    found = _find(request, pk, task)
    form = SendBackForm(request.POST or None, initial={"version": found.version})
    if _did(request, found, form, actions.send_back_task, "已退回。"):
        return _to_task(found)
    return _form(request, found, form, title="退回重新上报", submit="退回")


@requires(rules.may_view_campaigns)
@require_safe
def task_proof(request: SignedInRequest, pk: int, task: int, proof: UUID) -> HttpResponseBase:
    """One paper that proves it, to those who may see the task."""
    found = _find(request, pk, task)
    return serve(get_object_or_404(found.proofs, pk=proof), inline=True)


def _find(request: SignedInRequest, pk: int, task: int) -> CampaignTask:
    return get_object_or_404(tasks_of(request.user), campaign=pk, pk=task)


def _to_task(found: CampaignTask) -> HttpResponse:
    return redirect("inspections:task", found.campaign_id, found.pk)


def _form(
    request: SignedInRequest, found: CampaignTask, form: forms.Form, **page: Any
) -> HttpResponse:
    return form_page(request, found.campaign, form, task=found, **page)


def _did(
    request: SignedInRequest,
    found: CampaignTask,
    form: forms.Form,
    act: Callable[..., object],
    words: str,
) -> bool:
    if not done(form, lambda: act(task=found, by=request.user.actor, **form.cleaned_data), found):
        return False
    messages.success(request, words)
    return True
