"""The forms of the rows of an institution's file: one mechanism, and what each kind asks beside it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.models import model_to_dict

from foundation.sealing import Sealed
from institutions.actions.parts import PARTS, Part
from institutions.forms.seen import SeenForm, column_fields
from institutions.models import Institution
from institutions.queries.look_alikes import LookAlike, same_licence

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class PartForm(SeenForm):
    """The columns of one row as the model describes them; dates in their order; sealed values kept."""

    hints: ClassVar[Mapping[str, str]] = {}
    # (earlier, later): said in words when they are the wrong way round.
    order: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(
        self,
        *args: Any,
        part: Part,
        institution: Institution,
        row: models.Model | None = None,
        **kwargs: Any,
    ) -> None:
        self.institution = institution
        self.row = row
        known = model_to_dict(row, part.fields) if row else {}
        sealed = {name: value for name, value in known.items() if isinstance(value, Sealed)}
        for name in sealed:
            known.pop(name)
        self.look_alikes: list[LookAlike] = []
        super().__init__(*args, initial=known, **kwargs)
        self.fields |= column_fields(part.model, part.fields, self.hints)
        self._sealed = sealed
        for name, value in sealed.items():
            if value:
                self.fields[name].help_text = f"已登记 {value.masked}；留空表示不改动。"
        self.ask_more()
        if row:
            self.remember()

    def ask_more(self) -> None:
        """What this kind adds to its fields."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for earlier, later in self.order:
            first, last = cleaned.get(earlier), cleaned.get(later)
            if first is not None and last is not None and last < first:
                words = f"{self.fields[later].label}不能早于{self.fields[earlier].label}。"
                self.add_error(later, words)
        for name in self._sealed:
            if not cleaned.get(name):
                cleaned.pop(name, None)
        return cleaned

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """No headings: these forms are short."""
        return []


class LicenceForm(PartForm):
    """One licence. A number that another institution has is asked about, once."""

    hints: ClassVar[Mapping[str, str]] = {
        "number": "照证书填写。写法不常见只作提示，不妨碍保存。",
        "valid_until": "证书写“长期”的不填，勾选下面的“长期有效”。",
        "validity_words": "证书上的有效期不是普通日期时，照抄在这里。",
        "capacity": "许可证核准的同时在训人数。",
    }
    order = (("valid_from", "valid_until"), ("issued_on", "valid_until"))
    is_other = forms.BooleanField(
        label="已核对，许可证号确实相同", required=False, widget=forms.HiddenInput
    )

    def ask_more(self) -> None:
        # Asked about at the end, beside the button.
        self.fields["is_other"] = self.fields.pop("is_other")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_long_term") and cleaned.get("valid_until"):
            self.add_error("valid_until", "已勾选“长期有效”，请不要再填有效期止。")
        number = cleaned.get("number", "")
        if number and number != self.initial.get("number"):
            self._ask_about_same_number(number, is_other=bool(cleaned.get("is_other")))
        cleaned.pop("is_other", None)
        return cleaned

    def _ask_about_same_number(self, number: str, *, is_other: bool) -> None:
        self.look_alikes = same_licence(number, besides=self.institution.pk)
        if self.look_alikes:
            self.fields["is_other"].widget = forms.CheckboxInput()
            if not is_other:
                self.add_error(
                    "is_other", "这个许可证号已登记在别的机构名下；确实相同，勾选后再保存。"
                )


class RepresentativeForm(PartForm):
    """A person who answers for the institution."""

    hints: ClassVar[Mapping[str, str]] = {"phone": "加密保存，页面上只显示末四位。"}


class CustodyForm(PartForm):
    """The account in which prepaid fees are kept."""

    hints: ClassVar[Mapping[str, str]] = {"account": "加密保存，页面上只显示末四位。"}
    order = (("agreed_on", "balance_on"),)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("balance") is not None and not cleaned.get("balance_on"):
            self.add_error("balance_on", "填写了余额，请同时填写余额是哪一天的。")
        return cleaned


class FeeForm(PartForm):
    """One disclosed price."""

    hints: ClassVar[Mapping[str, str]] = {
        "unit": "例如：课时、月、期。",
        "lessons": "一次收费包含多少课时。",
        "months": "一次收费跨多少个月。",
        "disclosed_on": "机构在场所和平台公示这项收费的日期；没有公示的不填。",
    }

    def ask_more(self) -> None:
        self.fields["price"].validators.append(MinValueValidator(0))


class TeacherForm(PartForm):
    """A teacher as far as the institution must disclose."""

    hints: ClassVar[Mapping[str, str]] = {
        "name": "只登记依法公示的内容；不要填写身份证号、电话和住址。"
    }


class PlatformForm(PartForm):
    """What the national platform says."""

    hints: ClassVar[Mapping[str, str]] = {"as_of": "平台数据是哪一天的。"}


class SafetyForm(PartForm):
    """A paper that says that the place is safe."""

    order = (("issued_on", "valid_until"),)


class AnnualForm(PartForm):
    """The conclusion of one year's annual inspection."""

    def ask_more(self) -> None:
        self.fields["year"].validators += [
            MinValueValidator(_FIRST_YEAR),
            MaxValueValidator(_LAST_YEAR),
        ]


_FORMS: dict[str, type[PartForm]] = {
    "licence": LicenceForm,
    "representative": RepresentativeForm,
    "custody": CustodyForm,
    "fee": FeeForm,
    "teacher": TeacherForm,
    "platform": PlatformForm,
    "safety": SafetyForm,
    "annual": AnnualForm,
}
FORMS = {slug: _FORMS.get(slug, PartForm) for slug in PARTS}
