"""How old a public page may be: what makes it another page, and what a cache is told."""

from pathlib import Path

import pytest
from django.forms import model_to_dict
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import TimeMachineFixture

from foundation.accounts.actions.departments import amend_department, check_contact
from foundation.accounts.models import User
from foundation.law.actions.limits import amend_limit
from foundation.law.models import Limit
from foundation.web.actions import touch_public
from foundation.web.models import PublicMark
from institutions.models import Institution
from public import freshness
from tests import make
from tests.public.publishing import licensed, page, publish

pytestmark = pytest.mark.django_db

_KEPT = "public, max-age=0, s-maxage=3, stale-while-revalidate=2, must-revalidate"
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
def test_a_cache_may_keep_a_page_five_seconds_and_a_browser_asks_each_time(
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


@pytest.mark.parametrize("field", ["name", "short_name", "complaint_phone", "is_active"])
def test_what_the_directory_says_is_another_page(
    client: Client, office: User, listed: Institution, field: str
) -> None:
    town = make.town("安边镇")
    before = etag(client)
    facts = model_to_dict(town) | {field: "" if field == "is_active" else "0912-4999999"}
    facts["is_active"] = bool(facts["is_active"])
    amend_department(department=town, facts=facts, version=town.version, by=office.actor)
    assert etag(client) != before


def test_another_telephone_number_is_shown_at_once_and_when_it_was_checked(
    client: Client, office: User, listed: Institution
) -> None:
    jiaoti = make.department("jiaoti")
    assert "0912-4999999" not in page(client, "/")
    facts = model_to_dict(jiaoti) | {"complaint_phone": "0912-4999999"}
    amend_department(department=jiaoti, facts=facts, version=jiaoti.version, by=office.actor)
    assert "0912-4999999" in page(client, "/")
    assert "号码尚未核对" in page(client, "/")
    check_contact(department=jiaoti, contact="complaint_phone", by=office.actor)
    assert "号码尚未核对" not in page(client, "/")


def test_another_limit_is_shown_at_once(client: Client, office: User, listed: Institution) -> None:
    assert "60 课时" in page(client, "/")
    row = Limit.objects.get(key="prepaid_lessons")
    amend_limit(limit=row, version=row.version, value=48, basis="新文件", note="", by=office.actor)
    assert "48 课时" in page(client, "/")


@pytest.mark.parametrize("is_emptied", [False, True])
def test_after_a_restoration_no_page_is_taken_for_one_of_before(
    client: Client, listed: Institution, *, is_emptied: bool
) -> None:
    backup = make.mark()
    seen = {etag(client)}
    touch_public()
    seen.add(etag(client))
    PublicMark.objects.all().delete()
    if not is_emptied:
        PublicMark.objects.create(pk=1, mark=backup)
    touch_public()
    assert etag(client) not in seen


@pytest.mark.parametrize(
    "part",
    [
        "institutions/workflow.py",
        "institutions/models/operation.py",
        "foundation/documents/xlsx.py",
        "foundation/ui/templatetags/ui.py",
        "templates/papers/issue.typ",
        "requirements.txt",
    ],
)
def test_another_release_is_another_page(
    client: Client, listed: Institution, settings: Settings, tmp_path: Path, part: str
) -> None:
    settings.BASE_DIR = tmp_path
    path = tmp_path / part
    path.parent.mkdir(parents=True, exist_ok=True)
    seen = set()
    for words in ("one", "two"):
        path.write_text(words)
        freshness.release.cache_clear()
        seen.add(etag(client))
    freshness.release.cache_clear()
    assert len(seen) == 2


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
