"""The lists of dependencies: explained, and pinned so that a later release changes nothing."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^[A-Za-z0-9][^ \\]*==[^ \\]+", re.MULTILINE)
LISTS = ("requirements.txt", "requirements-local.txt", "requirements-dev.txt")


def pinned(*lists: str) -> dict[str, set[str]]:
    """The extras that stand behind each package of these lists."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in lists)
    pins = [Requirement(found) for found in PIN.findall(text)]
    names = {canonicalize_name(pin.name) for pin in pins}
    return {
        name: {extra for pin in pins if canonicalize_name(pin.name) == name for extra in pin.extras}
        for name in names
    }


def wanted(name: str, extras: set[str]) -> list[Requirement]:
    """What an installed package asks for on this machine, with these extras of its own."""
    asked = map(Requirement, metadata.requires(name) or [])
    here = [{"extra": extra} for extra in {"", *extras}]
    return [
        found for found in asked if found.marker is None or any(map(found.marker.evaluate, here))
    ]


def installed(name: str) -> bool:
    """Some of a list is for other systems or Pythons."""
    return bool(list(metadata.distributions(name=name)))


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.in")), ids=lambda p: p.name)
def test_every_dependency_says_what_it_is_for(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    required = [line for line in lines if not line.startswith(("#", "-"))]

    assert required
    assert [line for line in required if "#" not in line] == []


# pip resolves package[extra] apart from package: unless the pin says so too, the newest release is
# taken, whose hash nobody has written down, and nothing installs any more.
def test_an_extra_that_a_package_asks_for_stands_in_the_list() -> None:
    pins = pinned(*LISTS)

    missing = [
        f"{name} asks for {asked}"
        for name, extras in pins.items()
        if installed(name)
        for asked in wanted(name, extras)
        if not asked.extras <= pins[canonicalize_name(asked.name)]
    ]

    assert missing == []
