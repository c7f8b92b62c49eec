"""Pages of the places without licence: the list, one place, what is done about it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.web.answers import done
from foundation.web.pagination import number_of, page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions.sites import (
    amend_site,
    delete_site,
    report_site,
    take_measure,
    undelete_site,
)
from institutions.forms.lifecycle import ReasonForm
from institutions.forms.sites import MeasureForm, SiteFilterForm, SiteForm
from institutions.models import SiteMeasure, UnlicensedSite
from institutions.queries.imports import imports_of
from institutions.queries.sites import (
    deleted_sites,
    site_files_of,
    sites_of,
    sites_written_on_by,
)
from institutions.queries.timeline import timeline_of
from institutions.views.answers import last_change
from institutions.workflow import SITE, SITE_ACT_WORDS

_LOOKED_INTO = (
    "办公室已核查这条线索，不能再由报告人修改，没有保存。您填写的内容还在这里，请抄下后告知办公室。"
)
_POST_OR_GET = ["GET", "HEAD", "POST"]


@requires(rules.may_view_sites)
@require_safe
def sites(request: SignedInRequest) -> HttpResponse:
    """The places that this person may see, filtered by what stands in the address."""
    filters = SiteFilterForm(request.GET, user=request.user)
    rows = filters.narrow(sites_of(request.user))
    page = {
        "filters": filters,
        "page": page_of(rows, request),
        "may_report": rules.may_report_site(request.user),
        "may_delete": rules.may_delete(request.user),
    }
    return render(request, "institutions/sites/sites.html", page)


@requires(rules.may_view_sites)
@require_safe
def site(request: SignedInRequest, pk: int) -> HttpResponse:
    """One place: what is known, what was done, what can be done now, and its trail."""
    row = get_object_or_404(site_files_of(request.user), pk=pk)
    before = number_of(request.GET.get("before", ""))
    stands = row.deleted_at is None
    acts = [act for act in SITE.acts(row.state) if rules.may_take_measure(request.user, act)]
    page = {
        "site": row,
        "acts": [(act, SITE_ACT_WORDS[act]) for act in acts if stands],
        "measures": [(one, SITE_ACT_WORDS[one.act]) for one in row.measures.all()],
        "may_amend": stands and rules.may_amend_site(request.user, row),
        "may_delete": rules.may_delete(request.user),
        "timeline": timeline_of(row, imports_of(row), before),
    }
    return render(request, "institutions/sites/site.html", page)


@requires(rules.may_report_site)
@require_http_methods(_POST_OR_GET)
def site_new(request: SignedInRequest) -> HttpResponse:
    """Write down a place that teaches without licence."""
    form = SiteForm(request.POST or None, user=request.user)
    entered: list[UnlicensedSite] = []
    if done(
        form,
        lambda: entered.append(report_site(values=form.cleaned_data, by=request.user.actor)),
    ):
        messages.success(request, "已登记。")
        return redirect("institutions:site", entered[0].pk)
    return render(request, "institutions/sites/form.html", {"form": form})


@requires(rules.may_report_site)
@require_http_methods(_POST_OR_GET)
def site_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what is written about a place."""
    row = _site_of(request, pk)
    may_amend = rules.may_amend_site(request.user, row)
    if not may_amend and request.method != "POST":
        raise Http404
    form = SiteForm(request.POST or None, user=request.user, site=row)

    def act() -> None:
        # Looked into while a reporter was writing, the form comes back with the reason.
        if not may_amend:
            raise NotPossibleError(_LOOKED_INTO)
        amend_site(site=row, values=form.cleaned_data, by=request.user.actor)

    if done(form, act):
        messages.success(request, "已保存。")
        return redirect("institutions:site", pk)
    page = {"form": form, "site": row, "last": last_change(form, row)}
    return render(request, "institutions/sites/form.html", page)


@requires(rules.may_handle_site)
@require_http_methods(_POST_OR_GET)
def site_measure(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Write down one measure; whether the place's state allows it, the act knows."""
    row = _site_of(request, pk)
    if act not in SITE_ACT_WORDS or not rules.may_take_measure(request.user, act):
        raise Http404
    form = MeasureForm(request.POST or None, request.FILES or None, act=act, user=request.user)
    if done(
        form,
        lambda: take_measure(site=row, act=act, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, f"已登记：{SITE_ACT_WORDS[act]}。")
        return redirect("institutions:site", pk)
    page = {"form": form, "site": row, "words": SITE_ACT_WORDS[act]}
    return render(request, "institutions/sites/measure.html", page)


@requires(rules.may_delete)
@require_http_methods(_POST_OR_GET)
def site_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a mistaken place out, with a reason."""
    row = _site_of(request, pk)
    return _with_reason(request, row, delete_site, "删除误登的记录")


@requires(rules.may_delete)
@require_http_methods(_POST_OR_GET)
def site_undelete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a deleted place back, with a reason."""
    if request.method == "POST":
        row = _site_of(request, pk)
    else:
        row = get_object_or_404(deleted_sites(), pk=pk)
    return _with_reason(request, row, undelete_site, "恢复已删除的记录")


@requires(rules.may_delete)
@require_safe
def sites_deleted(request: SignedInRequest) -> HttpResponse:
    """The places that were taken out as mistaken, with the way back."""
    page = {"page": page_of(deleted_sites(), request)}
    return render(request, "institutions/sites/deleted.html", page)


@requires(rules.may_view_sites)
@require_safe
def site_paper(request: SignedInRequest, pk: int, measure_pk: int) -> HttpResponseBase:
    """The scanned paper of one measure, to whoever may see the place."""
    rows = SiteMeasure.objects.filter(site__in=sites_of(request.user), site=pk)
    measure = get_object_or_404(rows.select_related("attachment"), pk=measure_pk)
    if measure.attachment is None:
        raise Http404
    return serve(measure.attachment)


def _site_of(request: SignedInRequest, pk: int) -> UnlicensedSite:
    """The place that a form is about. Deleted while somebody was writing, the form comes back with the reason."""
    seen_by = sites_written_on_by if request.method == "POST" else sites_of
    return get_object_or_404(seen_by(request.user), pk=pk)


def _with_reason(
    request: SignedInRequest,
    row: UnlicensedSite,
    act: Callable[..., UnlicensedSite],
    words: str,
) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if done(form, lambda: act(site=row, by=request.user.actor, **form.cleaned_data)):
        messages.success(request, f"{words}：{row.name}。")
        return redirect("institutions:site", row.pk)
    page = {"form": form, "site": row, "words": words}
    return render(request, "institutions/sites/measure.html", page)
