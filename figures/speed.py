"""How fast the public pages are, beside what nginx and Django alone do in the same rounds; and what phones send.

Ratios decide, medians of interleaved rounds; absolute rates stand beside them. `ROUNDS` and
`INSTITUTIONS` (the larger register) make it shorter or longer.
"""

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from psycopg2 import sql

from figures import Figure
from figures.first_visit import first_visit
from figures.kept import kept
from figures.photos import many_at_once, served, visits_with_photos
from figures.servers import gunicorn, load, nginx, read, reader
from figures.slow_line import on_a_slow_line, visit_of_all_items
from institutions.models import Institution

_FEW, _SOME = 60, 6_000
_MANY = int(os.environ.get("INSTITUTIONS", "60000"))
_ROUNDS = int(os.environ.get("ROUNDS", "7"))
_CROWD, _READERS = 64, 16
# What Python answers is compared in so many times as many rounds: its seconds differ more than those of nginx.
_OFTEN = 3
# So many turns make a round of one reader, so many answers a turn.
_TURNS, _ASKED = 20, 10
_NEEDED = ("wrk", "nginx")
_LIST = "/whitelist/"
_HOME, _DETAIL = "公开名单首页（缓存）", "机构页（缓存）"
_FEW_ANSWERS = "检索两个字"
_VARIANTS = {
    "检索一家": f"/whitelist/?q={quote('第4321分校')}",
    _FEW_ANSWERS: f"/whitelist/?q={quote('星禾')}",
    "检索常用字": f"/whitelist/?q={quote('美术')}",
    "筛选": f"/whitelist/?town={quote('安边镇')}",
    "第30页": "/whitelist/?page=30",
}
# Answers a second and the 99th percentile of the waiting, of a page and of its limit, round by round.
Rates = dict[str, list[tuple[tuple[float, float], tuple[float, float]]]]


class Pair(NamedTuple):
    """What is compared with what, which ratio passes and which is aimed at."""

    title: str
    own: str
    limit: str
    passing: float
    goal: float
    # Two of one kind, which little tells apart: one reader asks both in short turns.
    alike: bool = False


def run() -> list[Figure]:
    """Everything on one fresh database, which grows from 60 rows on."""
    missing = [name for name in _NEEDED if not shutil.which(name)]
    if missing:
        words = f"缺少 {'、'.join(missing)}，没有测（apt-get install {' '.join(missing)}）"
        return [Figure("公开页面速度", words, "测完", holds=False)]
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with override_settings(STATIC_ROOT=folder / "static"):
            return _all(folder)


def _all(folder: Path) -> list[Figure]:
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_content", verbosity=0)
    few = _grow_to(_FEW)
    counts = _queries()
    some = _grow_to(_SOME - few)
    found = [_same_queries(counts, _queries())]
    with _copy() as small:
        _grow_to(_MANY - few - some)
        return found + _measured(folder, small)


def _grow_to(more: int) -> int:
    call_command("load_bulk", institutions=more, verbosity=0)
    # As the database does by itself within the minute after such a load.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return more


def _detail() -> str:
    return (
        f"/whitelist/{Institution.objects.order_by('pk').values_list('public_id', flat=True)[0]}/"
    )


def _others() -> list[str]:
    """Two institutions that are not asked for anywhere else here."""
    found = Institution.objects.order_by("pk").values_list("public_id", flat=True)
    return list(found[10:12])


def _queries() -> dict[str, int]:
    """How many questions each page asks the database, once the server has warmed up."""
    client, counts = Client(), {}
    for name, address in {"首页": "/", "名单": _LIST, **_VARIANTS, "机构页": _detail()}.items():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        # The demo's clock asks for its offset once a second, whatever the page.
        counts[name] = sum("clock_" not in query["sql"] for query in asked.captured_queries)
    return counts


def _same_queries(few: dict[str, int], some: dict[str, int]) -> Figure:
    told = "、".join(f"{name} {few[name]}/{some[name]}" for name in few)
    holds = few == some and max(some.values()) <= 3 and some["机构页"] <= 4
    goal = "相同，名单 ≤ 3，机构页 ≤ 4"
    return Figure(f"每页 SQL 次数（{_FEW}/{_SOME} 家）", told, goal, holds)


@contextmanager
def _copy() -> Iterator[str]:
    """The database as it is now, under another name, while this one grows."""
    connections.close_all()
    address = os.environ["DATABASE_URL"]
    name = urlsplit(address).path.lstrip("/")
    other = urlunsplit(urlsplit(address)._replace(path=f"/{name}_small"))
    drop = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
    # A database cannot be copied by somebody who is in it.
    keeper = urlunsplit(urlsplit(address)._replace(path="/template1"))
    _say(keeper, sql.SQL(drop).format(sql.Identifier(f"{name}_small")))
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _say(keeper, copy.format(sql.Identifier(f"{name}_small"), sql.Identifier(name)))
    try:
        yield other
    finally:
        _say(keeper, sql.SQL(drop).format(sql.Identifier(f"{name}_small")))


def _say(address: str, words: sql.Composed) -> None:
    keeper = psycopg2.connect(address)
    keeper.autocommit = True
    with keeper.cursor() as cursor:
        cursor.execute(words)
    keeper.close()


def _measured(folder: Path, small: str) -> list[Figure]:
    own = {"DEBUG": "0", "DEMO": "1", "LOG_LEVEL": "WARNING", "STATIC_DIR": f"{folder}/static"}
    many = own | {"DATABASE_URL": os.environ["DATABASE_URL"]}
    wsgi = "dingbian_supervision.wsgi:application"
    with ExitStack() as servers:
        least = servers.enter_context(gunicorn("figures.minimal:application"))
        large = servers.enter_context(gunicorn(wsgi, **many))
        portal = servers.enter_context(gunicorn(wsgi, **(own | {"DATABASE_URL": small})))
        detail = _detail()
        (folder / "pages").mkdir()
        files_of = f"root {folder}/pages; gzip_static on; types {{ text/html html; }}"
        front, files = servers.enter_context(nginx(folder, portal, files_of))
        for name, address in (("list", _LIST), ("detail", detail)):
            _freeze(folder / "pages" / f"{name}.html", read(front + address))
        targets = {
            "static list": f"{files}/list.html",
            "list": front + _LIST,
            "static detail": f"{files}/detail.html",
            "detail": front + detail,
            "least": f"{least}/",
            "detail miss": portal + detail,
            **{name: portal + address for name, address in _VARIANTS.items()},
            **{f"{name} large": large + address for name, address in _VARIANTS.items()},
        }
        pairs = _pairs()
        ratios = [*_ratios(pairs, _rounds(pairs, targets))]
        pages = [*ratios, *kept(front, small, _others()), *first_visit(front, files, folder)]
    return [*pages, *_from_phones(folder)]


def _from_phones(folder: Path) -> Iterator[Figure]:
    """What inspectors send, once nobody reads."""
    with served(folder) as (front, limit, portal):
        yield from visits_with_photos(front, limit, portal)
        yield many_at_once(front)
        yield from on_a_slow_line(front, limit, *visit_of_all_items())


def _freeze(path: Path, page: bytes) -> None:
    path.write_bytes(page)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(page, 6))


def _rounds(pairs: list[Pair], targets: dict[str, str]) -> Rates:
    """A page and its limit one right after the other: what disturbs the machine disturbs both."""
    for name, address in targets.items():
        _load(name, address, seconds=4)  # each process works the list out once
    crowds = [pair for pair in pairs if not pair.alike]
    rates: Rates = {pair.title: [] for pair in crowds}
    for turn in range(_ROUNDS * _OFTEN):
        for pair in crowds:
            if turn >= _ROUNDS and pair.limit != "least":
                continue
            both = (pair.own, pair.limit)
            told = {name: _load(name, targets[name]) for name in (both, both[::-1])[turn % 2]}
            rates[pair.title].append((told[pair.own], told[pair.limit]))
    for pair in pairs:
        if pair.alike:
            rates[pair.title] = _by_turns(targets[pair.own], targets[pair.limit])
    return rates


def _by_turns(own: str, limit: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """A crowd's seconds differ by more than is looked for here; the turns of one reader do not."""
    with reader(own) as ask_own, reader(limit) as ask_limit:
        rounds = []
        for _ in range(_TURNS * _ROUNDS):
            rounds.append((ask_own(_ASKED), ask_limit(_ASKED)))
            # The next turn begins with the other.
            second = ask_limit(_ASKED)
            rounds.append((ask_own(_ASKED), second))
        return rounds


def _load(name: str, address: str, seconds: int = 1) -> tuple[float, float]:
    """Readers of files and of kept pages come in crowds; what Python answers is asked by fewer, and not packed.

    Packing is nginx's work, before it keeps the page. A page that nobody asked for lately is made first: those
    who come at that moment wait for the one who has it made, and nginx lets them look again twice a second.
    """
    if name in {"static list", "list", "static detail", "detail"}:
        read(address, packed=True)
        return load(address, connections=_CROWD, packed=True, seconds=seconds)
    return load(address, connections=_READERS, packed=False, seconds=seconds)


def _pairs() -> list[Pair]:
    many = f"{_MANY:,} 家比 {_SOME:,} 家"
    found = [
        Pair(_HOME, "list", "static list", 0.60, 0.80),
        Pair(_DETAIL, "detail", "static detail", 0.60, 0.80),
        Pair("机构页（未缓存）", "detail miss", "least", 0.15, 0.20),
    ]
    found += [Pair(f"名单{name}", name, "least", 0.055, 0.085) for name in _VARIANTS]
    return found + [
        Pair(f"名单{name}，{many}", f"{name} large", name, 0.9, 0.9, alike=True)
        for name in _VARIANTS
        if name != _FEW_ANSWERS  # ten times as many places answer to it, and are shown
    ]


def _ratios(pairs: list[Pair], rates: Rates) -> Iterator[Figure]:
    """The median of the rounds' own ratios; the goal is said, the pass line decides."""
    for pair in pairs:
        rounds = rates[pair.title]
        ratios = [own[0] / limit[0] for own, limit in rounds]
        told = f"{median(ratios):.3f} 倍（{min(ratios):.3f}–{max(ratios):.3f}）"
        each = (median(both[at][0] for both in rounds) for at in (0, 1))
        note = "每秒 {:.0f} / {:.0f} 次；".format(*each)
        note += "达到期望" if median(ratios) >= pair.goal else "未达到期望"
        goal = f"≥ {pair.passing}（期望 {pair.goal}）"
        yield Figure(pair.title, told, goal, median(ratios) >= pair.passing, note)
    for title in (_HOME, _DETAIL):
        wait = median(own[1] / limit[1] for own, limit in rates[title])
        yield Figure(f"{title}，p99", f"静态文件的 {wait:.2f} 倍", "≤ 2 倍", wait <= 2)
