"""What was answered on site, item by item and person by person; and what the lead chose where two differ."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models.checklist import ChecklistItem
from inspections.models.inspection import Inspection, Section


class Value(models.TextChoices):
    MET = "met", "合格"
    NOT_MET = "not_met", "不合格"
    NOT_APPLICABLE = "not_applicable", "不适用"
    NOT_LOOKED_AT = "not_looked_at", "未查"


class Answer(models.Model):
    """One person's answer to one item (检查结果). Never changed: who thinks otherwise answers anew."""

    # Made by whoever sends it, so that what is sent twice is answered once.
    uuid = models.UUIDField(unique=True, editable=False)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="answers")
    section = models.ForeignKey(Section, models.PROTECT, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    value = models.CharField("检查结果", max_length=14, choices=Value.choices)
    note = models.CharField("情况说明", max_length=300, blank=True)
    # When it was seen on site; and when the office had it.
    answered_at = models.DateTimeField(editable=False)
    received_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "检查结果"
        ordering = ("answered_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(value=Value.NOT_LOOKED_AT) | ~Q(note=""),
                name="inspections_not_looked_at_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.get_value_display()

    @property
    def tone(self) -> str:
        """How loudly a page shows it."""
        tones = {Value.MET: "good", Value.NOT_MET: "bad", Value.NOT_LOOKED_AT: "warn"}
        return tones.get(Value(self.value), "none")


class Choice(models.Model):
    """Which of several differing answers to an item holds: the lead's word, until somebody answers anew."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="choices")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(editable=False)
    reason = models.CharField("采信理由", max_length=300)

    class Meta:
        verbose_name = "采信的检查结果"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.answer)
