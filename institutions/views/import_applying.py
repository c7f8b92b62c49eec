"""Writing an import into the register: at once, or by the worker."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from foundation.accounts.access import SignedInRequest, requires
from foundation.web.answers import attempt, told
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions import imports as acts
from institutions.models import ImportRun, ImportState
from institutions.tasks import apply_import
from institutions.views.imports import run_of

# Up to here an import is applied while the person waits; more goes to the worker.
AT_ONCE = 500
# A version has at most this many digits; Python itself refuses thousands of them with an exception.
_LONGEST_NUMBER = 9


@requires(rules.may_import)
@require_POST
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write the rows into the register: a small import at once, a large one by the worker."""
    run, by = run_of(pk), request.user.actor
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
