"""How old a public page may be: what makes it another page, and what a cache is told."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import TimeMachineFixture

from foundation.accounts.models import Department
from foundation.law.models import Limit
from institutions.actions.marks import touch_public
from institutions.models import Institution
from public.queries.county import forget_county
from tests import make
from tests.public.publishing import licensed, publish

pytestmark = pytest.mark.django_db

_KEPT = "public, max-age=0, s-maxage=5, stale-while-revalidate=5, must-revalidate"
_PAGES = ("/", "/whitelist/", "/whitelist/?q=小荷", "/whitelist/issues/", "/unlicensed/")
_FILES = ("/whitelist.csv", "/whitelist.xlsx", "/whitelist.json", "/whitelist/issues/whitelist/1/")


@pytest.fixture
def listed() -> Institution:
    make.limits()
    row = licensed("定边县小荷舞蹈")
    publish(row)
    return row


def etag(client: Client, address: str = "/whitelist/") -> str:
    return client.get(address)["ETag"]


@pytest.mark.parametrize("address", [*_PAGES, *_FILES])
def test_a_cache_may_keep_a_page_ten_seconds_and_a_browser_asks_each_time(
    client: Client, listed: Institution, address: str
) -> None:
    answer = client.get(address)
    assert answer["Cache-Control"] == _KEPT
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == answer["ETag"]
    assert again["Cache-Control"] == _KEPT


@pytest.mark.parametrize("address", [*_PAGES, *_FILES, "/v/zzzzzzzzzz/", "/nothing/"])
def test_no_public_page_sets_a_cookie(client: Client, listed: Institution, address: str) -> None:
    assert not client.get(address).cookies
    assert "Set-Cookie" not in client.get(address)


@pytest.mark.parametrize("address", _PAGES)
def test_a_reader_with_a_session_reads_without_it(
    as_office: Client,
    listed: Institution,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
) -> None:
    as_office.get(address)
    with django_assert_max_num_queries(3) as asked:
        as_office.get(address)
    assert not [query for query in asked.captured_queries if "session" in query["sql"]]


def test_not_modified_costs_one_question(
    client: Client, listed: Institution, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = etag(client)
    with django_assert_num_queries(1):
        client.get("/whitelist/", headers={"If-None-Match": known})


def test_a_change_of_the_register_is_another_page(client: Client, listed: Institution) -> None:
    before = etag(client)
    assert etag(client) == before
    touch_public()
    assert etag(client) != before


def test_midnight_in_the_county_is_another_page(
    client: Client, listed: Institution, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2023-07-10T15:59:00Z")
    evening = etag(client)
    time_machine.move_to("2023-07-10T16:01:00Z")
    assert etag(client) != evening


def test_large_type_is_another_page(client: Client, listed: Institution) -> None:
    plain = etag(client)
    client.cookies["elder"] = "1"
    answer = client.get("/whitelist/")
    assert answer["ETag"] != plain
    assert "data-elder" in answer.content.decode()
    assert "Cookie" in answer["Vary"]


def test_another_telephone_number_is_another_page(client: Client, listed: Institution) -> None:
    before = etag(client)
    Department.objects.update(complaint_phone="0912-4999999")
    make.department("jiaoti")
    Department.objects.filter(code="jiaoti").update(complaint_phone="0912-4999999")
    forget_county()
    assert etag(client) != before


def test_another_limit_is_another_page(client: Client, listed: Institution) -> None:
    before = etag(client)
    Limit.objects.filter(key="prepaid_lessons").update(value=48)
    forget_county()
    assert etag(client) != before


def test_another_number_of_the_office_is_another_page(
    client: Client, listed: Institution, settings: Settings
) -> None:
    before = etag(client)
    settings.OFFICE_PHONE = "0912-4999999"
    assert etag(client) != before


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_a_demo_says_that_it_is_one(
    client: Client, as_office: Client, listed: Institution, settings: Settings, is_demo: bool
) -> None:
    settings.DEMO = not is_demo
    before = etag(client)
    settings.DEMO = is_demo
    assert etag(client) != before
    for browser, address in (
        (client, "/whitelist/"),
        (client, "/nothing/"),
        (as_office, "/office/"),
    ):
        assert ("均为虚构" in browser.get(address).content.decode()) == is_demo


def test_each_question_and_each_host_is_another_page(
    client: Client, listed: Institution, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    seen = {etag(client, address) for address in ("/whitelist/", "/whitelist/?q=1", "/")}
    seen.add(client.get("/whitelist/", headers={"host": "other.test"})["ETag"])
    assert len(seen) == 4


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/", "/whitelist/", "/whitelist.csv", "/v/zzzzzzzzzz/"])
def test_a_public_page_is_only_read(client: Client, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("address", [*_PAGES, *_FILES])
def test_asking_for_the_head_alone_works(client: Client, listed: Institution, address: str) -> None:
    answer = client.head(address)
    assert answer.status_code == 200
    assert answer["ETag"] == etag(client, address)


def test_a_page_is_packed_for_who_can_unpack(client: Client, listed: Institution) -> None:
    answer = client.get("/whitelist/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
