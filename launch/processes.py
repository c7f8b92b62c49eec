"""Child processes: started so that they end with the launcher, stopped in time, never left behind."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from launch.place import LOGS, ROOT, RUN
from launch.words import warn

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10_000_000
RECORD = RUN / "children.json"


def end_with_parent(number: int) -> Callable[[], None] | None:
    """On Linux the kernel itself signals the child when the launcher is gone, however it went."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, number)


def open_log(name: str) -> IO[bytes]:
    """The log of one process; a long one is put aside first."""
    path = LOGS / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


@dataclass
class Child:
    """One process that has to live as long as the portal does."""

    name: str
    command: list[str]
    env: dict[str, str]
    stop_signal: int = signal.SIGTERM
    last_signal: int = signal.SIGKILL
    user: int | None = None
    group: int | None = None
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """In a session of its own: Ctrl-C reaches the launcher, which then stops all in order."""
        with open_log(self.name) as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
                preexec_fn=end_with_parent(self.stop_signal),
            )

    def ended(self) -> bool:
        """Also collects the dead process, so that no zombie stays."""
        return self.process is not None and self.process.poll() is not None

    def send(self, number: int) -> None:
        """To the process alone; it ends its own children."""
        if self.process is not None and not self.ended():
            self.process.send_signal(number)

    def kill(self) -> None:
        """The process and what it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stop(children: Iterable[Child], within: float) -> None:
    """Ask all of them at once; whoever is still there in the end is killed."""
    group = [child for child in children if child.process is not None]
    for child in group:
        child.send(child.stop_signal)
    limit = time.monotonic() + within
    while time.monotonic() < limit and not all(child.ended() for child in group):
        time.sleep(0.05)
    for child in group:
        if child.process and not child.ended():
            warn(f"{child.name} 未在 {within:g} 秒内结束，已强制结束。")
            child.send(child.last_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(0.5)
        child.kill()


def tail(child: Child) -> str:
    """The last words of a process."""
    path = LOGS / f"{child.name}.log"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return "\n".join([*lines[-12:], f"（全文：{path}）"])


def started_at(pid: int) -> str:
    """When a process began, as the kernel counts; empty when there is none, or only its corpse."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def remember(children: Iterable[Child]) -> None:
    """Write down who runs, so that the next start can find who was left behind."""
    pids = [child.process.pid for child in children if child.process is not None]
    RECORD.write_text(json.dumps({str(pid): started_at(pid) for pid in pids}))


def stop_leftovers() -> None:
    """End what a killed launcher left; a process id that now means another process is not touched."""
    try:
        known: dict[str, str] = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return
    alive = [int(pid) for pid, began in known.items() if began and started_at(int(pid)) == began]
    for number, patience in ((signal.SIGTERM, 6.0), (signal.SIGKILL, 2.0)):
        for pid in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        limit = time.monotonic() + patience
        while alive and time.monotonic() < limit:
            alive = [pid for pid in alive if started_at(pid) == known[str(pid)]]
            time.sleep(0.05)
    RECORD.unlink(missing_ok=True)
