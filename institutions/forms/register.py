"""The form of an institution, and the filter of the register."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.forms.models import model_to_dict

from foundation.accounts.models import Department, DepartmentKind, Role, User
from institutions.actions.register import CONTACT, FIELDS, GOVERNANCE, IDENTITY, PLACE, RELATIONS
from institutions.codes import tidy_code
from institutions.forms.departments import departments, towns
from institutions.forms.look_alikes import AskingForm
from institutions.forms.seen import column_fields
from institutions.models import Category, Institution
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.look_alikes import LookAlike, look_alikes, site_look_alikes
from institutions.queries.search import search
from institutions.queries.sites import standing_sites
from institutions.queries.warnings import KINDS, narrow_to_warning
from institutions.workflow import InstitutionState

_HINTS = {
    "name": "与办学许可证上的名称一字不差。",
    "short_name": "招牌上的名字与许可证不同时填写。",
    "credit_code": "18位。校验不符只作提示，不妨碍保存。",
    "profit_kind": "义务教育阶段学科类机构须为非营利性。",
    "subjects": "例如：美术、书法、少儿编程。多项之间用顿号分开。",
    "address": "办学许可证上的地址。",
    "actual_address": "与核准地址不同时填写。",
    "longitude": "十进制度数，例如 107.601234；与纬度同时填写。",
    "contact_phone": "用于工作联系。只有机构同意，才会在公示页面显示。",
    "supporting_departments": "除牵头部门外，还有哪些部门参与监管。",
    "grid_officer": "镇街网格员，可不填。",
}
_GROUPS = (
    ("机构是谁", (*IDENTITY[:-1], "categories", "subjects")),
    ("在哪里办学", PLACE),
    ("机构联系人", CONTACT),
    ("由谁监管", ("lead_department", "supporting_departments", *GOVERNANCE[1:])),
)
# China lies within these; a point elsewhere has its two numbers swapped or mistyped.
_LIMITS = {"longitude": (73, 136), "latitude": (3, 54)}


# Those who visit and look after institutions; auditors and administrators do not.
_MAY_ANSWER = (Role.OFFICER, Role.DEPARTMENT_HEAD, Role.OFFICE, Role.LEAD)


class InstitutionForm(AskingForm):
    """All that a person may write about an institution; names that could be taken for it are shown first."""

    def __init__(self, *args: Any, institution: Institution | None = None, **kwargs: Any) -> None:
        self.institution = institution or Institution()
        names = (*FIELDS, *RELATIONS)
        known = model_to_dict(self.institution, names) if institution else {}
        super().__init__(*args, initial=known, **kwargs)
        self.fields |= column_fields(Institution, names, _HINTS)
        for name, (least, most) in _LIMITS.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
        self._offer_choices()
        if institution:
            self.remember()

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The entry fields under their headings, for the page."""
        grouped = [(legend, [self[name] for name in names]) for legend, names in _GROUPS]
        asked = [("是否已经登记过", [self["is_other"]])] if self.look_alikes else []
        return [*asked, *grouped]

    def clean_credit_code(self) -> str:
        return tidy_code(self.cleaned_data["credit_code"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._refuse_half_a_point(cleaned)
        self._refuse_more_room_than_house(cleaned)
        return cleaned

    def _offer_choices(self) -> None:
        now = self.institution
        # Whoever holds the place now stays in the list, or the form could not be saved.
        fit = Q(is_active=True, role__in=_MAY_ANSWER) | Q(pk=now.responsible_officer_id)
        people = User.objects.filter(fit).select_related("department")
        supporting = [row.pk for row in self.initial.get("supporting_departments", ())]
        self._choose_from("town", towns(now.town_id), "请选择镇街")
        self._choose_from("lead_department", departments([now.lead_department_id]), "请选择部门")
        self._choose_from("supporting_departments", departments(supporting))
        self._choose_from("responsible_officer", people, "请选择人员")

    def _choose_from(self, name: str, rows: Any, nothing: str = "") -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows
            field.empty_label = nothing or None

    def _refuse_half_a_point(self, cleaned: dict[str, Any]) -> None:
        longitude, latitude = cleaned.get("longitude"), cleaned.get("latitude")
        for name, this, other in (
            ("longitude", longitude, latitude),
            ("latitude", latitude, longitude),
        ):
            if this is None and other is not None and name not in self.errors:
                self.add_error(name, "经度和纬度要么都填，要么都不填。")

    def _refuse_more_room_than_house(self, cleaned: dict[str, Any]) -> None:
        house, room = cleaned.get("building_area"), cleaned.get("teaching_area")
        if house is not None and room is not None and room > house:
            self.add_error("teaching_area", "教学用房面积不能大于建筑面积。")

    def find_look_alikes(self, cleaned: Mapping[str, Any]) -> list[LookAlike]:
        """By name and credit code, once one of them is another one."""
        name, code = cleaned.get("name", ""), cleaned.get("credit_code", "")
        same = (self.institution.name, self.institution.credit_code) == (name, code)
        if same or not name:
            return []
        return [
            *look_alikes(name, code, besides=self.institution.pk),
            *site_look_alikes(standing_sites(), name),
        ]


_CHOICES: dict[str, dict[str, str]] = {
    "state": dict(InstitutionState.choices),
    "warning": {kind: label for kind, (label, _) in KINDS.items()},
}


class RegisterFilter(forms.Form):
    """The register's filter: plain GET, so that the address can be copied and sent."""

    q = forms.CharField(
        label="查找",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "名称、地址、拼音、代码"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label="类别",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    town = forms.ModelChoiceField(
        Department.objects.filter(kind=DepartmentKind.TOWN),
        label="镇街",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    department = forms.ModelChoiceField(
        Department.objects.exclude(kind=DepartmentKind.TOWN),
        label="监管部门",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *_CHOICES["state"].items()]
    )
    warning = forms.ChoiceField(
        label="提示",
        required=False,
        choices=[("", "全部"), *_CHOICES["warning"].items()],
    )
    officer = forms.ModelChoiceField(
        User.objects.filter(institutions__isnull=False).distinct().select_related("department"),
        label="责任人",
        required=False,
        empty_label="全部",
    )
    mine = forms.BooleanField(label="只看本部门监管的", required=False)

    def narrow(self, rows: InstitutionQuerySet, user: User, on: date) -> InstitutionQuerySet:
        """The rows that the filter asks for; a value that does not exist is said, and filters nothing."""
        self.is_valid()
        asked = self.cleaned_data
        rows = search(rows, asked.get("q", ""))
        plain = {
            "categories": asked.get("category"),
            "town": asked.get("town"),
            "state": asked.get("state"),
            "responsible_officer": asked.get("officer"),
        }
        rows = rows.filter(**{name: value for name, value in plain.items() if value})
        if asked.get("department"):
            rows = rows.filter(_supervised_by(asked["department"].pk))
        if asked.get("mine"):
            rows = rows.filter(_supervised_by(user.department_id))
        if asked.get("warning"):
            rows = narrow_to_warning(rows, asked["warning"], on)
        return rows

    @property
    def is_asking(self) -> bool:
        """Does the filter ask for anything at all?"""
        return any(self.cleaned_data.values())

    @property
    def words(self) -> str:
        """What the filter asks for, as the trail tells it; empty when it asks for nothing."""
        return "，".join(
            _asked_words(name, self.fields[name].label, value)
            for name, value in self.cleaned_data.items()
            if value
        )


def _asked_words(name: str, label: object, value: Any) -> str:
    if value is True:
        return str(label)
    return f"{label}“{_CHOICES.get(name, {}).get(value, value)}”"


def _supervised_by(department: int) -> Q:
    supported = Institution.supporting_departments.through.objects.filter(department=department)
    return Q(lead_department=department) | Q(pk__in=supported.values("institution"))
