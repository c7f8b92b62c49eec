"""The expiry sweep: what the clock does, once, and tells."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.actor import CLOCK
from foundation.audit.models import AuditEvent
from foundation.clock.queries import county_day, today
from institutions.actions.lifecycle import decide
from institutions.actions.sweep import Swept, sweep_expired
from institutions.models import Expiry, Institution
from institutions.queries.issues import current_issue
from institutions.tasks import sweep_expired as sweep_task
from institutions.workflow import InstitutionState
from tests import make
from tests.public.publishing import licensed, publish

# Five past midnight of the county, on the day after the last day of the licence.
NIGHT = datetime(2023, 7, 10, 16, 5, tzinfo=UTC)
LAST_DAY = date(2023, 7, 10)


def listed(until: date = LAST_DAY, **facts: Any) -> Institution:
    """One more place on the current issue, which is published anew with it."""
    current = current_issue("whitelist")
    there = [entry.institution for entry in current.entries.all()] if current else []
    row = licensed(until=until, **facts)
    publish(*filter(None, there), row)
    return row


def test_a_licence_that_ran_out_overnight_takes_the_place_off(db: None) -> None:
    row = listed()
    before = make.mark()

    swept = sweep_expired(by=CLOCK, at=NIGHT)

    told = Expiry.objects.get(institution=row)
    assert swept == Swept(expired=1, renewed=0)
    assert told.ended_at is None
    event = AuditEvent.objects.get()
    assert (event.act, event.by_label, event.words) == (
        "institution.expired",
        "系统时钟",
        "办学许可证有效期已于2023年7月10日届满，移出白名单公示",
    )
    assert make.mark() != before


def test_on_the_last_day_itself_it_still_stands(db: None) -> None:
    listed()

    assert sweep_expired(by=CLOCK, at=NIGHT - timedelta(hours=1)) == Swept(0, 0)


def test_the_second_run_does_nothing(db: None) -> None:
    listed()
    sweep_expired(by=CLOCK, at=NIGHT)
    before = make.mark()

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)
    assert (Expiry.objects.count(), AuditEvent.objects.count(), make.mark()) == (1, 1, before)


def test_what_is_not_on_the_current_issue_is_left_alone(db: None) -> None:
    listed(until=date(2025, 1, 1))
    make.licence(make.institution(), valid_until=LAST_DAY)

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)


def test_a_suspended_one_is_off_already(db: None) -> None:
    listed(state=InstitutionState.SUSPENDED)

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)


def test_a_second_licence_still_in_force_keeps_it(db: None) -> None:
    row = listed()
    make.licence(row, valid_until=date(2025, 1, 1))

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)


def test_renewed_it_comes_back(db: None) -> None:
    row = listed()
    sweep_expired(by=CLOCK, at=NIGHT)
    row.licences.update(valid_until=date(2026, 7, 10))

    swept = sweep_expired(by=CLOCK, at=NIGHT + timedelta(days=1))

    assert swept == Swept(expired=0, renewed=1)
    assert Expiry.objects.get().ended_at == NIGHT + timedelta(days=1)
    event = AuditEvent.objects.latest("id")
    assert (event.act, event.words) == (
        "institution.renewed",
        "办学许可证有效期已更新，恢复白名单公示",
    )


def test_renewed_while_suspended_it_stays_off(db: None) -> None:
    row = listed()
    sweep_expired(by=CLOCK, at=NIGHT)
    row.licences.update(valid_until=date(2026, 7, 10))
    Institution.objects.filter(pk=row.pk).update(state=InstitutionState.SUSPENDED)

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)
    assert Expiry.objects.get().ended_at is None


def test_what_was_suspended_meanwhile_is_not_told_of_twice(lead: User) -> None:
    row = listed()
    sweep_expired(by=CLOCK, at=NIGHT)
    for act in ("suspend", "resume"):
        decide(
            institution=row,
            act=act,
            on=county_day(NIGHT),
            document="决定书",
            reason="原因",
            by=lead.actor,
            at=NIGHT,
        )

    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)


def test_before_anything_was_published_there_is_nothing_to_sweep(db: None) -> None:
    assert sweep_expired(by=CLOCK, at=NIGHT) == Swept(0, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_costs_the_same_for_one_and_for_three(
    db: None, django_assert_max_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        listed(until=date(2026, 7, 10))

    with django_assert_max_num_queries(12):
        sweep_expired(by=CLOCK, at=NIGHT)


def test_the_clock_itself_does_it_by_its_task(db: None) -> None:
    row = listed(until=today() - timedelta(days=1))

    sweep_task.apply(throw=True)

    assert Expiry.objects.get().institution == row
    assert AuditEvent.objects.get().by_key == "clock"
