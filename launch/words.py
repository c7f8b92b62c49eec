"""What the launcher says, and how it refuses."""

import sys


class RefusalError(Exception):
    """The launcher cannot go on. The message is written for the person at the keyboard."""


def say(words: str) -> None:
    """One line on the screen, at once."""
    print(words, flush=True)


def warn(words: str) -> None:
    """One line that must not be overlooked."""
    print(f"!! {words}", file=sys.stderr, flush=True)
