"""An institution of the register: who and where it is, who looks after it, in which state it is."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from foundation.accounts.models import Department
from foundation.facts import both_or_neither
from foundation.sealing import mask_of
from institutions.codes import CREDIT_CODE_MOST
from institutions.workflow import InstitutionState

_PUBLIC_ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_SECRET = secrets.SystemRandom()
_chance: ContextVar[random.Random] = ContextVar("chance")


def new_public_id() -> str:
    """Ten letters without look-alikes (about 49 bits): short on a wall, not to be counted through."""
    return "".join(_chance.get(_SECRET).choice(_PUBLIC_ID_LETTERS) for _ in range(10))


@contextmanager
def repeatable_public_ids(seed: str) -> Iterator[None]:
    """The same numbers for the same seed: for the demo county alone, whose numbers need be no secret."""
    before = _chance.set(random.Random(seed))  # noqa: S311 -- invented places only
    try:
        yield
    finally:
        _chance.reset(before)


class Category(models.Model):
    """A kind of training (学科, 体育, 文化艺术, 科技 …) and the department that leads on it."""

    code = models.SlugField("代码", max_length=10, unique=True)
    name = models.CharField("类别", max_length=20, unique=True)
    lead_department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="主管部门"
    )
    words = models.CharField("识别用词", max_length=500, blank=True)
    sort_order = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = "培训类别"
        ordering = ("sort_order", "code")

    def __str__(self) -> str:
        return self.name


class RegistrationType(models.TextChoices):
    COMPANY = "company", "企业"
    CIVIL = "civil", "民办非企业单位"
    PUBLIC = "public", "事业单位"
    SOLE = "sole", "个体工商户"
    OTHER = "other", "其他"


class ProfitKind(models.TextChoices):
    FOR_PROFIT = "for_profit", "营利性"
    NON_PROFIT = "non_profit", "非营利性"


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def standing(self) -> "InstitutionQuerySet":
        """Rows that were not deleted as mistaken."""
        return self.filter(deleted_at=None)


class Institution(models.Model):
    """One training institution. Its papers, people and money are rows of their own."""

    public_id = models.CharField(
        "公开编号", max_length=12, unique=True, default=new_public_id, editable=False
    )
    name = models.CharField("机构名称", max_length=100)
    short_name = models.CharField("简称或招牌名", max_length=60, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=CREDIT_CODE_MOST, blank=True)
    registration_type = models.CharField(
        "登记类型", max_length=10, choices=RegistrationType.choices, blank=True
    )
    profit_kind = models.CharField(
        "营利性质", max_length=12, choices=ProfitKind.choices, blank=True
    )
    categories = models.ManyToManyField(
        Category, blank=True, related_name="institutions", verbose_name="培训类别"
    )
    subjects = models.CharField("培训项目", max_length=300, blank=True)

    town = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": "town"},
        related_name="institutions",
        verbose_name="所在镇街",
    )
    address = models.CharField("办学地址（核准）", max_length=200, blank=True)
    actual_address = models.CharField("实际办学地址", max_length=200, blank=True)
    floor = models.CharField("楼层", max_length=40, blank=True)
    building_area = models.DecimalField(
        "建筑面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True
    )
    teaching_area = models.DecimalField(
        "教学用房面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True
    )
    is_rented = models.BooleanField("是否租赁", null=True, blank=True)
    lease_until = models.DateField("租期至", null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)

    contact_name = models.CharField("机构联系人", max_length=40, blank=True)
    contact_phone = models.CharField("机构联系电话", max_length=40, blank=True)
    contact_is_public = models.BooleanField("机构同意公开联系电话", default=False)

    lead_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_institutions",
        verbose_name="牵头监管部门",
    )
    supporting_departments = models.ManyToManyField(
        Department, blank=True, related_name="supported_institutions", verbose_name="配合监管部门"
    )
    responsible_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name="责任人（包联干部）",
    )
    grid_officer = models.CharField("网格员", max_length=40, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)

    state = models.CharField(
        "状态",
        max_length=15,
        choices=InstitutionState.choices,
        default=InstitutionState.UNVERIFIED,
        editable=False,
    )
    state_on = models.DateField("状态日期", null=True, editable=False)
    state_document = models.CharField("状态依据文书", max_length=200, blank=True, editable=False)
    state_reason = models.CharField("状态说明", max_length=300, blank=True, editable=False)

    source = models.CharField("数据来源", max_length=200, blank=True, editable=False)
    verified_at = models.DateTimeField("核验时间", null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    deleted_reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    # Worked out from the above whenever it changes (institutions/naming.py), for search and order.
    name_key = models.CharField(max_length=120, editable=False, db_index=True)
    sort_key = models.CharField("拼音排序", max_length=200, editable=False)
    search_text = models.TextField(editable=False)
    search_terms = ArrayField(models.TextField(), default=list, editable=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = "机构"
        ordering = ("sort_key", "pk")
        indexes = (
            models.Index(fields=["sort_key", "id"], name="institution_sort"),
            models.Index(fields=["town", "sort_key"], name="institution_town_sort"),
            models.Index(fields=["state", "sort_key"], name="institution_state_sort"),
            models.Index(
                fields=["credit_code"],
                name="institution_credit_code",
                condition=~Q(credit_code=""),
            ),
            GinIndex(fields=["search_terms"], name="institution_search_terms"),
        )
        constraints = (
            both_or_neither("deleted_at", "deleted_by"),
            both_or_neither("longitude", "latitude"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def contact_mask(self) -> str:
        """The end of the contact's telephone number, for the page."""
        return mask_of(self.contact_phone)


class Campus(models.Model):
    """A further place of teaching (校区, 教学点) of one institution."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="campuses")
    name = models.CharField("校区或教学点名称", max_length=100)
    town = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": "town"},
        related_name="+",
        verbose_name="所在镇街",
    )
    address = models.CharField("地址", max_length=200)
    approval = models.CharField("批准文书", max_length=200, blank=True)

    class Meta:
        verbose_name = "校区或教学点"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class StateChange(models.Model):
    """One step of an institution's life: document, operator, date, and who confirmed it."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="state_changes")
    act = models.CharField("事项", max_length=20)
    before = models.CharField("原状态", max_length=15, choices=InstitutionState.choices)
    after = models.CharField("新状态", max_length=15, choices=InstitutionState.choices)
    on = models.DateField("生效日期")
    document = models.CharField("依据文书", max_length=200)
    reason = models.CharField("说明", max_length=300, blank=True)
    attachment = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    needs_confirmation = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "状态变更"
        ordering = ("-on", "-pk")
        constraints = (
            both_or_neither("confirmed_at", "confirmed_by"),
            models.CheckConstraint(
                condition=~Q(document=""), name="institutions_state_change_has_a_document"
            ),
        )
        indexes = (
            models.Index(
                fields=["made_at"],
                name="state_change_unconfirmed",
                condition=Q(needs_confirmation=True, confirmed_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_after_display()}"
