"""What people type about an inspection: where, when, with whom, and what is decided on it."""

from typing import TYPE_CHECKING, Any

from django import forms

from foundation.accounts.models import Department, User
from inspections.actions.planning import PLAN_FIELDS
from inspections.forms.campaigns import VersionForm
from inspections.models import (
    Campaign,
    Inspection,
    Inspector,
    Kind,
    Manner,
    PlannedInspection,
    Section,
)
from inspections.queries.inspections import (
    possible_campaigns,
    possible_inspectors,
    possible_subjects,
)
from inspections.rules import plans_jointly
from institutions.forms.seen import day_field
from institutions.models import Institution, UnlicensedSite

_SCOPE_HINT = "检查哪些内容，例如：办学资质、收费公示、消防安全。将写入审批表和通知书。"


# At run time Django's classes take no type parameters.
if TYPE_CHECKING:
    _Several = forms.ModelMultipleChoiceField[User]
    _One = forms.ModelChoiceField[PlannedInspection]
else:
    _Several, _One = forms.ModelMultipleChoiceField, forms.ModelChoiceField


class PeopleField(_Several):
    """People to tick, each with the department."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.department.short_name}　{obj.name}"


def _people(departments: Any, *, label: str = "检查人员", hint: str = "") -> PeopleField:
    return PeopleField(
        possible_inspectors(departments),
        label=label,
        required=False,
        help_text=hint or "提请审批前须有两名以上持执法证的人员。只列出登记了执法证号的人员。",
    )


def _scope(initial: str = "") -> forms.CharField:
    return forms.CharField(
        label="检查事项",
        max_length=1000,
        help_text=_SCOPE_HINT,
        initial=initial,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _assistants() -> forms.CharField:
    return forms.CharField(
        label="协助人员",
        max_length=100,
        required=False,
        help_text="只协助、不执法的人员，例如：专业技术人员1名。将写入审批表；没有的不填。",
    )


def _to_prepare() -> forms.CharField:
    return forms.CharField(
        label="请准备的材料",
        max_length=300,
        required=False,
        help_text="将写入通知书。下次拟定时先填上这次写的。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class _PlanFields(forms.Form):
    """What planning and amending have in common."""

    kind = forms.ChoiceField(label="任务来源", choices=Kind.choices)
    manner = forms.ChoiceField(
        label="检查方式",
        choices=Manner.choices,
        help_text="书面检查能够解决的，不到现场。",
    )
    planned_on = day_field("检查日期")
    scope = _scope()
    to_prepare = _to_prepare()
    lead = forms.ModelChoiceField(
        Department.objects.none(), label="牵头执法主体", empty_label="请选择"
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label="参加部门",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="与牵头执法主体一起检查的部门；牵头的不必再选。",
    )
    assistants = _assistants()
    is_urgent = forms.BooleanField(
        label="紧急检查",
        required=False,
        help_text="只用于不立即检查就可能造成危害的情况：先报告，可以当场检查，事后限期补办审批。",
    )
    urgent_reason = forms.CharField(
        label="紧急情况说明", max_length=300, required=False, help_text="紧急检查必填。"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_joint = plans_jointly(user)
        if not self.is_joint:
            self.own = user.department
            del self.fields["lead"], self.fields["departments"]
            return
        for name in ("lead", "departments"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = possible_subjects()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_urgent") and not cleaned.get("urgent_reason"):
            self.add_error("urgent_reason", "请说明紧急情况。")
        if not cleaned.get("is_urgent"):
            cleaned["urgent_reason"] = ""
        if not self.is_joint:
            cleaned |= {"lead": self.own, "departments": [self.own]}
        return cleaned


class PlanForm(_PlanFields):
    """A visit of one place."""

    field_order = (
        "kind",
        "planned",
        "manner",
        "planned_on",
        "scope",
        "to_prepare",
        "lead",
        "departments",
    )

    def __init__(
        self, *args: Any, user: User, place: Institution | UnlicensedSite, **kwargs: Any
    ) -> None:
        super().__init__(*args, user=user, **kwargs)
        lines = possible_campaigns(place, user)
        if lines:
            self.fields["planned"] = _CampaignField(
                lines, label="所属专项行动", required=False, empty_label="不属于专项行动"
            )
        departments = possible_subjects() if self.is_joint else [user.department]
        self.fields["people"] = _people(departments)
        self.order_fields(self.field_order)


class _CampaignField(_One):
    """The place's lines in campaigns, each by the campaign's name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.campaign)


class AmendForm(_PlanFields, VersionForm):
    """The same for a visit that is planned; its people are named on a page of their own."""

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        known = {name: getattr(inspection, name) for name in (*PLAN_FIELDS, "version")}
        sections = inspection.sections.exclude(department=inspection.lead_id)
        known["departments"] = list(sections.values_list("department", flat=True))
        super().__init__(*args, initial=known, **kwargs)


class VisitsForm(forms.Form):
    """A day, so many places a day, and what is looked at."""

    planned_on = day_field("从哪一天起")
    a_day = forms.IntegerField(
        label="每天检查几家",
        min_value=1,
        max_value=100,
        required=False,
        help_text="选中的对象按下面的次序排到这一天和以后各天；不填则都排在同一天。",
    )
    skip_weekends = forms.BooleanField(label="周六、周日不安排", required=False)
    scope = _scope()
    to_prepare = _to_prepare()
    assistants = _assistants()


class PlanManyForm(VisitsForm):
    """The same with the team that visits all of them."""

    lead = forms.ModelChoiceField(
        possible_subjects(),
        label="牵头执法主体",
        required=False,
        empty_label="各机构自己的牵头监管部门",
    )
    departments = forms.ModelMultipleChoiceField(
        possible_subjects(),
        label="参加部门",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="与牵头的一起检查的部门。",
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = campaign.members.filter(is_subject=True).values("department")
        for name in ("lead", "departments"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = possible_subjects().filter(pk__in=subjects)
        self.fields["people"] = _people(
            subjects, hint="同一组人员检查选中的各家；也可以不选，由各部门自己确定。"
        )


class PlaceSearchForm(forms.Form):
    """Which place a visit is planned for."""

    q = forms.CharField(label="机构或无证场所：名称、地址、拼音", max_length=100, required=False)


class InspectorsForm(VersionForm):
    """Which people of a department go."""

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = _people([section.department], label=f"{section}检查人员")


class MoveForm(VersionForm):
    """On which day instead, and why."""

    planned_on = day_field("改到哪一天")
    reason = forms.CharField(label="改期理由", max_length=300)


class AskForm(VersionForm):
    """What the officer in charge says; above the cap also why the visit is needed."""

    words = forms.CharField(
        label="承办人意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    exception = forms.CharField(
        label="超频次理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="本年度检查次数已达上限，确需检查的须写明理由。",
    )

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_over:
            del self.fields["exception"]


class ApproveForm(AskForm):
    """What the head says."""

    words = forms.CharField(
        label="审批意见", max_length=300, required=False, help_text="不填即“同意”。"
    )


class ReasonForm(VersionForm):
    """Why it is sent back."""

    words = forms.CharField(
        label="退回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class CancelInspectionForm(VersionForm):
    """Why the visit is given up."""

    reason = forms.CharField(
        label="取消理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReplaceForm(VersionForm):
    """Who does not go, why, and who goes instead."""

    is_recused = forms.TypedChoiceField(
        label="原因",
        choices=[("recused", "回避：与检查对象有利害关系"), ("other", "其他原因更换")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "recused",
    )
    reason = forms.CharField(label="具体理由", max_length=300)
    replacement = forms.ModelChoiceField(
        User.objects.none(), label="接替人员", required=False, empty_label="不另派人"
    )

    def __init__(self, *args: Any, inspector: Inspector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        replacement = self.fields["replacement"]
        if isinstance(replacement, forms.ModelChoiceField):
            known = Inspector.objects.filter(inspection=inspector.inspection_id)
            rows = possible_inspectors([inspector.section.department])
            replacement.queryset = rows.exclude(pk__in=known.values("user"))


class TogetherForm(forms.Form):
    """Words for several at once; sending back owes a reason."""

    words = forms.CharField(label="意见或退回理由", max_length=300, required=False)
