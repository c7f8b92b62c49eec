"""What may be typed about one of the law's figures or provisions."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from foundation.law.models import LegalBasis

_HIGHEST = 1_000_000


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


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

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_be_empty:
            self.fields["value"].required = False
            self.fields["value"].help_text = "只填数字，单位不变。没有规定上限的不填。"


class BasisForm(forms.Form):
    """A provision: which text, which article, since when."""

    title = forms.CharField(label="文件名称", max_length=120, help_text="全称，不加书名号。")
    number = forms.CharField(label="文号", max_length=60, required=False)
    issuer = forms.CharField(label="制定机关", max_length=120, required=False)
    article = forms.CharField(
        label="条款",
        max_length=60,
        required=False,
        help_text="例如：第二十八条第一款。引用整个文件的不填。",
    )
    in_force_from = _day("施行日期")
    in_force_until = _day("失效日期")
    note = forms.CharField(label="说明", max_length=300, required=False)

    def clean_title(self) -> str:
        return str(self.cleaned_data["title"]).strip("《》")


class AmendBasisForm(BasisForm):
    """The same for a provision that is there."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class BasisFilter(forms.Form):
    """The filter above the list; its answers stand in the address."""

    q = forms.CharField(label="文件名称、文号或条款", required=False, max_length=100)
    verified = forms.ChoiceField(
        label="核实", required=False, choices=[("", "全部"), ("no", "未核实"), ("yes", "已核实")]
    )

    def narrow(self, rows: QuerySet[LegalBasis]) -> QuerySet[LegalBasis]:
        """The rows that answer to the filter; an answer that makes no sense filters nothing."""
        self.is_valid()
        words, verified = self.cleaned_data.get("q"), self.cleaned_data.get("verified")
        if verified:
            rows = rows.filter(verified_at__isnull=verified == "no")
        if words:
            named = Q(title__icontains=words) | Q(number__icontains=words)
            rows = rows.filter(named | Q(article__icontains=words))
        return rows


class VerifyForm(forms.Form):
    """Which version was compared with the law."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
