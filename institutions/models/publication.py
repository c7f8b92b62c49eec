"""What the office publishes from the register: frozen, numbered issues, and decisions about single rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.facts import both_or_neither
from institutions.codes import CREDIT_CODE_MOST
from institutions.models.institution import Institution
from institutions.models.site import UnlicensedSite
from institutions.workflow import IssueState


class IssueKind(models.TextChoices):
    WHITELIST = "whitelist", "白名单"
    UNLICENSED = "unlicensed", "无证场所名单"


class ListIssue(models.Model):
    """One numbered issue of a list: drafted, checked and published by three different people."""

    kind = models.CharField("名单", max_length=12, choices=IssueKind.choices)
    number = models.PositiveIntegerField("期号", null=True, editable=False)
    as_of = models.DateField("截至日期")
    publisher = models.CharField("发布单位", max_length=100)
    remark = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=IssueState.choices, default=IssueState.DRAFT, editable=False
    )
    entry_count = models.PositiveIntegerField("条数", default=0, editable=False)
    proposed_at = models.DateTimeField(editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    discarded_reason = models.CharField(max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "名单期次"
        ordering = ("-number", "-pk")
        constraints = (
            both_or_neither("checked_at", "checked_by"),
            both_or_neither("published_at", "published_by"),
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="institutions_one_issue_a_number",
                condition=Q(number__isnull=False),
            ),
            # One at a time is being worked on, so that two drafts never race for the public page.
            models.UniqueConstraint(
                fields=["kind"],
                name="institutions_one_open_issue_a_kind",
                condition=Q(state__in=["draft", "checked"]),
            ),
            models.CheckConstraint(
                condition=~Q(state=IssueState.PUBLISHED) | Q(number__isnull=False),
                name="institutions_published_issue_has_a_number",
            ),
        )

    def __str__(self) -> str:
        number = f"第{self.number}期" if self.number else "草稿"
        return f"{self.get_kind_display()}{number}"


class ListEntry(models.Model):
    """One row of an issue, frozen as it was on that day."""

    issue = models.ForeignKey(ListIssue, models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField("序号")
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="list_entries"
    )
    site = models.ForeignKey(UnlicensedSite, models.PROTECT, null=True, related_name="list_entries")
    name = models.CharField("名称", max_length=100)
    address = models.CharField("地址", max_length=200, blank=True)
    town = models.CharField("镇街", max_length=100, blank=True)
    categories = models.CharField("类别", max_length=200, blank=True)
    subjects = models.CharField("培训项目", max_length=300, blank=True)
    lead_department = models.CharField("主管部门", max_length=100, blank=True)
    licence_number = models.CharField("办学许可证号", max_length=200, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=CREDIT_CODE_MOST, blank=True)
    valid_until = models.CharField("有效期至", max_length=40, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = "名单条目"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=["issue", "position"], name="institutions_one_entry_a_position"
            ),
            models.UniqueConstraint(
                fields=["issue", "institution"],
                name="institutions_an_institution_once_an_issue",
                condition=Q(institution__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=True) ^ Q(site__isnull=True),
                name="institutions_entry_is_an_institution_or_a_site",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class Ruling(models.TextChoices):
    HOLD_BACK = "hold_back", "暂不列入"
    KEEP = "keep", "仍予列入"


class ListRuling(models.Model):
    """A person's decision about one row of the next issue, with its reason; it ends when that issue is out."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="rulings")
    ruling = models.CharField("决定", max_length=10, choices=Ruling.choices)
    reason = models.CharField("理由", max_length=300)
    # Despite what it is kept, by key and in words: what comes up later is not covered.
    despite = models.JSONField("作出决定时的疑点", default=dict, editable=False)
    made_at = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issue = models.ForeignKey(
        ListIssue, models.PROTECT, null=True, related_name="rulings", editable=False
    )
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "列入决定"
        ordering = ("-made_at",)
        constraints = (
            both_or_neither("lifted_at", "lifted_by"),
            models.UniqueConstraint(
                fields=["institution"],
                name="institutions_one_standing_ruling",
                condition=Q(lifted_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution} {self.get_ruling_display()}"


class Expiry(models.Model):
    """The clock has told that a listed institution's licence ran out, and nothing has renewed it since."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="expiries")
    made_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "许可到期移出"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["institution"],
                name="institutions_one_standing_expiry",
                condition=Q(ended_at=None),
            ),
        )

    def __str__(self) -> str:
        return str(self.institution)
