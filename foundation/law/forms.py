"""What may be typed about one of the law's figures."""

from django import forms

_HIGHEST = 1_000_000


class LimitForm(forms.Form):
    """The figure, where it stands, and a remark."""

    value = forms.IntegerField(
        label="数值", min_value=0, max_value=_HIGHEST, help_text="只填数字，单位不变。"
    )
    basis = forms.CharField(
        label="依据",
        max_length=300,
        required=False,
        help_text="文件名称、文号和条款，例如《…》第几条。",
    )
    note = forms.CharField(label="说明", max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class VerifyForm(forms.Form):
    """Which version was compared with the law."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
