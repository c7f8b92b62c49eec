"""Files in the store that no row names: an act that was refused at its end, or a machine that fell, left them."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage

from foundation.attachments.models import FOLDER, Attachment


def delete_leftovers() -> int:
    """Delete those that have lain there as long as evidence waits for its act; so long a database may come
    back from a backup that is older than its files."""
    # By the clock of the disk: the office's may be moved.
    before = datetime.now(UTC) - timedelta(days=settings.UNCLAIMED_EVIDENCE_DAYS)
    if not default_storage.exists(FOLDER):
        return 0
    return sum(_swept(f"{FOLDER}/{name}", before) for name in default_storage.listdir(FOLDER)[0])


def _swept(folder: str, before: datetime) -> int:
    paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    old = {path for path in paths if default_storage.get_modified_time(path) < before}
    named = Attachment.objects.filter(file__in=old).values_list("file", flat=True)
    nameless = old.difference(named)
    for path in nameless:
        default_storage.delete(path)
    return len(nameless)
