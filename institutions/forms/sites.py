"""What a person writes down about a place without licence, and what was done about it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import model_to_dict

from foundation.accounts.models import Department, DepartmentKind, User
from foundation.clock.queries import today
from institutions.actions.sites import SITE_FIELDS
from institutions.forms.departments import towns
from institutions.forms.look_alikes import AskingForm
from institutions.forms.seen import column_fields, day_field, refuse_future
from institutions.models import UnlicensedSite
from institutions.models.site import SiteClass
from institutions.queries.look_alikes import LookAlike, look_alikes, site_look_alikes
from institutions.queries.search import search
from institutions.queries.sites import sites_of
from institutions.rules import is_of_office
from institutions.workflow import SITE_NEEDS_DOCUMENT, SITE_NEEDS_SUBJECT, SiteState

_HINTS = {
    "name": "招牌或家长口中的名字；没有名字的写“某某小区某户补课点”。",
    "site_class": "无证无照：两样都没有；有照无证：有营业执照、没有办学许可；有证无照：相反。",
    "address": "写到能找到门：小区、楼栋、单元、楼层。",
    "found_by": "例如：联合检查、镇街巡查、群众反映。不要写反映人的姓名和电话。",
    "people_concerned": "大约多少学生；不清楚可不填。",
}


class SiteForm(AskingForm):
    """One place: what it is, where, what it teaches; what it could be taken for is shown first."""

    def __init__(
        self, *args: Any, user: User, site: UnlicensedSite | None = None, **kwargs: Any
    ) -> None:
        known = model_to_dict(site, SITE_FIELDS) if site else {"found_on": today()}
        super().__init__(*args, initial=known, **kwargs)
        self.user = user
        self.site = site
        self.fields |= column_fields(UnlicensedSite, SITE_FIELDS, _HINTS)
        self.fields["found_on"].validators.append(refuse_future)
        town = self.fields["town"]
        if isinstance(town, forms.ModelChoiceField):
            town.queryset = _towns_of(user, site.town_id if site else None)
            town.empty_label = "请选择镇街"
            if user.department.kind == DepartmentKind.TOWN:
                town.required = True
                self.initial.setdefault("town", user.department_id)
        if site:
            self.remember()

    def find_look_alikes(self, cleaned: Mapping[str, Any]) -> list[LookAlike]:
        """By name and address, once one of them is another one."""
        name, address = cleaned.get("name", ""), cleaned.get("address", "")
        if not name or (self.site and (self.site.name, self.site.address) == (name, address)):
            return []
        besides = self.site.pk if self.site else None
        return [
            *site_look_alikes(sites_of(self.user), name, address, besides=besides),
            *look_alikes(name, address=address),
        ]


class MeasureForm(forms.Form):
    """One measure: on which day, by which paper, by whom, and what is to be said about it."""

    on = day_field("日期", hint="可以补登过去的日期，不能晚于今天。", has_come=True)
    document = forms.CharField(
        label="文书名称和文号", max_length=200, required=False, help_text="没有文号的写名称和日期。"
    )
    department = forms.ModelChoiceField(
        queryset=Department.objects.none(),
        label="实施部门",
        required=False,
        empty_label="请选择部门",
    )
    note = forms.CharField(
        label="说明", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    upload = forms.FileField(
        label="文书扫描件",
        required=False,
        help_text="可不上传；图片或 PDF，不超过 20 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf"}),
    )

    def __init__(self, *args: Any, act: str, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        owes_paper = act in SITE_NEEDS_DOCUMENT
        self.fields["document"].required = owes_paper
        department = self.fields["department"]
        department.required = owes_paper
        if isinstance(department, forms.ModelChoiceField):
            department.queryset = _departments_for(act, user)
            if department.queryset.filter(pk=user.department_id).exists() and act != "hand over":
                department.initial = user.department_id
        if act == "hand over":
            department.label = "接收部门"
        self.fields["note"].required = not owes_paper


class SiteFilterForm(forms.Form):
    """The filter above the list; its answers stand in the address."""

    q = forms.CharField(label="名称、地址、拼音", required=False, max_length=100)
    state = forms.ChoiceField(
        label="处置状态", required=False, choices=[("", "全部"), *SiteState.choices]
    )
    site_class = forms.ChoiceField(
        label="类别", required=False, choices=[("", "全部"), *SiteClass.choices]
    )
    town = forms.ModelChoiceField(
        label="镇街", required=False, queryset=Department.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = self.fields["town"]
        if isinstance(town, forms.ModelChoiceField):
            town.queryset = _towns_of(user)

    def narrow(self, rows: QuerySet[UnlicensedSite]) -> QuerySet[UnlicensedSite]:
        """The rows that answer to the filter; an answer that makes no sense filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        for name in ("state", "site_class", "town"):
            if wanted.get(name):
                rows = rows.filter(**{name: wanted[name]})
        return search(rows, wanted.get("q", ""))


def _towns_of(user: User, besides: int | None = None) -> QuerySet[Department]:
    if user.department.kind == DepartmentKind.TOWN:
        return towns().filter(pk=user.department_id)
    return towns(besides)


def _departments_for(act: str, user: User) -> QuerySet[Department]:
    """Who did it, or to whom it goes: only the office writes down what others did."""
    rows = Department.objects.filter(is_active=True).exclude(kind=DepartmentKind.TOWN)
    if act == "hand over":
        return rows.exclude(kind=DepartmentKind.OFFICE)
    if not is_of_office(user):
        return rows.filter(pk=user.department_id)
    if act in SITE_NEEDS_SUBJECT:
        return rows.filter(is_enforcement_subject=True)
    return rows.exclude(kind=DepartmentKind.OFFICE)
