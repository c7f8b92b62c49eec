"""An upload that is not answered by the portal but by the server in front of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from launch.place import ROOT

pytestmark = pytest.mark.browser

_HOST = "http://portal.test"
_FORM = """<!DOCTYPE html><meta charset="utf-8"><main>
<form method="post" enctype="multipart/form-data" action="/form/" data-behaviour="upload">
<input type="file" name="file"><div data-upload-bar hidden><p role="status"></p>
<progress max="100" value="0"></progress></div><button type="submit">上传</button></form>{}</main>
<script type="module" src="/upload.js"></script>"""
_REFUSED = _FORM.format('<div role="alert" tabindex="-1">还有内容需要修改</div>')
_SCRIPT = Path(ROOT, "static", "js", "upload.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (413, "<h1>413 Request Entity Too Large</h1>", "文件太大"),
        (502, "<h1>502 Bad Gateway</h1>", "系统暂时没有应答"),
        (504, "", "系统暂时没有应答"),
    ],
)
def test_what_the_server_in_front_says_is_said_plainly(
    chromium: Browser, status: int, answer: str, words: str
) -> None:
    page = _uploaded(chromium, status, answer)
    page.wait_for_selector(f'[role=status]:has-text("{words}")')
    assert page.locator("form").is_visible()
    assert "null" not in page.inner_text("body")


def test_a_refused_form_is_shown_and_its_errors_are_read_out(chromium: Browser) -> None:
    page = _uploaded(chromium, 200, _REFUSED)
    page.wait_for_selector("[role=alert]:focus")


def test_the_next_page_is_asked_for_once_by_the_window_itself(chromium: Browser) -> None:
    asked: list[str] = []

    page = _uploaded(chromium, 204, "", {"X-Next": "/next/"}, asked)

    page.wait_for_url("**/next/")
    assert asked == ["/next/"]


def _uploaded(
    chromium: Browser,
    status: int,
    answer: str,
    headers: dict[str, str] | None = None,
    asked: list[str] | None = None,
) -> Page:
    """The page after a file was sent from it and this was answered."""
    page = chromium.new_page()
    page.set_default_timeout(10_000)

    def serve(route: Route) -> None:
        if asked is not None and route.request.url.endswith("/next/"):
            asked.append(route.request.url.removeprefix(_HOST))
        if route.request.method == "POST":
            given = {"Content-Type": "text/html; charset=utf-8"} | (headers or {})
            route.fulfill(status=status, body=answer, headers=given)
        elif route.request.url.endswith(".js"):
            route.fulfill(body=_SCRIPT, content_type="text/javascript")
        else:
            route.fulfill(body=_FORM.format(""), content_type="text/html; charset=utf-8")

    page.route(f"{_HOST}/**", serve)
    page.goto(f"{_HOST}/form/")
    page.set_input_files("input[type=file]", {"name": "a.xlsx", "mimeType": "", "buffer": b"a"})
    page.click("button")
    return page
