"""What every page shares: pages of lists, the guard of reading pages, plain words for nonsense."""

import pytest
from csp.decorators import csp_exempt
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from foundation.accounts.access import open_to_all
from foundation.accounts.models import Department, User
from foundation.law.models import Limit
from foundation.web.pagination import page_of
from foundation.web.plain_charset import plain_charset
from foundation.web.read_only import WriteRefusedError, read_only
from tests import make

PHONE = "0912-4200000"


@open_to_all
def echo(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Asks the database for whatever came in."""
    asked = request.GET.get("q", "") + request.POST.get("q", "")
    found = Limit.objects.filter(label=asked, pk=number or 0).exists()
    return HttpResponse(str(found), content_type="text/plain")


@open_to_all
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


@open_to_all
def mistaken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("定边".encode("ascii"))


@open_to_all
def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the server is away")


@open_to_all
@read_only
def writes(request: HttpRequest) -> HttpResponse:
    Limit.objects.create(key="x", label="x", value=1, unit="x")
    return HttpResponse()


@open_to_all
@read_only
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Limit.objects.count()))


@open_to_all
@csp_exempt()
def loosened(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("test/loosened/", loosened),
    path("test/echo/", echo),
    path("test/echo/<int:number>/", echo),
    path("test/broken/", broken),
    path("test/mistaken/", mistaken),
    path("test/without-database/", without_database),
    path("test/writes/", writes),
    path("test/reads/", reads),
    path("", include("dingbian_supervision.urls")),
]
handler400 = "foundation.web.errors.bad_request"
handler403 = "foundation.web.errors.forbidden"
handler404 = "foundation.web.errors.not_found"
handler500 = "foundation.web.errors.failed"


@pytest.fixture
def browser(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.OFFICE_PHONE = PHONE
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("?page=2", 2),
        ("?page=99", 3),
        ("?page=0", 1),
        ("?page=-1", 1),
        ("?page=abc", 1),
        ("?page=" + "9" * 5_000, 1),
        ("?page=²", 1),
        ("?page=1e3", 1),
        ("?page=%00", 1),
    ],
)
def test_a_list_answers_any_page_number(asked: str, number: int) -> None:
    assert page_of([1, 2, 3, 4, 5], RequestFactory().get(f"/{asked}"), 2).number == number


def test_an_empty_list_has_one_empty_page() -> None:
    page = page_of([], RequestFactory().get("/?page=7"))
    assert (page.number, list(page)) == (1, [])


def test_the_links_of_a_page_keep_the_filter() -> None:
    page = page_of([1, 2, 3, 4, 5], RequestFactory().get("/?town=贺圈&page=2&q=a b"), 2)
    assert page.next_address == "?town=%E8%B4%BA%E5%9C%88&q=a+b&page=3"
    assert page.previous_address == "?town=%E8%B4%BA%E5%9C%88&q=a+b&page=1"
    last = page_of([1, 2, 3], RequestFactory().get("/?page=2"), 2)
    assert (last.next_address, last.previous_address) == ("", "?page=1")


def test_a_page_is_two_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make.department()
    with django_assert_num_queries(2):
        list(page_of(Department.objects.all(), RequestFactory().get("/")))


def test_a_reading_page_cannot_write(browser: Client, db: None) -> None:
    browser.raise_request_exception = True
    assert browser.get("/test/reads/").content == b"0"
    assert browser.post("/test/reads/").status_code == 405
    with pytest.raises(WriteRefusedError):
        browser.get("/test/writes/")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/here/", 404, "没有找到这个页面"),
        ("/test/echo/?q=%00", 400, "请求无法识别"),
        ("/test/echo/?%00=1", 400, "请求无法识别"),
        ("/test/%00/", 400, "请求无法识别"),
        ("/test/broken/", 500, "系统出了问题"),
        ("/test/mistaken/", 500, "系统出了问题"),
        ("/test/without-database/", 503, "系统暂时不可用"),
    ],
)
def test_what_goes_wrong_is_said_plainly_with_the_telephone_number(
    browser: Client, address: str, status: int, words: str
) -> None:
    answer = browser.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert PHONE in page
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_page_needs_no_database(browser: Client, status: int) -> None:
    """Not marked for the database: a question to it would fail here."""
    address = {
        400: "/test/echo/?q=%00",
        404: "/nothing/",
        500: "/test/broken/",
        503: "/test/without-database/",
    }[status]
    assert browser.get(address).status_code == status


def test_a_wrong_host_is_a_plain_400(browser: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["portal.example"]
    answer = browser.get("/nothing/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "请求无法识别" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["%FF%FE", "%ED%A0%80", "a" * 7_000, "%E2%80%AE", "' OR 1=1 --", "{{7*7}}", "%C0%AF"],
)
def test_no_query_breaks_a_page(browser: Client, db: None, query: str) -> None:
    assert browser.get(f"/test/echo/?q={query}").status_code == 200


@pytest.mark.parametrize("digits", [20, 400, 5_000])
def test_no_number_in_an_address_breaks_a_page(browser: Client, db: None, digits: int) -> None:
    assert browser.get(f"/test/echo/{'9' * digits}/").status_code in {200, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 5_000},
        {"if-none-match": '"' * 500},
        {"if-modified-since": "never"},
        {"range": "bytes=9-1"},
        {"referer": "http://[::1"},
        {"x-forwarded-for": "\x00, 1.1.1.1.1"},
        {"cookie": 'sessionid="\\000"; elder=1'},
        {"cookie": "elder=" + "1" * 4_000},
        {"cookie": "=;=;;;"},
    ],
)
def test_no_header_breaks_a_page(browser: Client, db: None, headers: dict[str, str]) -> None:
    assert browser.get("/test/echo/?q=a", headers=headers).status_code in {200, 400}
    assert browser.get("/office/law/", headers=headers).status_code in {302, 400}


@pytest.mark.parametrize("charset", ["base64", "idna", "utf-16", "\0", "'", "utf-8; charset*=x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_charset_breaks_the_portal(charset: str, method: str) -> None:
    """At the web server's door, where Django builds the request and no middleware is near."""
    seen: list[WSGIRequest] = []

    def django(environ: dict[str, object], start_response: object) -> list[bytes]:
        seen.append(WSGIRequest(environ))
        return []

    request = RequestFactory().generic(method, "/nothing/?q=a", b"q=a")
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    plain_charset(django)(request.environ | {"CONTENT_TYPE": kind}, lambda *_: None)  # type: ignore[arg-type]  # half a server is enough
    assert seen[0].GET["q"] == "a"
    assert seen[0].POST.get("q", "a") == "a"


def _named_in(charset: str) -> bytes:
    """A file whose name says in which charset it is written."""
    named = f"name=\"q\"; filename*={charset}''%ED%A0%80.csv".encode()
    return b"--x\r\nContent-Disposition: form-data; " + named + b"\r\n\r\na\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"q=%00", "application/x-www-form-urlencoded"),
        (b"q=%FF", "application/x-www-form-urlencoded"),
        (b"q=a", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (_named_in("idna"), "multipart/form-data; boundary=x"),
        (_named_in("base64"), "multipart/form-data; boundary=x"),
        (_named_in("nothing"), "multipart/form-data; boundary=x"),
        (_named_in("utf-8"), "multipart/form-data; boundary=x"),
        (b"a=1&" * 3_000, "application/x-www-form-urlencoded"),
        (b"q=" + b"a" * 3_000_000, "application/x-www-form-urlencoded"),
    ],
)
def test_no_body_breaks_a_page(browser: Client, db: None, body: bytes, kind: str) -> None:
    assert browser.post("/test/echo/", body, content_type=kind).status_code in {200, 400}


@pytest.mark.parametrize("address", ["/nothing/", "/test/broken/", "/test/loosened/"])
def test_no_page_and_no_view_loosens_what_may_be_loaded(browser: Client, address: str) -> None:
    assert "default-src 'none'" in browser.get(address)["Content-Security-Policy"]


def test_the_reader_who_chose_large_type_gets_it_on_every_page(browser: Client) -> None:
    assert "data-elder" not in browser.get("/nothing/").content.decode()
    browser.cookies["elder"] = "1"
    assert "data-elder" in browser.get("/nothing/").content.decode()


def test_large_type_is_changed_on_the_page_on_which_one_is_also_after_an_error(
    browser: Client,
) -> None:
    lost = browser.get("/nothing/?q=a&b=1").content.decode()
    assert 'name="next" value="/nothing/?q=a&amp;b=1"' in lost
    assert "/nothing/?q=a&amp;b=1 · <time" in lost


def test_after_what_was_posted_large_type_leads_home(browser: Client) -> None:
    assert 'name="next" value="/"' in browser.post("/nothing/").content.decode()


def test_the_foot_of_a_page_tells_when_it_was_made_and_not_when_it_is_printed(
    browser: Client,
) -> None:
    foot = browser.get("/nothing/").content.decode().split("print-foot")[1]
    assert ("生成" in foot, "打印" in foot) == (True, False)


def test_a_page_for_a_person_is_left_to_the_view(browser: Client, office: User) -> None:
    browser.force_login(office)
    assert browser.get("/test/echo/").status_code == 200
