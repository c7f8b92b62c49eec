"""A person's word on one row of the proposal: held back, or kept despite a doubt, with a reason."""

from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.workflow import NotPossibleError
from institutions.actions.marks import hold
from institutions.models import Institution, ListRuling, Ruling
from institutions.queries.whitelist import Proposal, proposal_of


@transaction.atomic
def rule_on(
    *,
    institution: Institution,
    ruling: str,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> ListRuling:
    """The office holds an institution back from the next issue, or keeps it on despite a doubt."""
    at = at or now()
    locked = hold(institution)
    proposal = proposal_of(locked, county_day(at))
    _refuse_repetition(proposal, ruling)
    if ruling == Ruling.KEEP:
        _refuse_keeping(proposal)
    ListRuling.objects.filter(institution=locked, lifted_at=None).update(
        lifted_at=at, lifted_by=by.user_id
    )
    doubts = proposal.doubts if ruling == Ruling.KEEP else []
    made = ListRuling.objects.create(
        institution=locked,
        ruling=ruling,
        reason=reason,
        despite={doubt.key: doubt.words for doubt in doubts},
        made_at=at,
        made_by_id=by.user_id,
    )
    words = f"决定下一期白名单“{made.get_ruling_display()}”"
    act = "listing.held_back" if ruling == Ruling.HOLD_BACK else "listing.kept"
    record(act, target=locked, by=by, at=at, words=words, reason=reason)
    return made


@transaction.atomic
def lift_ruling(*, institution: Institution, by: Actor, at: datetime | None = None) -> ListRuling:
    """The decision no longer stands; the proposal follows the register again."""
    at = at or now()
    locked = hold(institution)
    standing = ListRuling.objects.filter(institution=locked, lifted_at=None).first()
    if standing is None:
        raise NotPossibleError("这家机构目前没有“暂不列入”或“仍予列入”的决定，可能刚被撤销。")
    standing.lifted_at, standing.lifted_by_id = at, by.user_id
    standing.save(update_fields=["lifted_at", "lifted_by"])
    words = f"撤销白名单“{standing.get_ruling_display()}”的决定"
    record("listing.ruling_lifted", target=locked, by=by, at=at, words=words)
    return standing


def _refuse_repetition(proposal: Proposal, ruling: str) -> None:
    # What is kept despite a doubt may be kept anew when another doubt has come up.
    is_so = proposal.is_held_back if ruling == Ruling.HOLD_BACK else proposal.is_kept
    if proposal.ruling is not None and is_so:
        label = proposal.ruling.get_ruling_display()
        raise NotPossibleError(f"该机构已是“{label}”，如需修改理由，请先撤销原决定。")


def _refuse_keeping(proposal: Proposal) -> None:
    if proposal.bars:
        raise NotPossibleError(f"{'；'.join(proposal.bars)}，不能“仍予列入”。")
    if not proposal.doubts:
        raise NotPossibleError("该机构符合列入条件，不需要“仍予列入”；如已暂不列入，请撤销该决定。")
