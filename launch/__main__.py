"""`python -m launch COMMAND`: what the Makefile calls."""

import sys
from collections.abc import Callable

from launch import checks, portal
from launch.words import RefusalError, warn

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": lambda _: portal.run(),
    "test": checks.test,
    "check": lambda _: checks.check(),
    "fix": lambda _: checks.fix(),
    "figures": lambda _: checks.figures(),
    "demo": lambda _: checks.demo(),
    "manage": checks.manage,
    "lock": lambda _: checks.lock(),
}


def main(words: list[str]) -> int:
    """Run one command; a refusal is one message and status 1."""
    try:
        return COMMANDS[words[0]](words[1:])
    except RefusalError as refusal:
        warn(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
