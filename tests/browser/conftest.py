"""The browser and the running portal of these tests; without Chromium they are skipped, loudly."""

import warnings
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.portal import CHROMIUM, Portal, running

_MISSING = "没有 Chromium，浏览器测试全部跳过。安装：apt-get install chromium"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        warnings.warn(_MISSING, stacklevel=1)
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """One demo county for all tests that look at its pages."""
    with running("tests", worker=False) as found:
        yield found
