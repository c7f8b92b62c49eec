"""The public list of places without licence: what is said of each, and that it is said of today."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from institutions.models import SiteClass, UnlicensedSite
from institutions.workflow import SiteState
from tests.public.publishing import licensed, page, publish, publish_sites, site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SiteClass.NOTHING, "无证无照"),
        (SiteClass.BUSINESS_ONLY, "有照无证"),
        (SiteClass.LICENCE_ONLY, "有证无照"),
        (SiteClass.UNKNOWN, "证照待查"),
    ],
)
def test_of_each_place_is_said_what_it_lacks_and_no_more(
    client: Client, kind: str, words: str
) -> None:
    publish(licensed("定边县长河篮球"))
    publish_sites(site("腾飞英语角", site_class=kind))
    for address in ("/unlicensed/", "/whitelist/?q=腾飞"):
        found = page(client, address)
        assert f">{words}</span>" in found
        assert "“无证”是没有办学许可证" in found
        assert "没有办学许可，" not in found
        assert "无证办学（" not in found


def test_what_became_of_a_place_is_told_as_it_is_today(client: Client) -> None:
    publish_sites(site("腾飞英语角", site_class=SiteClass.UNKNOWN))
    now = {"state": SiteState.ORDERED_TO_STOP, "site_class": SiteClass.BUSINESS_ONLY}
    UnlicensedSite.objects.update(**now)
    found = page(client, "/unlicensed/")
    assert "已责令停止办学" in found
    assert "有照无证" in found
    assert "已查实" not in found
    assert "已查实" in page(client, "/whitelist/issues/unlicensed/1/")


def test_a_renamed_place_is_found_by_the_name_on_the_list(client: Client) -> None:
    publish(licensed("定边县长河篮球"))
    publish_sites(site("腾飞英语角"))
    UnlicensedSite.objects.update(name="启明画室", search_text="启明画室")
    for asked in ("腾飞", "tfyyj", "启明"):
        assert "腾飞英语角" in page(client, f"/whitelist/?q={asked}")


@pytest.mark.parametrize("rows", [1, 60])
def test_the_list_costs_one_question_however_long(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    publish_sites(*(site(f"第{n}画室") for n in range(rows)))
    client.get("/unlicensed/")
    with django_assert_num_queries(1):
        assert f"共 {rows} 处" in page(client, "/unlicensed/")
