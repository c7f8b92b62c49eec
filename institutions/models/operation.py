"""How an institution runs: its people, money, fees, teachers, and its mark on the national platform."""

from django.db import models

from foundation.sealing.fields import SealedTextField
from institutions.models.institution import Institution


class Post(models.TextChoices):
    SPONSOR = "sponsor", "举办者"
    LEGAL = "legal", "法定代表人"
    PRINCIPAL = "principal", "校长或主要负责人"
    FIRE = "fire", "消防安全责任人"


class Representative(models.Model):
    """A person who answers for the institution. The telephone number is sealed."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="representatives")
    post = models.CharField("身份", max_length=10, choices=Post.choices)
    name = models.CharField("姓名", max_length=60)
    phone = SealedTextField("联系电话", blank=True)

    class Meta:
        verbose_name = "机构负责人"
        ordering = ("post", "pk")

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.name}"


class CustodyMode(models.TextChoices):
    BANK = "bank", "银行托管"
    DEPOSIT = "deposit", "风险保证金"
    PLATFORM = "platform", "平台监管"
    NONE = "none", "无预收费"


class Custody(models.Model):
    """The account in which prepaid fees are kept safe. The account number is sealed."""

    institution = models.OneToOneField(Institution, models.CASCADE, related_name="custody")
    mode = models.CharField("监管方式", max_length=10, choices=CustodyMode.choices)
    bank = models.CharField("监管银行", max_length=100, blank=True)
    account_name = models.CharField("专户户名", max_length=100, blank=True)
    account = SealedTextField("专户账号", blank=True)
    agreed_on = models.DateField("托管协议日期", null=True, blank=True)
    balance = models.DecimalField(
        "预收费余额（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    balance_on = models.DateField("余额日期", null=True, blank=True)

    class Meta:
        verbose_name = "资金监管"

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.bank}".strip()


class Fee(models.Model):
    """One disclosed price."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="fees")
    course = models.CharField("课程", max_length=100)
    price = models.DecimalField("收费标准（元）", max_digits=9, decimal_places=2)
    unit = models.CharField("计费单位", max_length=20, default="课时")
    lessons = models.PositiveSmallIntegerField("课时数", null=True, blank=True)
    months = models.PositiveSmallIntegerField("时间跨度（月）", null=True, blank=True)
    refund = models.CharField("退费办法", max_length=300, blank=True)
    disclosed_on = models.DateField("公示日期", null=True, blank=True)

    class Meta:
        verbose_name = "收费项目"
        ordering = ("course", "pk")

    def __str__(self) -> str:
        return f"{self.course} {self.price} 元/{self.unit}"


class Teacher(models.Model):
    """A teacher as far as the law has the institution disclose: name, subject, qualification, career.

    Photographs hang in the place itself and stand on the national platform: they are not kept again.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="teachers")
    name = models.CharField("姓名", max_length=40)
    subject = models.CharField("任教课程", max_length=60, blank=True)
    qualification = models.CharField("教师资格或专业证书", max_length=100, blank=True)
    experience = models.CharField("从教经历", max_length=300, blank=True)
    is_full_time = models.BooleanField("专职", default=True)

    class Meta:
        verbose_name = "公示教师"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class PlatformMark(models.Model):
    """What the national platform's export said about the institution, and on which day."""

    institution = models.OneToOneField(Institution, models.CASCADE, related_name="platform")
    platform_id = models.CharField("全国平台机构编号", max_length=40, blank=True)
    courses_listed = models.PositiveIntegerField("上架课程数", null=True, blank=True)
    payment_open = models.BooleanField("已开通平台支付", null=True, blank=True)
    custody_open = models.BooleanField("平台显示已资金监管", null=True, blank=True)
    staff = models.PositiveIntegerField("从业人员数", null=True, blank=True)
    full_time_staff = models.PositiveIntegerField("专职人员数", null=True, blank=True)
    certified_staff = models.PositiveIntegerField("持证人员数", null=True, blank=True)
    staff_checked_on = models.DateField("从业查询日期", null=True, blank=True)
    as_of = models.DateField("数据日期", null=True, blank=True)

    class Meta:
        verbose_name = "全国平台状态"

    def __str__(self) -> str:
        return self.platform_id or "未登记"
