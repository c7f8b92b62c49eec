"""Who works with the portal, in which department, in which role."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from foundation.actor import Actor, ActorKind


class Role(models.TextChoices):
    OFFICER = "officer", "部门执法人员"
    DEPARTMENT_HEAD = "department_head", "部门负责人"
    OFFICE = "office", "双减办业务员"
    LEAD = "lead", "双减办审核人"
    HEAD = "head", "双减办负责人"
    TOWN = "town", "镇街协查员"
    AUDIT = "audit", "审计员"
    ADMIN = "admin", "系统管理员"


class DepartmentKind(models.TextChoices):
    OFFICE = "office", "双减办"
    MEMBER = "member", "成员单位"
    GUEST = "guest", "协同单位"
    TOWN = "town", "镇（街道、乡）"


class Department(models.Model):
    """A member of the joint mechanism, or a town: data that the office edits."""

    code = models.SlugField("代码", max_length=32, unique=True)
    name = models.CharField("全称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=20)
    kind = models.CharField("类别", max_length=10, choices=DepartmentKind.choices)
    duty = models.CharField("职责", max_length=300, blank=True)
    is_enforcement_subject = models.BooleanField("是否执法主体", default=False)
    complaint_phone = models.CharField("投诉举报电话", max_length=40, blank=True)
    complaint_email = models.EmailField("投诉举报邮箱", blank=True)
    contact_checked_on = models.DateField("电话最近核对日期", null=True, blank=True)
    liaison = models.CharField("联络员", max_length=40, blank=True)
    sort_order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("启用", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "部门"
        ordering = ("sort_order", "code")
        constraints = (
            # 《行政执法》: an organiser (the office) or a town never inspects (domain 2.3).
            models.CheckConstraint(
                condition=~models.Q(kind="office", is_enforcement_subject=True),
                name="accounts_department_office_is_no_enforcement_subject",
            ),
        )

    def __str__(self) -> str:
        return self.short_name


class User(AbstractUser):
    """One person with one account: nobody shares one."""

    name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="people", verbose_name="部门"
    )
    certificate_no = models.CharField("执法证号", max_length=40, blank=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    class Meta:
        verbose_name = "人员"
        ordering = ("department__sort_order", "username")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """This person as the one who acts."""
        label = f"{self.name}（{self.department.short_name}）"
        return Actor(ActorKind.OFFICER, label, user_id=self.pk)
