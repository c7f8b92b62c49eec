"""An import up to its columns: the list of all, the next file, what each column is, giving it up."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.web.answers import attempt, done, told
from foundation.web.pagination import page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions import imports as acts
from institutions.forms.imports import ColumnsForm, KindForm, UploadForm
from institutions.importing.sheets import table_of
from institutions.models import ImportRun, ImportState
from institutions.queries.imports import earlier_runs, import_runs, runs_of_file

STEPS = ("上传文件", "核对各列", "预览与存疑", "完成")


def run_of(pk: int) -> ImportRun:
    """The import of an address."""
    run: ImportRun = get_object_or_404(import_runs(), pk=pk)
    return run


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
            return _onward(request, redirect("institutions:import_columns", runs[0].pk))
    page = {"form": form, "steps": STEPS}
    return render(request, "institutions/imports/upload.html", page)


def _onward(request: SignedInRequest, answer: HttpResponseRedirect) -> HttpResponse:
    """The script of the form (`upload.js`) is told where to go: if it followed a redirect itself, the note on the
    next page would be used up before anybody has read it."""
    if "X-Upload" not in request.headers:
        return answer
    return HttpResponse(status=204, headers={"X-Next": answer.url})


@requires(rules.may_import)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """The columns as guessed, to be corrected; confirmed, they are remembered."""
    run = run_of(pk)
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
    run, form, by = run_of(pk), KindForm(request.POST), request.user.actor
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        told(request, lambda: acts.choose_kind(run=run, kind=kind, by=by))
    return redirect("institutions:import_columns", pk)


@requires(rules.may_import)
@require_safe
def import_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file as it was uploaded."""
    return serve(run_of(pk).file)


@requires(rules.may_import)
@require_POST
def import_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give an import up that was not applied."""
    run, by = run_of(pk), request.user.actor
    if told(request, lambda: acts.drop(run=run, by=by)):
        messages.success(request, "已放弃这次导入，没有写入名册。")
    return redirect("institutions:imports")
