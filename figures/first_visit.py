"""What a telephone loads that was never here, as Lighthouse counts it, beside the same words as a bare file."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from figures import Figure
from figures.lighthouse import missing, report
from figures.servers import read

_ROUNDS = 5
_PAGES = {"首页": "/", "名单": "/whitelist/"}
_MOST_BYTES, _GOAL_BYTES = 60 * 1024, 30 * 1024
_MOST_REQUESTS, _GOAL_REQUESTS = 8, 5
_MOST_LCP, _GOAL_LCP = 2.0, 1.4
_LEAST_SPEED, _MOST_BLOCKED, _MOST_SHIFT = 98, 50, 0.01
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)
Report = dict[str, Any]


def first_visit(front: str, files: str, folder: Path) -> Iterator[Figure]:
    """Page by page in the same rounds as the bare file, which nothing could come before."""
    why_not = missing()
    if why_not:
        yield Figure("首次访问", f"{why_not}，没有测", "测完", holds=False)
        return
    _bare(folder / "pages" / "bare.html", read(f"{front}/whitelist/").decode())
    limit: list[Report] = []
    seen: dict[str, list[Report]] = {name: [] for name in _PAGES}
    for _ in range(_ROUNDS):
        limit.append(report(f"{files}/bare.html"))
        for name, path in _PAGES.items():
            seen[name].append(report(front + path))
    for name, reports in seen.items():
        yield _size(name, reports, urlsplit(front).netloc)
        yield _paint(name, reports, limit)
        yield _calm(name, reports, limit)


def _bare(path: Path, page: str) -> None:
    """The list's own words and nothing beside: no style, no script, no picture."""
    found = _MAIN.search(page)
    words = found[0] if found else ""
    html = f'<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>-</title>{words}'
    path.write_text(html)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(html.encode(), 6))


def _size(name: str, reports: list[Report], home: str) -> Figure:
    requests = [one["audits"]["network-requests"]["details"]["items"] for one in reports]
    size = median(sum(item["transferSize"] for item in one) for one in requests)
    count = max(len(one) for one in requests)
    every = [item for one in requests for item in one]
    fonts = sum(item.get("resourceType") == "Font" for item in every)
    outside = sum(urlsplit(item["url"]).netloc != home for item in every)
    holds = size <= _MOST_BYTES and count <= _MOST_REQUESTS and not fonts and not outside
    is_goal = size <= _GOAL_BYTES and count <= _GOAL_REQUESTS
    return Figure(
        f"首次访问{name}",
        f"{size / 1024:.1f} KB，{count} 次请求，字体 {fonts}，外部主机 {outside}",
        "≤ 60 KB、≤ 8 次、字体和外部主机 0（期望 30 KB、5 次）",
        holds,
        "达到期望" if is_goal else "未达到期望",
    )


def _paint(name: str, reports: list[Report], limit: list[Report]) -> Figure:
    audit = "largest-contentful-paint"
    ratios = [
        _value(one, audit) / _value(bare, audit) for one, bare in zip(reports, limit, strict=True)
    ]
    own, bare = (median(_value(one, audit) for one in told) for told in (reports, limit))
    return Figure(
        f"首次访问{name}，最大内容出现",
        f"静态文件的 {median(ratios):.2f} 倍",
        f"≤ {_MOST_LCP} 倍（期望 {_GOAL_LCP} 倍）",
        median(ratios) <= _MOST_LCP,
        f"{own:.0f} / {bare:.0f} 毫秒；{'达到' if median(ratios) <= _GOAL_LCP else '未达到'}期望",
    )


def _calm(name: str, reports: list[Report], limit: list[Report]) -> Figure:
    speed, access = (
        median(100 * one["categories"][key]["score"] for one in reports)
        for key in ("performance", "accessibility")
    )
    blocked = _blocked(reports)
    shift = median(_value(one, "cumulative-layout-shift") for one in reports)
    return Figure(
        f"首次访问{name}，评分",
        f"性能 {speed:.0f}，无障碍 {access:.0f}，阻塞 {blocked:.0f} 毫秒，位移 {shift:.3f}",
        "性能 ≥ 98，无障碍 100，阻塞 ≤ 50 毫秒，位移 ≤ 0.01",
        speed >= _LEAST_SPEED
        and access == 100
        and blocked <= _MOST_BLOCKED
        and shift <= _MOST_SHIFT,
        # On a machine that others use, the bare file is blocked as well.
        f"{_ROUNDS} 次的中位数；静态文件阻塞 {_blocked(limit):.0f} 毫秒",
    )


def _blocked(reports: list[Report]) -> float:
    return median(_value(one, "total-blocking-time") for one in reports)


def _value(one: Report, audit: str) -> float:
    return float(one["audits"][audit]["numericValue"])
