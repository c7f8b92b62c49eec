"""Who is to go to two places on the same day."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import QuerySet

from inspections.models import Inspection, Inspector
from inspections.queries.inspections import LIVE


def elsewhere(inspection: Inspection, people: Collection[int]) -> Counter[int]:
    """Of these people: to how many other visits each of them goes on that day."""
    rows = _others([inspection.planned_on], people, _campaign(inspection))
    rows = rows.exclude(inspection=inspection.pk)
    return Counter(rows.values_list("user", flat=True))


def taken(made: Iterable[Inspection], people: Collection[int]) -> list[str]:
    """The names of those of a team who go elsewhere on a day on which it was just sent out."""
    made = list(made)
    rows = _others({one.planned_on for one in made}, people, _campaign(made[0]))
    return sorted({str(one.user) for one in rows.select_related("user")})


def _campaign(inspection: Inspection) -> int | None:
    return inspection.planned.campaign_id if inspection.planned else None


def _others(
    days: Collection[date], people: Collection[int], campaign: int | None
) -> QuerySet[Inspector]:
    """A team's round of a campaign's places is one way, however many places it has."""
    rows = Inspector.objects.filter(left_at=None, user__in=people)
    rows = rows.filter(inspection__planned_on__in=days, inspection__state__in=LIVE)
    return rows.exclude(inspection__planned__campaign=campaign) if campaign else rows
