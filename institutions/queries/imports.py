"""The imports of the office, newest first."""

from django.db.models import QuerySet

from institutions.models import ImportRun


def import_runs() -> QuerySet[ImportRun]:
    """Every import, with its file and its people."""
    return ImportRun.objects.select_related("file", "uploaded_by", "applied_by")


def runs_of_file(run: ImportRun) -> QuerySet[ImportRun]:
    """The sheets of the same file, in the order in which they stand there."""
    return ImportRun.objects.filter(file_id=run.file_id).order_by("pk")
