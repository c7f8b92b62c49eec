"""Lists the licence of every runtime dependency; runs inside the virtual environment."""

import re
import sys
from importlib import metadata

from launch.place import ROOT

FIELDS = ("License-Expression", "License")
UNWANTED = re.compile(r"\bAGPL|Affero|(?<!L)GPL|(?<!Lesser )General Public License", re.I)


def licence(name: str) -> str:
    """As the package itself declares it, in one line."""
    about = metadata.metadata(name)
    given = [line for field in FIELDS for line in about.get_all(field, [])]
    declared = given[0] if given else ""
    classified = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    first = declared.strip().splitlines()[0] if declared.strip() else ""
    return first if first and len(first) < 60 else " / ".join(classified) or first or "未声明"


def main() -> int:
    """Status 1 when a licence does not suit."""
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    unsuitable = 0
    for name in re.findall(r"^([A-Za-z0-9_.-]+)==", pins, re.MULTILINE):
        try:
            words = licence(name)
        except metadata.PackageNotFoundError:
            continue  # for another system or version of Python
        unwanted = bool(UNWANTED.search(words))
        unsuitable += unwanted
        print(f"{'!! ' if unwanted else '   '}{name:34} {words}")
    return 1 if unsuitable else 0


if __name__ == "__main__":
    sys.exit(main())
