"""Tampering with the trail as the owner of its table: is every way of it found?"""

import tempfile
from pathlib import Path

from django.core.management import call_command

from figures import Figure
from foundation.accounts.models import Department
from foundation.actor import CONSOLE
from foundation.audit.actions import record
from foundation.audit.heads import append_heads
from foundation.audit.queries import heads_to_export, verify
from foundation.clock.queries import now
from tests.foundation.audit_trials import tamper_trials


def run() -> list[Figure]:
    """Each trial: lines, heads exported, one act of tampering, one verification."""
    call_command("load_content", verbosity=0)
    trials = tamper_trials()
    found = sum(ok for _, ok in trials)
    missed = "、".join(name for name, ok in trials if not ok)
    return [
        Figure("篡改被发现", f"{found}/{len(trials)}", "全部", found == len(trials), missed),
        _untouched(),
    ]


def _untouched() -> Figure:
    """The other way round: a trail that nobody has touched verifies."""
    target = Department.objects.first()
    if target is None:
        raise LookupError("the content holds departments")
    for number in range(100):
        record("figure.written", target=target, by=CONSOLE, at=now(), words=f"第{number}条")
    with tempfile.TemporaryDirectory() as folder:
        append_heads(Path(folder), heads_to_export(None, {}, now()))
        verdict = verify(Path(folder))
    words = f"{verdict.lines} 条、{verdict.heads} 个链头"
    return Figure("未改动时校验通过", words, "通过", verdict.ok, verdict.words)
