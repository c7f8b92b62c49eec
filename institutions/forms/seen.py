"""Forms on a file that others may be writing in too, and how a column of the register is typed."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import connection, models
from django.forms.models import fields_for_model
from django.http import QueryDict

from foundation.audit.changes import Change
from foundation.clock.queries import today
from foundation.clock.words import day_words
from foundation.sealing.fields import SealedTextField

_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
# From this length on a text is written on several lines.
_LONG_TEXT = 300


def day_field(
    label: str, *, required: bool = True, hint: str = "", has_come: bool = False
) -> forms.DateField:
    """A date: the phone's own calendar, and what people type where there is none.

    One that `has_come` is of what was done already.
    """
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=widget,
        input_formats=_DATE_FORMATS,
        validators=[refuse_future] if has_come else [],
        error_messages={"invalid": "请填写正确的日期，例如 2023-07-10。"},
    )


def refuse_future(day: date) -> None:
    """A day of what was done cannot be after today."""
    if day > today():
        raise forms.ValidationError("日期不能晚于今天：到了那一天再登记。")


def column_fields(
    model: type[models.Model], names: Iterable[str], hints: Mapping[str, str] | None = None
) -> dict[str, forms.Field]:
    """The entry fields of these columns, in this order, as the model describes them."""
    return fields_for_model(
        model,
        fields=list(names),
        help_texts=dict(hints or {}),
        formfield_callback=_entry,
    )


def _entry(column: "models.Field[Any, Any]", **given: Any) -> forms.Field | None:
    label = str(column.verbose_name)
    hint = str(given.pop("help_text", ""))
    match column:
        case models.DateField():
            return day_field(label, required=not column.blank, hint=hint)
        case SealedTextField():
            attrs = {"autocomplete": "off"}
            return forms.CharField(
                label=label,
                required=False,
                max_length=60,
                help_text=hint,
                widget=forms.TextInput(attrs=attrs),
            )
        case models.ManyToManyField():
            given["widget"] = forms.CheckboxSelectMultiple
        case models.IntegerField() if not column.choices:
            # Django's own number field knows the least of the column, not the most.
            given["max_value"] = connection.ops.integer_field_range(column.get_internal_type())[1]
        case models.CharField() if (column.max_length or 0) >= _LONG_TEXT and not column.choices:
            given["widget"] = forms.Textarea(attrs={"rows": 2})
    field = column.formfield(help_text=hint, **given)
    if isinstance(field, forms.TypedChoiceField) and not field.required:
        field.choices = [("", "未登记"), *column.get_choices(include_blank=False)]
    return field


class SeenForm(forms.Form):
    """A form that knows what it has shown: where a colleague wrote meanwhile, it asks, field by field.

    `initial` is always what the register says now; what the page had shown comes back with the post.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.met: list[Change] = []

    def remember(self) -> None:
        """Write down what is shown; called when all fields are there."""
        self.initial["seen"] = json.dumps(self._current(), ensure_ascii=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen, current = self._had_seen(), self._current()
        for name, shown in seen.items():
            if name in current and shown != current[name]:
                self._meet(name, shown, current[name], cleaned)
        if self.met:
            self._put("seen", [json.dumps(current, ensure_ascii=False)])
            self.add_error(None, "这条记录在您打开之后已被修改。请核对下面标出的各项后再次保存。")
        cleaned.pop("seen", None)
        return cleaned

    def _meet(
        self, name: str, shown: list[str], current: list[str], cleaned: Mapping[str, Any]
    ) -> None:
        """What the person did not touch takes the new value; what they typed stays, and is asked about."""
        was, now = self._words(name, shown), self._words(name, current)
        self.met.append(Change(str(self.fields[name].label), was, now))
        typed = _raw(cleaned[name]) if name in cleaned else None
        if typed == shown:
            self._put(name, current)
            self.add_error(
                name, f"此项已由“{was or '空'}”改为“{now or '空'}”，这里已换成新的内容。"
            )
        elif typed != current:
            self.add_error(
                name, f"此项已由“{was or '空'}”改为“{now or '空'}”，您填写的内容保留在这里。"
            )

    def _had_seen(self) -> dict[str, list[str]]:
        try:
            seen = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
        except (ValueError, RecursionError):
            return {}
        if not isinstance(seen, dict):
            return {}
        return {
            name: [str(one) for one in shown]
            for name, shown in seen.items()
            if isinstance(shown, list)
        }

    def _current(self) -> dict[str, list[str]]:
        return {
            name: _raw(self.initial[name])
            for name in self.fields
            if name in self.initial and name != "seen"
        }

    def _put(self, name: str, values: list[str]) -> None:
        data = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        data.setlist(self.add_prefix(name), values or [""])
        self.data = data

    def _words(self, name: str, raw: list[str]) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return "、".join({"True": "是", "False": "否"}.get(one, "") for one in raw)
        if isinstance(field, forms.DateField):
            return "、".join(day_words(date.fromisoformat(one)) for one in raw if _is_day(one))
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            return "、".join(str(label) for value, label in choices if str(value) in raw)
        return "、".join(raw)


def _raw(value: Any) -> list[str]:
    """A value as its form field would send it, so that shown, typed and current can be compared."""
    match value:
        case None | "":
            return []
        case bool() | int():
            return [str(value)]
        case date():
            return [value.isoformat()]
        case Decimal():
            return [format(value.normalize(), "f")]
        case models.Model():
            return [str(value.pk)]
        case str():
            return [value.replace("\r\n", "\n").strip()]
    return sorted(one for row in value for one in _raw(row))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
