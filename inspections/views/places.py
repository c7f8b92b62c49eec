"""Which places are in a campaign: the list, taking in by filter or by hand, leaving out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.web.answers import done, require_act, told
from foundation.web.pagination import number_of, page_of
from inspections import rules
from inspections.actions.places import add_places, drop_places
from inspections.forms.campaigns import CoverageFilter, DropForm, ScopeFilter
from inspections.models import Campaign
from inspections.queries.campaigns import (
    candidate_institutions,
    candidate_sites,
    places_in,
    still_standing,
)
from inspections.views.campaigns import found_campaign
from inspections.workflow import CAMPAIGN
from institutions.forms.sites import SiteFilterForm

_POST_OR_GET = ["GET", "HEAD", "POST"]


@requires(rules.may_view_campaigns)
@require_safe
def places(request: SignedInRequest, pk: int) -> HttpResponse:
    """The places of a campaign."""
    return _list(request, found_campaign(request, pk), DropForm())


@requires(rules.may_plan)
@require_act
def places_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave the ticked places out, with a reason."""
    found, form = found_campaign(request, pk), DropForm(request.POST)
    counts: list[int] = []

    def drop() -> None:
        by, reason = request.user.actor, form.cleaned_data["reason"]
        chosen = list(found.places.filter(pk__in=_ticked(request.POST)))
        counts.append(drop_places(campaign=found, places=chosen, reason=reason, by=by))

    if done(form, drop):
        messages.success(request, f"已移出{counts[0]}个检查对象。")
        return redirect(f"../?{request.GET.urlencode()}")
    return _list(request, found, form)


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def places_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in institutions of the register: all that the filter finds, or the ticked ones."""
    found = found_campaign(request, pk)
    asked = ScopeFilter(request.GET)
    rows = asked.narrow(candidate_institutions(found), request.user, today())
    if not asked.cleaned_data.get("state"):
        rows = still_standing(rows)
    if request.method == "POST":
        return _take_in(request, found, institutions=_chosen(request, rows))
    shown = rows.select_related("town", "lead_department").prefetch_related("categories")
    page = {
        "campaign": found,
        "title": "从机构名册增加",
        "unit": "家",
        "form": asked,
        "page": page_of(shown, request),
        "is_open": bool(CAMPAIGN.acts(found.state)),
    }
    return render(request, "inspections/campaigns/places_add.html", page)


@requires(rules.may_plan)
@require_http_methods(_POST_OR_GET)
def places_add_sites(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in places without licence."""
    found = found_campaign(request, pk)
    asked = SiteFilterForm(request.GET, user=request.user)
    rows = asked.narrow(candidate_sites(found, request.user))
    if request.method == "POST":
        return _take_in(request, found, sites=_chosen(request, rows))
    page = {
        "campaign": found,
        "title": "增加无证场所",
        "unit": "处",
        "form": asked,
        "page": page_of(rows, request),
        "is_open": bool(CAMPAIGN.acts(found.state)),
    }
    return render(request, "inspections/campaigns/places_add_sites.html", page)


def _take_in(request: SignedInRequest, found: Campaign, **chosen: Any) -> HttpResponse:
    counts: list[int] = []
    by = request.user.actor
    if not told(request, lambda: counts.append(add_places(campaign=found, by=by, **chosen))):
        return redirect(request.get_full_path())
    messages.success(request, f"已增加{counts[0]}个检查对象。")
    return redirect("inspections:campaign_places", found.pk)


def _chosen(request: SignedInRequest, rows: Any) -> list[Any]:
    """All that the filter of the address finds, or the ticked ones of these."""
    return list(rows if "all" in request.POST else rows.filter(pk__in=_ticked(request.POST)))


def _ticked(data: QueryDict) -> list[int]:
    """The numbers of the ticked rows; what is no number was never ticked."""
    return [pk for pk in map(number_of, data.getlist("pk")) if pk is not None]


def _list(request: SignedInRequest, found: Campaign, form: DropForm) -> HttpResponse:
    asked = CoverageFilter(request.GET)
    rows = asked.narrow(places_in(found, **asked.asked), request.user, today())
    page = {
        "campaign": found,
        "form": asked,
        "drop": form,
        "page": page_of(rows, request),
        "query": request.GET.urlencode(),
        "ticked": _ticked(request.POST),
        "may_plan": rules.may_plan(request.user) and bool(CAMPAIGN.acts(found.state)),
    }
    return render(request, "inspections/campaigns/places.html", page)
