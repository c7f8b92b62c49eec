"""Tampering with the trail as the table's owner, in every way we could think of. Nothing of it stays.

Used by the tests and by the figure `audit`: each trial writes its own lines at the end of the chain,
exports the heads to a folder of its own, tampers, asks the verifier, and rolls everything back.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.test import override_settings

from foundation.actor import CONSOLE
from foundation.audit.actions import note_export, record
from foundation.audit.chain import COLUMNS
from foundation.audit.heads import FILE_NAME, append_heads
from foundation.audit.models import AuditEvent
from foundation.audit.queries import heads_to_export, verify
from foundation.clock.models import ClockOffset
from foundation.clock.queries import now

LINES = 12
# Another value for each column, as SQL; none of them is what the trial has written.
OTHER_VALUES = {
    "day": "day + 1",
    "at": "at + interval '1 microsecond'",
    "act": "act || 'x'",
    "target": "target || '1'",
    "target_label": "target_label || '甲'",
    "subject": "subject || '1'",
    "by_key": "'officer:4711'",
    "by_label": "'另一人'",
    "address": "'10.1.1.1'",
    "words": "replace(words, '通过', '不通过')",
    "changes": """'{"state": {"label": "状态", "before": "正常", "after": "吊销"}}'""",
    "reason": "reason || ' '",
    "document": "'另一份文书'",
    "previous_hash": "repeat('f', 64)",
    "hash": "repeat('f', 64)",
}
# (first line of the trial, folder with the heads) → the line that must be named, None for any
Trial = Callable[[int, Path], int | None]


def run(sql: str, *values: str | int) -> None:
    """One statement, as the owner of the table would type it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _change(column: str) -> Trial:
    def tamper(first: int, heads: Path) -> int:
        statement = f"UPDATE audit_auditevent SET {column} = {OTHER_VALUES[column]} WHERE id = %s"  # noqa: S608 -- our own table above
        run(statement, first + 4)
        return first + 4

    return tamper


def _delete(first: int, heads: Path) -> int:
    run("DELETE FROM audit_auditevent WHERE id = %s", first + 4)
    return first + 4


def _delete_and_close_the_gap(first: int, heads: Path) -> int:
    _delete(first, heads)
    for line in range(first + 5, first + LINES):
        run("UPDATE audit_auditevent SET id = id - 1 WHERE id = %s", line)
    return first + 4


def _insert(first: int, heads: Path) -> int:
    """A line in the middle, copied from a true one; the lines after it move up."""
    for line in range(first + LINES - 1, first + 4, -1):
        run("UPDATE audit_auditevent SET id = id + 1 WHERE id = %s", line)
    _copy(first + 3, first + 5)
    return first + 5


def _append(first: int, heads: Path) -> int:
    """A line at the end, linked by the true hash, but hashed without the key."""
    end = first + LINES
    _copy(end - 1, end)
    last = AuditEvent.objects.get(id=end - 1)
    run("UPDATE audit_auditevent SET previous_hash = %s WHERE id = %s", last.hash, end)
    run("UPDATE audit_auditevent SET hash = encode(sha256(words::bytea), 'hex') WHERE id = %s", end)
    return end


def _copy(line: int, to: int) -> None:
    columns = ", ".join(column for column in (*COLUMNS, "hash") if column != "id")
    run(
        f"INSERT INTO audit_auditevent (id, {columns}) SELECT %s, {columns} FROM audit_auditevent WHERE id = %s",  # noqa: S608 -- our own list of columns
        to,
        line,
    )


def _reorder(first: int, heads: Path) -> int:
    """Two lines change places."""
    swaps = ((first + 3, -1), (first + 6, first + 3), (-1, first + 6))
    for line, to in swaps:
        run("UPDATE audit_auditevent SET id = %s WHERE id = %s", to, line)
    return first + 3


def _cut_tail(count: int) -> Trial:
    def tamper(first: int, heads: Path) -> int:
        run("DELETE FROM audit_auditevent WHERE id >= %s", first + LINES - count)
        return first + LINES - count

    return tamper


def _empty(first: int, heads: Path) -> int:
    run("DELETE FROM audit_auditevent")
    return 1


def _change_a_head(first: int, heads: Path) -> None:
    path = heads / FILE_NAME
    path.write_text(path.read_text().replace('"count": ', '"count": 1', 1))


def _delete_a_head(first: int, heads: Path) -> None:
    path = heads / FILE_NAME
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


def _reorder_heads(first: int, heads: Path) -> None:
    path = heads / FILE_NAME
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))


def _lose_the_heads(first: int, heads: Path) -> None:
    (heads / FILE_NAME).unlink()


def _cut_heads_and_tail(first: int, heads: Path) -> None:
    """The last head goes, and with it the lines that only it vouched for."""
    path = heads / FILE_NAME
    *kept, _ = path.read_text().splitlines(keepends=True)
    path.write_text("".join(kept))
    run("DELETE FROM audit_auditevent WHERE id > %s", json.loads(kept[-1])["last"])


TRIALS: dict[str, Trial] = {
    **{f"change {column}": _change(column) for column in OTHER_VALUES},
    "delete a line": _delete,
    "delete a line and close the gap": _delete_and_close_the_gap,
    "insert a line": _insert,
    "append a line without the key": _append,
    "reorder two lines": _reorder,
    "cut one line of the tail": _cut_tail(1),
    "cut half of the tail": _cut_tail(LINES // 2),
    "empty the trail": _empty,
    "change an exported head": _change_a_head,
    "delete an exported head": _delete_a_head,
    "reorder the exported heads": _reorder_heads,
    "lose the exported heads": _lose_the_heads,
    "cut the exported heads and the tail": _cut_heads_and_tail,
}


@contextmanager
def lines_of_three_days(heads: Path) -> Iterator[int]:
    """The number of the first of twelve lines over three days, heads exported; rolled back at the end."""
    with transaction.atomic():
        at = now()
        for number in range(LINES):
            record(
                "trial.passed",
                target=ClockOffset(only=1, offset=timedelta(0)),
                by=CONSOLE,
                at=at + timedelta(hours=6 * number),
                words=f"第 {number} 项通过",
                reason="试验",
            )
        append_heads(heads, heads_to_export(None, {}, at))
        last = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
        note_export(last=last, at=at)
        yield last - LINES + 1
        transaction.set_rollback(True)


def found(name: str) -> bool:
    """Does the verifier find this tampering, and name its first line?"""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(AUDIT_HEADS_DIR=Path(folder)),
        lines_of_three_days(Path(folder)) as first,
    ):
        if not verify().ok:
            raise RuntimeError("the trail was not whole before the trial")
        run("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
        line = TRIALS[name](first, Path(folder))
        verdict = verify()
        return not verdict.ok and verdict.bad_line == line


def tamper_trials() -> list[tuple[str, bool]]:
    """Every trial, and whether it was found."""
    return [(name, found(name)) for name in TRIALS]
