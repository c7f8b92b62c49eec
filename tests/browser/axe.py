"""Pages under axe: each as it comes and in large type, on a telephone's screen and on a desk's."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response
from playwright.sync_api import Error as PlaywrightError

from tests.browser.portal import PASSWORD, Portal
from tests.browser.views import View

# Width of the screen and large type: a test looks at two corners, the figure at all four.
Look = tuple[int, bool]
CORNERS: tuple[Look, ...] = ((1366, False), (375, True))
# From this width on a page is read with a mouse.
_DESK = 640
_SMALL = """() => [...document.querySelectorAll(".site a, .site button, .site select, .site summary")]
    .filter(one => one.offsetParent && !one.closest(".skip, .places"))
    .map(one => [one.getBoundingClientRect().height, one.textContent.trim()])
    .filter(([height]) => height < 43.9)
    .map(([height, words]) => `${words} ${height}px`)"""
EVERY_LOOK: tuple[Look, ...] = ((1366, False), (375, False), (1366, True), (375, True))


@dataclass
class Examination:
    """What was looked at, and what axe found."""

    browser: Browser
    portal: Portal
    pages: int = 0
    looks: int = 0
    # With which status the pages came that were looked at.
    statuses: set[int] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)

    def page_of(self, who: str) -> Page:
        """The page in this person's browser; signed in once."""
        if who not in self._pages:
            context = self.browser.new_context(base_url=self.portal.address, locale="zh-CN")
            context.set_default_timeout(15_000)
            self._pages[who] = context.new_page()
            self._pages[who].on("response", self._note)
            if who:
                self._sign_in(self._pages[who], who)
        return self._pages[who]

    def _note(self, answer: Response) -> None:
        if answer.request.is_navigation_request():
            self.statuses.add(answer.status)

    def _sign_in(self, page: Page, who: str) -> None:
        page.goto("/office/sign-in/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/office/")

    def examine(self, views: Iterable[View], looks: Iterable[Look]) -> None:
        """All these pages in all these looks."""
        wanted = list(looks)
        for view in views:
            self.pages += 1
            for elder in sorted({large for _, large in wanted}):
                widths = [width for width, large in wanted if large == elder]
                self._look(view, elder=elder, widths=widths)

    def _look(self, view: View, *, elder: bool, widths: list[int]) -> None:
        page = self.page_of(view.who)
        page.context.clear_cookies(name="elder")
        if elder:
            page.context.add_cookies([{"name": "elder", "value": "1", "url": self.portal.address}])
        try:
            self._reach(page, view)
        except PlaywrightError as why:
            self.found.append(f"{view} not reached: {why.message.splitlines()[0]}")
            widths = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            self.looks += 1
            self.found += [f"{view} {width} {words}" for words in violations(page)]
            self.found += [f"{view} {width} {words}" for words in too_wide(page)]
            if width < _DESK:
                self.found += [f"{view} {width} {words}" for words in _too_small(page)]

    @staticmethod
    def _reach(page: Page, view: View) -> None:
        page.goto(view.path)
        if view.do is not None:
            view.do(page)


def violations(page: Page) -> list[str]:
    answer = Axe().run(page).response
    return [
        f"{one['id']}: {one['help']} — {one['nodes'][0]['target']} ({len(one['nodes'])})"
        for one in answer["violations"]
    ]


def too_wide(page: Page) -> list[str]:
    """No page is moved sideways to be read."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"too wide by {wide}px"] if wide > 1 else []


def _too_small(page: Page) -> list[str]:
    """A citizen's finger finds every link; of a row that is a link as a whole, it is the row."""
    return [f"too small: {words}" for words in page.evaluate(_SMALL)]
