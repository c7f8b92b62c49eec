"""`make test`, `check`, `fix`, `figures`, `demo`, `manage`, `lock`."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from launch import browsers, portal, postgres, venv
from launch.place import ROOT, RUN, demo_password, make_folders, workshop_environment
from launch.processes import stop
from launch.words import RefusalError, say, warn

Step = Callable[[dict[str, str]], bool]


def test(words: list[str]) -> int:
    """Every test; those of a browser that is not there skip themselves, and the end says so."""
    with _workshop() as env:
        fetch_chromium()
        status = venv.run("-m", "pytest", *words, env=env)
    for browser in browsers.ALL:
        if browser.missing:
            warn(f"用 {browser.name} 的测试没有运行：{browser.missing}")
    return status


def check() -> int:
    """Each check runs, also after one has failed; the end says which failed."""
    with _workshop() as env:
        failed = []
        for name, step in STEPS.items():
            say(f"── {name}")
            if not step(env):
                failed.append(name)
    if failed:
        warn(f"未通过：{'、'.join(failed)}")
        return 1
    say("全部检查通过。")
    return 0


def fix() -> int:
    """What can be mended without thinking."""
    venv.ensure(*_lists(dict(os.environ)))
    env = dict(os.environ)
    venv.run("-m", "ruff", "check", "--fix", "--quiet", ".", env=env)
    venv.run("-m", "djlint", "templates", "--reformat", "--quiet", env=env)
    return venv.run("-m", "ruff", "format", ".", env=env)


def figures() -> int:
    """The slow proofs, on a database of their own that is as durable as the real one."""
    with _workshop("pg-figures", durable=True) as env:
        return venv.run("-m", "figures", env=env)


def demo() -> int:
    """The database becomes the demo county again, after a yes."""
    make_folders()
    state = portal.Portal(portal.values())
    if not state.demo:
        raise RefusalError("这里是正式运行（DEMO=0）：恢复为演示县会清空正式数据，没有改动。")
    victim = database_words(state.values.get("DATABASE_URL", ""))
    if os.environ.get("YES") != "1" and not _confirmed(victim):
        say("没有改动。")
        return 1
    with portal.alone():
        say(f"正在清空{victim}……")
        try:
            portal.open_database(state)
            if not portal.ask(state, "reset"):
                raise RefusalError("数据库没有清空，原因见上。")
            portal.bring_up(state, "--anew")
        finally:
            portal.halt(state)
    say("数据库已恢复为演示县。")
    return 0


def manage(words: list[str]) -> int:
    """One command of the portal on the database of the portal that is running."""
    make_folders()
    state = portal.Portal(portal.values())
    if "DATABASE_URL" not in state.values:
        state.values["DATABASE_URL"] = postgres.server().url
    if not portal.ask(state, "answers"):
        raise RefusalError("数据库没有应答：请先在另一个窗口运行 make run。")
    return venv.run("manage.py", *words, env=state.values)


def lock() -> int:
    """Pin every dependency with its hashes, for all supported versions of Python."""
    if shutil.which("uv") is None:
        raise RefusalError("锁定依赖需要 uv：pip install uv，然后重新运行 make lock。")
    for name in ("requirements", "requirements-local", "requirements-dev"):
        command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
        # Without its extras in the list, pip looks for a package[extra] beyond the pins.
        command += ["--no-strip-extras"]
        subprocess.run([*command, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT, check=True)
    return 0


def _lists(env: dict[str, str]) -> list[str]:
    """The pinned lists that the work on this project needs."""
    own_database = [] if env.get("DATABASE_URL") else ["requirements-local.txt"]
    return ["requirements.txt", *own_database, "requirements-dev.txt"]


@contextlib.contextmanager
def _workshop(folder: str = "pg-test", *, durable: bool = False) -> Iterator[dict[str, str]]:
    """Dependencies and a database for checks, apart from the portal's own data."""
    make_folders()
    env = workshop_environment()
    env["DEMO_PASSWORD"] = demo_password(env)
    venv.ensure(*_lists(env))
    if env.get("DATABASE_URL"):
        yield env
        return
    with portal.asked_to_stop(), (RUN / f"{folder}.lock").open("w") as held:
        if _taken(held.fileno()):
            raise RefusalError(
                "另一个 make test、check 或 figures 正在使用测试数据库，请等它结束。"
            )
        place = postgres.server(folder)
        server = postgres.start(place, durable=durable, log=folder)
        try:
            yield {**env, "DATABASE_URL": place.url}
        finally:
            stop([server], 8.0)


def _taken(descriptor: int) -> bool:
    """Someone else holds this lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def fetch_chromium() -> None:
    """As root on Debian the browser of most tests is fetched when missing."""
    if not browsers.CHROMIUM.missing or os.geteuid() or not shutil.which("apt-get"):
        return
    say("没有 Chromium，正在用 apt 安装……")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", *browsers.CHROMIUM.packages]
    for words in (["update"], install):
        subprocess.run(
            ["apt-get", "-qq", *words], check=False, env=env, stdout=subprocess.DEVNULL, timeout=600
        )


def database_words(url: str) -> str:
    """Which database it is, without its password."""
    if not url:
        return "内置数据库"
    parts = urlsplit(url)
    place = unquote(parts.netloc.rpartition("@")[2]) or "本机"
    return f"数据库 {parts.path.lstrip('/')}（{place}）"


def _confirmed(victim: str) -> bool:
    """Asked at the keyboard; no keyboard means no."""
    try:
        answer = input(
            f"这会清空{victim}中现有的全部数据和上传的文件，恢复为演示县。输入“是”或 yes 继续："
        )
    except EOFError:
        return False
    return answer.strip().lower() in {"是", "yes", "y"}


def _tool(*words: str) -> Step:
    """A check that is one command."""
    return lambda env: venv.run(*words, env=env) == 0


def _audit(env: dict[str, str]) -> bool:
    """Known security advisories; where no advisory data answers, that is said loudly."""
    command = [str(venv.PYTHON), "-m", "pip_audit", "-r", "requirements.txt", "--require-hashes"]
    command += ["--disable-pip", "-f", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=240
        )
        packages = json.loads(ended.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        packages = []
    audited = [package for package in packages if "vulns" in package]
    found = [package for package in audited if package["vulns"]]
    for package in found:
        names = "、".join(vulnerability["id"] for vulnerability in package["vulns"])
        warn(f"{package['name']} {package['version']}：{names}")
    if len(audited) < max(len(packages), 1):
        warn(f"未审计：{len(packages) - len(audited) or '全部'} 个依赖没有可查的安全公告数据。")
    return not found


STEPS: dict[str, Step] = {
    "格式": _tool("-m", "ruff", "format", "--check", "."),
    "静态检查": _tool("-m", "ruff", "check", "."),
    "模板": _tool("-m", "djlint", "templates", "--check", "--lint"),
    "楼层约定": _tool(
        "-c", "import sys; from importlinter.cli import lint_imports_command as run; run()"
    ),
    "类型": _tool("-m", "mypy", "."),
    "迁移": _tool("manage.py", "makemigrations", "--check", "--dry-run"),
    "依赖一致": _tool("-m", "pip", "check"),
    "许可证": _tool("-m", "launch.licences"),
    "安全公告": _audit,
}
