"""The office's clock: the county's day everywhere, movable in the demo only."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from foundation.audit.models import AuditEvent
from foundation.clock import queries
from foundation.clock.models import ClockOffset
from foundation.clock.offset import move_clock, parse_moment
from foundation.clock.queries import computer_now, county_day, forget_offset, now, today
from foundation.workflow import NotPossibleError

COMPUTER = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def demo(settings: Settings, db: None) -> Iterator[Settings]:
    settings.CLOCK_CAN_MOVE = True
    forget_offset()
    yield settings
    forget_offset()


@time_machine.travel(datetime(2023, 7, 9, 16, 0, tzinfo=UTC), tick=False)
def test_the_day_begins_at_midnight_of_the_county() -> None:
    assert today() == date(2023, 7, 10)
    assert county_day(now() - timedelta(seconds=1)) == date(2023, 7, 9)


@time_machine.travel(COMPUTER, tick=False)
def test_outside_the_demo_the_clock_is_the_computers_and_nothing_is_asked(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert now() == COMPUTER


def test_a_moved_clock_runs_on(demo: Settings) -> None:
    with time_machine.travel(COMPUTER, tick=False) as traveller:
        move_clock(to=parse_moment("2023-07-10T09:00"))
        assert now() == datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
        traveller.shift(90)
        assert now() == datetime(2023, 7, 10, 1, 1, 30, tzinfo=UTC)
        assert computer_now() == COMPUTER + timedelta(seconds=90)


@time_machine.travel(COMPUTER, tick=False)
def test_a_process_asks_for_the_offset_at_most_once_a_second(
    demo: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        now()
        now()
    ClockOffset.objects.create(offset=timedelta(days=-1))
    assert now() == COMPUTER
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", -1.0)
    assert now() == COMPUTER - timedelta(days=1)


def test_moving_the_clock_is_refused_outside_the_demo(db: None) -> None:
    with pytest.raises(NotPossibleError, match="只有演示系统"):
        move_clock(to=COMPUTER)
    with pytest.raises(CommandError, match="只有演示系统"):
        call_command("set_clock", "2023-07-10T09:00")


def test_moving_the_clock_is_written_in_the_trail(demo: Settings) -> None:
    call_command("set_clock", "2023-07-10T09:00")
    event = AuditEvent.objects.get()
    told = (event.target_label, event.words)
    assert told == ("演示时钟", "将演示时钟调整到2023年7月10日 09:00")
    assert event.day == date(2023, 7, 10)


@pytest.mark.parametrize("text", ["tomorrow", "", "2023-13-01"])
def test_a_moment_that_is_none_is_refused_in_words(demo: Settings, text: str) -> None:
    with pytest.raises(CommandError, match="不是可用的时刻"):
        call_command("set_clock", text)


def test_the_demo_starts_at_its_moment_once(demo: Settings) -> None:
    demo.FAKE_NOW = "2023-07-10T09:00"
    call_command("start_clock")
    first = ClockOffset.objects.get().offset
    demo.FAKE_NOW = "2024-01-01T09:00"
    call_command("start_clock")
    assert ClockOffset.objects.get().offset == first


def test_without_a_moment_the_demo_keeps_the_real_time(demo: Settings) -> None:
    demo.FAKE_NOW = ""
    call_command("start_clock")
    assert not ClockOffset.objects.exists()
