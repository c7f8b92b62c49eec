"""Browsers beside Chromium as Debian ships them: Firefox spoken to in WebDriver BiDi, WebKitGTK by its driver."""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.service import Service
from websocket import WebSocket, create_connection

from launch.browsers import FIREFOX, WEBKIT
from tests.browser.needed import programs_of

_WITHIN = 60.0
_ENTER = "\ue007"
# What a browser says between two pages, when there is nothing to ask.
NOT_NOW = (RuntimeError, WebDriverException)
_BIDI = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Reader(Protocol):
    """What a parent does with a browser."""

    def open(self, address: str) -> None: ...
    def ask(self, script: str) -> Any: ...
    def search(self, field: str, words: str) -> None: ...
    def press(self, link: str) -> None: ...


class Firefox:
    """A tab of Firefox, by WebDriver BiDi: Debian ships no geckodriver."""

    def __init__(self, wire: WebSocket) -> None:
        self._wire, self._number = wire, 0
        self._say("session.new", capabilities={})
        self._tab = self._say("browsingContext.getTree")["contexts"][0]["context"]

    def _say(self, method: str, **given: object) -> Any:
        self._number += 1
        self._wire.send(json.dumps({"id": self._number, "method": method, "params": given}))
        while True:
            answer = json.loads(self._wire.recv())
            if answer.get("id") == self._number:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def narrow(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._say("browsingContext.setViewport", context=self._tab, viewport=size)

    def open(self, address: str) -> None:
        self._say("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def ask(self, script: str) -> Any:
        target = {"context": self._tab}
        words = f"JSON.stringify({script})"
        said = self._say("script.evaluate", expression=words, target=target, awaitPromise=True)
        return json.loads(said["result"].get("value", "null"))

    def search(self, field: str, words: str) -> None:
        self.press(field)
        keys = [
            {"type": kind, "value": one} for one in words + _ENTER for kind in ("keyDown", "keyUp")
        ]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def press(self, link: str) -> None:
        self.ask(f"document.querySelector({json.dumps(link)}).scrollIntoView({{block: 'center'}})")
        locator = {"type": "css", "value": link}
        found = self._say("browsingContext.locateNodes", context=self._tab, locator=locator)
        element = {"type": "element", "element": {"sharedId": found["nodes"][0]["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": element},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "finger", "actions": steps})

    def _act(self, steps: dict[str, object]) -> None:
        self._say("input.performActions", context=self._tab, actions=[steps])


class WebKit:
    """A window of WebKitGTK."""

    def __init__(self, driver: webdriver.Remote) -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        self._driver.get(address)

    def ask(self, script: str) -> Any:
        return self._driver.execute_script(f"return {script}")

    def _element(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def search(self, field: str, words: str) -> None:
        self._element(field).send_keys(words + _ENTER)

    def press(self, link: str) -> None:
        self._element(link).click()


@contextmanager
def firefox(width: int, height: int) -> Iterator[Firefox]:
    """Firefox on a profile of its own, as wide as a telephone."""
    (program,) = programs_of(FIREFOX)
    with ExitStack() as kept:
        folder = kept.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = Path(folder, "log")
        command = [program, "--headless", "--no-remote", "--profile", folder]
        with log.open("wb") as out:
            child = subprocess.Popen(  # noqa: S603 -- the installed browser
                [*command, "--remote-debugging-port", "0"],
                env=_with(HOME=folder),
                stdout=out,
                stderr=out,
            )
        kept.callback(end, child)
        address = said(log, _BIDI, child)
        wire = create_connection(f"{address}/session", timeout=_WITHIN, suppress_origin=True)
        kept.callback(wire.close)
        tab = Firefox(wire)
        tab.narrow(width, height)
        yield tab


@contextmanager
def webkit(width: int, height: int) -> Iterator[WebKit]:
    """WebKitGTK on a screen that nobody sees, as wide as a telephone."""
    web_driver, mini_browser, x_server = programs_of(WEBKIT)
    with ExitStack() as kept:
        folder = kept.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = Path(folder, "log")
        with log.open("wb") as out:
            screen = subprocess.Popen(  # noqa: S603 -- the installed X server
                [x_server, "-displayfd", "1", "-screen", "0", "1440x1200x24", "-nolisten", "tcp"],
                stdout=out,
                stderr=subprocess.DEVNULL,
            )
        kept.callback(end, screen)
        number = said(log, re.compile(r"^(\d+)$", re.MULTILINE), screen)
        options = webdriver.WebKitGTKOptions()
        options.binary_location = mini_browser
        options.add_argument("--automation")
        own = _with(DISPLAY=f":{number}", GDK_BACKEND="x11", HOME=folder, XDG_RUNTIME_DIR=folder)
        service = Service(web_driver, env=own)
        kept.callback(service.stop)
        service.start()
        wire = RemoteConnection(client_config=ClientConfig(service.service_url))
        driver = webdriver.Remote(command_executor=wire, options=options)
        kept.callback(driver.quit)
        driver.set_page_load_timeout(_WITHIN)
        driver.set_window_size(width, height)
        yield WebKit(driver)


def _with(**own: str) -> dict[str, str]:
    return os.environ | own  # noqa: TID251 -- handed on to processes


def said(log: Path, wanted: re.Pattern[str], child: "subprocess.Popen[bytes]") -> str:
    """What a program says of itself when it is ready."""
    limit = time.monotonic() + _WITHIN
    while not (found := wanted.search(log.read_text(errors="replace"))):
        if child.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.1)
    return found[1]


def end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
