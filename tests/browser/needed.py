"""A browser that is not there: its tests are skipped by name, and fail where nothing may be missing."""

import os
from typing import NoReturn

import pytest

from launch.browsers import Browser


def programs_of(browser: Browser) -> list[str]:
    """Its programs. Where CI is set everything is to be there, so that no test is lost unseen."""
    if browser.missing:
        give_up(browser.missing)
    return browser.programs


def give_up(why: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing."""
    if os.environ.get("CI"):  # noqa: TID251 -- who runs the tests
        pytest.fail(why)
    pytest.skip(why)
