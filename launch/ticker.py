"""Runs `manage.py tick` every five minutes: what the clock does happens without Celery too."""

import subprocess
import sys
import time

from launch.place import ROOT
from launch.words import say, warn

INTERVAL = 300.0


def main() -> None:
    """A failed tick is said and tried again at the next one."""
    while True:
        began = time.monotonic()
        ended = subprocess.run([sys.executable, "manage.py", "tick"], cwd=ROOT, check=False)
        if ended.returncode:
            warn(f"tick 失败（状态 {ended.returncode}），下一次再试。")
        else:
            say("tick 完成。")
        time.sleep(max(1.0, INTERVAL - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
