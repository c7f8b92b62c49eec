"""The first duty from end to end: a spreadsheet, three hands, a parent's telephone, and the clock."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from institutions.naming import initials
from tests import samples
from tests.browser.portal import MOMENT, PASSWORD, Portal, numbers_in, running

pytestmark = pytest.mark.browser

SUSPENDED, EXPIRING = samples.name_of(1), samples.name_of(2)
ENDS_ON = date.fromisoformat(MOMENT[:10]) + timedelta(days=10)
AFTER = f"{ENDS_ON + timedelta(days=1)}T09:00"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal that this walk may change, with a worker."""
    with running("walk") as found:
        yield found


class Walk:
    """The people of the walk, each in a browser of their own."""

    def __init__(self, chromium: Browser, portal: Portal) -> None:
        self.chromium, self.portal = chromium, portal

    def staff(self, username: str) -> Page:
        page = self._page(width=1366, scripted=True)
        page.goto("/office/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/office/")
        return page

    def parent(self) -> Page:
        """A small screen, no script."""
        return self._page(width=375, scripted=False)

    def _page(self, *, width: int, scripted: bool) -> Page:
        context = self.chromium.new_context(
            base_url=self.portal.address,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripted,
            locale="zh-CN",
        )
        context.set_default_timeout(30_000)
        return context.new_page()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()


def test_from_the_spreadsheet_to_the_parents_telephone(chromium: Browser, portal: Portal) -> None:
    walk = Walk(chromium, portal)
    office = walk.staff("office")
    import_the_list(office)
    enter_an_end(office, EXPIRING)
    draft = draft_an_issue(office)
    check_and_publish(walk, draft)

    parent = walk.parent()
    find_by_two_characters_and_by_initials(parent)
    head = walk.staff("head")
    suspend_within_ten_seconds(head, parent)
    sweep_by_the_worker(portal, parent)
    read_the_trail(walk, head)


def import_the_list(office: Page) -> None:
    """Upload, columns, preview, the doubtful rows, apply, adopt."""
    office.goto("/office/imports/upload/")
    office.set_input_files(
        "input[type=file]",
        {"name": "2026年5月白名单.xlsx", "mimeType": "", "buffer": samples.white_list()},
    )
    press(office, "上传并读取")
    office.wait_for_url("**/columns/")
    press(office, "生成预览")
    office.wait_for_url("**/preview/")
    answer_the_doubtful(office)
    press(office, "写入名册")
    office.wait_for_url(lambda address: "preview" not in address)
    expect(office.get_by_text("全部 165 行，新增 165 行")).to_be_visible()
    office.get_by_role("link", name="以这份公示名单为依据批量核验").click()
    office.fill("[name=number]", "第5期")
    office.fill("[name=published_on]", "2026-05-20")
    press(office, "作为依据，全部核验")
    office.wait_for_url(lambda address: "adopt" not in address)
    expect(office.get_by_text("已核验165家机构。")).to_be_visible()


def answer_the_doubtful(office: Page) -> None:
    """The two rows that share a licence number are two places; a clerk says so."""
    office.goto(f"{office.url}?show=doubtful")
    questions = office.locator("select[name^=row-]")
    assert questions.count() >= 2
    for question in questions.all():
        question.select_option("new")
    press(office, "保存本页的处理")
    office.wait_for_load_state()
    expect(office.get_by_text("已保存本页的处理。")).to_be_visible()


def open_file(page: Page, name: str) -> int:
    """From the register to the file of this institution; its number."""
    page.goto(f"/office/institutions/?q={quote(name)}")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return numbers_in(page.url)[-1]


def enter_an_end(office: Page, name: str) -> None:
    """The licence of the published list has no end; the paper itself has one."""
    open_file(office, name)
    office.locator("a[href*='/parts/licence/']:not([href*=new]):not([href*=remove])").first.click()
    office.fill("[name=valid_until]", ENDS_ON.isoformat())
    press(office, "保存修改")
    expect(office.get_by_text("已保存。")).to_be_visible()


def draft_an_issue(office: Page) -> str:
    office.goto("/office/whitelist/proposal/whitelist/")
    press(office, "生成草稿")
    office.wait_for_url(lambda address: "proposal" not in address)
    expect(office.get_by_text("请由其他人员审核。")).to_be_visible()
    assert office.get_by_role("button", name="审核通过").count() == 0
    return office.url


def check_and_publish(walk: Walk, draft: str) -> None:
    lead = walk.staff("lead")
    lead.goto(draft)
    press(lead, "审核通过")
    expect(lead.get_by_text("审核通过，请由负责人发布。")).to_be_visible()
    head = walk.staff("head")
    head.goto(draft)
    press(head, "发布名单")
    expect(head.get_by_text("名单已发布，公众页面已更新。")).to_be_visible()


def find_by_two_characters_and_by_initials(parent: Page) -> None:
    for words in ("新芽", initials(SUSPENDED)):
        parent.goto("/")
        parent.fill("[name=q]", words)
        press(parent, "查一查")
        expect(parent.get_by_role("link", name=SUSPENDED, exact=True)).to_be_visible()
        wide = parent.locator("html").evaluate("root => root.scrollWidth")
        assert wide <= 375
    parent.get_by_role("link", name=SUSPENDED, exact=True).click()
    expect(parent.get_by_role("heading", level=1, name=SUSPENDED)).to_be_visible()
    expect(parent.get_by_text("在白名单中", exact=True)).to_be_visible()
    expect(parent.get_by_text("有效期未登记").first).to_be_visible()
    own_page = parent.url
    parent.get_by_role("link", name="张贴码页面").click()
    expect(parent.get_by_text("请核对门牌与以上地址。")).to_be_visible()
    expect(parent.get_by_text(samples.address_of(1))).to_be_visible()
    expect(parent.get_by_text(f"本页显示时间 {MOMENT[:10]}")).to_be_visible()
    parent.goto(own_page)


def suspend_within_ten_seconds(head: Page, parent: Page) -> None:
    """The parent's page is the one that stands open; read again, it says since when and why."""
    number = open_file(head, SUSPENDED)
    head.goto(f"/office/institutions/{number}/decide/suspend/")
    head.fill("[name=document]", "定教体停〔2026〕9号")
    head.fill("[name=reason]", "安全出口被占用，责令停业整顿")
    press(head, "登记“停业整顿”")
    since = time.monotonic()
    expect(head.get_by_text("立即生效").first).to_be_visible()
    while parent.get_by_text("停业整顿，不在白名单中").count() == 0:
        assert time.monotonic() - since < 10
        parent.reload()
    expect(parent.get_by_text("安全出口被占用，责令停业整顿").first).to_be_visible()
    expect(parent.get_by_text("2026年7月6日").first).to_be_visible()


TOLD_EXPIRED = """
    SELECT r.id FROM institutions_expiry r JOIN institutions_institution i
    ON i.id = r.institution_id WHERE i.name = %s AND r.ended_at IS NULL
"""


def sweep_by_the_worker(portal: Portal, parent: Page) -> None:
    """The day after the licence ran out: the page is right before the worker, the register after it."""
    parent.goto(f"/whitelist/?q={quote(EXPIRING)}")
    parent.get_by_role("link", name=EXPIRING, exact=True).click()
    expect(parent.get_by_text("在白名单中", exact=True)).to_be_visible()
    portal.manage("set_clock", AFTER)
    limit = time.monotonic() + 10
    while parent.get_by_text("不在白名单中").count() == 0:
        assert time.monotonic() < limit
        parent.reload()
    assert portal.ask(TOLD_EXPIRED, EXPIRING) == []
    portal.call("institutions.tasks.sweep_expired")
    limit = time.monotonic() + 60
    while not portal.ask(TOLD_EXPIRED, EXPIRING):
        assert time.monotonic() < limit, (portal.folder / "worker.log").read_text()[-2000:]
        time.sleep(0.2)


ACTS = "SELECT act FROM audit_auditevent WHERE id > %s ORDER BY id"


def read_the_trail(walk: Walk, head: Page) -> None:
    """All of it, in order, on its pages; and the chain is whole."""
    told = [act for (act,) in walk.portal.ask(ACTS, 0)]
    tale = [
        "import.applied",
        "import.adopted",
        "licence.amended",
        "issue.proposed",
        "issue.checked",
        "issue.published",
        "institution.suspended",
        "clock.moved",
        "institution.expired",
    ]
    at = len(told)
    for act in reversed(tale):
        at = max(i for i, one in enumerate(told[:at]) if one == act)
    open_file(head, SUSPENDED)
    expect(head.get_by_text("停业整顿").first).to_be_visible()
    auditor = walk.staff("audit")
    auditor.goto("/office/audit/")
    expect(auditor.get_by_text(EXPIRING).first).to_be_visible()
    assert "留痕校验通过" in walk.portal.manage("verify_audit")
