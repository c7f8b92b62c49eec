"""The one way into the trail."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from foundation.actor import Actor
from foundation.audit.chain import BEGINNING, line_hash
from foundation.audit.changes import Changes
from foundation.audit.models import AuditEvent, LastExport, VerificationRun
from foundation.audit.queries import Verdict, key_of
from foundation.clock.queries import county_day, now
from foundation.workflow import NotPossibleError

# Whoever writes a line holds this until the end of the transaction: the tail has one owner.
_TAIL_LOCK = 6108250001


@transaction.atomic
def record(
    act: str,
    *,
    target: Model,
    by: Actor,
    at: datetime,
    words: str,
    subject: Model | None = None,
    changes: Changes | None = None,
    reason: str = "",
    document: str = "",
) -> AuditEvent:
    """Write one line of the trail, in the caller's transaction; called last, the lock is short."""
    content: dict[str, Any] = {
        "day": county_day(at),
        "at": at,
        "act": act,
        "target": key_of(target),
        "target_label": _storable(str(target), 300),
        "subject": key_of(subject if subject is not None else target),
        "by_key": by.key,
        "by_label": _storable(by.label, 150),
        "address": _storable(by.address, 64),
        "words": _storable(words),
        "changes": _in_order(changes or {}),
        "reason": _storable(reason),
        "document": _storable(document),
    }
    return _append(content)


def _append(content: dict[str, Any]) -> AuditEvent:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TAIL_LOCK])
    last = AuditEvent.objects.order_by("-id").values_list("id", "hash").first()
    number, previous = last or (0, BEGINNING)
    content |= {"id": number + 1, "previous_hash": previous}
    return AuditEvent.objects.create(**content, hash=line_hash(content))


def _in_order(changes: Changes) -> dict[str, dict[str, Any]]:
    """The changes as stored: the database forgets their order, so each keeps its place."""
    return {
        name: {part: _storable(text) for part, text in asdict(change).items()} | {"place": place}
        for place, (name, change) in enumerate(changes.items())
    }


def _storable(text: str, length: int | None = None) -> str:
    """PostgreSQL holds no NUL and no lone surrogate; the trail must never fail for one."""
    cleaned = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return cleaned[:length]


@transaction.atomic
def note_verification(*, verdict: Verdict, at: datetime) -> VerificationRun:
    """Keep what a verification found, for the auditor's page."""
    return VerificationRun.objects.create(
        at=at, ok=verdict.ok, lines=verdict.lines, heads=verdict.heads, words=verdict.words
    )


@transaction.atomic
def note_export(*, last: int, at: datetime) -> None:
    """The heads lie in their file up to this line: from now on a shorter file is found."""
    LastExport.objects.update_or_create(only=1, defaults={"last": last, "at": at})


@transaction.atomic
def restart_heads(*, reason: str, by: Actor, at: datetime | None = None) -> None:
    """The file of heads is lost for good: begin another, and leave a line that says so."""
    at = at or now()
    known = LastExport.objects.select_for_update().first()
    if known is None:
        raise NotPossibleError("还没有导出过链头，不需要重新开始。")
    words = f"链头文件丢失，原已导出到第 {known.last} 条；重新开始导出"
    record("audit.heads_restarted", target=known, by=by, at=at, words=words, reason=reason)
    known.delete()
