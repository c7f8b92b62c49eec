"""The checklist in numbered versions: what is looked at on site, by whom, on which ground."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.accounts.models import Department
from foundation.facts import both_or_neither
from foundation.law.models import LegalBasis
from inspections.workflow import ChecklistState
from institutions.models import Category


class Severity(models.IntegerChoices):
    SLIGHT = 1, "轻微"
    ORDINARY = 2, "一般"
    GRAVE = 3, "较重"
    SERIOUS = 4, "严重"


class Mode(models.TextChoices):
    """What follows when an item is not met."""

    ON_THE_SPOT = "on_the_spot", "立行立改"
    IN_TIME = "in_time", "限期整改"
    CASE = "case", "立案或移送"


class Checklist(models.Model):
    """One version: drafted by the office, released by a second person; then it never changes."""

    number = models.PositiveIntegerField("版次", null=True, unique=True, editable=False)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=ChecklistState.choices,
        default=ChecklistState.DRAFT,
        editable=False,
    )
    effective_on = models.DateField("启用日期", null=True, editable=False)
    # The released version from which it was copied.
    former = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    drafted_at = models.DateTimeField(editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Everybody who has written in the draft: none of them releases it.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    discarded_reason = models.CharField(max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "检查表"
        ordering = ("-drafted_at", "-pk")
        constraints = (
            both_or_neither("released_at", "released_by"),
            models.UniqueConstraint(
                fields=["state"], name="inspections_one_draft_at_a_time", condition=Q(state="draft")
            ),
            models.CheckConstraint(
                condition=~Q(state=ChecklistState.RELEASED)
                | Q(number__isnull=False, effective_on__isnull=False),
                name="inspections_released_checklist_has_number_and_day",
            ),
        )

    def __str__(self) -> str:
        if self.number:
            return f"检查表第{self.number}版"
        return f"检查表{self.get_state_display()}"


class ChecklistArea(models.Model):
    """One of the areas (A 办学资质 …) of a version."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="areas")
    code = models.CharField("代码", max_length=2)
    name = models.CharField("类别", max_length=40)

    class Meta:
        verbose_name = "检查类别"
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=["checklist", "code"], name="inspections_one_area_a_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One item: a sentence that holds when all is well, and what follows when it does not."""

    area = models.ForeignKey(ChecklistArea, models.PROTECT, related_name="items")
    # The same item has the same number in every version; a number is never given twice.
    number = models.PositiveSmallIntegerField("编号", editable=False)
    position = models.PositiveSmallIntegerField("次序", editable=False)
    text = models.CharField("检查内容", max_length=300)
    severity = models.PositiveSmallIntegerField("严重程度", choices=Severity.choices)
    mode = models.CharField("整改方式", max_length=12, choices=Mode.choices)
    further_mode = models.CharField("必要时", max_length=12, choices=Mode.choices, blank=True)
    default_days = models.PositiveSmallIntegerField("默认整改天数")
    note = models.CharField("处理提示", max_length=100, blank=True)
    by_lead_department = models.BooleanField("由机构的牵头监管部门检查", default=False)
    departments = models.ManyToManyField(
        Department, blank=True, related_name="+", verbose_name="检查部门"
    )
    categories = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name="适用培训类别"
    )
    bases = models.ManyToManyField(
        LegalBasis, blank=True, related_name="+", verbose_name="法律依据"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "检查项"
        ordering = ("area__code", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["area", "number"], name="inspections_one_item_a_number"
            ),
            # Two items change places in one statement; the database looks when both have moved.
            models.UniqueConstraint(
                fields=["area", "position"],
                name="inspections_one_item_a_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def code(self) -> str:
        """A1: how an item is called."""
        return f"{self.area.code}{self.number}"

    @property
    def lookers(self) -> str:
        """Who looks at it, in words; by prefetched rows."""
        names = ["牵头监管部门"] if self.by_lead_department else []
        return "、".join([*names, *(str(one) for one in self.departments.all())])

    @property
    def mode_words(self) -> str:
        """What follows when it is not met, in words."""
        modes = [self.mode, self.further_mode] if self.further_mode else [self.mode]
        timed = Mode.IN_TIME if Mode.IN_TIME in modes else Mode.CASE
        days = {timed: f"（{self.default_days}天）"}
        return "，必要时".join(f"{Mode(mode).label}{days.get(Mode(mode), '')}" for mode in modes)

    @property
    def tone(self) -> str:
        """How loudly a page shows the severity."""
        return (
            "bad"
            if self.severity == Severity.SERIOUS
            else "warn"
            if self.severity == Severity.GRAVE
            else "none"
        )
