"""Staff pages in their states under axe: nothing to complain of. And what stands beside its label on a phone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import CORNERS, Examination
from tests.browser.portal import Portal
from tests.browser.views import View, prepare, staff_views

pytestmark = pytest.mark.browser


def test_no_staff_page_keeps_anybody_out(chromium: Browser, portal: Portal) -> None:
    examination = Examination(chromium, portal)
    prepare(portal, examination.page_of("office"))

    examination.examine(staff_views(portal), CORNERS)

    assert examination.found == []
    assert examination.pages > 120


def test_a_fault_would_be_found(chromium: Browser, portal: Portal) -> None:
    def spoilt(page: Page) -> None:
        page.evaluate("document.body.innerHTML = '<img src=x><p>x</p>'")
        page.evaluate("document.querySelector('p').style.width = '3000px'")

    examination = Examination(chromium, portal)

    examination.examine([View("", "/", spoilt)], CORNERS)

    assert any("image-alt" in one for one in examination.found)
    assert any("too wide" in one for one in examination.found)


UNDER_LABELS = """
    () => [...document.querySelectorAll('.stack td[data-label]')].flatMap(cell => {
        const words = document.createRange();
        words.selectNodeContents(cell);
        const edge = cell.getBoundingClientRect().left + parseFloat(getComputedStyle(cell).fontSize) * 4;
        return [...words.getClientRects()].filter(one => one.width && one.left < edge).map(() => cell.innerText);
    })
"""


@pytest.mark.parametrize(
    ("who", "path"),
    [("jiaoti_head", "/office/inspections/approvals/"), ("office", "/office/inspections/")],
)
def test_on_a_phone_a_cell_stands_beside_its_label_whole(
    chromium: Browser, portal: Portal, who: str, path: str
) -> None:
    page = Examination(chromium, portal).page_of(who)
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(path)
    assert page.locator(".stack td[data-label]").count() > 0

    assert page.evaluate(UNDER_LABELS) == []
