"""Running an act for a page: whatever keeps it from happening is said there, and nothing typed is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urljoin

from django import forms
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from foundation.facts import StaleError, Versioned
from foundation.workflow import NotPossibleError

# lock_not_available and deadlock_detected: the database is well, somebody else was in the way.
_IN_THE_WAY = frozenset({"55P03", "40P01"})
_Done = TypeVar("_Done")
_View = Callable[..., HttpResponse]
_BUSY = "同一事项正在办理中，这次没有保存。您填写的内容都在，请稍等几秒再提交。"


def done(form: forms.Form, act: Callable[[], object], row: Versioned | None = None) -> bool:
    """Run the act of a valid form; why it is not possible is said at the top of the same form.

    One that was opened before this row was changed is told so, and may then be sent again.
    """
    if not form.is_bound or not form.is_valid():
        return False
    try:
        attempt(act)
    except NotPossibleError as reason:
        form.add_error(None, str(reason))
        if row is not None and isinstance(reason, StaleError):
            send_again(form, row.version)
        return False
    return True


def told(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Run an act that has no form; why it is not possible is said on the next page."""
    try:
        attempt(act)
    except NotPossibleError as reason:
        messages.error(request, str(reason))
        return False
    return True


def attempt(act: Callable[[], _Done]) -> _Done:
    """Run an act. Somebody in the way for too long is a reason like any other: NotPossibleError."""
    try:
        return act()
    except OperationalError as failure:
        if getattr(failure.__cause__, "pgcode", None) not in _IN_THE_WAY:
            raise
        raise NotPossibleError(_BUSY) from failure


def send_again(form: forms.Form, version: int) -> None:
    """Let what was refused be sent once more: the page beside it now shows the row of this version."""
    data = form.data.copy() if isinstance(form.data, QueryDict) else dict(form.data)
    data["version"] = str(version)
    form.data = data


def require_act(view: _View) -> _View:
    """Only a POST acts. A refused form is shown at the act's address: whoever filters that page, turns
    its leaves or makes its type larger goes on at the address above, with the same question."""
    posted = require_POST(view)

    @wraps(view)
    def acted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return posted(request, *args, **kwargs)
        asked = request.GET.urlencode()
        return redirect(urljoin(request.path, "../") + (f"?{asked}" if asked else ""))

    return acted
