"""What people type about a campaign: its head, notice, members, places, and its end."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from foundation.accounts.models import Department, DepartmentKind, User
from foundation.law.queries import cap
from inspections.actions.campaigns import CAMPAIGN_FIELDS
from inspections.models import Campaign, ChecklistArea, PlannedInspection
from inspections.queries.campaigns import possible_members
from inspections.queries.coverage import Stage, Staged, often_visited, scope_of
from inspections.queries.inspections import CAP
from inspections.workflow import CampaignState
from institutions.forms.register import RegisterFilter
from institutions.forms.seen import SeenForm, column_fields, day_field
from institutions.models import Category

_HINTS = {
    "title": "例如：2023年暑期“监管护苗”专项行动。",
    "goals": "要解决什么问题、达到什么要求，几句话写清。",
    "key_areas": "取自现行检查表的类别。",
}


# Answers of the filter of places that are no kind of training.
_SITES, _NO_CATEGORY = "site", "none"
_KINDS: dict[str, dict[str, Any]] = {
    _SITES: {"institution": None},
    _NO_CATEGORY: {"site": None, "institution__categories": None},
}


class CampaignForm(SeenForm):
    """The head of a campaign; where a colleague wrote meanwhile, it asks."""

    def __init__(
        self, *args: Any, areas: Any, campaign: Campaign | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_known(campaign) if campaign else {}, **kwargs)
        self.fields |= column_fields(Campaign, CAMPAIGN_FIELDS, _HINTS)
        self.fields["key_areas"] = forms.ModelMultipleChoiceField(
            areas,
            label="重点检查类别",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_HINTS["key_areas"],
        )
        if campaign:
            self.remember()

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean())


class CopyForm(forms.Form):
    """What is different from the campaign that is copied."""

    title = forms.CharField(label="名称", max_length=100, help_text=_HINTS["title"])
    starts_on = day_field("开始日期", hint="各项任务的完成期限按同样的天数顺延。")
    ends_on = day_field("结束日期")

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean() or {})


class VersionForm(forms.Form):
    """An act on a campaign as the page showed it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class NoticeForm(VersionForm):
    """The notice by which the campaign is announced."""

    number = forms.CharField(
        label="通知文号", max_length=60, help_text="例如：定双减办〔2023〕5号。"
    )
    on = day_field("通知日期", has_come=True)
    upload = forms.FileField(
        label="通知扫描件",
        required=False,
        help_text="图片或 PDF，不超过 20 MB；不选文件时保留已有的扫描件。退回修改时须重新选择文件。",
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )


class MembersForm(VersionForm):
    """Who takes part: those that enforce, those that help."""

    subjects = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label="执法主体",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="有权以自己名义开展检查的部门。双减办是组织单位，不在其中。",
    )
    helpers = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label="配合单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="参加但不以自己名义检查的部门；与上面不重复选择。",
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = possible_members(campaign)
        for name, offered in (
            ("subjects", rows.filter(is_enforcement_subject=True)),
            ("helpers", rows),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ModelMultipleChoiceField):
                field.queryset = offered


class EndForm(VersionForm):
    """What was achieved, or why the campaign is given up."""

    words = forms.CharField(label="总结", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class CancelForm(VersionForm):
    """Why the campaign is given up."""

    words = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CampaignFilter(forms.Form):
    """The filter above the list of campaigns."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *CampaignState.choices]
    )

    def narrow(self, rows: Any) -> Any:
        """The rows that answer to the filter; an answer that makes no sense filters nothing."""
        self.is_valid()
        state = self.cleaned_data.get("state")
        return rows.filter(state=state) if state else rows


class PlaceFilter(forms.Form):
    """The filter above a campaign's places."""

    q = forms.CharField(label="名称、地址、拼音", required=False, max_length=100)
    town = forms.ModelChoiceField(
        Department.objects.filter(kind=DepartmentKind.TOWN),
        label="镇街",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )

    @property
    def asked(self) -> dict[str, Any]:
        """What the page is narrowed to; an answer that makes no sense narrows nothing."""
        self.is_valid()
        return {"words": self.cleaned_data.get("q", ""), "town": self.cleaned_data.get("town")}


class CoverageFilter(PlaceFilter):
    """The same with what the board of a campaign counts."""

    stage = forms.ChoiceField(
        label="检查进度",
        required=False,
        choices=[("", "全部"), *Stage.choices, ("any", "有检查的"), ("left", "未完成的")],
    )
    category = forms.ChoiceField(label="培训类别", required=False)
    without_town = forms.BooleanField(label="镇街未登记的", required=False)
    often = forms.BooleanField(label="本年度检查已达上限的", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        if isinstance(category, forms.ChoiceField):
            known = list(Category.objects.values_list("code", "name"))
            lacks = [(_NO_CATEGORY, "类别未登记"), (_SITES, "无证场所")]
            category.choices = [("", "全部"), *known, *lacks]

    def narrow(
        self, rows: QuerySet[PlannedInspection], user: User, on: date
    ) -> QuerySet[PlannedInspection]:
        """Of the places that the town and the words have found, those in this stage, of this kind."""
        self.is_valid()
        asked = self.cleaned_data
        if stage := asked.get("stage"):
            rows = _in_stage(scope_of(user, rows), stage)
        if category := asked.get("category"):
            rows = rows.filter(**_KINDS.get(category, {"institution__categories__code": category}))
        if asked.get("without_town"):
            rows = rows.filter(institution__town=None, site__town=None)
        if asked.get("often") and (most := cap(CAP)) is not None:
            rows = often_visited(rows, on.year, most)
        return rows


class ScopeFilter(RegisterFilter):
    """The register's filter without what is of no use for choosing places."""

    warning = None  # type: ignore[assignment]  # how Django takes a field away
    officer = None  # type: ignore[assignment]  # how Django takes a field away
    mine = None  # type: ignore[assignment]  # how Django takes a field away


class DropForm(forms.Form):
    """Why places are left out of a campaign."""

    reason = forms.CharField(label="移出理由", max_length=300)


def _in_stage(rows: Staged, stage: str) -> Staged:
    match stage:
        case "any":
            return rows.exclude(stage=Stage.NONE)
        case "left":
            return rows.exclude(stage=Stage.DONE)
    return rows.filter(stage=stage)


def _in_order(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
    if starts and ends and ends < starts:
        form.add_error("ends_on", "结束日期不能早于开始日期。")
    return cleaned


def _known(campaign: Campaign) -> dict[str, Any]:
    areas: list[ChecklistArea] = list(campaign.key_areas.all())
    return {name: getattr(campaign, name) for name in CAMPAIGN_FIELDS} | {"key_areas": areas}
