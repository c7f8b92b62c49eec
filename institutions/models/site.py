"""A place that teaches without licence: it has no licence and no code, so it is no institution."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from foundation.accounts.models import Department
from foundation.facts import both_or_neither
from institutions.models.institution import new_public_id
from institutions.workflow import SITE_NEEDS_DOCUMENT, SiteState

_OVER = frozenset({SiteState.CLOSED, SiteState.UNFOUNDED, SiteState.LICENSED})


class SiteClass(models.TextChoices):
    NOTHING = "nothing", "无证无照"
    BUSINESS_ONLY = "business_only", "有照无证"
    LICENCE_ONLY = "licence_only", "有证无照"
    UNKNOWN = "unknown", "待查"


class UnlicensedSite(models.Model):
    """One place found teaching without licence, and what became of it."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField("场所名称或招牌", max_length=100)
    site_class = models.CharField(
        "类别", max_length=15, choices=SiteClass.choices, default=SiteClass.UNKNOWN
    )
    town = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": "town"},
        related_name="unlicensed_sites",
        verbose_name="所在镇街",
    )
    address = models.CharField("地址", max_length=200, blank=True)
    subjects = models.CharField("培训内容", max_length=300, blank=True)
    landlord = models.CharField("房东或物业", max_length=100, blank=True)
    people_concerned = models.PositiveIntegerField("涉及学生数", null=True, blank=True)
    found_on = models.DateField("发现日期", null=True, blank=True)
    found_by = models.CharField("发现渠道", max_length=100, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)

    state = models.CharField(
        "处置状态",
        max_length=20,
        choices=SiteState.choices,
        default=SiteState.CLUE,
        editable=False,
    )
    source = models.CharField("数据来源", max_length=200, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    deleted_reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    name_key = models.CharField(max_length=120, editable=False, db_index=True)
    sort_key = models.CharField(max_length=200, editable=False)
    search_text = models.TextField(editable=False)
    search_terms = ArrayField(models.TextField(), default=list, editable=False)

    class Meta:
        verbose_name = "无证场所"
        ordering = ("sort_key", "pk")
        constraints = (both_or_neither("deleted_at", "deleted_by"),)
        indexes = (
            models.Index(fields=["sort_key", "id"], name="unlicensed_site_sort"),
            GinIndex(fields=["search_terms"], name="unlicensed_site_search_terms"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """How loudly a page shows the state: what teaches on is bad, what is over is quiet."""
        if self.state == SiteState.CLUE:
            return "warn"
        return "none" if self.state in _OVER else "bad"


class SiteMeasure(models.Model):
    """One thing that was done about the place, by which document, and to which department it went."""

    site = models.ForeignKey(UnlicensedSite, models.PROTECT, related_name="measures")
    act = models.CharField("措施", max_length=20)
    after = models.CharField("处置状态", max_length=20, choices=SiteState.choices)
    on = models.DateField("日期")
    document = models.CharField("文书", max_length=200, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name="实施或接收部门"
    )
    note = models.CharField("说明", max_length=300, blank=True)
    attachment = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "处置"
        ordering = ("-on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(act__in=sorted(SITE_NEEDS_DOCUMENT))
                | (~Q(document="") & Q(department__isnull=False)),
                name="institutions_measure_has_document_and_department",
            ),
        )

    def __str__(self) -> str:
        return f"{self.site}: {self.get_after_display()}"
