"""How the web server's processes are set up."""

import gc
import runpy
from collections.abc import Iterator

import pytest

from launch.place import ROOT


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_what_was_loaded_is_looked_through_no_more() -> None:
    gc.unfreeze()
    runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))["when_ready"](None)
    assert gc.get_freeze_count() > 0
