"""The results of visits as the public may read them: how they are worded, which are to decide, which are published."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from foundation.accounts.models import User
from foundation.clock.queries import county_day
from inspections import rules
from inspections.models import Disclosure, Inspection, Kind, Mode
from inspections.queries.inspections import inspections_of
from inspections.queries.records import PartRecord
from inspections.workflow import DISCLOSURE, DisclosureState

RESULT_DAYS = "result_working_days"
# That somebody has complained is nobody's business.
_PUBLIC_KINDS = {Kind.COMPLAINT: "个案检查", Kind.ASSIGNED: "个案检查"}
_OPEN = Q(disclosure__state__in=(DisclosureState.WAITING, DisclosureState.PROPOSED))


def public_words(inspection: Inspection, parts: Iterable[PartRecord]) -> dict[str, object]:
    """What the public may know of a visit: the day, the kind, the departments and counts; no person, no word of the record."""
    parts = list(parts)
    on = county_day(inspection.begun_at) if inspection.begun_at else inspection.planned_on
    kind = Kind(inspection.kind)
    return {
        "visited_on": on,
        "kind": _PUBLIC_KINDS.get(kind, str(kind.label)),
        "departments": "、".join(str(part.section.department) for part in parts),
        "result": _result(parts),
    }


def _result(parts: Iterable[PartRecord]) -> str:
    found = [one for part in parts for one in part.findings]
    if not found:
        return "未发现问题"
    fixed = sum(one.fixed_at is not None for one in found)
    in_time = sum(one.mode == Mode.IN_TIME for one in found)
    others = len(found) - fixed - in_time
    counts = ((fixed, "当场改正"), (in_time, "责令限期整改"), (others, "依法另行处理"))
    said = [f"{words}{count}个" for count, words in counts if count]
    return "，".join([f"发现问题{len(found)}个", *said])


def disclosures_of(user: User) -> QuerySet[Disclosure]:
    """Those of the visits that this person may see; what becomes of them is a matter of the office."""
    seen = inspections_of(user).order_by().values("pk")
    rows = Disclosure.objects.filter(inspection__in=seen)
    return rows.select_related(
        "inspection__institution",
        "inspection__lead",
        "proposed_by",
        "decided_by",
        "withdrawn_by",
    )


def disclosure_for(user: User, inspection: Inspection) -> Disclosure | None:
    """What the page of a visit says of its publication: to those who see all of the visit."""
    if inspection.concluded_at is None or not rules.sees_whole_inspection(user, inspection):
        return None
    return disclosures_of(user).filter(inspection=inspection).first()


def acts_on(user: User, disclosure: Disclosure) -> set[str]:
    """What this person may do with it now; agreeing is publishing or not, as it was proposed."""
    possible = set(DISCLOSURE.acts(disclosure.state))
    acts = possible & {"propose"} if rules.may_propose_result(user) else set()
    if "send back" in possible and rules.may_decide_this(user, disclosure):
        acts.add("decide")
    if "take down" in possible and rules.may_publish_result(user):
        acts.add("take down")
    return acts


def to_disclose(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, those of which it is still to decide whether the result is published."""
    return rows.filter(_OPEN)


def disclosed_late(rows: QuerySet[Inspection], on: date) -> QuerySet[Inspection]:
    """Of the same, those whose term is over."""
    return to_disclose(rows).filter(disclosure__due_on__lt=on)


def to_propose() -> QuerySet[Disclosure]:
    """What waits for a proposal of the office."""
    return Disclosure.objects.filter(state=DisclosureState.WAITING)


def to_decide(user: User) -> QuerySet[Disclosure]:
    """What others have proposed and this person may decide."""
    if not rules.may_publish_result(user):
        return Disclosure.objects.none()
    return Disclosure.objects.filter(state=DisclosureState.PROPOSED).exclude(proposed_by=user)


def published_results() -> QuerySet[Disclosure]:
    """What everybody may read, the newest visit first."""
    return Disclosure.objects.filter(state=DisclosureState.PUBLISHED)
