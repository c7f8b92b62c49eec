"""The look: what css, scripts and components promise."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

CSS = Path(settings.BASE_DIR, "static", "css")
JS = Path(settings.BASE_DIR, "static", "js")
TEMPLATES = Path(settings.BASE_DIR, "templates")
PAPERS = settings.BASE_DIR / "templates" / "papers"
COMPONENTS = TEMPLATES / "components"
PUBLIC_PAGE = ("tokens.css", "base.css", "public.css")
PUBLIC_PAGE_BYTES = 10_000

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"[^"]*"')
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
MEDIA = re.compile(r"@media[^{]*\{")
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|color)\(|:[^;{}]*\b(?:white|black|red|blue|gray|grey)\b",
    re.IGNORECASE,
)
# em beside a shape or a dot is a share of its own letter, not a size.
SIZE = re.compile(r"(?<![\w-])\d*\.?\d+(?:px|rem|pt|mm|cm|vh|vw|ch)\b")
TOO_NEW = (
    r":has\(",
    r":is\(",
    r":where\(",
    r"aspect-ratio",
    r"(?<!grid-)\bgap\s*:",
    r"\binset(?:-\w+)?\s*:",
    r"\b(?:margin|padding)-(?:inline|block)\s*:",
    r"\b(?:min|max|clamp)\(",
    r"@layer",
    r"@container",
    r"color-mix",
    r"::marker",
    r"^\s*&",
)


def _rules(name: str) -> str:
    return COMMENT.sub("", (CSS / name).read_text(encoding="utf-8"))


def _pages() -> list[str]:
    """Every template but the gallery, which shows what the others use."""
    paths = [path for path in TEMPLATES.rglob("*.html") if path.name != "gallery.html"]
    return [path.read_text(encoding="utf-8") for path in paths]


def _made_by_scripts() -> Iterator[str]:
    """The phone's page is made by its scripts: `el("li.tile")`, `toggle("is-done")`."""
    for path in (JS / "visit").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for kind in re.findall(r'["`][a-z0-9]*((?:\.[a-z][a-z-]*)+)', script):
            yield from kind.split(".")
        yield from re.findall(r'toggle\("([\w-]+)"', script)


def _stylesheets() -> list[str]:
    return sorted(path.name for path in CSS.glob("*.css"))


@pytest.mark.parametrize("name", [name for name in _stylesheets() if name != "tokens.css"])
def test_only_the_tokens_hold_a_colour_or_a_size(name: str) -> None:
    rules = MEDIA.sub("{", STRING.sub("", _rules(name)))
    rules = re.sub(r"var\([^)]*\)", "", rules)

    assert COLOUR.findall(rules) == []
    assert SIZE.findall(rules) == []


@pytest.mark.parametrize("name", _stylesheets())
def test_a_browser_of_2019_understands_the_css(name: str) -> None:
    rules = _rules(name)

    assert [rule for rule in TOO_NEW if re.search(rule, rules, re.MULTILINE)] == []


@pytest.mark.parametrize("name", _stylesheets())
def test_every_token_that_is_used_exists(name: str) -> None:
    tokens = set(re.findall(r"(--[\w-]+):", _rules("tokens.css")))

    assert set(re.findall(r"var\((--[\w-]+)\)", _rules(name))) <= tokens


def test_papers_have_the_colours_of_the_pages() -> None:
    papers = "".join(path.read_text() for path in PAPERS.glob("*.typ"))
    used = re.findall(r'rgb\("(#[0-9a-f]+)"\)', papers)

    assert used
    assert set(used) <= set(re.findall(r"--[\w-]+: (#[0-9a-f]+);", _rules("tokens.css")))


def test_elder_mode_changes_tokens_and_nothing_else() -> None:
    for name in _stylesheets():
        assert ("data-elder" in _rules(name)) == (name == "tokens.css")


def test_a_public_page_loads_little_css() -> None:
    together = sum(len(gzip.compress((CSS / name).read_bytes(), mtime=0)) for name in PUBLIC_PAGE)

    assert together <= PUBLIC_PAGE_BYTES


def test_every_class_that_has_a_look_is_on_a_page() -> None:
    """A class may end with what a component is told: `note-{{ tone }}`."""
    looks = {
        name
        for sheet in _stylesheets()
        for selector in re.findall(r"([^{}]+)\{", STRING.sub("", _rules(sheet)))
        for name in re.findall(r"\.([a-z][\w-]*)", selector)
    }
    on_pages = {
        name
        for page in _pages()
        for value in re.findall(r'class="([^"]*)"', TAG.sub(" ", page).replace("{{", " {{"))
        for name in value.split()
    } | set(_made_by_scripts())
    beginnings = tuple(name for name in on_pages if name.endswith("-"))

    assert {name for name in looks - on_pages if not name.startswith(beginnings)} == set()


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_every_component_is_on_a_page(path: Path) -> None:
    assert any(f'"components/{path.name}"' in page for page in _pages())


@pytest.mark.parametrize("path", sorted(JS.rglob("*.js")), ids=lambda path: path.name)
def test_a_script_says_what_it_does_and_runs_in_an_old_browser(path: Path) -> None:
    script = path.read_text(encoding="utf-8")

    assert script.startswith("/* ")
    assert re.findall(r"\?\.\w|\?\?|innerHTML|https?://", script) == []


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_a_component_begins_with_its_parameters_and_stays_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert re.match(r"\{# .+ #\}$", lines[0])
    assert len(lines) <= 25


def test_the_gallery_shows_every_component() -> None:
    seen: set[str] = set()
    ahead = {"gallery.html"}
    while ahead:
        seen |= ahead
        pages = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ahead]
        ahead = set(re.findall(r'{% (?:include|extends) "([^"]+)"', "".join(pages))) - seen

    assert {f"components/{path.name}" for path in COMPONENTS.glob("*.html")} - seen == set()


def test_the_gallery_is_shown_to_the_staff(as_office: Client) -> None:
    page = as_office.get("/office/gallery/", {"refused": ""}).content.decode()

    assert page.count("<h1>") == 1
    for part in ("band warn", "timeline", "places", "pagination", "field field-wrong", "steps"):
        assert f'class="{part}"' in page
    assert "http://" not in page.replace("http://testserver", "")


def test_the_gallery_is_not_for_strangers(client: Client) -> None:
    assert client.get("/office/gallery/").status_code == 302


@pytest.mark.django_db
class TestElderMode:
    """Large type exists only after the reader chose it, and lasts."""

    def test_choosing_it_sets_a_lasting_cookie_and_returns_to_the_page(
        self, client: Client
    ) -> None:
        answer = client.get("/elder/", {"on": "1", "next": "/whitelist/?q=美术"})

        assert answer.status_code == 302
        assert answer["Location"].startswith("/whitelist/?q=")
        cookie = answer.cookies["elder"]
        assert cookie.value == "1"
        assert cookie["max-age"] == 365 * 24 * 60 * 60
        assert cookie["samesite"] == "Lax"

    def test_leaving_it_takes_the_cookie_away(self, client: Client) -> None:
        client.cookies["elder"] = "1"

        answer = client.get("/elder/", {"on": "0", "next": "/"})

        assert answer.cookies["elder"]["max-age"] == 0

    @pytest.mark.parametrize(
        "address",
        ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"],
    )
    def test_it_never_leads_to_another_site(self, client: Client, address: str) -> None:
        answer = client.get("/elder/", {"on": "1", "next": address})

        assert answer["Location"] == "/"

    def test_pages_carry_the_choice(self, client: Client) -> None:
        assert b"data-elder" not in client.get("/no-such-page/").content

        client.cookies["elder"] = "1"
        page = client.get("/no-such-page/").content.decode()

        assert '<html lang="zh-Hans" data-elder>' in page
        assert "退出长者模式" in page
