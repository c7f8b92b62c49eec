"""Public pages in their states under axe: nothing to complain of."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import EVERY_LOOK, Examination
from tests.browser.portal import Portal
from tests.browser.views import View, public_views

pytestmark = pytest.mark.browser

_ASKED = ("星河", "飞跃", "星禾&town=安边镇", "xhms")


def _answers() -> Iterator[View]:
    """What a search says beside the list: looks like, without licence, filtered away, by initials."""
    for asked in _ASKED:
        yield View("", f"/whitelist/?q={quote(asked, safe='&=')}")


def test_no_public_page_keeps_anybody_out(chromium: Browser, portal: Portal) -> None:
    examination = Examination(chromium, portal)

    examination.examine([*public_views(portal), *_answers()], EVERY_LOOK)

    assert examination.found == []
    assert examination.pages > 15
