"""The result of a visit is made public: proposed by one person, decided by another, taken down."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import refuse_stale
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from inspections.models import Disclosure
from inspections.workflow import DISCLOSURE


@transaction.atomic
def propose_disclosure(
    *,
    disclosure: Disclosure,
    version: int,
    is_to_publish: bool,
    reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Disclosure:
    """The office proposes that the result be published, or why it is not."""
    at = at or now()
    held = _step(disclosure, version, "propose", by)
    if not is_to_publish and not reason:
        raise NotPossibleError("不公示的须写明理由。")
    held.is_to_publish, held.reason = is_to_publish, "" if is_to_publish else reason
    held.proposed_at, held.proposed_by_id = at, by.user_id
    held.decided_at = held.decided_by = held.withdrawn_at = held.withdrawn_by = None
    held.withdrawn_reason = ""
    _save(held)
    words = f"拟定检查结果{held.proposal}：{held.result}"
    _record("proposed", held, words, held.reason, by, at)
    return held


@transaction.atomic
def decide_disclosure(
    *, disclosure: Disclosure, version: int, by: Actor, at: datetime | None = None
) -> Disclosure:
    """A second person agrees: the public page shows the result at once, or it is settled that it does not."""
    at = at or now()
    act = "publish" if disclosure.is_to_publish else "withhold"
    held = _step(disclosure, version, act, by)
    if by.user_id == held.proposed_by_id:
        raise NotPossibleError("本人拟定的，须由其他人员审核。")
    held.decided_at, held.decided_by_id = at, by.user_id
    _save(held)
    if held.is_to_publish:
        touch_public()
        _record("published", held, f"公示检查结果：{held.result}", "", by, at)
    else:
        _record("withheld", held, "检查结果不公示", held.reason, by, at)
    return held


@transaction.atomic
def send_back_disclosure(
    *, disclosure: Disclosure, version: int, words: str, by: Actor, at: datetime | None = None
) -> Disclosure:
    """The second person does not agree: it is proposed anew."""
    at = at or now()
    held = _step(disclosure, version, "send back", by)
    held.is_to_publish, held.reason = True, ""
    held.proposed_at = held.proposed_by = None
    _save(held)
    _record("proposal_sent_back", held, "退回检查结果公示的拟定", words, by, at)
    return held


@transaction.atomic
def withdraw_disclosure(
    *, disclosure: Disclosure, version: int, reason: str, by: Actor, at: datetime | None = None
) -> Disclosure:
    """The public page shows the result no longer; what it said and why it went stays in the office."""
    at = at or now()
    held = _step(disclosure, version, "take down", by)
    held.withdrawn_at, held.withdrawn_by_id, held.withdrawn_reason = at, by.user_id, reason
    _save(held)
    touch_public()
    _record("taken_down", held, f"撤下已公示的检查结果：{held.result}", reason, by, at)
    return held


def _step(disclosure: Disclosure, version: int, act: str, by: Actor) -> Disclosure:
    """The row under lock, as it will be after this act."""
    if by.user_id is None:
        raise NotPossibleError("须由工作人员本人登录后办理。")
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("inspection")
    held = rows.get(pk=disclosure.pk)
    refuse_stale(held, version)
    held.state = DISCLOSURE.after(held.state, act)
    return held


def _save(held: Disclosure) -> None:
    held.version += 1
    held.save(update_fields=_DECISION)


_DECISION = [
    "state",
    "is_to_publish",
    "reason",
    "proposed_at",
    "proposed_by",
    "decided_at",
    "decided_by",
    "withdrawn_at",
    "withdrawn_by",
    "withdrawn_reason",
    "version",
]


def _record(act: str, held: Disclosure, words: str, reason: str, by: Actor, at: datetime) -> None:
    """In the trail of the visit, beside what led to it."""
    target, document = held.inspection, held.inspection.record_number or ""
    record(
        f"inspection.result_{act}",
        target=target,
        by=by,
        at=at,
        words=words,
        reason=reason,
        document=document,
    )
