"""A campaign: who organises it, who enforces in it, what each department owes, and which places are in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation.accounts.models import Department
from foundation.attachments.models import Attachment
from foundation.facts import both_or_neither
from inspections.models.checklist import Checklist, ChecklistArea
from inspections.workflow import CampaignState, TaskState
from institutions.models import Institution, UnlicensedSite


class Campaign(models.Model):
    """One campaign (专项行动), planned by the office and started by a second person."""

    title = models.CharField("名称", max_length=100)
    goals = models.CharField("目标和要求", max_length=1000)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    # The office: it organises and never inspects. Who inspects are the members that are subjects.
    organiser = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="组织单位", editable=False
    )
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="+", verbose_name="检查表", editable=False
    )
    key_areas = models.ManyToManyField(
        ChecklistArea, blank=True, related_name="+", verbose_name="重点检查类别"
    )
    notice_number = models.CharField("通知文号", max_length=60, blank=True, editable=False)
    notice_on = models.DateField("通知日期", null=True, editable=False)
    notice = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", editable=False
    )
    state = models.CharField(
        "状态",
        max_length=10,
        choices=CampaignState.choices,
        default=CampaignState.PLANNING,
        editable=False,
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", editable=False
    )
    planned_at = models.DateTimeField(editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Ended or cancelled: with what was achieved, or why not.
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_words = models.CharField("总结或取消理由", max_length=1000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "专项行动"
        ordering = ("-starts_on", "-pk")
        constraints = (
            both_or_neither("started_at", "started_by"),
            both_or_neither("ended_at", "ended_by"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="inspections_campaign_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """How loudly a page shows the state."""
        tones = {CampaignState.RUNNING: "good", CampaignState.PLANNING: "warn"}
        return tones.get(CampaignState(self.state), "none")


class CampaignMember(models.Model):
    """A department that takes part: as an enforcement subject, or helping."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="成员单位"
    )
    is_subject = models.BooleanField("执法主体")

    class Meta:
        verbose_name = "成员单位"
        ordering = ("department__sort_order", "department__code")
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "department"], name="inspections_a_member_once_a_campaign"
            ),
        )

    def __str__(self) -> str:
        return f"{self.department}（{'执法主体' if self.is_subject else '配合单位'}）"


class CampaignTask(models.Model):
    """What one department owes in a campaign: until when, who sees to it, and what came of it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tasks")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="承担部门"
    )
    title = models.CharField("任务", max_length=300)
    due_on = models.DateField("完成期限")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任人",
    )
    state = models.CharField(
        "状态", max_length=10, choices=TaskState.choices, default=TaskState.OPEN, editable=False
    )
    outcome = models.CharField("落实情况", max_length=1000, blank=True)
    proofs = models.ManyToManyField(Attachment, related_name="+", verbose_name="佐证材料")
    reported_at = models.DateTimeField(null=True, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_back_reason = models.CharField("退回理由", max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "任务"
        ordering = ("due_on", "department__sort_order", "pk")
        constraints = (both_or_neither("reported_at", "reported_by"),)
        indexes = (
            models.Index(
                fields=["department", "due_on"],
                name="inspections_open_tasks",
                condition=Q(state="open"),
            ),
        )

    def __str__(self) -> str:
        return self.title


class PlannedInspection(models.Model):
    """One place in a campaign's scope: an institution of the register, or a place without licence."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="places")
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="planned_inspections"
    )
    site = models.ForeignKey(
        UnlicensedSite, models.PROTECT, null=True, related_name="planned_inspections"
    )
    added_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "检查对象"
        ordering = ("institution__sort_key", "site__sort_key", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(institution__isnull=True) ^ Q(site__isnull=True),
                name="inspections_planned_is_an_institution_or_a_site",
            ),
            models.UniqueConstraint(
                fields=["campaign", "institution"],
                name="inspections_an_institution_once_a_campaign",
            ),
            models.UniqueConstraint(
                fields=["campaign", "site"], name="inspections_a_site_once_a_campaign"
            ),
        )

    def __str__(self) -> str:
        return str(self.place)

    @property
    def place(self) -> Institution | UnlicensedSite | None:
        """Whichever of the two it is."""
        return self.institution or self.site
