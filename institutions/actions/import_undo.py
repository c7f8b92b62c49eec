"""Taking an applied import back: what nobody has touched since is as before, the rest is named."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.copying import rewrite_rows
from foundation.law.queries import limit
from foundation.sealing import Sealed, UnsealError
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.actions.import_rows import Written, unpack_written
from institutions.importing.directory import load_directory
from institutions.importing.register import FACTS, SITE_FACTS
from institutions.keys import key_columns
from institutions.models import (
    AnnualInspection,
    Custody,
    ImportRun,
    ImportState,
    Institution,
    Licence,
    ListEntry,
    PlatformMark,
    Representative,
    UnlicensedSite,
)
from institutions.workflow import InstitutionState

UNDO_DAYS = "import_undo_days"
_PARTS: Mapping[str, type[Model]] = {
    "licences": Licence,
    "people": Representative,
    "custody": Custody,
    "annual": AnnualInspection,
    "platform": PlatformMark,
}
_KEYS = ("name_key", "sort_key", "search_text", "search_terms")
_MOST_NAMED = 200
_NOTHING_LEFT = (
    "这次导入的内容之后都有人改过，或已列入名单，没有可以整批撤销的；请在机构档案中逐家更正。"
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
    written = written_of(held)
    kept: list[list[Any]] = []
    _take_back_created(written, kept, held, by, at)
    _put_back_changed(written, kept, at)
    gone = len(written.created) + len(written.changed) - len(kept)
    if kept and not gone:
        raise NotPossibleError(_NOTHING_LEFT)
    held.counts = {
        **held.counts,
        "undone": gone,
        "kept": kept[:_MOST_NAMED],
        "kept_rows": len(kept),
    }
    held.state, held.undone_at, held.undone_by_id = ImportState.UNDONE, at, by.user_id
    held.version += 1
    held.save(update_fields=["counts", "state", "undone_at", "undone_by", "version"])
    touch_public()
    words = f"撤销导入“{held}”：恢复{gone}条"
    words += f"，{len(kept)}条在导入之后有人改过或已列入名单，保持不变" if kept else ""
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


def written_of(run: ImportRun) -> Written:
    """What an applied import has written, from its sealed file."""
    with default_storage.open(run.undo_file) as file:
        sealed = file.read()
    try:
        return unpack_written(sealed)
    except UnsealError:
        raise NotPossibleError(_SEALED_AWAY) from None


def _model(written: Written) -> type[Institution | UnlicensedSite]:
    return UnlicensedSite if written.is_site else Institution


def _untouched(
    written: Written, versions: Mapping[int, int], kept: list[list[Any]]
) -> dict[int, dict[str, Any]]:
    """The rows that still are as the import left them, locked; the others are named."""
    rows = _model(written)._default_manager.select_for_update().filter(pk__in=list(versions))
    facts = SITE_FACTS if written.is_site else FACTS
    found = {}
    for row in rows.order_by("pk").values("pk", "version", "deleted_at", *facts):
        if row["version"] == versions[row["pk"]] and row["deleted_at"] is None:
            found[row["pk"]] = row
        else:
            kept.append([row["pk"], row["name"]])
    return found


def _take_back_created(
    written: Written, kept: list[list[Any]], held: ImportRun, by: Actor, at: datetime
) -> None:
    versions = {pk: version for pk, version in written.created}  # noqa: C416 -- pairs are lists in JSON
    if not versions:
        return
    found = _untouched(written, _after_own_adoption(held, versions), kept)
    _model(written)._default_manager.filter(pk__in=list(found)).update(
        deleted_at=at,
        deleted_by_id=by.user_id,
        deleted_reason=f"撤销导入“{held}”"[:300],
        changed_at=at,
        version=F("version") + 1,
    )


def _after_own_adoption(held: ImportRun, versions: Mapping[int, int]) -> dict[int, int]:
    """That this very list verified a row is nobody's correction, until a list of ours carries it."""
    if not held.adopted_as:
        return dict(versions)
    adopted = Institution.objects.filter(
        pk__in=list(versions), state_document=held.adopted_as, state=InstitutionState.NORMAL
    )
    carried = ListEntry.objects.filter(institution_id=OuterRef("pk"))
    own = adopted.exclude(Exists(carried)).values_list("pk", flat=True)
    return {**versions, **{pk: versions[pk] + 1 for pk in own}}


def _put_back_changed(written: Written, kept: list[list[Any]], at: datetime) -> None:
    entries = {entry["pk"]: entry for entry in written.changed}
    if not entries:
        return
    found = _untouched(written, {pk: entry["version"] for pk, entry in entries.items()}, kept)
    entries = {pk: entries[pk] for pk in found}
    if not written.is_site:
        for part, model in _PARTS.items():
            _put_back_part(model, [entry[part] for entry in entries.values() if part in entry])
        _put_back_categories(entries)
    _put_back_fields(written, entries, found, at)


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


def _put_back_fields(
    written: Written,
    entries: Mapping[int, Mapping[str, Any]],
    found: Mapping[int, Mapping[str, Any]],
    at: datetime,
) -> None:
    towns = load_directory().town_names
    numbers: dict[int, list[str]] = {}
    if not written.is_site:
        rows = Licence.objects.filter(institution_id__in=list(entries)).order_by("pk")
        for owner, number in rows.values_list("institution_id", "number"):
            numbers.setdefault(owner, []).append(number)
    names = sorted({name for entry in entries.values() for name in entry["fields"]})
    lines = []
    for pk, entry in entries.items():
        before = {**found[pk], **entry["fields"]}
        keys = key_columns(
            name=before["name"],
            short_name=before.get("short_name", ""),
            address=before["address"],
            actual_address=before.get("actual_address", ""),
            town=towns.get(before["town_id"] or 0, ""),
            credit_code=before.get("credit_code", ""),
            licence_numbers=numbers.get(pk, []),
        )
        found_keys = (keys.name_key, keys.sort_key, keys.search_text, keys.search_terms)
        values = (before[name] for name in names)
        lines.append((pk, *values, *found_keys, entry["version"] + 1, at))
    rewrite_rows(_model(written), (*names, *_KEYS, "version", "changed_at"), lines)
