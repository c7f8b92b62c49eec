"""The record of a visit: each department's items with their answers, what was found, what is still lacking."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import (
    Count,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.clock.queries import county_day
from foundation.law.queries import limit
from inspections import rules
from inspections.models import (
    Answer,
    Approval,
    ChecklistArea,
    ChecklistItem,
    Choice,
    Finding,
    Inspection,
    Inspector,
    Outcome,
    Photo,
    Section,
    Value,
)
from inspections.queries.sheets import Part, parts_of_all
from inspections.workflow import FindingState

LATE_ENTRY_DAYS = "late_entry_days"
_ONE_TURN = timedelta(hours=6)


@dataclass(frozen=True)
class Line:
    """One item of one department's part: each person's answer, and what was found."""

    item: ChecklistItem
    answers: list[Answer]
    findings: list[Finding]
    photos: list[Photo]
    # What holds; None as long as nobody has answered, or two differ and nobody has chosen.
    value: str | None
    is_disputed: bool
    choice: Choice | None

    @property
    def is_answered(self) -> bool:
        """Has anybody of the department answered?"""
        return bool(self.answers)

    @property
    def is_own(self) -> bool:
        """Did the department itself look, or did nobody?"""
        looked = any(one.value != Value.NOT_LOOKED_AT for one in self.answers)
        return looked or (self.is_answered and self.value == Value.NOT_LOOKED_AT)

    @property
    def standing(self) -> list[Finding]:
        """What was found and not withdrawn."""
        return [one for one in self.findings if not one.is_withdrawn]


@dataclass(frozen=True)
class PartRecord:
    """One department's part of the record."""

    section: Section
    people: list[Inspector]
    lines: list[Line]
    # What was found outside the checklist.
    others: list[Finding]
    # Of the visit as a whole.
    photos: list[Photo]

    @property
    def unanswered(self) -> list[Line]:
        """The items to which nobody of the department has answered."""
        return [one for one in self.lines if not one.is_answered]

    @property
    def rest(self) -> list[Line]:
        """Of these, the items beside which no problem was found: what may be met all at once."""
        return [one for one in self.unanswered if not one.standing]

    @property
    def said(self) -> str:
        """How many of its items are met, not met and so on, in words: as the department itself found them."""
        values = [one.value for one in self.lines if one.is_own]
        counts = {label: values.count(value) for value, label in Value.choices}
        counts["结果不一致"] = values.count(None)
        counts["由其他部门检查"] = sum(one.is_answered and not one.is_own for one in self.lines)
        counts["待检查"] = len(self.unanswered)
        return "，".join(f"{label}{count}项" for label, count in counts.items() if count)

    @property
    def findings(self) -> list[Finding]:
        """All that the department found and did not withdraw."""
        found = [one for line in self.lines for one in line.standing]
        return found + [one for one in self.others if not one.is_withdrawn]

    @property
    def findings_by_item(self) -> list[tuple[ChecklistItem | None, Finding]]:
        """All that the department found, what was withdrawn as well, each with its item."""
        found = [(line.item, one) for line in self.lines for one in line.findings]
        return [*found, *((None, one) for one in self.others)]

    @property
    def all_photos(self) -> list[Photo]:
        """Of the visit as a whole, beside items and beside problems."""
        beside = [photo for line in self.lines for photo in line.photos]
        found = [photo for _, one in self.findings_by_item for photo in one.photos.all()]
        return [*self.photos, *beside, *found]

    @property
    def is_disputed(self) -> bool:
        """Is there an item that the lead has to choose?"""
        return any(one.is_disputed for one in self.lines)

    @property
    def areas(self) -> list["AreaRecord"]:
        """The same by areas of the checklist."""
        found: dict[ChecklistArea, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.item.area, []).append(line)
        return [AreaRecord(area, lines) for area, lines in found.items()]


@dataclass(frozen=True)
class AreaRecord:
    """One area of the checklist in one department's part."""

    area: ChecklistArea
    lines: list[Line]

    @property
    def answered_count(self) -> int:
        """How many of its items have an answer."""
        return sum(one.is_answered for one in self.lines)


@dataclass
class _Known:
    """What was written down of one visit, by item."""

    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    choices: dict[int, Choice] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    # Those that are beside no finding; a finding has its own.
    photos: list[Photo] = field(default_factory=list)


def record_of(inspection: Inspection, *, as_asked: bool = False) -> list[PartRecord]:
    """The whole record of a visit, by a fixed number of questions.

    What was concluded stays as it was, without the items that nobody answered, unless it is looked at
    `as_asked`.
    """
    return records_of_all([inspection], as_asked=as_asked)[inspection.pk]


def records_of_all(
    inspections: Collection[Inspection], *, as_asked: bool = False
) -> dict[int, list[PartRecord]]:
    """The same of many, by a fixed number of questions for each version of the checklist."""
    parts, known = parts_of_all(inspections), _known_of_all(inspections)
    return {
        one.pk: _records(
            parts[one.pk],
            known[one.pk],
            is_settled=one.concluded_at is not None and not as_asked,
        )
        for one in inspections
    }


def record_for(user: User, inspection: Inspection) -> list[PartRecord]:
    """What this person may see of it: the office and the lead all, the others their own part; each photo with what
    was said of its faces."""
    rows = record_of(inspection)
    if not rules.sees_whole_inspection(user, inspection):
        rows = [one for one in rows if one.section.department_id == user.department_id]
    prefetch_related_objects([photo for part in rows for photo in part.all_photos], "face_checks")
    return rows


def current_answers(inspection: Inspection) -> QuerySet[Answer]:
    """Each person's newest answer to each item."""
    return _newest(Answer.objects.filter(inspection=inspection))


def _newest(rows: QuerySet[Answer]) -> QuerySet[Answer]:
    # By section too: the lead enters for every department what nobody has looked at.
    persons = ("inspection_id", "section_id", "item_id", "by_id")
    newest = rows.order_by(*persons, "-answered_at", "-pk").distinct(*persons)
    return Answer.objects.filter(pk__in=newest.values("pk")).select_related("by", "item__area")


def counting(answers: Iterable[Answer], choice: Choice | None) -> list[Answer]:
    """Of the persons' answers to one item, those that count: what the lead chose, and what came after."""
    return [
        one
        for one in answers
        if choice is None or one.pk == choice.answer_id or one.received_at > choice.chosen_at
    ]


def values_of(answers: Iterable[Answer]) -> set[str]:
    """What these answers say. Who did not look contradicts nobody who did."""
    said = {one.value for one in answers}
    return said - {Value.NOT_LOOKED_AT} or said


def obstacles(record: Sequence[PartRecord]) -> list[str]:
    """Why a visit cannot be concluded yet, each as a sentence."""
    lines = [line for part in record for line in part.lines]
    open_ones = [
        f"{part.section}还有{len(part.unanswered)}项没有检查结果"
        for part in record
        if part.unanswered
    ]
    found = [one for part in record for one in part.findings]
    checks = (
        ("{}的检查结果不一致，请采信其中一个", [one for one in lines if one.is_disputed]),
        ("{}不合格，但没有登记问题", [one for one in lines if lacks_finding(one)]),
        ("{}登记了问题，但检查结果不是不合格", [one for one in lines if _has_idle_finding(one)]),
    )
    said = [words.format(_codes(rows)) for words, rows in checks if rows]
    if unfixed := [one for one in found if one.is_unfixed]:
        said.append(f"还有{len(unfixed)}个立行立改的问题没有登记当场改正，也没有改为限期整改")
    return open_ones + said


def unapproved(approval: Approval) -> list[str]:
    """Of an urgent visit that its approval is still owed, as a sentence."""
    if approval.outcome == Outcome.APPROVED:
        return []
    return ["紧急检查的审批还没有补办"]


def lacks_finding(line: Line) -> bool:
    """Is it not met, as the department itself has seen, without a problem that says how?"""
    says_so = any(one.value == Value.NOT_MET for one in line.answers)
    return line.value == Value.NOT_MET and says_so and not line.standing


def is_late(on_site: datetime, at: datetime) -> bool:
    """Is it entered on a later day? What goes on past midnight is not, for some hours."""
    return county_day(on_site) != county_day(at) and at - on_site > _ONE_TURN


def is_past_entry(on_site: datetime, at: datetime) -> bool:
    """Is it too late to enter what happened at that moment?"""
    return county_day(at) - county_day(on_site) > timedelta(days=limit(LATE_ENTRY_DAYS))


def visible_findings(user: User) -> QuerySet[Finding]:
    """What was found and not withdrawn, as far as this person may see it."""
    rows = Finding.objects.exclude(state=FindingState.WITHDRAWN)
    if rules.sees_every_inspection(user):
        return rows
    own = user.department_id
    return rows.filter(Q(section__department=own) | Q(inspection__lead=own))


def with_findings(rows: QuerySet[Inspection], user: User) -> QuerySet[Inspection]:
    """The list's rows with how much was found, and how much of it was put right at once."""
    found = visible_findings(user).filter(inspection=OuterRef("pk")).order_by()
    counted = found.values("inspection").annotate(
        all=Count("pk"), fixed=Count("pk", filter=Q(fixed_at__isnull=False))
    )
    return rows.annotate(
        finding_count=Coalesce(Subquery(counted.values("all")), 0),
        fixed_count=Coalesce(Subquery(counted.values("fixed")), 0),
    )


def _records(parts: list[Part], known: _Known, *, is_settled: bool) -> list[PartRecord]:
    disputed = {
        item
        for item, answers in known.answers.items()
        if len(values_of(counting(answers, known.choices.get(item)))) > 1
    }
    return [_part(part, known, disputed, is_settled=is_settled) for part in parts]


def _known_of_all(inspections: Collection[Inspection]) -> dict[int, _Known]:
    known = {one.pk: _Known() for one in inspections}
    answers = _newest(Answer.objects.filter(inspection__in=known))
    for answer in answers.order_by("answered_at", "pk"):
        known[answer.inspection_id].answers[answer.item_id].append(answer)
    choices = Choice.objects.filter(inspection__in=known).select_related("answer__by", "by")
    for choice in choices.order_by("pk"):
        known[choice.inspection_id].choices[choice.answer.item_id] = choice
    findings = Finding.objects.filter(inspection__in=known)
    findings = findings.select_related("found_by", "fixed_by", "withdrawn_by", "item__area")
    photos = Photo.objects.select_related("by", "withdrawn_by", "evidence", "item__area")
    for one in findings.prefetch_related(Prefetch("photos", photos)):
        known[one.inspection_id].findings.append(one)
    for photo in photos.filter(inspection__in=known, finding=None):
        known[photo.inspection_id].photos.append(photo)
    return known


def _part(part: Part, known: _Known, disputed: set[int], *, is_settled: bool) -> PartRecord:
    own = part.section.pk
    found = [one for one in known.findings if one.section_id == own]
    photos = [one for one in known.photos if one.section_id == own]
    items = {} if is_settled else {one.pk: one for one in part.items}
    answered = [one for rows in known.answers.values() for one in rows if one.section_id == own]
    items |= {one.item_id: one.item for one in answered}
    ordered = sorted(items.values(), key=lambda one: (one.area.code, one.position))
    return PartRecord(
        part.section,
        part.people,
        [_line(one, own, known, found, photos, disputed) for one in ordered],
        [one for one in found if one.item_id not in items],
        [one for one in photos if one.item_id not in items],
    )


def _line(
    item: ChecklistItem,
    section: int,
    known: _Known,
    found: list[Finding],
    photos: list[Photo],
    disputed: set[int],
) -> Line:
    answers = known.answers.get(item.pk, [])
    counted = values_of(counting(answers, known.choices.get(item.pk)))
    is_disputed = item.pk in disputed
    return Line(
        item,
        [one for one in answers if one.section_id == section],
        [one for one in found if one.item_id == item.pk],
        [one for one in photos if one.item_id == item.pk],
        None if is_disputed or not counted else next(iter(counted)),
        is_disputed,
        known.choices.get(item.pk),
    )


def _has_idle_finding(line: Line) -> bool:
    return bool(line.standing) and line.value not in (None, Value.NOT_MET)


def _codes(lines: Iterable[Line]) -> str:
    return "、".join(dict.fromkeys(one.item.code for one in lines))
