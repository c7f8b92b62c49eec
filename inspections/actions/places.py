"""Which places are in a campaign: taken in from the register, and left out again with a reason."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.holding import hold_campaign
from inspections.models import Campaign, PlannedInspection
from institutions.models import Institution, UnlicensedSite

# How many names a line of the trail carries; the campaign's page shows all of them.
_NAMED = 5


@transaction.atomic
def add_places(
    *,
    campaign: Campaign,
    institutions: Iterable[Institution] = (),
    sites: Iterable[UnlicensedSite] = (),
    by: Actor,
    at: datetime | None = None,
) -> int:
    """The office takes these places into the campaign; those that are in it already stay as they are."""
    at = at or now()
    held = hold_campaign(campaign)
    known = set(held.places.values_list("institution", "site"))
    new = [
        PlannedInspection(campaign=held, institution=institution, site=site, added_at=at)
        for institution, site in (
            *((one, None) for one in institutions),
            *((None, one) for one in sites),
        )
        if (institution and institution.pk, site and site.pk) not in known
    ]
    if not new:
        raise NotPossibleError("没有选中新的检查对象。")
    PlannedInspection.objects.bulk_create(new)
    words = f"增加检查对象{len(new)}个：{_named([str(one) for one in new])}"
    record("campaign.places_added", target=held, by=by, at=at, words=words)
    return len(new)


@transaction.atomic
def drop_places(
    *,
    campaign: Campaign,
    places: Collection[PlannedInspection],
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> int:
    """The office leaves these places out of the campaign, with a reason."""
    at = at or now()
    held = hold_campaign(campaign)
    rows = held.places.filter(pk__in=[one.pk for one in places])
    names = [str(one) for one in rows.select_related("institution", "site")]
    if not names:
        raise NotPossibleError("请先选中要移出的检查对象。")
    visited = [str(one) for one in rows.filter(inspections__isnull=False).distinct()]
    if visited:
        raise NotPossibleError(f"{_named(visited)}已安排过检查，不能移出。")
    rows.delete()
    words = f"移出检查对象{len(names)}个：{_named(names)}"
    record("campaign.places_dropped", target=held, by=by, at=at, words=words, reason=reason)
    return len(names)


def _named(names: list[str]) -> str:
    rest = f"等{len(names)}个" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + rest
