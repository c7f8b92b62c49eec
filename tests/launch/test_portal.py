"""`make run` before it starts anything: what it refuses, and with which values it goes on."""

import socket
from pathlib import Path

import pytest

from launch import portal
from launch.portal import Portal
from launch.words import RefusalError


def test_a_taken_port_is_named_with_the_next_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(RefusalError, match=f"端口 {port} 已被占用.*PORT={port + 1}"):
            portal.refuse_taken_port(Portal({"DEMO": "1", "PORT": str(port)}))


@pytest.mark.parametrize("port", ["abc", "0", "70000"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(RefusalError, match="1 至 65535"):
        portal.values()


def test_without_a_word_it_is_the_demo_on_this_machine_alone(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEMO", "PORT", "HOST", "TLS", "DEMO_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    started = Portal(portal.values())
    assert started.demo
    assert started.host == "127.0.0.1"
    assert started.address == "http://127.0.0.1:8000/"


def test_phones_reach_it_over_https() -> None:
    started = Portal({"DEMO": "1", "TLS": "1", "PORT": "8443"})
    assert started.host == "0.0.0.0"
    assert started.address == "https://127.0.0.1:8443/"


def test_the_demo_password_is_made_once_and_kept(var: Path) -> None:
    first = portal.demo_values({"DEMO": "1"})["DEMO_PASSWORD"]
    assert portal.demo_values({"DEMO": "1"}) == {"DEMO_PASSWORD": first}
    assert (var / "secrets" / "demo_password").stat().st_mode & 0o077 == 0


def test_a_given_demo_password_wins(var: Path) -> None:
    assert portal.demo_values({"DEMO": "1", "DEMO_PASSWORD": "x"}) == {"DEMO_PASSWORD": "x"}


def test_a_second_run_in_the_same_folder_is_refused(var: Path) -> None:
    with portal.alone(), pytest.raises(RefusalError, match="已经在运行"), portal.alone():
        pass


def test_a_redis_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "ask", lambda _portal, _question: True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
        with pytest.raises(RefusalError, match="Redis 连接不上"):
            portal.refuse_silence(Portal({"DEMO": "1", "REDIS_URL": address}))
