"""What an applied import writes: thousands of rows in a few statements, and what would put it back."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Model

from foundation.actor import Actor
from foundation.clock.queries import county_day
from foundation.copying import copy_rows, rewrite_rows, take_ids
from foundation.facts import StaleError
from foundation.sealing import Sealed, mask_of, seal_bytes, unseal_bytes
from institutions.actions.marks import keys_of, towns_aloud
from institutions.codes import licence_key
from institutions.importing.fields import fields_of
from institutions.importing.preview import Landing, Resolved
from institutions.importing.register import FACTS, SITE_FACTS
from institutions.keys import KEY_FIELDS
from institutions.models import (
    AnnualInspection,
    Custody,
    ImportedRow,
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
_PHONE = fields_of(ImportKind.REGISTER)["contact_phone"].label
_STEP = 250  # rows between two words about the progress
_KEY_FACTS = {"name", "short_name", "town_id", "address", "actual_address", "credit_code"}


# Of a row that was there and was changed: its primary key, and what stood there before.
Before = dict[str, Any]


def pack_written(
    before: Sequence[Before], rows: Sequence[Resolved], answers: Mapping[str, str]
) -> bytes:
    """The sealed file of an applied import: every row, its answer, and how to put it back."""
    content = {
        "before": before,
        "answers": dict(answers),
        "rows": [[one.row["number"], one.outcome, one.landing] for one in rows],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(zlib.compress(text.encode(), level=1), _CONTEXT)


def unpack_before(sealed: bytes) -> list[Before]:
    """The part of `pack_written` that undoing needs."""
    content = json.loads(zlib.decompress(unseal_bytes(sealed, _CONTEXT)))
    before: list[Before] = content["before"]
    return before


def write_rows(
    *,
    run: ImportRun,
    rows: Sequence[Resolved],
    source: str,
    by: Actor,
    at: datetime,
    progress: Progress | None,
) -> list[Before]:
    """Write all rows that land, and what was there before. The caller holds the transaction."""
    landed = [(one, one.landing) for one in rows if one.landing]
    batch = _Batch(run, source, by, at, progress or (lambda _: None))
    fresh = [landing for _, landing in landed if landing["pk"] is None]
    changed = [landing for _, landing in landed if landing["pk"] and landing["differences"]]
    batch.done = len(rows) - len(fresh) - len(changed)
    created = iter(batch.create(fresh) if fresh else ())
    before = batch.change(changed) if changed else []
    batch.keep((one, landing, landing["pk"] or next(created)) for one, landing in landed)
    return before


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
        self.done = 0

    @cached_property
    def towns(self) -> dict[int, str]:
        return towns_aloud()

    def _tell(self) -> None:
        """One row more is done."""
        self.done += 1
        if self.done % _STEP == 0:
            self.progress(self.done)

    # --- new rows ----------------------------------------------------------------------------

    def create(self, landings: Sequence[Landing]) -> list[int]:
        """Rows that the register did not have; their primary keys."""
        ids = take_ids(self.model, len(landings))
        given = sorted({name for landing in landings for name in landing["fields"]})
        empty = {name: _empty(self.model, name) for name in given}
        lines = []
        for pk, landing in zip(ids, landings, strict=True):
            self._tell()
            fields = landing["fields"]
            numbers = [one.get("number", "") for one in landing["parts"].get("licences", ())]
            keys = keys_of(fields, self.towns, numbers)
            values = [fields.get(name, empty[name]) for name in given]
            lines.append((pk, new_public_id(), *keys, *values))
        names = ("id", "public_id", *KEY_FIELDS, *given)
        copy_rows(self.model, names, lines, constant=self._constant())
        self._create_parts(list(zip(ids, landings, strict=True)))
        return ids

    def keep(self, rows: Iterable[tuple[Resolved, Landing, int]]) -> None:
        """Which row of the sheet is which institution or place, and what was done to it."""
        owner = "site_id" if self.is_site else "institution_id"
        names = ("number", "outcome", owner, "differences", "met", "left")
        lines = []
        for one, landing, pk in rows:
            met, differences = landing["version"], [_masked(*one) for one in landing["differences"]]
            left = met + 1 if differences or not met else met
            lines.append((one.row["number"], one.outcome, pk, differences, met or None, left))
        copy_rows(ImportedRow, names, lines, constant={"run_id": self.run.pk})

    def _constant(self) -> dict[str, Any]:
        given = {"source": self.source, "created_at": self.at, "changed_at": self.at}
        if self.is_site:
            return {**given, "state": str(SiteState.FOUND)}
        state = str(InstitutionState.UNVERIFIED)
        return {**given, "state": state}

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

    def change(self, landings: Sequence[Landing]) -> list[Before]:
        """Rows of the register that the file says otherwise; what stood there, for undoing."""
        by_pk = {landing["pk"]: landing for landing in landings if landing["pk"]}
        old = self._held(by_pk)
        numbers = self._numbers(by_pk)
        names = sorted({name for landing in landings for name in landing["fields"]})
        lines = []
        entries: dict[int, Before] = {}
        for pk, landing in by_pk.items():
            self._tell()
            before = old[pk]
            after = {**before, **landing["fields"]}
            keys = self._keys_after(before, landing, after, numbers.get(pk, []))
            version = before["version"] + 1
            lines.append((pk, *(after[name] for name in names), *keys, version, self.at))
            kept = {name: _storable(before[name]) for name in landing["fields"]}
            entries[pk] = {"pk": pk, "fields": kept}
        rewrite_rows(self.model, (*names, *KEY_FIELDS, "version", "changed_at"), lines)
        if not self.is_site:
            self._change_parts(by_pk, entries)
        return list(entries.values())

    def _held(self, landings: Mapping[int, Landing]) -> dict[int, dict[str, Any]]:
        rows = self.model._default_manager.select_for_update().filter(pk__in=list(landings))
        names = ("pk", "version", "deleted_at", *KEY_FIELDS, *self.facts)
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
            return tuple(before[name] for name in KEY_FIELDS)
        return keys_of(after, self.towns, [*numbers, *added])

    def _change_parts(self, landings: Mapping[int, Landing], entries: dict[int, Before]) -> None:
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
        entries: dict[int, Before],
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
        entries: dict[int, Before],
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
        self, landings: Mapping[int, Landing], entries: dict[int, Before]
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


def _masked(label: str, before: str, after: str) -> list[str]:
    """A difference as it is kept: of a contact's number only the end, as in the trail."""
    if label != _PHONE:
        return [label, before, after]
    return [
        label,
        *(mask_of(one) if any(map(str.isdigit, one)) else one for one in (before, after)),
    ]


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
