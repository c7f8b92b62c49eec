"""A published list as evidence: its rows become 正常 together, and honestly without a validity."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.copying import copy_rows
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.models import ImportKind, ImportRun, ImportState, Institution, StateChange
from institutions.workflow import INSTITUTION, InstitutionState

_REASON = "按已公示名单批量核验"
_DOCUMENT_LENGTH = 200


@transaction.atomic
def adopt(
    *,
    run: ImportRun,
    title: str,
    number: str,
    published_on: date,
    by: Actor,
    at: datetime | None = None,
) -> ImportRun:
    """The office takes the published list as evidence: its rows that wait for verification are 正常."""
    at = at or now()
    held = ImportRun.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
    _may_be_adopted(held, published_on, at)
    document = "，".join(part for part in (title, number, day_words(published_on)) if part)
    if not title or len(document) > _DOCUMENT_LENGTH:
        raise NotPossibleError(f"请写明名单标题；标题、文号和日期合计不超过{_DOCUMENT_LENGTH}字。")
    adopted = _verify(held, document, published_on, by, at)
    held.adopted_as = document
    held.counts = {**held.counts, "adopted": adopted}
    held.version += 1
    held.save(update_fields=["adopted_as", "counts", "version"])
    touch_public()
    words = f"以“{document}”为依据，将{adopted}家机构由“待核验”改为“正常”（有效期未登记的如实显示）"
    record("import.adopted", target=held, by=by, at=at, words=words, document=document)
    return held


def _may_be_adopted(held: ImportRun, published_on: date, at: datetime) -> None:
    if held.kind != ImportKind.WHITELIST:
        raise NotPossibleError("只有已公示的白名单可以作为批量核验的依据。")
    if held.state != ImportState.APPLIED:
        raise NotPossibleError("请先把这次导入写入名册，再以它为依据核验。")
    if held.adopted_as:
        raise NotPossibleError(f"这次导入已经作为依据使用过（{held.adopted_as}）。")
    if published_on > county_day(at):
        raise NotPossibleError("公示日期不能晚于今天。")


def _verify(held: ImportRun, document: str, on: date, by: Actor, at: datetime) -> int:
    waiting = Institution.objects.standing().filter(
        imported_rows__run=held, state=InstitutionState.UNVERIFIED
    )
    rows = waiting.select_for_update(of=("self",)).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    after = INSTITUTION.after(InstitutionState.UNVERIFIED, "verify")
    Institution.objects.filter(pk__in=pks).update(
        state=after,
        state_on=on,
        state_document=document,
        state_reason=_REASON,
        verified_at=at,
        verified_by_id=by.user_id,
        changed_at=at,
        version=F("version") + 1,
    )
    verified = held.rows.filter(institution__in=pks)
    # What was touched between the import and now stays so: its version is not the one that was left.
    verified.filter(left=F("institution__version") - 1).update(left=F("left") + 1)
    verified.update(is_verified=True)
    change = {"act": "verify", "before": InstitutionState.UNVERIFIED, "after": after, "on": on}
    words = {"document": document, "reason": _REASON, "attachment_id": held.file_id}
    _keep_changes(pks, {**change, **words}, by, at)
    return len(pks)


def take_back_verification(*, run: ImportRun, pks: Sequence[int], by: Actor, at: datetime) -> None:
    """Part of undoing an adopted import: what it has verified waits for verification again."""
    Institution.objects.filter(pk__in=pks).update(
        state=InstitutionState.UNVERIFIED,
        state_on=None,
        state_document="",
        state_reason="",
        verified_at=None,
        verified_by=None,
    )
    change = {
        "act": "unverify",
        "before": InstitutionState.NORMAL,
        "after": InstitutionState.UNVERIFIED,
        "on": county_day(at),
    }
    words = {"document": run.adopted_as[:_DOCUMENT_LENGTH], "reason": f"撤销导入“{run}”"[:300]}
    _keep_changes(pks, {**change, **words}, by, at)


def _keep_changes(pks: Sequence[int], change: Mapping[str, Any], by: Actor, at: datetime) -> None:
    constant = {
        **change,
        "before": str(change["before"]),
        "after": str(change["after"]),
        "made_at": at,
        "made_by_id": by.user_id,
    }
    copy_rows(StateChange, ("institution_id",), [(pk,) for pk in pks], constant=constant)
