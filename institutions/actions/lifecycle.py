"""The life of an institution: verified, suspended, closed, reopened; each step by a document."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.actions import store
from foundation.audit.actions import record
from foundation.audit.changes import Change
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold, keep
from institutions.actions.papers import SCAN_KINDS
from institutions.models import Institution, StateChange
from institutions.queries.register import unverified
from institutions.workflow import (
    ACT_WORDS,
    INSTITUTION,
    NEEDS_SECOND_PERSON,
    InstitutionState,
)

NOTHING_CHOSEN = "没有选中待核验的机构。请在名册中勾选后再核验。"
_STATE_FIELDS = ("state", "state_on", "state_document", "state_reason")
# What the trail calls each act, once it has happened.
PAST = {
    "verify": "verified",
    "suspend": "suspended",
    "rest": "rested",
    "close": "closed",
    "revoke": "revoked",
    "deregister": "deregistered",
    "move out": "moved_out",
    "resume": "resumed",
    "reopen": "reopened",
    "withdraw closure": "closure_withdrawn",
    "annul revocation": "revocation_annulled",
    "move back": "moved_back",
}


@transaction.atomic
def verify(
    *,
    institution: Institution,
    on: date,
    document: str,
    checked: Iterable[str],
    by: Actor,
    at: datetime | None = None,
    upload: "File[bytes] | None" = None,
) -> Institution:
    """An officer has compared the register with the papers: the institution is 正常 from now on."""
    words = "已核对：" + "、".join(checked)
    return _step(institution, "verify", on, document, words, by=by, at=at or now(), upload=upload)


@transaction.atomic
def verify_together(
    *,
    institutions: Iterable[Institution],
    on: date,
    document: str,
    checked: Iterable[str],
    by: Actor,
    at: datetime | None = None,
) -> list[Institution]:
    """Several institutions verified by one document; all of them, or none."""
    at = at or now()
    words = "已核对：" + "、".join(checked)
    held = _hold_waiting(institutions)
    return [_step(row, "verify", on, document, words, by=by, at=at) for row in held]


@transaction.atomic
def decide(
    *,
    institution: Institution,
    act: str,
    on: date,
    document: str,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    upload: "File[bytes] | None" = None,
) -> Institution:
    """A person of rank changes the state of an institution by a document; it holds at once."""
    return _step(institution, act, on, document, reason, by=by, at=at or now(), upload=upload)


@transaction.atomic
def confirm(*, change: StateChange, by: Actor, at: datetime | None = None) -> StateChange:
    """A second person confirms a suspension, closure or revocation that another one has entered."""
    at = at or now()
    held = StateChange.objects.select_for_update().select_related("institution").get(pk=change.pk)
    if not held.needs_confirmation:
        raise NotPossibleError("这项变更不需要复核。")
    if held.confirmed_at is not None:
        raise NotPossibleError("这项决定已经复核，不必再次复核。")
    if by.user_id is None or by.user_id == held.made_by_id:
        raise NotPossibleError("决定须由另一位有权限的人员复核，不能由作出决定的人自己复核。")
    held.confirmed_at = at
    held.confirmed_by_id = by.user_id
    held.save(update_fields=["confirmed_at", "confirmed_by"])
    record(
        "institution.confirmed",
        target=held.institution,
        by=by,
        at=at,
        words=f"复核了{day_words(held.on)}“{held.get_after_display()}”的决定",
        document=held.document,
    )
    return held


def _step(
    institution: Institution,
    act: str,
    on: date,
    document: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    upload: "File[bytes] | None" = None,
) -> Institution:
    held = hold(institution)
    before = InstitutionState(held.state)
    after = InstitutionState(INSTITUTION.after(before, act))
    _refuse_impossible_day(held, on, county_day(at))
    _write_change(held, act, after, on, document, reason, by=by, at=at, upload=upload)
    held.state, held.state_on = after, on
    held.state_document, held.state_reason = document, reason
    fields = list(_STATE_FIELDS)
    if act == "verify":
        held.verified_at, held.verified_by_id = at, by.user_id
        fields += ["verified_at", "verified_by"]
    keep(held, at=at, fields=fields)
    record(
        f"institution.{PAST[act]}",
        target=held,
        by=by,
        at=at,
        words=f"{ACT_WORDS[act]}：将状态由“{before.label}”改为“{after.label}”，自{day_words(on)}起",
        changes={"state": Change("状态", before.label, after.label)},
        reason=reason,
        document=document,
    )
    return held


def _hold_waiting(institutions: Iterable[Institution]) -> list[Institution]:
    """All rows under lock, or none: the first step's line keeps the trail, and then nobody may be waited for.

    In the order of their numbers, so that two people never wait for each other either.
    """
    chosen = list(institutions)
    if not chosen:
        raise NotPossibleError(NOTHING_CHOSEN)
    rows = unverified([row.pk for row in chosen]).order_by("pk").select_for_update(of=("self",))
    held = list(rows)
    gone = [f"“{row.name}”" for row in chosen if row not in held]
    if gone:
        raise NotPossibleError(
            f"{'、'.join(gone)}已不是“待核验”，可能刚被核验或删除。没有核验任何一家。"
        )
    return held


def _refuse_impossible_day(institution: Institution, on: date, today: date) -> None:
    if on > today:
        raise NotPossibleError("生效日期不能晚于今天：到了那一天再登记。")
    last = institution.state_on
    if last is not None and on < last:
        raise NotPossibleError(f"生效日期不能早于上一次状态变更的日期（{day_words(last)}）。")


def _write_change(
    institution: Institution,
    act: str,
    after: InstitutionState,
    on: date,
    document: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    upload: "File[bytes] | None",
) -> None:
    paper = store(upload=upload, by=by, at=at, kinds=SCAN_KINDS) if upload else None
    StateChange.objects.create(
        institution=institution,
        act=act,
        before=institution.state,
        after=after,
        on=on,
        document=document,
        reason=reason,
        attachment=paper,
        made_at=at,
        made_by_id=by.user_id,
        needs_confirmation=act in NEEDS_SECOND_PERSON,
    )
