"""Visits that several departments are about to pay to the same place in the same month."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from inspections.models import Inspection
from inspections.queries.inspections import AHEAD, with_sections
from institutions.models import Institution, UnlicensedSite

# More at once nobody reads; when these are merged the next are shown.
_MOST = 50


@dataclass(frozen=True)
class Overlap:
    """One place in one month, and the visits that could be one."""

    place: Institution | UnlicensedSite
    month: date
    inspections: list[Inspection]


def could_be_one(inspection: Inspection) -> QuerySet[Inspection]:
    """The other visits of this place in this month; urgent ones are left as they are."""
    on = inspection.planned_on
    rows = _mergeable().filter(planned_on__year=on.year, planned_on__month=on.month)
    same = rows.filter(institution=inspection.institution_id, site=inspection.site_id)
    return same.exclude(pk=inspection.pk)


def overlap_count(on: date) -> int:
    """How many places will be visited more than once in a month, from this month on."""
    return _groups(on).count()


def overlaps(on: date) -> list[Overlap]:
    """These places with their visits, by a fixed number of questions."""
    groups = list(_groups(on)[:_MOST])
    wanted = Q(pk__in=[])
    for institution, site, month, _ in groups:
        same = Q(planned_on__year=month.year, planned_on__month=month.month)
        wanted |= same & Q(institution=institution, site=site)
    rows = _mergeable().filter(wanted).select_related("institution", "site", "lead")
    found: dict[tuple[int | None, int | None, date], list[Inspection]] = {}
    for one in with_sections(rows.order_by("planned_on", "pk")):
        month = one.planned_on.replace(day=1)
        found.setdefault((one.institution_id, one.site_id, month), []).append(one)
    return [
        Overlap(place, month, found[institution, site, month])
        for institution, site, month, _ in groups
        if (place := _place(found.get((institution, site, month), [])))
    ]


def _place(rows: list[Inspection]) -> Institution | UnlicensedSite | None:
    return rows[0].place if rows else None


def _mergeable() -> QuerySet[Inspection]:
    return Inspection.objects.filter(state__in=AHEAD, is_urgent=False)


def _groups(on: date) -> "QuerySet[Inspection, tuple[int | None, int | None, date, int]]":
    rows = _mergeable().filter(planned_on__gte=on.replace(day=1)).order_by()
    months = rows.annotate(month=TruncMonth("planned_on"))
    counted = months.values("institution", "site", "month").annotate(visits=Count("pk"))
    several = counted.filter(visits__gt=1).order_by("month", "institution", "site")
    return several.values_list("institution", "site", "month", "visits")
