"""How far the demo's clock stands from the computer's."""

from django.db import models


class ClockOffset(models.Model):
    """At most one row. It is stored as a difference, so the moved clock runs on and survives a restart."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    offset = models.DurationField("与计算机时间之差")

    class Meta:
        verbose_name = "演示时钟"
        constraints = (
            models.CheckConstraint(condition=models.Q(only=1), name="clock_offset_is_one_row"),
        )

    def __str__(self) -> str:
        return "演示时钟"
