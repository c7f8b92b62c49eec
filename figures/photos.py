"""How quickly visits with photos arrive, beside what nginx alone does with the same bytes; and many phones at once."""

import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command

from figures import Figure
from figures.sending import Officer, Sent, act, at_once, visit_of_today, with_photo
from figures.servers import gunicorn, memory_of, nginx
from foundation.accounts.models import Department, User
from foundation.attachments.models import Attachment
from foundation.clock.queries import today
from inspections.models import Checklist, ChecklistItem, Inspection, Photo, Receipt
from tests import make, photos

_ROUNDS = int(os.environ.get("ROUNDS", "7"))
_CLIENTS, _PHOTOS, _MB = 8, 5, 1_000_000
# Inspections of one client in a round; of the limit so many times as many, which is over sooner.
_EACH, _LIMIT_EACH = 3, 12
_PASSING, _GOAL = 0.30, 0.50
_MOST_WAIT, _MOST_MEMORY, _MOST_AGAIN = 2.0, 20.0, 0.20
# Some two megabytes each, and some three hundred kilobytes.
_LARGE, _SMALL = (2240, 1680), (880, 640)
_OFFICERS, _ANSWERS, _SMALL_PHOTOS = 20, 6, 3
_TITLE = f"检查附 {_PHOTOS} 张照片"
_CROWD = f"{_OFFICERS} 名检查人员同时上传"
# What nginx does alone: the body to its disk, and a word back.
_TAKING = (
    "client_body_in_file_only clean; proxy_pass_request_body off;"
    ' proxy_set_header Content-Length ""; proxy_pass {}/;'
)
# Seconds of an inspection each, and inspections a second.
_Round = tuple[list[float], float]


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str, str]]:
    """The portal as it is deployed, with a released checklist: its front, the limit beside it, and gunicorn itself."""
    call_command("load_content", verbosity=0)
    _release()
    (folder / "phone").mkdir()
    (folder / "phone" / "static").symlink_to(folder / "static")
    own = {"DEBUG": "0", "DEMO": "1", "LOG_LEVEL": "WARNING", "STATIC_DIR": f"{folder}/static"}
    own |= {"MEDIA_DIR": f"{folder}/media", "DATABASE_URL": os.environ["DATABASE_URL"]}
    with (
        gunicorn("figures.minimal:application") as least,
        gunicorn("dingbian_supervision.wsgi:application", **own) as portal,
        nginx(folder / "phone", portal, _TAKING.format(least)) as (front, limit),
    ):
        yield front, limit, portal


def _release() -> None:
    """The office's draft, all of it asked of one department."""
    draft = Checklist.objects.get(state="draft")
    lead = Department.objects.get(code="jiaoti")
    for item in ChecklistItem.objects.filter(area__checklist=draft):
        item.departments.add(lead)
    make.release(draft, today())


def visits_with_photos(front: str, limit: str, portal: str) -> Iterator[Figure]:
    """Inspections and bare bytes in turns, then what is asked of a second sending and of a broken photo."""
    clients = [_Client.of(front, limit) for _ in range(_CLIENTS)]
    _own(clients, 1)
    _limit(clients, 1)
    before = memory_of(portal)
    rounds = [_turn(clients, own_first=bool(turn % 2)) for turn in range(_ROUNDS)]
    grown = max(after - before.get(pid, after) for pid, after in memory_of(portal).items())
    ratios = [own[1] / limit[1] for own, limit in rounds]
    each = "每秒 {:.1f} / {:.1f} 次".format(
        *(median(two[at][1] for two in rounds) for at in (0, 1))
    )
    reached = "达到期望" if median(ratios) >= _GOAL else "未达到期望"
    size = len(clients[0].photo) / _MB
    yield Figure(
        f"{_TITLE}（各 {size:.1f} MB，{_CLIENTS} 人）",
        f"{median(ratios):.3f} 倍（{min(ratios):.3f}–{max(ratios):.3f}）",
        f"≥ {_PASSING}（期望 {_GOAL}）",
        median(ratios) >= _PASSING,
        f"nginx 单独接收同样字节为 1；{each}；{reached}；照片送一次、步骤送一次，含 SHA-256 和 fsync",
    )
    waits, bare = ([wait for two in rounds for wait in two[at][0]] for at in (0, 1))
    wait = _p99(waits) / _p99(bare)
    goal = f"≤ {_MOST_WAIT:.0f} 倍"
    yield Figure(f"{_TITLE}，p99", f"nginx 单独的 {wait:.1f} 倍", goal, wait <= _MOST_WAIT)
    goal = f"≤ {_MOST_MEMORY:.0f} MB"
    yield Figure(f"{_TITLE}，进程内存增长", f"{grown:.1f} MB", goal, grown <= _MOST_MEMORY)
    yield _again(clients[0])
    yield _broken(clients[0])


def many_at_once(front: str) -> Figure:
    """All officers come back into the network at one moment; first one of them alone, by the same work."""
    officers = [_Client.of(front, front) for _ in range(_OFFICERS + 1)]
    photo = photos.noise(_SMALL)
    works = [one.day(photo) for one in officers]
    alone = _waits(officers[0], works[0])
    found: list[list[float]] = []
    failed = 0

    def work(one: _Client, requests: list[Sent | bytes]) -> None:
        nonlocal failed
        try:
            found.append(_waits(one, requests))
        except (OSError, RuntimeError, http.client.HTTPException):
            failed += 1

    took = at_once(
        [partial(work, one, day) for one, day in zip(officers[1:], works[1:], strict=True)]
    )
    waits = [wait for waits in found for wait in waits]
    ratio = _p99(waits) / _p99(alone) if waits else float("inf")
    return Figure(
        f"{_CROWD}，p99",
        f"单独一人的 {ratio:.1f} 倍，失败 {failed}",
        f"≤ {_OFFICERS} 倍（不长于逐个排队），失败 0",
        failed == 0 and ratio <= _OFFICERS,
        f"每人 {_ANSWERS} 项结果、{_SMALL_PHOTOS} 张约 {len(photo) // 1000} KB 的照片；"
        f"p99 {1000 * _p99(waits):.0f} / {1000 * _p99(alone):.0f} 毫秒，全部 {took:.1f} 秒",
    )


@dataclass
class _Client:
    """One officer with visits of the own department, and the same bytes for nginx alone."""

    officer: Officer
    people: list[User]
    bare: http.client.HTTPConnection
    photo: bytes

    @classmethod
    def of(cls, front: str, limit: str) -> "_Client":
        lead = Department.objects.get(code="jiaoti")
        people = [make.inspector(lead), make.inspector(lead)]
        bare = http.client.HTTPConnection(urlsplit(limit).netloc, timeout=120, blocksize=_MB)
        return cls(Officer(front, people[0]), people, bare, photos.noise(_LARGE))

    def begun(self) -> Inspection:
        """A visit of today that runs."""
        row = visit_of_today(self.officer.user.department, self.people)
        self.officer.send(act(row, "begin", reason=""))
        return row

    def inspection(self) -> list[Sent]:
        """The photos of one visit."""
        row = self.begun()
        return [with_photo(row, self.photo) for _ in range(_PHOTOS)]

    def day(self, photo: bytes) -> list[Sent | bytes]:
        """Answers and photos of one visit."""
        row = self.begun()
        said = self.officer.ask("GET", "/phone/visits/")
        items = next(one["items"] for one in said["visits"] if one["visit"] == str(row.pk))
        plain: dict[str, Any] = {"value": "met", "note": "", "reason": "", "found": None}
        answers = [act(row, "answer", item=item, **plain) for item in items[:_ANSWERS]]
        return [*answers, *(with_photo(row, photo) for _ in range(_SMALL_PHOTOS))]

    def send_bare(self) -> None:
        """Ten megabytes to nginx."""
        self.bare.request("POST", "/", self.photo * _PHOTOS)
        answer = self.bare.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(str(answer.status))


def _turn(clients: list[_Client], *, own_first: bool) -> tuple[_Round, _Round]:
    """One right after the other: what disturbs the machine disturbs both."""
    if own_first:
        return _own(clients, _EACH), _limit(clients, _LIMIT_EACH)
    limit = _limit(clients, _LIMIT_EACH)
    return _own(clients, _EACH), limit


def _own(clients: list[_Client], each: int) -> _Round:
    todo = [[one.inspection() for _ in range(each)] for one in clients]
    waits: list[float] = []

    def work(one: _Client, inspections: list[list[Sent]]) -> None:
        for sent in inspections:
            waits.append(_seconds(one, sent))

    took = at_once([partial(work, *both) for both in zip(clients, todo, strict=True)])
    return waits, len(waits) / took


def _limit(clients: list[_Client], each: int) -> _Round:
    waits: list[float] = []

    def work(one: _Client) -> None:
        for _ in range(each):
            began = time.perf_counter()
            one.send_bare()
            waits.append(time.perf_counter() - began)

    took = at_once([partial(work, one) for one in clients])
    return waits, len(waits) / took


def _seconds(client: _Client, sent: list[Sent]) -> float:
    began = time.perf_counter()
    for one in sent:
        one.by(client.officer)
    return time.perf_counter() - began


def _waits(client: _Client, requests: list[Sent | bytes]) -> list[float]:
    """What the phone waits for each of its acts, with its photo."""
    waits = []
    for one in requests:
        began = time.perf_counter()
        if isinstance(one, Sent):
            one.by(client.officer)
        else:
            client.officer.send(one)
        waits.append(time.perf_counter() - began)
    return waits


def _again(client: _Client) -> Figure:
    """The receipts of the acts were lost: the phone sends the same acts again, not the photos, which have theirs."""
    times, whole = [], []
    for _ in range(_ROUNDS):
        sent = client.inspection()
        whole.append(_seconds(client, sent))
        before = _rows()
        began = time.perf_counter()
        for one in sent:
            client.officer.send(one.text)
        times.append(time.perf_counter() - began)
        _seconds(client, sent)
        if _rows() != before:
            return Figure(f"{_TITLE}，重复发送", "多出记录", "不产生第二条", holds=False)
    ratio = median(times) / median(whole)
    return Figure(
        f"{_TITLE}，重复发送",
        f"不产生第二条，用时为首次的 {ratio:.2f} 倍",
        f"不产生第二条，≤ {_MOST_AGAIN:.2f} 倍",
        ratio <= _MOST_AGAIN,
        "步骤的回执丢失后同样的步骤再送一次；照片再送一次也不产生第二张",
    )


def _broken(client: _Client) -> Figure:
    """One of the photos arrives damaged: it alone is sent again."""
    row = client.begun()
    sent = [with_photo(row, client.photo) for _ in range(_PHOTOS)]
    broken = sent[2]
    statuses = []
    for one in sent:
        body = one.photo[:-1000] + bytes(1000) if one is broken else one.photo
        heads = {"X-SHA256": one.mark}
        path = f"/phone/blobs/{one.name}/"
        statuses.append(client.officer.try_to("PUT", path, body, "image/jpeg", **heads)[0])
    client.officer.put(broken.name, broken.photo, broken.mark)
    for one in sent:
        client.officer.send(one.text)
    there = Photo.objects.filter(inspection=row).count()
    holds = statuses == [200, 200, 400, 200, 200] and there == _PHOTOS
    return Figure(
        f"{_TITLE}，一张中途损坏",
        f"只重发 {statuses.count(HTTPStatus.BAD_REQUEST)} 张，收到 {there} 张",
        f"只重发 1 张，收到 {_PHOTOS} 张",
        holds,
    )


def _rows() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (Photo, Receipt, Attachment))


def _p99(waits: list[float]) -> float:
    return quantiles(waits, n=100, method="inclusive")[98]
