"""What people type on site: when a visit began and ended, answers by item, what was found, what the lead chooses."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict

from foundation.clock.queries import county_zone, now, today
from inspections.actions.answers import Given
from inspections.actions.found import Found
from inspections.forms.campaigns import VersionForm
from inspections.models import Answer, ChecklistItem, Inspection, Mode, Severity, Value
from inspections.models.finding import MOST_DAYS
from inspections.queries.records import Line, is_late
from institutions.forms.seen import day_field

_LATE = "不是检查当天录入的，写明理由，例如：现场没有网络，先用纸质记录表。"


def _late() -> forms.CharField:
    return forms.CharField(label="补录理由", max_length=300, help_text=_LATE)


class LateForm(forms.Form):
    """What is typed in on a later day than the visit owes a reason, once."""

    late_reason = _late()

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = inspection.begun_at
        if inspection.late_reason or begun is None or not is_late(begun, now()):
            del self.fields["late_reason"]


class _MomentForm(VersionForm):
    """A day and a time of the visit."""

    on = day_field("日期", has_come=True)
    time = forms.TimeField(
        label="时间",
        input_formats=["%H:%M", "%H:%M:%S", "%H：%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写时间，例如 09:30。"},
    )

    @property
    def moment(self) -> datetime:
        """Both together, in the county."""
        asked = self.cleaned_data
        return datetime.combine(asked["on"], asked["time"], county_zone())


class BeginForm(_MomentForm):
    """When the visit really began."""

    late_reason = forms.CharField(
        label="补录或改日实施的理由",
        max_length=300,
        required=False,
        help_text="当天录入、在安排的日期实施的不填。",
    )

    def __init__(self, data: QueryDict | None, *, inspection: Inspection) -> None:
        on = min(today(), inspection.planned_on)
        known: dict[str, Any] = {"version": inspection.version, "on": on}
        if on == today():
            known["time"] = now().astimezone(county_zone()).time()
        super().__init__(data, initial=known)


class ConcludeForm(_MomentForm):
    """When it ended, and what the lead says of it."""

    conclusion = forms.CharField(
        label="检查结论",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="总的情况、发现的问题和处理意见，将写入检查记录。",
    )
    late_reason = _late()

    def __init__(self, data: QueryDict | None, *, inspection: Inspection) -> None:
        begun = (inspection.begun_at or now()).astimezone(county_zone())
        ended = now().astimezone(county_zone())
        is_over = is_late(begun, ended)
        known = {"version": inspection.version, "on": (begun if is_over else ended).date()}
        if not is_over:
            known["time"] = ended.time()
        super().__init__(data, initial=known)
        if inspection.late_reason or not is_over:
            del self.fields["late_reason"]


class _FoundFields(forms.Form):
    """One problem: what was seen, how grave it is, what follows."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    fact = forms.CharField(
        label="问题", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    severity = forms.TypedChoiceField(
        label="严重程度", choices=Severity.choices, coerce=int, required=False
    )
    mode = forms.ChoiceField(label="整改方式", choices=Mode.choices, required=False)
    days = forms.IntegerField(
        label="建议整改天数", min_value=1, max_value=MOST_DAYS, required=False
    )
    fixed_words = forms.CharField(
        label="当场改正情况",
        max_length=300,
        required=False,
        help_text="选“立行立改”且已当场改正的，写明怎样改正。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("fact"):
            if cleaned.get("fixed_words") and "fact" not in self.errors:
                self.add_error("fact", "写了当场改正情况的，请写明问题。")
            return cleaned
        for name in ("severity", "mode"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "请选择。")
        if cleaned.get("mode") == Mode.IN_TIME and not cleaned.get("days"):
            self.add_error("days", "限期整改请填写天数。")
        if cleaned.get("fixed_words") and cleaned.get("mode") != Mode.ON_THE_SPOT:
            self.add_error("mode", "已当场改正的，整改方式请选“立行立改”。")
        return cleaned

    def renew(self, **data: object) -> None:
        """What was refused may be sent once more, as something new."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            for name, value in {"uuid": uuid4(), **data}.items():
                self.data[self.add_prefix(name)] = str(value)

    @property
    def found(self) -> Found | None:
        """What was found, if anything was typed."""
        asked = self.cleaned_data
        if not asked["fact"]:
            return None
        return Found(
            asked["uuid"],
            asked["fact"],
            asked["severity"],
            asked["mode"],
            asked["days"],
            asked["fixed_words"],
        )


class FindingForm(_FoundFields, LateForm):
    """A problem outside the checklist, or one more beside an item."""

    field_order = ("uuid", "item", "fact", "severity", "mode", "days", "fixed_words")

    def __init__(
        self, data: QueryDict | None, *, inspection: Inspection, lines: Iterable[Line]
    ) -> None:
        known = {"uuid": uuid4(), "severity": Severity.ORDINARY, "mode": Mode.IN_TIME, "days": 7}
        super().__init__(data, inspection=inspection, initial=known)
        self.items = {str(one.item.pk): one.item for one in lines}
        self.fields["item"] = forms.ChoiceField(
            label="检查项",
            required=False,
            choices=[
                ("", "不属于检查表的问题"),
                *((pk, str(one)) for pk, one in self.items.items()),
            ],
        )
        self.fields["fact"].required = True
        self.order_fields(self.field_order)

    @property
    def item(self) -> ChecklistItem | None:
        """Beside which item."""
        return self.items.get(self.cleaned_data["item"])


class AnswerForm(_FoundFields):
    """One item: an answer, and what was found if it is not met."""

    value = forms.ChoiceField(
        label="检查结果", choices=Value.choices, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(label="情况说明", max_length=300, required=False)
    # The own answer beside which this was typed: an old page takes back nothing that was answered since.
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None, *, line: Line, own: Answer | None) -> None:
        item = line.item
        known = {
            "uuid": uuid4(),
            "severity": item.severity,
            "mode": item.mode,
            "days": item.default_days,
        }
        if own:
            known |= {"value": own.value, "note": own.note, "shown": own.pk}
        super().__init__(data, initial=known, prefix=f"i{item.pk}", use_required_attribute=False)
        self.line, self.own = line, own
        self.fields["value"].label = str(item)
        for name in ("note", "fact", "severity", "mode", "days", "fixed_words"):
            self.fields[name].label = f"{item.code} {self.fields[name].label}"

    @property
    def is_unfolded(self) -> bool:
        """Is there something in the part for problems, or something wrong with it?"""
        return bool(self.is_bound and (self.errors or self["fact"].value()))

    @property
    def others(self) -> list[Answer]:
        """What colleagues of the department have answered."""
        return [one for one in self.line.answers if self.own is None or one.pk != self.own.pk]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        value = cleaned.get("value")
        if value == Value.NOT_LOOKED_AT and not cleaned.get("note"):
            self.add_error("note", "未查的请写明原因。")
        if value == Value.NOT_MET and not cleaned.get("fact") and not self.line.standing:
            self.add_error("fact", "不合格的请写明问题。")
        if cleaned.get("fact") and value != Value.NOT_MET:
            self.add_error("value", "写了问题的，检查结果请选“不合格”。")
        elif cleaned.get("note") and not value and "value" not in self.errors:
            self.add_error("value", "写了情况说明的，请选检查结果。")
        if self.own and self._is_new and cleaned.get("shown") != self.own.pk:
            self.add_error("value", f"这一项已在别处答为“{self.own}”，请核对后再保存。")
            self.renew(shown=self.own.pk)
        return cleaned

    @property
    def _is_new(self) -> bool:
        """Does it say something that the own former answer did not?"""
        asked = self.cleaned_data
        said = (asked.get("value"), asked.get("note"))
        return bool(said[0]) and (self.own is None or said != (self.own.value, self.own.note))

    @property
    def given(self) -> Given | None:
        """The answer, where it says something that the own former one did not."""
        asked, found = self.cleaned_data, self.found
        if not self._is_new and not found:
            return None
        return Given(asked["uuid"], self.line.item.pk, asked["value"], asked["note"], found)


class AnswersForm(LateForm):
    """One area of the own part on one page: a form for each item."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        inspection: Inspection,
        lines: Sequence[Line],
        user: int,
    ) -> None:
        super().__init__(data, inspection=inspection)
        self.rows = [AnswerForm(data, line=line, own=_own(line, user)) for line in lines]

    @property
    def errors(self) -> ErrorDict:
        """What has to be mended: here, or in one of the rows."""
        wrong = [row.errors for row in self.rows if row.errors]
        return super().errors or next(iter(wrong), super().errors)

    def visible_fields(self) -> list[BoundField]:
        """Those of the rows, then the own."""
        rows = [field for row in self.rows for field in row.visible_fields()]
        return rows + super().visible_fields()

    @property
    def own_fields(self) -> list[BoundField]:
        """What is asked once."""
        return super().visible_fields()

    def renew(self) -> None:
        """What was refused may be sent once more, as something new."""
        for row in self.rows:
            row.renew()

    @property
    def given(self) -> list[Given]:
        """What is to be saved."""
        return [given for row in self.rows if (given := row.given)]


def _own(line: Line, user: int) -> Answer | None:
    return next((one for one in line.answers if one.by_id == user), None)


class RestForm(LateForm):
    """All the rest is fine: as many as the page has shown."""

    count = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def show(self, count: int) -> None:
        """Refused because the number is another now, it may be sent again with the one that is shown."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["count"] = str(count)


class FixForm(LateForm):
    """How it was put right at once."""

    words = forms.CharField(
        label="当场改正情况", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("words", "late_reason")


class TermForm(forms.Form):
    """How long the place needs for what could not be put right at once."""

    days = forms.IntegerField(label="建议整改天数", min_value=1, max_value=MOST_DAYS)


class WithdrawForm(forms.Form):
    """Why it was a mistake."""

    reason = forms.CharField(
        label="撤销理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ChooseForm(forms.Form):
    """Whose answer holds, and why."""

    reason = forms.CharField(
        label="采信理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    # The answers from which it was chosen.
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, answers: Iterable[Answer]) -> None:
        self.answers = {str(one.pk): one for one in answers}
        super().__init__(data, initial={"shown": " ".join(self.answers)})
        self.fields["answer"] = forms.ChoiceField(
            label="采信哪一个检查结果",
            choices=[(pk, _said(one)) for pk, one in self.answers.items()],
            widget=forms.RadioSelect,
        )
        self.order_fields(["answer", "reason"])

    def clean_shown(self) -> set[int]:
        """As numbers; what is no number was never shown."""
        return {int(one) for one in self.cleaned_data["shown"].split() if one.isdecimal()}

    def show(self) -> None:
        """Refused because the answers are others now, it may be sent again with those that are shown."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["shown"] = " ".join(self.answers)


def _said(answer: Answer) -> str:
    note = f"：{answer.note}" if answer.note else ""
    return f"{answer}（{answer.section}{answer.by}{note}）"
