"""The preview of an import: row by row, with the questions of the doubtful ones."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import attempt, told
from foundation.web.pagination import page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions.import_answers import answer, answer_all
from institutions.actions.imports import look_again
from institutions.forms.imports import AnswerAllForm, answers_in, seen_in
from institutions.importing.directory import load_directory
from institutions.importing.preview import Preview
from institutions.importing.sheets import preview_of
from institutions.importing.showing import show
from institutions.models import ImportKind, ImportRun, ImportState, Outcome
from institutions.queries.imports import outcome_tabs, runs_of_file
from institutions.views.imports import STEPS, run_of


@requires(rules.may_import)
@require_safe
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would happen, row by row, and the questions of the doubtful ones."""
    run = run_of(pk)
    if run.state == ImportState.UPLOADED:
        return redirect("institutions:import_columns", pk)
    if run.state != ImportState.PREVIEWED:
        return redirect("institutions:import_result", pk)
    try:
        preview = preview_of(run)
    except NotPossibleError as reason:
        messages.error(request, str(reason))
        return redirect("institutions:import_columns", pk)
    page = _preview_page(request, run, preview, {})
    return render(request, "institutions/imports/preview.html", page)


def _preview_page(
    request: SignedInRequest, run: ImportRun, preview: Preview, typed: Mapping[str, str]
) -> dict[str, Any]:
    wanted = request.GET.get("show", "")
    rows = list(preview.resolved(run.answers))
    if wanted in Outcome.values:
        # An answered row stays among the doubtful ones, so that the answer can be changed.
        rows = [one for one in rows if wanted in (one.outcome, one.row["outcome"])]
    page = page_of(rows, request)
    shown = show(page.object_list, run.kind, run.answers, typed, load_directory())
    return {
        "run": run,
        "page": page,
        "rows": shown,
        "is_asking": any(row.options for row in shown),
        "wanted": wanted if wanted in Outcome.values else "",
        "tabs": outcome_tabs(run, wanted),
        "named": preview.named,
        "beside": next((text for _, what, text in preview.named if what == "并排"), ""),
        "other_table": next((row for row, what, _ in preview.named if what == "另表"), None),
        "open_doubts": run.counts.get(Outcome.DOUBTFUL, 0),
        "landing": sum(run.counts.get(one, 0) for one in (Outcome.NEW, Outcome.CHANGED)),
        "answer_all": AnswerAllForm(),
        "is_site": run.kind == ImportKind.UNLICENSED,
        "sheets": runs_of_file(run),
        "steps": STEPS,
    }


@requires(rules.may_import)
@require_http_methods(["GET", "HEAD", "POST"])
def import_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the answers of one page of doubtful rows; refused, they stay on the page as they were given."""
    run, by = run_of(pk), request.user.actor
    if request.method != "POST":
        return _back_to_preview(request, pk)
    answers, seen = answers_in(request.POST), seen_in(request.POST)
    try:
        attempt(lambda: answer(run=run, answers=answers, seen=seen, by=by))
    except NotPossibleError as reason:
        return _asked_again(request, pk, answers, str(reason))
    messages.success(request, "已保存本页的处理。")
    return _back_to_preview(request, pk)


def _asked_again(
    request: SignedInRequest, pk: int, answers: Mapping[str, str], reason: str
) -> HttpResponse:
    """The same rows with what was chosen for them, as long as they still can be answered."""
    run = run_of(pk)
    try:
        preview = preview_of(run) if run.state == ImportState.PREVIEWED else None
    except NotPossibleError:
        preview = None
    if preview is None:
        messages.error(request, reason)
        return _back_to_preview(request, pk)
    page = _preview_page(request, run, preview, answers) | {"refused": reason}
    return render(request, "institutions/imports/preview.html", page)


@requires(rules.may_import)
@require_POST
def import_answer_all(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer all doubtful rows alike that have no answer yet."""
    run, form, by = run_of(pk), AnswerAllForm(request.POST), request.user.actor
    if not form.is_valid():
        messages.error(request, "请选择“跳过”或“作为新的登记”。")
    else:
        given = form.cleaned_data["given"]
        if told(request, lambda: answer_all(run=run, given=given, by=by)):
            left = run_of(pk).counts[Outcome.DOUBTFUL]
            rest = f"还有 {left} 行只能对应已有的记录或跳过，请逐行处理。" if left else ""
            messages.success(request, rest or "已处理全部存疑行。")
    return _back_to_preview(request, pk)


def _back_to_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """To the same rows of the preview: the address that was posted to carries which."""
    back = redirect("institutions:import_preview", pk)
    back["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
    return back


@requires(rules.may_import)
@require_POST
def import_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Work the preview out anew."""
    run, by = run_of(pk), request.user.actor
    if told(request, lambda: look_again(run=run, by=by)):
        messages.success(request, "已按当前名册重新预览。")
    return redirect("institutions:import_preview", pk)
