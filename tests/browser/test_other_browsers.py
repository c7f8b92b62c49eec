"""A parent's way through the public pages in Firefox and in WebKit, as Debian ships them."""

import time
from collections.abc import Iterator

import pytest

from tests.browser import others
from tests.browser.others import Reader
from tests.browser.portal import Portal
from tests.browser.views import public_views

pytestmark = pytest.mark.browser

_PHONE = (375, 812)
_WITHIN = 30.0


@pytest.fixture(params=[others.firefox, others.webkit])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with request.param(*_PHONE) as browser:
        yield browser


def _until(reader: Reader, script: str) -> None:
    """Wait for the next page; while it comes, a browser may not answer at all."""
    limit, last = time.monotonic() + _WITHIN, ""
    while time.monotonic() < limit:
        try:
            if reader.ask(script):
                return
            last = str(reader.ask("location.href"))
        except others.NOT_NOW as why:
            last = str(why)
        time.sleep(0.2)
    pytest.fail(f"{script}: {last}")


def test_a_parent_finds_a_place_and_its_wall_code(reader: Reader, portal: Portal) -> None:
    reader.open(f"{portal.address}/")
    reader.search("input[name=q]", "篮球")
    _until(reader, "!!document.querySelector('.places tbody a')")
    name = reader.ask("document.querySelector('.places tbody a').textContent")
    assert "篮球" in name

    reader.press(".places tbody a")
    _until(reader, f"document.querySelector('h1').textContent === '{name}'")
    assert "在白名单中" in reader.ask("document.querySelector('.band').innerText")

    reader.press("a[href^='/v/']")
    _until(reader, "location.pathname.startsWith('/v/')")
    assert name in reader.ask("document.querySelector('.wall').innerText")


def test_large_type_lasts_from_page_to_page(reader: Reader, portal: Portal) -> None:
    reader.open(f"{portal.address}/unlicensed/")
    reader.press(".elder button")
    _until(reader, "document.documentElement.hasAttribute('data-elder')")
    assert reader.ask("location.pathname") == "/unlicensed/"

    reader.open(f"{portal.address}/whitelist/")

    assert reader.ask("getComputedStyle(document.body).fontSize") == "20px"


def test_no_public_page_is_moved_sideways_to_be_read(reader: Reader, portal: Portal) -> None:
    wide = []
    for view in public_views(portal):
        reader.open(portal.address + view.path)
        if reader.ask("document.documentElement.scrollWidth - window.innerWidth") > 1:
            wide.append(view.path)

    assert wide == []
