"""A whole campaign from its plan to full coverage: eight departments, 64 places, one week, part of it without network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.on_site import (
    Team,
    arrived,
    conclude,
    file_parts,
    file_quickly,
    found,
    opened,
    place_signs,
    rest_is_fine,
)
from tests.browser.portal import Portal, running
from tests.browser.test_phone_pages import photographed, refused_to_sign
from tests.browser.test_walk import Walk, press
from tests.foundation.test_docx import words_of_pdf, words_of_word
from tests.photos import noise

pytestmark = pytest.mark.browser

EVE = "2023-07-04T09:00"
TITLE = "2023年暑期“监管护苗”专项行动"
# What each member owes until the end of the week.
DUTIES = {
    "教体局": "检查办学资质、平台使用、从业人员和教材，查处学科类隐形变异培训",
    "文旅局": "检查文化艺术类机构的资质和教学内容",
    "发改科技局": "检查科技类机构，核对学科类收费执行政府指导价情况",
    "人社局": "检查从业人员劳动合同、社会保险和用工情况",
    "公安局": "检查视频监控和安全防范",
    "市场监管局": "检查营业执照、收费公示、广告宣传和合同文本",
    "消防大队": "检查消防安全，当场督促疏通疏散通道和安全出口",
    "住建局": "核对培训场所的房屋和消防验收手续",
}
UNLICENSED = ("小状元托辅班", "飞跃英语角", "舞动青春街舞工作室", "王老师数学")


@dataclass(frozen=True)
class Group:
    """Some of the places that one team visits from a day on."""

    people: tuple[str, ...]
    starts_on: str
    many: int
    # Which rows of the page: whoever supervises them.
    of: str
    a_day: int | None = None
    lead: str = ""


DEPARTMENTS = ("jiaoti", "wenlv", "fagai", "renshe", "gongan", "shichang", "xiaofang", "zhujian")
BLOCKED = "二楼疏散通道堆放教具"
NO_RECEIPTS = "抽查收费12笔，其中3笔没有开具票据"
NO_TEACHERS = "公示栏缺少3名教师的资格和从教经历"
# The teams, whoever leads first.
NAMES = {
    "jiaoti1": "苏合",
    "jiaoti2": "连翘",
    "wenlv1": "辛夷",
    "fagai1": "景天",
    "renshe1": "柴胡",
    "gongan1": "钟乳",
    "shichang1": "金樱",
    "xiaofang1": "江蓠",
    "zhujian1": "梁栋",
}
EVERYBODY = tuple(f"{code}1" for code in DEPARTMENTS)
SPORTS = ("jiaoti1", "gongan1", "xiaofang1")
ARTS = ("wenlv1", "renshe1", "shichang1")
SCIENCE = ("fagai1", "zhujian1", "jiaoti2")
GROUPS = (
    Group(EVERYBODY, "2023-07-05", 1, "文化课程"),
    Group(SPORTS, "2023-07-05", 27, "教体局", a_day=14),
    Group(ARTS, "2023-07-07", 24, "文旅局", a_day=12),
    Group(SCIENCE, "2023-07-11", 8, "发改科技局"),
    Group(SCIENCE, "2023-07-11", 4, "无证场所", lead="教体局"),
)


@pytest.fixture
def portal() -> Iterator[Portal]:
    """The demo county on the eve of its campaign."""
    load = ("load_demo", "--before-campaign")
    with running("campaign", worker=False, load=load, moment=EVE) as found:
        yield found


def plan_the_campaign(office: Page) -> str:
    """Goals, period, notice, members with their duties, the places; the campaign's address."""
    office.goto("/office/campaigns/")
    expect(office.get_by_text("还没有专项行动。")).to_be_visible()
    office.get_by_role("link", name="筹划专项行动").click()
    office.fill("[name=title]", TITLE)
    office.fill("[name=goals]", "全覆盖检查校外培训机构，能当场改正的立行立改，其余限期整改。")
    office.fill("[name=starts_on]", "2023-07-05")
    office.fill("[name=ends_on]", "2023-07-11")
    areas = office.locator("[name=key_areas]")
    assert areas.count() == 8
    for area in areas.all():
        area.check()
    press(office, "开始筹划")
    office.wait_for_url(re.compile(r"/campaigns/\d+/$"))
    campaign = office.url
    name_the_members(office)
    for name, duty in DUTIES.items():
        office.get_by_role("link", name="下达任务").click()
        office.locator("[name=department]").select_option(label=name)
        office.fill("[name=title]", duty)
        press(office, "下达任务")
        expect(office.get_by_text("任务已下达。")).to_be_visible()
    take_in_the_places(office, campaign)
    return campaign


def name_the_members(office: Page) -> None:
    """The notice by which they are called, and the eight that come."""
    office.get_by_role("link", name="登记通知").click()
    office.fill("[name=number]", "定双减办〔2023〕5号")
    press(office, "登记通知")
    office.get_by_role("link", name="确定成员单位").click()
    for name in DUTIES:
        office.locator("[name=subjects]").and_(office.get_by_label(name, exact=True)).check()
    press(office, "确定成员单位")
    expect(office.get_by_text("成员单位已确定。")).to_be_visible()


def take_in_the_places(office: Page, campaign: str) -> None:
    """Whoever teaches with a licence, by filter; four places that teach without, by hand."""
    office.goto(f"{campaign}places/add/")
    press(office, "增加全部60家")
    expect(office.get_by_text("已增加60个检查对象。")).to_be_visible()
    office.goto(f"{campaign}places/add-sites/")
    for name in UNLICENSED:
        office.get_by_label(f"选中{name}", exact=True).check()
    press(office, "增加选中的")
    expect(office.get_by_text("已增加4个检查对象。")).to_be_visible()


def plan_the_week(office: Page, campaign: str) -> None:
    """The teams one after the other, until no place is left; a weekend lies between."""
    for group in GROUPS:
        plan_a_group(office, campaign, group)
    office.goto(f"{campaign}inspections/new/")
    expect(office.get_by_text("检查对象都已安排检查。")).to_be_visible()


def plan_a_group(office: Page, campaign: str, group: Group) -> None:
    office.goto(f"{campaign}inspections/new/")
    rows = office.locator("tbody tr", has_text=group.of)
    for row in rows.all()[: group.many]:
        row.get_by_role("checkbox").check()
    office.fill("[name=planned_on]", group.starts_on)
    if group.a_day:
        office.fill("[name=a_day]", str(group.a_day))
        office.locator("[name=skip_weekends]").check()
    if group.lead:
        office.locator("[name=lead]").select_option(label=group.lead)
    for who in group.people:
        office.locator("[name=people]").and_(office.get_by_label(NAMES[who])).check()
    press(office, "安排选中的对象")
    expect(office.get_by_text(f"已拟定{group.many}次检查。")).to_be_visible()


def join_what_overlaps(walk: Walk, office: Page, place: str) -> None:
    """The fire brigade plans for itself where the campaign goes in the same month: the office makes one visit of both."""
    fire = walk.staff("xiaofang2")
    fire.goto(f"/office/inspections/new/?q={quote(place)}")
    fire.get_by_role("link", name=place).click()
    fire.fill("[name=planned_on]", "2023-07-20")
    fire.fill("[name=scope]", "消防安全")
    for name in ("水苏", "凌霄"):
        fire.locator("[name=people]").and_(fire.get_by_label(name)).check()
    press(fire, "拟定检查")
    expect(fire.get_by_text("本月还有1次对同一对象的检查")).to_be_visible()
    office.goto("/office/inspections/overlaps/")
    expect(office.get_by_role("heading", name=place)).to_be_visible()
    office.get_by_role("link", name="保留这一次，其余并入").first.click()
    expect(office.get_by_text("文旅局牵头")).to_be_visible()
    press(office, "合并")
    expect(office.get_by_text("已合并为一次联合检查")).to_be_visible()


def approve_all(walk: Walk) -> None:
    """In each lead an officer asks for all of the week at once, and the head approves it at once."""
    for department, many in (("jiaoti", 32), ("wenlv", 24), ("fagai", 8)):
        officer, head = walk.staff(f"{department}1"), walk.staff(f"{department}_head")
        officer.goto("/office/inspections/asks/")
        press(officer, f"提请审批列出的全部{many}次")
        expect(officer.get_by_text(f"已提请审批{many}次检查。")).to_be_visible()
        head.goto("/office/inspections/approvals/")
        press(head, f"同意列出的全部{many}次")
        expect(head.get_by_text(f"已同意{many}次检查。")).to_be_visible()


VISITS = """
    SELECT planned_on, array_agg(id::text ORDER BY id) FROM inspections_inspection
    GROUP BY planned_on ORDER BY planned_on
"""
PLACE = """
    SELECT n.name FROM inspections_inspection i JOIN institutions_institution n
    ON n.id = i.institution_id WHERE i.id = %s
"""


def visits_by_day(portal: Portal) -> list[list[str]]:
    """The numbers of the visits, day by day."""
    days = dict(portal.ask(VISITS))
    assert [str(day) for day in days] == [
        f"2023-07-{day}" for day in ("05", "06", "07", "10", "11")
    ]
    assert [len(visits) for visits in days.values()] == [15, 13, 12, 12, 12]
    return list(days.values())


def name_of(portal: Portal, visit: str) -> str:
    return str(portal.ask(PLACE, visit)[0][0])


def the_rest_of_the_day(team: Team, people: tuple[str, ...], visits: list[str]) -> None:
    lead, *others = (team.phone(who) for who in people)
    file_quickly(lead, others, visits, "没有发现问题，请继续规范办学。")


def visit_with_all_eight(team: Team, visit: str) -> None:
    """Every department fills its own part on its own phone at the same time; one problem is put right at once, one later."""
    phones = {code: team.phone(f"{code}1") for code in DEPARTMENTS}
    for page in phones.values():
        opened(page, visit)
    fire = found(phones["xiaofang"], "F2", BLOCKED, fixed="当场清走，通道恢复畅通")
    photographed(phones["xiaofang"], fire.get_by_role("button", name="拍问题"), noise((640, 480)))
    photographed(phones["xiaofang"], fire.get_by_role("button", name="拍改正后"), noise((640, 480)))
    found(phones["shichang"], "B7", NO_RECEIPTS, days=15)
    # Arts and culture have nothing to look at where subjects are taught.
    expect(phones["wenlv"].locator(".item")).to_have_count(0)
    for code, page in phones.items():
        if code != "wenlv":
            rest_is_fine(page)
        arrived(page)
    lead = phones["jiaoti"]
    # What the others have done is asked for when the list is opened.
    with lead.expect_response("**/phone/visits/"):
        lead.goto("/phone/")
    lead.wait_for_load_state("networkidle")
    lead.goto(f"/phone/#/visit/{visit}")
    expect(lead.get_by_text("消防大队：已检查 8 项，共 8 项")).to_be_visible()
    place_signs(lead, "钱某")
    conclude(lead, "一处当场改正，票据问题限期十五日整改。")
    arrived(lead)


def visit_without_network(team: Team, visit: str) -> None:
    """The lead's phone has no network from the door to the conclusion; the others' have."""
    lead = team.phone("wenlv1")
    lead.get_by_role("button", name="全部备好离线使用").click()
    lead.get_by_text("没有网络也能打开").wait_for()
    lead.context.set_offline(True)
    lead.goto(f"/phone/#/visit/{visit}")
    lead.reload()
    opened(lead, visit)
    found(lead, "B4", NO_TEACHERS, days=7)
    item = lead.locator(".item").first
    photographed(lead, item.get_by_role("button", name="拍照"), noise((640, 480)))
    item.locator("li img").wait_for()
    rest_is_fine(lead)
    place_signs(lead, "孙某")
    conclude(lead, "限期七日整改。")
    lead.locator("#line").get_by_text("没有网络").wait_for()
    file_parts([team.phone(who) for who in ("renshe1", "shichang1", "xiaofang2")], [visit])
    lead.context.set_offline(False)
    arrived(lead)


def visit_where_nobody_signs(team: Team, visit: str) -> None:
    """A place without licence refuses to sign: written down with a witness; what it does is for a case of its own."""
    lead = team.phone("jiaoti2")
    opened(lead, visit)
    lead.get_by_role("button", name="登记其他问题").click()
    other = lead.locator(".found")
    other.get_by_label("问题事实").fill("未取得办学许可，现场有学生12名")
    other.get_by_label("整改方式").select_option("case")
    other.get_by_role("button", name="登记这个问题").click()
    rest_is_fine(lead)
    lead.get_by_role("link", name="去签名").click()
    refused_to_sign(lead)
    lead.get_by_role("link", name="返回检查").click()
    file_parts([team.phone(who) for who in ("fagai1", "zhujian1")], [visit])
    conclude(lead, "移送综合执法，责令停止培训活动。")
    arrived(lead)


def papers_say(page: Page, visit: str, papers: tuple[str, ...], *words: str) -> None:
    """Opened as the page's links open them: the PDF's text can be searched, Word's file says the same."""
    for paper in papers:
        for ending, read in (("", words_in_pdf), ("word/", words_of_word)):
            answer = page.request.get(f"/office/inspections/{visit}/papers/{paper}/{ending}")
            assert answer.ok
            said = read(answer.body())
            assert [one for one in words if one not in said] == []


def words_in_pdf(data: bytes) -> str:
    return words_of_pdf(data, "")


def board_says(page: Page, campaign: str, done: int, percent: int) -> None:
    page.goto(f"{campaign}coverage/")
    words = re.compile(rf"64个检查对象中已完成\s?{done}\s?个（{percent}%）")
    expect(page.get_by_text(words)).to_be_visible()


def look_behind_the_numbers(office: Page, campaign: str) -> None:
    """Each number of the board leads to a list of as many: all, a day, a team's lead, a department, a town."""
    board_says(office, campaign, 64, 100)
    lists = {
        "2023年7月7日": ("按日期", 12),
        "文旅局": ("按牵头部门", 24),
        "市场监管局": ("按参加部门", 25),
        "安边镇": ("按镇街", 5),
    }
    for name, (table, many) in lists.items():
        board_says(office, campaign, 64, 100)
        section = office.locator("section", has=office.get_by_role("heading", name=table))
        cells = section.get_by_role("row", name=name).get_by_role("cell")
        assert [cells.nth(at).inner_text() for at in range(3)] == [str(many), str(many), "0"]
        cells.nth(1).get_by_role("link").click()
        expect(office.locator("caption")).to_contain_text(re.compile(rf"共 ?{many} ?[次个]"))


def read_what_was_found(office: Page, visit: str, place: str) -> None:
    """What was put right at once is counted apart; the visit's papers say both; the place's file names the visit."""
    office.goto(f"/office/inspections/?q={quote(place)}&state=concluded")
    row = office.locator("tbody tr")
    expect(row).to_contain_text("2个（当场改正1个）")
    row.get_by_role("link", name=place).click()
    expect(office.get_by_text("建议15天内").first).to_be_visible()
    papers_say(office, visit, ("record", "joint-record"), BLOCKED, NO_RECEIPTS)
    office.get_by_role("link", name=place).first.click()
    expect(office.locator("#inspections")).to_contain_text("2023年7月5日")


def test_eight_departments_cover_a_county_in_a_week(chromium: Browser, portal: Portal) -> None:
    walk, team = Walk(chromium, portal), Team(chromium, portal)
    office, head = walk.staff("office"), walk.staff("head")
    campaign = plan_the_campaign(office)
    start(head, campaign)
    plan_the_week(office, campaign)
    days = visits_by_day(portal)
    joint, offline = days[0][0], days[2][0]
    join_what_overlaps(walk, office, name_of(portal, offline))
    approve_all(walk)
    papers_say(office, joint, ("approval",), "检批〔2023〕1号")
    papers_say(office, joint, ("notice",), "检通〔2023〕1号")
    board_says(head, campaign, 0, 0)

    two_days_of_sports(team, days)
    team.dawn("2023-07-07T08:30")
    visit_without_network(team, offline)
    the_rest_of_the_day(team, ARTS, days[2][1:])
    board_says(head, campaign, 40, 62)
    team.dawn("2023-07-10T08:30")
    the_rest_of_the_day(team, ARTS, days[3])
    a_day_of_science(team, days[4])

    look_behind_the_numbers(office, campaign)
    read_what_was_found(office, joint, name_of(portal, joint))


def start(head: Page, campaign: str) -> None:
    """The second person."""
    head.goto(campaign)
    press(head, "启动专项行动")
    expect(head.get_by_text("专项行动已启动。")).to_be_visible()


def two_days_of_sports(team: Team, days: list[list[str]]) -> None:
    team.dawn("2023-07-05T08:30")
    visit_with_all_eight(team, days[0][0])
    the_rest_of_the_day(team, SPORTS, days[0][1:])
    team.dawn("2023-07-06T08:30")
    the_rest_of_the_day(team, SPORTS, days[1])


def a_day_of_science(team: Team, visits: list[str]) -> None:
    """The institutions first, then the places without licence: another leads there."""
    team.dawn("2023-07-11T08:30")
    visit_where_nobody_signs(team, visits[-1])
    the_rest_of_the_day(team, SCIENCE, visits[:8])
    the_rest_of_the_day(team, SCIENCE[::-1], visits[8:-1])
