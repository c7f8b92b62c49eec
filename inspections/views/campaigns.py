"""Campaigns: the list, one campaign, planning it, its notice and members, its start and end."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.web.answers import done, require_act
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions import campaigns as actions
from inspections.forms.campaigns import (
    CampaignFilter,
    CampaignForm,
    CancelForm,
    CopyForm,
    EndForm,
    MembersForm,
    NoticeForm,
    VersionForm,
)
from inspections.models import Campaign, ChecklistArea
from inspections.papers.campaigns import campaign_pdf, file_name
from inspections.queries.campaigns import (
    campaigns_of,
    missing,
    open_tasks,
    places_by_town,
    tasks_of,
    with_counts,
)
from inspections.queries.checklists import current_checklist
from inspections.workflow import CAMPAIGN, CampaignState
from institutions.views.answers import last_change

_POST_OR_GET = ["GET", "HEAD", "POST"]


@requires(rules.may_view_campaigns)
@require_safe
def campaigns(request: SignedInRequest) -> HttpResponse:
    """The campaigns that this person may see."""
    asked = CampaignFilter(request.GET)
    rows = with_counts(asked.narrow(campaigns_of(request.user)), request.user)
    page = {"form": asked, "page": page_of(rows, request), "may_plan": rules.may_plan(request.user)}
    return render(request, "inspections/campaigns/campaigns.html", page)


@requires(rules.may_view_campaigns)
@require_safe
def campaign(request: SignedInRequest, pk: int) -> HttpResponse:
    """One campaign: what it is for, who takes part, what is owed, which places are in it."""
    return _page(request, found_campaign(request, pk))


@requires(rules.may_view_campaigns)
@require_safe
def campaign_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """The campaign on paper, with the tasks that this person may see."""
    found = found_campaign(request, pk)
    paper = campaign_pdf(found, tasks_of(request.user).filter(campaign=found))
    name = content_disposition_header(False, file_name(found)) or ""
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


@requires(rules.may_view_campaigns)
@require_safe
def campaign_paper(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The scanned notice, to those who may see the campaign."""
    found = found_campaign(request, pk)
    if found.notice is None:
        raise Http404
    return serve(found.notice, inline=True)


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def campaign_new(request: SignedInRequest) -> HttpResponse:
    """Begin to plan a campaign."""
    checklist = current_checklist(today())
    if checklist is None:
        messages.error(request, "还没有启用的检查表：请先发布检查表，再筹划专项行动。")
        return redirect("inspections:checklists")
    form = CampaignForm(request.POST or None, areas=checklist.areas.all())
    made: list[Campaign] = []

    def plan() -> None:
        made.append(actions.plan_campaign(values=form.cleaned_data, by=request.user.actor))

    if done(form, plan):
        messages.success(request, "已开始筹划。请继续登记通知、成员单位、任务和检查对象。")
        return redirect("inspections:campaign", made[0].pk)
    return form_page(request, None, form, title="筹划专项行动", submit="开始筹划")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def campaign_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other goals, another period, other key areas."""
    found = found_campaign(request, pk)
    areas = ChecklistArea.objects.filter(checklist=found.checklist_id)
    form = CampaignForm(request.POST or None, areas=areas, campaign=found)
    if done(
        form,
        lambda: actions.amend_campaign(
            campaign=found,
            version=found.version,
            values=form.cleaned_data,
            by=request.user.actor,
        ),
    ):
        messages.success(request, "已保存。")
        return redirect("inspections:campaign", pk)
    return form_page(request, found, form, title="修改方案", submit="保存修改")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def campaign_notice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Number, day and scan of the notice."""
    found = found_campaign(request, pk)
    known = {
        "version": found.version,
        "number": found.notice_number,
        "on": found.notice_on or today(),
    }
    form = NoticeForm(request.POST or None, request.FILES or None, initial=known)
    if _did(request, found, form, actions.register_notice, "通知已登记。"):
        return redirect("inspections:campaign", pk)
    return form_page(request, found, form, title="登记通知", submit="登记通知")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def campaign_members(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who enforces, and who helps."""
    found = found_campaign(request, pk)
    members = list(found.members.all())
    known = {
        "version": found.version,
        "subjects": [one.department_id for one in members if one.is_subject],
        "helpers": [one.department_id for one in members if not one.is_subject],
    }
    form = MembersForm(request.POST or None, campaign=found, initial=known)
    if _did(request, found, form, actions.set_members, "成员单位已确定。"):
        return redirect("inspections:campaign", pk)
    return form_page(request, found, form, title="确定成员单位", submit="确定成员单位")


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def campaign_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same campaign again, at another time."""
    found = found_campaign(request, pk)
    form = CopyForm(request.POST or None)
    made: list[Campaign] = []

    def copy() -> None:
        by, values = request.user.actor, form.cleaned_data
        made.append(actions.copy_campaign(campaign=found, values=values, by=by))

    if done(form, copy):
        messages.success(request, "已复制。请核对任务期限和检查对象，登记新的通知。")
        return redirect("inspections:campaign", made[0].pk)
    return form_page(
        request,
        found,
        form,
        title="复制为新的专项行动",
        submit="复制",
        follows="复制目标、重点类别、成员单位、任务和仍在办学的检查对象；通知须另行登记。",
    )


@requires(rules.may_decide)
@require_act
def campaign_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """Start the campaign."""
    form = VersionForm(request.POST, auto_id="start_%s")
    return _act(request, pk, "start", form, actions.start_campaign, "专项行动已启动。")


@requires(rules.may_decide)
@require_act
def campaign_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the campaign with what was achieved."""
    form = EndForm(request.POST, auto_id="end_%s")
    return _act(request, pk, "end", form, actions.end_campaign, "专项行动已结束。")


@requires(rules.may_decide)
@require_act
def campaign_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the campaign up."""
    form = CancelForm(request.POST, auto_id="cancel_%s")
    return _act(request, pk, "cancel", form, actions.cancel_campaign, "专项行动已取消。")


def found_campaign(request: SignedInRequest, pk: int) -> Campaign:
    """The campaign of an address, to those who may see it; to the rest it is not there."""
    return get_object_or_404(campaigns_of(request.user), pk=pk)


def form_page(
    request: SignedInRequest, found: Campaign | None, form: forms.Form, **page: Any
) -> HttpResponse:
    """A page with one form on one campaign; where a colleague wrote meanwhile, it says who."""
    page |= {"campaign": found, "form": form, "last": found and last_change(form, found)}
    return render(request, "inspections/campaigns/form.html", page)


def _did(
    request: SignedInRequest,
    found: Campaign,
    form: forms.Form,
    act: Callable[..., Campaign],
    words: str,
) -> bool:
    if not done(
        form, lambda: act(campaign=found, by=request.user.actor, **form.cleaned_data), found
    ):
        return False
    messages.success(request, words)
    return True


def _act(
    request: SignedInRequest,
    pk: int,
    name: str,
    form: forms.Form,
    act: Callable[..., Campaign],
    words: str,
) -> HttpResponse:
    found = found_campaign(request, pk)
    if _did(request, found, form, act, words):
        return redirect("inspections:campaign", pk)
    if form.visible_fields() and CAMPAIGN.acts(found.state):
        return _page(request, found, {name: form})
    for error in form.non_field_errors() or ["这一步没有办成，请核对页面上的内容后再办理。"]:
        messages.error(request, str(error))
    return redirect("inspections:campaign", pk)


def _page(
    request: SignedInRequest, found: Campaign, refused: dict[str, forms.Form] | None = None
) -> HttpResponse:
    user = request.user
    tasks = tasks_of(user).filter(campaign=found)
    members = list(found.members.select_related("department"))
    is_planner = rules.may_plan(user) and bool(CAMPAIGN.acts(found.state))
    page = {
        "campaign": found,
        "has_members": bool(members),
        "subjects": [one.department.name for one in members if one.is_subject],
        "helpers": [one.department.name for one in members if not one.is_subject],
        "areas": found.key_areas.all(),
        "tasks": tasks,
        "on": today(),
        "towns": places_by_town(found),
        "is_planner": is_planner,
        "may_plan": rules.may_plan(user),
        "sees_everything": rules.sees_everything(user),
        "missing": missing(found) if found.state == CampaignState.PLANNING else [],
        "owed": open_tasks(found.tasks.all()).count(),
        "forms": _forms(request, found) | (refused or {}),
        "timeline": page_of_trail(found, number_of(request.GET.get("before", "")))
        if rules.sees_everything(user)
        else None,
    }
    return render(request, "inspections/campaigns/campaign.html", page)


def _forms(request: SignedInRequest, found: Campaign) -> dict[str, forms.Form]:
    """The acts that are possible now, to this person, each as its form."""
    possible, user = CAMPAIGN.acts(found.state), request.user
    version = {"version": found.version}
    shown: dict[str, forms.Form] = {}
    if "start" in possible and rules.may_start_this(user, found):
        shown["start"] = VersionForm(initial=version, auto_id="start_%s")
    if "end" in possible and rules.may_decide(user):
        shown["end"] = EndForm(initial=version, auto_id="end_%s")
    if "cancel" in possible and rules.may_decide(user):
        shown["cancel"] = CancelForm(initial=version, auto_id="cancel_%s")
    return shown
