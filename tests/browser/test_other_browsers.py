"""A parent's way through the public pages in Debian's Firefox and WebKit, and in Chromium 78 on a small telephone."""

import time
from collections.abc import Iterable, Iterator

import pytest

from tests.browser import others
from tests.browser.old import chromium_78
from tests.browser.others import Reader
from tests.browser.portal import PASSWORD, Portal
from tests.browser.views import public_views

pytestmark = pytest.mark.browser

_PHONE, _SMALL_PHONE = (375, 812), (320, 568)
_WITHIN = 30.0
_READERS = [
    pytest.param((others.firefox, _PHONE), id="firefox"),
    pytest.param((others.webkit, _PHONE), id="webkit"),
    pytest.param((chromium_78, _SMALL_PHONE), id="chromium 78"),
]


_STAFF = (
    "/office/institutions/",
    "/office/institutions/new/",
    "/office/imports/",
    "/office/imports/upload/",
    "/office/sites/",
    "/office/whitelist/",
    "/office/whitelist/proposal/whitelist/",
    "/office/departments/",
    "/office/me/",
)


@pytest.fixture(params=_READERS)
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    browser, screen = request.param
    with browser(*screen) as tab:
        yield tab


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


def _too_wide(reader: Reader, portal: Portal, paths: Iterable[str]) -> list[str]:
    wide = []
    for path in paths:
        reader.open(portal.address + path)
        if reader.ask("document.documentElement.scrollWidth - window.innerWidth") > 1:
            wide.append(path)
    return wide


def test_no_public_page_is_moved_sideways_to_be_read(reader: Reader, portal: Portal) -> None:
    assert _too_wide(reader, portal, (view.path for view in public_views(portal))) == []


def test_the_oldest_telephone_serves_the_office_too(portal: Portal) -> None:
    ((pk,),) = portal.ask("SELECT min(id) FROM institutions_institution WHERE state = 'normal'")
    institution = f"/office/institutions/{pk}/"
    with chromium_78(*_SMALL_PHONE) as reader:
        reader.open(f"{portal.address}/office/sign-in/")
        reader.type("[name=username]", "office")
        reader.search("[name=password]", PASSWORD)
        _until(reader, "location.pathname === '/office/'")

        assert (
            _too_wide(reader, portal, ("/office/", *_STAFF, institution, f"{institution}amend/"))
            == []
        )
        reader.open(f"{portal.address}/office/institutions/")
        reader.press("label[for=show-filters]")
        reader.search("main input[name=q]", "篮球")
        _until(
            reader,
            "location.search.includes('q=') && document.querySelector('main').innerText.includes('篮球')",
        )
