"""An issue of a list on paper and as a workbook: the same rows, the same head."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches

from foundation.clock.queries import county_day
from foundation.clock.words import day_words
from foundation.documents.pdf import render
from foundation.documents.xlsx import Column, write_workbook
from institutions.models import IssueKind, ListEntry, ListIssue
from institutions.workflow import IssueState

# A paper of so many rows is made in a second; longer ones are left to the worker.
AT_ONCE = 500
_Read = Callable[[ListEntry], Any]

# Head, width in the workbook, share of the paper's width, and what stands in the cell.
_WHITELIST: tuple[tuple[str, float, float, _Read], ...] = (
    ("序号", 6, 1.0, lambda entry: entry.position),
    ("机构名称", 34, 4.7, lambda entry: entry.name),
    ("镇街", 12, 1.7, lambda entry: entry.town),
    ("类别", 14, 2.0, lambda entry: entry.categories),
    ("培训项目", 20, 2.35, lambda entry: entry.subjects),
    ("办学地址", 36, 4.8, lambda entry: entry.address),
    ("办学许可证号", 24, 3.05, lambda entry: entry.licence_number or "未登记"),
    ("统一社会信用代码", 22, 3.95, lambda entry: entry.credit_code or "未登记"),
    ("主管部门", 16, 2.5, lambda entry: entry.lead_department),
    ("有效期至", 16, 2.8, lambda entry: entry.valid_until),
)
_UNLICENSED: tuple[tuple[str, float, float, _Read], ...] = (
    ("序号", 6, 1.0, lambda entry: entry.position),
    ("场所名称或招牌", 34, 4.6, lambda entry: entry.name),
    ("镇街", 14, 2.0, lambda entry: entry.town),
    ("地址", 40, 5.4, lambda entry: entry.address),
    ("类别", 14, 2.0, lambda entry: entry.categories),
    ("培训内容", 24, 3.0, lambda entry: entry.subjects),
    ("处置情况", 20, 2.6, lambda entry: entry.note),
)


def title_of(issue: ListIssue) -> str:
    """The issue's name as it is printed; a draft says that it is one."""
    names = {
        IssueKind.WHITELIST: "校外培训机构白名单",
        IssueKind.UNLICENSED: "无证校外培训场所名单",
    }
    number = f"第{issue.number}期" if issue.number else "草稿，未发布"
    return f"{settings.COUNTY_NAME}{names[IssueKind(issue.kind)]}（{number}）"


def file_name(issue: ListIssue, ending: str) -> str:
    """What the downloaded file is called."""
    return f"{title_of(issue)}.{ending}"


def issue_pdf(issue: ListIssue) -> bytes:
    """The list as a paper, A4 across: its head on every page, page x of y. Made once and kept."""
    kept, key = caches["papers"], _key(issue)
    paper: bytes | None = kept.get(key)
    if paper is None:
        paper = _made(issue)
        kept.set(key, paper)
    return paper


def is_at_hand(issue: ListIssue) -> bool:
    """Can its paper be had while a reader waits?"""
    return issue.entry_count <= AT_ONCE or _key(issue) in caches["papers"]


def _key(issue: ListIssue) -> str:
    drawn_up = issue.published_at or issue.proposed_at
    return f"{issue.pk}-{issue.version}-{drawn_up:%Y%m%d%H%M%S%f}"


def _made(issue: ListIssue) -> bytes:
    columns = _columns(issue)
    is_published = issue.state == IssueState.PUBLISHED
    data = {
        "title": title_of(issue),
        "below": _below(issue),
        "remark": issue.remark,
        "heads": [head for head, _, _, _ in columns],
        "widths": [share for _, _, share, _ in columns],
        "rows": [[str(read(entry)) for _, _, _, read in columns] for entry in _entries(issue)],
        "reserve": _reserve() if is_published else "",
        "publisher": issue.publisher if is_published else "",
        "day": day_words(county_day(issue.published_at)) if issue.published_at else "",
    }
    return render("issue", data, at=issue.published_at)


def issue_xlsx(issue: ListIssue) -> bytes:
    """The list as a workbook."""
    columns = _columns(issue)
    heads = [Column(head, width) for head, width, _, _ in columns]
    rows = ([read(entry) for _, _, _, read in columns] for entry in _entries(issue))
    return write_workbook(title_of(issue), heads, rows, note=_below(issue))


def _reserve() -> str:
    """Said on every page: paper stays as it was, the places do not."""
    where = f" {settings.SITE_ADDRESS} " if settings.SITE_ADDRESS else ""
    return f"发布后如有变动，以网站{where}现时公示的状态为准"


def _columns(issue: ListIssue) -> tuple[tuple[str, float, float, _Read], ...]:
    return _WHITELIST if issue.kind == IssueKind.WHITELIST else _UNLICENSED


def _entries(issue: ListIssue) -> list[ListEntry]:
    return list(issue.entries.order_by("position"))


def _below(issue: ListIssue) -> str:
    return (
        f"截至日期：{day_words(issue.as_of)}　发布单位：{issue.publisher}　共{issue.entry_count}条"
    )
