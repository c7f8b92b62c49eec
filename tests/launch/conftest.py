"""Folders of the launcher, moved to a place of the test."""

from pathlib import Path

import pytest

from launch import place, portal, postgres, processes, venv


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty var/ that every part of the launcher uses."""
    folder = tmp_path / "var"
    for module in (place, portal, postgres):
        monkeypatch.setattr(module, "VAR", folder)
    for module in (place, portal, postgres, processes, venv):
        if hasattr(module, "LOGS"):
            monkeypatch.setattr(module, "LOGS", folder / "log")
    for module in (place, portal):
        monkeypatch.setattr(module, "RUN", folder / "run")
    monkeypatch.setattr(processes, "RECORD", folder / "run" / "children.json")
    place.make_folders()
    return folder
