"""Pages of the import: upload, columns, preview with its questions, result, undoing, adopting."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.clock.queries import now
from foundation.documents.xlsx import MEDIA_TYPE
from foundation.law.queries import limit
from foundation.web.answers import attempt, done, told
from foundation.web.pagination import number_of, page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions import imports as acts
from institutions.actions.adoption import adopt
from institutions.actions.import_answers import answer, answer_all
from institutions.actions.import_undo import UNDO_DAYS, undo
from institutions.forms.imports import (
    AdoptForm,
    AnswerAllForm,
    ColumnsForm,
    KindForm,
    UploadForm,
    answers_in,
    seen_in,
)
from institutions.importing.directory import load_directory
from institutions.importing.preview import LANDED, OUTCOME_WORDS, Outcome, Preview
from institutions.importing.sheets import preview_of, table_of
from institutions.importing.showing import show
from institutions.models import ImportKind, ImportRun, ImportState
from institutions.papers.imports import file_name, left_over
from institutions.queries.imports import (
    KEPT,
    earlier_runs,
    import_runs,
    landed_rows,
    runs_of_file,
)
from institutions.queries.timeline import timeline_of_import
from institutions.tasks import apply_import

# Up to here an import is applied while the person waits; more goes to the worker.
AT_ONCE = 500
_WORKER_IS_LATE_AFTER = 60
# A version has at most this many digits; Python itself refuses thousands of them with an exception.
_LONGEST_NUMBER = 9
_ROWS_SEALED_AWAY = (
    "这些行的存档无法解密（密钥缺失或存档已损坏），不能下载；请打开原文件，重新导入一次。"
)
STEPS = ("上传文件", "核对各列", "预览与存疑", "完成")


@requires(rules.may_import)
@require_safe
def imports(request: SignedInRequest) -> HttpResponse:
    """Every import so far, and the door for the next file."""
    page = {"page": page_of(import_runs(), request), "form": UploadForm()}
    return render(request, "institutions/imports/imports.html", page)


@requires(rules.may_import)
@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: SignedInRequest) -> HttpResponse:
    """Take a file in; with one sheet that holds something, its columns are next."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["upload"]
            runs = attempt(lambda: acts.take_in(upload=upload, by=request.user.actor))
        except NotPossibleError as reason:
            form.add_error("upload", str(reason))
        else:
            return redirect("institutions:import_columns", runs[0].pk)
    page = {"form": form, "steps": STEPS}
    return render(request, "institutions/imports/upload.html", page)


@requires(rules.may_import)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """The columns as guessed, to be corrected; confirmed, they are remembered."""
    run = _run(pk)
    if run.state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("institutions:import_result", pk)
    try:
        table = table_of(run)
    except NotPossibleError as reason:
        messages.error(request, str(reason))
        return redirect("institutions:imports")
    form = ColumnsForm(request.POST or None, run=run, table=table)
    if done(form, lambda: acts.confirm(run=run, by=request.user.actor, **form.said())):
        return redirect("institutions:import_preview", pk)
    page = {
        "run": run,
        "form": form,
        "table": table,
        "sheets": runs_of_file(run),
        "earlier": earlier_runs(run),
        "kind_form": KindForm(initial={"kind": run.kind}),
        "steps": STEPS,
    }
    return render(request, "institutions/imports/columns.html", page)


@requires(rules.may_import)
@require_POST
def import_kind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what the sheet is; the columns are guessed anew."""
    run, form, by = _run(pk), KindForm(request.POST), request.user.actor
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        told(request, lambda: acts.choose_kind(run=run, kind=kind, by=by))
    return redirect("institutions:import_columns", pk)


@requires(rules.may_import)
@require_safe
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would happen, row by row, and the questions of the doubtful ones."""
    run = _run(pk)
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
    if wanted in OUTCOME_WORDS:
        # An answered row stays among the doubtful ones, so that the answer can be changed.
        rows = [one for one in rows if wanted in (one.outcome, one.row["outcome"])]
    page = page_of(rows, request)
    shown = show(page.object_list, run.kind, run.answers, typed, load_directory())
    return {
        "run": run,
        "page": page,
        "rows": shown,
        "is_asking": any(row.options for row in shown),
        "wanted": wanted if wanted in OUTCOME_WORDS else "",
        "tabs": _tabs(run, wanted),
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


def _tabs(run: ImportRun, wanted: str = "") -> list[tuple[str, str, int]]:
    """Each outcome that rows have; also the wanted one, of which the last may just have been answered."""
    found = [("", "全部", run.counts.get("read", 0))]
    return found + [
        (str(one), OUTCOME_WORDS[one], run.counts.get(one, 0))
        for one in Outcome
        if run.counts.get(one) or one == wanted
    ]


@requires(rules.may_import)
@require_http_methods(["GET", "HEAD", "POST"])
def import_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the answers of one page of doubtful rows; refused, they stay on the page as they were given."""
    run, by = _run(pk), request.user.actor
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
    run = _run(pk)
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
    run, form, by = _run(pk), AnswerAllForm(request.POST), request.user.actor
    if not form.is_valid():
        messages.error(request, "请选择“跳过”或“作为新的登记”。")
    else:
        given = form.cleaned_data["given"]
        if told(request, lambda: answer_all(run=run, given=given, by=by)):
            left = _run(pk).counts[Outcome.DOUBTFUL]
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
    run, by = _run(pk), request.user.actor
    if told(request, lambda: acts.look_again(run=run, by=by)):
        messages.success(request, "已按当前名册重新预览。")
    return redirect("institutions:import_preview", pk)


@requires(rules.may_import)
@require_POST
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write the rows into the register: a small import at once, a large one by the worker."""
    run, by = _run(pk), request.user.actor
    version = _version(request)
    if run.state == ImportState.APPLYING:
        is_written = _write_now(request, run)
    elif run.counts.get("read", 0) > AT_ONCE:
        is_written = _hand_over(request, run, version)
    else:
        is_written = told(request, lambda: acts.apply(run=run, by=by, version=version))
    return redirect(f"institutions:import_{'result' if is_written else 'preview'}", pk)


def _version(request: SignedInRequest) -> int:
    """What the page had shown; nonsense is no version that ever was."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) <= _LONGEST_NUMBER else 0


def _hand_over(request: SignedInRequest, run: ImportRun, version: int) -> bool:
    by = request.user.actor
    if not told(request, lambda: acts.start(run=run, version=version, by=by)):
        return False
    try:
        apply_import.delay(run.pk)
    except OperationalError:
        # The post to the worker is down; the person waits a few seconds instead.
        if not _write_now(request, run):
            acts.fail(run=run, words="后台服务没有应答，这次没有写入，请再试一次。")
            return False
    return True


def _write_now(request: SignedInRequest, run: ImportRun) -> bool:
    """Instead of the worker. What cannot be written waits as a preview again."""
    try:
        attempt(lambda: acts.apply(run=run, by=request.user.actor))
    except NotPossibleError as reason:
        messages.error(request, str(reason))
        # Perhaps the worker is writing this very one.
        if not isinstance(reason, acts.BusyError):
            acts.fail(run=run, words=str(reason))
        return False
    return True


@requires(rules.may_import)
@require_safe
def import_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it is, or what it came to; what can still be done about it."""
    run = _run(pk)
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
    tabs, sheets = _landed_tabs(run), list(runs_of_file(run))
    asked = request.GET.get("show", "")
    wanted = asked if asked in {name for name, _, _ in tabs} else ""
    return {
        "run": run,
        "counts": "，".join(f"{word} {count} 行" for _, word, count in _tabs(run)),
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


def _landed_tabs(run: ImportRun) -> list[tuple[str, str, int]]:
    """The outcomes of the rows that are in the register now, and how many each has."""
    if run.state not in (ImportState.APPLIED, ImportState.UNDONE):
        return []
    counts = run.counts
    found = [(str(one), OUTCOME_WORDS[one], counts[one]) for one in LANDED if counts.get(one)]
    if kept := counts.get("kept_rows"):
        found.append((KEPT, "没有撤销", kept))
    return [("", "全部", sum(counts.get(one, 0) for one in LANDED)), *found]


@requires(rules.may_import)
@require_safe
def import_left_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows that did not land, as a workbook to be mended."""
    run = get_object_or_404(_runs().exclude(preview_file=""), pk=pk)
    try:
        preview = preview_of(run)
    except NotPossibleError:
        messages.error(request, _ROWS_SEALED_AWAY)
        return redirect("institutions:import_result", pk)
    answer = HttpResponse(left_over(run, preview), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, file_name(run))
    return answer


@requires(rules.may_import)
@require_safe
def import_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file as it was uploaded."""
    return serve(_run(pk).file)


@requires(rules.may_import)
@require_POST
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an applied import back."""
    run, by = _run(pk), request.user.actor
    if told(request, lambda: undo(run=run, by=by)):
        counts = _run(pk).counts
        kept = counts["kept_rows"]
        rest = f"{kept} 条保持不变，原因见下。" if kept else ""
        messages.success(request, f"已撤销这次导入：{counts['undone']} 条回到导入以前。{rest}")
    return redirect("institutions:import_result", pk)


@requires(rules.may_import)
@require_POST
def import_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give an import up that was not applied."""
    run, by = _run(pk), request.user.actor
    if told(request, lambda: acts.drop(run=run, by=by)):
        messages.success(request, "已放弃这次导入，没有写入名册。")
    return redirect("institutions:imports")


@requires(rules.may_adopt)
@require_http_methods(["GET", "HEAD", "POST"])
def import_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the published list as evidence for all its rows."""
    run = _run(pk)
    form = AdoptForm(request.POST or None, initial={"title": run.title, "published_on": run.as_of})
    if done(form, lambda: adopt(run=run, by=request.user.actor, **form.cleaned_data)):
        messages.success(request, f"已核验{_run(pk).counts['adopted']}家机构。")
        return redirect("institutions:import_result", pk)
    return render(request, "institutions/imports/adopt.html", {"run": run, "form": form})


def _runs() -> Any:
    return ImportRun.objects.select_related("file", "uploaded_by", "applied_by", "undone_by")


def _run(pk: int) -> ImportRun:
    run: ImportRun = get_object_or_404(_runs(), pk=pk)
    return run
