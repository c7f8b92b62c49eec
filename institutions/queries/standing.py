"""What an institution's place on the public list is on a given day, worked out, never stored."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from foundation.clock.queries import county_day
from institutions.models import Institution, Licence
from institutions.models.institution import InstitutionQuerySet
from institutions.workflow import InstitutionState


@dataclass(frozen=True)
class Standing:
    """One word and its shape for a page, and since when, why and by which document."""

    is_good: bool
    tone: str
    word: str
    since: date | None = None
    why: str = ""
    document: str = ""


_TONES = {
    InstitutionState.UNVERIFIED: "none",
    InstitutionState.NORMAL: "good",
    InstitutionState.SUSPENDED: "bad",
    InstitutionState.RESTING: "warn",
    InstitutionState.CLOSED: "bad",
    InstitutionState.REVOKED: "bad",
    InstitutionState.DEREGISTERED: "none",
    InstitutionState.MOVED_OUT: "none",
}
# What every row of the current list is as long as it holds.
IN_ORDER = Standing(True, _TONES[InstitutionState.NORMAL], InstitutionState.NORMAL.label)


def _in_use() -> "Q":
    return Q(institution=OuterRef("pk"), is_void=False)


def with_validity(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    """Add to each row: `last_day` (latest end of a licence in use), `is_long_term`, `has_licence`.

    `last_day` is None where no end is recorded. Three sub-selects on an index, no query per row.
    """
    licences = Licence.objects.filter(_in_use())
    ends = licences.filter(valid_until__isnull=False).order_by("-valid_until")
    return rows.annotate(
        last_day=Subquery(ends.values("valid_until")[:1]),
        is_long_term=Exists(licences.filter(is_long_term=True)),
        has_licence=Exists(licences),
    )


def in_force(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Rows that may stand on the public list on that day: 正常, not deleted, no licence run out.

    A licence whose end is not recorded does not take a place off: the page says «有效期未登记».
    """
    normal = with_validity(rows.standing()).filter(state=InstitutionState.NORMAL)
    return normal.exclude(pk__in=_run_out_keys(on))


def run_out(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Rows that are 正常 but whose last licence has run out before that day (到期)."""
    normal = with_validity(rows.standing()).filter(state=InstitutionState.NORMAL)
    return normal.filter(pk__in=_run_out_keys(on))


def _run_out_keys(on: date) -> QuerySet[Licence, Any]:
    """Institutions with a licence that has ended, and none in use that still holds.

    Asked from the few licences that have ended, so that counting a list of thousands stays quick.
    """
    in_use = Licence.objects.filter(is_void=False)
    holding = in_use.filter(
        Q(valid_until__gte=on) | Q(is_long_term=True), institution=OuterRef("institution")
    )
    ended = in_use.filter(valid_until__lt=on).exclude(Exists(holding))
    return ended.values("institution")


def standing_of(institution: Institution, on: date) -> Standing:
    """The standing of one row that came through `with_validity`."""
    state = InstitutionState(institution.state)
    if institution.deleted_at is not None:
        since = county_day(institution.deleted_at)
        return Standing(False, "none", "已撤下", since, "登记有误")
    if state != InstitutionState.NORMAL:
        return Standing(
            False,
            _TONES[state],
            state.label,
            institution.state_on,
            institution.state_reason,
            institution.state_document,
        )
    last_day: date | None = institution.last_day  # type: ignore[attr-defined]  # with_validity adds it
    if last_day and last_day < on and not institution.is_long_term:  # type: ignore[attr-defined]  # with_validity adds it
        since = last_day + timedelta(days=1)
        return Standing(False, "bad", "许可到期", since, "办学许可证有效期已届满")
    return replace(IN_ORDER, since=institution.state_on)
