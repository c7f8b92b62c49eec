"""What the web container does before it serves: waits for the database, brings it up to date."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

from launch.place import ROOT, demo_password, make_folders
from launch.words import say, warn

PATIENCE = 120.0
# What docker-compose.yml fills in when nobody chose a password; fit for the demo county only.
DEFAULT_PASSWORD, SHORTEST_PASSWORD = "dingbian", 12


def main() -> None:
    """The server takes this process's place, so that it receives the container's signals."""
    refuse_guessable_password()
    _wait_for_the_database()
    if os.environ.get("DEMO") == "1":
        make_folders()
        os.environ["DEMO_PASSWORD"] = demo_password(dict(os.environ))
        say(f"演示县；演示登录的口令都是 {os.environ['DEMO_PASSWORD']}")
    # Why not is said already; a stack of Python's own would only hide it.
    command = [sys.executable, "-m", "launch.bring_up"]
    if status := subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(status)
    server = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", "0.0.0.0:8000"]
    os.execvp(sys.executable, [sys.executable, "-m", *server, "dingbian_supervision.wsgi"])  # noqa: S606 -- fixed words


def refuse_guessable_password() -> None:
    """A real portal's database has a password that somebody chose."""
    password = urlsplit(os.environ.get("DATABASE_URL", "")).password or ""
    if os.environ.get("DEMO") == "1":
        return
    if password == DEFAULT_PASSWORD or len(password) < SHORTEST_PASSWORD:
        warn(
            f"正式运行必须设置 POSTGRES_PASSWORD：至少 {SHORTEST_PASSWORD} 个字母和数字，不能用默认口令。"
            "数据库若已按旧口令建立，请先在其中改口令（README.zh-CN.md 第五节）。"
        )
        sys.exit(1)


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
