"""Commands beside a portal: on the running one, and what they refuse."""

from pathlib import Path
from typing import Any

import pytest

from launch import checks, place, portal, venv
from launch.words import RefusalError


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would have been run, with which database."""
    calls: list[tuple[Any, ...]] = []

    def run(*words: Any, env: dict[str, str]) -> int:
        calls.append((*words, env["DATABASE_URL"]))
        return 0

    monkeypatch.setattr(venv, "run", run)
    monkeypatch.setenv("DATABASE_URL", "postgres://dingbian@127.0.0.1/county")
    return calls


def test_a_command_meets_the_database_of_the_portal(
    var: Path, ran: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "ask", lambda *_: True)
    assert checks.manage(["set_clock", "2026-07-05T09:00"]) == 0
    command = ("manage.py", "set_clock", "2026-07-05T09:00")
    assert ran == [(*command, "postgres://dingbian@127.0.0.1/county")]


def test_without_a_running_portal_it_says_to_start_one(
    var: Path, ran: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "ask", lambda *_: False)
    with pytest.raises(RefusalError, match="make run"):
        checks.manage(["verify_audit"])
    assert ran == []


def test_a_real_portal_is_never_made_the_demo_county(
    var: Path, ran: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("YES", "1")
    with pytest.raises(RefusalError, match="清空正式数据"):
        checks.demo()
    assert ran == []


def test_the_tests_take_nothing_from_a_real_portals_env_file(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DEMO=0\nTRUSTED_PROXIES=1\nREDIS_URL=redis://county/0\n")
    monkeypatch.setattr(place, "ROOT", tmp_path)
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:56380/0")
    env = place.workshop_environment()
    assert env["DEMO"] == "1"
    assert env["TRUSTED_PROXIES"] == ""
    assert env["REDIS_URL"] == "redis://127.0.0.1:56380/0"
