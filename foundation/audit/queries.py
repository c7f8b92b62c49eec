"""Reading the trail, and proving that it is whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Model, Q, QuerySet

from foundation.audit.chain import BEGINNING, COLUMNS, line_hash
from foundation.audit.heads import Head, HeadsDamagedError, read_heads
from foundation.audit.models import AuditEvent, LastExport, VerificationRun

PAGE_SIZE = 50
_CHUNK = 2000
_NOTHING_MORE = Q()


def key_of(row: Model) -> str:
    """How the trail names a row: model and number."""
    return f"{row._meta.label_lower}:{row.pk}"


def trail_of(
    row: Model, before: int | None = None, limit: int = PAGE_SIZE, *, also: Q = _NOTHING_MORE
) -> list[AuditEvent]:
    """The lines on this row's page, newest first; `before` is the last line already seen.

    `also` are lines that another row is the subject of, and that speak of this one as well.
    """
    events = AuditEvent.objects.filter(Q(subject=key_of(row)) | also)
    if before is not None:
        events = events.filter(id__lt=before)
    return list(events.order_by("-id")[:limit])


@dataclass(frozen=True)
class Timeline:
    """One page of what was done, and the ways to the older part and back to the newest."""

    events: Sequence[Any]
    older: int | None
    is_first: bool


def timeline(events: Sequence[Any], before: int | None) -> Timeline:
    """A page of these lines, of which there are one more than a page holds where it goes on."""
    older = events[PAGE_SIZE - 1].pk if len(events) > PAGE_SIZE else None
    return Timeline(events[:PAGE_SIZE], older, before is None)


def page_of_trail(row: Model, before: int | None) -> Timeline:
    """A page of the lines on this row; `before` is the last line already seen."""
    return timeline(trail_of(row, before, PAGE_SIZE + 1), before)


def lines(
    *, day: date | None = None, by: str = "", act: str = "", before: int | None = None
) -> QuerySet[AuditEvent]:
    """The whole trail, newest first, as the auditor has narrowed it."""
    asked = {"day": day, "by_key": by, "act": act, "id__lt": before}
    wanted = {name: value for name, value in asked.items() if value not in (None, "")}
    return AuditEvent.objects.filter(**wanted).order_by("-id")


def last_verification() -> VerificationRun | None:
    """What the last verification found."""
    return VerificationRun.objects.first()


@dataclass(frozen=True)
class Verdict:
    """What a verification found; `bad_line` is the first line that is not as it was written."""

    ok: bool
    lines: int
    heads: int
    words: str
    bad_line: int | None = None


class _BrokenError(Exception):
    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


class _Heads:
    """The exported heads, met one after another while the chain is walked."""

    def __init__(self, folder: Path) -> None:
        self.heads = read_heads(folder)
        self.seen = self.reached = 0
        self.per_day: Counter[str] = Counter()
        self.next = next(self.heads, None)

    def meet(self, line: Mapping[str, Any]) -> None:
        """Compare the heads that were exported at this line."""
        self.per_day[line["day"].isoformat()] += 1
        while self.next is not None and self.next.last <= line["id"]:
            self._compare(self.next, line)
            self.seen, self.reached = self.seen + 1, self.next.last
            self.next = next(self.heads, None)

    def _compare(self, head: Head, line: Mapping[str, Any]) -> None:
        if head.last != line["id"] or head.hash != line["hash"]:
            raise _BrokenError(f"第 {line['id']} 条与已导出的链头不一致。", line["id"])
        if head.count != self.per_day[head.day]:
            raise _BrokenError(f"{head.day} 的条数与已导出的链头不一致。", line["id"])


def verify(folder: Path | None = None) -> Verdict:
    """Walk the whole chain beside the exported heads; stop at the first line that is not right.

    A copy of the heads, in a folder that is named, may be older than the last export.
    """
    lines, seen = 0, 0
    try:
        heads = _Heads(folder or settings.AUDIT_HEADS_DIR)
        previous = BEGINNING
        for line in _lines():
            _check_line(line, lines + 1, previous)
            heads.meet(line)
            previous, lines, seen = line["hash"], lines + 1, heads.seen
        if heads.next is not None:
            raise _BrokenError(
                f"第 {lines + 1} 条起缺失：已导出的链头到第 {heads.next.last} 条，"
                f"现在只到第 {lines} 条，尾部被截断。",
                lines + 1,
            )
        if folder is None and heads.reached < (known := exported_to()):
            raise _BrokenError(_lost(known, heads.reached))
    except _BrokenError as broken:
        return Verdict(False, lines, seen, str(broken), broken.line)
    except HeadsDamagedError as damaged:
        return Verdict(False, lines, seen, str(damaged))
    return Verdict(True, lines, seen, _whole(lines, seen))


def _lines() -> Iterator[dict[str, Any]]:
    rows: QuerySet[AuditEvent, dict[str, Any]]
    rows = AuditEvent.objects.order_by("id").values(*COLUMNS, "hash")
    yield from rows.iterator(chunk_size=_CHUNK)


def _check_line(line: Mapping[str, Any], expected: int, previous: str) -> None:
    number = line["id"]
    if number > expected:
        raise _BrokenError(f"第 {expected} 条缺失（被删除）。", expected)
    if number < expected:
        raise _BrokenError(f"第 {number} 条是插入的，序号不在链上。", number)
    if line["hash"] != line_hash(line):
        day = line["day"]
        raise _BrokenError(f"第 {number} 条（{day}）的内容与写入时不同。", number)
    if line["previous_hash"] != previous:
        raise _BrokenError(f"第 {number} 条没有接在第 {number - 1} 条之后。", number)


def _whole(lines: int, heads: int) -> str:
    if not lines:
        return "留痕为空，没有可校验的内容。"
    covered = (
        f"与已导出的 {heads} 个链头一致" if heads else "尚未导出过链头，尾部是否被截断无从比对"
    )
    return f"共 {lines} 条，逐条校验完整；{covered}。"


def heads_to_export(last: Head | None, counted: Mapping[str, int], at: datetime) -> list[Head]:
    """One head for each day with lines after the last exported one; the newest is the running head."""
    after = last.last if last else 0
    days = list(
        AuditEvent.objects.filter(id__gt=after)
        .order_by()
        .values("day")
        .annotate(last=Max("id"), count=Count("id"))
        .order_by("last")
    )
    hashes = dict(
        AuditEvent.objects.filter(id__in=[day["last"] for day in days]).values_list("id", "hash")
    )
    return [
        Head(
            day=day["day"].isoformat(),
            last=day["last"],
            count=counted.get(day["day"].isoformat(), 0) + day["count"],
            hash=hashes[day["last"]],
            exported_at=at.isoformat(),
        )
        for day in days
    ]


def _lost(known: int, reached: int) -> str:
    return (
        f"链头文件丢失或被截短：已导出到第 {known} 条，文件只到第 {reached} 条。"
        "请从备份放回原来的文件。"
    )


def exported_to() -> int:
    """Up to which line the heads were carried out, as the database remembers it."""
    return LastExport.objects.values_list("last", flat=True).first() or 0


def still_stands(last: Head | None) -> bool:
    """Does the file of heads end where it was left, at a line that is still the same?"""
    if last is None:
        return not exported_to()
    same = AuditEvent.objects.filter(id=last.last, hash=last.hash).exists()
    return same and last.last >= exported_to()
