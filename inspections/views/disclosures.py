"""Whether the result of a visit is published: proposed, decided by another person, taken down again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.words import day_words
from foundation.web.answers import done
from inspections import rules
from inspections.actions import disclosures as actions
from inspections.forms.disclosures import DecideForm, ProposeForm, TakeDownForm
from inspections.models import Disclosure
from inspections.queries.disclosures import disclosures_of
from inspections.views.inspections import POST_OR_GET, form_page, to_inspection


@requires(rules.may_propose_result)
@require_http_methods(POST_OR_GET)
def result_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose that it be published, or not."""
    row = _found(request, pk)
    form = ProposeForm(request.POST or None, initial={"version": row.version, "what": "publish"})

    def propose() -> None:
        actions.propose_disclosure(
            disclosure=row,
            version=form.cleaned_data["version"],
            is_to_publish=form.is_to_publish,
            reason=form.cleaned_data["reason"],
            by=request.user.actor,
        )

    if done(form, propose, row):
        messages.success(request, "已拟定，等待审核。")
        return to_inspection(row.inspection)
    return _page(request, row, form, title="检查结果公示：拟定", submit="提交审核")


@requires(rules.may_publish_result)
@require_http_methods(POST_OR_GET)
def result_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree with the proposal of another person, or send it back."""
    row = _found(request, pk)
    known = {"version": row.version}
    form = DecideForm(request.POST or None, proposal=row.proposal, initial=known)

    def decide() -> None:
        asked: dict[str, Any] = {"version": form.cleaned_data["version"], "by": request.user.actor}
        if form.sends_back:
            words = form.cleaned_data["words"]
            actions.send_back_disclosure(disclosure=row, words=words, **asked)
        else:
            actions.decide_disclosure(disclosure=row, **asked)

    if done(form, decide, row):
        said = "已退回。" if form.sends_back else f"检查结果已审核：{row.proposal}。"
        messages.success(request, said)
        return to_inspection(row.inspection)
    return _page(request, row, form, title="检查结果公示：审核", submit="确定")


@requires(rules.may_publish_result)
@require_http_methods(POST_OR_GET)
def result_take_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """From now on nobody outside the office reads it."""
    row = _found(request, pk)
    form = TakeDownForm(request.POST or None, initial={"version": row.version})

    def take_down() -> None:
        actions.withdraw_disclosure(disclosure=row, by=request.user.actor, **form.cleaned_data)

    if done(form, take_down, row):
        messages.success(request, "已从公示页撤下。")
        return to_inspection(row.inspection)
    return _page(request, row, form, title="检查结果公示：撤下", submit="撤下")


def _found(request: SignedInRequest, pk: int) -> Disclosure:
    return get_object_or_404(disclosures_of(request.user), inspection=pk)


def _page(
    request: SignedInRequest, row: Disclosure, form: forms.Form, **words: str
) -> HttpResponse:
    """The form under what the public reads."""
    said = (day_words(row.visited_on), row.kind, row.departments, row.result)
    reason = f"拟不公示，理由：{row.reason}。" if row.reason else ""
    follows = f"{reason}公示的内容只有：{'；'.join(said)}。"
    return form_page(request, row.inspection, form, follows=follows, **words)
