"""A team on site, each officer with a phone: by touch, or by a hand that does the same faster."""

import re
import time
from collections.abc import Iterable
from datetime import datetime

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.portal import PASSWORD, Portal
from tests.browser.test_phone_pages import signed

# The phone's clock goes with the office's: so many milliseconds before the computer's, whatever it showed before.
_CLOCK = """{
  const Real = Date.Real || Date;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + AHEAD); }
    static now() { return Real.now() + AHEAD; }
  };
  Date.Real = Real;
}"""
# Who comes along: begun, and all of the own part is fine, by the page's own rooms past its buttons.
_PARTS = """async ({ visits }) => {
  const rooms = await Promise.all(["known", "prepared", "store", "visit"].map((name) => import(`/static/js/visit/${name}.js`)));
  const { lastUser, Prepared, Store, Visit } = Object.assign({}, ...rooms);
  const store = new Store(lastUser().id);
  const prepared = await Prepared.open(store);
  for (const id of visits) {
    const visit = await Visit.open(store, prepared, id);
    await visit.begin("");
    await visit.rest(visit.unanswered.map((one) => one.id));
  }
  window.dispatchEvent(new Event("online"));
}"""
# Who leads presses the page's buttons, one visit after the other: begin, all the rest is fine after reading what the
# rest is, the place signs, the conclusion.
_HAND = """async ({ visits, conclusion }) => {
  const wait = async (ask) => {
    for (const limit = performance.now() + 30000; performance.now() < limit; ) {
      const found = ask();
      if (found) return found;
      await new Promise((done) => setTimeout(done, 15));
    }
    throw new Error(`${location.hash}: ${ask}`);
  };
  const link = (address) => document.querySelector(`main a[href="${address}"]`);
  const button = (words) =>
    [...document.querySelectorAll("main button")].find((one) => one.textContent.startsWith(words) && !one.disabled);
  const labelled = (words) => {
    const label = [...document.querySelectorAll("main label")].find((one) => one.textContent === words);
    return label && document.getElementById(label.htmlFor);
  };
  const type = (field, words) => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  HTMLCanvasElement.prototype.setPointerCapture = () => {};
  const stroke = (pad) => {
    const { left, top } = pad.getBoundingClientRect();
    ["pointerdown", "pointermove", "pointermove", "pointerup"].forEach((kind, at) =>
      pad.dispatchEvent(new PointerEvent(kind, { clientX: left + 20 + 40 * at, clientY: top + 30 + 10 * (at % 2) })));
  };
  for (const id of visits) {
    const own = `#/visit/${id}`;
    location.hash = own;
    (await wait(() => location.hash === own && button("开始"))).click();
    (await wait(() => link(`${own}/rest`))).click();
    (await wait(() => button("确认以上"))).click();
    await wait(() => link(`${own}/sign`) && !link(`${own}/rest`) && labelled("在检查项中查找"));
    link(`${own}/sign`).click();
    type(await wait(() => labelled("姓名")), "钱某");
    await wait(() => document.querySelector("main canvas").width > 100);
    stroke(document.querySelector("main canvas"));
    button("确认签名").click();
    await wait(() => document.querySelector("main .state.good"));
    link(own).click();
    type(await wait(() => labelled("结论")), conclusion);
    button("作出结论").click();
    await wait(() => location.hash === own && labelled("在检查项中查找") && !button("作出结论"));
  }
}"""


class Team:
    """Phones, one for each officer who has been on site."""

    def __init__(self, chromium: Browser, portal: Portal) -> None:
        self.chromium, self.portal = chromium, portal
        self._contexts: dict[str, BrowserContext] = {}
        self._ahead = 0

    def dawn(self, moment: str) -> None:
        """A new day for the office and for the phones."""
        self.portal.manage("set_clock", moment)
        to = datetime.fromisoformat(f"{moment}+08:00").timestamp()
        self._ahead = round((to - time.time()) * 1000)
        # So long a process of the portal remembers how far the clock was moved.
        time.sleep(1.1)

    def phone(self, who: str) -> Page:
        """This officer's phone this morning, with the list in sight."""
        context = self._contexts.get(who) or self._signed_in(who)
        context.add_init_script(_CLOCK.replace("AHEAD", str(self._ahead)))
        for former in context.pages:
            former.close()
        page = context.new_page()
        page.goto("/phone/")
        visits, password = (
            page.get_by_role("button", name="全部备好离线使用"),
            page.get_by_label("登录密码"),
        )
        password.or_(visits).first.wait_for()
        # Since yesterday it was out of sight.
        if password.is_visible():
            password.fill(PASSWORD)
            page.get_by_role("button", name="联网核对").click()
        visits.wait_for()
        return page

    def _signed_in(self, who: str) -> BrowserContext:
        """Somebody's phone: signed in for the week, since sessions go by the computer's own clock."""
        context = self.chromium.new_context(
            base_url=self.portal.address,
            viewport={"width": 375, "height": 740},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto("/office/sign-in/?next=/office/messages/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/office/**")
        self._contexts[who] = context
        return context


def file_quickly(lead: Page, others: Iterable[Page], visits: list[str], words: str) -> None:
    """The team fills these visits; the lead last, since a conclusion that comes too early is sent again much later."""
    file_parts(others, visits)
    _hand(lead, _HAND, visits=visits, conclusion=words)
    _handed([lead])


def file_parts(pages: Iterable[Page], visits: list[str]) -> None:
    """All is fine in these departments' parts of these visits."""
    pages = list(pages)
    for page in pages:
        _hand(page, _PARTS, visits=visits)
    _handed(pages)


def _hand(page: Page, script: str, **given: object) -> None:
    page.evaluate(f"(given) => {{ window.handed = ({script})(given); }}", given)


def _handed(pages: Iterable[Page]) -> None:
    for page in pages:
        page.evaluate("() => window.handed")
        arrived(page)


def arrived(page: Page) -> None:
    """Nothing is left on the phone."""
    page.locator("#line").get_by_text(re.compile(r"^已送达 \d+$")).wait_for(timeout=90_000)


def opened(page: Page, visit: str, begin: str = "开始检查") -> None:
    """From the list into this visit."""
    page.goto(f"/phone/#/visit/{visit}")
    page.get_by_role("button", name=begin).click()
    page.locator(".left").wait_for()


def found(page: Page, code: str, fact: str, *, fixed: str = "", days: int = 0) -> Locator:
    """The item is not met: put right at once, or to be put right within so many days; the problem's card."""
    item = page.locator(".item", has=page.locator(f"legend b:text-is('{code}')"))
    item.get_by_text("不合格", exact=True).click()
    item.get_by_label("问题事实").fill(fact)
    item.get_by_label("整改方式").select_option("on_the_spot" if fixed else "in_time")
    if fixed:
        item.get_by_label("当场改正情况").fill(fixed)
    else:
        item.get_by_label("建议整改天数").fill(str(days))
    item.get_by_role("button", name="登记这个问题").click()
    card = item.locator(".found", has_text=fact)
    card.get_by_role("button", name="拍问题").wait_for()
    return card


def rest_is_fine(page: Page) -> None:
    """All that is not answered yet was looked at and is fine."""
    page.get_by_role("link", name=re.compile("全部合格$")).click()
    page.get_by_role("button", name=re.compile("^确认以上")).click()
    page.get_by_text("都已有检查结果").wait_for()


def place_signs(page: Page, name: str) -> None:
    """Who is in charge there signs with a finger."""
    page.get_by_role("link", name="去签名").click()
    page.get_by_label("姓名").first.fill(name)
    signed(page, page.locator("canvas").first)
    page.get_by_role("button", name="确认签名").first.click()
    page.get_by_text(name).wait_for()
    page.get_by_role("link", name="返回检查").click()


def conclude(page: Page, words: str) -> None:
    """The lead says what came of the visit."""
    page.get_by_label("结论").fill(words)
    page.get_by_role("button", name="作出结论").click()
    page.get_by_role("button", name="作出结论").wait_for(state="detached")
