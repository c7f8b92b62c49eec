"""What was done to one institution, place or import: its own lines of the trail, and those that speak of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from foundation.audit.changes import Change
from foundation.audit.models import AuditEvent
from foundation.audit.queries import PAGE_SIZE, Timeline, key_of, timeline, trail_of
from institutions.models import ImportedRow, ImportRun, Institution, Outcome, UnlicensedSite


@dataclass(frozen=True)
class Told:
    """One line as the timeline shows it; of an import also which one it was."""

    pk: int
    at: datetime
    by_label: str
    words: str
    changed: list[Change] = field(default_factory=list)
    reason: str = ""
    document: str = ""
    import_pk: int | None = None


def timeline_of(
    row: Institution | UnlicensedSite,
    imported: Sequence[ImportedRow],
    before: int | None = None,
) -> Timeline:
    """The newest first; `imported` is what imports did to it (`imports_of`)."""
    events = trail_of(row, before, PAGE_SIZE + 1, also=_lines_of(imported))
    by_run = {key_of(one.run): one for one in imported}
    return timeline([_told(event, by_run.get(event.subject)) for event in events], before)


def timeline_of_import(run: ImportRun, first_sheet: ImportRun, before: int | None) -> Timeline:
    """The newest first; that the file came in is one line, which its first sheet is the subject of."""
    arrival = Q(act="import.uploaded", subject=key_of(first_sheet))
    return timeline(trail_of(run, before, PAGE_SIZE + 1, also=arrival), before)


def _lines_of(imported: Sequence[ImportedRow]) -> Q:
    """Of an import's own lines those that did something to this row."""
    found = Q()
    for act, did in _DID.items():
        if keys := [key_of(one.run) for one in imported if did(one)]:
            found |= Q(act=act, subject__in=keys)
    return found


_DID: dict[str, Callable[[ImportedRow], bool]] = {
    "import.applied": lambda one: one.outcome != Outcome.UNCHANGED,
    "import.adopted": lambda one: one.is_verified,
    "import.undone": lambda one: True,
}


def _told(event: AuditEvent, imported: ImportedRow | None) -> Told:
    if imported is None:
        return Told(
            event.pk,
            event.at,
            event.by_label,
            event.words,
            event.changed,
            event.reason,
            event.document,
        )
    return Told(
        event.pk,
        event.at,
        event.by_label,
        _words(event.act, imported),
        _changed(event.act, imported),
        document=event.document if event.act == "import.adopted" else "",
        import_pk=imported.run_id,
    )


def _words(act: str, imported: ImportedRow) -> str:
    run = imported.run
    which = f"{f'《{run.title}》' if run.title else f'“{run}”'}第{imported.number}行"
    if act == "import.applied":
        return f"由导入{'登记' if imported.outcome == 'new' else '更新'}：{which}"
    if act == "import.adopted":
        return f"以已公示的名单为依据，由“待核验”改为“正常”：{which}"
    if imported.is_taken_back:
        return f"撤销导入，{_taken_back(imported)}：{which}"
    return f"撤销导入时保持不变（之后有人改过，或已列入名单）：{which}"


def _taken_back(imported: ImportedRow) -> str:
    if imported.outcome == Outcome.NEW:
        return "删除由它登记的这条记录"
    did = ["恢复原来的内容"] if imported.outcome == Outcome.CHANGED else []
    return "，".join([*did, *(["退回“待核验”"] if imported.is_verified else [])])


def _changed(act: str, imported: ImportedRow) -> list[Change]:
    if act == "import.applied":
        return [Change(*one) for one in imported.differences]
    if act == "import.undone" and imported.is_taken_back:
        return [Change(label, after, before) for label, before, after in imported.differences]
    return []
