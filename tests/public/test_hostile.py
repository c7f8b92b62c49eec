"""Whatever a stranger writes into an address or a header: words, never a fault of our own."""

from urllib.parse import quote

import pytest
from django.test import Client

from institutions.models import Institution
from tests.public.publishing import licensed, main_of, publish

pytestmark = pytest.mark.django_db

_TEXTS = (
    "' OR 1=1 --",
    "'; DROP TABLE institutions_institution; --",
    "%' AND 1=0 UNION SELECT password FROM accounts_user --",
    "{{ county }}{% debug %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${7*7}#{7*7}",
    "../../../../etc/passwd",
    "%",
    "_",
    "\\",
    "a" * 20_000,
    "中" * 3_000,
    "！！！",
    "\u202e\u200b\ufeff",
    "𠮷𠮷",
    "👨‍👩‍👧",
    "e\u0301" * 50,
    " ".join("字" * 2 for _ in range(500)),
    "ﷺ" * 100,
)
_RAW = (
    "q=%00",
    "q=%ED%A0%80",
    "q=%FF%FE",
    "q=%",
    "q",
    "=",
    "&&&&",
    "q=1&q=2&q[]=3&q[a]=4",
    "page=1&page=2&page=x",
    "page=99999999999999999999",
    "page=-1",
    "page=1.5",
    "page=%C2%B2",
    "page=%D9%A3&q=%E5%B0%8F",
    "category=%00",
    "town=%ED%A0%80",
    "&".join(f"a{n}=1" for n in range(900)),
    "&".join("q=1" for n in range(5_000)),
)
_PATHS = (
    "/whitelist/%00/",
    "/whitelist/%ED%A0%80/",
    "/v/%FF/",
    "/v/" + "a" * 5_000 + "/",
    "/whitelist/issues/whitelist/99999999999999999999/",
    "/whitelist/issues/whitelist/" + "9" * 5_000 + "/",
    "/whitelist/issues/nothing/1/",
    "/whitelist/issues/unlicensed/1.pdf",
    "/whitelist/issues/whitelist/0.pdf",
    "/whitelist/..%2f..%2fetc/",
    "/whitelist",
)


@pytest.fixture
def listed() -> Institution:
    row = licensed("定边县小荷舞蹈")
    publish(row)
    return row


@pytest.mark.parametrize("text", _TEXTS)
def test_a_hostile_text_is_answered_as_a_text(
    client: Client, listed: Institution, text: str
) -> None:
    for field in ("q", "category", "town", "department", "page"):
        assert client.get("/whitelist.csv", query_params={field: text}).status_code == 200
        answer = client.get("/whitelist/", query_params={field: text})
        assert answer.status_code == 200
        found = main_of(answer.content.decode())
        assert "<script>alert" not in found
        assert "<img" not in found
    assert Institution.objects.count() == 1


@pytest.mark.parametrize("query", _RAW)
def test_a_broken_address_is_no_fault_of_ours(
    client: Client, listed: Institution, query: str
) -> None:
    for address in ("/", "/whitelist/", "/whitelist.json", "/unlicensed/"):
        assert client.get(f"{address}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("address", _PATHS)
def test_an_address_that_leads_nowhere_is_plainly_not_found(
    client: Client, listed: Institution, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code in {301, 400, 404}
    if answer.status_code == 301:
        assert not answer["Location"].startswith(("//", "http"))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.test:99999"},
        {"host": "a b"},
        {"host": "<script>"},
        {"if-none-match": "W/" * 5_000},
        {"if-none-match": '"\x80\xff'},
        {"if-modified-since": "yesterday"},
        {"accept-encoding": "gzip;q=nonsense"},
        {"cookie": "elder=" + "1" * 4_000},
        {"cookie": "elder=%00; sessionid=../../x; =;;;"},
        {"accept-language": "x" * 4_000},
        {"x-forwarded-for": "' OR 1=1", "x-forwarded-host": "evil.test"},
        {"range": "bytes=99999-"},
    ],
)
def test_an_odd_header_is_no_fault_of_ours(
    client: Client, listed: Institution, headers: dict[str, str]
) -> None:
    for address in ("/", "/whitelist/", "/whitelist.csv", f"/v/{listed.public_id}/"):
        assert client.get(address, headers=headers).status_code in {200, 304, 400}


def test_a_list_with_a_hostile_name_shows_it_as_a_name(client: Client) -> None:
    name = "<b>定边</b>{{ county }}'\"&小荷"
    row = licensed(name)
    publish(row)
    for address in ("/whitelist/", f"/whitelist/{row.public_id}/", f"/v/{row.public_id}/"):
        assert "<b>定边" not in client.get(address).content.decode()
    found = client.get(f"/whitelist/?q={quote('小荷')}").content.decode()
    assert "&lt;b&gt;定边&lt;/b&gt;{{ county }}" in found
