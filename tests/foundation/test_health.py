"""The health report: each part ok, or why not."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from dingbian_supervision import celery
from dingbian_supervision.celery import PULSE, app
from foundation.health.models import Heartbeat
from foundation.health.tasks import answer_pulse, send_pulse

NOW = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
PARTS = {"web", "database", "redis", "worker", "beat", "reminders"}


@pytest.fixture
def demo(settings: Settings) -> Settings:
    settings.DEMO, settings.REDIS_URL = True, ""
    return settings


def test_the_pulse_tells_of_beat_and_of_the_worker(
    client: Client, db: None, demo: Settings
) -> None:
    first = client.get("/healthz").json()
    assert (first["worker"], first["beat"]) == ("not seen yet", "not seen yet")
    sent = send_pulse()
    assert client.get("/healthz").json()["beat"] == "ok"
    assert client.get("/healthz").json()["worker"] == "not seen yet"
    answer_pulse(sent)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "web": "ok",
        "database": "ok",
        "redis": "not configured",
        "worker": "ok",
        "beat": "ok",
        "reminders": "not configured",
    }
    assert "no-store" in answer["Cache-Control"]


def test_a_silent_worker_is_named_but_takes_no_page_away(
    client: Client, db: None, demo: Settings
) -> None:
    with time_machine.travel(NOW, tick=False):
        Heartbeat.objects.create(name="worker", at=NOW - timedelta(minutes=3))
        Heartbeat.objects.create(name="beat", at=NOW - timedelta(minutes=2))
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["worker"] == "silent since 2023-07-10T00:57:00Z"
    assert answer.json()["beat"] == "ok"


def test_a_real_portal_without_redis_is_not_healthy(
    client: Client, db: None, settings: Settings
) -> None:
    settings.DEMO, settings.REDIS_URL = False, ""
    assert client.get("/healthz").status_code == 503


def test_a_redis_that_is_away_is_named(client: Client, db: None, settings: Settings) -> None:
    settings.DEMO, settings.REDIS_URL = False, "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "unreachable")


def test_a_database_that_is_away_is_a_503(
    client: Client, db: None, demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("away")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "ensure_connection", away)
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert set(answer.json()) == PARTS
    assert answer.json()["database"] == "unreachable"
    assert answer.json()["worker"] == "unknown"


def test_beat_is_seen_when_it_sends_the_pulse(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Inside a test's transaction every connection looks old.
    monkeypatch.setattr(celery, "close_old_connections", lambda: None)
    line = next(line for line in app.conf.beat_schedule.values() if line["task"] == PULSE)
    (send,) = line["args"]
    assert datetime.fromisoformat(send()).tzinfo is not None
    assert Heartbeat.objects.filter(name="beat").exists()
