"""A browser that is not there: its tests are skipped by name, and fail where nothing may be missing."""

import os

import pytest

from launch.browsers import Browser


def programs_of(browser: Browser) -> list[str]:
    """Its programs. Where CI is set everything is to be there, so that no test is lost unseen."""
    if browser.missing and os.environ.get("CI"):  # noqa: TID251 -- who runs the tests
        pytest.fail(browser.missing)
    if browser.missing:
        pytest.skip(browser.missing)
    return browser.programs
