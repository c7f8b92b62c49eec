"""What the clock does for the trail: carry its heads out of the database, and verify it."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from foundation.audit.actions import note_export, note_verification
from foundation.audit.heads import Head, HeadsDamagedError, append_heads, read_heads
from foundation.audit.models import VerificationRun
from foundation.audit.queries import (
    heads_to_export,
    last_verification,
    still_stands,
    verify,
)
from foundation.clock.queries import now

# The whole chain is walked no more often, though `tick` asks every few minutes.
_ONE_NIGHT = timedelta(hours=20)


@shared_task
def export_heads() -> int:
    """Write the heads of the days, and of this moment, beside the database. Nothing new: nothing written.

    A chain that no longer stands where it was exported is reported instead of exported.
    """
    last: Head | None = None
    counted: dict[str, int] = {}
    try:
        for head in read_heads(settings.AUDIT_HEADS_DIR):
            last, counted[head.day] = head, head.count
    except HeadsDamagedError:
        _look_and_note(_of_this_night())
        return 0
    if not still_stands(last):
        _look_and_note(_of_this_night())
        return 0
    heads = heads_to_export(last, counted, now())
    if heads:
        append_heads(settings.AUDIT_HEADS_DIR, heads)
        note_export(last=heads[-1].last, at=now())
    return len(heads)


@shared_task
def verify_trail() -> bool:
    """Walk the chain once a night, however often asked, and keep the verdict for the auditor's page."""
    known = _of_this_night()
    return _look_and_note(known) if known is None or not known.ok else True


def _look_and_note(known: VerificationRun | None) -> bool:
    """Verify now; the page is told what it does not know yet."""
    verdict = verify()
    if known is None or known.ok or known.words != verdict.words:
        note_verification(verdict=verdict, at=now())
    return verdict.ok


def _of_this_night() -> VerificationRun | None:
    """The last verdict, while it is of this night."""
    last = last_verification()
    return last if last is not None and abs(now() - last.at) < _ONE_NIGHT else None
