"""The register as an import sees it: loaded whole in a few questions, then asked without the database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Model, QuerySet

from institutions.models import (
    AnnualInspection,
    Custody,
    Institution,
    Licence,
    PlatformMark,
    Representative,
    UnlicensedSite,
)
from institutions.naming import name_key

FACTS = (
    "name",
    "short_name",
    "credit_code",
    "registration_type",
    "profit_kind",
    "subjects",
    "town_id",
    "address",
    "actual_address",
    "floor",
    "building_area",
    "teaching_area",
    "is_rented",
    "lease_until",
    "contact_name",
    "contact_phone",
    "lead_department_id",
    "grid_officer",
    "remark",
    "state",
)
LICENCE_FACTS = (
    "number",
    "number_key",
    "kind",
    "authority",
    "issued_on",
    "valid_from",
    "valid_until",
    "is_long_term",
    "validity_words",
    "capacity",
)
SITE_FACTS = (
    "name",
    "site_class",
    "town_id",
    "address",
    "subjects",
    "landlord",
    "people_concerned",
    "found_on",
    "found_by",
    "remark",
    "state",
)
ANNUAL_FACTS = ("year", "conclusion", "reported_on", "document", "remark")
PLATFORM_FACTS = (
    "platform_id",
    "courses_listed",
    "payment_open",
    "custody_open",
    "staff",
    "full_time_staff",
    "certified_staff",
    "staff_checked_on",
    "as_of",
)


@dataclass
class Known:
    """One row that is already there: an institution or a place without licence."""

    pk: int
    version: int
    key: str
    facts: dict[str, Any]
    licences: list[dict[str, Any]] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    people: dict[str, tuple[int, str]] = field(default_factory=dict)
    custody: dict[str, Any] | None = None
    annual: dict[int, dict[str, Any]] = field(default_factory=dict)
    platform: dict[str, Any] | None = None

    @cached_property
    def place(self) -> str:
        """The address as it is compared."""
        return name_key(self.facts["address"])


@dataclass
class Register:
    """All rows that stand, findable by what identifies them."""

    rows: dict[int, Known]
    mark: str = ""

    @cached_property
    def by_credit_code(self) -> dict[str, list[Known]]:
        """Rows by credit code."""
        return _grouped((row.facts["credit_code"], row) for row in self.rows.values())

    @cached_property
    def by_licence(self) -> dict[str, list[Known]]:
        """Rows by the letters and digits of each licence number in use."""
        return _grouped(
            (licence["number_key"], row) for row in self.rows.values() for licence in row.licences
        )

    @cached_property
    def by_name(self) -> dict[str, list[Known]]:
        """Rows by the name as it is compared."""
        return _grouped((row.key, row) for row in self.rows.values())


def _grouped(pairs: Iterable[tuple[str, Known]]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = defaultdict(list)
    for key, row in pairs:
        if key and row not in found[key][-1:]:
            found[key].append(row)
    return found


def load_register(parts: Sequence[str]) -> Register:
    """The institutions that stand, with the parts that the import compares."""
    register = _load(Institution.objects.standing(), FACTS)
    for part in parts if register.rows else ():
        _LOADERS[part](register.rows)
    return register


_Rows = dict[int, Known]


def _load_licences(rows: _Rows) -> None:
    for row, licence in _owned(rows, Licence, LICENCE_FACTS, is_void=False):
        row.licences.append(licence)


def _load_categories(rows: _Rows) -> None:
    links = Institution.categories.through.objects.values_list("institution_id", "category_id")
    for institution_id, category_id in links:
        if institution_id in rows:
            rows[institution_id].categories.append(category_id)


def _load_people(rows: _Rows) -> None:
    for row, person in _owned(rows, Representative, ("post", "name")):
        row.people.setdefault(person["post"], (person["id"], person["name"]))


def _load_custody(rows: _Rows) -> None:
    for row, custody in _owned(rows, Custody, ("mode", "bank", "account_name", "account")):
        row.custody = custody


def _load_annual(rows: _Rows) -> None:
    for row, annual in _owned(rows, AnnualInspection, ANNUAL_FACTS):
        row.annual[annual["year"]] = annual


def _load_platform(rows: _Rows) -> None:
    for row, mark in _owned(rows, PlatformMark, PLATFORM_FACTS):
        row.platform = mark


_LOADERS: Mapping[str, Callable[[_Rows], None]] = {
    "licences": _load_licences,
    "categories": _load_categories,
    "people": _load_people,
    "custody": _load_custody,
    "annual": _load_annual,
    "platform": _load_platform,
}


def load_sites() -> Register:
    """The places without licence that stand."""
    return _load(UnlicensedSite.objects.filter(deleted_at=None), SITE_FACTS)


def _load(standing: "QuerySet[Any, Any]", facts: Sequence[str]) -> Register:
    found = standing.order_by("pk").values_list("pk", "version", "name_key", "changed_at", *facts)
    rows = {}
    changed = None
    for row in found.iterator(chunk_size=10_000):
        changed = max(changed, row[3]) if changed else row[3]
        rows[row[0]] = Known(row[0], row[1], row[2], dict(zip(facts, row[4:], strict=True)))
    return Register(rows, _mark_words(max(rows, default=None), len(rows), changed))


def _owned(
    rows: _Rows, model: type[Model], facts: Sequence[str], **given: Any
) -> Iterator[tuple[Known, dict[str, Any]]]:
    """The children of rows that stand, each with its owner."""
    found = model._default_manager.filter(**given).order_by("pk")
    for child in found.values("id", "institution_id", *facts).iterator(chunk_size=10_000):
        if owner := rows.get(child["institution_id"]):
            yield owner, child


def register_mark() -> str:
    """What the register looks like now: another mark, another register.

    Every act on an institution or one of its parts sets `changed_at`.
    """
    return _mark(Institution.objects.standing())


def site_mark() -> str:
    """The same for the places without licence."""
    return _mark(UnlicensedSite.objects.filter(deleted_at=None))


def _mark(standing: "QuerySet[Any, Any]") -> str:
    found = standing.aggregate(last=Max("pk"), rows=Count("pk"), changed=Max("changed_at"))
    return _mark_words(found["last"], found["rows"], found["changed"])


def _mark_words(last: int | None, rows: int, changed: datetime | None) -> str:
    return f"{last}:{rows}:{changed.isoformat() if changed else ''}"
