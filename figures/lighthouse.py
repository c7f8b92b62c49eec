"""Lighthouse on a simulated telephone: the home page, the list, one institution; the median of five."""

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any

from figures import Figure
from launch.browsers import CHROMIUM
from tests.browser.portal import Portal, running

_FOLDER = Path(__file__).resolve().parent.parent / "var" / "lighthouse"
_PROGRAM = _FOLDER / "node_modules" / ".bin" / "lighthouse"
_ROUNDS = 5
# On a busy machine Chromium's recording is now and then empty, and says so.
_TRIES = 4
_LEAST = 99
_CATEGORIES = {"performance": "性能", "accessibility": "无障碍", "best-practices": "最佳做法"}
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    # Nothing outside the portal can be reached, nor asked for.
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"',
)
_LISTED = (
    "SELECT public_id FROM institutions_institution i JOIN institutions_listentry e"
    " ON e.institution_id = i.id WHERE i.state = 'normal' ORDER BY i.id LIMIT 1"
)


def run() -> list[Figure]:
    """Each page by its name: scores, largest paint, bytes, requests."""
    refused = missing()
    if refused:
        return [Figure("Lighthouse", refused, f"≥ {_LEAST}", holds=False)]
    with running("lighthouse", worker=False) as portal:
        pages = {"首页": "/", "名单": "/whitelist/", "机构页": _detail(portal)}
        return [
            _figure(name, [report(f"{portal.address}{path}") for _ in range(_ROUNDS)])
            for name, path in pages.items()
        ]


def missing() -> str:
    """Install what is missing; why not, when that is not possible."""
    if CHROMIUM.missing:
        return "没有 Chromium"
    if not shutil.which("npm"):
        return "没有 npm（需要 Node 20）"
    if not _PROGRAM.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(_FOLDER)]
        done = subprocess.run([*words, "lighthouse@13"], check=False)
        if done.returncode:
            return "lighthouse 没有装上"
    return ""


def _detail(portal: Portal) -> str:
    (listed,) = portal.ask(_LISTED)[0]
    return f"/whitelist/{listed}/"


def report(address: str) -> dict[str, Any]:
    """What Lighthouse says of one page."""
    command = [
        str(_PROGRAM),
        address,
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(_CATEGORIES)}",
        f"--chrome-flags={' '.join(_FLAGS)}",
    ]
    env = os.environ | {"CHROME_PATH": CHROMIUM.programs[0]}
    for _ in range(_TRIES):
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            told: dict[str, Any] = json.loads(done.stdout)
            return told
    raise RuntimeError(f"lighthouse measured nothing in {_TRIES} tries: {address}")


def _figure(name: str, reports: list[dict[str, Any]]) -> Figure:
    scores = {
        words: statistics.median(100 * one["categories"][key]["score"] for one in reports)
        for key, words in _CATEGORIES.items()
    }
    requests = [one["audits"]["network-requests"]["details"]["items"] for one in reports]
    lcp = statistics.median(
        one["audits"]["largest-contentful-paint"]["numericValue"] for one in reports
    )
    sizes = statistics.median(sum(item["transferSize"] for item in one) for one in requests)
    count = statistics.median(len(one) for one in requests)
    return Figure(
        name,
        "，".join(f"{words} {score:.0f}" for words, score in scores.items()),
        f"各 ≥ {_LEAST}",
        all(score >= _LEAST for score in scores.values()),
        f"LCP {lcp / 1000:.2f} 秒，{sizes / 1000:.1f} KB，{count:.0f} 个请求（{_ROUNDS} 次的中位数）",
    )
