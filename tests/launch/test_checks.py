"""Commands beside a portal: on the running one, and what they refuse."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from pytest_django import Settings

from launch import bring_up, checks, place, portal, venv
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


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "内置数据库"),
        (
            "postgres://dingbian:secret@db.county.example:5432/county",
            "数据库 county（db.county.example:5432）",
        ),
        ("postgres://dingbian@%2Frun%2Fpg/county", "数据库 county（/run/pg）"),
    ],
)
def test_the_database_that_would_be_emptied_is_named_and_nothing_happens_without_a_yes(
    url: str,
    words: str,
    var: Path,
    ran: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "no"

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.delenv("YES", raising=False)
    assert checks.demo() == 1
    assert f"清空{words}中" in asked[0]
    assert ran == []


def test_what_the_emptied_database_spoke_of_goes_wherever_the_settings_put_it(
    settings: Settings, tmp_path: Path
) -> None:
    broker = {f"data_folder_{way}": str(tmp_path / "queue") for way in ("in", "out")}
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = broker | {"polling_interval": 1}
    settings.AUDIT_HEADS_DIR = tmp_path / "heads"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        }
    }
    stored = ("media/attachments/ab/paper.pdf", "media/imports/1/preview.sealed")
    ours = ("queue/task.msg", "heads/heads.jsonl", *stored)
    for name in (*ours, "media/letter.odt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    caches["papers"].set("paper", b"%PDF")

    bring_up.forget_files()
    bring_up.make_broker_folders()

    assert [name for name in ours if (tmp_path / name).exists()] == []
    assert (tmp_path / "media" / "letter.odt").exists()
    assert "paper" not in caches["papers"]
    assert (tmp_path / "queue").is_dir()


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
