"""Taking an applied import back: what nobody has touched since is as before, the rest stays and is named."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Model, OuterRef, Subquery

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.copying import rewrite_rows
from foundation.law.queries import limit
from foundation.sealing import Sealed, UnsealError
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.actions.adoption import take_back_verification
from institutions.actions.import_rows import Before, unpack_before
from institutions.actions.marks import keys_of, towns_aloud
from institutions.importing.register import FACTS, SITE_FACTS
from institutions.keys import KEY_FIELDS
from institutions.models import (
    AnnualInspection,
    Custody,
    ImportedRow,
    ImportKind,
    ImportRun,
    ImportState,
    Institution,
    Licence,
    ListEntry,
    Outcome,
    PlatformMark,
    Representative,
    UnlicensedSite,
)
from institutions.queries.imports import meddled_rows

UNDO_DAYS = "import_undo_days"
_PARTS: Mapping[str, type[Model]] = {
    "licences": Licence,
    "people": Representative,
    "custody": Custody,
    "annual": AnnualInspection,
    "platform": PlatformMark,
}
_NOTHING_LEFT = (
    "这次导入的内容之后都有人改过，或已列入名单，没有可以整批撤销的；如果是后来的导入改的，请先撤销后来的那次，"
    "其余请在机构档案中逐家更正。"
)

_SEALED_AWAY = (
    "这次导入的存档无法解密（密钥缺失或存档已损坏），不能整批处理；请在机构档案中逐家更正。"
)


@transaction.atomic
def undo(*, run: ImportRun, by: Actor, at: datetime | None = None) -> ImportRun:
    """An applied import is taken back within its days. Rows changed since stay, and are named."""
    at = at or now()
    held = ImportRun.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
    _may_be_undone(held, by, at)
    found = _Found(held, at)
    kept = meddled_rows(held).count() - len(found.rows)
    if kept and not found.rows:
        raise NotPossibleError(_NOTHING_LEFT)
    take_back_verification(
        run=held, pks=[row["owner"] for row in found.rows if row["is_verified"]], by=by, at=at
    )
    _take_back_new(found, held, by)
    _put_back_changed(found)
    _leave(found)
    held.counts = {
        **held.counts,
        "removed": len(found.of(Outcome.NEW)),
        "restored": len(found.of(Outcome.CHANGED)),
        "unverified": len(found.of(Outcome.UNCHANGED)),
        "kept_rows": kept,
    }
    held.state, held.undone_at, held.undone_by_id = ImportState.UNDONE, at, by.user_id
    held.version += 1
    held.save(update_fields=["counts", "state", "undone_at", "undone_by", "version"])
    touch_public()
    words = f"撤销导入“{held}”：{held.taken_back}"
    words += f"，{kept} 条在导入之后有人改过或已列入名单，保持不变" if kept else ""
    record("import.undone", target=held, by=by, at=at, words=words)
    return held


def _may_be_undone(held: ImportRun, by: Actor, at: datetime) -> None:
    if held.state != ImportState.APPLIED or held.applied_at is None:
        raise NotPossibleError(f"这次导入{held.get_state_display()}，不能撤销。")
    if by.user_id is None:
        raise NotPossibleError("撤销导入须由工作人员登录后进行。")
    days = limit(UNDO_DAYS)
    if county_day(at) > county_day(held.applied_at) + timedelta(days=days):
        raise NotPossibleError(f"导入超过{days}天，不能整批撤销；请在机构档案中逐家更正。")


def _before_of(run: ImportRun) -> list[Before]:
    """What stood where an applied import wrote, from its sealed file."""
    with default_storage.open(run.undo_file) as file:
        sealed = file.read()
    try:
        return unpack_before(sealed)
    except UnsealError:
        raise NotPossibleError(_SEALED_AWAY) from None


class _Found:
    """The rows that still are as the import has left them; their institutions or places are locked."""

    def __init__(self, run: ImportRun, at: datetime) -> None:
        self.run, self.at = run, at
        self.is_site = run.kind == ImportKind.UNLICENSED
        self.owner = "site" if self.is_site else "institution"
        self.model: type[Institution | UnlicensedSite] = (
            UnlicensedSite if self.is_site else Institution
        )
        rows = meddled_rows(run).values(
            "pk", "outcome", "left", "is_verified", owner=F(f"{self.owner}_id")
        )
        listed = list(rows)
        owners = [row["owner"] for row in listed]
        held = self.model._default_manager.select_for_update().filter(pk__in=owners)
        facts = SITE_FACTS if self.is_site else FACTS
        self.facts = {
            row["pk"]: row
            for row in held.filter(deleted_at=None).order_by("pk").values("pk", "version", *facts)
        }
        # That this very list verified a row is nobody's correction, until a list of ours carries it.
        verified = [row["owner"] for row in listed if row["is_verified"]]
        carried = set(
            ListEntry.objects.filter(institution__in=verified).values_list("institution", flat=True)
        )
        self.rows = [
            row
            for row in listed
            if row["owner"] in self.facts
            and row["owner"] not in carried
            and self.facts[row["owner"]]["version"] == row["left"]
        ]

    def of(self, outcome: str) -> list[int]:
        """The institutions or places of the rows with this outcome."""
        return [row["owner"] for row in self.rows if row["outcome"] == outcome]

    def held(self) -> Any:
        """All institutions or places that are taken back."""
        owners = [row["owner"] for row in self.rows]
        return self.model._default_manager.filter(pk__in=owners)


def _take_back_new(found: _Found, held: ImportRun, by: Actor) -> None:
    found.held().filter(pk__in=found.of(Outcome.NEW)).update(
        deleted_at=found.at,
        deleted_by_id=by.user_id,
        deleted_reason=f"撤销导入“{held}”"[:300],
    )


def _leave(found: _Found) -> None:
    """Count the versions, and tell earlier imports that their rows are again as they left them."""
    found.held().update(version=F("version") + 1, changed_at=found.at)
    taken = ImportedRow.objects.filter(pk__in=[row["pk"] for row in found.rows])
    met = taken.filter(**{found.owner: OuterRef(found.owner)}).values("met")
    version = found.model._default_manager.filter(pk=OuterRef(found.owner)).values("version")
    earlier = ImportedRow.objects.exclude(run=found.run).filter(left=Subquery(met))
    earlier.filter(**{f"{found.owner}__in": found.held()}).update(left=Subquery(version))
    taken.update(is_taken_back=True)


def _put_back_changed(found: _Found) -> None:
    changed = set(found.of(Outcome.CHANGED))
    if not changed:
        return
    entries = {entry["pk"]: entry for entry in _before_of(found.run) if entry["pk"] in changed}
    if not found.is_site:
        for part, model in _PARTS.items():
            _put_back_part(model, [entry[part] for entry in entries.values() if part in entry])
        _put_back_categories(entries)
    _put_back_fields(found, entries)


def _put_back_part(model: type[Model], parts: Iterable[Mapping[str, Any]]) -> None:
    parts = list(parts)
    created = [pk for part in parts for pk in part.get("created", ())]
    if created:
        model._default_manager.filter(pk__in=created).delete()
    changed = [(pk, old) for part in parts for pk, old in part.get("changed", ())]
    if not changed:
        return
    names = sorted({name for _, old in changed for name in old})
    rows = model._default_manager.filter(pk__in=[pk for pk, _ in changed]).values("pk", *names)
    present = {row["pk"]: row for row in rows}
    lines = [
        (pk, *({**present[pk], **_opened(old)}[name] for name in names))
        for pk, old in changed
        if pk in present
    ]
    rewrite_rows(model, names, lines)


def _opened(old: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Sealed(value["sealed"], value["context"]) if isinstance(value, dict) else value
        for name, value in old.items()
    }


def _put_back_categories(entries: Mapping[int, Mapping[str, Any]]) -> None:
    wanted = {pk: entry["categories"] for pk, entry in entries.items() if "categories" in entry}
    if not wanted:
        return
    through = Institution.categories.through
    through.objects.filter(institution_id__in=list(wanted)).delete()
    through.objects.bulk_create(
        through(institution_id=pk, category_id=category)
        for pk, categories in wanted.items()
        for category in categories
    )


def _put_back_fields(found: _Found, entries: Mapping[int, Before]) -> None:
    towns = towns_aloud()
    numbers: dict[int, list[str]] = {}
    if not found.is_site:
        rows = Licence.objects.filter(institution_id__in=list(entries)).order_by("pk")
        for owner, number in rows.values_list("institution_id", "number"):
            numbers.setdefault(owner, []).append(number)
    names = sorted({name for entry in entries.values() for name in entry["fields"]})
    lines = []
    for pk, entry in entries.items():
        before = {**found.facts[pk], **entry["fields"]}
        keys = keys_of(before, towns, numbers.get(pk, []))
        lines.append((pk, *(before[name] for name in names), *keys))
    rewrite_rows(found.model, (*names, *KEY_FIELDS), lines)
