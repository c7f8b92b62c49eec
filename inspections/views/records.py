"""On site: the answers of the own part, area by area or all the rest at once, and the lead's choice."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import done
from foundation.workflow import NotPossibleError
from inspections import rules
from inspections.actions import answers as actions
from inspections.actions.on_site import ConflictError
from inspections.forms.visits import AnswersForm, ChooseForm, FindingForm, RestForm
from inspections.models import Inspection
from inspections.queries.records import PartRecord, current_answers, record_of
from inspections.views.answers import typed_stays
from inspections.views.inspections import POST_OR_GET, form_page, to_inspection
from inspections.views.visits import GONE, own_visit

_SAVED_BEFORE = (
    "这个页面先前已经保存，这次填写的与之不同，没有保存。确需另行登记的，请核对后再提交。"
)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def answers(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """One area of the own part, every item with its answer."""
    found = own_visit(request, pk)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    part = own_part(request, found)
    area = next((one for one in part.areas if one.area.code == code), None)
    if area is None:
        raise Http404
    form = AnswersForm(
        request.POST or None, inspection=found, lines=area.lines, user=request.user.pk
    )

    def save() -> None:
        with once(form):
            actions.answer_items(
                inspection=found,
                answers=form.given,
                late_reason=form.cleaned_data.get("late_reason", ""),
                by=request.user.actor,
            )

    if done(form, save):
        messages.success(request, f"{area.area.code} {area.area}已保存。")
        return _on(found, own_part(request, found), code)
    page = {"inspection": found, "part": part, "area": area, "form": form}
    return render(request, "inspections/visits/answers.html", page)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def answers_rest(request: SignedInRequest, pk: int) -> HttpResponse:
    """All the rest is fine, once it was said how many that are."""
    found = own_visit(request, pk)
    part = own_part(request, found)
    rest = part.rest
    if not rest or (request.method != "POST" and not found.is_running):
        # Confirmed by the press before this one, or by a colleague.
        return to_inspection(found)
    form = RestForm(request.POST or None, inspection=found, initial={"count": len(rest)})

    def confirm() -> None:
        actions.answer_rest(inspection=found, by=request.user.actor, **form.cleaned_data)

    if done(form, confirm):
        messages.success(request, "其余各项已记为合格。")
        return to_inspection(found)
    form.show(len(rest))
    page = {"inspection": found, "part": part, "form": form}
    return render(request, "inspections/visits/rest.html", page)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
@typed_stays(*GONE)
def answer_choose(request: SignedInRequest, pk: int, item: int) -> HttpResponse:
    """Of answers that differ, the lead chooses the one that holds."""
    found = own_visit(request, pk)
    if found.lead_id != request.user.department_id:
        raise Http404
    rows = list(current_answers(found).filter(item=item).select_related("section__department"))
    if not rows:
        raise Http404
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = ChooseForm(request.POST or None, answers=rows)

    def choose() -> None:
        actions.choose_answer(
            inspection=found,
            answer=form.answers[form.cleaned_data["answer"]],
            shown=form.cleaned_data["shown"],
            reason=form.cleaned_data["reason"],
            by=request.user.actor,
        )

    if done(form, choose):
        messages.success(request, "已采信。")
        return to_inspection(found)
    form.show()
    return form_page(
        request,
        found,
        form,
        title=f"采信检查结果：{rows[0].item}",
        submit="采信",
        follows="采信的不是“不合格”时，这一项登记的问题一并撤销。",
    )


@contextmanager
def once(form: AnswersForm | FindingForm) -> Iterator[None]:
    """A page that was sent before with other words is told so, and may then be sent as something new."""
    try:
        yield
    except ConflictError as conflict:
        form.renew()
        raise NotPossibleError(_SAVED_BEFORE) from conflict


def own_part(request: SignedInRequest, found: Inspection) -> PartRecord:
    """The part of the person's department."""
    own = request.user.department_id
    return next(one for one in record_of(found, as_asked=True) if one.section.department_id == own)


def _on(found: Inspection, part: PartRecord, code: str) -> HttpResponse:
    """To the next area of which something is left, or back to the visit."""
    left = [one.area.code for one in part.areas if one.answered_count < len(one.lines)]
    later = [one for one in left if one > code] or left
    if not later:
        return to_inspection(found)
    return redirect("inspections:answers", found.pk, later[0])
