"""A person's word on one institution's place in the next issue."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.web.answers import done, told
from institutions import rules
from institutions.actions.rulings import lift_ruling, rule_on
from institutions.forms.whitelist import RulingForm
from institutions.models import Institution, Ruling
from institutions.queries.whitelist import proposal_of
from institutions.views.answers import institution_of


@requires(rules.may_propose_list)
@require_http_methods(["GET", "HEAD", "POST"])
def ruling(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hold an institution back from the next issue, or keep it despite a doubt, with a reason."""
    institution = institution_of(request, pk)
    proposal = proposal_of(institution, today())
    form = RulingForm(request.POST or None, proposal=proposal)
    if done(
        form,
        lambda: rule_on(institution=institution, by=request.user.actor, **form.cleaned_data),
    ):
        label = Ruling(form.cleaned_data["ruling"]).label
        messages.success(request, f"已决定下一期“{label}”：{institution.name}。")
        return redirect("institutions:ruling", pk)
    page = {
        "institution": institution,
        "proposal": proposal,
        "form": form,
        # What was typed comes back, also when nothing can be decided any more.
        "is_open": form.is_bound or bool(form.open_choices),
    }
    return render(request, "institutions/whitelist/ruling.html", page)


@requires(rules.may_propose_list)
@require_POST
def ruling_lift(request: SignedInRequest, pk: int) -> HttpResponse:
    """The decision no longer stands."""
    institution = get_object_or_404(Institution.objects.standing(), pk=pk)
    if told(request, lambda: lift_ruling(institution=institution, by=request.user.actor)):
        messages.success(request, f"已撤销对“{institution.name}”的决定。")
    return redirect("institutions:ruling", pk)
