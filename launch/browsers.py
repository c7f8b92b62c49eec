"""The browsers that the tests drive: the one list of how each is found, and of what installs it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Browser:
    """What has to be there, each by any of its names, and the packages of Debian that bring it."""

    name: str
    packages: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]

    @property
    def programs(self) -> list[str]:
        """Where each of them lies; empty for what is not there."""
        return [_found(names) for names in self.needed]

    @property
    def missing(self) -> str:
        """What to do when it is not there; empty when it is."""
        if all(self.programs):
            return ""
        install = f"apt-get install --no-install-recommends {' '.join(self.packages)}"
        return f"没有 {self.name}。安装：{install}"


CHROMIUM = Browser(
    "Chromium",
    ("chromium", "fonts-noto-cjk"),
    (("chromium", "chromium-browser", "google-chrome"),),
)
FIREFOX = Browser("Firefox", ("firefox-esr",), (("firefox-esr", "firefox"),))
WEBKIT = Browser(
    "WebKitGTK",
    ("webkit2gtk-driver", "xvfb"),
    (("WebKitWebDriver",), ("MiniBrowser",), ("Xvfb",)),
)
# Of the oldest telephones; npm has it packed, the tests fetch it.
CHROMIUM_78 = Browser("Chromium 78", ("nodejs", "npm"), (("npm",), ("node",)))
ALL = (CHROMIUM, FIREFOX, WEBKIT, CHROMIUM_78)


def _found(names: tuple[str, ...]) -> str:
    # WebKitGTK's own browser lies beside its library.
    beside = map(str, Path("/usr/lib").glob("*/webkit2gtk-*"))
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *beside])
    return next((found for name in names if (found := shutil.which(name, path=path))), "")
