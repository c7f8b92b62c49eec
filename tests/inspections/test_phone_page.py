"""The phone's page, its worker and its manifest, as they come from the server."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

PAGE = ("/phone/", "/phone/worker.js", "/phone/manifest.webmanifest")


@pytest.mark.parametrize("address", PAGE)
def test_the_page_is_the_same_for_everybody_and_asked_for_anew(
    address: str, client: Client, as_office: Client
) -> None:
    client.cookies["elder"] = "1"

    strangers, ours = client.get(address), as_office.get(address)

    assert strangers.content == ours.content
    assert strangers.headers["Cache-Control"] == "no-cache"
    assert "Vary" not in strangers.headers


def test_only_the_page_itself_shows_what_the_camera_has_made(client: Client) -> None:
    policy = client.get("/phone/").headers["Content-Security-Policy"]

    assert "img-src 'self' blob:" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for address in (*PAGE[1:], "/nothing/"):
        assert "blob:" not in client.get(address).headers["Content-Security-Policy"]


def test_without_script_the_page_says_where_the_visit_is_filled_in(client: Client) -> None:
    page = client.get("/phone/").content.decode()

    said = page.split("<noscript>")[1].split("</noscript>")[0]
    assert 'href="/office/inspections/"' in said


def test_the_worker_keeps_all_that_the_page_needs(client: Client) -> None:
    first, _, _ = client.get("/phone/worker.js").content.decode().partition("\n")
    kept = json.loads(first.removeprefix("self.kept = ").removesuffix(";"))

    scripts = {path.name for path in Path(settings.BASE_DIR, "static", "js", "visit").glob("*.js")}
    files = {name.rpartition("/")[2] for name in kept["files"]}
    assert scripts - {"worker.js"} <= files
    assert {"/phone/", "/static/css/tokens.css", "/static/css/phone.css"} <= set(kept["files"])


def test_a_worker_of_other_files_is_another_one(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = client.get("/phone/worker.js").content
    for path in Path(settings.BASE_DIR, "static", "js", "visit").glob("*.js"):
        tail = "\n" if path.name == "store.js" else ""
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8") + tail, encoding="utf-8")
    monkeypatch.setattr("inspections.views.phone_page._SCRIPTS", tmp_path)

    assert client.get("/phone/worker.js").content != before


def test_the_page_can_be_put_on_the_first_screen(client: Client) -> None:
    said = client.get("/phone/manifest.webmanifest").json()

    assert (said["start_url"], said["scope"], said["display"]) == (
        "/phone/",
        "/phone/",
        "standalone",
    )
    assert [icon["sizes"] for icon in said["icons"]] == ["192x192", "512x512"]
    for icon in said["icons"]:
        name = icon["src"].removeprefix("/static/")
        assert Path(settings.BASE_DIR, "static", name).is_file()
