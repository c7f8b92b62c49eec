"""What the clock does for the trail: carry its heads out of the database, and verify it."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from foundation.audit.actions import note_verification
from foundation.audit.heads import Head, HeadsDamagedError, append_heads, read_heads
from foundation.audit.queries import (
    Verdict,
    heads_to_export,
    last_verification,
    stands_at,
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
    except HeadsDamagedError as damaged:
        note_verification(verdict=Verdict(False, 0, 0, str(damaged)), at=now())
        return 0
    if last is not None and not stands_at(last):
        note_verification(verdict=verify(), at=now())
        return 0
    heads = heads_to_export(last, counted, now())
    if heads:
        append_heads(settings.AUDIT_HEADS_DIR, heads)
    return len(heads)


@shared_task
def verify_trail() -> bool:
    """Walk the chain once a night, however often asked, and keep the verdict for the auditor's page."""
    last, at = last_verification(), now()
    if last is None or abs(at - last.at) >= _ONE_NIGHT:
        last = note_verification(verdict=verify(), at=at)
    return last.ok
