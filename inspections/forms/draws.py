"""What people type about a draw: what the list holds, who is recused, where the seed comes from, and the seed."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms

from foundation.accounts.models import Department, User
from inspections.actions.draws import SEED
from inspections.forms.campaigns import VersionForm
from inspections.forms.inspections import VisitsForm
from inspections.models import Campaign, Draw, DrawInspector, DrawPlace, DrawRecusal
from inspections.queries.draws import draw_campaigns, recusals_of
from inspections.queries.inspections import possible_subjects
from institutions.forms.departments import towns
from institutions.models import Category


class DrawForm(forms.Form):
    """From whom is drawn, and how many."""

    title = forms.CharField(
        label="名称", max_length=100, help_text="例如：2026年秋季校外培训机构“双随机”抽查。"
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label="机构取自",
        required=False,
        empty_label="全县机构名册",
        help_text="选专项行动的，从它的检查对象中抽取；无证场所不参加抽取。",
    )
    towns = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label="镇街",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选即全部。",
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        label="培训类别",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选即全部。",
    )
    place_count = forms.IntegerField(label="抽取几家机构", min_value=1, max_value=1000)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label="从哪些部门抽取检查人员",
        widget=forms.CheckboxSelectMultiple,
        help_text="列入的是登记了执法证号的执法人员；部门负责人负责审批，不参加抽取。",
    )
    from_each = forms.IntegerField(
        label="每家机构每个部门派几人",
        min_value=1,
        max_value=5,
        initial=1,
        help_text="每家机构的检查人员合计不少于2人。",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "campaign": draw_campaigns(user),
            "towns": towns(),
            "departments": possible_subjects(),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class RedrawForm(DrawForm):
    """The same once more, and why."""

    reason = forms.CharField(
        label="重新抽取理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="原名单和原结果保留，并注明由哪一次代替。",
    )
    field_order = ("reason",)


class RecuseForm(VersionForm):
    """Who must not go where, and why."""

    inspector = forms.ModelChoiceField(
        DrawInspector.objects.none(), label="检查人员", empty_label="请选择"
    )
    place = forms.ModelChoiceField(
        DrawPlace.objects.none(), label="回避的机构", empty_label="请选择"
    )
    reason = forms.CharField(
        label="回避理由", max_length=300, help_text="只在本页显示，不写入名单文件。"
    )

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "inspector": draw.inspectors.select_related("department"),
            "place": draw.places.all(),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class WithdrawRecusalForm(VersionForm):
    """Which recusal was typed by mistake."""

    recusal = forms.ModelChoiceField(DrawRecusal.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recusal = self.fields["recusal"]
        if isinstance(recusal, forms.ModelChoiceField):
            recusal.queryset = recusals_of(draw)


class DropRowsForm(VersionForm):
    """Why institutions or people are taken out of the list."""

    reason = forms.CharField(label="移出理由", max_length=300)


class FixForm(VersionForm):
    """Where the seed will come from: said before anybody can know it."""

    seed_source = forms.CharField(
        label="种子来源",
        max_length=200,
        help_text="写明以后才产生、双减办不能选择的数：例如某一期体育彩票的开奖号码，或者由谁当场报出的数。",
    )


class SeedForm(VersionForm):
    """The seed as it was published or called out."""

    seed = forms.CharField(
        label="种子", max_length=200, help_text="4至64位数字或英文字母，中间的空格不计。"
    )
    witness = forms.CharField(
        label="出处或见证人",
        max_length=200,
        help_text="例如：中国体彩网公布的第26320期开奖号码；或者报数人、见证人的姓名和单位。",
    )

    def clean_seed(self) -> str:
        """Wide digits and spaces are how lottery numbers are printed; what is left must be plain."""
        words: str = unicodedata.normalize("NFKC", self.cleaned_data["seed"])
        seed = "".join(words.split())
        if not SEED.fullmatch(seed):
            raise forms.ValidationError("种子须为4至64位数字或英文字母。")
        return seed


class PlanDrawnForm(VisitsForm):
    """When the drawn institutions are visited, and who leads."""

    lead = forms.ModelChoiceField(
        Department.objects.none(), label="牵头执法主体", empty_label="请选择"
    )
    exception = forms.CharField(
        label="超频次理由",
        max_length=300,
        required=False,
        help_text="不填的，本年度检查已达上限的机构不列入；填写的一并列入，提请审批时仍须说明。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, departments: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["a_day"].help_text = "按抽取顺序排到这一天和以后各天；不填则都排在同一天。"
        lead = self.fields["lead"]
        if isinstance(lead, forms.ModelChoiceField):
            lead.queryset = possible_subjects().filter(pk__in=departments)
