"""Whether the result of a concluded visit is made public: proposed by one person, decided by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.facts import both_or_neither
from inspections.models.inspection import Inspection
from inspections.workflow import DisclosureState
from institutions.models import Institution

# A second person has decided.
_DECIDED = (DisclosureState.PUBLISHED, DisclosureState.WITHHELD, DisclosureState.WITHDRAWN)


class Disclosure(models.Model):
    """The result of one visit as the public may read it (检查结果公示); worded at the conclusion, then never changed."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="disclosure")
    # On whose public page it stands.
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", editable=False)
    visited_on = models.DateField("检查日期", editable=False)
    kind = models.CharField("检查类型", max_length=20, editable=False)
    departments = models.CharField("检查部门", max_length=1000, editable=False)
    result = models.CharField("检查结果", max_length=200, editable=False)
    due_on = models.DateField("公示期限", editable=False)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=DisclosureState.choices,
        default=DisclosureState.WAITING,
        editable=False,
    )
    # What is proposed; the reason where it is not to be public.
    is_to_publish = models.BooleanField("公示", default=True)
    reason = models.CharField("不公示理由", max_length=300, blank=True)
    proposed_at = models.DateTimeField(null=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_reason = models.CharField("撤下理由", max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "检查结果公示"
        ordering = ("-visited_on", "-pk")
        constraints = (
            both_or_neither("proposed_at", "proposed_by"),
            both_or_neither("decided_at", "decided_by"),
            both_or_neither("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                condition=Q(state=DisclosureState.WAITING) ^ Q(proposed_at__isnull=False),
                name="inspections_disclosure_proposed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED) ^ Q(decided_at__isnull=True),
                name="inspections_disclosure_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(is_to_publish=True) | ~Q(reason=""),
                name="inspections_withheld_for_a_reason",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=DisclosureState.WITHDRAWN, withdrawn_at__isnull=False)
                    & ~Q(withdrawn_reason="")
                )
                | (~Q(state=DisclosureState.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="inspections_disclosure_withdrawn_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="inspections_nobody_decides_the_own_proposal",
            ),
        )
        indexes = (
            # Asked by every public page of an institution.
            models.Index(
                fields=["institution", "-visited_on", "-id"],
                condition=Q(state=DisclosureState.PUBLISHED),
                name="inspections_published_results",
            ),
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=(DisclosureState.WAITING, DisclosureState.PROPOSED)),
                name="inspections_results_to_decide",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspection}的检查结果"

    @property
    def is_open(self) -> bool:
        """Is it still to be decided whether it is published?"""
        return self.decided_at is None

    @property
    def proposal(self) -> str:
        """What is proposed, in words."""
        return "公示" if self.is_to_publish else "不公示"

    @property
    def tone(self) -> str:
        """How loudly a page shows the state."""
        if self.state == DisclosureState.PUBLISHED:
            return "good"
        return "warn" if self.is_open else "none"
