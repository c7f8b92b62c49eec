"""What people ask of what phones have sent, and the file by which a stuck visit is brought."""

from typing import Any

from django import forms

from inspections.queries.receipts import SHOWN

MOST_FILE_BYTES = 200 * 1024 * 1024


class ReceiptFilter(forms.Form):
    """In which way something is amiss."""

    show = forms.ChoiceField(label="情形", required=False, choices=[("", "全部"), *SHOWN.items()])


class BringForm(forms.Form):
    """The file that a phone has made of a visit."""

    upload = forms.FileField(
        label="检查文件",
        help_text=f"在手机检查页面用“导出”得到的文件，不超过 {MOST_FILE_BYTES // 1024 // 1024} MB。重复导入不会重复登记。",
        error_messages={"required": "请选择手机导出的检查文件。", "empty": "文件是空的。"},
    )

    def clean_upload(self) -> Any:
        """Its size is looked at before anything of it is read."""
        upload = self.cleaned_data["upload"]
        if upload.size > MOST_FILE_BYTES:
            raise forms.ValidationError("文件过大，请联系系统管理员。")
        return upload
