"""The law's figures: the list, one figure to amend, and its verification."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.audit.queries import page_of_trail
from foundation.facts import StaleError
from foundation.law import rules
from foundation.law.actions.limits import amend_limit, verify_limit
from foundation.law.forms import LimitForm, VerifyForm
from foundation.law.models import Limit
from foundation.law.queries import all_limits, may_be_empty
from foundation.web.answers import done, told
from foundation.web.pagination import number_of


@requires(rules.may_view)
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Every figure, with where it stands in the law and who has verified it."""
    may_manage = rules.may_manage(request.user)
    return render(request, "law/limits.html", {"limits": all_limits(), "may_manage": may_manage})


@requires(rules.may_view)
@require_safe
def limit(request: SignedInRequest, key: str) -> HttpResponse:
    """One figure with its history, and what this person may do about it."""
    row = get_object_or_404(all_limits(), key=key)
    context = {
        "limit": row,
        "may_manage": rules.may_manage(request.user),
        "may_verify": rules.may_verify_this(request.user, row),
        "timeline": page_of_trail(row, number_of(request.GET.get("before", ""))),
    }
    return render(request, "law/limit.html", context)


@requires(rules.may_manage)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: SignedInRequest, key: str) -> HttpResponse:
    """Enter another figure, basis or remark."""
    row = get_object_or_404(Limit, key=key)
    form = LimitForm(request.POST or None, initial=_shown(row), may_be_empty=may_be_empty(row.key))
    by = request.user.actor
    if done(form, lambda: amend_limit(limit=row, by=by, **form.cleaned_data), row):
        messages.success(request, "已保存，等待第二人核实。")
        return redirect("law:limit", key)
    return render(request, "law/amend.html", {"limit": row, "form": form})


def _shown(row: Limit) -> dict[str, object]:
    return {
        "value": row.value,
        "basis": row.basis,
        "note": row.note,
        "version": row.version,
    }


@requires(rules.may_verify)
@require_POST
def verify(request: SignedInRequest, key: str) -> HttpResponse:
    """A second person says that the figure is as the law has it."""
    row = get_object_or_404(Limit, key=key)
    form = VerifyForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise StaleError
        verify_limit(limit=row, version=form.cleaned_data["version"], by=request.user.actor)

    if told(request, act):
        messages.success(request, "已核实。")
    return redirect("law:limit", key)
