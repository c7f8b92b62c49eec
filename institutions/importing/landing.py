"""What a row would write: on a new institution everything it says, on an existing one what differs."""

from datetime import date
from typing import Any

from institutions.importing.custody import take_custody
from institutions.importing.directory import Directory
from institutions.importing.fields import fields_of
from institutions.importing.licences import take_licences
from institutions.importing.preview import Landing
from institutions.importing.register import Known
from institutions.importing.said import Said
from institutions.importing.writing import Writer, is_same, shown
from institutions.models import AnnualConclusion, ImportKind, Post, SiteClass

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
_POSTS = {
    "legal": Post.LEGAL,
    "principal": Post.PRINCIPAL,
    "sponsor": Post.SPONSOR,
    "fire": Post.FIRE,
}
PEOPLE = frozenset(_POSTS)
_LABELS = {name: field.label for name, field in fields_of(ImportKind.REGISTER).items()}
_SITE_LABELS = {name: field.label for name, field in fields_of(ImportKind.UNLICENSED).items()}


def institution_landing(said: Said, known: Known | None, directory: Directory) -> Landing:
    """An institution of a register or of a published list."""
    writer = Writer(said, known, directory)
    writer.take_all(_PLAIN, _LABELS)
    take_licences(writer)
    _take_categories(writer)
    _take_people(writer)
    take_custody(writer)
    return writer.landing()


def _take_categories(writer: Writer) -> None:
    """A category column decides; words of the subjects are a guess that only fills a gap."""
    said = writer.said
    named: list[int] = said.values.get("category", [])
    guessed = [] if named else _guessed_categories(writer)
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


def _guessed_categories(writer: Writer) -> list[int]:
    said, directory = writer.said, writer.directory
    guessed = directory.categories_in(said.text("subjects"))
    # A category that could not be read may be 非学科类: then no word of a subject makes it academic.
    academic = directory.categories_in("学科") if "category" in said.unread else []
    return [pk for pk in guessed if pk not in academic]


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
    writer.take_all(_SITE_PLAIN, _SITE_LABELS)
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
