"""The office's timetable: every line can be done, by Celery or without it."""

from io import StringIO

import pytest
from celery.beat import Scheduler
from django.core.management import CommandError, call_command

from dingbian_supervision.celery import PULSE, app


def test_every_line_of_the_timetable_names_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    named = {line["task"] for line in app.conf.beat_schedule.values()}
    assert named <= set(app.tasks)


def test_a_tick_does_everything_on_the_timetable_once(db: None) -> None:
    out = StringIO()
    call_command("tick", stdout=out)
    done = [line.removeprefix("已执行：") for line in out.getvalue().splitlines()]
    assert sorted(done) == sorted(
        {line["task"] for line in app.conf.beat_schedule.values()} - {PULSE}
    )


def test_a_task_that_fails_is_named_and_does_not_stop_the_others(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("failed")

    app.loader.import_default_modules()
    monkeypatch.setattr(app.tasks["foundation.audit.tasks.export_heads"], "run", fail)
    out = StringIO()
    with pytest.raises(CommandError, match=r"foundation\.audit\.tasks\.export_heads"):
        call_command("tick", stdout=out)
    assert "foundation.audit.tasks.verify_trail" in out.getvalue()


def test_the_first_pulse_is_due_at_once() -> None:
    scheduler = Scheduler(app, lazy=True)
    scheduler.update_from_dict(app.conf.beat_schedule)
    pulses = [entry for entry in scheduler.schedule.values() if entry.task == PULSE]
    assert [entry.is_due()[0] for entry in pulses] == [True]
