"""What an applied import writes: thousands of rows in a few statements, and what would put it back."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Model

from foundation.accounts.models import Department, DepartmentKind
from foundation.actor import Actor
from foundation.clock.queries import county_day
from foundation.copying import copy_rows, rewrite_rows, take_ids
from foundation.facts import StaleError
from foundation.sealing import Sealed, seal_bytes, unseal_bytes
from institutions.codes import licence_key
from institutions.importing.preview import Landing, Resolved
from institutions.importing.register import FACTS, SITE_FACTS
from institutions.keys import KeyColumns, key_columns
from institutions.models import (
    AnnualInspection,
    Custody,
    ImportKind,
    ImportRun,
    Institution,
    Licence,
    LicenceKind,
    PlatformMark,
    Representative,
    SiteMeasure,
    UnlicensedSite,
    new_public_id,
)
from institutions.workflow import InstitutionState, SiteState

Progress = Callable[[int], None]

_CONTEXT = "institutions.importrun.applied"
_KEYS = ("name_key", "sort_key", "search_text", "search_terms")
_STEP = 250  # rows between two words about the progress
_KEY_FACTS = {"name", "short_name", "town_id", "address", "actual_address", "credit_code"}


@dataclass
class Written:
    """What was written, in the form in which it can be taken back."""

    is_site: bool = False
    # Primary key and version of each new row; of changed ones also what stood there before.
    created: list[list[int]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    # Every row of the register that the file speaks of, changed or not.
    landed: list[int] = field(default_factory=list)


def pack_written(written: Written, rows: Sequence[Resolved], answers: Mapping[str, str]) -> bytes:
    """The sealed file of an applied import: every row, its answer, and how to put it back."""
    content = {
        "written": asdict(written),
        "answers": dict(answers),
        "rows": [[one.row["number"], one.outcome, one.landing] for one in rows],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(zlib.compress(text.encode(), level=1), _CONTEXT)


def unpack_written(sealed: bytes) -> Written:
    """The part of `pack_written` that undoing and adopting need."""
    content = json.loads(zlib.decompress(unseal_bytes(sealed, _CONTEXT)))
    return Written(**content["written"])


def write_rows(
    *,
    run: ImportRun,
    rows: Sequence[Resolved],
    source: str,
    by: Actor,
    at: datetime,
    progress: Progress | None,
) -> Written:
    """Write all rows that land. The caller holds the transaction."""
    landings = [one.landing for one in rows if one.landing]
    batch = _Batch(run, source, by, at, progress or (lambda _: None))
    fresh = [landing for landing in landings if landing["pk"] is None]
    changed = [landing for landing in landings if landing["pk"] and landing["differences"]]
    if fresh:
        batch.create(fresh)
    if changed:
        batch.change(changed)
    known = [landing["pk"] for landing in landings if landing["pk"]]
    batch.written.landed = [*(pk for pk, _ in batch.written.created), *known]
    return batch.written


class _Batch:
    """One apply: the same source, person and moment for all rows."""

    def __init__(
        self, run: ImportRun, source: str, by: Actor, at: datetime, progress: Progress
    ) -> None:
        self.run, self.source, self.by, self.at, self.progress = run, source, by, at, progress
        self.is_site = run.kind == ImportKind.UNLICENSED
        self.model: type[Institution | UnlicensedSite] = (
            UnlicensedSite if self.is_site else Institution
        )
        self.facts = SITE_FACTS if self.is_site else FACTS
        self.written = Written(self.is_site)
        self.done = 0

    @cached_property
    def town_names(self) -> dict[int, str]:
        """Towns are read aloud in the search columns."""
        towns = Department.objects.filter(kind=DepartmentKind.TOWN)
        return dict(towns.values_list("pk", "name"))

    def _keys(self, facts: Mapping[str, Any], numbers: Sequence[str]) -> KeyColumns:
        self.done += 1
        if self.done % _STEP == 0:
            self.progress(self.done)
        return key_columns(
            name=facts["name"],
            short_name=facts.get("short_name", ""),
            address=facts.get("address", ""),
            actual_address=facts.get("actual_address", ""),
            town=self.town_names.get(facts.get("town_id") or 0, ""),
            credit_code=facts.get("credit_code", ""),
            licence_numbers=numbers,
        )

    # --- new rows ----------------------------------------------------------------------------

    def create(self, landings: Sequence[Landing]) -> None:
        """Rows that the register did not have."""
        ids = take_ids(self.model, len(landings))
        given = sorted({name for landing in landings for name in landing["fields"]})
        empty = {name: _empty(self.model, name) for name in given}
        lines = []
        for pk, landing in zip(ids, landings, strict=True):
            fields = landing["fields"]
            numbers = [one.get("number", "") for one in landing["parts"].get("licences", ())]
            keys = self._keys(fields, numbers)
            values = [fields.get(name, empty[name]) for name in given]
            lines.append((
                pk, new_public_id(), keys.name_key, keys.sort_key, keys.search_text,
                keys.search_terms, *values,
            ))  # fmt: skip
        copy_rows(self.model, ("id", "public_id", *_KEYS, *given), lines, constant=self._constant())
        self.written.created = [[pk, 1] for pk in ids]
        self._create_parts(list(zip(ids, landings, strict=True)))

    def _constant(self) -> dict[str, Any]:
        given = {"source": self.source, "created_at": self.at, "changed_at": self.at}
        if self.is_site:
            return {**given, "state": str(SiteState.FOUND)}
        state = str(InstitutionState.UNVERIFIED)
        return {**given, "state": state, "import_run_id": self.run.pk}

    def _create_parts(self, rows: list[tuple[int, Landing]]) -> None:
        owners = [(pk, landing["parts"]) for pk, landing in rows if landing["parts"]]
        if not owners:
            return
        if self.is_site:
            self._create_measures(owners)
            return
        licences = [(pk, one) for pk, parts in owners for one in parts.get("licences", ())]
        self._copy_new(Licence, [(pk, _with_key(one)) for pk, one in licences])
        self._copy_categories([(pk, parts.get("categories", ())) for pk, parts in owners])
        people = [(pk, one) for pk, parts in owners for one in parts.get("people", ())]
        self._copy_new(Representative, people)
        custody = [(pk, parts["custody"]) for pk, parts in owners if "custody" in parts]
        self._copy_new(Custody, custody)

    def _create_measures(self, owners: list[tuple[int, dict[str, Any]]]) -> None:
        day = self.run.as_of or county_day(self.at)
        lines = [
            (pk, parts["measure"]["on"] or day, parts["measure"]["note"])
            for pk, parts in owners
            if "measure" in parts
        ]
        constant = {
            "act": "confirm",
            "after": str(SiteState.FOUND),
            "made_at": self.at,
            "made_by_id": self.by.user_id,
        }
        copy_rows(SiteMeasure, ("site_id", "on", "note"), lines, constant=constant)

    def _copy(self, model: type[Model], rows: list[tuple[int, dict[str, Any]]]) -> list[int]:
        """New children of known rows, with their numbers; an undoing asks for them."""
        ids = take_ids(model, len(rows))
        numbered = zip(ids, rows, strict=True)
        self._copy_new(model, [(owner, {**values, "id": pk}) for pk, (owner, values) in numbered])
        return ids

    def _copy_new(self, model: type[Model], rows: list[tuple[int, dict[str, Any]]]) -> None:
        """New children of institutions; columns that a row does not name get their default."""
        if not rows:
            return
        names = sorted({name for _, values in rows for name in values if name != "pk"})
        empty = {name: _empty(model, name) for name in names}
        lines = [
            (owner, *(values.get(name, empty[name]) for name in names)) for owner, values in rows
        ]
        copy_rows(model, ("institution_id", *names), lines)

    def _copy_categories(self, rows: Iterable[tuple[int, Iterable[int]]]) -> None:
        links = [(owner, category) for owner, categories in rows for category in categories]
        copy_rows(Institution.categories.through, ("institution_id", "category_id"), links)

    # --- rows that were there ------------------------------------------------------------------

    def change(self, landings: Sequence[Landing]) -> None:
        """Rows of the register that the file says otherwise; what stood there is kept for undoing."""
        by_pk = {landing["pk"]: landing for landing in landings if landing["pk"]}
        old = self._held(by_pk)
        numbers = self._numbers(by_pk)
        names = sorted({name for landing in landings for name in landing["fields"]})
        lines = []
        entries: dict[int, dict[str, Any]] = {}
        for pk, landing in by_pk.items():
            before = old[pk]
            after = {**before, **landing["fields"]}
            keys = self._keys_after(before, landing, after, numbers.get(pk, []))
            version = before["version"] + 1
            lines.append((pk, *(after[name] for name in names), *keys, version, self.at))
            kept = {name: _storable(before[name]) for name in landing["fields"]}
            entries[pk] = {"pk": pk, "version": version, "fields": kept}
        rewrite_rows(self.model, (*names, *_KEYS, "version", "changed_at"), lines)
        if not self.is_site:
            self._change_parts(by_pk, entries)
        self.written.changed = list(entries.values())

    def _held(self, landings: Mapping[int, Landing]) -> dict[int, dict[str, Any]]:
        rows = self.model._default_manager.select_for_update().filter(pk__in=list(landings))
        names = ("pk", "version", "deleted_at", *_KEYS, *self.facts)
        found = {row["pk"]: row for row in rows.order_by("pk").values(*names)}
        for pk, landing in landings.items():
            row = found.get(pk)
            if row is None or row["deleted_at"] or row["version"] != landing["version"]:
                raise StaleError("预览之后有机构被修改过，请重新预览后再写入。")
        return found

    def _numbers(self, landings: Mapping[int, Landing]) -> dict[int, list[str]]:
        numbers: dict[int, list[str]] = {}
        if not self.is_site:
            rows = Licence.objects.filter(institution_id__in=list(landings)).order_by("pk")
            for owner, number in rows.values_list("institution_id", "number"):
                numbers.setdefault(owner, []).append(number)
        return numbers

    def _keys_after(
        self,
        before: Mapping[str, Any],
        landing: Landing,
        after: Mapping[str, Any],
        numbers: list[str],
    ) -> tuple[Any, ...]:
        added = [one["number"] for one in landing["parts"].get("licences", ()) if one.get("number")]
        if not added and not _KEY_FACTS & set(landing["fields"]):
            return tuple(before[name] for name in _KEYS)
        keys = self._keys(after, [*numbers, *added])
        return keys.name_key, keys.sort_key, keys.search_text, keys.search_terms

    def _change_parts(
        self, landings: Mapping[int, Landing], entries: dict[int, dict[str, Any]]
    ) -> None:
        self._merge(Licence, landings, entries, "licences", _with_key)
        self._merge(Representative, landings, entries, "people")
        self._merge(Custody, landings, entries, "custody")
        self._merge(AnnualInspection, landings, entries, "annual")
        self._merge(PlatformMark, landings, entries, "platform")
        self._change_categories(landings, entries)

    def _merge(
        self,
        model: type[Model],
        landings: Mapping[int, Landing],
        entries: dict[int, dict[str, Any]],
        part: str,
        complete: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values,
    ) -> None:
        """Children of changed institutions: those without a number are new, the others rewritten."""
        said = [
            (owner, values)
            for owner, landing in landings.items()
            for values in _listed(landing["parts"].get(part))
        ]
        fresh = [(owner, complete(values)) for owner, values in said if values["pk"] is None]
        for pk, (owner, _) in zip(self._copy(model, fresh), fresh, strict=True):
            entries[owner].setdefault(part, {}).setdefault("created", []).append(pk)
        existing = {values["pk"]: (owner, values) for owner, values in said if values["pk"]}
        if existing:
            self._rewrite(model, existing, entries, part)

    def _rewrite(
        self,
        model: type[Model],
        existing: Mapping[int, tuple[int, dict[str, Any]]],
        entries: dict[int, dict[str, Any]],
        part: str,
    ) -> None:
        names = sorted({name for _, values in existing.values() for name in values} - {"pk"})
        rows = model._default_manager.select_for_update().filter(pk__in=list(existing))
        old = {row["pk"]: row for row in rows.values("pk", *names)}
        if len(old) < len(existing):
            raise StaleError("预览之后有机构被修改过，请重新预览后再写入。")
        lines = []
        for pk, (owner, values) in existing.items():
            kept = {name: _storable(old[pk][name]) for name in values if name != "pk"}
            entries[owner].setdefault(part, {}).setdefault("changed", []).append([pk, kept])
            lines.append((pk, *({**old[pk], **values}[name] for name in names)))
        rewrite_rows(model, names, lines)

    def _change_categories(
        self, landings: Mapping[int, Landing], entries: dict[int, dict[str, Any]]
    ) -> None:
        wanted = {
            owner: landing["parts"]["categories"]
            for owner, landing in landings.items()
            if "categories" in landing["parts"]
        }
        if not wanted:
            return
        links = Institution.categories.through.objects.filter(institution_id__in=list(wanted))
        for owner in wanted:
            entries[owner]["categories"] = []
        for owner, category in links.values_list("institution_id", "category_id"):
            entries[owner]["categories"].append(category)
        links.delete()
        self._copy_categories(wanted.items())


def _listed(part: Any) -> list[dict[str, Any]]:
    if not part:
        return []
    return part if isinstance(part, list) else [part]


def _with_key(values: dict[str, Any]) -> dict[str, Any]:
    kind = {"kind": str(LicenceKind.PRIVATE_SCHOOL)} if "kind" not in values else {}
    return {**values, **kind, "number_key": licence_key(values.get("number", ""))[:60]}


def _empty(model: type[Model], name: str) -> Any:
    column = model._meta.get_field(name)
    return column.get_default() if hasattr(column, "get_default") else None


def _storable(value: Any) -> Any:
    """A former value as JSON holds it; what is sealed stays sealed."""
    if isinstance(value, Sealed):
        return {"sealed": value.token, "context": value.context}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
