"""Faces of minors in photos: which photos of a visit nobody has looked at."""

from django.db.models import Exists, OuterRef, QuerySet

from inspections.models import FaceCheck, Inspection, Photo


def unchecked(inspection: Inspection) -> QuerySet[Photo]:
    """The photos of a visit that count and in which nobody has looked for faces yet."""
    checks = FaceCheck.objects.filter(photo=OuterRef("pk"), replaced_at=None)
    return Photo.objects.filter(~Exists(checks), inspection=inspection, withdrawn_at=None)
