"""The virtual environment: made once, filled from the pinned lists, told apart by their contents."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch.place import LOGS, ROOT
from launch.words import RefusalError, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

NO_NETWORK = (
    "temporary failure in name resolution",
    "name or service not known",
    "network is unreachable",
    "failed to establish a new connection",
    "no route to host",
    "connection refused",
    "timed out",
    "proxyerror",
)


def ensure(*lists: str) -> None:
    """Install the pinned lists, unless exactly these are installed already."""
    wanted = _fingerprint(lists)
    stamp = VENV / f".installed-{'-'.join(Path(name).stem for name in lists)}"
    if works() and stamp.is_file() and stamp.read_text() == wanted:
        return
    make()
    say("正在安装依赖（首次约需 1–3 分钟，之后不再下载）……")
    install(lists)
    stamp.write_text(wanted)


def _fingerprint(lists: tuple[str, ...]) -> str:
    """Changes when a list changes or Python does."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in lists:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def works() -> bool:
    """False too when the Python that it was made from has gone."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0


def make() -> None:
    """A new environment, unless the one there works."""
    if works():
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise RefusalError(
            f"Python（{sys.executable}）缺少 venv/ensurepip，无法建立虚拟环境。"
            "Debian、Ubuntu：apt install python3-venv，然后重新运行。"
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    say("正在建立虚拟环境 .venv ……")
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], check=False, capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise RefusalError(f"建立虚拟环境失败：\n{made.stdout}{made.stderr}")


def install(lists: tuple[str, ...]) -> None:
    """Plain pip, wheels only, every hash checked."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "pip.log"
    wanted = [part for name in lists for part in ("-r", name)]
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:"]
    command += ["--quiet", "--no-input", "--retries", "2", "--disable-pip-version-check", *wanted]
    with log.open("w", encoding="utf-8") as out:
        ended = subprocess.run(command, cwd=ROOT, check=False, stdout=out, stderr=out)
    if ended.returncode:
        raise RefusalError(why(log.read_text(encoding="utf-8"), log))


def why(output: str, log: Path) -> str:
    """pip's failure in words."""
    lowered = output.lower()
    if "do not match the hashes" in lowered:
        return f"下载的依赖与锁定的哈希不符，已停止安装（可能被改动或下载不完整）。详见 {log}"
    if any(sign in lowered for sign in NO_NETWORK):
        return (
            "无法连接 Python 软件源，依赖没有装上。请检查网络或代理；也可以指定镜像后重试，例如"
            "\n  PIP_INDEX_URL=https://镜像地址/simple make run"
            f"\n（锁定的哈希保证镜像内容相同。详见 {log}）"
        )
    tail = "\n".join(output.splitlines()[-8:])
    return f"依赖安装失败，详见 {log}：\n{tail}"


def run(*arguments: str | Path, env: dict[str, str]) -> int:
    """Run a module or script with the environment's Python, on this terminal."""
    path = os.pathsep.join([str(VENV / "bin"), env.get("PATH", os.defpath)])
    ended = subprocess.run([PYTHON, *arguments], cwd=ROOT, env={**env, "PATH": path}, check=False)
    return ended.returncode
