"""Every script parses as ES2018, which is what the oldest telephones of the inspectors understand."""

import subprocess
from pathlib import Path

import pytest

from launch.browsers import CHROMIUM_78
from launch.place import ROOT
from tests.browser.needed import programs_of

SCRIPTS = sorted(Path(ROOT, "static", "js").rglob("*.js"))
# Node carries a parser of its own (acorn), so that nothing has to be fetched.
_PARSE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
parse(require("fs").readFileSync(0, "utf8"), { ecmaVersion: 2018, sourceType: "module" });
"""


def fault_of(script: str) -> str:
    """What the parser complains of; empty when it understands all."""
    _, node = programs_of(CHROMIUM_78)
    words = [node, "--expose-internals", "-e", _PARSE]
    done = subprocess.run(words, input=script, capture_output=True, text=True, check=False)  # noqa: S603 -- the installed node
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_of_2018(path: Path) -> None:
    assert fault_of(path.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize("script", ["a?.b", "a ?? b", "try { a } catch { b }", "class A { b = 1 }"])
def test_what_is_younger_is_found(script: str) -> None:
    assert "SyntaxError" in fault_of(script)
