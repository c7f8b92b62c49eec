"""What a visit looks at: each department's items of the checklist, and the provisions they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.law.models import LegalBasis
from inspections.models import ChecklistItem, Inspection, Inspector, Section
from inspections.queries.checklists import all_items
from inspections.queries.inspections import with_sections

# What every visit rests on: approval, two people with certificates, recusal, papers shown.
PROCEDURE = ("sqjc", "cf-42", "cf-43", "cf-55")


@dataclass(frozen=True)
class Part:
    """One department's part of a visit: who goes, and what they look at."""

    section: Section
    people: list[Inspector]
    items: list[ChecklistItem]


def parts_of(inspection: Inspection) -> list[Part]:
    """The parts of one visit, the lead's first."""
    return parts_of_all([inspection])[inspection.pk]


def parts_of_all(inspections: Iterable[Inspection]) -> dict[int, list[Part]]:
    """The parts of many, by a fixed number of questions for each version of the checklist."""
    wanted = [one.pk for one in inspections]
    rows = with_sections(Inspection.objects.filter(pk__in=wanted).select_related("institution"))
    rows = rows.prefetch_related("institution__categories")
    versions: dict[int, list[ChecklistItem]] = {}
    found: dict[int, list[Part]] = {}
    for row in rows:
        if row.checklist_id not in versions:
            items = all_items().filter(area__checklist=row.checklist_id)
            versions[row.checklist_id] = list(items)
        found[row.pk] = _parts(row, versions[row.checklist_id])
    return found


def _parts(inspection: Inspection, items: list[ChecklistItem]) -> list[Part]:
    sections = sorted(
        inspection.sections.all(), key=lambda one: one.department_id != inspection.lead_id
    )
    asked = [one for one in items if _applies(one, inspection)]
    supervisor = _supervisor(inspection, {one.department_id for one in sections})
    return [
        Part(
            section,
            [one for one in section.inspectors.all() if one.left_at is None],
            [one for one in asked if _is_looked_at_by(one, section.department_id, supervisor)],
        )
        for section in sections
    ]


def _applies(item: ChecklistItem, inspection: Inspection) -> bool:
    """Of a place whose kind of training is not known every item is asked."""
    kinds = set(inspection.institution.categories.all()) if inspection.institution else set()
    wanted = set(item.categories.all())
    return not wanted or not kinds or bool(wanted & kinds)


def _supervisor(inspection: Inspection, taking_part: set[int]) -> int:
    """Who looks at what the supervising department is to look at; where it does not come, the lead."""
    own = inspection.institution.lead_department_id if inspection.institution else None
    return own if own in taking_part and own is not None else inspection.lead_id


def _is_looked_at_by(item: ChecklistItem, department: int, supervisor: int) -> bool:
    if item.by_lead_department and department == supervisor:
        return True
    return any(one.pk == department for one in item.departments.all())


def bases_of(parts: Iterable[Part]) -> list[LegalBasis]:
    """The provisions on which these items rest, each once, in the order of the texts."""
    found = {basis for part in parts for item in part.items for basis in item.bases.all()}
    return sorted(found, key=lambda one: (one.sort_order, one.pk))


def procedure_bases() -> list[LegalBasis]:
    """The provisions on which the way of visiting rests."""
    return list(LegalBasis.objects.filter(key__in=PROCEDURE))
