"""What people type when the checklist is kept: one item, the day of a release, a reason; and the page's filter."""

from collections.abc import Iterable
from typing import Any

from django import forms

from foundation.accounts.models import Department, DepartmentKind
from foundation.clock.queries import today
from inspections.models import ChecklistItem, Mode
from inspections.queries.checklists import ITEM_COLUMNS, ITEM_FIELDS, ITEM_RELATIONS
from institutions.forms.seen import SeenForm, column_fields, day_field
from institutions.models import Category

_HINTS = {
    "text": "写成符合要求时的样子，现场回答“合格”或“不合格”。",
    "further_mode": "情节较重或当场不能改正时；没有的不选。",
    "default_days": "开具限期整改时先填这个天数（自然日），执法人员可以改。",
    "note": "例如：立即停用、转税务部门。可不填。",
    "by_lead_department": "按机构的培训类别，由文旅、教体等牵头监管部门检查。",
    "categories": "都不选表示所有机构都检查这一项。",
    "bases": "没有的条款先到“限额与依据”登记；未核实的条款不会印在文书上。",
}
_MOST_DAYS = 180


class ItemForm(SeenForm):
    """One item of the draft; where a colleague wrote meanwhile, it asks."""

    def __init__(self, *args: Any, item: ChecklistItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_known(item) if item else {}, **kwargs)
        self.fields |= column_fields(ChecklistItem, ITEM_FIELDS, _HINTS)
        departments = self.fields["departments"]
        if isinstance(departments, forms.ModelMultipleChoiceField):
            departments.queryset = _lookers()
        further = self.fields["further_mode"]
        if isinstance(further, forms.ChoiceField):
            further.choices = [("", "没有"), *Mode.choices]
        self.fields["default_days"] = forms.IntegerField(
            label="默认整改天数",
            min_value=0,
            max_value=_MOST_DAYS,
            help_text=_HINTS["default_days"],
        )
        self.order_fields(("seen", *ITEM_FIELDS))
        if item:
            self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("by_lead_department") and not cleaned.get("departments"):
            self.add_error("departments", "请至少选择一个部门，或勾选上面的牵头监管部门。")
        if cleaned.get("further_mode") and cleaned.get("further_mode") == cleaned.get("mode"):
            self.add_error("further_mode", "与整改方式相同，不必再选。")
        return cleaned


class VersionForm(forms.Form):
    """An act on a draft as the page showed it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ReleaseForm(VersionForm):
    """From which day the version is in force."""

    effective_on = day_field(
        "启用日期", hint="可以是今天或以后的一天；到那一天起新开的检查用这一版。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].initial = today


class ReasonForm(VersionForm):
    """An act on a draft for which a reason is owed."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class WithdrawForm(forms.Form):
    """Why an item is left out."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ChecklistFilter(forms.Form):
    """Narrows a version to what one department looks at, or what one kind of institution is asked."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="检查部门",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label="培训类别",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )
    q = forms.CharField(label="检查内容", required=False, max_length=50)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        if isinstance(department, forms.ModelChoiceField):
            department.queryset = _lookers()

    @property
    def asked(self) -> dict[str, Any]:
        """What the page is narrowed to; an answer that makes no sense narrows nothing."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "department": found.get("department"),
            "category": found.get("category"),
            "words": found.get("q", "").strip(),
        }


def _lookers() -> Any:
    """Departments that may look: those of the mechanism, never the office nor a town."""
    kinds = (DepartmentKind.MEMBER, DepartmentKind.GUEST)
    return Department.objects.filter(kind__in=kinds, is_active=True)


def _known(item: ChecklistItem) -> dict[str, Any]:
    plain = {name: getattr(item, name) for name in ITEM_COLUMNS}
    related: dict[str, Iterable[Any]] = {
        name: list(getattr(item, name).all()) for name in ITEM_RELATIONS
    }
    return plain | related
