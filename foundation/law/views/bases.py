"""The provisions: the list, one provision, a new one, amending it, and its verification."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.facts import StaleError
from foundation.law import rules
from foundation.law.actions.bases import BASIS_FIELDS, add_basis, amend_basis, verify_basis
from foundation.law.forms import AmendBasisForm, BasisFilter, BasisForm, VerifyForm
from foundation.law.models import LegalBasis
from foundation.law.queries import all_bases
from foundation.web.answers import done, told
from foundation.web.pagination import number_of, page_of

_POST_OR_GET = ["GET", "HEAD", "POST"]


@requires(rules.may_view)
@require_safe
def bases(request: HttpRequest) -> HttpResponse:
    """The provisions that the address asks for, and whether somebody has verified them."""
    asked = BasisFilter(request.GET)
    page = {
        "form": asked,
        "page": page_of(asked.narrow(all_bases()), request),
        "may_manage": rules.may_manage(request.user),
    }
    return render(request, "law/bases.html", page)


@requires(rules.may_view)
@require_safe
def basis(request: SignedInRequest, pk: int) -> HttpResponse:
    """One provision with its history, and what this person may do about it."""
    row = get_object_or_404(all_bases(), pk=pk)
    page = {
        "basis": row,
        "is_over": row.is_over(today()),
        "may_manage": rules.may_manage(request.user),
        "may_verify": rules.may_verify_this(request.user, row),
        "timeline": page_of_trail(row, number_of(request.GET.get("before", ""))),
    }
    return render(request, "law/basis.html", page)


@requires(rules.may_manage)
@require_http_methods(_POST_OR_GET)
def basis_new(request: SignedInRequest) -> HttpResponse:
    """Write down a further provision."""
    form = BasisForm(request.POST or None)
    added: list[LegalBasis] = []
    if done(
        form,
        lambda: added.append(add_basis(values=form.cleaned_data, by=request.user.actor)),
    ):
        messages.success(request, "已登记，等待第二人核实。")
        return redirect("law:basis", added[0].pk)
    return render(request, "law/basis_form.html", {"form": form})


@requires(rules.may_manage)
@require_http_methods(_POST_OR_GET)
def basis_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a provision."""
    row = get_object_or_404(LegalBasis, pk=pk)
    shown = {name: getattr(row, name) for name in (*BASIS_FIELDS, "version")}
    form = AmendBasisForm(request.POST or None, initial=shown)

    def amend() -> None:
        typed = dict(form.cleaned_data)
        version = typed.pop("version")
        amend_basis(basis=row, version=version, values=typed, by=request.user.actor)

    if done(form, amend, row):
        messages.success(request, "已保存，等待第二人核实。")
        return redirect("law:basis", pk)
    return render(request, "law/basis_form.html", {"form": form, "basis": row})


@requires(rules.may_verify)
@require_POST
def basis_verify(request: SignedInRequest, pk: int) -> HttpResponse:
    """A second person says that the provision is as the text in force has it."""
    row = get_object_or_404(LegalBasis, pk=pk)
    form = VerifyForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise StaleError
        verify_basis(basis=row, version=form.cleaned_data["version"], by=request.user.actor)

    if told(request, act):
        messages.success(request, "已核实。")
    return redirect("law:basis", pk)
