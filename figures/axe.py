"""Every page in its states under axe: on a telephone and on a desk, as it comes and in large type."""

from playwright.sync_api import sync_playwright

from figures import Figure
from launch.browsers import CHROMIUM
from tests.browser.axe import EVERY_LOOK, Examination
from tests.browser.portal import running
from tests.browser.views import empty_views, long_list_views, prepare, public_views, staff_views


def run() -> list[Figure]:
    """The public's pages first, then the office's."""
    if CHROMIUM.missing:
        return [Figure("无障碍", "没有 Chromium", "0 处", holds=False)]
    with running("axe", worker=False) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM.programs[0], args=["--no-sandbox"]
        )
        public = Examination(browser, portal)
        public.examine(public_views(portal), EVERY_LOOK)
        staff = Examination(browser, portal)
        prepare(portal, staff.page_of("office"))
        staff.examine(staff_views(portal), EVERY_LOOK)
        with running("axe_empty", worker=False, load=("load_content",)) as bare:
            early = Examination(browser, bare)
            early.examine(empty_views(), EVERY_LOOK)
            early.examine(long_list_views(bare), EVERY_LOOK)
        browser.close()
    return [_figure("公众页面", public, early), _figure("工作页面", staff)]


def _figure(name: str, *seen: Examination) -> Figure:
    pages, looks = sum(one.pages for one in seen), sum(one.looks for one in seen)
    found = [words for one in seen for words in one.found]
    note = f"{pages} 个页面状态，{looks} 次检查；{'；'.join(found[:5])}".rstrip("；")
    return Figure(f"{name}的无障碍问题", f"{len(found)} 处", "0 处", not found, note)
