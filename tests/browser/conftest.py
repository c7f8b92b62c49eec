"""The browser and the running portal of these tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from launch.browsers import CHROMIUM
from tests.browser.needed import programs_of
from tests.browser.portal import Portal, running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    (program,) = programs_of(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """One demo county for all tests that look at its pages."""
    with running("tests", worker=False) as found:
        yield found
