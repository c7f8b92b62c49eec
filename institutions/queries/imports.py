"""The imports of the office, newest first."""

from django.db.models import Q, QuerySet

from institutions.models import ImportRun

_MOST_EARLIER = 5


def import_runs() -> QuerySet[ImportRun]:
    """Every import, with its file and its people."""
    return ImportRun.objects.select_related("file", "uploaded_by", "applied_by")


def runs_of_file(run: ImportRun) -> QuerySet[ImportRun]:
    """The sheets of the same file, in the order in which they stand there."""
    return ImportRun.objects.filter(file_id=run.file_id).order_by("pk")


def earlier_runs(run: ImportRun) -> QuerySet[ImportRun]:
    """This very sheet when the same file, byte for byte, was uploaded before; the newest first."""
    # A text table is called like its file, and that may have been renamed.
    same = Q(sheet=run.sheet) | Q(file__media_type="text/csv")
    rows = import_runs().filter(same, file__sha256=run.file.sha256, pk__lt=run.pk)
    return rows.exclude(file_id=run.file_id)[:_MOST_EARLIER]
