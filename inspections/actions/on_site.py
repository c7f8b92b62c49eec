"""What every act on site does alike: who may write, when it happened, how late, and nothing twice."""

from datetime import datetime

from foundation.actor import Actor
from foundation.attachments.models import Evidence, EvidenceKind
from foundation.law.queries import limit
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import staying
from inspections.models import ChecklistItem, Inspection, Inspector, Section
from inspections.queries.records import LATE_ENTRY_DAYS, Line, is_late, is_past_entry, record_of
from inspections.workflow import InspectionState


class ConflictError(NotPossibleError):
    """Under this number something else was written before."""

    def __init__(self) -> None:
        super().__init__("这条记录已用同一编号保存过，内容不同，没有再次保存。")


class NotYetError(NotPossibleError):
    """Something else must come first; after it the same is possible."""


def hold_visit(inspection: Inspection) -> Inspection:
    """The visit under lock, while it runs; whoever writes for another department waits a moment."""
    rows = Inspection.objects.select_for_update(of=("self",))
    held = rows.select_related("institution", "site", "lead").get(pk=inspection.pk)
    if held.state != InspectionState.RUNNING:
        raise NotPossibleError(f"这次检查{held.get_state_display()}，不能登记检查情况。")
    return held


def goes(held: Inspection, by: Actor) -> Inspector:
    """The one of its inspectors who acts."""
    for one in staying(held):
        if by.user_id is not None and one.user_id == by.user_id:
            return one
    raise NotPossibleError("您不是这次检查的检查人员，不能登记。")


def leads(held: Inspection, by: Actor) -> Inspector:
    """The same, of the department in the lead."""
    one = goes(held, by)
    if one.section.department_id != held.lead_id:
        raise NotPossibleError(f"由牵头的{held.lead}检查人员办理。")
    return one


def own_line(held: Inspection, inspector: Inspector, item: ChecklistItem) -> Line:
    """The item's line in the own part; beside others nothing is written."""
    own = next(one for one in record_of(held) if one.section.pk == inspector.section_id)
    for line in own.lines:
        if line.item.pk == item.pk:
            return line
    raise NotPossibleError("这一项不属于本部门在这次检查中的检查内容。")


def refuse_others(held: Inspection, inspector: Inspector, section: Section, what: str) -> None:
    """What a department has written down is a matter of that department and of the lead."""
    if inspector.section.department_id not in (section.department_id, held.lead_id):
        raise NotPossibleError(f"其他部门登记的{what}，由该部门或者牵头部门办理。")


def claim(evidence: Evidence, kind: EvidenceKind, by: Actor) -> Evidence:
    """The photo or signature that the person has sent, under lock: nothing sweeps it away meanwhile."""
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("original")
    row = rows.filter(pk=evidence.pk, kind=kind).first()
    if row is None or row.original.stored_by_id != by.user_id:
        raise NotPossibleError(f"没有收到您的这份{kind.label}，请重新上传。")
    return row


def refuse_late(held: Inspection, on_site: datetime, at: datetime, reason: str) -> None:
    """What happened on an earlier day is entered with a reason, and after so many days no more."""
    if is_past_entry(on_site, at):
        days = limit(LATE_ENTRY_DAYS)
        raise NotPossibleError(f"检查已过{days}天，不能再补录。")
    explain_late(held, on_site, at, reason)


def explain_late(held: Inspection, on_site: datetime, at: datetime, reason: str) -> None:
    """The reason why it comes on a later day, asked for once a visit."""
    if on_site > at:
        raise NotPossibleError("时间不能晚于现在。")
    held.late_reason = held.late_reason or reason
    if is_late(on_site, at) and not held.late_reason:
        raise NotPossibleError("不是检查当天录入的，请写明补录理由。")


def moment_on_site(held: Inspection, at: datetime) -> datetime:
    """Now; of a visit that is typed in on a later day, when it began."""
    if held.begun_at and is_late(held.begun_at, at):
        return held.begun_at
    return at
