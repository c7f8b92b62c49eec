"""The public list: what stands on it, how it is found, and what is said of a name that is not on it."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from institutions.actions.lifecycle import decide
from institutions.actions.register import amend
from institutions.codes import licence_key
from institutions.keys import key_columns
from institutions.models import Institution
from institutions.workflow import InstitutionState, SiteState
from public.queries import search, shelf
from tests import make
from tests.public.publishing import licensed, page, publish, publish_sites, site

pytestmark = pytest.mark.django_db

_CODE = "91610825MA70TEST16"


@pytest.fixture
def dance() -> Institution:
    """One place that can be asked for in every way."""
    town = make.town("砖井镇")
    row = licensed(
        "定边县小荷舞蹈艺术培训中心",
        address="定边县砖井镇育才路7号",
        town=town,
        credit_code=_CODE,
        lead_department=make.department("wenlv", name="测试文旅局"),
    )
    row.categories.add(make.category("WH", "文化艺术类"))
    number = "161082570000123"
    row.licences.update(number=number, number_key=licence_key(number))
    columns = key_columns(
        name=row.name,
        address=row.address,
        town="砖井镇",
        credit_code=_CODE,
        licence_numbers=(number,),
    )
    row.search_text, row.search_terms = columns.search_text, columns.search_terms
    row.save(update_fields=["search_text", "search_terms"])
    return row


@pytest.mark.parametrize(
    "asked",
    [
        "小荷",
        "荷舞",
        "定边县小荷舞蹈艺术培训中心",
        "小荷舞蹈",
        "舞蹈 小荷",
        "育才路",
        "育才路7号",
        "砖井",
        "砖井镇 舞蹈",
        "zhuanjing",
        "xiaohe",
        "dbxxhwd",
        "xhwd",
        "XHWD",
        "ｘｈｗｄ",
        "小荷舞蹈藝術培訓",
        "　小荷　",
        _CODE,
        _CODE.lower(),
        "161082570000123",
        "１６１０８２５７００００１２３",
        "小荷（舞蹈）",
    ],
)
@pytest.mark.parametrize("held", [1, shelf.MOST_HELD])
def test_a_place_is_found_by(
    client: Client, dance: Institution, asked: str, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_HELD", held)
    publish(dance, licensed("定边县长河篮球体育培训有限公司"))
    found = page(client, f"/whitelist/?q={asked}")
    assert "共 1 家" in found
    assert f"/whitelist/{dance.public_id}/" in found
    assert "长河" not in found


@pytest.mark.parametrize(
    "asked",
    ["舞蹈小荷", "小荷育才路", "砖井小荷舞蹈", "定边小荷", "定边县砖井舞蹈", "培训中心定边县小荷"],
)
def test_words_without_a_blank_are_found_in_any_order_and_with_the_county_before_them(
    client: Client, dance: Institution, asked: str
) -> None:
    publish(dance, licensed("定边县长河舞蹈"), licensed("小荷"))
    found = page(client, f"/whitelist/?q={asked}")
    assert dance.name in found[: found.index("</table>")]
    assert "长河" not in found


@pytest.mark.parametrize("asked", ["舞蹈长河", "小荷篮球", "wudaoxiaohe"])
def test_words_of_two_places_are_no_place(client: Client, dance: Institution, asked: str) -> None:
    publish(dance, licensed("定边县长河篮球"))
    assert "没有找到" in page(client, f"/whitelist/?q={asked}")


def test_words_in_another_order_are_offered_where_the_list_is_too_long_for_the_memory(
    client: Client, dance: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_HELD", 1)
    publish(licensed("定边县长河篮球"), dance)
    found = page(client, "/whitelist/?q=舞蹈小荷")
    assert "您要找的是不是" in found
    assert dance.name in found


@pytest.mark.parametrize("asked", ["小荷舞蹈", "xhwd", "新苗书院", "xmsy"])
def test_a_renamed_place_is_found_by_the_name_on_the_list_and_by_the_new_one(
    client: Client, dance: Institution, office: User, asked: str
) -> None:
    publish(dance, licensed("定边县长河篮球"))
    values = {"name": "定边县新苗书院"}
    amend(institution=dance, values=values, version=dance.version, by=office.actor)
    for address in ("/whitelist/", "/whitelist.json"):
        answer = client.get(address, {"q": asked})
        text = b"".join(answer) if answer.streaming else answer.content
        assert dance.public_id in text.decode(), address


@pytest.mark.parametrize(
    ("chosen", "is_found"),
    [
        ("category=文化艺术类", True),
        ("category=文化", False),
        ("town=砖井镇", True),
        ("town=安边镇", False),
        ("department=测试文旅局", True),
        ("department=测试&town=砖井镇", False),
        ("category=文化艺术类&town=砖井镇&department=测试文旅局&q=小荷", True),
    ],
)
def test_the_list_is_filtered_by_whole_words(
    client: Client, dance: Institution, chosen: str, *, is_found: bool
) -> None:
    publish(dance)
    assert ("小荷舞蹈艺术" in page(client, f"/whitelist/?{chosen}")) is is_found


def test_the_categories_are_offered_in_their_own_order(client: Client) -> None:
    rows = [licensed(), licensed(), licensed()]
    rows[0].categories.add(make.category("QT", "其他", 50))
    rows[1].categories.add(make.category("KJ", "科技类", 40))
    rows[2].categories.add(make.category("WH", "文化艺术类", 30))
    publish(*rows)
    found = page(client, "/whitelist/")
    places = [found.index(f">{name}</option>") for name in ("文化艺术类", "科技类", "其他")]
    assert places == sorted(places)


def test_the_towns_are_offered_in_the_order_of_their_sound(client: Client) -> None:
    towns = ("白泥井镇", "贺圈镇", "安边镇", "砖井镇")
    publish(*(licensed(town=make.town(name)) for name in towns))
    found = page(client, "/whitelist/")
    places = [
        found.index(f">{name}</option>") for name in ("安边镇", "白泥井镇", "贺圈镇", "砖井镇")
    ]
    assert places == sorted(places)


def test_a_filter_that_leaves_nothing_is_not_called_not_found(
    client: Client, dance: Institution
) -> None:
    publish(dance)
    found = page(client, "/whitelist/?q=小荷&town=安边镇")
    assert "没有符合全部条件的机构" in found
    assert "没有找到" not in found


def test_a_name_that_nobody_knows_is_said_to_be_not_found(
    client: Client, dance: Institution, settings: object
) -> None:
    publish(dance)
    found = page(client, "/whitelist/?q=火星数学")
    assert "白名单中没有找到“火星数学”" in found
    assert "未在名单中不等于违法" in found
    assert "您要找的是不是" not in found


@pytest.mark.parametrize("asked", ["小河舞蹈", "晓荷", "小菏舞蹈培训中心", "定边县小荷舞团"])
def test_a_name_that_looks_or_sounds_alike_is_offered(
    client: Client, dance: Institution, asked: str
) -> None:
    publish(dance)
    found = page(client, f"/whitelist/?q={asked}")
    assert "没有找到" in found
    assert "您要找的是不是" in found
    assert dance.name in found


@pytest.mark.parametrize("asked", ["无影灯", "wuyingdeng", "无影登", "全部"])
def test_what_was_never_published_is_never_revealed(
    client: Client, dance: Institution, asked: str
) -> None:
    licensed("定边县无影灯美术培训学校")
    site("无影灯画室")
    publish(dance)
    publish_sites(site("别的画室"))
    found = page(client, f"/whitelist/?q={asked}")
    assert "无影灯美术" not in found
    assert "无影灯画室" not in found


def test_a_place_without_licence_is_named_as_such(client: Client, dance: Institution) -> None:
    publish(dance)
    publish_sites(site("腾飞英语角"))
    found = page(client, "/whitelist/?q=腾飞")
    assert "腾飞英语角" in found
    assert "列入无证场所名单" in found
    assert "不等于违法" not in found


@pytest.mark.parametrize("asked", ["腾飞", "英语角腾飞", "定边县腾飞英语角"])
def test_a_place_without_licence_is_named_before_the_first_list(client: Client, asked: str) -> None:
    publish_sites(site("腾飞英语角"))
    found = page(client, f"/whitelist/?q={asked}")
    assert "尚未发布" in found
    assert "腾飞英语角" in found.split("列入无证场所名单")[1]


def test_a_place_without_licence_is_named_beside_a_listed_one_of_that_name(client: Client) -> None:
    publish(licensed("定边县腾飞英语培训学校"))
    publish_sites(site("腾飞英语角"))
    found = page(client, "/whitelist/?q=腾飞")
    assert "共 1 家" in found
    assert "腾飞英语角" in found


@pytest.mark.parametrize("state", [SiteState.CLOSED, SiteState.UNFOUNDED, SiteState.LICENSED])
def test_a_place_that_is_over_is_no_longer_named(client: Client, state: str) -> None:
    place = site("腾飞英语角")
    publish(licensed("定边县长河篮球"))
    publish_sites(place)
    type(place).objects.update(state=state)
    assert "腾飞英语角" not in page(client, "/whitelist/?q=腾飞英语")
    assert "腾飞英语角" not in page(client, "/unlicensed/")


def test_a_deleted_place_is_no_longer_named(client: Client, office: User) -> None:
    place = site("腾飞英语角")
    publish(licensed("定边县长河篮球"))
    publish_sites(place)
    type(place).objects.update(deleted_at="2023-07-11T00:00Z", deleted_by=office.pk)
    assert "腾飞英语角" not in page(client, "/whitelist/?q=腾飞英语")
    assert "腾飞英语角" not in page(client, "/unlicensed/")


def test_a_suspension_shows_at_once_on_list_page_and_search(
    client: Client, dance: Institution, lead: User
) -> None:
    publish(dance, licensed("定边县长河篮球"))
    assert "共 2 家" in page(client, "/whitelist/")
    decide(
        institution=dance,
        act="suspend",
        on=date(2023, 7, 12),
        document="测教停〔2023〕1号",
        reason="消防通道堵塞",
        by=lead.actor,
    )
    whole = page(client, "/whitelist/")
    assert "共 1 家" in whole
    assert "本期发布后移出的机构（1 家）" in whole
    assert "自2023年7月12日起停业整顿：消防通道堵塞。" in whole
    searched = page(client, "/whitelist/?q=小荷")
    assert "没有找到" in searched
    assert "已移出白名单的机构" in searched
    assert "停业整顿" in page(client, f"/v/{dance.public_id}/")
    assert "不在白名单中" in page(client, f"/whitelist/{dance.public_id}/")


def test_a_place_that_left_is_named_beside_a_listed_one_of_that_name(client: Client) -> None:
    gone = licensed("定边县小荷美术", state=InstitutionState.CLOSED, state_reason="已关停")
    publish(licensed("定边县小荷书法"), gone)
    found = page(client, "/whitelist/?q=小荷")
    assert "共 1 家" in found
    assert "已移出白名单的机构" in found
    assert gone.name in found


def test_a_place_that_left_before_the_newest_issue_is_still_named(client: Client) -> None:
    gone = licensed("定边县小荷美术")
    idle = licensed("定边县小荷书法")
    listed = licensed("定边县长河篮球")
    publish(gone, idle, listed)
    Institution.objects.filter(pk=gone.pk).update(
        state=InstitutionState.REVOKED, state_on=date(2023, 7, 12), state_reason="挪用办学经费"
    )
    publish(listed)
    found = page(client, "/whitelist/?q=小荷")
    assert "不等于违法" not in found
    assert f"/whitelist/{gone.public_id}/" in found
    assert "自2023年7月12日起吊销：挪用办学经费。" in found
    assert f"/whitelist/{idle.public_id}/" in found
    assert "未列入本期" in found
    assert gone.name not in page(client, "/whitelist/")


def test_a_name_like_that_of_a_place_off_the_list_is_told_with_its_state(client: Client) -> None:
    gone = licensed("定边县小荷美术", state=InstitutionState.CLOSED, state_reason="已关停")
    publish(licensed("定边县长河篮球"), gone)
    publish_sites(site("腾飞英语角"))
    alike = page(client, "/whitelist/?q=腾飞英语培训班").split("您要找的是不是")[1]
    assert "腾飞英语角" in alike
    assert "证照待查" in alike
    alike = page(client, "/whitelist/?q=小河美术").split("您要找的是不是")[1]
    assert gone.name in alike
    assert "已关停" in alike


def test_nothing_published_is_said_and_whom_to_call(client: Client, settings: object) -> None:
    licensed("定边县长河篮球")
    for address in ("/", "/whitelist/", "/whitelist/?q=长河"):
        found = page(client, address)
        assert "尚未发布" in found
        assert "定边县长河篮球" not in found
    assert client.get("/whitelist.csv").status_code == 404
    assert "目前没有公布的无证场所名单" in page(client, "/unlicensed/")
    assert "尚未发布" in page(client, "/whitelist/issues/")


def test_a_list_that_everybody_left_says_so(client: Client) -> None:
    publish(licensed("定边县长河篮球", state=InstitutionState.CLOSED))
    found = page(client, "/whitelist/")
    assert "名单上现在没有机构" in found
    assert "移出的机构（1 家）" in found


def test_the_older_issues_are_reached_from_the_first_page(
    client: Client, dance: Institution
) -> None:
    publish(dance)
    assert 'href="/whitelist/issues/"' in page(client, "/")


def test_an_older_issue_stays_readable_as_it_was(client: Client, dance: Institution) -> None:
    publish(dance)
    publish(licensed("定边县长河篮球"))
    assert dance.name in page(client, "/whitelist/issues/whitelist/1/")
    assert dance.name not in page(client, "/whitelist/")
    assert "第1期" in page(client, "/whitelist/issues/")


def test_pages_go_on_where_the_one_before_ended_whoever_left(client: Client) -> None:
    rows = [licensed(f"定边县第{n:03}学校") for n in range(1, 131)]
    publish(*rows)
    for gone in (0, 10, 49, 50, 51, 129):
        Institution.objects.filter(pk=rows[gone].pk).update(state=InstitutionState.CLOSED)
    seen: list[str] = []
    for number in (1, 2, 3):
        table = page(client, f"/whitelist/?page={number}").split("</table>")[0]
        seen += [row.name for row in rows if row.name in table]
    assert seen == [row.name for n, row in enumerate(rows) if n not in {0, 10, 49, 50, 51, 129}]


@pytest.mark.parametrize("number", ["4", "99999", "0", "-1", "x", "٣", "1" * 5000])
def test_a_page_beyond_the_end_or_no_number_is_some_page(client: Client, number: str) -> None:
    publish(*(licensed(f"定边县第{n:03}学校") for n in range(60)))
    for asked in ("", "&q=学校", "&town="):
        assert "共 60 家" in page(client, f"/whitelist/?page={number}{asked}")


@pytest.mark.parametrize("asked", ["", "&q=学校"])
def test_who_prints_the_list_gets_all_of_it_on_one_page(client: Client, asked: str) -> None:
    rows = [licensed(f"定边县第{n:03}学校") for n in range(60)]
    publish(*rows)
    assert "all=1" in page(client, f"/whitelist/?page=1{asked}")
    whole = page(client, f"/whitelist/?all=1{asked}")
    assert [row.name for row in rows if row.name not in whole] == []
    assert "下一页" not in whole
    assert "all=1" not in whole.split('class="downloads"')[0]


def test_a_list_of_one_page_is_printed_as_it_is(client: Client) -> None:
    publish(licensed("定边县长河篮球"))
    assert "all=1" not in page(client, "/whitelist/")


def test_a_list_longer_than_anybody_prints_at_once_has_pages_of_that_length(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WHOLE", 3)
    publish(*(licensed(f"定边县第{n:03}学校") for n in range(5)))
    assert "?all=1&amp;page=2" in page(client, "/whitelist/?all=1")


def test_links_to_other_pages_keep_the_question(client: Client) -> None:
    publish(*(licensed(f"定边县第{n:03}学校") for n in range(60)))
    found = page(client, "/whitelist/?q=学校&page=1")
    assert "?q=%E5%AD%A6%E6%A0%A1&amp;page=2" in found


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/", 1), ("/whitelist/", 2), ("/whitelist/?q=学校", 2), ("/whitelist/?q=火星数学", 2)],
)
def test_the_number_of_questions_to_the_database_does_not_grow(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
    address: str,
    queries: int,
) -> None:
    publish(*(licensed(f"定边县第{n:03}学校") for n in range(rows)))
    client.get("/whitelist/")  # what a server remembers until the next change of the register
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("rows", [6, 600])
def test_a_long_list_costs_as_many_questions_as_a_short_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    whole = [make.institution(f"定边县第{n:03}学校") for n in range(rows)]
    publish(*whole)
    client.get("/whitelist/")
    with django_assert_num_queries(2):
        assert f"共 {rows} 家" in page(client, "/whitelist/?page=2")
    with django_assert_num_queries(2):
        page(client, "/whitelist/?q=学校&page=2")


def test_a_list_too_long_for_the_memory_costs_no_question_more(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "MOST_HELD", 2)
    publish(*(licensed(f"定边县第{n:03}学校") for n in range(3)))
    client.get("/whitelist/")
    # A connection plans its questions at the first reader who asks them.
    client.get("/whitelist/?q=定边")
    with django_assert_num_queries(2):
        assert "共 3 家" in page(client, "/whitelist/?q=学校")
