"""What a row would write: on a new institution everything it says, on an existing one what differs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.sealing import Sealed
from foundation.tabular.values import fold
from institutions.codes import licence_key
from institutions.importing.cells import Said
from institutions.importing.directory import Directory
from institutions.importing.fields import fields_of
from institutions.importing.preview import Landing
from institutions.importing.register import Known
from institutions.models import (
    AnnualConclusion,
    CustodyMode,
    ImportKind,
    LicenceKind,
    Post,
    ProfitKind,
    RegistrationType,
    SiteClass,
)

# Field of the sheet → column of the row, where their names differ.
_COLUMNS = {"town": "town_id", "lead_department": "lead_department_id"}
_PLAIN = (
    "name",
    "short_name",
    "credit_code",
    "registration_type",
    "profit_kind",
    "subjects",
    "town",
    "address",
    "actual_address",
    "floor",
    "building_area",
    "teaching_area",
    "is_rented",
    "lease_until",
    "contact_name",
    "contact_phone",
    "lead_department",
    "grid_officer",
    "remark",
)
_LICENCE = ("licence_kind", "authority", "issued_on", "valid_from", "valid_until", "capacity")
_LICENCE_COLUMNS = {"licence_kind": "kind"}
_CUSTODY = {
    "custody_mode": "mode",
    "custody_bank": "bank",
    "custody_name": "account_name",
    "custody_account": "account",
}
_POSTS = {
    "legal": Post.LEGAL,
    "principal": Post.PRINCIPAL,
    "sponsor": Post.SPONSOR,
    "fire": Post.FIRE,
}
PEOPLE = frozenset(_POSTS)
CUSTODY = frozenset(_CUSTODY)
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "registration_type": dict(RegistrationType.choices),
    "profit_kind": dict(ProfitKind.choices),
    "kind": dict(LicenceKind.choices),
    "mode": dict(CustodyMode.choices),
    "site_class": dict(SiteClass.choices),
}
_LABELS = {name: field.label for name, field in fields_of(ImportKind.REGISTER).items()}
_SITE_LABELS = {name: field.label for name, field in fields_of(ImportKind.UNLICENSED).items()}
_LICENCE_LABELS = {
    "kind": "类型",
    "authority": "审批机关",
    "issued_on": "发证日期",
    "valid_from": "有效期起",
    "valid_until": "有效期止",
    "is_long_term": "长期有效",
    "validity_words": "有效期原文",
    "capacity": "办学规模",
}


def shown(column: str, value: Any, directory: Directory) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column == "town_id":
        return directory.town_names.get(value, str(value))
    if column == "lead_department_id":
        return directory.department_names.get(value, str(value))
    return _CHOICES.get(column, {}).get(value, str(value))


def is_same(old: object, new: object) -> bool:
    """Do these say the same? Blanks and width in a text do not count."""
    if old == new:
        return True
    if isinstance(old, date):
        return old.isoformat() == str(new)
    if isinstance(old, Decimal):
        return old == Decimal(str(new))
    if isinstance(old, Sealed):
        return old.open() == str(new)
    if isinstance(old, str) and isinstance(new, str):
        return _bare(old) == _bare(new)
    return False


def _bare(text: str) -> str:
    return "".join(fold(text).split())


class Writer:
    """Builds the landing of one row."""

    def __init__(self, said: Said, known: Known | None, directory: Directory) -> None:
        self.said, self.known, self.directory = said, known, directory
        self.fields: dict[str, Any] = {}
        self.parts: dict[str, Any] = {}
        self.differences: list[list[str]] = []

    def take(self, column: str, label: str, value: Any) -> None:
        """One column of the row itself: written when it is new or says something else."""
        if value is None or value == "":
            return
        if self.known is None:
            self.fields[column] = value
            return
        old = self.known.facts[column]
        if not is_same(old, value):
            self.fields[column] = value
            self.differ(
                label, shown(column, old, self.directory), shown(column, value, self.directory)
            )

    def differ(self, label: str, before: str, after: str) -> None:
        """A difference that a person will read."""
        self.differences.append([label, before, after])

    def landing(self) -> Landing:
        """The whole."""
        return {
            "pk": self.known.pk if self.known else None,
            "version": self.known.version if self.known else 0,
            "fields": self.fields,
            "parts": self.parts,
            "differences": self.differences,
        }


def institution_landing(said: Said, known: Known | None, directory: Directory) -> Landing:
    """An institution of a register or of a published list."""
    writer = Writer(said, known, directory)
    for name in _PLAIN:
        if name in said.values:
            writer.take(_COLUMNS.get(name, name), _LABELS[name], said.values[name])
    _take_licences(writer)
    _take_categories(writer)
    _take_people(writer)
    _take_custody(writer)
    return writer.landing()


def said_licences(said: Said) -> list[dict[str, Any]]:
    """The licences that a row speaks of. Of several numbers in one cell none takes the validity."""
    details = _licence_details(said)
    numbers = said.values.get("licence_number", [])
    if len(numbers) > 1 and details:
        said.notes.append("一格写有几个许可证号，看不出有效期等内容属于哪一个，未导入")
        details = {}
    if not numbers:
        return [details] if details else []
    return [{"number": number, **details} for number in numbers]


def _licence_details(said: Said) -> dict[str, Any]:
    details = {
        _LICENCE_COLUMNS.get(name, name): said.values[name]
        for name in _LICENCE
        if name in said.values
    }
    for column, value in said.values.get("validity", {}).items():
        if value and not details.get(column):
            details[column] = value
    if details.get("valid_until"):
        details.pop("is_long_term", None)
    _keep_in_order(said, details)
    return details


def _keep_in_order(said: Said, details: dict[str, Any]) -> None:
    begin, end = details.get("valid_from"), details.get("valid_until")
    if begin and end and end < begin:
        said.notes.append(f"有效期止{end}早于有效期起{begin}，都未导入")
        del details["valid_from"], details["valid_until"]


def _take_licences(writer: Writer) -> None:
    licences = said_licences(writer.said)
    if writer.known is None:
        if licences:
            writer.parts["licences"] = [{"pk": None, **licence} for licence in licences]
        return
    changes = []
    for licence in licences:
        if change := _licence_change(writer, writer.known, licence):
            changes.append(change)
    if changes:
        writer.parts["licences"] = changes


def _licence_change(writer: Writer, known: Known, licence: dict[str, Any]) -> dict[str, Any] | None:
    number = licence.get("number", "")
    old = _own_licence(known, number)
    if old is None:
        if not number and known.licences:
            writer.said.notes.append("没有写许可证号，看不出有效期属于哪一张许可证，未导入")
            return None
        writer.differ("许可证", "（空）", number or "（无号）")
        return {"pk": None, **licence}
    change: dict[str, Any] = {}
    for column, value in licence.items():
        if column in _LICENCE_LABELS and not is_same(old[column], value):
            change[column] = value
            label = f"许可证{_LICENCE_LABELS[column]}"
            before = shown(column, old[column], writer.directory)
            writer.differ(label, before, shown(column, value, writer.directory))
    if not change or not _stays_possible(writer, old, change):
        return None
    return {"pk": old["id"], **change}


def _own_licence(known: Known, number: str) -> dict[str, Any] | None:
    if number:
        key = licence_key(number)
        return next((one for one in known.licences if one["number_key"] == key), None)
    return known.licences[0] if len(known.licences) == 1 else None


def _stays_possible(writer: Writer, old: dict[str, Any], change: dict[str, Any]) -> bool:
    """The register holds no licence that ends before it begins, nor a long-term one with an end."""
    after = {**old, **change}
    if change.get("valid_until"):
        change["is_long_term"] = after["is_long_term"] = False
    if change.get("is_long_term"):
        change["valid_until"] = after["valid_until"] = None
    begin, end = after["valid_from"], after["valid_until"]
    if begin and end and str(end) < str(begin):
        writer.said.notes.append(f"有效期止{end}早于有效期起{begin}，许可证未改动")
        writer.differences[:] = [
            one for one in writer.differences if not one[0].startswith("许可证")
        ]
        return False
    return True


def _take_categories(writer: Writer) -> None:
    """A category column decides; words of the subjects are a guess that only fills a gap."""
    said = writer.said
    named: list[int] = said.values.get("category", [])
    guessed = [] if named else writer.directory.categories_in(said.text("subjects"))
    old = sorted(writer.known.categories) if writer.known else []
    _guess_lead(writer, named or ([] if old else guessed))
    if writer.known is None:
        if named or guessed:
            writer.parts["categories"] = named or guessed
        if guessed:
            said.notes.append(f"类别按培训内容推定为{_category_words(writer, guessed)}")
        return
    wanted = named if named and named != old else guessed if not old else []
    if wanted:
        writer.parts["categories"] = wanted
        before = _category_words(writer, old) or "（空）"
        label = "培训类别" if named else "培训类别（推定）"
        writer.differ(label, before, _category_words(writer, wanted))


def _guess_lead(writer: Writer, categories: list[int]) -> None:
    """Where nobody says who leads, the one department that leads on all these categories does."""
    said, column = writer.said, "lead_department_id"
    if "lead_department" in said.values or "lead_department" in said.unread:
        return
    if writer.known and writer.known.facts[column]:
        return
    lead = writer.directory.lead_of(categories)
    if lead is None:
        return
    writer.take(column, "牵头部门（推定）", lead)
    if writer.known is None:
        words = shown(column, lead, writer.directory)
        said.notes.append(f"牵头部门按培训类别推定为{words}")


def _category_words(writer: Writer, pks: list[int]) -> str:
    return "、".join(writer.directory.category_names[pk] for pk in pks)


def _take_people(writer: Writer) -> None:
    people = []
    for name, post in _POSTS.items():
        person = writer.said.text(name)
        if not person:
            continue
        pk, old = (writer.known.people.get(post) if writer.known else None) or (None, "")
        if not is_same(old, person):
            people.append({"pk": pk, "post": str(post), "name": person})
            if writer.known:
                writer.differ(_LABELS[name], old or "（空）", person)
    if people:
        writer.parts["people"] = people


def _take_custody(writer: Writer) -> None:
    said = {
        column: writer.said.values[name]
        for name, column in _CUSTODY.items()
        if name in writer.said.values
    }
    if not said:
        return
    old = (writer.known.custody if writer.known else None) or {}
    change = {
        column: value for column, value in said.items() if not is_same(old.get(column), value)
    }
    if not change:
        return
    if not old and "mode" not in change:
        change["mode"] = str(CustodyMode.BANK)
    writer.parts["custody"] = {"pk": old.get("id"), **change}
    if writer.known:
        for name, column in _CUSTODY.items():
            if column in change:
                after = "（已填写）" if column == "account" else change[column]
                before = old.get(column)
                writer.differ(
                    _LABELS[name],
                    before.masked
                    if isinstance(before, Sealed)
                    else shown(column, before, writer.directory),
                    shown(column, after, writer.directory),
                )


_SITE_PLAIN = (
    "name",
    "town",
    "address",
    "subjects",
    "landlord",
    "people_concerned",
    "found_on",
    "found_by",
    "remark",
)


def site_landing(said: Said, known: Known | None, directory: Directory) -> Landing:
    """A place without licence."""
    writer = Writer(said, known, directory)
    for name in _SITE_PLAIN:
        if name in said.values:
            writer.take(_COLUMNS.get(name, name), _SITE_LABELS[name], said.values[name])
    found = said.values.get("class", {}).get("class", SiteClass.UNKNOWN)
    if known is None or found != SiteClass.UNKNOWN:
        writer.take("site_class", "类别", str(found))
    if known is None and (outcome := said.text("outcome")):
        writer.parts["measure"] = {"note": outcome, "on": said.values.get("found_on")}
    return writer.landing()


_CONCLUSION_WORDS = dict(AnnualConclusion.choices)
_ANNUAL = ("conclusion", "reported_on", "document", "remark")


def annual_landing(said: Said, known: Known, directory: Directory) -> Landing:
    """The conclusion of one year on an institution of the register."""
    writer = Writer(said, known, directory)
    year = said.values["year"]
    old = known.annual.get(year)
    labels = fields_of(ImportKind.ANNUAL)
    change = {}
    for name in _ANNUAL:
        value = said.values.get(name)
        if value and not is_same((old or {}).get(name), value):
            change[name] = value
            before = _annual_words(name, (old or {}).get(name))
            writer.differ(f"{year}年度{labels[name].label}", before, _annual_words(name, value))
    if change:
        writer.parts["annual"] = {"pk": old["id"] if old else None, "year": year, **change}
    return writer.landing()


def _annual_words(name: str, value: Any) -> str:
    if not value:
        return "（空）"
    return _CONCLUSION_WORDS.get(value, str(value)) if name == "conclusion" else str(value)


def platform_landing(said: Said, known: Known, directory: Directory, as_of: date) -> Landing:
    """What the national platform says about an institution, on the day of its export."""
    writer = Writer(said, known, directory)
    labels = fields_of(ImportKind.PLATFORM)
    old = known.platform or {}
    change: dict[str, Any] = {}
    for name, field in labels.items():
        if name in ("name", "credit_code") or name not in said.values:
            continue
        if not is_same(old.get(name), said.values[name]):
            change[name] = said.values[name]
            before = shown(name, old.get(name), directory)
            writer.differ(field.label, before, shown(name, change[name], directory))
    if old.get("as_of") != as_of:
        change["as_of"] = as_of.isoformat()
        writer.differ("数据日期", shown("as_of", old.get("as_of"), directory), as_of.isoformat())
    if change:
        writer.parts["platform"] = {"pk": old.get("id"), **change}
    return writer.landing()
