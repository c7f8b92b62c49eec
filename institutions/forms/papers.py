"""The form by which a scanned paper enters an institution's file."""

from django import forms

from institutions.models import ScanKind


class ScanForm(forms.Form):
    """One scanned paper: what it is, and the file."""

    kind = forms.ChoiceField(label="材料种类", choices=ScanKind.choices)
    title = forms.CharField(
        label="名称", max_length=100, required=False, help_text="例如：办学许可证副本。可不填。"
    )
    upload = forms.FileField(
        label="文件",
        help_text="图片或 PDF，不超过 20 MB。照片中的拍摄地点等信息会被去掉。退回修改时须重新选择文件。",
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )
