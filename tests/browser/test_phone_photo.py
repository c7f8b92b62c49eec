"""A camera's file on the phone: made small and upright, or refused in words before it is decoded."""

import base64
import io
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.desk import open_desk
from tests.photos import HOSTILE, grey, marked, noise, picture

pytestmark = pytest.mark.browser

_PREPARE = """async ([text, more]) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  try {
    const made = await phone.prepare(new File([bytes, new Uint8Array(more)], "IMG_0001.jpg"));
    let seen = "";
    for (const byte of new Uint8Array(made.data)) seen += String.fromCharCode(byte);
    return { sha256: made.sha256, type: made.type, id: made.id, data: btoa(seen) };
  } catch (why) {
    return why.message;
  }
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with open_desk() as desk:
        page = chromium.new_page()
        page.goto(desk.address)
        page.wait_for_function("window.phone")
        yield page
        page.close()


def answered(page: Page, data: bytes) -> Any:
    """What the script makes of this file; its trailing zeros are not carried to the browser."""
    short = data.rstrip(b"\x00")
    return page.evaluate(_PREPARE, [base64.b64encode(short).decode(), len(data) - len(short)])


def prepared(page: Page, data: bytes) -> bytes:
    made = answered(page, data)
    assert isinstance(made, dict), made
    kept = base64.b64decode(made["data"])
    assert (made["sha256"], made["type"]) == (sha256(kept).hexdigest(), "image/jpeg")
    return kept


def test_a_large_photo_becomes_small(page: Page) -> None:
    kept = prepared(page, noise((4000, 3000)))

    assert len(kept) < 1.5 * 1024 * 1024
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size) == ("JPEG", (2560, 1920))


def test_a_small_photo_is_kept_as_the_camera_has_written_it(page: Page) -> None:
    data = marked((800, 600), 6)

    assert prepared(page, data) == data


# Where the black corner is seen when the picture is upright: right?, below?
_SEEN = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("turn", _SEEN)
def test_a_photo_is_kept_upright(page: Page, turn: int) -> None:
    kept = prepared(page, marked((3200, 1600), turn))

    right, below = _SEEN[turn]
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == ((1280, 2560) if turn > 4 else (2560, 1280))
        assert not dict(image.getexif())
        edge_x, edge_y = image.width - 60, image.height - 60
        corner = (edge_x if right else 60, edge_y if below else 60)
        others = {(x, y) for x in (60, edge_x) for y in (60, edge_y)} - {corner}
        assert grey(image, corner) < 60
        assert all(grey(image, one) > 200 for one in others)


def test_half_a_photo_is_refused_and_what_stands_behind_it_is_not_asked(page: Page) -> None:
    for data in (noise((3000, 2000)), noise((800, 600)), picture("PNG", (3000, 2000))):
        assert "已损坏" in answered(page, data[: len(data) // 2])
        assert prepared(page, data + b"a film of three seconds" * 50)


@pytest.mark.parametrize("turn", [0, 9, 40_000])
def test_a_turn_that_is_none_turns_nothing(page: Page, turn: int) -> None:
    with Image.open(io.BytesIO(prepared(page, marked((3200, 1600), turn)))) as image:
        assert image.size == (2560, 1280)


def test_notes_that_cannot_be_read_cost_no_photo(page: Page) -> None:
    data = marked((800, 600), 6)
    at = data.index(b"Exif\0\0MM\0*") + 10
    for first in (b"\xff\xff\xff\xff", b"\0\x01\0\0"):
        odd = data[:at] + first + data[at + 4 :]
        assert prepared(page, odd) == odd


def test_a_screenshot_is_a_photo(page: Page) -> None:
    with Image.open(io.BytesIO(prepared(page, picture("PNG", (900, 500))))) as image:
        assert (image.format, image.size) == ("JPEG", (900, 500))


# Where the phone's words are not the server's: it takes larger files, for it makes them smaller.
PHONE_WORDS = {
    "50 MB": "超过 50 MB",
    "169 megapixels in PNG": "6400 万像素",
    "one byte": "已损坏",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_photo_gets_a_plain_answer(page: Page, what: str) -> None:
    make, words = HOSTILE[what]

    answer = answered(page, make())

    assert isinstance(answer, str)
    assert re.search(PHONE_WORDS.get(what, words), answer)
