"""What was found wrong on site: how grave it is, what is to follow, and whether it was put right at once."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from foundation.facts import both_or_neither
from inspections.models.checklist import ChecklistItem, Mode, Severity
from inspections.models.inspection import Inspection, Section
from inspections.workflow import FindingState

if TYPE_CHECKING:
    from inspections.models.evidence import Photo

MOST_DAYS = 365


class Finding(models.Model):
    """One problem (问题), found by one department, beside an item of its part or outside the checklist."""

    # Made by whoever sends it, so that what is sent twice is found once.
    uuid = models.UUIDField(unique=True, editable=False)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    section = models.ForeignKey(Section, models.PROTECT, related_name="findings")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, related_name="+")
    fact = models.CharField("问题事实", max_length=500)
    severity = models.PositiveSmallIntegerField("严重程度", choices=Severity.choices)
    mode = models.CharField("整改方式", max_length=12, choices=Mode.choices)
    # What the inspector proposes; the order to put it right sets the day.
    days = models.PositiveSmallIntegerField(
        "建议整改天数",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    state = models.CharField(
        "状态",
        max_length=10,
        choices=FindingState.choices,
        default=FindingState.OPEN,
        editable=False,
    )
    found_at = models.DateTimeField(editable=False)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(null=True, editable=False)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    fixed_words = models.CharField("当场改正情况", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_reason = models.CharField("撤销理由", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = "问题"
        ordering = ("item__area__code", "item__position", "pk")
        constraints = (
            both_or_neither("fixed_at", "fixed_by"),
            both_or_neither("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                condition=Q(state=FindingState.WITHDRAWN) ^ Q(withdrawn_at__isnull=True),
                name="inspections_finding_withdrawn_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(fixed_at__isnull=True)
                | (Q(mode=Mode.ON_THE_SPOT) & ~Q(state=FindingState.OPEN)),
                name="inspections_fixed_on_the_spot_is_closed",
            ),
            models.CheckConstraint(
                condition=~Q(mode=Mode.IN_TIME) | Q(days__isnull=False),
                name="inspections_in_time_within_days",
            ),
        )

    def __str__(self) -> str:
        return self.fact

    @property
    def is_withdrawn(self) -> bool:
        """It was a mistake: it stays readable and counts nowhere."""
        return self.state == FindingState.WITHDRAWN

    @property
    def is_unfixed(self) -> bool:
        """To be put right at once, and nobody has written down that it was."""
        return self.mode == Mode.ON_THE_SPOT and self.state == FindingState.OPEN

    @property
    def before(self) -> "list[Photo]":
        """The photos that show what is wrong."""
        return [one for one in self.photos.all() if not one.after]

    @property
    def afterwards(self) -> "list[Photo]":
        """The photos that show it put right."""
        return [one for one in self.photos.all() if one.after]

    @property
    def outcome(self) -> str:
        """How it stands, in words."""
        if self.is_withdrawn:
            return "已撤销"
        if self.fixed_at:
            return "立行立改，已当场改正"
        days = f"，建议{self.days}天内" if self.days else ""
        return f"{self.get_mode_display()}{days}"

    @property
    def tone(self) -> str:
        """How loudly a page shows it."""
        if self.is_withdrawn:
            return "none"
        if self.state == FindingState.CLOSED:
            return "good"
        return "bad" if self.severity >= Severity.GRAVE else "warn"
