"""Public pages in their states under axe: nothing to complain of. And one of them on paper."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import EVERY_LOOK, Examination
from tests.browser.portal import Portal, running
from tests.browser.views import empty_views, long_list_views, public_views

pytestmark = pytest.mark.browser


def test_no_public_page_keeps_anybody_out(chromium: Browser, portal: Portal) -> None:
    examination = Examination(chromium, portal)

    examination.examine(public_views(portal), EVERY_LOOK)

    assert examination.found == []
    assert examination.statuses >= {200, 400, 403, 404, 500, 503}


def test_nor_does_one_before_and_right_after_a_publication(chromium: Browser) -> None:
    with running("empty", worker=False, load=("load_content",)) as portal:
        examination = Examination(chromium, portal)

        examination.examine(empty_views(), EVERY_LOOK)
        examination.examine(long_list_views(portal), EVERY_LOOK)

        assert examination.found == []
        assert examination.statuses == {200, 202}


def test_an_institution_is_printed_on_one_sheet(chromium: Browser, portal: Portal) -> None:
    page = chromium.new_page()
    page.goto(f"{portal.address}/whitelist/")
    page.click(".places tbody a")
    assert page.text_content(".band-word") == "在白名单中"

    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1

    page.close()
