"""What people type about themselves, about others and about departments."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from foundation.accounts.client import account_name
from foundation.accounts.models import Department, DepartmentKind, Role, User

_LONGEST_NAME = 150
_USERNAME = RegexValidator(
    r"^[a-z][a-z0-9_]{2,29}\Z", "用小写字母开头，3 至 30 个小写字母、数字或下划线。"
)
_CODE = RegexValidator(
    r"^[a-z][a-z0-9-]{1,31}\Z", "用小写字母开头，2 至 32 个小写字母、数字或连字符。"
)
_PHONE = RegexValidator(r"^[0-9+\-－—()（） 转、/]{5,40}\Z", "只写电话号码，例如 0912-4210000。")


class SignInForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=_LONGEST_NAME,
        error_messages={"required": "请填写用户名。", "max_length": "用户名太长。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=settings.PASSWORD_MAX_LENGTH * 4,
        error_messages={"required": "请填写密码。", "max_length": "密码太长。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return account_name(self.cleaned_data["username"])


class CodeForm(forms.Form):
    totp = forms.CharField(
        label="动态口令",
        max_length=20,
        help_text="手机身份验证器上的 6 位数字；手机不在身边时，可填一个恢复码",
        error_messages={"required": "请填写动态口令。", "max_length": "动态口令没有这么长。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_totp(self) -> str:
        return account_name(self.cleaned_data["totp"]).replace(" ", "")


class ConfirmCodeForm(CodeForm):
    totp = forms.CharField(
        label="身份验证器显示的 6 位数字",
        max_length=20,
        error_messages={"required": "请填写 6 位数字。", "max_length": "应为 6 位数字。"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordAgainForm(forms.Form):
    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        help_text="确认是您本人在操作",
        error_messages={"required": "请填写现在的密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        error_messages={"required": "请填写现在的密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label="新密码",
        strip=False,
        error_messages={"required": "请填写新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password_again = forms.CharField(
        label="再写一次新密码",
        strip=False,
        error_messages={"required": "请再写一次新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        broken = []
        for validator in get_default_password_validators():
            try:
                validator.validate(password, self.user)
            except ValidationError as refused:
                broken.append(refused)
        if broken:
            raise ValidationError(broken)
        return password

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if (
            "new_password" in given
            and "new_password_again" in given
            and given["new_password"] != given["new_password_again"]
        ):
            self.add_error("new_password_again", "两次填写的新密码不一样。")
        return given


def password_rules() -> list[str]:
    """What a password must be, to read before typing."""
    return [words for one in get_default_password_validators() if (words := one.get_help_text())]


class PersonForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填写姓名。"})
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label="部门",
        empty_label="请选择",
        error_messages={"required": "请选择部门。", "invalid_choice": "没有这个部门。"},
    )
    role = forms.TypedChoiceField(
        label="角色",
        choices=[("", "请选择"), *Role.choices],
        coerce=Role,
        error_messages={"required": "请选择角色。", "invalid_choice": "没有这个角色。"},
    )
    certificate_no = forms.CharField(
        label="执法证号", max_length=40, required=False, help_text="有行政执法证的人员填写"
    )


class AmendPersonForm(PersonForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class AddPersonForm(PersonForm):
    username = forms.CharField(
        label="用户名",
        validators=[_USERNAME],
        help_text="登录时使用，以后不能修改；小写字母、数字、下划线",
        error_messages={"required": "请填写用户名。"},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("username", "name", "department", "role", "certificate_no")

    def clean_username(self) -> str:
        return account_name(self.cleaned_data["username"])


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=300,
        error_messages={
            "required": "请写明理由，它会记入操作留痕。",
            "max_length": "理由最长 300 字。",
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TotpSettingForm(forms.Form):
    required = forms.TypedChoiceField(
        choices=[("1", "须输入"), ("0", "不须")], coerce=lambda value: value == "1"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="姓名或用户名", required=False, max_length=40)
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label="部门",
        required=False,
        empty_label="全部部门",
        to_field_name="code",
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("active", "在用"), ("disabled", "已停用")],
    )


class DepartmentForm(forms.Form):
    name = forms.CharField(
        label="全称", max_length=100, error_messages={"required": "请填写全称。"}
    )
    short_name = forms.CharField(
        label="简称", max_length=20, error_messages={"required": "请填写简称。"}
    )
    paper_word = forms.CharField(
        label="发文代字",
        max_length=20,
        required=False,
        help_text="本部门文书编号开头的字，例如“定教体”；不填的用简称",
    )
    kind = forms.TypedChoiceField(
        label="类别",
        choices=DepartmentKind.choices,
        coerce=DepartmentKind,
        error_messages={"required": "请选择类别。", "invalid_choice": "没有这个类别。"},
    )
    is_enforcement_subject = forms.BooleanField(
        label="是行政执法主体",
        required=False,
        help_text="双减办是议事协调机构，不能作为执法主体",
    )
    duty = forms.CharField(
        label="职责", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    complaint_phone = forms.CharField(
        label="投诉举报电话", required=False, validators=[_PHONE], help_text="会显示在公众页面上"
    )
    complaint_email = forms.EmailField(
        label="投诉举报邮箱",
        required=False,
        error_messages={"invalid": "邮箱写得不完整，例如 name@example.org。"},
    )
    liaison = forms.CharField(label="联络员", max_length=40, required=False)
    sort_order = forms.IntegerField(
        label="排序", min_value=0, max_value=9999, help_text="小的在前", initial=100
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("is_enforcement_subject") and given.get("kind") == DepartmentKind.OFFICE:
            self.add_error("is_enforcement_subject", "双减办不能作为执法主体，请取消勾选。")
        return given


class AmendDepartmentForm(DepartmentForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class AddDepartmentForm(DepartmentForm):
    code = forms.CharField(
        label="代码",
        validators=[_CODE],
        help_text="系统内使用，以后不能修改",
        error_messages={"required": "请填写代码。"},
    )
    field_order = ("code", "name", "short_name", "kind")
