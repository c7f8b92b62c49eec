"""The phone's page as an inspector uses it: real Chromium, without network and with, on a desk that keeps the wire's contract."""

import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page

from inspections.views import phone_page
from tests.browser import samples_phone
from tests.browser.axe import too_wide, violations
from tests.browser.desk import Answer, Desk, open_desk, said
from tests.browser.first_load import MOST_BYTES, packed_sizes
from tests.browser.test_phone import killed
from tests.photos import marked, noise

pytestmark = pytest.mark.browser

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
    context.set_default_timeout(30_000)
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


def photographed(page: Page, button: Locator, *pictures: bytes) -> None:
    """The camera has opened, and gives these."""
    with page.expect_file_chooser() as opening:
        button.click()
    files: list[FilePayload] = [
        {"name": f"{at}.jpg", "mimeType": "image/jpeg", "buffer": data}
        for at, data in enumerate(pictures)
    ]
    opening.value.set_files(files)


def signed(page: Page, pad: Locator) -> None:
    """A finger writes a stroke."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()


def line(page: Page, words: str) -> None:
    """What the honest line says, sooner or later."""
    # What has failed is sent again after some seconds, each time after more.
    page.locator("#line").get_by_text(words, exact=True).wait_for(timeout=40_000)


KEPT = """() => new Promise((done) => { indexedDB.open("phone").onsuccess = ({ target }) => {
  const { result } = target;
  result.transaction("visits").objectStore("visits").getAll().onsuccess = (found) => {
    result.close();
    done(JSON.stringify(found.target.result));
  };
}; })"""


def on_disk(page: Page, *words: str) -> None:
    """The records of this phone hold these words, sooner or later."""
    wait(lambda: all(one in page.evaluate(KEPT) for one in words))


def bodies(desk: Desk, kind: str) -> list[Any]:
    acts = [json.loads(text) for text in desk.acts.values()]
    return [act["body"] for act in acts if act["kind"] == kind]


def wait(check: Callable[[], object]) -> None:
    limit = time.monotonic() + 30
    while not check():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_the_first_visit_of_the_page_loads_little(context: BrowserContext) -> None:
    page = context.new_page()
    sizes = packed_sizes(page)
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
    answer(page, 12, "不合格")
    page.locator("#item-12").get_by_label("问题事实").type("三楼还有两间教室")
    answer(page, 11, "合格")
    page.locator("#item-11").get_by_role("button", name="说明").click()
    page.locator("#item-11 textarea").type("正本挂在二楼，看不清")
    on_disk(page, "三楼还有两间教室", "正本挂在二楼，看不清")
    killed(page)

    page = opened(context, "#/visit/417")

    assert page.locator("#item-12").get_by_label("问题事实").input_value() == "三楼还有两间教室"
    wait(lambda: any(one["note"] == "正本挂在二楼，看不清" for one in bodies(desk, "answer")))
    assert {one["value"] for one in bodies(desk, "answer")} == {"met"}


def test_words_come_to_the_disk_while_the_hand_does_not_rest(context: BrowserContext) -> None:
    page = opened(context)
    begun(page)
    answer(page, 12, "不合格")
    fact = page.locator("#item-12").get_by_label("问题事实")
    fact.wait_for()

    assert fact.evaluate(
        f"""async (fact) => {{
          for (let at = 0; at < 100; at += 1) {{
            fact.value += "间";
            fact.dispatchEvent(new Event("input"));
            if ((await ({KEPT})()).includes("间间")) return true;
            await new Promise((done) => setTimeout(done, 50));
          }}
          return false;
        }}"""
    )


def test_the_visits_are_asked_for_anew_when_the_list_is_looked_at_and_not_after_each_answer(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    begun(page)
    asked = desk.requests.count("GET /phone/visits/")
    for many, item in enumerate((11, 12, 13), 2):
        answer(page, item, "合格")
        line(page, f"已送达 {many}")
    assert desk.requests.count("GET /phone/visits/") == asked
    desk.visits["visits"][0]["state_words"] = "进行中"

    page.get_by_role("link", name="返回列表").click()

    page.get_by_text("本部门 3/6 项 · 进行中").wait_for()


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

    page.get_by_text("进行中").wait_for()
    wait(lambda: bodies(desk, "begin") == [{"reason": "当天停电，改为纸质记录，今天补录"}])


def test_a_visit_that_may_not_begin_says_why(context: BrowserContext) -> None:
    page = opened(context)
    page.get_by_role("link", name="蓝鲸游泳俱乐部").click()

    page.get_by_text("这次检查处于“拟定”，现在不能开始").wait_for()
    assert page.get_by_role("button", name="开始检查").count() == 0
    assert page.get_by_label("理由").count() == 0


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
    item.get_by_label("整改方式").select_option("in_time")
    item.get_by_label("建议整改天数").fill("1.5")
    item.get_by_role("button", name="登记这个问题").click()
    item.get_by_text("请写明建议的天数（1至365的整数）").wait_for()
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


def test_several_photos_of_an_item_are_kept_without_network_and_arrive(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    item = page.locator("#item-12")
    photographed(
        page, item.get_by_role("button", name="相册"), noise((800, 600)), marked((3200, 1600), 6)
    )
    item.locator("li img").nth(1).wait_for()
    page.reload()
    item.locator("li img").nth(1).wait_for()
    context.set_offline(False)
    line(page, "已送达 3")

    first, second = bodies(desk, "photo")
    assert first == {
        "item": 12,
        "finding": None,
        "after": False,
        "stamp": [PLACE, first["stamp"][1], "县教育和体育局"],
    }
    assert first["stamp"][1].startswith("2026年")
    assert second["item"] == 12
    sizes = [Image.open(io.BytesIO(data)).size for data in desk.photos]
    assert sizes == [(800, 600), (1280, 2560)]
    page.reload()
    page.locator("#item-12 .tile-word").nth(1).wait_for()


def test_the_position_goes_along_only_after_it_was_switched_on(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    page.get_by_role("link", name=PLACE).click()
    choice = page.get_by_label("记录位置")
    assert not choice.is_checked()
    choice.click()
    page.get_by_text("手机没有允许本页取得位置").wait_for()
    assert not choice.is_checked()
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 37.589004, "longitude": 107.601, "accuracy": 29.2})
    choice.click()
    page.get_by_role("button", name="开始检查").click()
    page.wait_for_selector(".items")
    photographed(page, page.locator("#item-11").get_by_role("button", name="拍照"), noise((80, 60)))
    page.locator("#item-11 li img").wait_for()
    page.get_by_label("记录位置").uncheck()
    photographed(page, page.locator("#item-12").get_by_role("button", name="拍照"), noise((80, 60)))
    line(page, "已送达 3")

    (begin,), (first, second) = bodies(desk, "begin"), bodies(desk, "photo")
    assert {**begin["where"], "at": ""} == {"lat": 37.589, "lon": 107.601, "accuracy": 30, "at": ""}
    assert first["where"].keys() == begin["where"].keys()
    assert first["stamp"][3] == "37.58900, 107.60100，误差约30米"
    assert "where" not in second
    assert len(second["stamp"]) == 3


def test_before_the_camera_opens_what_was_typed_is_on_the_disk(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    begun(page)
    item = page.locator("#item-11")
    item.get_by_role("button", name="说明").click()
    with page.expect_file_chooser():
        item.locator("textarea").type("门口没有公示")
        item.get_by_role("button", name="拍照").click()
    killed(page)

    page = opened(context, "#/visit/417")

    item = page.locator("#item-11")
    assert item.locator("textarea").input_value() == "门口没有公示"
    item.get_by_text("上次打开相机后页面被系统关闭").wait_for()


def test_the_camera_opens_for_the_back_side_and_for_pictures_only(context: BrowserContext) -> None:
    page = prepared(context)
    begun(page)
    camera = page.locator("#item-11 input[type=file]").first

    given = [camera.get_attribute(name) for name in ("accept", "capture", "multiple")]
    assert given == ["image/*", "environment", ""]


def test_a_file_that_is_no_photo_is_refused_in_words_beside_its_item(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page)
    item = page.locator("#item-11")
    photographed(page, item.get_by_role("button", name="拍照"), b"", noise((80, 60)))

    item.get_by_text("照片是空的").wait_for()
    item.locator("li img").wait_for()
    assert item.locator("li img").count() == 1


def test_a_problem_is_shown_before_and_after_it_was_put_right(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page)
    page.get_by_role("button", name="登记其他问题").click()
    other = page.locator(".found")
    other.get_by_label("问题事实").fill("楼道堆放杂物")
    other.get_by_role("button", name="登记这个问题").click()
    photographed(page, other.get_by_role("button", name="拍问题"), noise((80, 60)))
    other.locator("li img").wait_for()
    other.get_by_role("button", name="当场改正").click()
    other.get_by_label("怎样改正的").fill("已清走")
    other.get_by_role("button", name="登记当场改正").click()
    other.get_by_text("当场改正：已清走").wait_for()
    photographed(page, other.get_by_role("button", name="拍改正后"), noise((80, 60)))
    line(page, "已送达 5")

    (found,) = bodies(desk, "finding")
    assert (found["item"], found["found"]["fact"]) == (None, "楼道堆放杂物")
    uuid = found["found"]["id"]
    assert [(one["finding"], one["after"]) for one in bodies(desk, "photo")] == [
        (uuid, False),
        (uuid, True),
    ]
    assert bodies(desk, "fix") == [{"finding": uuid, "words": "已清走", "reason": ""}]


def test_an_empty_field_is_no_signature(context: BrowserContext, desk: Desk) -> None:
    page = opened(context)
    begun(page)
    page.get_by_role("link", name="去签名").click()
    page.get_by_label("姓名").first.fill("钱某")
    page.get_by_role("button", name="确认签名").first.click()

    page.get_by_text("还没有签名，请在框内书写").wait_for()
    line(page, "已送达 1")
    assert bodies(desk, "sign") == []


def test_the_place_and_the_officers_sign_with_their_finger(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    page.get_by_role("link", name="去签名").click()
    page.get_by_label("姓名").first.fill("钱某")
    page.get_by_label("职务").first.fill("校长")
    signed(page, page.locator("canvas").first)
    page.get_by_role("button", name="确认签名").first.click()
    page.get_by_text("钱某（校长）").wait_for()
    signed(page, page.locator("canvas").first)
    page.get_by_role("button", name="确认签名").first.click()
    page.get_by_role("button", name="再签一次").nth(1).wait_for()
    assert page.locator(".plain").all_inner_texts()[1].split()[1] == "苏合"
    context.set_offline(False)
    line(page, "已送达 3")

    site, officer = bodies(desk, "sign")
    assert site == {"role": "site", "name": "钱某", "post": "校长", "refused": "", "witness": ""}
    assert (officer["role"], officer["name"]) == ("officer", "苏合")
    strokes = json.loads(desk.photos[0])
    assert {"width", "height", "strokes"} == set(strokes)
    (stroke,) = strokes["strokes"]
    assert len(stroke) >= 5
    assert all(0 <= x <= strokes["width"] and 0 <= y <= strokes["height"] for x, y, _ in stroke)
    moments = [moment for _, _, moment in stroke]
    assert moments == sorted(moments)


def test_who_refuses_to_sign_is_written_down_with_a_witness(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page)
    page.get_by_role("link", name="去签名").click()
    refused_to_sign(page)

    wait(lambda: bodies(desk, "sign"))
    assert bodies(desk, "sign") == [
        {
            "role": "site",
            "name": "",
            "post": "",
            "refused": "负责人称要请示总部",
            "witness": "社区工作人员何某",
        }
    ]
    assert desk.blobs == {}


def refused_to_sign(page: Page) -> None:
    """The one in charge does not want to; the page asks for a witness."""
    page.get_by_label("对方拒绝签名").check()
    page.get_by_label("拒绝签名的情况").fill("负责人称要请示总部")
    page.get_by_role("button", name="登记拒绝签名").click()
    page.get_by_text("请填写见证人").wait_for()
    page.get_by_role("textbox", name="见证人").fill("社区工作人员何某")
    page.get_by_role("button", name="登记拒绝签名").click()
    page.get_by_text("见证人社区工作人员何某").wait_for()


def test_only_the_lead_concludes_and_only_what_is_answered(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page, "小太阳舞蹈工作室")
    assert page.get_by_role("button", name="作出结论").count() == 0
    page.get_by_role("link", name="返回列表").click()
    begun(page)
    page.get_by_label("结论").fill("发现问题一个，限期整改")
    page.get_by_role("button", name="作出结论").click()
    page.get_by_text("本部门还有6项没有检查结果").wait_for()
    page.get_by_role("link", name="其余 6 项全部合格").click()
    page.get_by_role("button", name="确认以上").click()
    page.get_by_role("button", name="作出结论").click()
    page.get_by_text("现场负责人还没有签名，也没有登记拒签").wait_for()
    page.get_by_role("link", name="去签名").click()
    refused_to_sign(page)
    page.get_by_role("link", name="返回检查").click()
    page.get_by_role("button", name="作出结论").click()
    page.get_by_role("button", name="作出结论").wait_for(state="detached")

    wait(lambda: bodies(desk, "conclude"))
    assert bodies(desk, "conclude") == [{"conclusion": "发现问题一个，限期整改", "reason": ""}]


def test_what_is_older_than_three_days_raises_an_alarm(context: BrowserContext) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    line(page, "本机未送达 1 · 没有网络")
    assert page.get_by_text("没有送达。请马上").count() == 0

    context.add_init_script(
        "{ const real = Date.now; Date.now = () => real() + 3 * 86400000 + 3600000;"
        " localStorage.removeItem('phone-away-7'); document.cookie = 'phone-away-7=; path=/phone/; max-age=0'; }"
    )
    page.reload()

    page.get_by_role("alert").get_by_text("已经 3天1小时没有送达").wait_for()
    page.get_by_role("link", name="查看并导出").click()
    page.get_by_role("button", name=f"导出：{PLACE}").wait_for()


def test_a_storage_that_the_browser_has_emptied_is_named(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    answer(page, 11, "合格")
    line(page, "本机未送达 2 · 没有网络")
    context.set_offline(False)
    desk.fault = lambda *_: said(500)
    page.goto(desk.address)
    page.evaluate(
        "new Promise((done) => { indexedDB.deleteDatabase('phone').onsuccess = () => done(); })"
    )
    desk.fault = None

    page = opened(context)

    words = "这里原来存有 1 次检查，现在没有了。其中 2 条当时还没有送达"
    page.get_by_role("alert").get_by_text(words).wait_for()
    page.get_by_role("button", name="我知道了").click()
    page.get_by_text(words).wait_for(state="detached")
    page.reload()
    page.get_by_role("heading", name="现场检查").wait_for()
    assert page.get_by_text(words).count() == 0


def test_with_the_sign_in_over_everything_stays_and_goes_on(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    desk.fault = lambda *_: said(401)
    page.reload()
    page.get_by_text("本机上的内容都还在，可以继续填写").wait_for()
    link = page.get_by_role("link", name="重新登录", exact=True)
    assert link.get_attribute("href") == "/office/sign-in/?next=/phone/"
    begun(page)
    answer(page, 11, "合格")
    line(page, "本机未送达 2 · 请重新登录")
    page.reload()
    page.get_by_text("还有 5 项未检查").wait_for()
    desk.fault = None
    page.reload()

    line(page, "已送达 2")


def test_who_was_never_here_is_led_to_sign_in(context: BrowserContext, desk: Desk) -> None:
    desk.fault = lambda *_: said(401)
    page = opened(context)

    assert violations(page) == []
    link = page.get_by_role("link", name="登录", exact=True)
    assert link.get_attribute("href") == "/office/sign-in/?next=/phone/"


def test_who_does_not_inspect_is_told_so(context: BrowserContext, desk: Desk) -> None:
    desk.visits = {}
    page = opened(context)

    page.get_by_text("您的账号不参加现场检查").wait_for()


def test_who_owes_a_new_password_is_led_to_it(context: BrowserContext, desk: Desk) -> None:
    page = prepared(context)
    desk.fault = lambda *_: said(403, words="请先修改密码。", address="/office/")
    page.reload()

    page.get_by_text("请先修改密码。").wait_for()
    link = page.get_by_role("link", name="重新登录", exact=True)
    assert link.get_attribute("href") == "/office/"


def test_what_another_person_has_not_sent_is_counted_and_not_shown(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    context.set_offline(True)
    begun(page)
    line(page, "本机未送达 1 · 没有网络")
    desk.user = "8"
    desk.visits = samples_phone.told(user="8") | {
        "user": {"id": "8", "name": "杜若", "department": "县公安局"}
    }
    context.set_offline(False)

    page.get_by_text("杜若，县公安局").wait_for()
    page.get_by_text("另一位用户还有 1 条未送出").wait_for()
    assert page.get_by_text(PLACE).count() == 0
    assert desk.acts == {}


def test_what_the_office_has_not_taken_is_told_with_what_to_do_and_can_be_taken_along(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    begun(page)
    line(page, "已送达 1")

    def fault(path: str, in_order: Callable[[], Answer]) -> Answer:
        if path != "/phone/sync/":
            return in_order()
        found = json.loads(in_order().body)["sha256"]
        return said(
            422, receipt="r", sha256=found, outcome="refused", words="这次检查已取消，不能登记。"
        )

    desk.fault = fault
    answer(page, 11, "合格")
    line(page, "需处理 1 · 已送达 1")
    page.locator("#line").click()
    page.get_by_role("heading", name="需要处理（1）").wait_for()
    page.get_by_text("检查结果：A1 合格").wait_for()
    page.get_by_text("原因：这次检查已取消，不能登记。").wait_for()
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"导出：{PLACE}").click()

    told, _, _ = Path(saving.value.path()).read_bytes().partition(b"\n")
    assert json.loads(told)["format"] == "dingbian-visit-1"
    assert saving.value.suggested_filename == "检查-417.dingbian"

    page.get_by_role("button", name="知道了").click()
    line(page, "已送达 1")
    page.get_by_role("heading", name="已阅（1）").wait_for()
    page.reload()
    page.get_by_text("原因：这次检查已取消，不能登记。").wait_for()
    page.get_by_role("button", name=f"导出：{PLACE}").wait_for()
    assert page.get_by_role("button", name="知道了").count() == 0


def test_what_waits_is_sent_at_once_when_somebody_asks_for_it(
    context: BrowserContext, desk: Desk
) -> None:
    page = prepared(context)
    begun(page)
    line(page, "已送达 1")
    desk.fault = lambda path, in_order: said(500) if path == "/phone/sync/" else in_order()
    answer(page, 11, "合格")
    line(page, "本机未送达 1 · 已送达 1 · 办公系统没有应答")
    page.evaluate(
        """() => new Promise((done) => { indexedDB.open("phone").onsuccess = ({ target }) => {
          const queue = target.result.transaction("queue", "readwrite").objectStore("queue");
          queue.openCursor(null, "prev").onsuccess = ({ target }) => {
            target.result.update(Object.assign(target.result.value, { due: Date.now() + 250000 })).onsuccess = done;
          };
        }; })"""
    )
    desk.fault = None
    page.locator("#line").click()
    page.get_by_role("button", name="现在送出").click()

    line(page, "已送达 2")


def test_without_a_service_worker_the_page_keeps_and_says_what_to_do(
    context: BrowserContext, desk: Desk
) -> None:
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = opened(context)
    page.get_by_text("选择“在浏览器中打开”").wait_for()
    desk.fault = lambda path, in_order: None if path == "/phone/sync/" else in_order()
    begun(page)
    answer(page, 11, "合格")
    page.get_by_text("还有 5 项未检查").wait_for()
    page.reload()

    page.get_by_text("还有 5 项未检查").wait_for()
    desk.fault = None
    page.reload()
    line(page, "已送达 2")


FULL_DISK = """() => {
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("", "QuotaExceededError");
  };
}"""
# Each step takes two seconds more until it is on the disk.
SLOW_DISK = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    const until = performance.now() + 2000;
    const hold = () => {
      if (performance.now() < until) this.count().onsuccess = hold;
    };
    hold();
    return put.apply(this, given);
  };
}"""


def _newer(context: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> tuple[Page, Locator]:
    """A visit whose problem is being typed, when the office has a newer page."""
    page = prepared(context)
    page.reload()
    begun(page)
    answer(page, 12, "不合格")
    fact = page.locator("#item-12").get_by_label("问题事实")
    fact.type("三楼还有两间")
    former = phone_page._page
    newer = "<p hidden>newer</p></body>"
    monkeypatch.setattr(
        phone_page, "_page", lambda version: former(version).replace("</body>", newer)
    )
    page.evaluate("void navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.get_by_role("button", name="启用新版本").wait_for()
    assert (fact.input_value(), page.get_by_text("newer").count()) == ("三楼还有两间", 0)
    return page, fact


def test_a_department_without_items_is_told_so(context: BrowserContext, desk: Desk) -> None:
    desk.visits["visits"][0]["items"] = []
    page = opened(context)
    page.get_by_role("link", name=PLACE).click()
    page.get_by_role("button", name="开始检查").click()

    page.get_by_text("没有由本部门检查的项").wait_for()
    assert page.get_by_label("在检查项中查找").count() == 0
    assert not page.get_by_role("button", name="下一项").is_visible()


def test_what_other_departments_have_done_is_asked_anew_on_the_list(
    context: BrowserContext, desk: Desk
) -> None:
    page = opened(context)
    begun(page)
    line(page, "已送达 1")
    page.get_by_role("link", name="返回列表").click()
    page.get_by_role("link", name=PLACE).click()
    page.get_by_text("县消防救援大队：已检查 1 项，共 1 项").wait_for()
    desk.visits["visits"][0]["others"][0]["asked"] = 7
    page.evaluate("{ const now = Date.now; Date.now = () => now() + 31000; }")

    with page.expect_response("**/phone/visits/"):
        page.get_by_role("link", name="返回列表").click()
    page.get_by_role("link", name=PLACE).click()

    page.get_by_text("县消防救援大队：已检查 1 项，共 7 项").wait_for()


def test_a_new_version_waits_until_the_page_is_opened_anew_and_the_draft_stays(
    context: BrowserContext, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, fact = _newer(context, monkeypatch)
    page.evaluate(SLOW_DISK)
    fact.type("教室")
    with page.expect_navigation():
        page.get_by_role("button", name="启用新版本").click()

    # Where the former version was slow to go, the new one is offered once more.
    again = page.get_by_role("button", name="启用新版本")
    page.get_by_text("newer").or_(again).first.wait_for(state="attached")
    if again.count():
        again.click()
    page.get_by_text("newer").wait_for(state="attached")
    assert page.locator("#item-12").get_by_label("问题事实").input_value() == "三楼还有两间教室"


def test_the_page_is_not_opened_anew_over_words_that_could_not_be_kept(
    context: BrowserContext, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, fact = _newer(context, monkeypatch)
    page.evaluate(FULL_DISK)
    fact.type("教室")
    page.get_by_role("button", name="启用新版本").click()

    page.get_by_role("alert").get_by_text("存储空间不足").wait_for()
    assert fact.input_value() == "三楼还有两间教室"


def test_a_phone_without_room_is_not_made_ready_and_begins_nothing_without_network(
    context: BrowserContext, desk: Desk
) -> None:
    page = context.new_page()
    page.goto(desk.address)
    words = {"origin": desk.address.rstrip("/"), "quotaSize": 150_000_000}
    context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", words)
    page.goto("phone/")
    page.get_by_role("button", name="全部备好离线使用").click()
    page.get_by_text("不足 200 MB").wait_for()
    assert page.get_by_text("已备好，离线可用").count() == 0
    context.set_offline(True)
    page.get_by_role("link", name=PLACE).click()
    page.get_by_role("button", name="开始检查").wait_for()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("button", name="开始检查").click()

    page.get_by_text("手机可用空间不足 200 MB").wait_for()
    assert page.locator(".items").count() == 0


def test_a_photo_for_which_there_is_no_room_is_said_and_what_is_there_can_be_taken_along(
    context: BrowserContext, desk: Desk
) -> None:
    page = context.new_page()
    page.goto(desk.address)
    words = {"origin": desk.address.rstrip("/"), "quotaSize": 1_500_000}
    context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", words)
    page.goto("phone/")
    begun(page)
    item = page.locator("#item-11")
    for _ in range(3):
        photographed(page, item.get_by_role("button", name="拍照"), noise((1200, 1000)))
        page.wait_for_timeout(800)

    page.get_by_role("alert").get_by_text("手机存储空间不足，刚才的内容没有保存").wait_for()
    page.locator("#trouble").get_by_role("button", name="导出本次检查为文件").wait_for()
    answer(page, 11, "合格")
    page.get_by_text("还有 5 项未检查").wait_for()


def test_two_tabs_of_one_visit_take_nothing_from_each_other(
    context: BrowserContext, desk: Desk
) -> None:
    first = prepared(context)
    begun(first)
    second = opened(context, "#/visit/417")
    second.wait_for_selector(".items")
    answer(first, 11, "合格")
    answer(second, 12, "不适用")
    answer(first, 13, "合格")

    line(first, "已送达 4")
    first.reload()
    first.get_by_text("还有 3 项未检查").wait_for()


def _away(page: Page, minutes: int) -> None:
    """The page was out of sight so long."""
    page.evaluate(
        """(minutes) => {
          const show = (hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
          };
          show(true);
          window.real = window.real || Date.now;
          const ahead = Date.now() - window.real() + minutes * 60000;
          Date.now = () => window.real() + ahead;
          show(false);
        }""",
        minutes,
    )


def _covered(context: BrowserContext) -> tuple[Page, Locator]:
    """Without network, with a problem half typed: the page is covered, and asks for the code."""
    page = prepared(context)
    page.get_by_text("还没有设本机口令").wait_for()
    page.get_by_label("6位数字").fill("246810")
    page.get_by_label("再输一次").fill("246810")
    page.get_by_role("button", name="保存口令").click()
    page.get_by_text("本机口令已设置").wait_for()
    assert page.get_by_text("还没有设本机口令").count() == 0
    context.set_offline(True)
    begun(page)
    answer(page, 12, "不合格")
    fact = page.locator("#item-12").get_by_label("问题事实")
    fact.type("三楼还有两间")
    _away(page, 14)
    assert fact.is_visible()
    _away(page, 16)
    page.get_by_label("本机口令").wait_for()
    return page, fact


def _try_code(page: Page, digits: str, words: str) -> None:
    page.get_by_label("本机口令").fill(digits)
    page.get_by_role("button", name="打开").click()
    page.get_by_text(words).wait_for()


def test_what_was_out_of_sight_for_a_quarter_of_an_hour_is_covered_until_the_code_is_said(
    context: BrowserContext,
) -> None:
    page, fact = _covered(context)
    assert (page.locator("main").is_visible(), page.title()) == (False, "现场检查")
    assert violations(page) == []
    page.reload()
    page.get_by_label("本机口令").wait_for()
    assert not page.get_by_text(PLACE).first.is_visible()
    _try_code(page, "135791", "还可以试 4 次")
    page.reload()
    _try_code(page, "135791", "还可以试 3 次")
    page.get_by_label("本机口令").fill("246810")
    page.get_by_role("button", name="打开").click()

    fact.wait_for()
    assert fact.input_value() == "三楼还有两间"
    assert PLACE in page.title()


def test_after_five_wrong_codes_only_the_password_opens_and_what_waits_is_sent_meanwhile(
    context: BrowserContext, desk: Desk
) -> None:
    page, fact = _covered(context)
    for left in (4, 3, 2, 1):
        _try_code(page, "135791", f"还可以试 {left} 次")
    _try_code(page, "135791", "已停用")
    page.get_by_label("登录密码").fill("right")
    page.get_by_role("button", name="联网核对").click()
    page.get_by_text("没有连上办公系统").wait_for()
    context.set_offline(False)
    wait(lambda: bodies(desk, "begin"))
    page.get_by_label("登录密码").fill("wrong")
    page.get_by_role("button", name="联网核对").click()
    page.get_by_text("密码不对").wait_for()
    assert not fact.is_visible()
    page.get_by_label("登录密码").fill("right")
    page.get_by_role("button", name="联网核对").click()

    fact.wait_for()
    assert fact.input_value() == "三楼还有两间"


def test_items_are_found_by_their_words(context: BrowserContext) -> None:
    page = opened(context)
    begun(page)
    page.get_by_label("在检查项中查找").fill("预收费")
    assert page.locator(".item:visible").count() == 1
    page.get_by_label("在检查项中查找").fill("没有这样的字")

    page.get_by_text("没有这样的检查项").wait_for()


def test_what_colleagues_have_answered_is_shown_and_counts(
    context: BrowserContext, desk: Desk
) -> None:
    there = {"at": "2026-07-06T00:30:00Z", "note": "", "mine": False, "by": "杜若"}
    answers = [
        there | {"id": "a", "item": 11, "value": "met", "disputed": False},
        there | {"id": "b", "item": 12, "value": "met", "disputed": True},
        there
        | {
            "id": "c",
            "item": 12,
            "value": "not_applicable",
            "disputed": True,
            "by": "苏合",
            "mine": True,
        },
    ]
    desk.visits["visits"][0]["answers"] = answers
    page = opened(context)
    begun(page)

    page.get_by_text("还有 4 项未检查").wait_for()
    assert "杜若：合格" in page.locator("#item-11").inner_text()
    assert page.locator("#item-11 input:checked").count() == 0
    assert page.locator("#item-12 input:checked").get_attribute("value") == "not_applicable"
    assert "由牵头单位在电脑端采信" in page.locator("#item-12").inner_text()


_SMALL = """() => [...document.querySelectorAll("a, button, select, summary, label.segment, .choice label, textarea")]
    .filter((one) => one.offsetParent && !one.closest(".skip, p"))
    .map((one) => [one.getBoundingClientRect().height, one.textContent.trim() || one.name])
    .filter(([height]) => height < 43.9)
    .map(([height, words]) => `${words} ${height}px`)"""


def _faults(page: Page, hash_: str) -> list[str]:
    """What keeps somebody out of this screen: on the smallest telephone, and on a desk."""
    # From elsewhere: another fragment alone would be no new page, and the former screen still be there.
    page.goto("about:blank")
    page.goto(f"phone/{hash_}")
    page.locator("main h1[tabindex]").wait_for()
    found = []
    for width in (320, 1366):
        page.set_viewport_size({"width": width, "height": 740})
        found += violations(page) + too_wide(page) + page.evaluate(_SMALL)
    return [f"{hash_} {one}" for one in found]


@pytest.mark.parametrize("elder", [False, True], ids=["usual", "large type"])
def test_no_screen_keeps_anybody_out(context: BrowserContext, desk: Desk, *, elder: bool) -> None:
    if elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": desk.address}])
    page = prepared(context)
    found = _faults(page, "#/") + _faults(page, "#/visit/430") + _faults(page, "#/visit/417")
    page.goto("phone/#/visit/417")
    page.get_by_role("button", name="开始检查").click()
    context.set_offline(True)
    for item, words in ((11, "合格"), (12, "不合格"), (13, "未查")):
        answer(page, item, words)
    photographed(page, page.locator("#item-11").get_by_role("button", name="拍照"), noise((90, 60)))
    page.locator("#item-11 img").wait_for()
    for hash_ in ("#/visit/417", "#/visit/417/sign", "#/visit/417/rest", "#/acts", "#/visit/9"):
        found += _faults(page, hash_)

    assert found == []
    assert page.evaluate("'elder' in document.documentElement.dataset") == elder
