"""The phone's page as an inspector uses it: real Chromium, without network and with, on a desk that keeps the wire's contract."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser import samples_phone
from tests.browser.desk import Desk, open_desk
from tests.browser.test_phone import killed

pytestmark = pytest.mark.browser

MOST_BYTES = 120 * 1024
PLACE = samples_phone.LONG


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as found:
        found.visits = samples_phone.usual()
        yield found


@pytest.fixture
def context(chromium: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """One phone of an officer."""
    context = chromium.new_context(
        viewport={"width": 375, "height": 740},
        base_url=desk.address,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def opened(context: BrowserContext, hash_: str = "") -> Page:
    page = context.new_page()
    page.goto(f"phone/{hash_}")
    page.wait_for_selector("main h1[tabindex]")
    return page


def prepared(context: BrowserContext) -> Page:
    """The list, made ready for use without network."""
    page = opened(context)
    page.get_by_role("button", name="全部备好离线使用").click()
    page.get_by_text("已备好 4 次检查").wait_for()
    return page


def begun(page: Page, place: str = PLACE) -> None:
    page.get_by_role("link", name=place).click()
    page.get_by_role("button", name="开始检查").click()
    page.wait_for_selector(".items")


def answer(page: Page, item: int, words: str) -> None:
    page.locator(f"#item-{item}").get_by_text(words, exact=True).click()


def line(page: Page, words: str) -> None:
    """What the honest line says, sooner or later."""
    page.locator("#line").get_by_text(words, exact=True).wait_for()


def bodies(desk: Desk, kind: str) -> list[Any]:
    acts = [json.loads(text) for text in desk.acts.values()]
    return [act["body"] for act in acts if act["kind"] == kind]


def wait(check: Callable[[], object]) -> None:
    limit = time.monotonic() + 10
    while not check():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_the_first_visit_of_the_page_loads_little(context: BrowserContext) -> None:
    page = context.new_page()
    sizes: dict[str, int] = {}

    def note(request: Request) -> None:
        answer = request.response()
        assert answer
        sizes[answer.url.split("/", 3)[3]] = len(gzip.compress(answer.body(), 6))

    page.on("requestfinished", note)
    page.goto("phone/")
    page.get_by_role("link", name=PLACE).wait_for()

    assert {"phone/", "phone/visits/", "static/js/visit/app.js", "static/css/phone.css"} <= set(
        sizes
    )
    assert sum(sizes.values()) <= MOST_BYTES


def test_what_was_prepared_opens_without_network_and_is_sent_when_it_is_back(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    context.set_offline(True)
    page.reload()
    begun(page)
    for item in (11, 12, 13, 14, 15):
        answer(page, item, "合格")
    answer(page, 16, "不适用")
    page.get_by_text("6 项都已有检查结果").wait_for()
    line(page, "本机未送达 7 · 没有网络")
    assert desk.acts == {}

    page.reload()
    page.get_by_text("6 项都已有检查结果").wait_for()
    context.set_offline(False)

    line(page, "已送达 7")
    assert bodies(desk, "begin") == [{"reason": ""}]
    assert [(one["item"], one["value"]) for one in bodies(desk, "answer")] == [
        *((item, "met") for item in (11, 12, 13, 14, 15)),
        (16, "not_applicable"),
    ]


def test_what_is_typed_outlives_a_killed_tab_and_becomes_an_act(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    begun(page)
    answer(page, 11, "合格")
    page.locator("#item-11").get_by_role("button", name="说明").click()
    page.locator("#item-11 textarea").type("正本挂在二楼，看不清")
    answer(page, 12, "不合格")
    page.locator("#item-12").get_by_label("问题事实").type("三楼还有两间教室")
    page.wait_for_timeout(600)
    killed(page)

    page = opened(context, "#/visit/417")

    assert page.locator("#item-12").get_by_label("问题事实").input_value() == "三楼还有两间教室"
    wait(lambda: any(one["note"] == "正本挂在二楼，看不清" for one in bodies(desk, "answer")))
    assert {one["value"] for one in bodies(desk, "answer")} == {"met"}


def test_two_visits_on_one_phone_keep_apart(context: BrowserContext, desk: Desk) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    answer(page, 11, "合格")
    page.get_by_role("link", name="返回列表").click()
    begun(page, "小太阳舞蹈工作室")
    page.get_by_text("还有 6 项未检查").wait_for()
    answer(page, 11, "不适用")
    line(page, "本机未送达 4 · 没有网络")
    context.set_offline(False)
    line(page, "已送达 4")

    acts = [json.loads(text) for text in desk.acts.values()]
    answers = {act["visit"]: act["body"]["value"] for act in acts if act["kind"] == "answer"}
    assert answers == {"417": "met", "418": "not_applicable"}


def test_a_visit_on_another_day_begins_with_a_reason(context: BrowserContext, desk: Desk) -> None:
    page = opened(context)
    page.get_by_role("link", name="明德书画社").click()
    page.get_by_role("button", name="开始检查").click()
    page.get_by_text("请写明理由").wait_for()
    assert desk.acts == {}

    page.get_by_label("理由").fill("当天停电，改为纸质记录，今天补录")
    page.get_by_role("button", name="开始检查").click()
    page.wait_for_selector(".items")

    wait(lambda: bodies(desk, "begin") == [{"reason": "当天停电，改为纸质记录，今天补录"}])


def test_a_visit_that_may_not_begin_says_why(context: BrowserContext) -> None:
    page = opened(context)
    page.get_by_role("link", name="蓝鲸游泳俱乐部").click()

    page.get_by_text("这次检查拟定，现在不能开始").wait_for()
    assert page.get_by_role("button", name="开始检查").count() == 0


def test_all_the_rest_is_fine_only_after_it_was_shown_what_the_rest_is(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page)
    answer(page, 12, "未查")
    page.get_by_role("link", name="其余 5 项全部合格").click()
    page.get_by_role("heading", name="其余 5 项全部合格").wait_for()
    assert page.locator("main li").count() == 5
    page.get_by_role("button", name="确认以上 5 项全部合格").click()
    page.get_by_text("还有 1 项未检查，共 6 项").wait_for()

    wait(lambda: bodies(desk, "rest") == [{"items": [11, 13, 14, 15, 16], "reason": ""}])
    # What was not looked at is not sent without its reason.
    assert bodies(desk, "answer") == []


def test_what_is_not_met_waits_for_its_problem(context: BrowserContext, desk: Desk) -> None:
    page = opened(context)
    begun(page)
    answer(page, 12, "不合格")
    item = page.locator("#item-12")
    item.get_by_role("button", name="登记这个问题").click()
    item.get_by_text("请写明问题事实").wait_for()
    item.get_by_label("问题事实").fill("三楼另有两间教室")
    item.get_by_label("整改方式").select_option("on_the_spot")
    item.get_by_label("当场改正情况").fill("已搬空")
    assert bodies(desk, "answer") == []
    item.get_by_role("button", name="登记这个问题").click()

    item.get_by_text("当场改正：已搬空").wait_for()
    wait(lambda: bodies(desk, "answer"))
    (found,) = bodies(desk, "answer")
    assert (found["item"], found["value"]) == (12, "not_met")
    assert found["found"] | {"id": ""} == {
        "id": "",
        "fact": "三楼另有两间教室",
        "severity": 2,
        "mode": "on_the_spot",
        "days": None,
        "fixed": "已搬空",
    }
