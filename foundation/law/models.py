"""What the law says, as rows: figures and provisions; the office keeps them, a second person verifies."""

from datetime import date

from django.conf import settings
from django.db import models

from foundation.facts import both_or_neither


class Limit(models.Model):
    """One figure that the law or a notice sets: a most, a term, a number of days."""

    key = models.SlugField("代码", max_length=40, unique=True, editable=False)
    label = models.CharField("名称", max_length=60)
    # Empty: nothing sets such a limit here. Which figures may be empty, the starting file says.
    value = models.PositiveIntegerField("数值", null=True, blank=True)
    unit = models.CharField("单位", max_length=10)
    basis = models.CharField("依据", max_length=300, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="修改人",
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="核实人",
    )
    verified_at = models.DateTimeField("核实时间", null=True, editable=False)
    sort_order = models.PositiveSmallIntegerField("排序", default=100, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "法定限额"
        ordering = ("sort_order", "key")
        constraints = (both_or_neither("verified_by", "verified_at"),)

    def __str__(self) -> str:
        return f"{self.label}：{self.words}"

    @property
    def words(self) -> str:
        """The figure with its unit, or that there is none."""
        return "未设" if self.value is None else f"{self.value}{self.unit}"

    @property
    def is_verified(self) -> bool:
        """Has a second person compared it with the text of the law?"""
        return self.verified_at is not None


class LegalBasis(models.Model):
    """One provision of a law, a regulation or a notice, on which an item or a paper may rest."""

    # Set for the provisions that every portal starts with; those the office adds have none.
    key = models.SlugField("代码", max_length=40, blank=True, editable=False)
    title = models.CharField("文件名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("制定机关", max_length=120, blank=True)
    article = models.CharField("条款", max_length=60, blank=True)
    in_force_from = models.DateField("施行日期", null=True, blank=True)
    in_force_until = models.DateField("失效日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="修改人",
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="核实人",
    )
    verified_at = models.DateTimeField("核实时间", null=True, editable=False)
    sort_order = models.PositiveSmallIntegerField("排序", default=100, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "法律依据"
        ordering = ("sort_order", "pk")
        constraints = (
            both_or_neither("verified_by", "verified_at"),
            models.UniqueConstraint(
                fields=("key",), name="law_one_basis_a_key", condition=~models.Q(key="")
            ),
            models.UniqueConstraint(fields=("title", "article"), name="law_one_basis_a_provision"),
        )

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}"

    @property
    def is_verified(self) -> bool:
        """Has a second person compared it with the text?"""
        return self.verified_at is not None

    def is_over(self, on: date) -> bool:
        """Is the provision no longer in force on that day?"""
        return self.in_force_until is not None and self.in_force_until < on
