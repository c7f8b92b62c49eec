"""Takes an act in: what came of it, its text and its answer are written together, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.attachments.models import Evidence
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.on_site import ConflictError, NotYetError
from inspections.models import (
    Approval,
    Inspection,
    Inspector,
    OtherText,
    Receipt,
    ReceiptOutcome,
)
from inspections.queries.inspections import AHEAD
from inspections.sync.act import Act, Blob, Said
from inspections.sync.kinds import BEGIN, KINDS, Case, asked
from inspections.sync.moments import PhoneClock
from inspections.sync.reading import MalformedError

_TAKEN = "这个编号下已经有另一份内容，两份都保留，请联系双减办处理。"
_STRANGER = "您不是这次检查的检查人员，或者没有这次检查，不能登记。"
_OTHER_VERSION = "手机上的检查表不是这次检查所用的版本，没有登记。"
_BEFORE_BEGIN = "检查还没有开始，开始后自动办理。"
_STATUSES = {ReceiptOutcome.CONFLICT: 409, ReceiptOutcome.REFUSED: 422}


class _MissingError(NotPossibleError):
    """Photos that the act names are not here."""

    def __init__(self, missing: list[UUID]) -> None:
        super().__init__(f"缺少{len(missing)}个照片或签名文件，收到后自动办理。")
        self.missing = missing


@dataclass(frozen=True)
class Answer:
    """What goes back to the phone."""

    status: int
    said: dict[str, Any]


@dataclass(frozen=True)
class _Verdict:
    outcome: ReceiptOutcome
    words: str
    more: dict[str, Any]


@transaction.atomic
def take_act(
    *,
    text: bytes,
    sent_at: datetime | None,
    by: User,
    at: datetime | None = None,
    brought_by: User | None = None,
) -> Answer:
    """What a phone says has happened: done once, kept whatever comes of it, and answered alike each time it comes.

    A text without a number of its own is no act: MalformedError.
    """
    act, at = Act(text), at or now()
    _hold(act.id)
    known = Receipt.objects.filter(pk=act.id).first()
    if known and (known.by_id, known.sha256) != (by.pk, act.sha256):
        return _kept_beside(known, act, by, at)
    if known and known.is_settled:
        return _answer(known)
    receipt = known or _new(act, sent_at, by, at, brought_by)
    verdict = _judged(act, receipt, actor_for(by, brought_by), at)
    receipt.outcome, receipt.words, receipt.answered_at = verdict.outcome, verdict.words, at
    said = {"receipt": str(act.id), "sha256": act.sha256, "outcome": verdict.outcome.value}
    receipt.answer = said | {"words": verdict.words} | verdict.more
    receipt.save(force_insert=known is None)
    return _answer(receipt)


def actor_for(by: User, brought_by: User | None) -> Actor:
    """The person whose phone it was; and in words who of the office has brought it."""
    if brought_by is None:
        return by.actor
    label = f"{by.actor.label}，由{brought_by.actor.label}从导出文件导入"
    return replace(by.actor, label=label, address=brought_by.address)


def _hold(number: UUID) -> None:
    """Whoever sends the same at the same moment waits, and finds what the first has done."""
    half = int.from_bytes(number.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [half])


def _answer(receipt: Receipt) -> Answer:
    # In one order, whether it was made now or comes out of the database.
    said = dict(sorted(receipt.answer.items()))
    return Answer(_STATUSES.get(ReceiptOutcome(receipt.outcome), 200), said)


def _kept_beside(known: Receipt, act: Act, by: User, at: datetime) -> Answer:
    OtherText.objects.get_or_create(
        receipt=known,
        by=by,
        sha256=act.sha256,
        defaults={"text": act.text, "received_at": at},
    )
    conflict = ReceiptOutcome.CONFLICT
    said = {"receipt": str(act.id), "sha256": act.sha256, "outcome": conflict.value}
    return Answer(_STATUSES[conflict], said | {"words": _TAKEN})


def _new(
    act: Act, sent_at: datetime | None, by: User, at: datetime, brought_by: User | None
) -> Receipt:
    """With as much of what it says as can be understood."""
    row = Receipt(
        id=act.id,
        by=by,
        text=act.text,
        sha256=act.sha256,
        received_at=at,
        phone_sent_at=sent_at,
        brought_by=brought_by,
    )
    try:
        said = act.said
    except MalformedError:
        return row
    row.kind = said.kind if said.kind in KINDS else ""
    row.phone_at, row.phone_offset = said.at, said.offset
    row.clock_is_wrong = PhoneClock(said.at, said.offset, sent_at, at).is_wrong
    goes = Inspector.objects.filter(inspection=said.visit, user=by)
    row.inspection_id = goes.values_list("inspection", flat=True).first()
    return row


def _judged(act: Act, receipt: Receipt, by: Actor, at: datetime) -> _Verdict:
    """The effect and what is to be said of it; an act of the house that fails leaves nothing but its words."""
    try:
        return _done(act, receipt, by, at)
    except _MissingError as reason:
        missing = {"missing": [str(one) for one in reason.missing]}
        return _Verdict(ReceiptOutcome.INCOMPLETE, str(reason), missing)
    except NotYetError as reason:
        return _Verdict(ReceiptOutcome.EARLY, str(reason), {})
    except ConflictError as reason:
        return _Verdict(ReceiptOutcome.CONFLICT, str(reason), {})
    except NotPossibleError as reason:
        return _Verdict(ReceiptOutcome.REFUSED, str(reason), {})


def _done(act: Act, receipt: Receipt, by: Actor, at: datetime) -> _Verdict:
    said = act.said
    wanted = asked(said.kind, said.body)
    receipt.finding = wanted.finding
    if len(said.blobs) != wanted.blobs:
        raise MalformedError("blobs")
    held = _held(said, by)
    evidence = _evidence(said.blobs, by)
    clock = PhoneClock(said.at, said.offset, receipt.phone_sent_at, receipt.received_at)
    case = Case(act.id, held, by, said.at, clock.moment(_earliest(held)), at, evidence)
    words = wanted.effect(case)
    blobs = [{"id": str(one.id), "sha256": one.sha256} for one in said.blobs]
    return _Verdict(ReceiptOutcome.DONE, words, {"blobs": blobs})


def _held(said: Said, by: Actor) -> Inspection:
    """The visit, under lock, to whom it concerns; what was given up and what is over takes nothing."""
    goes = Inspector.objects.filter(inspection=OuterRef("pk"), user=by.user_id)
    rows = Inspection.objects.select_for_update(of=("self",)).select_related("lead", "begun_by")
    held = rows.filter(Exists(goes), pk=said.visit).first()
    if held is None:
        raise NotPossibleError(_STRANGER)
    if said.checklist != held.checklist_id:
        raise NotPossibleError(_OTHER_VERSION)
    if said.kind != BEGIN and held.state in AHEAD:
        raise NotYetError(_BEFORE_BEGIN)
    return held


def _earliest(held: Inspection) -> datetime | None:
    """What must have come first: the beginning, or the approval that allows it."""
    if held.begun_at:
        return held.begun_at
    approval = Approval.objects.filter(inspection=held).first()
    if approval is None:
        return None
    return approval.asked_at if held.is_urgent else approval.decided_at


def _evidence(blobs: Iterable[Blob], by: Actor) -> list[Evidence]:
    """What the act names, as this person has sent it."""
    rows = Evidence.objects.select_related("original").filter(
        pk__in=[one.id for one in blobs], original__stored_by=by.user_id
    )
    found = {(row.pk, row.original.sha256): row for row in rows}
    missing = [one.id for one in blobs if (one.id, one.sha256) not in found]
    if missing:
        raise _MissingError(missing)
    return [found[one.id, one.sha256] for one in blobs]
