"""The filter above the list of inspections: what may be asked, and which rows answer."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from foundation.accounts.models import Department, User
from foundation.clock.queries import today
from inspections.models import (
    Campaign,
    Inspection,
    Inspector,
    Kind,
    Section,
)
from inspections.queries.disclosures import disclosed_late, to_disclose
from inspections.queries.inspections import (
    AHEAD,
    campaigns_with_inspections,
    to_complete,
    to_staff,
    with_exception,
)
from inspections.workflow import InspectionState
from institutions.models import Institution, UnlicensedSite
from institutions.queries.search import search

# Neither begun nor given up: planned, asked for or approved.
_UNBEGUN = "unbegun"


class InspectionFilter(forms.Form):
    """The filter above the list; its answers stand in the address."""

    q = forms.CharField(label="对象名称、检查编码、文号", required=False, max_length=100)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "未取消的"),
            (_UNBEGUN, "未开始的"),
            *InspectionState.choices,
            ("all", "全部"),
        ],
    )
    when = forms.ChoiceField(
        label="检查日期",
        required=False,
        choices=[
            ("", "全部"),
            ("today", "今天"),
            ("ahead", "今天起"),
            ("past", "今天以前"),
        ],
    )
    on = forms.DateField(
        label="某一天", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label="任务来源", required=False, choices=[("", "全部"), *Kind.choices]
    )
    department = forms.ModelChoiceField(
        Department.objects.filter(is_enforcement_subject=True),
        label="参加部门",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    lead = forms.ModelChoiceField(
        Department.objects.filter(is_enforcement_subject=True),
        label="牵头部门",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="专项行动", required=False, empty_label="全部"
    )
    show = forms.ChoiceField(
        label="只看",
        required=False,
        choices=[
            ("", "全部"),
            ("mine", "由我检查的"),
            ("staff", "本部门待确定人员的"),
            ("late", "紧急检查待补办审批的"),
            ("exception", "超频次检查的"),
            ("results", "检查结果待决定是否公示的"),
            ("results_late", "检查结果超过公示期限的"),
        ],
    )
    institution = forms.IntegerField(
        required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput
    )
    site = forms.IntegerField(
        required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, rows: QuerySet[Inspection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.fields["campaign"]
        if isinstance(campaign, forms.ModelChoiceField):
            campaign.queryset = campaigns_with_inspections(rows)

    def narrow(self, rows: QuerySet[Inspection], user: User) -> QuerySet[Inspection]:
        """The rows that answer to the filter; an answer that makes no sense filters nothing."""
        self.is_valid()
        asked = self.cleaned_data
        equal = {
            "kind": asked.get("kind"),
            "institution": asked.get("institution"),
            "site": asked.get("site"),
            "planned__campaign": asked.get("campaign"),
            "lead": asked.get("lead"),
            "planned_on": asked.get("on"),
        }
        rows = rows.filter(**{name: value for name, value in equal.items() if value})
        if department := asked.get("department"):
            rows = rows.filter(
                pk__in=Section.objects.filter(department=department).values("inspection")
            )
        rows = _by_state(rows, asked.get("state", ""))
        rows = _by_day(rows, asked.get("when", ""))
        rows = _shown(rows, asked.get("show", ""), user)
        return _named(rows, asked.get("q", ""))


def _by_state(rows: QuerySet[Inspection], state: str) -> QuerySet[Inspection]:
    if state == "all":
        return rows
    if state == _UNBEGUN:
        return rows.filter(state__in=AHEAD)
    return rows.filter(state=state) if state else rows.exclude(state=InspectionState.CANCELLED)


def _by_day(rows: QuerySet[Inspection], when: str) -> QuerySet[Inspection]:
    match when:
        case "today":
            return rows.filter(planned_on=today())
        case "ahead":
            return rows.filter(planned_on__gte=today()).order_by("planned_on", "pk")
        case "past":
            return rows.filter(planned_on__lt=today())
    return rows


def _shown(rows: QuerySet[Inspection], show: str, user: User) -> QuerySet[Inspection]:
    match show:
        case "mine":
            goes = Inspector.objects.filter(user=user, left_at=None)
            return rows.filter(pk__in=goes.values("inspection"))
        case "staff":
            return rows.filter(pk__in=to_staff(user).order_by().values("pk"))
        case "late":
            return to_complete(rows)
        case "exception":
            return with_exception(rows)
        case "results":
            return to_disclose(rows).order_by("disclosure__due_on", "pk")
        case "results_late":
            return disclosed_late(rows, today()).order_by("disclosure__due_on", "pk")
    return rows


def _named(rows: QuerySet[Inspection], words: str) -> QuerySet[Inspection]:
    if not words.strip():
        return rows
    institutions = search(Institution.objects.all(), words).values("pk")
    sites = search(UnlicensedSite.objects.all(), words).values("pk")
    number = words.strip()
    return rows.filter(
        Q(institution__in=institutions)
        | Q(site__in=sites)
        | Q(code=number.lower())
        | Q(approval__number__icontains=number)
        | Q(approval__notice_number__icontains=number)
        | Q(record_number__icontains=number)
    )
