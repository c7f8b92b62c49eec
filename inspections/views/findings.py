"""On site: what was found wrong is written down, put right at once or given a term, or withdrawn."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import done
from inspections import rules
from inspections.actions import findings as actions
from inspections.forms.visits import FindingForm, FixForm, TermForm, WithdrawForm
from inspections.models import Finding, Inspection
from inspections.views.answers import typed_stays
from inspections.views.inspections import POST_OR_GET, form_page, to_inspection
from inspections.views.records import once, own_part
from inspections.views.visits import GONE, own_visit


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def finding_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """A problem outside the checklist, or one more beside an item."""
    found = own_visit(request, pk)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    lines = own_part(request, found).lines
    form = FindingForm(request.POST or None, inspection=found, lines=lines)

    def write() -> None:
        problem = form.found
        if not problem:
            return
        with once(form):
            actions.record_finding(
                inspection=found,
                found=problem,
                item=form.item,
                late_reason=form.cleaned_data.get("late_reason", ""),
                by=request.user.actor,
            )

    if done(form, write):
        messages.success(request, "问题已登记。")
        return to_inspection(found)
    return form_page(request, found, form, title="登记问题", submit="登记问题")


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def finding_fix(request: SignedInRequest, pk: int, finding: int) -> HttpResponse:
    """It was put right at once."""
    found = own_visit(request, pk)
    row = _own(request, found, finding)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = FixForm(request.POST or None, inspection=found)
    if done(
        form,
        lambda: actions.fix_on_the_spot(finding=row, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, "已登记当场改正。")
        return to_inspection(found)
    follows = "当场改正的问题即行销号，不再限期整改，单独统计。"
    return form_page(
        request, found, form, title=f"当场改正：{row}", submit="登记当场改正", follows=follows
    )


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def finding_term(request: SignedInRequest, pk: int, finding: int) -> HttpResponse:
    """It could not be put right at once."""
    found = own_visit(request, pk)
    row = _own(request, found, finding)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = TermForm(request.POST or None, initial={"days": row.item and row.item.default_days})
    if done(
        form,
        lambda: actions.set_term(finding=row, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, "已改为限期整改。")
        return to_inspection(found)
    return form_page(request, found, form, title=f"改为限期整改：{row}", submit="改为限期整改")


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def finding_withdraw(request: SignedInRequest, pk: int, finding: int) -> HttpResponse:
    """It was a mistake."""
    found = own_visit(request, pk)
    row = _own(request, found, finding)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = WithdrawForm(request.POST or None)
    if done(
        form,
        lambda: actions.withdraw_finding(finding=row, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, "问题已撤销。")
        return to_inspection(found)
    follows = "撤销的问题和理由仍可查看，不再计数；该检查项的结果请另行更正。"
    return form_page(
        request, found, form, title=f"撤销问题：{row}", submit="撤销问题", follows=follows
    )


def _own(request: SignedInRequest, found: Inspection, finding: int) -> Finding:
    """What the own department has found; to the lead all that was found."""
    own = request.user.department_id
    rows = Finding.objects.filter(Q(section__department=own) | Q(inspection__lead=own))
    rows = rows.filter(inspection=found).select_related("inspection", "item")
    return get_object_or_404(rows, pk=finding)
