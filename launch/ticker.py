"""Runs `manage.py tick` every five minutes: what the clock does happens without Celery too."""

import os
import subprocess
import sys
import time

from launch.place import PATIENT_DATABASE, ROOT
from launch.words import say, warn

INTERVAL = 300.0
# A tick that hangs, on a dead network or a full disk, must not be the last one.
LONGEST = 600.0


def main() -> None:
    """A failed tick is said and tried again at the next one."""
    while True:
        began = time.monotonic()
        tick()
        time.sleep(max(1.0, INTERVAL - (time.monotonic() - began)))


def tick() -> None:
    """Once, within its time."""
    command, env = [sys.executable, "manage.py", "tick"], os.environ | PATIENT_DATABASE
    try:
        ended = subprocess.run(command, cwd=ROOT, env=env, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        warn(f"tick 超过 {LONGEST:g} 秒没有完成，已中止，下一次再试。")
        return
    if ended.returncode:
        warn(f"tick 失败（状态 {ended.returncode}），下一次再试。")
    else:
        say("tick 完成。")


if __name__ == "__main__":
    main()
