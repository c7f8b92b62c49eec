"""The phone's own side in Debian's Firefox and WebKit, and in Chromium 78: kept, opened again, sent, let go."""

import base64
import io
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.browser import others, samples_phone
from tests.browser.desk import TOOLS, Desk, open_desk, said
from tests.browser.old import chromium_78
from tests.browser.others import Reader
from tests.photos import grey, marked, noise, picture

pytestmark = pytest.mark.browser

_PHONE = (375, 812)
_READERS = [
    pytest.param(others.firefox, id="firefox"),
    pytest.param(others.webkit, id="webkit"),
    pytest.param(chromium_78, id="chromium 78"),
]


@pytest.fixture(params=_READERS)
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with request.param(*_PHONE) as tab:
        yield tab


def _until(reader: Reader, script: str) -> None:
    limit = time.monotonic() + 30
    while not reader.ask(script):
        assert time.monotonic() < limit, reader.ask("String(window.why)")
        time.sleep(0.1)


def _open(reader: Reader, desk: Desk) -> None:
    reader.open(desk.address)
    _until(reader, "!!window.phone")
    reader.ask(f"({TOOLS})()")


def _do(reader: Reader, promise: str) -> None:
    """A promise is waited for; what it gives is in `window.found`."""
    reader.ask("window.done = 0")
    words = "window.found = found; window.done = 1"
    reader.ask(f"void ({promise}).then((found) => {{ {words} }}, (why) => {{ window.why = why; }})")
    _until(reader, "window.done")


def test_half_a_photo_is_taken_for_none(reader: Reader) -> None:
    with open_desk() as desk:
        _open(reader, desk)
        for data in (noise((800, 600)), picture("PNG", (800, 600))):
            text = base64.b64encode(data[: len(data) // 2]).decode()
            _do(
                reader,
                f"phone.prepare(new File([Uint8Array.from(atob('{text}'), (one) => one.charCodeAt(0))], 'a.jpg'))"
                ".then(() => 'taken', (why) => why.message)",
            )
            assert "已损坏" in reader.ask("window.found")


def test_what_is_kept_outlives_its_page_and_goes_with_its_receipt(reader: Reader) -> None:
    with open_desk() as desk:
        _open(reader, desk)
        text = base64.b64encode(marked((3200, 1600), 6)).decode()
        _do(
            reader,
            f"phone.prepare(new File([Uint8Array.from(atob('{text}'), (one) => one.charCodeAt(0))], 'a.jpg'))"
            ".then((photo) => store.save({ visit: 'v1', version: 0, record: { note: '门锁' }, blobs: [photo],"
            " items: [{ checklist: '3', kind: 'answer', body: { item: 'A1' }, blobs: [photo] }] }))",
        )
        _open(reader, desk)
        _do(reader, "store.load('v1')")
        assert reader.ask("window.found.record.note") == "门锁"
        _do(reader, "states()")
        assert reader.ask("window.found.join()") == "waiting"

        reader.ask("void start()")
        _until(reader, "(held().then((many) => { window.left = many; }), window.left === 0)")

        assert list(desk.effects.values()) == [1]
        with Image.open(io.BytesIO(desk.photos[0])) as image:
            assert image.size == (1280, 2560)
            assert [grey(image, (x, 60)) > 200 for x in (60, 1220)] == [True, False]


def _line(reader: Reader, words: str) -> None:
    _until(
        reader,
        f"document.querySelector('#line') && document.querySelector('#line').textContent === '{words}'",
    )


# The button is there as long as something waits for its next turn.
_SEND = """((button, line) => { if (button) button.click(); return line.textContent === "已送达 3"; })
    (document.querySelector("main .button-primary"), document.querySelector("#line"))"""


def _photograph(reader: Reader, data: bytes) -> None:
    """What the camera gives; a driver has none."""
    text = base64.b64encode(data).decode()
    reader.ask(
        f"((bytes) => {{ window.camera = new DataTransfer(); camera.items.add(new File([bytes], 'a.jpg')); }})"
        f"(Uint8Array.from(atob('{text}'), (one) => one.charCodeAt(0)))"
    )
    reader.ask(
        "((input) => { input.files = camera.files; input.dispatchEvent(new Event('change')); })"
        "(document.querySelector('#item-11 input[type=file]'))"
    )


def test_the_page_is_filled_in_opened_again_and_sent(reader: Reader) -> None:
    with open_desk() as desk:
        desk.visits = samples_phone.usual()
        desk.fault = lambda path, in_order: said(500) if path == "/phone/sync/" else in_order()
        page = f"{desk.address}phone/#/visit/417"
        reader.open(page)
        _until(reader, "!!document.querySelector('main .button-primary')")
        reader.ask("document.querySelector('main .button-primary').click()")
        _until(reader, "!!document.querySelector('.items')")
        reader.ask("document.querySelector('#item-11 .segment-good').click()")
        _photograph(reader, marked((3200, 1600), 6))
        _until(reader, "!!document.querySelector('#item-11 .tile img')")
        _line(reader, "本机未送达 3 · 办公系统没有应答")
        # From now on nothing is on its way when a page is left: that would wait for its lease.
        desk.fault = lambda *_: said(500)
        reader.open(desk.address)
        reader.open(page)
        _until(reader, "!!document.querySelector('#item-11 .tile img')")
        assert reader.ask("document.querySelector('#item-11 input:checked').value") == "met"
        assert desk.effects == {}
        reader.open(desk.address)
        desk.fault = None
        reader.open(f"{desk.address}phone/#/acts")
        _until(reader, _SEND)
        assert list(desk.effects.values()) == [1, 1, 1]
        with Image.open(io.BytesIO(desk.photos[-1])) as image:
            assert image.size == (1280, 2560)
