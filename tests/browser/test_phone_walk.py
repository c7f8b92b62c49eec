"""A day on site against the portal itself: made ready, filled in without network, and in the database afterwards."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.portal import PASSWORD, Portal
from tests.browser.test_phone_pages import photographed, signed
from tests.photos import marked

pytestmark = pytest.mark.browser

_OPEN = (
    "SELECT max(i.id) FROM inspections_inspection i JOIN accounts_department d ON d.id = i.lead_id"
    " WHERE i.state = 'approved' AND d.code = 'jiaoti'"
)
# Everything is answered, nobody has signed.
_WAITS = "SELECT min(id) FROM inspections_inspection WHERE state = 'running'"


@contextmanager
def phone_of(chromium: Browser, portal: Portal, who: str) -> Iterator[Page]:
    """A phone whose person has been led to the sign-in and back, with everything made ready."""
    context = chromium.new_context(
        base_url=portal.address, viewport={"width": 375, "height": 740}, locale="zh-CN"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/phone/")
    page.get_by_role("link", name="登录", exact=True).click()
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/phone/")
    page.get_by_role("button", name="全部备好离线使用").click()
    page.get_by_text("没有网络也能打开").wait_for()
    yield page
    context.close()


def _arrived(page: Page) -> None:
    """Nothing is left on the phone."""
    page.locator("#line").get_by_text(re.compile(r"^已送达 \d+$")).wait_for()


def _fill(page: Page) -> None:
    """A problem that is put right at once, a photo of it, and all the rest is fine."""
    first = page.locator(".item").first
    first.get_by_text("不合格", exact=True).click()
    first.get_by_label("问题事实").fill("办学许可证没有张贴")
    first.get_by_label("整改方式").select_option("on_the_spot")
    first.get_by_label("当场改正情况").fill("当场张贴")
    first.get_by_role("button", name="登记这个问题").click()
    first.get_by_text("当场改正：当场张贴").wait_for()
    photographed(page, first.get_by_role("button", name="拍照"), marked((3200, 1600), 6))
    first.locator("li img").wait_for()
    page.get_by_role("link", name="全部合格").click()
    page.get_by_role("button", name="全部合格").click()


def test_a_visit_without_network_is_in_the_database_afterwards(
    chromium: Browser, portal: Portal
) -> None:
    visit = portal.ask(_OPEN)[0][0]
    with phone_of(chromium, portal, "jiaoti2") as page:
        page.context.set_offline(True)
        page.goto(f"/phone/#/visit/{visit}")
        page.reload()
        page.get_by_role("button", name="开始检查").click()
        _fill(page)
        page.get_by_text("都已有检查结果").wait_for()
        page.reload()
        page.get_by_text("都已有检查结果").wait_for()
        page.context.set_offline(False)
        _arrived(page)

    own = "WHERE inspection_id = %s"
    values = dict(
        portal.ask(f"SELECT value, count(*) FROM inspections_answer {own} GROUP BY value", visit)  # noqa: S608 -- a constant
    )
    assert (values["not_met"], values["met"] > 5) == (1, True)
    assert portal.ask(
        f"SELECT fact, state, fixed_words FROM inspections_finding {own}",  # noqa: S608 -- a constant
        visit,
    ) == [("办学许可证没有张贴", "closed", "当场张贴")]
    assert portal.ask(f"SELECT count(*) FROM inspections_photo {own}", visit) == [(1,)]  # noqa: S608 -- a constant


def test_the_lead_concludes_from_the_phone_after_the_place_has_signed(
    chromium: Browser, portal: Portal
) -> None:
    visit = portal.ask(_WAITS)[0][0]
    with phone_of(chromium, portal, "wenlv1") as page:
        page.context.set_offline(True)
        page.goto(f"/phone/#/visit/{visit}")
        page.reload()
        page.get_by_role("button", name="开始填写").click()
        page.get_by_role("link", name="去签名").click()
        page.get_by_label("姓名").first.fill("钱某")
        signed(page, page.locator("canvas").first)
        page.get_by_role("button", name="确认签名").first.click()
        page.get_by_text("钱某").wait_for()
        page.get_by_role("link", name="返回检查").click()
        page.get_by_label("结论").fill("发现的问题已当场指出。")
        page.get_by_role("button", name="作出结论").click()
        page.get_by_role("button", name="作出结论").wait_for(state="detached")
        page.context.set_offline(False)
        _arrived(page)

    assert portal.ask(
        "SELECT state, conclusion FROM inspections_inspection WHERE id = %s", visit
    ) == [("concluded", "发现的问题已当场指出。")]
    assert portal.ask(
        "SELECT role, name FROM inspections_signature WHERE inspection_id = %s", visit
    ) == [("site", "钱某")]
