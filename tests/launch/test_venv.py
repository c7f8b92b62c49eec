"""The virtual environment: why it could not be made or filled, in words."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

from launch import venv
from launch.place import ROOT
from launch.words import RefusalError

LOG = Path("pip.log")


@pytest.mark.parametrize(
    "output",
    [
        "NewConnectionError: [Errno -3] Temporary failure in name resolution",
        "Failed to establish a new connection: [Errno 111] Connection refused",
        "ReadTimeoutError: Read timed out.",
    ],
)
def test_no_network_names_the_mirror_setting(output: str) -> None:
    assert "PIP_INDEX_URL" in venv.why(output, LOG)


def test_a_wrong_hash_is_not_called_a_network_failure() -> None:
    words = venv.why("THESE PACKAGES DO NOT MATCH THE HASHES ... connection refused", LOG)
    assert "哈希不符" in words


def test_any_other_failure_shows_its_end() -> None:
    assert "No matching distribution" in venv.why("ERROR: No matching distribution for x", LOG)


def test_debian_without_ensurepip_is_told_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(venv, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RefusalError, match="apt install python3-venv"):
        venv.make()


def test_what_is_installed_already_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(venv, "VENV", tmp_path)
    monkeypatch.setattr(venv, "works", lambda: True)
    monkeypatch.setattr(venv, "install", installed.append)
    for _ in range(2):
        venv.ensure("requirements.txt")
    assert installed == [("requirements.txt",)]


def test_a_python_too_old_is_told_which_is_needed(tmp_path: Path) -> None:
    for name in ("python", "python3", *(f"python3.{minor}" for minor in range(11, 15))):
        fake = tmp_path / name
        fake.write_text('#!/bin/sh\n[ "$1" = -V ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
        fake.chmod(0o755)
    ended = subprocess.run(
        ["/bin/sh", str(ROOT / "launch/find-python")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "需要 Python 3.11" in ended.stderr
    assert "Python 3.9.2" in ended.stderr
