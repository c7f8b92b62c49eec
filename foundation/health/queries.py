"""Is everything up? Asked by the launcher, the containers and whoever watches."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from redis import Redis, RedisError

from foundation.clock.queries import computer_now
from foundation.health.models import Heartbeat

OK = "ok"
NOT_CONFIGURED = "not configured"
BEAT = "beat"
WORKER = "worker"
# The pulse goes every 30 seconds; a busy worker may answer a few of them late.
_ALIVE = timedelta(seconds=150)
_REDIS_SECONDS = 1.0


def health() -> dict[str, str]:
    """Each part: ok, or why not."""
    beats = _heartbeats()
    database = OK if beats is not None else "unreachable"
    return {
        "web": OK,
        "database": database,
        "redis": _redis(),
        "worker": _pulse(beats, WORKER),
        "beat": _pulse(beats, BEAT),
        "reminders": NOT_CONFIGURED,
    }


def can_serve(parts: Mapping[str, str]) -> bool:
    """Pages need the database; a real portal also has its Redis. A late worker takes no page away."""
    if parts["database"] != OK:
        return False
    return parts["redis"] != NOT_CONFIGURED or settings.DEMO


def _heartbeats() -> dict[str, datetime] | None:
    try:
        connection.ensure_connection()
        return dict(Heartbeat.objects.values_list("name", "at"))
    except Error:
        return None


def _pulse(beats: Mapping[str, datetime] | None, name: str) -> str:
    if beats is None:
        return "unknown"
    if name not in beats:
        return "not seen yet"
    silent = computer_now() - beats[name]
    return OK if silent <= _ALIVE else f"silent since {beats[name]:%Y-%m-%dT%H:%M:%SZ}"


def _redis() -> str:
    if not settings.REDIS_URL:
        return NOT_CONFIGURED
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        ) as redis:
            redis.ping()
    except RedisError:
        return "unreachable"
    return OK
