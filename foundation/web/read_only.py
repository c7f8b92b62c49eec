"""A page that reads cannot write, whatever its code says."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

_READS = re.compile(
    r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|DECLARE|FETCH|CLOSE|"
    r"PREPARE read_\w+ AS\s+SELECT|EXECUTE read_\w+)\b",
    re.IGNORECASE,
)


class WriteRefusedError(Exception):
    """A read-only page tried to write."""


def _refuse_writes(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if not _READS.match(sql):
        raise WriteRefusedError(sql)
    return execute(sql, *rest)


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer only GET and HEAD, and let no write reach the database meanwhile."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with connection.execute_wrapper(_refuse_writes):
            return view(request, *args, **kwargs)

    return guarded
