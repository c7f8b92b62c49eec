"""The imports of the office, newest first, and what became of their rows."""

from django.db.models import Q, QuerySet

from institutions.models import (
    ImportedRow,
    ImportRun,
    ImportState,
    Institution,
    Outcome,
    UnlicensedSite,
)

# What is in the register after the import.
_LANDED = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
_MOST_EARLIER = 5
# The rows that an undoing has left as they are.
KEPT = "kept"


def import_runs() -> QuerySet[ImportRun]:
    """Every import, with its file and its people."""
    return ImportRun.objects.select_related("file", "uploaded_by", "applied_by", "undone_by")


def runs_of_file(run: ImportRun) -> QuerySet[ImportRun]:
    """The sheets of the same file, in the order in which they stand there."""
    return ImportRun.objects.filter(file_id=run.file_id).order_by("pk")


def earlier_runs(run: ImportRun) -> QuerySet[ImportRun]:
    """This very sheet when the same file, byte for byte, was uploaded before; the newest first."""
    # A text table is called like its file, and that may have been renamed.
    same = Q(sheet=run.sheet) | Q(file__media_type="text/csv")
    rows = import_runs().filter(same, file__sha256=run.file.sha256, pk__lt=run.pk)
    return rows.exclude(file_id=run.file_id)[:_MOST_EARLIER]


def outcome_tabs(run: ImportRun, wanted: str = "") -> list[tuple[str, str, int]]:
    """Each outcome that rows have; also the wanted one, of which the last may just have been answered."""
    found = [("", "全部", run.counts.get("read", 0))]
    return found + [
        (one.value, one.label, run.counts.get(one, 0))
        for one in Outcome
        if run.counts.get(one) or one == wanted
    ]


def landed_tabs(run: ImportRun) -> list[tuple[str, str, int]]:
    """The outcomes of the rows that are in the register now, and how many each has."""
    if run.state not in (ImportState.APPLIED, ImportState.UNDONE):
        return []
    counts = run.counts
    found = [(one.value, one.label, counts[one]) for one in _LANDED if counts.get(one)]
    if kept := counts.get("kept_rows"):
        found.append((KEPT, "没有撤销", kept))
    return [("", "全部", sum(counts.get(one, 0) for one in _LANDED)), *found]


_MEDDLED = Q(outcome__in=(Outcome.NEW, Outcome.CHANGED)) | Q(is_verified=True)


def landed_rows(run: ImportRun, wanted: str = "") -> QuerySet[ImportedRow]:
    """The rows of an applied import that are in the register: all, those of an outcome, or those kept."""
    rows = run.rows.select_related("institution", "site").order_by("number")
    if wanted == KEPT:
        return rows.filter(_MEDDLED, is_taken_back=False)
    return rows.filter(outcome=wanted) if wanted else rows


def meddled_rows(run: ImportRun) -> QuerySet[ImportedRow]:
    """Of these, the rows on which it did something: entered, changed or verified them."""
    return run.rows.filter(_MEDDLED)


def imports_of(row: Institution | UnlicensedSite) -> list[ImportedRow]:
    """What imports did to one institution or place, the earliest first."""
    rows = row.imported_rows.filter(_MEDDLED)
    return list(rows.select_related("run__file").order_by("run_id"))
