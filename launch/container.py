"""What the web container does before it serves: waits for the database, brings it up to date."""

import os
import subprocess
import sys
import time

from launch.place import ROOT, demo_password, make_folders
from launch.words import say

PATIENCE = 120.0


def main() -> None:
    """The server takes this process's place, so that it receives the container's signals."""
    _wait_for_the_database()
    if os.environ.get("DEMO") == "1":
        make_folders()
        os.environ["DEMO_PASSWORD"] = demo_password(dict(os.environ))
        say(f"演示县；演示登录的口令都是 {os.environ['DEMO_PASSWORD']}")
    subprocess.run([sys.executable, "-m", "launch.bring_up"], cwd=ROOT, check=True)
    server = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", "0.0.0.0:8000"]
    os.execvp(sys.executable, [sys.executable, "-m", *server, "dingbian_supervision.wsgi"])  # noqa: S606 -- fixed words


def _wait_for_the_database() -> None:
    limit = time.monotonic() + PATIENCE
    question = [sys.executable, "-m", "launch.database", "answers"]
    while subprocess.run(question, cwd=ROOT, check=False).returncode:
        if time.monotonic() > limit:
            sys.exit(f"数据库 {PATIENCE:g} 秒内没有应答，停止启动。")
        say("等待数据库……")
        time.sleep(1)


if __name__ == "__main__":
    main()
