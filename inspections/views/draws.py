"""Random draws: the list, one draw with its files, and the acts from its draft to its seed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.web.answers import done, require_act
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions import draws as actions
from inspections.forms.campaigns import VersionForm
from inspections.forms.draws import (
    DrawForm,
    DropRowsForm,
    FixForm,
    RecuseForm,
    RedrawForm,
    SeedForm,
    WithdrawRecusalForm,
)
from inspections.models import Draw
from inspections.queries.draws import (
    drawn_lines,
    draws_of,
    recusals_of,
    replacement_of,
    result_of,
)
from inspections.selection import result_bytes
from inspections.workflow import DrawState

_POST_OR_GET = ["GET", "HEAD", "POST"]
# A county's list is on one page, so that it is printed whole.
_LISTED = 500
_NOT_DONE = "这一步没有办成，请核对页面上的内容后再办理。"


@requires(rules.may_view_inspections)
@require_safe
def draws(request: SignedInRequest) -> HttpResponse:
    """The draws that this person may see."""
    page = {
        "page": page_of(draws_of(request.user), request),
        "may_draw": rules.may_draw(request.user),
    }
    return render(request, "inspections/draws/draws.html", page)


@requires(rules.may_view_inspections)
@require_safe
def draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """One draw: its list, its hash, its seed and what came of it."""
    return _page(request, _found(request, pk))


@requires(rules.may_view_inspections)
@require_safe
def draw_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of the list, byte for byte as its hash says."""
    found = _found(request, pk)
    if not found.list_sha256:
        raise Http404
    return _file(bytes(found.list_file), f"{found}名单.csv")


@requires(rules.may_view_inspections)
@require_safe
def draw_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of the result."""
    found = _found(request, pk)
    if found.state != DrawState.DRAWN:
        raise Http404
    return _file(result_bytes(result_of(found)), f"{found}结果.csv")


@requires(rules.may_draw)
@require_http_methods(_POST_OR_GET)
def draw_new(request: SignedInRequest) -> HttpResponse:
    """Put a list together; of a campaign's places when one comes from there."""
    known = {"campaign": number_of(request.GET.get("campaign", ""))}
    form = DrawForm(request.POST or None, user=request.user, initial=known)
    return _prepare(request, form, None)


@requires(rules.may_draw)
@require_http_methods(_POST_OR_GET)
def draw_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw once more, with the reason."""
    found = _found(request, pk)
    departments = found.inspectors.values_list("department", flat=True)
    known = {name: getattr(found, name) for name in ("title", "place_count", "from_each")}
    known |= {"campaign": found.campaign_id, "departments": list(set(departments))}
    form = RedrawForm(request.POST or None, user=request.user, initial=known)
    return _prepare(request, form, found)


@requires(rules.may_draw)
@require_act
def draw_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Institutions or people are taken out of the draft."""
    found = _found(request, pk)
    places = found.places.filter(pk__in=_ticked(request.POST, "place"))
    inspectors = found.inspectors.filter(pk__in=_ticked(request.POST, "inspector"))
    form = DropRowsForm(request.POST, auto_id="drop_%s")

    def drop(**values: Any) -> object:
        return actions.drop_from_draw(places=list(places), inspectors=list(inspectors), **values)

    return _act(request, found, "drop", form, drop, "已移出。")


@requires(rules.may_draw)
@require_act
def draw_recuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody must not go to an institution."""
    found = _found(request, pk)
    form = RecuseForm(request.POST, draw=found, auto_id="recuse_%s")
    return _act(request, found, "recuse", form, actions.recuse, "回避已登记。")


@requires(rules.may_draw)
@require_act
def draw_recusal_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """A recusal that was typed by mistake."""
    found = _found(request, pk)
    form = WithdrawRecusalForm(request.POST, draw=found)
    return _act(request, found, "", form, actions.withdraw_recusal, "回避已撤去。")


@requires(rules.may_draw)
@require_act
def draw_fix(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fix the list."""
    form = FixForm(request.POST, auto_id="fix_%s")
    words = "名单已固定。请把名单校验值告知各方，等种子产生后再登记。"
    return _act(request, _found(request, pk), "fix", form, actions.fix_list, words)


@requires(rules.may_draw)
@require_act
def draw_seed(request: SignedInRequest, pk: int) -> HttpResponse:
    """Type in the seed; the result follows."""
    form = SeedForm(request.POST, auto_id="seed_%s")
    return _act(request, _found(request, pk), "seed", form, actions.draw_lots, "抽取完成。")


@requires(rules.may_draw)
@require_act
def draw_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the draft up."""
    form = VersionForm(request.POST)
    return _act(request, _found(request, pk), "", form, actions.discard_draw, "草稿已作废。")


def _found(request: SignedInRequest, pk: int) -> Draw:
    """The draw of an address, to those who may see it; to the rest it is not there."""
    return get_object_or_404(draws_of(request.user), pk=pk)


def _prepare(request: SignedInRequest, form: DrawForm, former: Draw | None) -> HttpResponse:
    made: list[Draw] = []

    def prepare() -> None:
        values = form.cleaned_data
        reason = values.get("reason", "")
        made.append(
            actions.prepare_draw(
                values=values, replaces=former, reason=reason, by=request.user.actor
            )
        )

    if done(form, prepare):
        messages.success(request, "名单草稿已生成。请核对机构、人员和回避，再固定名单。")
        return redirect("inspections:draw", made[0].pk)
    page = {"form": form, "former": former}
    return render(request, "inspections/draws/form.html", page)


def _act(
    request: SignedInRequest,
    found: Draw,
    name: str,
    form: forms.Form,
    act: Callable[..., object],
    words: str,
) -> HttpResponse:
    if done(form, lambda: act(draw=found, by=request.user.actor, **form.cleaned_data), found):
        messages.success(request, words)
        return redirect("inspections:draw", found.pk)
    if name in _forms(request, found):
        return _page(request, found, {name: form})
    for error in form.non_field_errors() or [_NOT_DONE]:
        messages.error(request, str(error))
    return redirect("inspections:draw", found.pk)


def _page(
    request: SignedInRequest, found: Draw, refused: dict[str, forms.Form] | None = None
) -> HttpResponse:
    user = request.user
    is_office = rules.sees_every_inspection(user)
    is_drawn = found.state == DrawState.DRAWN
    replacement = replacement_of(found)
    page = {
        "draw": found,
        "places": page_of(found.places.all(), request, _LISTED),
        "inspectors": found.inspectors.select_related("department"),
        "recusals": recusals_of(found),
        "lines": drawn_lines(found, today()) if is_drawn else [],
        # To a department a draft is not there yet.
        "replacement": draws_of(user).filter(pk=replacement.pk).first() if replacement else None,
        "is_office": is_office,
        "is_draft": found.state == DrawState.DRAFT and rules.may_draw(user),
        "may_redo": bool(found.list_sha256) and not replacement and rules.may_draw(user),
        "may_plan": is_drawn and not replacement and rules.may_draw(user),
        "forms": _forms(request, found) | (refused or {}),
        "ticked": {
            "places": _ticked(request.POST, "place"),
            "inspectors": _ticked(request.POST, "inspector"),
        },
        "timeline": page_of_trail(found, number_of(request.GET.get("before", "")))
        if is_office
        else None,
    }
    return render(request, "inspections/draws/draw.html", page)


def _forms(request: SignedInRequest, found: Draw) -> dict[str, forms.Form]:
    """The acts that are possible now, to this person, each as its form."""
    known = {"version": found.version}
    if not rules.may_draw(request.user):
        return {}
    if found.state == DrawState.DRAFT:
        return {
            "drop": DropRowsForm(initial=known, auto_id="drop_%s"),
            "recuse": RecuseForm(draw=found, initial=known, auto_id="recuse_%s"),
            "fix": FixForm(initial=known, auto_id="fix_%s"),
        }
    if found.state == DrawState.FIXED and not replacement_of(found):
        return {"seed": SeedForm(initial=known, auto_id="seed_%s")}
    return {}


def _file(data: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def _ticked(data: QueryDict, name: str) -> list[int]:
    return [pk for pk in map(number_of, data.getlist(name)) if pk is not None]
