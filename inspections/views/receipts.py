"""What phones have sent, as the office sees it: what is amiss, one text of it, and a stuck visit brought as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import now
from foundation.web.answers import done
from foundation.web.pagination import page_of
from inspections import rules
from inspections.forms.receipts import BringForm, ReceiptFilter
from inspections.queries.receipts import KIND_WORDS, amiss, receipts_of, said_in
from inspections.sync.bringing import bring_visit
from inspections.views.inspections import POST_OR_GET


@requires(rules.may_view_inspections)
@require_safe
def receipts(request: SignedInRequest) -> HttpResponse:
    """What was refused, is in conflict, waits for days or came by a wrong clock, the latest first."""
    asked = ReceiptFilter(request.GET)
    show = asked.cleaned_data["show"] if asked.is_valid() else ""
    page = {
        "form": asked,
        "page": page_of(amiss(receipts_of(request.user), now(), show), request),
        "kinds": KIND_WORDS,
        "may_bring": rules.may_bring_visits(request.user),
    }
    return render(request, "inspections/receipts/receipts.html", page)


@requires(rules.may_view_inspections)
@require_safe
def receipt(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One text as it came, what it says in words, and what came under its number besides."""
    found = get_object_or_404(receipts_of(request.user), pk=pk)
    others = found.others.select_related("by")
    page = {
        "receipt": found,
        "kind": KIND_WORDS.get(found.kind, "手机记录"),
        "said": said_in(found.text),
        "others": [(one, said_in(one.text)) for one in others],
    }
    return render(request, "inspections/receipts/receipt.html", page)


@requires(rules.may_bring_visits)
@require_http_methods(POST_OR_GET)
def receipts_import(request: SignedInRequest) -> HttpResponse:
    """A visit that could not be sent, as the file that the phone has made of it."""
    form = BringForm(request.POST or None, request.FILES or None)

    def bring() -> None:
        brought = bring_visit(file=form.cleaned_data["upload"].file, by=request.user)
        messages.success(request, f"已导入{brought.person}的检查文件：{brought.words}。")

    if done(form, bring):
        return redirect("inspections:receipts")
    return render(request, "inspections/receipts/import.html", {"form": form})
