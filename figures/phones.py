"""Inspectors' phones for the figure `offline`: they fill in visits while everything befalls them, and keep a list."""

import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from foundation.accounts.models import User
from tests import make

# Of a visit's steps, those at which something befalls the phone.
_BEFALLS = 0.18
# Photos by the length of their edges.
_SMALL, _LARGE = 96, 640
# Nothing is left to be called fine; what was found beside an item was lost with its tab.
_MAY_BE_IDLE = ("rest", "fix")
_LISTED = "main a[href^='#/visit/']"
_HAND = (Path(__file__).parent / "inspector.js").read_text()


@dataclass
class Promise:
    """What a phone has said to be kept: an act, its text's mark, and the marks of its photos."""

    kind: str
    sha256: str
    blobs: dict[str, str]


class Road(Protocol):
    """What leads to the portal."""

    address: str


@dataclass
class Phone:
    """One inspector's phone: one or two tabs, and what they have promised."""

    browser: Browser
    line: Road
    user: User
    chance: random.Random
    # How many bytes it may keep; as many as there are, if nothing is said.
    room: int = 0
    # The phones that have no network, as the line knows them.
    away: set[str] = field(default_factory=set)
    promises: dict[str, Promise] = field(default_factory=dict)
    # Problems that were registered.
    findings: set[str] = field(default_factory=set)
    befallen: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    # How often a step was said to be kept, and made no act.
    broken: int = 0
    tabs: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            base_url=self.line.address,
            viewport={"width": 375, "height": 740},
            user_agent=self.mark,
        )
        self.context.set_default_timeout(60_000)
        self.context.add_init_script(_HAND)
        self.sign_in()
        # From now on the page opens without network.
        self.open().evaluate("navigator.serviceWorker.ready.then(() => true)")

    @property
    def mark(self) -> str:
        """By this the line knows the phone."""
        return f"phone-{self.user.pk}."

    @property
    def is_away(self) -> bool:
        """Has it no network?"""
        return self.mark in self.away

    def go_away(self, *, away: bool = True) -> None:
        """Network off, or on: at the line, since the browser's own switch waits for ever for a worker that has ended."""
        (self.away.add if away else self.away.discard)(self.mark)

    def sign_in(self) -> None:
        """As the sign-in page would do it."""
        carry_sign_in(self.context, self.line.address, self.user)

    def open(self) -> Page:
        """A tab more, with the hand that works in it."""
        page = self.context.new_page()
        if self.room:
            # For every tab: the word of one that is gone no longer holds.
            words = {"origin": self.line.address, "quotaSize": self.room}
            self.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", words)
        page.goto("/phone/")
        page.wait_for_selector(_LISTED)
        self.tabs.append(page)
        return page

    @property
    def tab(self) -> Page:
        """One of its tabs, by chance."""
        return self.chance.choice(self.tabs or [self.open()])

    def ask(self, what: str, *given: object, page: Page | None = None) -> Any:
        """What the hand in one of the tabs answers; asked again where a new release has just loaded its page anew."""
        while True:
            asked = page or self.tab
            try:
                return asked.evaluate(
                    "async ([what, given]) => (await window.handed)[what](...given)",
                    [what, list(given)],
                )
            except PlaywrightError as why:
                if "context was destroyed" not in why.message:
                    raise
                self.befallen["new release"] += 1
                asked.wait_for_selector(_LISTED)

    def walk_calmly(self, visit: str) -> None:
        """Only begun."""
        self._step(visit, ("begin",))

    def walk(self, visit: str) -> None:
        """One visit from its beginning to the signature, whatever befalls the phone meanwhile."""
        items = self.ask("items", visit)
        one, two, three = self.chance.sample(items, 3)
        edge = _LARGE if self.chance.random() < 1 / 8 else _SMALL
        steps: list[tuple[object, ...]] = [
            ("begin",),
            ("answer", one),
            ("photo", one, edge),
            ("found", two),
            ("fix", two, _SMALL),
            ("photo", three, _SMALL),
            ("answer", three),
            ("rest",),
            ("sign",) if self.chance.random() < 3 / 4 else ("refuse",),
        ]
        for step in steps:
            if self.chance.random() < _BEFALLS:
                self._befall(visit, step)
            else:
                self._step(visit, step)
        self.findings.update(self.ask("found", visit))

    def _step(self, visit: str, step: tuple[object, ...]) -> None:
        for _ in range(3):
            said, made = self.ask("step", visit, *step)
            if said == "kept":
                self.broken += not made and step[0] not in _MAY_BE_IDLE
                break
            # Not kept, and said so: another tab was at it, and the inspector does it again.
            self.refused[said] += 1
            self.tab.wait_for_timeout(1500)
        self.note(visit)

    def note(self, visit: str) -> None:
        """What lies in the phone's queue of this visit is promised."""
        for row in self.ask("promised", visit):
            blobs = {one["id"]: one["sha256"] for one in row["blobs"]}
            known = self.promises.setdefault(row["id"], Promise(row["kind"], row["sha256"], blobs))
            if known.sha256 != row["sha256"]:
                raise RuntimeError(f"the text of {row['id']} has changed")

    def _befall(self, visit: str, step: tuple[object, ...]) -> None:
        what = self.chance.choice(
            ("killed", "offline", "second tab", "reload", "signed out", "no room")
        )
        self.befallen[what] += 1
        match what:
            case "killed":
                self._kill_during(visit, step)
            case "offline":
                self.go_away(away=not self.is_away)
                self._step(visit, step)
            case "second tab":
                if len(self.tabs) < 2:
                    self.open()
                self._step(visit, step)
            case "reload":
                self._step(visit, step)
                self._reload()
            case "no room":
                self._step_without_room(visit, step)
            case _:
                self.context.clear_cookies(name="sessionid")
                self._step(visit, step)
                self.sign_in()

    def _step_without_room(self, visit: str, step: tuple[object, ...]) -> None:
        """A picture larger than the phone's room: the phone says that it was not kept."""
        said, _ = self.ask("step", visit, "tooLarge", 2 * self.room)
        self.refused[said] += said != "kept"
        self._step(visit, step)

    def _kill_during(self, visit: str, step: tuple[object, ...]) -> None:
        """The system takes the tab's memory away while the step is being kept or sent."""
        page = self.tab
        page.evaluate(
            "(given) => { window.handed.then((hand) => hand.step(...given)); }", [visit, *step]
        )
        page.wait_for_timeout(self.chance.choice((0, 5, 20, 60, 200)))
        self.tabs.remove(page)
        kill(page)
        if not self.tabs:
            self.open()
        self.note(visit)

    def _reload(self) -> None:
        page = self.tab
        page.reload()
        page.wait_for_selector(_LISTED)

    def settle(self) -> None:
        """Network, room and sign-in are back."""
        self.go_away(away=False)
        self.sign_in()
        for page in self.tabs:
            page.evaluate("window.dispatchEvent(new Event('online'))")

    def hurry(self) -> None:
        """The inspector presses «send now»."""
        self.ask("hurry")

    def waiting(self) -> int:
        """How many acts still wait."""
        found: int = self.ask("waiting")
        return found


def carry_sign_in(context: BrowserContext, address: str, user: User) -> None:
    """This person is signed in there."""
    cookie = make.sign_in(Client(), user).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


def kill(page: Page) -> None:
    """A tab is gone from one moment to the next."""
    with contextlib.suppress(PlaywrightError):
        page.goto("chrome://crash")
    page.close()
