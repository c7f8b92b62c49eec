"""What the pages of inspections do alike: run a form's act, and let what was refused be sent again."""

from collections.abc import Callable
from typing import Protocol

from django import forms

from foundation.web import answers


class _Versioned(Protocol):
    version: int


def done(form: forms.Form, row: _Versioned, act: Callable[[], object]) -> bool:
    """Run the act of a valid form on this row; a refused form carries the row's version of now."""
    if answers.done(form, act):
        return True
    if form.is_bound:
        answers.send_again(form, row.version)
    return False
