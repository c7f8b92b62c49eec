"""A page that reads cannot write, whatever its code says."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

_READS = re.compile(
    r"[ (]*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|"
    r"PREPARE READ_\w+ AS SELECT|EXECUTE READ_\w+)\b"
)
# What makes an act of a question after all: a second statement, words hidden in a comment, a new table, a
# lock, a function that changes something. Values never stand in the text, so these are the code's own words.
_CHANGES = (
    ";",
    "--",
    "/*",
    " INTO ",
    " FOR UPDATE",
    " FOR NO KEY UPDATE",
    " FOR SHARE",
    " FOR KEY SHARE",
    "NEXTVAL",
    "SETVAL",
    "SET_CONFIG",
    "ADVISORY_",
    "PG_NOTIFY",
)


class WriteRefusedError(Exception):
    """A read-only page tried to write."""


@lru_cache(maxsize=500)
def _only_reads(sql: str) -> bool:
    words = " ".join(sql.upper().split())
    return bool(_READS.match(words)) and not any(change in words for change in _CHANGES)


def _refuse_writes(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if not _only_reads(sql):
        raise WriteRefusedError(sql)
    return execute(sql, *rest)


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer only GET and HEAD, and let no write reach the database meanwhile."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with connection.execute_wrapper(_refuse_writes):
            answer = view(request, *args, **kwargs)
        if isinstance(answer, StreamingHttpResponse):
            answer.streaming_content = _guarded(iter(answer))
        return answer

    return guarded


def _guarded(parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is streamed is asked of the database after the view has answered."""
    with connection.execute_wrapper(_refuse_writes):
        yield from parts
