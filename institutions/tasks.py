"""What the clock does with the register."""

from celery import shared_task
from django.db import connections
from typst import TypstError

from foundation.actor import CLOCK
from foundation.workflow import NotPossibleError
from institutions.actions.imports import apply, fail
from institutions.actions.sweep import sweep_expired as sweep
from institutions.models import ImportRun, ListIssue
from institutions.papers import lists


@shared_task
def sweep_expired() -> None:
    """Take places whose licence has run out off the public list, and let renewed ones back."""
    sweep(by=CLOCK)


@shared_task
def make_paper() -> None:
    """Make the newest paper that nobody should have to wait for; the next run makes the next one."""
    long = ListIssue.objects.filter(entry_count__gt=lists.AT_ONCE).order_by("-proposed_at")
    failed: TypstError | None = None
    for issue in long:
        if lists.is_at_hand(issue):
            continue
        try:
            lists.issue_pdf(issue)
        except TypstError as why:
            # The others do not wait for one that cannot be set; the run fails all the same.
            failed = why
        else:
            break
    if failed:
        raise failed


@shared_task
def apply_import(pk: int) -> None:
    """Write a large import into the register, and say on its page how far it is."""
    run = ImportRun.objects.select_related("applied_by__department").get(pk=pk)
    by = run.applied_by.actor if run.applied_by else CLOCK
    # The rows are written in one transaction that nobody else can see into; the progress is told
    # beside it, on a connection of its own.
    beside = connections.create_connection("default")

    def tell(done: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE institutions_importrun SET rows_done = %s WHERE id = %s", [done, pk]
            )

    try:
        apply(run=run, by=by, progress=tell)
    except NotPossibleError as reason:
        fail(run=run, words=str(reason))
    except Exception:
        fail(run=run, words="导入中断，名册没有改动。请再试一次；仍不成功请联系系统管理员。")
        raise
    finally:
        beside.close()
