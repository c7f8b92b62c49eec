"""`make run`: everything from an empty machine to a portal that answers, and back down in order."""

import contextlib
import fcntl
import os
import signal
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from urllib.parse import urlsplit

from launch import postgres, venv
from launch.place import (
    LOGS,
    PATIENT_DATABASE,
    ROOT,
    RUN,
    VAR,
    demo_password,
    environment,
    make_folders,
)
from launch.processes import Child, remember, stop, stop_leftovers, tail
from launch.words import RefusalError, say, warn

READY_WITHIN = 90.0
# Ten seconds for all of it: the portal first (Celery takes up to five to notice), then the database.
STOP_PORTAL, STOP_DATABASE = 5.5, 3.0
DEATHS, DEATHS_WITHIN = 5, 60.0
SIGN_INS = (
    "office 双减办经办 · lead 审核 · head 负责人 · audit 审计 · admin 系统管理 · town1 镇街协查员",
    "jiaoti1 教体局经办 · jiaoti_head 教体局负责人（其他部门同样：wenlv、fagai、renshe、gongan、"
    "shichang、xiaofang、zhujian、shenpi、minzheng）",
)


@dataclass
class Portal:
    """What one `make run` has started, and with which values."""

    values: dict[str, str]
    place: postgres.Server | None = None
    database: Child | None = None
    children: list[Child] = field(default_factory=list)

    @property
    def demo(self) -> bool:
        """The demo county, with its well-known sign-ins."""
        return self.values["DEMO"] == "1"

    @property
    def tls(self) -> bool:
        """HTTPS with a local authority, for phones on the same network."""
        return self.values.get("TLS") == "1"

    @property
    def port(self) -> int:
        """The port asked for."""
        return int(self.values.get("PORT", "8000"))

    @property
    def host(self) -> str:
        """This machine alone, unless phones are to reach it or HOST= says otherwise."""
        return self.values.get("HOST", "0.0.0.0" if self.tls else "127.0.0.1")  # noqa: S104 -- asked for with TLS=1

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the portal."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/"

    def everyone(self) -> list[Child]:
        """All processes, the database among them when it is ours."""
        return [*self.children, *([self.database] if self.database else [])]


def run() -> int:
    """Start all, watch over it, and stop it when asked to."""
    make_folders()
    portal = Portal(values())
    with alone(), asked_to_stop():
        began = time.monotonic()
        stop_leftovers()
        refuse_taken_port(portal)
        try:
            prepare(portal)
            _start_all(portal)
            _wait_until_ready(portal)
            _announce(portal, time.monotonic() - began)
            _watch(portal)
        except KeyboardInterrupt:
            say("正在停止……")
        finally:
            halt(portal)
    say("已停止。数据保留，再次运行 make run 即可继续。")
    return 0


def values() -> dict[str, str]:
    """The environment of the portal: without a word it is the demo county."""
    found = {"DEMO": "1", "DEBUG": "0", **environment()}
    if found["DEMO"] not in {"0", "1"}:
        raise RefusalError(f"DEMO 只能是 0 或 1，现在是“{found['DEMO']}”。")
    if not found.get("PORT", "8000").isdecimal() or not 0 < int(found.get("PORT", "8000")) < 65536:
        raise RefusalError(f"PORT 应为 1 至 65535 的数字，现在是“{found['PORT']}”。")
    return found | demo_values(found)


def demo_values(found: dict[str, str]) -> dict[str, str]:
    """What the demo county needs beside the rest."""
    return {"DEMO_PASSWORD": demo_password(found)} if found["DEMO"] == "1" else {}


def prepare(portal: Portal) -> None:
    """Dependencies, database, tables, the demo county, static files."""
    open_database(portal)
    bring_up(portal, "--static")
    if portal.tls and venv.run("-m", "launch.certificates", env=portal.values):
        raise RefusalError("本地证书没有建立。")


def open_database(portal: Portal) -> None:
    """Somebody's at DATABASE_URL, else our own."""
    own_database = "DATABASE_URL" not in portal.values
    venv.ensure("requirements.txt", *(["requirements-local.txt"] if own_database else []))
    if own_database:
        portal.place = postgres.server()
        portal.database = postgres.start(portal.place)
        remember(portal.everyone())
        portal.values["DATABASE_URL"] = portal.place.url
    refuse_silence(portal)


def bring_up(portal: Portal, *words: str) -> None:
    """Tables and content as this version of the code wants them; a failure, or a setting refused, ends the start."""
    if venv.run("-m", "launch.bring_up", *words, env=portal.values):
        raise RefusalError("没有启动，原因见上。")


def ask(portal: Portal, question: str) -> bool:
    """One question to the database."""
    return venv.run("-m", "launch.database", question, env=portal.values) == 0


def halt(portal: Portal) -> None:
    """The portal first, so that nobody writes any more; then the database."""
    if portal.database and portal.place:
        portal.place.begin_checkpoint()
    stop(portal.children, STOP_PORTAL)
    if portal.database:
        stop([portal.database], STOP_DATABASE)
    (RUN / "children.json").unlink(missing_ok=True)


def refuse_taken_port(portal: Portal) -> None:
    """Before anything else, because it is the commonest reason."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((portal.host, portal.port))
        except PermissionError:
            raise RefusalError(f"没有权限使用端口 {portal.port}：请用 1024 以上的端口。") from None
        except OSError as error:
            raise RefusalError(
                f"端口 {portal.port} 已被占用（{error.strerror}）。"
                f"请停止占用它的程序，或换一个端口：make run PORT={portal.port + 1}"
            ) from None


def refuse_silence(portal: Portal) -> None:
    """A database or Redis of somebody else's that does not answer is named."""
    if not ask(portal, "answers"):
        raise RefusalError("DATABASE_URL 所指的数据库连接不上，原因见上。")
    if "REDIS_URL" in portal.values:
        parts = urlsplit(portal.values["REDIS_URL"])
        try:
            socket.create_connection((parts.hostname or "", parts.port or 6379), 5).close()
        except OSError as error:
            raise RefusalError(f"REDIS_URL 所指的 Redis 连接不上：{error}") from None


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One `make run` for one folder; the lock goes with the process, however it ends."""
    with (RUN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusalError("这个目录里的网站已经在运行；请先停止它。") from None
        yield


@contextlib.contextmanager
def asked_to_stop() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal are the same wish; repeating it changes nothing."""
    wishes = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def wish(number: int, frame: FrameType | None) -> None:
        for each in wishes:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in wishes:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, wish)
    yield


def _start_all(portal: Portal) -> None:
    """Web server, worker, beat, and the tick that needs neither."""
    path = os.pathsep.join([str(venv.VENV / "bin"), portal.values.get("PATH", os.defpath)])
    env = {**portal.values, "PATH": path}
    for name, command in _commands(portal).items():
        own = PATIENT_DATABASE if name in {"worker", "beat"} else {}
        child = Child(name, [str(venv.PYTHON), "-m", *command], env | own)
        portal.children.append(child)
        child.start()
    remember(portal.everyone())


def _commands(portal: Portal) -> dict[str, list[str]]:
    """What is started, by the name of its log."""
    celery = ["celery", "-A", "dingbian_supervision"]
    web = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"{portal.host}:{portal.port}"]
    if portal.tls:
        web += ["--certfile", str(VAR / "tls/server.crt"), "--keyfile", str(VAR / "tls/server.key")]
    return {
        "web": [*web, "dingbian_supervision.wsgi"],
        "worker": [*celery, "worker", "-P", "threads", "-c", "2", "-l", "INFO"],
        "beat": [*celery, "beat", "-l", "INFO", "--pidfile=", "-s", str(RUN / "beat-schedule")],
        "tick": ["launch.ticker"],
    }


def _wait_until_ready(portal: Portal) -> None:
    """Ready means that the portal says so itself."""
    limit = time.monotonic() + READY_WITHIN
    while not _healthy(portal):
        for child in portal.everyone():
            if child.ended():
                raise RefusalError(f"{child.name} 没有启动：\n{tail(child)}")
        if time.monotonic() > limit:
            web = portal.children[0]
            raise RefusalError(f"网站 {READY_WITHIN:g} 秒内没有应答：\n{tail(web)}")
        time.sleep(0.2)


def _healthy(portal: Portal) -> bool:
    """/healthz answers 200."""
    trusted = ssl.create_default_context(cafile=VAR / "tls/ca.crt") if portal.tls else None
    try:
        with urllib.request.urlopen(f"{portal.address}healthz", timeout=5, context=trusted) as page:  # noqa: S310 -- our own address
            return bool(page.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _announce(portal: Portal, seconds: float) -> None:
    """The line that scripts wait for, and the sign-ins."""
    say(f"\nready: {portal.address}")
    say(f"（用时 {seconds:.0f} 秒；日志在 {LOGS.relative_to(ROOT)}/；按 Ctrl-C 停止）")
    if portal.tls:
        say(
            f"手机访问：https://{socket.gethostname()}:{portal.port}/，先在手机上安装 {VAR / 'tls/ca.crt'}"
        )
    if portal.demo:
        say(f"演示登录（{portal.address}office/ ，口令都是 {portal.values['DEMO_PASSWORD']}）：")
        for line in SIGN_INS:
            say(f"  {line}")


def _watch(portal: Portal) -> None:
    """Whoever dies is started again; whoever cannot live ends the run, with words."""
    while True:
        for child in portal.everyone():
            if child.ended():
                revive(portal, child)
        time.sleep(0.5)


def revive(portal: Portal, child: Child) -> None:
    """Start a dead process again, unless it dies again and again."""
    moment = time.monotonic()
    child.deaths = [death for death in child.deaths if moment - death < DEATHS_WITHIN] + [moment]
    status = child.process.returncode if child.process else None
    if len(child.deaths) >= DEATHS:
        raise RefusalError(f"{child.name} 反复退出（状态 {status}），全部停止：\n{tail(child)}")
    warn(f"{time.strftime('%H:%M:%S')} {child.name} 意外结束（状态 {status}），正在重新启动。")
    child.kill()
    if child is portal.database and portal.place:
        portal.database = postgres.start(portal.place)
        portal.database.deaths = child.deaths
    else:
        child.start()
    remember(portal.everyone())
