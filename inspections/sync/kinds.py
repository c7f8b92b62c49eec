"""Each kind of act: what its body says, and which act of the house it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from foundation.actor import Actor
from foundation.attachments.models import Evidence
from foundation.clock.queries import county_day, county_zone
from foundation.clock.words import day_words
from foundation.workflow import NotPossibleError
from inspections.actions.answers import Given, answer_items
from inspections.actions.findings import fix_on_the_spot, record_finding, withdraw_finding
from inspections.actions.found import Found
from inspections.actions.on_site import NotYetError, goes
from inspections.actions.photos import add_photo
from inspections.actions.signatures import sign_visit
from inspections.actions.visits import begin_inspection, conclude_inspection
from inspections.models import (
    ChecklistItem,
    Finding,
    Inspection,
    Mode,
    Receipt,
    ReceiptOutcome,
    Severity,
    SignatureRole,
    Value,
    Where,
)
from inspections.models.finding import MOST_DAYS
from inspections.queries.records import current_answers, is_late, record_of, values_of
from inspections.sync.reading import Fields, MalformedError

_ARRIVED_LATE = "手机离线记录，联网后送达"
_MOST_PK = 2**63 - 1
_MOST_ITEMS = 500
_MOST_METRES = 100_000
_STAMP_LINES, _STAMP_LETTERS = 4, 60


@dataclass(frozen=True)
class Case:
    """The visit, under lock, and what is known of the act around its body."""

    id: UUID
    held: Inspection
    by: Actor
    # When it happened on site, by the phone's clock and by the office's; and now.
    phone_at: datetime
    moment: datetime
    at: datetime
    evidence: list[Evidence]

    def late_reason(self, reason: str) -> str:
        """What was recorded on site and had no network to come by needs nobody's excuse."""
        return reason or (_ARRIVED_LATE if is_late(self.moment, self.at) else "")

    def located(self, where: Where | None) -> Where | None:
        """The same place, found when the office's clock says so."""
        if where is None:
            return None
        return replace(where, at=min(where.at + (self.moment - self.phone_at), self.at))


@dataclass(frozen=True)
class Asked:
    """What the body asks for: `effect` does it and says so in words."""

    effect: Callable[[Case], str]
    # The problem that it writes down.
    finding: UUID | None = None
    # How many photos or signatures it has to name.
    blobs: int = 0


def _begin(body: Fields) -> Asked:
    reason, where = body.text("reason", 300), _where(body)

    def effect(case: Case) -> str:
        held = case.held
        goes(held, case.by)
        if held.has_begun and held.begun_at:
            local = held.begun_at.astimezone(county_zone())
            return f"检查已由{held.begun_by}于{day_words(local.date())}{local:%H:%M}开始。"
        if not held.may_begin:
            raise NotPossibleError(f"这次检查{held.get_state_display()}，不能开始。")
        is_as_planned = county_day(case.moment) == held.planned_on
        begin_inspection(
            inspection=held,
            version=held.version,
            begun_at=case.moment,
            late_reason=case.late_reason(reason) if is_as_planned else reason,
            where=case.located(where),
            by=case.by,
            at=case.at,
        )
        return "检查已开始。"

    return Asked(effect)


def _answer(body: Fields) -> Asked:
    item = body.number("item", 1, _MOST_PK)
    value, note = body.choice("value", Value.values), body.text("note", 300)
    reason = body.text("reason", 300)
    found = None if body.is_empty("found") else _found(body.said["found"])
    if found and value != Value.NOT_MET:
        raise MalformedError("写了问题的，检查结果应为不合格")

    def effect(case: Case) -> str:
        answer_items(
            inspection=case.held,
            answers=[Given(case.id, item, value, note, found, case.moment)],
            late_reason=case.late_reason(reason),
            by=case.by,
            at=case.at,
        )
        return f"检查结果已登记{_contradicted(case, item)}。"

    return Asked(effect, found.uuid if found else None)


def _contradicted(case: Case, item: int) -> str:
    """Who has answered differently: both are kept until the lead chooses."""
    rows = list(current_answers(case.held).filter(item=item))
    if len(values_of(rows)) < 2:
        return ""
    others = "、".join(str(one.by) for one in rows if one.by_id != case.by.user_id)
    return f"；与{others}的结果不一致，两份都保留，由牵头部门采信"


def _rest(body: Fields) -> Asked:
    items = [_pk(one) for one in body.rows("items", _MOST_ITEMS)]
    reason = body.text("reason", 300)
    if not items or len(set(items)) != len(items):
        raise MalformedError("items")

    def effect(case: Case) -> str:
        section = goes(case.held, case.by).section_id
        own = next(one for one in record_of(case.held) if one.section.pk == section)
        lines = {one.item.pk: one for one in own.lines}
        if set(items) - set(lines):
            raise NotPossibleError("有检查项不属于本部门在这次检查中的检查内容，没有登记。")
        open_ones = {one.item.pk for one in own.rest}
        rest = [pk for pk in items if pk in open_ones]
        answer_items(
            inspection=case.held,
            answers=[
                Given(uuid5(case.id, str(pk)), pk, Value.MET, answered_at=case.moment)
                for pk in rest
            ],
            late_reason=case.late_reason(reason),
            by=case.by,
            at=case.at,
        )
        left = "、".join(lines[pk].item.code for pk in items if pk not in rest)
        return f"{len(rest)}项已记为合格{f'；{left}已有结果或问题，没有改动' if left else ''}。"

    return Asked(effect)


def _finding(body: Fields) -> Asked:
    item = None if body.is_empty("item") else body.number("item", 1, _MOST_PK)
    found, reason = _found(body.said.get("found")), body.text("reason", 300)

    def effect(case: Case) -> str:
        record_finding(
            inspection=case.held,
            found=found,
            item=_item_of(case, item),
            found_at=case.moment,
            late_reason=case.late_reason(reason),
            by=case.by,
            at=case.at,
        )
        return "问题已登记。"

    return Asked(effect, found.uuid)


def _fix(body: Fields) -> Asked:
    finding, words = body.uuid("finding"), body.text("words", 300, least=1)
    reason = body.text("reason", 300)

    def effect(case: Case) -> str:
        fix_on_the_spot(
            finding=_finding_of(case, finding),
            words=words,
            fixed_at=case.moment,
            late_reason=case.late_reason(reason),
            by=case.by,
            at=case.at,
        )
        return "当场改正已登记。"

    return Asked(effect)


def _withdraw(body: Fields) -> Asked:
    finding, reason = body.uuid("finding"), body.text("reason", 300, least=1)

    def effect(case: Case) -> str:
        row = _finding_of(case, finding)
        withdraw_finding(finding=row, reason=reason, by=case.by, at=case.at)
        return "问题已撤销。"

    return Asked(effect)


def _photo(body: Fields) -> Asked:
    item = None if body.is_empty("item") else body.number("item", 1, _MOST_PK)
    finding = None if body.is_empty("finding") else body.uuid("finding")
    after, where = body.flag("after"), _where(body)
    lines = [Fields({"stamp": one}, ["stamp"]) for one in body.rows("stamp", _STAMP_LINES)]
    stamp = [one.text("stamp", _STAMP_LETTERS, least=1) for one in lines]

    def effect(case: Case) -> str:
        add_photo(
            inspection=case.held,
            evidence=case.evidence[0],
            item=_item_of(case, item),
            finding=_finding_of(case, finding) if finding else None,
            after=after,
            stamp=stamp,
            taken_at=case.moment,
            late_reason=case.late_reason(""),
            where=case.located(where),
            by=case.by,
            at=case.at,
        )
        return "照片已归入检查。"

    return Asked(effect, blobs=1)


def _sign(body: Fields) -> Asked:
    role = body.choice("role", SignatureRole.values)
    name, post = body.text("name", 60), body.text("post", 60)
    refused, witness = body.text("refused", 300), body.text("witness", 60)

    def effect(case: Case) -> str:
        sign_visit(
            inspection=case.held,
            role=role,
            name=name,
            post=post,
            evidence=next(iter(case.evidence), None),
            refused=refused,
            witness=witness,
            signed_at=case.moment,
            late_reason=case.late_reason(""),
            by=case.by,
            at=case.at,
        )
        return "拒签已登记。" if refused else "签名已登记。"

    return Asked(effect, blobs=0 if refused else 1)


def _conclude(body: Fields) -> Asked:
    conclusion, reason = body.text("conclusion", 1000, least=1), body.text("reason", 300)

    def effect(case: Case) -> str:
        conclude_inspection(
            inspection=case.held,
            version=case.held.version,
            ended_at=case.moment,
            conclusion=conclusion,
            late_reason=case.late_reason(reason),
            by=case.by,
            at=case.at,
        )
        return "检查已结论。"

    return Asked(effect)


# Kind: how its body is read, and the names that it may have.
KINDS: Mapping[str, tuple[Callable[[Fields], Asked], tuple[str, ...]]] = {
    "begin": (_begin, ("reason", "where")),
    "answer": (_answer, ("item", "value", "note", "reason", "found")),
    "rest": (_rest, ("items", "reason")),
    "finding": (_finding, ("item", "found", "reason")),
    "fix": (_fix, ("finding", "words", "reason")),
    "withdraw": (_withdraw, ("finding", "reason")),
    "photo": (_photo, ("item", "finding", "after", "stamp", "where")),
    "sign": (_sign, ("role", "name", "post", "refused", "witness")),
    "conclude": (_conclude, ("conclusion", "reason")),
}
BEGIN = "begin"


def asked(kind: str, body: object) -> Asked:
    """What this body asks for, or MalformedError."""
    if kind not in KINDS:
        raise MalformedError(f"kind {kind}")
    read, names = KINDS[kind]
    return read(Fields(body, names))


def _found(said: object) -> Found:
    fields = Fields(said, ("id", "fact", "severity", "mode", "days", "fixed"))
    mode, fixed = fields.choice("mode", Mode.values), fields.text("fixed", 300)
    days = None if fields.is_empty("days") else fields.number("days", 1, MOST_DAYS)
    if mode == Mode.IN_TIME and days is None:
        raise MalformedError("限期整改应写明天数")
    if fixed and mode != Mode.ON_THE_SPOT:
        raise MalformedError("已当场改正的，整改方式应为立行立改")
    severity = fields.number("severity", min(Severity.values), max(Severity.values))
    return Found(fields.uuid("id"), fields.text("fact", 500, least=1), severity, mode, days, fixed)


def _where(body: Fields) -> Where | None:
    """Where the phone was, if its owner lets it say so."""
    if body.is_empty("where"):
        return None
    fields = Fields(body.said["where"], ("lat", "lon", "accuracy", "at"))
    latitude, longitude = fields.degrees("lat", 90), fields.degrees("lon", 180)
    return Where(
        latitude, longitude, fields.number("accuracy", 0, _MOST_METRES), fields.moment("at")
    )


def _pk(said: object) -> int:
    return Fields({"items": said}, ["items"]).number("items", 1, _MOST_PK)


def _item_of(case: Case, item: int | None) -> ChecklistItem | None:
    if item is None:
        return None
    rows = ChecklistItem.objects.select_related("area")
    row = rows.filter(pk=item, area__checklist=case.held.checklist_id).first()
    if row is None:
        raise NotPossibleError("这个检查项不属于这次检查所用的检查表，没有登记。")
    return row


def _finding_of(case: Case, finding: UUID) -> Finding:
    """The problem that the act names: it may still be on its way, or will never come."""
    row = Finding.objects.select_related("inspection").filter(uuid=finding).first()
    if row is None:
        never = (ReceiptOutcome.REFUSED, ReceiptOutcome.CONFLICT)
        if Receipt.objects.filter(finding=finding, outcome__in=never).exists():
            raise NotPossibleError("所指的问题没有被接收，这一条也不能办理。")
        raise NotYetError("所指的问题还没有送达，送达后自动办理。")
    if row.inspection_id != case.held.pk:
        raise NotPossibleError("所指的问题不属于这次检查。")
    return row
