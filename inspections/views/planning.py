"""Planning a visit: find the place, then say when and with whom; many of a campaign's places at once, or what was drawn."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.models import User
from foundation.clock.queries import today
from foundation.clock.words import day_words
from foundation.web import answers
from foundation.web.pagination import number_of
from inspections import rules
from inspections.actions.drawn import plan_drawn_inspections
from inspections.actions.planning import plan_campaign_inspections, plan_inspection
from inspections.forms.campaigns import PlaceFilter
from inspections.forms.draws import PlanDrawnForm
from inspections.forms.inspections import PlaceSearchForm, PlanForm, PlanManyForm
from inspections.models import Campaign, Inspection, Kind, Manner, PlannedInspection
from inspections.queries.campaigns import campaigns_of, places_in
from inspections.queries.draws import DrawnLine, drawn_lines, draws_of, not_sent
from inspections.queries.elsewhere import taken
from inspections.queries.inspections import (
    last_to_prepare,
    visits_of_month,
    visits_of_place,
    without_visit,
)
from inspections.workflow import DrawState
from institutions.models import Institution, UnlicensedSite
from institutions.queries.register import register_rows
from institutions.queries.search import search
from institutions.queries.sites import sites_of

_POST_OR_GET = ["GET", "HEAD", "POST"]
# As many places as a search shows; who looks for one types more of its name.
_FOUND = 20
_MOST = 200


@requires(rules.may_plan_inspection)
@require_http_methods(_POST_OR_GET)
def inspection_new(request: SignedInRequest) -> HttpResponse:
    """Plan a visit: of the place in the address, or look for one."""
    place = _place(request)
    if place is None:
        return _search(request)
    on = today()
    known = {
        "kind": Kind.ROUTINE,
        "manner": Manner.ON_SITE,
        "planned_on": on,
        "to_prepare": last_to_prepare(request.user.department),
    }
    form = PlanForm(request.POST or None, user=request.user, place=place, initial=known)
    made: list[Inspection] = []

    def plan() -> None:
        values = form.cleaned_data
        made.append(
            plan_inspection(
                place=place,
                organiser=request.user.department,
                values=values,
                departments=list(values["departments"]),
                people=list(values["people"]),
                planned=values.get("planned"),
                by=request.user.actor,
            )
        )

    if answers.done(form, plan):
        messages.success(request, "检查已拟定。人员齐备后由牵头执法主体提请审批。")
        return redirect("inspections:inspection", made[0].pk)
    page = {
        "form": form,
        "place": place,
        "visits": visits_of_place(place, on.year),
        "others": visits_of_month(place, on).count(),
    }
    return render(request, "inspections/inspections/new.html", page)


@requires(rules.may_plan_jointly)
@require_http_methods(_POST_OR_GET)
def campaign_inspections_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Plan visits of many of a campaign's places."""
    campaign = get_object_or_404(campaigns_of(request.user), pk=pk)
    asked = PlaceFilter(request.GET)
    rows = without_visit(places_in(campaign, **asked.asked))
    first = max(today(), campaign.starts_on)
    areas = "、".join(str(one) for one in campaign.key_areas.all())
    known = {
        "planned_on": first,
        "scope": areas,
        "to_prepare": last_to_prepare(request.user.department),
    }
    form = PlanManyForm(request.POST or None, campaign=campaign, initial=known)
    shown, ticked = list(rows[:_MOST]), _ticked(request.POST, "pk")
    listed = _ticked(request.POST, "listed")
    chosen: list[PlannedInspection] = []
    made: list[Inspection] = []

    def plan() -> None:
        values = dict(form.cleaned_data)
        # All are those that were listed: sent twice, the next of a long list are not planned too.
        wanted = set(listed if "all" in request.POST else ticked)
        chosen.extend(places_in(campaign).filter(pk__in=wanted))
        starts_on = values.pop("planned_on")
        made.extend(
            plan_campaign_inspections(
                campaign=campaign,
                places=chosen,
                organiser=request.user.department,
                starts_on=starts_on,
                departments=list(values.pop("departments")),
                people=list(values.pop("people")),
                by=request.user.actor,
                **values,
            )
        )

    if answers.done(form, plan):
        _tell(request, campaign, chosen, made, form.cleaned_data["people"])
        return redirect(f"{reverse('inspections:inspections')}?campaign={pk}")
    page: dict[str, Any] = {
        "campaign": campaign,
        "filter": asked,
        "form": form,
        "places": shown,
        "count": rows.count(),
        "ticked": ticked,
    }
    return render(request, "inspections/inspections/plan_many.html", page)


@requires(rules.may_draw)
@require_http_methods(_POST_OR_GET)
def drawn_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Plan the visits that were drawn."""
    draw = get_object_or_404(draws_of(request.user), pk=pk, state=DrawState.DRAWN)
    departments = draw.inspectors.values_list("department", flat=True)
    areas = draw.campaign.key_areas.all() if draw.campaign else []
    known = {
        "planned_on": today(),
        "scope": "、".join(str(one) for one in areas),
        "to_prepare": last_to_prepare(request.user.department),
    }
    form = PlanDrawnForm(request.POST or None, departments=departments, initial=known)
    made: list[Inspection] = []

    def plan() -> None:
        values = dict(form.cleaned_data)
        made.extend(
            plan_drawn_inspections(
                draw=draw,
                organiser=request.user.department,
                starts_on=values.pop("planned_on"),
                by=request.user.actor,
                **values,
            )
        )

    if answers.done(form, plan):
        _tell_drawn(request, made, drawn_lines(draw, form.cleaned_data["planned_on"]))
        return redirect("inspections:draw", pk)
    page = {"draw": draw, "form": form, "lines": drawn_lines(draw, today())}
    return render(request, "inspections/draws/plan.html", page)


def _tell(
    request: SignedInRequest,
    campaign: Campaign,
    chosen: list[PlannedInspection],
    made: list[Inspection],
    team: Iterable[User],
) -> None:
    """How many were planned, and what about them was perhaps not meant."""
    messages.success(request, f"已拟定{len(made)}次检查。")
    if gone := len(chosen) - len(made):
        messages.warning(request, f"选中的有{gone}个此前已安排检查，没有重复拟定。")
    if names := taken(made, [one.pk for one in team]):
        words = f"{'、'.join(names)}在所排的日期另有检查，请核对时间。"
        messages.warning(request, words)
    last, ends_on = made[-1].planned_on, campaign.ends_on
    if last > ends_on:
        late = f"最后一次排在{day_words(last)}，晚于专项行动的结束日期{day_words(ends_on)}。"
        messages.warning(request, late)


def _tell_drawn(
    request: SignedInRequest, made: list[Inspection], lines: Iterable[DrawnLine]
) -> None:
    """How many were planned, and what was drawn and left out."""
    messages.success(request, f"已拟定{len(made)}次检查。人员齐备后由牵头执法主体提请审批。")
    if over := sum(one.is_free and one.is_over for one in lines):
        messages.warning(request, f"另有{over}家本年度检查已达上限，没有列入。")
    if names := not_sent(made):
        words = f"{'、'.join(names)}已不在岗或没有执法证号，没有列入，请其部门另行确定人员。"
        messages.warning(request, words)


def _place(request: SignedInRequest) -> Institution | UnlicensedSite | None:
    """The place that the address names; one that was deleted is not there."""
    institution = number_of(request.GET.get("institution", ""))
    if institution is not None:
        return get_object_or_404(register_rows().select_related("town"), pk=institution)
    site = number_of(request.GET.get("site", ""))
    if site is not None:
        return get_object_or_404(sites_of(request.user), pk=site)
    return None


def _search(request: SignedInRequest) -> HttpResponse:
    form = PlaceSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = {
        "form": form,
        "words": words,
        "institutions": search(register_rows().select_related("town"), words)[:_FOUND]
        if words
        else [],
        "sites": search(sites_of(request.user), words)[:_FOUND] if words else [],
    }
    return render(request, "inspections/inspections/find.html", page)


def _ticked(data: QueryDict, name: str) -> list[int]:
    return [pk for pk in map(number_of, data.getlist(name)) if pk is not None]
