"""Where somebody stood, as a phone has found it: only if its owner has allowed it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models

from foundation.facts import both_or_neither


@dataclass(frozen=True)
class Where:
    """A place by WGS-84, how many metres it may be wrong, and when it was found."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}，误差约 {self.accuracy} 米"


class Located(models.Model):
    """A row that may know where it came about."""

    latitude = models.DecimalField(
        "纬度", max_digits=7, decimal_places=5, null=True, editable=False
    )
    longitude = models.DecimalField(
        "经度", max_digits=8, decimal_places=5, null=True, editable=False
    )
    # Metres; about a metre is what five decimals tell.
    accuracy = models.PositiveIntegerField("误差", null=True, editable=False)
    located_at = models.DateTimeField("定位时间", null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def where(self) -> Where | None:
        """The place, if it is known."""
        if (
            self.latitude is None
            or self.longitude is None
            or self.accuracy is None
            or self.located_at is None
        ):
            return None
        return Where(self.latitude, self.longitude, self.accuracy, self.located_at)

    @where.setter
    def where(self, found: Where | None) -> None:
        if found:
            self.latitude, self.longitude = found.latitude, found.longitude
            self.accuracy, self.located_at = found.accuracy, found.at


LOCATED_FIELDS = ("latitude", "longitude", "accuracy", "located_at")


def located_whole() -> models.CheckConstraint:
    """All of a place is known, or nothing."""
    whole = both_or_neither(*LOCATED_FIELDS)
    # All four names together are longer than the database takes.
    whole.name = "%(app_label)s_%(class)s_located_whole"
    return whole
