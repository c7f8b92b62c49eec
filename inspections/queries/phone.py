"""What a phone takes along: its person's visits with all that is asked there, as they stand at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from foundation.accounts.models import User
from foundation.clock.queries import county_day, county_zone
from foundation.law.models import LegalBasis
from foundation.law.queries import limit
from inspections.models import (
    ChecklistItem,
    Finding,
    Inspection,
    Inspector,
    Mode,
    Photo,
    Severity,
    Signature,
    Value,
)
from inspections.queries.inspections import AHEAD
from inspections.queries.records import LATE_ENTRY_DAYS, Line, PartRecord, records_of_all
from inspections.workflow import InspectionState
from institutions.models import Institution

DAYS_AHEAD = 7
# How long a concluded visit stays to be looked at.
DAYS_AFTER = 3
Said = dict[str, Any]


def visits_for_phone(user: User, at: datetime) -> Said:
    """All that a day on site needs, by a number of questions that no visit adds to."""
    days = limit(LATE_ENTRY_DAYS)
    rows = list(_visits(user, at, days))
    records = records_of_all(rows)
    return {
        "now": at.isoformat(),
        "user": {"id": str(user.pk), "name": user.name, "department": str(user.department)},
        "rules": {"late_days": days},
        "severities": [list(one) for one in Severity.choices],
        "modes": [list(one) for one in Mode.choices],
        "values": [list(one) for one in Value.choices],
        "checklists": _checklists({one.checklist_id for one in rows}),
        "visits": [_visit(_Seen(user, one, records[one.pk])) for one in rows],
    }


def _visits(user: User, at: datetime, days: int) -> QuerySet[Inspection]:
    """Where this person goes: soon, or so lately that it may still be entered; and whatever runs."""
    goes = Inspector.objects.filter(inspection=OuterRef("pk"), user=user, left_at=None)
    on = county_day(at)
    near = (on - timedelta(days=days), on + timedelta(days=DAYS_AHEAD))
    rows = Inspection.objects.filter(
        Q(state__in=AHEAD, planned_on__range=near)
        | Q(state=InspectionState.RUNNING)
        | Q(
            state=InspectionState.CONCLUDED,
            concluded_at__gte=at - timedelta(days=DAYS_AFTER),
        ),
        Exists(goes),
    )
    people = Inspector.objects.filter(left_at=None).select_related("user", "section__department")
    photos = Photo.objects.filter(withdrawn_at=None).select_related("finding")
    signatures = Signature.objects.filter(replaced_at=None)
    return (
        rows.select_related("institution", "site", "lead", "approval")
        .prefetch_related(
            Prefetch("inspectors", people),
            Prefetch("photos", photos),
            Prefetch("signatures", signatures),
        )
        .order_by("planned_on", "pk")
    )


def _checklists(versions: Iterable[int]) -> Said:
    """Each version whole: a person of the lead is asked about the others' items too."""
    bases = Prefetch("bases", LegalBasis.objects.only("title", "article", "verified_at"))
    rows = ChecklistItem.objects.filter(area__checklist__in=list(versions))
    found: Said = {}
    for item in rows.select_related("area__checklist").prefetch_related(bases):
        version = found.setdefault(
            str(item.area.checklist_id), {"name": str(item.area.checklist), "areas": {}}
        )
        code = item.area.code
        area = version["areas"].setdefault(code, {"code": code, "title": item.area.name})
        area.setdefault("items", []).append(_item(item))
    return {
        pk: version | {"areas": list(version["areas"].values())} for pk, version in found.items()
    }


def _item(item: ChecklistItem) -> Said:
    return {
        "id": item.pk,
        "code": item.code,
        "text": item.text,
        "basis": [str(one) if one.is_verified else f"{one}（未核实）" for one in item.bases.all()],
        "severity": item.severity,
        "mode": item.mode,
        "days": item.default_days,
    }


@dataclass(frozen=True)
class _Seen:
    """One visit as one of its inspectors sees it."""

    user: User
    row: Inspection
    record: list[PartRecord]

    @property
    def is_lead(self) -> bool:
        return self.user.department_id == self.row.lead_id

    @property
    def own(self) -> PartRecord:
        """The part that this person answers for."""
        mine = next(one for one in self.row.inspectors.all() if one.user_id == self.user.pk)
        return next(one for one in self.record if one.section.pk == mine.section_id)

    def sees(self, section: int) -> bool:
        """Is it of the own part, or this person of the lead?"""
        return self.is_lead or section == self.own.section.pk

    @property
    def others(self) -> list[PartRecord]:
        """Of the other parts only the lead sees anything."""
        return [one for one in self.record if one is not self.own] if self.is_lead else []


def _visit(seen: _Seen) -> Said:
    row, own, approval = seen.row, seen.own, getattr(seen.row, "approval", None)
    return {
        "visit": str(row.pk),
        "number": approval.number if approval else "",
        **_place(row),
        "planned_on": row.planned_on.isoformat(),
        "at": f"{row.begun_at.astimezone(county_zone()):%H:%M}" if row.begun_at else "",
        "state": row.state,
        "state_words": row.get_state_display(),
        "may_begin": row.may_begin,
        "begun_at": row.begun_at.isoformat() if row.begun_at else None,
        "is_lead": seen.is_lead,
        "lead": str(row.lead),
        "department": str(own.section),
        "checklist": str(row.checklist_id),
        "items": [line.item.pk for line in own.lines],
        "people": [_person(one, seen.user) for one in row.inspectors.all()],
        "prepare": row.to_prepare,
        "answers": [one for line in own.lines for one in _answers(line, seen.user)],
        "findings": [
            _finding(one, seen.user)
            for part in (own, *seen.others)
            for _, one in part.findings_by_item
        ],
        "photos": [_photo(one) for one in row.photos.all() if seen.sees(one.section_id)],
        "signatures": [{"role": one.role, "name": one.name} for one in row.signatures.all()],
        "others": [_counted(part) for part in seen.others],
    }


def _place(row: Inspection) -> Said:
    """Where it is. A telephone that the place keeps to itself does not leave the office."""
    place = row.place
    telephone = ""
    if isinstance(place, Institution) and place.contact_is_public:
        telephone = place.contact_phone
    address = (getattr(place, "actual_address", "") or place.address) if place else ""
    return {"place": str(place), "address": address, "telephone": telephone}


def _person(one: Inspector, user: User) -> Said:
    return {
        "id": str(one.user_id),
        "name": str(one),
        "department": str(one.section),
        "certificate": one.certificate,
        "me": one.user_id == user.pk,
    }


def _answers(line: Line, user: User) -> list[Said]:
    return [
        {
            "id": str(one.uuid),
            "item": line.item.pk,
            "by": str(one.by),
            "mine": one.by_id == user.pk,
            "value": one.value,
            "note": one.note,
            "at": one.answered_at.isoformat(),
            "disputed": line.is_disputed,
        }
        for one in line.answers
    ]


def _finding(one: Finding, user: User) -> Said:
    return {
        "id": str(one.uuid),
        "item": one.item_id,
        "fact": one.fact,
        "severity": one.severity,
        "mode": one.mode,
        "days": one.days,
        "outcome_words": one.outcome,
        "fixed": one.fixed_at is not None,
        "withdrawn": one.is_withdrawn,
        "mine": one.found_by_id == user.pk,
    }


def _photo(one: Photo) -> Said:
    return {
        "id": str(one.evidence_id),
        "item": one.item_id,
        "finding": str(one.finding.uuid) if one.finding else None,
        "after": one.after,
    }


def _counted(part: PartRecord) -> Said:
    asked = len(part.lines)
    return {
        "department": str(part.section),
        "answered": asked - len(part.unanswered),
        "asked": asked,
    }
