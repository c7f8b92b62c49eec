"""The checklist: its versions, one version by areas, what has changed, and working on a draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.web.answers import done, require_act, told
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions import checklists as actions
from inspections.forms.checklists import (
    ChecklistFilter,
    ItemForm,
    ReasonForm,
    ReleaseForm,
    WithdrawForm,
)
from inspections.models import Checklist, ChecklistArea, ChecklistItem
from inspections.papers.checklists import checklist_pdf, file_name
from inspections.queries.checklists import (
    checklists as all_checklists,
)
from inspections.queries.checklists import (
    current_checklist,
    differences,
    open_draft,
    places_moved,
    released_checklists,
    sections,
)
from inspections.views.answers import typed_stays
from inspections.workflow import ChecklistState

_POST_OR_GET = ["GET", "HEAD", "POST"]
_GONE = "找不到草稿中的这一项：可能刚刚被删去，也可能草稿已经发布或作废。"
_LIST = "inspections:checklists"


@requires(rules.may_view_checklists)
@require_safe
def checklists(request: SignedInRequest) -> HttpResponse:
    """The version in force, what is being drafted, and every earlier version."""
    draft, on = open_draft(), today()
    page = {
        "page": page_of(all_checklists(), request),
        "on": on,
        "current": current_checklist(on),
        "draft": draft,
        "may_draft": rules.may_draft_checklist(request.user),
        "has_released": released_checklists().exists(),
    }
    return render(request, "inspections/checklists/checklists.html", page)


@requires(rules.may_view_checklists)
@require_safe
def checklist(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version by areas; a draft with what may be done about it."""
    return _page(request, _find(pk))


@requires(rules.may_view_checklists)
@require_safe
def checklist_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is new, withdrawn or reads differently, beside the version before."""
    found = _find(pk)
    page = {
        "checklist": found,
        "differences": differences(found, found.former),
        "moved": places_moved(found, found.former),
    }
    return render(request, "inspections/checklists/checklist_changes.html", page)


@requires(rules.may_view_checklists)
@require_safe
def checklist_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """The version on A4, an area a page."""
    found = _find(pk)
    name = content_disposition_header(False, file_name(found)) or ""
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return HttpResponse(checklist_pdf(found), content_type="application/pdf", headers=headers)


@requires(rules.may_draft_checklist)
@require_POST
def checklist_draft(request: SignedInRequest) -> HttpResponse:
    """Begin the next version as a copy of the newest one."""
    made: list[Checklist] = []
    if not told(request, lambda: made.append(actions.draft_checklist(by=request.user.actor))):
        return redirect("inspections:checklists")
    messages.success(request, "草稿已生成，内容与现有版本相同，请逐项修改。")
    return redirect("inspections:checklist", made[0].pk)


@requires(rules.may_draft_checklist)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def item_new(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """A further item of one area."""
    area = get_object_or_404(_areas_of_drafts(), checklist=pk, code=code)
    form = ItemForm(request.POST or None)
    if done(
        form,
        lambda: actions.add_item(area=area, values=form.cleaned_data, by=request.user.actor),
    ):
        messages.success(request, f"已在“{area}”中新增一项。")
        return _to_area(area)
    page = {"form": form, "area": area, "checklist": area.checklist}
    return render(request, "inspections/checklists/item_form.html", page)


@requires(rules.may_draft_checklist)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def item_amend(request: SignedInRequest, pk: int, item: int) -> HttpResponse:
    """Other words, another severity, another ground for one item."""
    row = _item(pk, item)
    form = ItemForm(request.POST or None, item=row)
    if done(
        form,
        lambda: actions.amend_item(
            item=row, version=row.version, values=form.cleaned_data, by=request.user.actor
        ),
    ):
        messages.success(request, f"{row.code} 已保存。")
        return _to_area(row.area)
    page = {"form": form, "item": row, "area": row.area, "checklist": row.area.checklist}
    return render(request, "inspections/checklists/item_form.html", page)


@requires(rules.may_draft_checklist)
@require_http_methods(_POST_OR_GET)
@typed_stays(_GONE, _LIST)
def item_withdraw(request: SignedInRequest, pk: int, item: int) -> HttpResponse:
    """Leave an item out, with a reason."""
    row = _item(pk, item)
    form = WithdrawForm(request.POST or None)
    if done(
        form,
        lambda: actions.withdraw_item(item=row, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, f"{row.code} 已从草稿中删去。")
        return _to_area(row.area)
    page = {"form": form, "item": row, "checklist": row.area.checklist}
    return render(request, "inspections/checklists/item_withdraw.html", page)


@requires(rules.may_draft_checklist)
@require_POST
def item_move(request: SignedInRequest, pk: int, item: int, way: str) -> HttpResponse:
    """One place up or down in its area."""
    row = _item(pk, item)
    told(request, lambda: actions.move_item(item=row, up=way == "up", by=request.user.actor))
    return _to_area(row.area)


@requires(rules.may_release_checklist)
@require_act
def checklist_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the version in force from a day on."""
    form = ReleaseForm(request.POST, auto_id="release_%s")
    return _act(request, pk, "release", form, actions.release_checklist, "检查表已发布。")


@requires(rules.may_draft_checklist)
@require_act
def checklist_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the draft up."""
    form = ReasonForm(request.POST, auto_id="discard_%s")
    return _act(request, pk, "discard", form, actions.discard_checklist, "草稿已作废。")


def _find(pk: int) -> Checklist:
    return get_object_or_404(all_checklists(), pk=pk)


def _areas_of_drafts() -> Any:
    rows = ChecklistArea.objects.select_related("checklist")
    return rows.filter(checklist__state=ChecklistState.DRAFT)


def _item(pk: int, item: int) -> ChecklistItem:
    rows = ChecklistItem.objects.select_related("area__checklist")
    return get_object_or_404(
        rows, area__checklist=pk, area__checklist__state=ChecklistState.DRAFT, pk=item
    )


def _to_area(area: ChecklistArea) -> HttpResponse:
    answer = redirect("inspections:checklist", area.checklist_id)
    answer["Location"] += f"#area-{area.code}"
    return answer


def _act(
    request: SignedInRequest,
    pk: int,
    name: str,
    form: Form,
    act: Callable[..., Checklist],
    words: str,
) -> HttpResponse:
    found = _find(pk)
    by = request.user.actor
    if done(form, lambda: act(checklist=found, by=by, **form.cleaned_data), found):
        messages.success(request, words)
        return redirect("inspections:checklist", pk)
    if found.state != ChecklistState.DRAFT:
        messages.error(request, f"{found}不能再修改。")
        return redirect("inspections:checklist", pk)
    return _page(request, found, {name: form})


def _page(
    request: SignedInRequest, found: Checklist, refused: dict[str, Form] | None = None
) -> HttpResponse:
    asked = ChecklistFilter(request.GET)
    is_draft = found.state == ChecklistState.DRAFT
    page = {
        "checklist": found,
        "form": asked,
        "sections": sections(found, **asked.asked),
        "in_force": found == current_checklist(today()),
        "is_to_come": bool(found.effective_on and found.effective_on > today()),
        "may_draft": is_draft and rules.may_draft_checklist(request.user),
        "forms": _forms(request, found) | (refused or {}) if is_draft else {},
        "why_not": _why_not(request, found) if is_draft else "",
        "timeline": page_of_trail(found, number_of(request.GET.get("before", ""))),
    }
    return render(request, "inspections/checklists/checklist.html", page)


def _forms(request: SignedInRequest, found: Checklist) -> dict[str, Form]:
    """The acts on the draft that are possible to this person, each as its form."""
    version = {"version": found.version}
    forms: dict[str, Form] = {}
    if rules.may_release_this(request.user, found):
        forms["release"] = ReleaseForm(initial=version, auto_id="release_%s")
    if rules.may_draft_checklist(request.user) and found.former_id:
        forms["discard"] = ReasonForm(initial=version, auto_id="discard_%s")
    return forms


def _why_not(request: SignedInRequest, found: Checklist) -> str:
    """Why a person who could release checklists cannot release this one."""
    user = request.user
    if rules.may_release_checklist(user) and not rules.may_release_this(user, found):
        return "您参与过这一版的起草或修改，须由其他人员发布。"
    return ""
