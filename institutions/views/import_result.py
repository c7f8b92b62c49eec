"""What an import came to, and what can still be done about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import now
from foundation.documents.xlsx import MEDIA_TYPE
from foundation.law.queries import limit
from foundation.web.answers import done, told
from foundation.web.pagination import number_of, page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions.adoption import adopt
from institutions.actions.import_undo import UNDO_DAYS, undo
from institutions.forms.imports import AdoptForm
from institutions.importing.sheets import preview_of
from institutions.models import ImportKind, ImportRun, ImportState, Outcome
from institutions.papers.imports import file_name, left_over
from institutions.queries.imports import (
    import_runs,
    landed_rows,
    landed_tabs,
    outcome_tabs,
    runs_of_file,
)
from institutions.queries.timeline import timeline_of_import
from institutions.views.imports import STEPS, run_of

_WORKER_IS_LATE_AFTER = 60
_ROWS_SEALED_AWAY = (
    "这些行的存档无法解密（密钥缺失或存档已损坏），不能下载；请打开原文件，重新导入一次。"
)


@requires(rules.may_import)
@require_safe
def import_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it is, or what it came to; what can still be done about it."""
    run = run_of(pk)
    if run.state == ImportState.UPLOADED:
        return redirect("institutions:import_columns", pk)
    if run.state == ImportState.PREVIEWED:
        return redirect("institutions:import_preview", pk)
    answer = render(request, "institutions/imports/result.html", _result_page(request, run))
    if run.state == ImportState.APPLYING:
        answer["Refresh"] = "2"
    return answer


def _result_page(request: SignedInRequest, run: ImportRun) -> dict[str, Any]:
    waited = (now() - run.started_at).total_seconds() if run.started_at else 0
    counts = run.counts
    left = sum(counts.get(one, 0) for one in (Outcome.DOUBTFUL, Outcome.REFUSED, Outcome.SKIPPED))
    tabs, sheets = landed_tabs(run), list(runs_of_file(run))
    asked = request.GET.get("show", "")
    wanted = asked if asked in {name for name, _, _ in tabs} else ""
    return {
        "run": run,
        "counts": "，".join(f"{word} {count} 行" for _, word, count in outcome_tabs(run)),
        "left": left,
        "is_late": waited > _WORKER_IS_LATE_AFTER,
        "undo_days": limit(UNDO_DAYS),
        "may_adopt": rules.may_adopt(request.user)
        and run.kind == ImportKind.WHITELIST
        and run.state == ImportState.APPLIED
        and not run.adopted_as,
        "is_site": run.kind == ImportKind.UNLICENSED,
        "page": page_of(landed_rows(run, wanted), request) if len(tabs) > 1 else None,
        "tabs": tabs,
        "wanted": wanted,
        "sheets": sheets,
        "timeline": timeline_of_import(run, sheets[0], number_of(request.GET.get("before", ""))),
        "steps": STEPS,
    }


@requires(rules.may_import)
@require_safe
def import_left_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows that did not land, as a workbook to be mended."""
    run = get_object_or_404(import_runs().exclude(preview_file=""), pk=pk)
    try:
        preview = preview_of(run)
    except NotPossibleError:
        messages.error(request, _ROWS_SEALED_AWAY)
        return redirect("institutions:import_result", pk)
    answer = HttpResponse(left_over(run, preview), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, file_name(run))
    return answer


@requires(rules.may_import)
@require_POST
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an applied import back."""
    run, by = run_of(pk), request.user.actor
    if told(request, lambda: undo(run=run, by=by)):
        undone = run_of(pk)
        kept = undone.counts["kept_rows"]
        rest = f"{kept} 条保持不变，原因见下。" if kept else ""
        messages.success(request, f"已撤销这次导入：{undone.taken_back}。{rest}")
    return redirect("institutions:import_result", pk)


@requires(rules.may_adopt)
@require_http_methods(["GET", "HEAD", "POST"])
def import_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the published list as evidence for all its rows."""
    run = run_of(pk)
    form = AdoptForm(request.POST or None, initial={"title": run.title, "published_on": run.as_of})
    if done(form, lambda: adopt(run=run, by=request.user.actor, **form.cleaned_data)):
        messages.success(request, f"已核验{run_of(pk).counts['adopted']}家机构。")
        return redirect("institutions:import_result", pk)
    return render(request, "institutions/imports/adopt.html", {"run": run, "form": form})
