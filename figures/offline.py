"""Nothing is lost between a phone and the office: visits with photos, filled in while everything fails, and counted."""

import contextlib
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction
from django.test.utils import override_settings
from playwright.sync_api import sync_playwright

from figures import Figure
from figures.arrived import Office
from figures.line import Line, open_line
from figures.phones import Phone, kill
from foundation.accounts.models import Department, User
from foundation.clock.queries import today
from inspections.models import Photo, Receipt
from launch.browsers import CHROMIUM
from tests import make
from tests.browser.portal import Portal, running

PHONES, VISITS = 6, 51
SEED = 20231107
# Of what a phone sends, the share that goes amiss while it goes badly.
_SHARE = 0.25
# How many bytes a phone may keep.
_ROOM = 12_000_000
# Seconds in which what is left arrives: while the line fails, and when it holds.
_STILL_BAD, _SETTLING = 120, 600


def run() -> list[Figure]:
    """Phones, each with its visits; then all that was promised is looked for in the office."""
    if CHROMIUM.missing:
        return [Figure("现场记录", "没有 Chromium", "丢失 0", holds=False)]
    with running("offline", worker=False) as portal:
        return measured(portal)


def measured(portal: Portal) -> list[Figure]:
    """The same on a portal that runs."""
    chance = random.Random(SEED)  # noqa: S311 -- the same run again, nothing secret
    with (
        _database_of(portal),
        open_line(portal.address, chance) as line,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM.programs[0], args=["--no-sandbox"]
        )
        plans = [_visits_of(at) for at in range(PHONES)]
        phones = [Phone(browser, line, user, chance, _ROOM, line.away) for user, _ in plans]
        _go_badly(line, phones, plans)
        _go_well(line, phones)
        peers = _failures_of_peers(line, phones[0], plans[0][1][-1])
        found = [*_figures(line, phones, Path(portal.env["MEDIA_DIR"])), *peers]
        browser.close()
    return found


@contextlib.contextmanager
def _database_of(portal: Portal) -> Iterator[None]:
    """The portal's database under this process' models, and no slow hashing for its invented people."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = portal.database["dbname"]
    # A line for every sign-in is not worth reading.
    logging.disable(logging.WARNING)
    # Playwright keeps a loop in this thread, and nothing but this figure runs in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    try:
        with override_settings(PASSWORD_HASHERS=quick):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _visits_of(at: int) -> tuple[User, list[str]]:
    """An inspector and a colleague, and the visits that they have today."""
    lead = Department.objects.get(code=("jiaoti", "xiaofang", "gongan")[at % 3])
    people = [make.inspector(lead), make.inspector(lead)]
    # Two inspectors or none: the tables ask for both at once.
    with transaction.atomic():
        rows = [
            make.inspection(
                state="approved",
                lead=lead,
                people=people,
                planned_on=today(),
                institution=make.institution(f"离线测试机构{at}-{number}"),
            )
            for number in range(VISITS)
        ]
    return people[0], [str(one.pk) for one in rows]


def _go_badly(line: Line, phones: list[Phone], plans: list[tuple[User, list[str]]]) -> None:
    """Visit after visit, phone by phone, the line failing; half-way the page is brought out anew."""
    line.share = _SHARE
    for number in range(VISITS - 1):
        if number == VISITS // 2:
            line.release = "another release"
        for phone, (_, visits) in zip(phones, plans, strict=True):
            phone.walk(visits[number])


def _go_well(line: Line, phones: list[Phone]) -> None:
    """Network and sign-in are back: for a while the line still fails, then no more."""
    for phone in phones:
        phone.settle()
    _wait(lambda: not any(phone.waiting() for phone in phones), _STILL_BAD)
    line.share = 0.0
    for phone in phones:
        phone.hurry()
    _wait(lambda: not any(phone.waiting() for phone in phones), _SETTLING)


def _failures_of_peers(line: Line, phone: Phone, visit: str) -> list[Figure]:
    """What other systems were seen to lose, one by one: on a good line, so that nothing else is at work."""
    line.share = 0.0
    phone.settle()
    phone.walk_calmly(visit)
    return [
        _photo_gone(phone, visit),
        _killed_while_sending(line, phone, visit),
        _second_tab(line, phone, visit),
    ]


def _photo_gone(phone: Phone, visit: str) -> Figure:
    """The bytes of a photo are gone when its act is sent: the office is not told that all is well."""
    phone.go_away()
    blob = phone.ask("photoOf", visit)
    phone.ask("loseBytes", blob)
    phone.go_away(away=False)
    state = _state(phone, blob)
    there = Photo.objects.filter(evidence=blob).count()
    return Figure(
        "同类软件的失败：照片文件丢失后照样送出并删除",
        f"手机上{state}，办公系统有照片 {there} 张",
        "手机上 incomplete，照片 0 张",
        state == "incomplete" and there == 0,
        "Enketo 7.6.4",
    )


def _killed_while_sending(line: Line, phone: Phone, visit: str) -> Figure:
    """The tab dies between request and receipt: the act is sent again by another tab, and has one effect."""
    while len(phone.tabs) > 1:
        phone.tabs.pop().close()
    line.pause = 2.0
    blob = phone.ask("photoOf", visit)
    phone.tab.evaluate("window.dispatchEvent(new Event('online'))")
    _wait(lambda: line.under_way)
    kill(phone.tabs.pop())
    line.pause = 0.0
    # The dead tab's lease runs out after two minutes: a clock, not a wait.
    page = phone.open()
    page.evaluate("{ const now = Date.now; Date.now = () => now() + 121000; }")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    state = _state(phone, blob)
    there = Photo.objects.filter(evidence=blob).count()
    # Its clock is no other tab's.
    phone.tabs.remove(page)
    page.close()
    phone.open()
    return Figure(
        "同类软件的失败：送出途中页面被关，永远停在“正在送出”",
        f"手机上{state}，办公系统有照片 {there} 张",
        "手机上 arrived，照片 1 张",
        state == "arrived" and there == 1,
        "CHEFS 离线分支",
    )


def _second_tab(line: Line, phone: Phone, visit: str) -> Figure:
    """Two tabs send at once: each act arrives once."""
    other = phone.open()
    before = line.writes
    line.pause = 0.2
    blobs = [phone.ask("photoOf", visit, page=page) for page in phone.tabs * 3]
    for page in phone.tabs:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    states = {_state(phone, blob) for blob in blobs}
    line.pause = 0.0
    there, sent = Photo.objects.filter(evidence__in=blobs).count(), line.writes - before
    phone.tabs.remove(other)
    other.close()
    return Figure(
        "同类软件的失败：第二个页面重复送出",
        f"{len(blobs)} 张照片送到 {there} 张，发送 {sent} 次",
        "各一张，照片和步骤各发送一次",
        states == {"arrived"} and (there, sent) == (len(blobs), 2 * len(blobs)),
        "CHEFS 离线分支",
    )


def _state(phone: Phone, blob: str) -> str:
    """Where the act with this photo stands, once it stands."""
    row: dict[str, str] = {}

    def stands() -> bool:
        nonlocal row
        rows = phone.ask("rows")["items"]
        row = next(one for one in rows if blob in one["blobs"])
        return row["state"] not in ("waiting", "sending")

    _wait(stands)
    return row["state"]


def _wait(check: Callable[[], object], longest: float = 60) -> bool:
    until = time.monotonic() + longest
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _figures(line: Line, phones: list[Phone], media: Path) -> list[Figure]:
    """Everything that was promised, held against the office's own tables and files."""
    promises = {pk: one for phone in phones for pk, one in phone.promises.items()}
    office = Office.now(media)
    lost = [pk for pk, one in promises.items() if not office.has(pk, one)]
    registered = {one for phone in phones for one in phone.findings}
    lost += sorted(registered - office.effects["finding"])
    lost += ["说已保存而没有保存"] * sum(phone.broken for phone in phones)
    photos = [pair for one in promises.values() for pair in one.blobs.items()]
    wrong = [blob for blob, mark in photos if office.files.get(blob, mark) != mark]
    rows = [row for phone in phones for row in phone.ask("rows")["items"]]
    claimed = [row["id"] for row in rows if row["state"] == "arrived"]
    missing = [pk for pk in claimed if office.receipts.get(pk, ("", ""))[1] != "done"]
    stuck = Counter(row["state"] for row in rows if row["state"] != "arrived")
    done = (
        Receipt.objects.filter(pk__in=promises, kind="begin", outcome="done")
        .values("inspection")
        .distinct()
        .count()
    )
    befallen = sum((phone.befallen for phone in phones), Counter[str]())
    full = sum((phone.refused for phone in phones), Counter[str]())
    note = (
        f"{done} 次检查，{len(promises)} 个步骤，{len(registered)} 个问题，{len(photos)} 张照片和签名；请求 {line.requests} 次，"
        f"其中出错 {line.faults.total()} 次（{_counted(line.faults)}）；"
        f"手机遭遇：{_counted(befallen)}，存储已满 {full['full']} 次；种子 {SEED}"
    )
    return [
        Figure(
            "检查次数",
            str(done),
            f"不少于 {PHONES * (VISITS - 1)}",
            done >= PHONES * (VISITS - 1),
            note,
        ),
        Figure("丢失的步骤和照片", str(len(lost)), "0", not lost, "、".join(lost[:5])),
        Figure("重复的步骤和照片", str(office.doubled), "0", office.doubled == 0),
        Figure("校验值不符的照片", str(len(wrong)), "0", not wrong, "磁盘上的文件重新计算 SHA-256"),
        Figure(
            "称已送达而办公系统没有的",
            str(len(missing)),
            "0",
            not missing,
            f"手机称已送达 {len(claimed)} 个",
        ),
        Figure(
            "最后仍未送达的",
            str(sum(stuck.values()) - 1),
            "0",
            stuck == {"incomplete": 1},
            f"{dict(stuck)}；照片丢失的那一个除外",
        ),
    ]


def _counted(found: Counter[str]) -> str:
    return "、".join(f"{words} {count}" for words, count in found.most_common())
