"""Spreadsheets on their way in: every row lands or is named, twice changes nothing, bombs are refused.

`SAMPLES=folder` names a folder of real lists; without it invented twins of the same quirks are read.
"""

import io
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from figures import Figure
from figures.quiet import QUIET, Watch
from foundation.actor import CONSOLE
from foundation.tabular.reading import read
from foundation.tabular.refusal import RefusedFileError
from institutions.actions import imports
from institutions.importing.register import register_mark, site_mark
from institutions.importing.sheets import preview_of
from institutions.models import ImportRun
from tests.hostile import HOSTILE
from tests.samples import black_lists, large_book, register_book, white_list

ROWS = 10_000
# So many rounds on a machine that nobody else keeps busy; a disturbed round is run again, up to the most.
ROUNDS, MOST_ROUNDS = 3, 8
_CPU_SECONDS = 1.0
# Times a plain COPY of the very same rows into tables of the same shape and indexes.
_PASS, _GOAL = 8.0, 5.0
_MOST_SQL = 30
# Beyond what the process had before: the rows of the file, their preview and what is written.
_MOST_MEMORY_MB = 400
_FLAT_MB = 20
# An absolute time says as much of the machine as of the portal: it decides only against hanging.
_AIM_SECONDS, _CAP_SECONDS = 10.0, 60.0
_MARKS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
_TABLES = (
    "institutions_institution",
    "institutions_licence",
    "institutions_representative",
    "institutions_importedrow",
)
_NAMED = ("doubtful", "refused", "skipped")


def run() -> list[Figure]:
    """Sheets first, on an empty register; then the large file; then what must be refused."""
    call_command("load_content", verbosity=0)
    return [*_sheets(), *_large(), *_hostile()]


def _files() -> Iterator[tuple[str, bytes]]:
    folder = os.environ.get("SAMPLES", "")
    if folder:
        for path in sorted(Path(folder).glob("*.xls*")):
            yield path.name, path.read_bytes()
        return
    yield "白名单.xlsx", white_list()
    yield "黑名单.xlsx", black_lists()
    yield "名册.xlsx", register_book()


def _sheets() -> list[Figure]:
    first: list[str] = []
    lost = repeated = sheets = 0
    for name, data in _files():
        counted = _counted_alone(data)
        for done in _carry_in(name, data):
            missing, told = _missing(done, counted[done.sheet])
            lost += missing
            sheets += 1
            first.append(f"{done.sheet} {told}")
        before = _register()
        for done in _carry_in(name, data):
            repeated += done.counts["new"] + done.counts["changed"]
        repeated += _register() != before
    source = "真实名单" if os.environ.get("SAMPLES") else "仿造名单（未给 SAMPLES）"
    return [
        Figure("读取=入库+指明", f"{sheets} 张表，遗漏 {lost} 行", "遗漏 0 行", lost == 0, f"{source}，与只用库读到的非空行、与数据库中的行核对：{'；'.join(first)}"),
        Figure("第二次导入的改动", f"{repeated} 行", "0 行", repeated == 0, f"{source}；前后名册和无证场所登记相同"),
    ]  # fmt: skip


def _counted_alone(data: bytes) -> dict[str, int]:
    """Of each sheet the rows in which the library alone finds anything written."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: sum(
            any(str(cell).strip() for cell in row)
            for row in book.get_sheet_by_name(name).to_python()
        )
        for name in book.sheet_names
    }


def _missing(run: ImportRun, written: int) -> tuple[int, str]:
    """Rows of the sheet that are no record and not named, and records that are not where they should be."""
    around = len(preview_of(run).named)
    named = sum(run.counts[outcome] for outcome in _NAMED)
    entered = run.rows.exclude(institution__deleted_at__isnull=False).count()
    missing = abs(written - around - run.counts["read"]) + abs(run.counts["read"] - named - entered)
    return missing, f"{written}={around}（不是记录）+{entered}（入库）+{named}（指明）"


def _register() -> tuple[str, str]:
    """Another register, another mark."""
    return register_mark(), site_mark()


def _carry_in(name: str, data: bytes) -> list[ImportRun]:
    """Every sheet of the file as recognised, columns as guessed, applied."""
    return [_apply(run) for run in imports.take_in(upload=ContentFile(data, name), by=CONSOLE)]


def _apply(run: ImportRun) -> ImportRun:
    run = imports.confirm(
        by=CONSOLE,
        run=run,
        columns=run.columns,
        title=run.title,
        as_of=run.as_of,
        year=2025 if run.kind == "annual" else None,
        remember=False,
    )
    return imports.apply(run=run, by=CONSOLE)


def _large() -> list[Figure]:
    data = large_book(ROWS)
    before = _peak()
    rounds: list[_Round] = []
    while len(rounds) < MOST_ROUNDS and len(_quiet(rounds)) < ROUNDS:
        rounds.append(_round(data))
    memory = _peak() - before
    watch = Watch()
    _carry_in("名册.xlsx", data)
    again, again_cpu, _ = watch.told()
    counted = _quiet(rounds) if len(_quiet(rounds)) >= ROUNDS else rounds
    took = statistics.median(one.seconds for one in counted)
    ratio = statistics.median(one.ratio for one in counted)
    queries = rounds[-1].queries
    alone = statistics.median(one.alone for one in counted)
    cpu = statistics.median(one.cpu for one in counted)
    return [
        Figure("一万行", f"{took:.1f} s", f"争取 {_AIM_SECONDS:.0f} s（绝对时间只作参考，超过 {_CAP_SECONDS:.0f} s 为不达到）", took <= _CAP_SECONDS, f"{rounds[-1].new} 行新增；{_told(rounds, counted)}；只用库读取 {alone:.2f} s"),
        Figure("一万行再导一次", f"处理器 {again_cpu:.1f} s", "不超过第一次", again_cpu <= cpu, f"第一次 {cpu:.1f} s；实际用时 {again:.1f} s"),
        Figure("一万行的内存", f"本进程峰值增加 {memory} MB", f"≤ {_MOST_MEMORY_MB} MB", memory <= _MOST_MEMORY_MB, f"导入前 {before} MB"),
        Figure("一万行比 COPY", f"{ratio:.1f} 倍", f"≤ {_PASS:.0f} 倍（争取 {_GOAL:.0f} 倍）", ratio <= _PASS, f"{len(counted)} 轮中位数，同样的行、表和索引"),
        Figure("一万行的语句数", f"{queries} 条", f"≤ {_MOST_SQL} 条", queries <= _MOST_SQL, "上传、预览、写入合计；事务的开始、保存点和结束不计"),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Round:
    """The large file once, into an empty register."""

    seconds: float
    cpu: float
    others: float
    ratio: float
    alone: float
    queries: int
    new: int


def _quiet(rounds: list[_Round]) -> list[_Round]:
    return [one for one in rounds if one.others <= QUIET]


def _told(rounds: list[_Round], counted: list[_Round]) -> str:
    """On how quiet a machine it was measured."""
    cpu = statistics.median(one.cpu for one in counted)
    others = statistics.median(one.others for one in counted)
    words = f"{len(counted)} 轮中位数，处理器 {cpu:.1f} s，其他程序占处理器 {others:.0%}"
    if len(_quiet(rounds)) < ROUNDS:
        return f"{words}（机器一直被占用，全部 {len(rounds)} 轮都计入）"
    return f"{words}（另有 {len(rounds) - len(counted)} 轮受干扰，未计）"


def _round(data: bytes) -> _Round:
    _empty()
    alone = _timed(
        lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    )
    watch = Watch()
    with CaptureQueriesContext(connection) as asked:
        done = _carry_in("名册.xlsx", data)
    seconds, cpu, others = watch.told()
    new = done[0].counts["new"]
    queries = sum(not one["sql"].startswith(_MARKS) for one in asked)
    return _Round(seconds, cpu, others, seconds / _copy(), alone, queries, new)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE institutions_institution, institutions_importrun CASCADE")


def _copy() -> float:
    """Seconds that PostgreSQL alone takes to COPY the rows that the import has just written."""
    total = 0.0
    with connection.cursor() as cursor:
        for table in _TABLES:
            rows = io.StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
            rows.seek(0)
            cursor.execute(f"CREATE TABLE copied (LIKE {table} INCLUDING ALL)")
            began = time.perf_counter()
            cursor.copy_expert("COPY copied FROM STDIN", rows)
            total += time.perf_counter() - began
            cursor.execute("DROP TABLE copied")
    return total


def _hostile() -> list[Figure]:
    refused, slowest, slow_name = 0, 0.0, ""
    let_in: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        # Made before anything is measured: making them takes more memory than refusing them.
        made = [
            (what, name, write(_own_folder(folder, what)))
            for what, (name, write) in HOSTILE.items()
        ]
        before = _peak()
        for what, name, path in made:
            began = _cpu()
            try:
                read(path, name)
            except RefusedFileError:
                refused += 1
            else:
                let_in.append(what)
            spent = _cpu() - began
            if spent > slowest:
                slowest, slow_name = spent, what
    grown = _peak() - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    count = len(HOSTILE)
    return [
        Figure("恶意文件被拒", f"{refused}/{count}", "全部（不少于 20 种）", refused == count >= 20, "、".join(let_in)),
        Figure("恶意文件最长用时", f"{slowest:.2f} s CPU", f"≤ {_CPU_SECONDS:.0f} s", slowest <= _CPU_SECONDS, slow_name),
        Figure("恶意文件的内存", f"本进程峰值增加 {grown} MB", f"≤ {_FLAT_MB} MB", grown <= _FLAT_MB, f"读取子进程峰值 {child} MB"),
    ]  # fmt: skip


def _own_folder(folder: str, what: str) -> Path:
    own = Path(folder, what)
    own.mkdir()
    return own


def _peak() -> int:
    """The most memory that this process has ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _cpu() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
