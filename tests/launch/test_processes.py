"""Child processes: stopped in order, restarted, and found again after a killed launcher."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import portal, processes
from launch.place import ROOT
from launch.portal import Portal
from launch.processes import Child
from launch.words import RefusalError

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
PATIENT = "import time; time.sleep(60)"


def child(code: str, name: str = "sleeper") -> Child:
    started = Child(name, [sys.executable, "-c", code], {})
    started.start()
    return started


def test_a_child_ends_when_asked(var: Path) -> None:
    sleeper = child(PATIENT)
    processes.stop([sleeper], 5)
    assert sleeper.process is not None
    assert sleeper.process.returncode == -signal.SIGTERM


def test_a_deaf_child_is_killed_and_named(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deaf = child(DEAF, "deaf")
    while not (var / "log" / "deaf.log").read_text():
        time.sleep(0.02)
    processes.stop([deaf], 0.2)
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL
    assert "deaf 未在" in capsys.readouterr().err


def test_what_a_killed_launcher_left_is_ended(var: Path) -> None:
    sleeper = child(PATIENT)
    processes.remember([sleeper])
    processes.stop_leftovers()
    assert sleeper.ended()
    assert not processes.RECORD.exists()


def test_a_process_id_that_means_another_process_now_is_not_touched(var: Path) -> None:
    sleeper = child(PATIENT)
    assert sleeper.process is not None
    processes.RECORD.write_text(json.dumps({str(sleeper.process.pid): "another beginning"}))
    processes.stop_leftovers()
    assert not sleeper.ended()
    processes.stop([sleeper], 5)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's signal is Linux's")
def test_a_child_ends_with_its_parent_however_that_ends(var: Path) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from launch import processes\n"
        f"processes.LOGS = pathlib.Path({str(var / 'log')!r})\n"
        f"grandchild = processes.Child('grandchild', [sys.executable, '-c', {PATIENT!r}], {{}})\n"
        "grandchild.start()\n"
        "print(grandchild.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    pid = int(ended.stdout)
    for _ in range(100):
        if not processes.started_at(pid):
            break
        time.sleep(0.05)
    assert not processes.started_at(pid)


def test_a_dead_child_is_started_again_with_a_line(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = Portal({"DEMO": "1"}, children=[child(PATIENT, "worker")])
    first = state.children[0].process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    portal.revive(state, state.children[0])
    assert "worker 意外结束" in capsys.readouterr().err
    assert not state.children[0].ended()
    processes.stop(state.children, 5)


def test_a_child_that_cannot_live_ends_the_run_with_its_last_words(var: Path) -> None:
    dying = child("raise SystemExit('没有这个设置')", "web")
    state = Portal({"DEMO": "1"}, children=[dying])
    assert dying.process is not None
    for _ in range(portal.DEATHS - 1):
        dying.process.wait()
        portal.revive(state, dying)
    dying.process.wait()
    with pytest.raises(RefusalError, match=r"web 反复退出[\s\S]*没有这个设置"):
        portal.revive(state, dying)
