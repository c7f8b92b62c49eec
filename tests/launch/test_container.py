"""The containers: which database password they refuse, and a tick that does not come back."""

import subprocess
from typing import Any, NoReturn

import pytest

from launch import container, ticker


@pytest.mark.parametrize("password", ["dingbian", "short", ""])
def test_a_real_portal_refuses_a_password_that_nobody_chose(
    password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("DATABASE_URL", f"postgres://dingbian:{password}@db:5432/dingbian")
    with pytest.raises(SystemExit):
        container.refuse_guessable_password()
    assert "POSTGRES_PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(("demo", "password"), [("1", "dingbian"), ("0", "Kq7mWz93xTbLr2")])
def test_the_demo_and_a_chosen_password_go_on(
    demo: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", demo)
    monkeypatch.setenv("DATABASE_URL", f"postgres://dingbian:{password}@db:5432/dingbian")
    container.refuse_guessable_password()


def test_a_tick_that_hangs_is_ended_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hang(command: list[str], *, timeout: float, **_: Any) -> NoReturn:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    ticker.tick()
    assert "tick 超过 600 秒没有完成" in capsys.readouterr().err


def test_a_tick_waits_for_no_lock_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def done(command: list[str], *, env: dict[str, str], **_: Any) -> Any:
        given.update(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", done)
    ticker.tick()
    assert "lock_timeout=30s" in given["PGOPTIONS"]
