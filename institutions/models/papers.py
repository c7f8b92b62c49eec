"""The papers of an institution: licences, safety papers, annual inspections, scans."""

from django.db import models

from foundation.attachments.models import Attachment
from institutions.models.institution import Institution


class LicenceKind(models.TextChoices):
    PRIVATE_SCHOOL = "private_school", "民办学校办学许可证"
    ARTS = "arts", "文化艺术类校外培训机构许可证"
    SKILLS = "skills", "民办职业培训学校办学许可证"
    OTHER = "other", "其他许可"


class Licence(models.Model):
    """One permission to teach, with its validity as far as it is known."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="licences")
    kind = models.CharField(
        "许可证类型", max_length=20, choices=LicenceKind.choices, default=LicenceKind.PRIVATE_SCHOOL
    )
    number = models.CharField("许可证号", max_length=60, blank=True)
    # The number's letters and digits only, for matching.
    number_key = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    authority = models.CharField("审批机关", max_length=100, blank=True)
    issued_on = models.DateField("发证日期", null=True, blank=True)
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止", null=True, blank=True)
    is_long_term = models.BooleanField("长期有效", default=False)
    validity_words = models.CharField("有效期原文", max_length=200, blank=True)
    scope = models.CharField("核准内容（培训项目）", max_length=300, blank=True)
    capacity = models.PositiveIntegerField("办学规模（人）", null=True, blank=True)
    is_void = models.BooleanField("已失效（换证、收回）", default=False)

    class Meta:
        verbose_name = "办学许可证"
        ordering = ("is_void", "-valid_until", "pk")
        indexes = (
            models.Index(
                fields=["valid_until"],
                name="licence_in_use_until",
                condition=models.Q(is_void=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="institutions_licence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(is_long_term=False) | models.Q(valid_until=None),
                name="institutions_licence_long_term_has_no_end",
            ),
        )

    def __str__(self) -> str:
        return self.number or self.get_kind_display()


class SafetyPaperKind(models.TextChoices):
    FIRE_ACCEPTANCE = "fire_acceptance", "消防验收或备案"
    COMPLETION = "completion", "竣工验收"
    BUILDING = "building", "房屋安全鉴定"
    INSURANCE = "insurance", "校方责任险或场所责任险"
    FOOD = "food", "食品经营许可"
    OTHER = "other", "其他安全材料"


class SafetyPaper(models.Model):
    """A paper that says that the place is safe."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="safety_papers")
    kind = models.CharField("种类", max_length=20, choices=SafetyPaperKind.choices)
    number = models.CharField("文号", max_length=100, blank=True)
    issued_on = models.DateField("出具日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)

    class Meta:
        verbose_name = "安全材料"
        ordering = ("kind", "-issued_on", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class AnnualConclusion(models.TextChoices):
    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSED = "passed", "合格"
    BASIC = "basic", "基本合格"
    FAILED = "failed", "不合格"
    ABSENT = "absent", "未参加"


class AnnualInspection(models.Model):
    """The conclusion of one year's annual inspection (年检)."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="annual_inspections")
    year = models.PositiveSmallIntegerField("年度")
    conclusion = models.CharField("结论", max_length=10, choices=AnnualConclusion.choices)
    reported_on = models.DateField("年报日期", null=True, blank=True)
    document = models.CharField("依据文书", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "年检"
        ordering = ("-year",)
        constraints = (
            models.UniqueConstraint(
                fields=["institution", "year"], name="institutions_one_annual_inspection_a_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}年度 {self.get_conclusion_display()}"


class ScanKind(models.TextChoices):
    LICENCE = "licence", "办学许可证"
    REGISTRATION = "registration", "营业执照或民非登记证"
    FIRE = "fire", "消防材料"
    CUSTODY = "custody", "资金监管协议"
    DECISION = "decision", "决定文书"
    OTHER = "other", "其他"


class Scan(models.Model):
    """A scanned paper in the institution's file."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="scans")
    kind = models.CharField("材料种类", max_length=20, choices=ScanKind.choices)
    title = models.CharField("名称", max_length=100, blank=True)
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "证照扫描件"
        ordering = ("kind", "-pk")

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
