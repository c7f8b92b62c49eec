"""The expiry sweep: what the clock does with places whose licence ran out overnight."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.web.actions import touch_public
from institutions.models import Expiry, Institution, IssueKind
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.issues import current_issue
from institutions.queries.standing import in_force, run_out

# Two sweeps at the same moment (beat's and tick's) follow one another; imports have a lock of their own.
_SWEEP_LOCK = 6108250002


@dataclass(frozen=True)
class Swept:
    """How many places left the public list, and how many came back."""

    expired: int
    renewed: int


@transaction.atomic
def sweep_expired(*, by: Actor, at: datetime | None = None) -> Swept:
    """Places of the current issue whose licence has run out leave the public list; renewed ones return.

    Running it twice does nothing the second time.
    """
    at = at or now()
    today = county_day(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SWEEP_LOCK])
    expired = _locked(_newly_run_out(today))
    renewed = _locked(_renewed(today))
    if expired or renewed:
        touch_public()
    for row in expired:
        _take_off(row, by=by, at=at)
    listed = _listed(renewed)
    for row in renewed:
        _put_back(row, is_listed=row.pk in listed, by=by, at=at)
    return Swept(len(expired), len(renewed))


def _newly_run_out(today: date) -> InstitutionQuerySet:
    issue = current_issue(IssueKind.WHITELIST)
    if issue is None:
        return Institution.objects.none()
    rows = run_out(Institution.objects.filter(list_entries__issue=issue), today)
    return rows.exclude(expiries__in=Expiry.objects.filter(ended_at=None))


def _renewed(today: date) -> InstitutionQuerySet:
    told = Expiry.objects.filter(ended_at=None)
    return in_force(Institution.objects.filter(expiries__in=told), today)


def _listed(rows: list[Institution]) -> set[int]:
    """Which of these stand in the current issue, and so come back to the public list."""
    issue = current_issue(IssueKind.WHITELIST)
    if issue is None:
        return set()
    entries = issue.entries.filter(institution__in=rows)
    return set(entries.values_list("institution_id", flat=True))


def _locked(rows: InstitutionQuerySet) -> list[Institution]:
    """Wait for whoever works on these institutions, then ask again: it may have been settled."""
    keys = sorted(rows.values_list("pk", flat=True))
    held = Institution.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    list(held.values_list("pk", flat=True))
    return list(rows.filter(pk__in=keys).order_by("pk"))


def _take_off(row: Institution, *, by: Actor, at: datetime) -> None:
    last_day: date = row.last_day  # type: ignore[attr-defined]  # with_validity adds it
    words = f"办学许可证有效期已于{day_words(last_day)}届满"
    Expiry.objects.create(institution=row, made_at=at)
    record("institution.expired", target=row, by=by, at=at, words=f"{words}，移出白名单公示")


def _put_back(row: Institution, *, is_listed: bool, by: Actor, at: datetime) -> None:
    Expiry.objects.filter(institution=row, ended_at=None).update(ended_at=at)
    result = "恢复白名单公示" if is_listed else "可以列入下一期白名单"
    words = f"办学许可证有效期已更新，{result}"
    record("institution.renewed", target=row, by=by, at=at, words=words)
