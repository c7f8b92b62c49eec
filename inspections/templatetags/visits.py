"""The visits of a place on the place's own page, which knows of no inspection."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import User
from inspections import rules
from inspections.queries.inspections import inspections_of, with_sections
from institutions.models import Institution, UnlicensedSite

register = template.Library()
# The page shows the latest; the list behind it has all.
_SHOWN = 10


@register.inclusion_tag("inspections/inspections/_of_place.html")
def visits_of(place: Institution | UnlicensedSite, user: User | AnonymousUser) -> dict[str, Any]:
    """The latest visits of this place that this person may see: `{% visits_of institution user %}`."""
    if not isinstance(user, User) or not rules.may_view_inspections(user):
        return {"may_view": False}
    is_institution = isinstance(place, Institution)
    asked = {"institution" if is_institution else "site": place.pk}
    rows = list(with_sections(inspections_of(user).filter(**asked))[: _SHOWN + 1])
    return {
        "may_view": True,
        "may_plan": rules.may_plan_inspection(user) and place.deleted_at is None,
        "rows": rows[:_SHOWN],
        "has_more": len(rows) > _SHOWN,
        "name": next(iter(asked)),
        "place": place,
    }
