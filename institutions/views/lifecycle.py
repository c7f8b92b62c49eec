"""What changes the life of an institution: verified, decided on, confirmed, deleted, put back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import done, told
from foundation.web.pagination import number_of, page_of
from institutions import rules
from institutions.actions import deletion as deletions
from institutions.actions import lifecycle as actions
from institutions.forms.lifecycle import DecideForm, ReasonForm, VerifyForm, VerifyTogetherForm
from institutions.models import Institution, StateChange
from institutions.queries.register import deleted_rows, unverified
from institutions.views.answers import form_page, institution_of, standing_institution, to_file
from institutions.workflow import ACT_WORDS, INSTITUTION, NEEDS_SECOND_PERSON, InstitutionState

_FORM = ["GET", "HEAD", "POST"]
# One page of the register at once.
_MOST_TOGETHER = 50


@requires(rules.may_verify)
@require_http_methods(_FORM)
def verify(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what was compared: the institution becomes 正常."""
    institution = institution_of(request, pk)
    if request.method != "POST" and "verify" not in INSTITUTION.acts(institution.state):
        return _not_now(request, institution, "verify")
    form = VerifyForm(request.POST or None, request.FILES or None)
    if done(
        form,
        lambda: actions.verify(institution=institution, by=request.user.actor, **form.cleaned_data),
    ):
        messages.success(request, "核验通过，状态为“正常”。")
        return to_file(institution)
    return form_page(
        request,
        institution,
        form,
        title=ACT_WORDS["verify"],
        submit="核验通过",
        follows="核验后状态改为“正常”，可以列入下一期白名单；列入并发布之前，公示页面不显示。",
    )


@requires(rules.may_verify)
@require_http_methods(_FORM)
def verify_together(request: SignedInRequest) -> HttpResponse:
    """Several institutions verified by one document."""
    asked = [number_of(pk) for pk in request.GET.getlist("pk")[:_MOST_TOGETHER]]
    chosen = list(Institution.objects.filter(pk__in=[pk for pk in asked if pk]))
    form = VerifyTogetherForm(request.POST or None)
    if done(
        form,
        lambda: actions.verify_together(
            institutions=chosen, by=request.user.actor, **form.cleaned_data
        ),
    ):
        messages.success(request, f"{len(chosen)}家机构核验通过，状态为“正常”。")
        return redirect("institutions:register")
    rows = list(unverified([row.pk for row in chosen]).select_related("town"))
    if not rows and not form.is_bound:
        messages.error(request, actions.NOTHING_CHOSEN)
        return redirect("institutions:register")
    page = {
        "form": form,
        "rows": rows,
        "gone": [row for row in chosen if row not in rows],
        # What is sent next are those that are shown.
        "action": "?" + urlencode([("pk", row.pk) for row in rows]),
    }
    return render(request, "institutions/verify_together.html", page)


@requires(rules.may_decide)
@require_http_methods(_FORM)
def decide(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Change the state by a document; the page says what follows."""
    institution, word = institution_of(request, pk), act.replace("-", " ")
    if word not in ACT_WORDS or word == "verify":
        raise Http404
    # What was typed before the state changed comes back with the act's own refusal.
    if request.method != "POST" and word not in INSTITUTION.acts(institution.state):
        return _not_now(request, institution, word)
    form = DecideForm(request.POST or None, request.FILES or None)
    if done(
        form,
        lambda: actions.decide(
            institution=institution, act=word, by=request.user.actor, **form.cleaned_data
        ),
    ):
        messages.success(request, f"已登记“{ACT_WORDS[word]}”，立即生效。")
        return to_file(institution)
    return form_page(
        request,
        institution,
        form,
        title=ACT_WORDS[word],
        submit=f"登记“{ACT_WORDS[word]}”",
        follows=_follows(institution, word),
    )


@requires(rules.may_confirm)
@require_POST
def confirm(request: SignedInRequest, pk: int, change: int) -> HttpResponse:
    """A second person confirms what another one has decided."""
    institution = standing_institution(pk)
    found = get_object_or_404(StateChange, institution=institution, pk=change)
    if told(request, lambda: actions.confirm(change=found, by=request.user.actor)):
        messages.success(request, "已复核。")
    return to_file(institution, "history")


@requires(rules.may_delete)
@require_http_methods(_FORM)
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a mistaken row out of the register."""
    institution = institution_of(request, pk)
    form = ReasonForm(request.POST or None)
    if done(
        form,
        lambda: deletions.delete(
            institution=institution, reason=form.cleaned_data["reason"], by=request.user.actor
        ),
    ):
        messages.success(request, f"已删除“{institution.name}”，可以在“已删除的机构”中恢复。")
        return redirect("institutions:deleted")
    return form_page(
        request,
        institution,
        form,
        title="删除误登的机构",
        submit="删除这家机构",
        follows="只用于误登或重复登记；停办的机构请登记注销。删除后名册、白名单和公示页面立即不再显示，可以恢复。",
    )


@requires(rules.may_delete)
@require_safe
def deleted(request: SignedInRequest) -> HttpResponse:
    """Rows that were taken out as mistaken; each can be put back."""
    page = {"page": page_of(deleted_rows(), request)}
    return render(request, "institutions/deleted.html", page)


@requires(rules.may_delete)
@require_http_methods(_FORM)
def undelete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a deleted row back."""
    if request.method == "POST":
        institution = institution_of(request, pk)
    else:
        institution = get_object_or_404(deleted_rows(), pk=pk)
    form = ReasonForm(request.POST or None)
    if done(
        form,
        lambda: deletions.undelete(
            institution=institution, reason=form.cleaned_data["reason"], by=request.user.actor
        ),
    ):
        messages.success(request, "已恢复，状态与删除前相同。")
        return to_file(institution)
    return form_page(
        request,
        institution,
        form,
        title="恢复已删除的机构",
        submit="恢复这家机构",
        follows="恢复后按原来的状态出现在名册中；曾经公示的，公示页面立即恢复显示。",
        back=reverse("institutions:deleted"),
    )


def _not_now(request: SignedInRequest, institution: Institution, act: str) -> HttpResponse:
    state = institution.get_state_display()
    messages.error(request, f"这家机构当前为“{state}”，不能进行“{ACT_WORDS[act]}”。")
    return to_file(institution)


def _follows(institution: Institution, act: str) -> str:
    if act not in INSTITUTION.acts(institution.state):
        return ""
    after = InstitutionState(INSTITUTION.after(institution.state, act))
    words = [f"登记后立即生效：曾经公示的机构，公示页面马上显示“{after.label}”。"]
    if act in NEEDS_SECOND_PERSON:
        words.append("此项决定须由另一位有权限的人员复核，复核前在工作页面标为“待复核”。")
    if not INSTITUTION.acts(after):
        words.append(f"“{after.label}”之后不能再改为其他状态。")
    return "".join(words)
