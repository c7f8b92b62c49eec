"""The mark that tells caches of the public pages that something they show has changed."""

from django.db.models import F

from institutions.models import PublicMark


def touch_public() -> None:
    """Called by every act whose result the public can see, in the act's own transaction."""
    if not PublicMark.objects.filter(pk=1).update(version=F("version") + 1):
        # Two first acts at the same moment: the second one finds the row and adds to it.
        PublicMark.objects.bulk_create([PublicMark(pk=1)], ignore_conflicts=True)
        PublicMark.objects.filter(pk=1).update(version=F("version") + 1)
