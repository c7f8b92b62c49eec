"""The forms of the rows of an institution's file: one mechanism, and what each kind asks beside it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.models import model_to_dict

from foundation.audit.changes import Change
from foundation.sealing import Sealed
from institutions.actions.parts import PARTS, Part
from institutions.forms.departments import towns
from institutions.forms.look_alikes import AskingForm
from institutions.forms.seen import SeenForm, column_fields
from institutions.models import Campus, Institution
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

    def _current(self) -> dict[str, list[str]]:
        """Of a sealed value the page remembers the mask, and whether it is still the same ciphertext."""
        sealed = {
            name: [value.masked, sha256(value.token.encode()).hexdigest()] if value else []
            for name, value in self._sealed.items()
        }
        return super()._current() | sealed

    def _meet(
        self, name: str, shown: list[str], current: list[str], cleaned: Mapping[str, Any]
    ) -> None:
        if name not in self._sealed:
            super()._meet(name, shown, current, cleaned)
            return
        was, now = "".join(shown[:1]), "".join(current[:1])
        self.met.append(Change(str(self.fields[name].label), was, now))
        kept = "您填写的内容保留在这里" if cleaned.get(name) else "留空表示不再改动"
        self.add_error(name, f"此项已由“{was or '空'}”改为“{now or '空'}”，{kept}。")

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


class LicenceForm(AskingForm, PartForm):
    """One licence. A number that another institution has is asked about, once."""

    hints: ClassVar[Mapping[str, str]] = {
        "number": "照证书填写。写法不常见只作提示，不妨碍保存。",
        "valid_until": "证书写“长期”的不填，勾选下面的“长期有效”。",
        "validity_words": "证书上的有效期不是普通日期时，照抄在这里。",
        "capacity": "许可证核准的同时在训人数。",
    }
    order = (("valid_from", "valid_until"), ("issued_on", "valid_until"))
    question = "这个许可证号已登记在别的机构名下；确实相同，勾选后再保存。"

    def ask_more(self) -> None:
        # Asked about at the end, beside the button.
        self.fields["is_other"] = self.fields.pop("is_other")
        self.fields["is_other"].label = "已核对，许可证号确实相同"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_long_term") and cleaned.get("valid_until"):
            self.add_error("valid_until", "已勾选“长期有效”，请不要再填有效期止。")
        # Its kind is chosen from the start, so an untouched form would be a licence that says nothing.
        says = any(cleaned.get(name) for name in PARTS["licence"].fields if name != "kind")
        if not self.errors and not says:
            self.add_error("number", "请填写许可证号；没有号码的，填写证上的其他内容。")
        return cleaned

    def find_look_alikes(self, cleaned: Mapping[str, Any]) -> list[LookAlike]:
        """By its number, once that is another one."""
        number = cleaned.get("number", "")
        if not number or number == self.initial.get("number"):
            return []
        return same_licence(number, besides=self.institution.pk)


class CampusForm(PartForm):
    """A further place of teaching."""

    def ask_more(self) -> None:
        town = self.fields["town"]
        if isinstance(town, forms.ModelChoiceField):
            town.queryset = towns(self.row.town_id if isinstance(self.row, Campus) else None)


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
        "name": "只登记依法公示的内容；不要填写身份证号、电话和住址。",
        "experience": "例如：2015年起从事美术教学。",
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
    "campus": CampusForm,
    "representative": RepresentativeForm,
    "custody": CustodyForm,
    "fee": FeeForm,
    "teacher": TeacherForm,
    "platform": PlatformForm,
    "safety": SafetyForm,
    "annual": AnnualForm,
}
FORMS = {slug: _FORMS.get(slug, PartForm) for slug in PARTS}
