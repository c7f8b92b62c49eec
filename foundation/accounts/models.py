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
    # What the numbers of its papers begin with, such as 定教体; where it is empty, the short name.
    paper_word = models.CharField("发文代字", max_length=20, blank=True)
    kind = models.CharField("类别", max_length=10, choices=DepartmentKind.choices)
    duty = models.CharField("职责", max_length=300, blank=True)
    is_enforcement_subject = models.BooleanField("是否执法主体", default=False)
    complaint_phone = models.CharField("投诉举报电话", max_length=40, blank=True)
    complaint_email = models.EmailField("投诉举报邮箱", blank=True)
    phone_checked_on = models.DateField("电话最近核对日期", null=True, blank=True)
    email_checked_on = models.DateField("邮箱最近核对日期", null=True, blank=True)
    liaison = models.CharField("联络员", max_length=40, blank=True)
    sort_order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("启用", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "部门"
        ordering = ("sort_order", "code")
        constraints = (
            # The office organises; it never inspects in its own name.
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
    # Empty: the person has never chosen the password; somebody else has set it.
    password_changed_at = models.DateTimeField("密码修改时间", null=True, editable=False)
    # By the computer's clock, like the failures it is compared with: older ones no longer count.
    unlocked_at = models.DateTimeField("最近解锁时间", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    date_joined = models.DateTimeField("建立时间", editable=False)

    # Where the person sits during this request; the door sets it, the trail keeps it.
    address = ""

    first_name = None  # type: ignore[assignment]  # how Django takes a field away
    last_name = None  # type: ignore[assignment]  # how Django takes a field away

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
        return Actor(ActorKind.OFFICER, label, user_id=self.pk, address=self.address)


class SessionEnd(models.TextChoices):
    """Why a sign-in is over, as its owner reads it."""

    SIGNED_OUT = "signed_out", "已退出"
    IDLE = "idle", "长时间未操作"
    EXPIRED = "expired", "超过一次登录的最长时间"
    CROWDED_OUT = "crowded_out", "同时登录的设备超过上限，最早的一处已退出"
    ENDED_ELSEWHERE = "ended_elsewhere", "本人在另一处将其退出"
    PASSWORD_CHANGED = "password_changed", "密码已修改"
    ROLE_CHANGED = "role_changed", "角色或部门已调整"
    DISABLED = "disabled", "账号已停用"
    RESET = "reset", "管理员重置了登录方式"
    SECOND_FACTOR = "second_factor", "在另一处绑定了身份验证器"


class StaffSession(models.Model):
    """One sign-in on one device, kept after its end so that a person can recognise a stranger's."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", verbose_name="人员")
    # Of the session's key only a digest: this table is shown and kept, a key would open the session.
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    device = models.CharField("设备", max_length=80)
    address = models.GenericIPAddressField("网络地址", null=True, blank=True)
    # The role and department it was opened for: when they change, the session is over.
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("登录时间")
    last_seen_at = models.DateTimeField("最近操作时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_why = models.CharField("结束原因", max_length=20, choices=SessionEnd.choices, blank=True)

    class Meta:
        verbose_name = "登录"
        ordering = ("-started_at", "-pk")
        indexes = (models.Index(fields=("user", "ended_at")),)

    def __str__(self) -> str:
        return f"{self.device}（{self.started_at:%Y-%m-%d %H:%M}）"


class PasswordRecord(models.Model):
    """A former password, as its hash: the last few may not come back."""

    user = models.ForeignKey(User, models.PROTECT, related_name="former_passwords")
    password = models.CharField(max_length=128, editable=False)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = "曾用密码"
        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        return f"{self.user}的曾用密码"


class RoleSetting(models.Model):
    """What the administrator has set for a role; a role without a row follows the default."""

    role = models.CharField("角色", max_length=20, choices=Role.choices, unique=True)
    totp_required = models.BooleanField("登录须输入动态口令")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "角色设置"
        ordering = ("role",)

    def __str__(self) -> str:
        return self.get_role_display()
