"""Staff pages in their states under axe: nothing to complain of."""

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import CORNERS, Examination
from tests.browser.portal import Portal
from tests.browser.views import prepare, staff_views

pytestmark = pytest.mark.browser


def test_no_staff_page_keeps_anybody_out(chromium: Browser, portal: Portal) -> None:
    examination = Examination(chromium, portal)
    prepare(portal, examination.page_of("office"))

    examination.examine(staff_views(portal), CORNERS)

    assert examination.found == []
    assert examination.pages > 90
