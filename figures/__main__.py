"""Run the figures, print one table, write var/figures.json; 0 only when every one of them holds."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from figures import Figure

ROOT = Path(__file__).resolve().parent.parent
# In the order of the table; each is a module of this folder with `run() -> list[Figure]`.
NAMES = ("imports", "offline", "doors", "audit", "axe", "speed", "lighthouse")
_HOURS = 2 * 60 * 60


def main() -> int:
    """ONLY=name[,name] picks; every figure has a process and a database of its own."""
    wanted = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(NAMES)
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"没有这些指标：{'、'.join(sorted(unknown))}。可选：{'、'.join(NAMES)}")
        return 2
    results = {name: _measure(name) for name in wanted}
    _write(results)
    _print(results)
    return 0 if all(figure.holds for found in results.values() for figure in found) else 1


def _measure(name: str) -> list[Figure]:
    print(f"— {name}", flush=True)
    began = time.monotonic()
    out = ROOT / "var" / f"figure-{name}.json"
    out.parent.mkdir(exist_ok=True)
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "figures.measure", name, str(out)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=_HOURS)
    print(f"  {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode or not out.exists():
        return [Figure(name, "没有测完", "测完", holds=False, note=f"退出码 {done.returncode}")]
    found = [Figure(**one) for one in json.loads(out.read_text())]
    out.unlink()
    return found or [Figure(name, "没有结果", "至少一项", holds=False)]


def _write(results: dict[str, list[Figure]]) -> None:
    named = {name: [one.as_json() for one in found] for name, found in results.items()}
    path = ROOT / "var" / "figures.json"
    path.write_text(json.dumps(named, ensure_ascii=False, indent=2) + "\n")


def _print(results: dict[str, list[Figure]]) -> None:
    print("\n| 指标 | 测得 | 目标 | 达到 | 说明 |\n|---|---|---|---|---|")
    for name, found in results.items():
        for one in found:
            mark = "是" if one.holds else "否"
            print(f"| {name}：{one.name} | {one.measured} | {one.goal} | {mark} | {one.note} |")


if __name__ == "__main__":
    sys.exit(main())
