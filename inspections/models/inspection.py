"""An inspection: where and when, which departments with which people, its approval, its beginning and its end."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.accounts.models import Department
from foundation.facts import both_or_neither
from inspections.models.campaign import PlannedInspection
from inspections.models.checklist import Checklist
from inspections.models.draw import DrawnVisit
from inspections.models.where import Located, located_whole
from inspections.workflow import InspectionState
from institutions.models import Institution, UnlicensedSite
from institutions.models.institution import new_public_id


class Kind(models.TextChoices):
    """What gave rise to it."""

    ROUTINE = "routine", "日常检查"
    SPECIAL = "special", "专项检查"
    COMPLAINT = "complaint", "投诉举报"
    ASSIGNED = "assigned", "转办交办"
    RANDOM = "random", "双随机"
    AGAIN = "again", "复查"


class Manner(models.TextChoices):
    """How it is done; joint it is when more than one department takes part."""

    ON_SITE = "on_site", "现场检查"
    WRITTEN = "written", "书面检查"


# What a notice asks for as long as nobody has worded it otherwise.
TO_PREPARE = "办学许可证、营业执照（民办非企业单位登记证书）和与检查事项有关的材料"
# It takes place, or has taken place.
BEGUN = (InspectionState.RUNNING, InspectionState.CONCLUDED)


class Inspection(Located):
    """One inspection (检查) of one place, on one day, by one department or several together."""

    # Printed on its papers, so that a sheet finds back to its page.
    code = models.CharField(
        "检查编码", max_length=12, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField("任务来源", max_length=10, choices=Kind.choices)
    manner = models.CharField(
        "检查方式", max_length=10, choices=Manner.choices, default=Manner.ON_SITE
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="inspections", editable=False
    )
    site = models.ForeignKey(
        UnlicensedSite, models.PROTECT, null=True, related_name="inspections", editable=False
    )
    # Its line in the scope of a campaign, when it is part of one.
    planned = models.ForeignKey(
        PlannedInspection, models.PROTECT, null=True, related_name="inspections", editable=False
    )
    # What it carries out of a random draw.
    drawn = models.ForeignKey(
        DrawnVisit, models.PROTECT, null=True, related_name="inspections", editable=False
    )
    # Who arranged it: the office, or the subject itself. In the office's name nobody inspects.
    organiser = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="组织单位", editable=False
    )
    lead = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="牵头执法主体"
    )
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="+", verbose_name="检查表", editable=False
    )
    planned_on = models.DateField("检查日期")
    scope = models.CharField("检查事项", max_length=1000)
    to_prepare = models.CharField("请准备的材料", max_length=300, blank=True, default=TO_PREPARE)
    # Who helps without enforcing, as the approval form counts them; certificates they need none.
    assistants = models.CharField("协助人员", max_length=100, blank=True)
    is_urgent = models.BooleanField("紧急检查", default=False)
    urgent_reason = models.CharField("紧急情况说明", max_length=300, blank=True)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=InspectionState.choices,
        default=InspectionState.PLANNED,
        editable=False,
    )
    planned_at = models.DateTimeField(editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    cancelled_reason = models.CharField("取消理由", max_length=300, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", editable=False
    )
    # When the people were on site, whenever it was typed in.
    begun_at = models.DateTimeField("开始时间", null=True, editable=False)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    # Why what was written on paper came in on a later day, or why the visit was on another day.
    late_reason = models.CharField("补录理由", max_length=300, blank=True, editable=False)
    conclusion = models.CharField("检查结论", max_length=1000, blank=True, editable=False)
    # Of the record and of the sheet that sums it up; given when it is concluded.
    record_number = models.CharField(
        "笔录编号", max_length=60, unique=True, null=True, blank=True, editable=False
    )
    concluded_at = models.DateTimeField(null=True, editable=False)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "检查"
        ordering = ("-planned_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(institution__isnull=True) ^ Q(site__isnull=True),
                name="inspections_of_an_institution_or_a_site",
            ),
            models.CheckConstraint(
                condition=Q(is_urgent=False) | ~Q(urgent_reason=""),
                name="inspections_urgent_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=InspectionState.CANCELLED) ^ Q(cancelled_at__isnull=False),
                name="inspections_cancelled_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state=InspectionState.CANCELLED),
                name="inspections_merged_is_cancelled",
            ),
            both_or_neither("begun_at", "begun_by"),
            located_whole(),
            # Where the beginning was said.
            models.CheckConstraint(
                condition=Q(located_at__isnull=True) | Q(begun_at__isnull=False),
                name="inspections_located_when_begun",
            ),
            both_or_neither("concluded_at", "concluded_by"),
            both_or_neither("ended_at", "concluded_at"),
            models.CheckConstraint(
                condition=Q(state__in=BEGUN) ^ Q(begun_at__isnull=True),
                name="inspections_begun_at_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=InspectionState.CONCLUDED, concluded_at__isnull=False)
                    & ~Q(conclusion="")
                )
                | (~Q(state=InspectionState.CONCLUDED) & Q(concluded_at__isnull=True)),
                name="inspections_concluded_in_words",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("begun_at")),
                name="inspections_ends_after_it_began",
            ),
        )
        indexes = (
            models.Index(fields=["-planned_on", "-id"], name="inspections_by_day"),
            models.Index(fields=["institution", "planned_on"], name="inspections_by_institution"),
        )

    def __str__(self) -> str:
        return f"{self.place}（{self.planned_on.year}年{self.planned_on.month}月{self.planned_on.day}日）"

    @property
    def place(self) -> Institution | UnlicensedSite | None:
        """Whichever of the two it is."""
        return self.institution or self.site

    @property
    def may_begin(self) -> bool:
        """Approved; or urgent and reported, its approval to be completed afterwards."""
        is_reported = self.is_urgent and self.state == InspectionState.WAITING
        return is_reported or self.state == InspectionState.APPROVED

    @property
    def has_begun(self) -> bool:
        """It runs, or it is over."""
        return self.state in BEGUN

    @property
    def takes_place(self) -> bool:
        """It may begin, or it has begun: its papers have been handed over."""
        return self.may_begin or self.has_begun

    @property
    def is_to_ask(self) -> bool:
        """Its approval is to be asked for: planned, or urgent, begun and sent back."""
        approval = getattr(self, "approval", None)
        is_sent_back = approval is not None and approval.outcome == Outcome.SENT_BACK
        return self.state == InspectionState.PLANNED or (self.is_running and is_sent_back)

    @property
    def is_running(self) -> bool:
        """Begun and not concluded: what is found is written down."""
        return self.state == InspectionState.RUNNING

    @property
    def tone(self) -> str:
        """How loudly a page shows the state."""
        tones = {
            InspectionState.APPROVED: "good",
            InspectionState.WAITING: "warn",
            InspectionState.RUNNING: "warn",
            InspectionState.CONCLUDED: "good",
        }
        return tones.get(InspectionState(self.state), "none")


class Section(models.Model):
    """One department's part of an inspection (部门检查项), which it answers for alone."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="sections")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="执法主体"
    )

    class Meta:
        verbose_name = "部门检查项"
        ordering = ("department__sort_order", "department__code")
        constraints = (
            models.UniqueConstraint(
                fields=["inspection", "department"], name="inspections_one_section_a_department"
            ),
        )

    def __str__(self) -> str:
        return str(self.department)


class Inspector(models.Model):
    """A person who inspects for a section; who left (recused or replaced) stays readable."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="inspectors")
    section = models.ForeignKey(Section, models.CASCADE, related_name="inspectors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人员"
    )
    # As it was when approval was asked for; until then it is the person's own.
    certificate_no = models.CharField("执法证号", max_length=40, blank=True, editable=False)
    is_recused = models.BooleanField("回避", default=False)
    left_at = models.DateTimeField(null=True, editable=False)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    left_reason = models.CharField("理由", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = "检查人员"
        ordering = ("section__department__sort_order", "pk")
        constraints = (
            both_or_neither("left_at", "left_by"),
            models.UniqueConstraint(
                fields=["inspection", "user"], name="inspections_a_person_once_an_inspection"
            ),
            models.CheckConstraint(
                condition=Q(is_recused=False) | Q(left_at__isnull=False),
                name="inspections_recused_has_left",
            ),
        )

    def __str__(self) -> str:
        return str(self.user)

    @property
    def certificate(self) -> str:
        """The number on the papers: frozen once approval was asked for."""
        return self.certificate_no or self.user.certificate_no


class Outcome(models.TextChoices):
    APPROVED = "approved", "同意"
    SENT_BACK = "sent_back", "退回"


class Approval(models.Model):
    """The approval (检查审批) of one inspection, in the numbering of its lead subject."""

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="approval")
    subject = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="执法主体"
    )
    number = models.CharField("审批编号", max_length=60, unique=True)
    notice_number = models.CharField(
        "通知书编号", max_length=60, unique=True, null=True, blank=True
    )
    asked_at = models.DateTimeField(editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_words = models.CharField("承办人意见", max_length=300, blank=True)
    # Why this visit although the place was visited as often as the cap allows.
    exception = models.CharField("超频次理由", max_length=300, blank=True)
    # Of an urgent one: until when the approval is owed, counted from the first report.
    completion_due_on = models.DateField("补办期限", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField("审批意见", max_length=10, choices=Outcome.choices, blank=True)
    decided_words = models.CharField("审批说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "检查审批"
        ordering = ("-asked_at", "-pk")
        constraints = (
            both_or_neither("asked_at", "asked_by"),
            both_or_neither("decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) ^ ~Q(outcome=""),
                name="inspections_decided_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="inspections_nobody_approves_the_own_request",
            ),
        )

    def __str__(self) -> str:
        return self.number
