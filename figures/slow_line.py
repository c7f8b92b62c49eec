"""A telephone on a poor line: how long a visit takes to arrive and what it costs, and what the page loads at first."""

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from figures import Figure
from figures.phones import Phone, carry_sign_in
from figures.sending import visit_of_today
from foundation.accounts.models import Department, User
from inspections.models import Inspection, Receipt
from launch.browsers import CHROMIUM
from tests import make
from tests.browser.first_load import MOST_BYTES, packed_sizes

# 3G as the browsers' own tools simulate it: bytes a second up and down, and seconds to the other end and back.
_UP, _DOWN, _ROUND_TRIP = 750_000 / 8, 1_600_000 / 8, 0.15
_PIECE = 2048
_ANSWERS, _PHOTOS, _EDGE = 56, 12, 1024
_MOST_TIMES, _MOST_OTHER = 1.5, 250_000
_LONGEST = 600
_LISTED = "main a[href^='#/visit/']"


@dataclass
class Way:
    """One direction: what it takes at most, what it has carried, and when it is free again."""

    rate: float
    carried: int = 0
    free: float = 0.0

    def take(self, size: int, now: float) -> float:
        """So many seconds until these bytes are on their way."""
        self.carried += size
        self.free = max(now, self.free) + size / self.rate
        return self.free - now


@dataclass
class SlowLine:
    """All that goes between one telephone and a server, byte for byte, and as slowly as that."""

    to: str
    address: str = ""
    up: Way = field(default_factory=lambda: Way(_UP))
    down: Way = field(default_factory=lambda: Way(_DOWN))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; greeting takes its time too."""
        # Cancelled when the line is given up, with whatever is still on it.
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(_ROUND_TRIP)
            place = urlsplit(self.to)
            there, back = await asyncio.open_connection(place.hostname, place.port)
            await asyncio.gather(_carry(reader, back, self.up), _carry(there, writer, self.down))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
    loop = asyncio.get_running_loop()
    try:
        while piece := await reader.read(_PIECE):
            await asyncio.sleep(way.take(len(piece), loop.time()))
            loop.call_later(_ROUND_TRIP / 2, writer.write, piece)
    except OSError:
        pass  # the browser has let go
    loop.call_later(_ROUND_TRIP / 2, writer.close)


@contextmanager
def slow_line(to: str) -> Iterator[SlowLine]:
    """On a port of its own, in a thread of its own."""
    line, loop = SlowLine(to), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opening = asyncio.start_server(line.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result()
    line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def on_a_slow_line(front: str, limit: str, user: User, row: Inspection) -> list[Figure]:
    """A visit that was filled in without network, then sent over 3G; and the page where nobody was before."""
    if CHROMIUM.missing:
        return [Figure("慢速网络", "没有 Chromium", "测完", holds=False)]
    # Playwright keeps a loop in this thread, and nothing but this runs in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM.programs[0], args=["--no-sandbox"]
        )
        found = [_first_load(browser, front, user), _visit(browser, front, limit, user, row)]
        browser.close()
    return found


def visit_of_all_items() -> tuple[User, Inspection]:
    """One that its own inspector fills in from the first item to the last."""
    lead = Department.objects.get(code="jiaoti")
    people = [make.inspector(lead), make.inspector(lead)]
    return people[0], visit_of_today(lead, people)


def _first_load(browser: Browser, front: str, user: User) -> Figure:
    context = browser.new_context(base_url=front, viewport={"width": 375, "height": 740})
    carry_sign_in(context, front, user)
    page = context.new_page()
    sizes = packed_sizes(page)
    page.goto("/phone/")
    page.wait_for_selector(_LISTED)
    page.get_by_role("button", name="全部备好离线使用").click()
    page.get_by_text("已备好").first.wait_for()
    size, count = sum(sizes.values()), len(sizes)
    context.set_offline(offline=True)
    page.reload()
    page.locator(_LISTED).first.click()
    page.wait_for_selector("main h1[tabindex]")
    is_usable = "#/visit/" in page.url
    context.close()
    return Figure(
        "手机页面首次加载",
        f"{size / 1024:.0f} KB，{count} 个请求，断网后{'可用' if is_usable else '不可用'}",
        f"≤ {MOST_BYTES // 1024} KB，断网后可用",
        size <= MOST_BYTES and is_usable,
        "每个响应按 gzip 6 计",
    )


def _visit(browser: Browser, front: str, limit: str, user: User, row: Inspection) -> Figure:
    with slow_line(front) as line:
        phone = Phone(browser, line, user, random.Random(1))  # noqa: S311 -- nothing secret
        visit = str(row.pk)
        items = phone.ask("items", visit)[:_ANSWERS]
        phone.context.set_offline(offline=True)
        phone.ask("step", visit, "begin")
        for item in items:
            phone.ask("step", visit, "answer", item)
        for item in items[:_PHOTOS]:
            phone.ask("step", visit, "photo", item, _EDGE)
        asked = _requests(phone.context)
        up, down = line.up.carried, line.down.carried
        began = time.perf_counter()
        phone.context.set_offline(offline=False)
        phone.settle()
        while phone.waiting() and time.perf_counter() - began < _LONGEST:
            time.sleep(0.2)
        took = time.perf_counter() - began
        up, down = line.up.carried - up, line.down.carried - down
        phone.context.close()
    photos = sum(
        one.evidence.original.size for one in row.photos.select_related("evidence__original")
    )
    bare = _bare(limit, photos)
    done = Receipt.objects.filter(inspection=row, outcome="done").count()
    other = up + down - photos
    holds = took <= _MOST_TIMES * bare and other <= _MOST_OTHER
    return Figure(
        f"3G 网络送出一次检查（{len(items)} 项结果、{_PHOTOS} 张照片）",
        f"{took:.0f} 秒，为照片本身的 {took / bare:.2f} 倍；照片以外 {other / 1000:.0f} KB",
        f"≤ {_MOST_TIMES} 倍；≤ {_MOST_OTHER // 1000} KB；全部送达",
        holds and done == len(items) + _PHOTOS + 1,
        f"照片 {photos / 1e6:.1f} MB 单独需 {bare:.0f} 秒；上行 {up / 1e6:.2f} MB，下行 {down / 1000:.0f} KB，"
        f"{len(asked)} 个请求；上行 750 kbit/s，下行 1.6 Mbit/s，往返 150 毫秒",
    )


def _requests(context: BrowserContext) -> list[str]:
    found: list[str] = []
    context.on("request", lambda one: found.append(one.url))
    return found


def _bare(limit: str, size: int) -> float:
    """Seconds that so many bytes take by themselves on the same line."""
    with slow_line(limit) as line:
        server = HTTPConnection(urlsplit(line.address).netloc, timeout=_LONGEST)
        began = time.perf_counter()
        server.request("POST", "/", bytes(size))
        server.getresponse().read()
        server.close()
        return time.perf_counter() - began
