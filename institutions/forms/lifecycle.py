"""What a person writes down when the state of an institution changes."""

from typing import Any

from django import forms

from foundation.clock.queries import today
from institutions.forms.seen import day_field

CHECKED = (
    "办学许可证",
    "营业执照或民办非企业单位登记证书",
    "现场名称、招牌与许可一致",
    "现场地址与许可一致",
    "审批部门档案",
    "全国平台信息",
)
_DOCUMENT_HINT = "文书名称和文号；没有文号的写名称和日期。"


class _StepForm(forms.Form):
    on = day_field("生效日期", hint="可以补登过去的日期，不能晚于今天。", has_come=True)
    document = forms.CharField(label="依据文书", max_length=200, help_text=_DOCUMENT_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


def _upload_field() -> forms.FileField:
    return forms.FileField(
        label="文书扫描件",
        required=False,
        help_text="可不上传；图片或 PDF，不超过 20 MB。退回修改时须重新选择文件。",
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf"}),
    )


class DecideForm(_StepForm):
    """A change of state: from when, by which document, why."""

    reason = forms.CharField(
        label="说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一句话写明原因。公示页面会显示这句话，请不要写个人信息。",
    )
    upload = _upload_field()


class _CheckedForm(_StepForm):
    checked = forms.MultipleChoiceField(
        label="已核对",
        choices=[(words, words) for words in CHECKED],
        widget=forms.CheckboxSelectMultiple,
        help_text="实际核对过哪些，就勾选哪些。",
        error_messages={"required": "请勾选实际核对过的材料，至少一项。"},
    )


class VerifyForm(_CheckedForm):
    """Verification of one institution: what was compared, when, by which record."""

    upload = _upload_field()


class VerifyTogetherForm(_CheckedForm):
    """Verification of several institutions by one document."""


class ReasonForm(forms.Form):
    """An act that owes a reason, and nothing else."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class VoidForm(ReasonForm):
    """A licence that no longer counts: why, and by which document."""

    document = forms.CharField(
        label="依据文书", max_length=200, required=False, help_text=_DOCUMENT_HINT
    )
    field_order = ("document", "reason")
