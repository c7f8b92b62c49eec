"""One spreadsheet on its way into the register: uploaded, understood, previewed, applied, undone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.attachments.models import Attachment


class ImportKind(models.TextChoices):
    REGISTER = "register", "机构名册"
    WHITELIST = "whitelist", "已公示的白名单"
    UNLICENSED = "unlicensed", "无证场所名单"
    ANNUAL = "annual", "年检结果"
    PLATFORM = "platform", "全国平台导出表"


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "待确认列"
    PREVIEWED = "previewed", "待写入"
    APPLYING = "applying", "正在写入"
    APPLIED = "applied", "已写入"
    UNDONE = "undone", "已撤销"
    DROPPED = "dropped", "已放弃"


class Outcome(models.TextChoices):
    """What becomes of a row; one that is in the register has one of the first three."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    UNCHANGED = "unchanged", "无变化"
    DOUBTFUL = "doubtful", "存疑"
    REFUSED = "refused", "拒收"
    SKIPPED = "skipped", "跳过"


class ImportRun(models.Model):
    """One sheet of one file. Its rows lie sealed in a file beside the database."""

    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="文件")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    kind = models.CharField("文件类型", max_length=12, choices=ImportKind.choices)
    title = models.CharField("表题", max_length=200, blank=True)
    as_of = models.DateField("数据日期", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年检年度", null=True, blank=True)
    # Column index (as text) → field name, as confirmed by a person or guessed.
    columns = models.JSONField("列对应", default=dict)
    state = models.CharField(
        "进度", max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    counts = models.JSONField("统计", default=dict)
    # A person's answers to doubtful rows: row number (as text) → "new", "skip" or an institution's id.
    answers = models.JSONField("存疑行的处理", default=dict)
    # Storage paths of sealed files: the preview's rows, and what must be put back to undo.
    preview_file = models.CharField(max_length=200, blank=True, editable=False)
    undo_file = models.CharField(max_length=200, blank=True, editable=False)
    rows_done = models.PositiveIntegerField(default=0, editable=False)
    # When a worker was asked to apply it, and why that came to nothing.
    started_at = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=500, blank=True, editable=False)
    uploaded_at = models.DateTimeField(editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    adopted_as = models.CharField("作为依据的名单", max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "导入"
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(applied_at__isnull=False),
                name="institutions_only_an_applied_import_is_undone",
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None) | Q(undone_at__isnull=False),
                name="institutions_undone_by_goes_with_undone_at",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} {self.sheet}".strip()

    @property
    def taken_back(self) -> str:
        """What its undoing did: rows that it had entered, changed, or only verified."""
        counts = self.counts
        said = (
            ("removed", "删除新登记的 {} 条"),
            ("restored", "恢复更新过的 {} 条"),
            ("unverified", "{} 条退回“待核验”"),
        )
        words = [words.format(counts[name]) for name, words in said if counts.get(name)]
        return "，".join(words) or "没有可撤回的内容"


class ImportedRow(models.Model):
    """One row of an applied import, and the institution or place that it is: what was done to it."""

    run = models.ForeignKey(ImportRun, models.PROTECT, db_index=False, related_name="rows")
    number = models.PositiveIntegerField("行号")
    outcome = models.CharField(max_length=10)
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="imported_rows",
    )
    site = models.ForeignKey(
        "institutions.UnlicensedSite",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="imported_rows",
    )
    # Label, before, after: as a person has read them in the preview.
    differences = models.JSONField(default=list)
    # The version of the institution or place that was met (none of a new one), and the one that the
    # import has left. While it still has that version, nobody else has touched it.
    met = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField()
    # Did this list, adopted as evidence, verify it?
    is_verified = models.BooleanField(default=False)
    is_taken_back = models.BooleanField(default=False)

    class Meta:
        verbose_name = "导入的行"
        ordering = ("run", "number")
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="institutions_one_import_a_row"),
            models.CheckConstraint(
                condition=Q(institution=None, site__isnull=False)
                | Q(institution__isnull=False, site=None),
                name="institutions_imported_row_is_one_thing",
            ),
        )
        indexes = (
            models.Index(
                fields=["institution"],
                name="imported_row_institution",
                condition=Q(institution__isnull=False),
            ),
            models.Index(
                fields=["site"], name="imported_row_site", condition=Q(site__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.run}第{self.number}行"

    @property
    def did_something(self) -> bool:
        """Was the institution or place entered, changed or verified by it?"""
        return self.outcome != Outcome.UNCHANGED or self.is_verified


class HeaderMemory(models.Model):
    """What a column's header meant the last time a person confirmed it."""

    kind = models.CharField(max_length=12, choices=ImportKind.choices)
    header = models.CharField(max_length=100)
    field = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "列名记忆"
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "header"], name="institutions_one_memory_a_header"
            ),
        )

    def __str__(self) -> str:
        return f"{self.header} → {self.field}"
