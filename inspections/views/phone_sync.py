"""What a phone sends: photos and signatures as bytes, then the acts that name them (docs/phone.md)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, UnreadablePostError
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.actions import (
    MOST_BYTES,
    MOST_STROKE_BYTES,
    TakenError,
    take_photo,
    take_signature,
)
from foundation.attachments.arriving import Arrived, DamagedError, arriving
from foundation.attachments.kinds import RefusedFileError
from foundation.attachments.models import Evidence
from inspections import rules
from inspections.sync.act import MOST_BYTES as MOST_ACT_BYTES
from inspections.sync.reading import MalformedError, moment
from inspections.sync.taking import take_act
from inspections.views.phone import answer

_View = Callable[..., HttpResponse]
_JSON = "application/json"
_CUT = "没有传完整，手机上的还在，稍后自动重新发送。"
_ANOTHERS = "现在登录的是另一位用户，这些内容要由原来的用户登录后送出。"


def _own(view: _View) -> _View:
    """Only from the queue of the person who is signed in, and whole."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("X-User") != str(request.user.pk):
            return answer({"words": _ANOTHERS, "address": ""}, 403)
        try:
            return view(request, *args, **kwargs)
        except UnreadablePostError:
            return answer({"words": _CUT}, 400)

    return guarded


@requires(rules.may_record)
@require_http_methods(["PUT"])
@_own
def blob(request: SignedInRequest, name: UUID) -> HttpResponse:
    """One photo or signature, by pieces onto the disk; the answer comes when it lies there."""
    claimed = request.headers.get("X-SHA256", "")
    said = {"sha256": claimed}
    is_signature = request.content_type == _JSON
    most = MOST_STROKE_BYTES if is_signature else MOST_BYTES
    try:
        with arriving(request, declared=_length(request), claimed=claimed, most=most) as arrived:
            row = _kept(request, name, arrived, is_signature=is_signature)
    except DamagedError as reason:
        return answer(said | {"words": str(reason)}, 400)
    except TakenError as reason:
        return answer(said | {"outcome": "conflict", "words": str(reason)}, 409)
    except RefusedFileError as reason:
        return answer(said | {"outcome": "refused", "words": str(reason)}, 422)
    return answer(said | {"receipt": str(row.pk), "bytes": arrived.size})


def _kept(
    request: SignedInRequest, name: UUID, arrived: Arrived, *, is_signature: bool
) -> Evidence:
    take = take_signature if is_signature else take_photo
    return take(name=name, arrived=arrived, by=request.user.actor)


@requires(rules.may_record)
@require_POST
@_own
def sync(request: SignedInRequest) -> HttpResponse:
    """One act."""
    if request.content_type != _JSON:
        return answer({"words": "只接收手机页面送来的 JSON。"}, 415)
    if (_length(request) or 0) > MOST_ACT_BYTES:
        return answer({"words": f"内容超过 {MOST_ACT_BYTES // 1024} KB，没有接收。"}, 413)
    try:
        got = take_act(
            text=request.body,
            sent_at=moment(request.headers.get("X-Sent-At")),
            by=request.user,
        )
    except MalformedError as reason:
        return answer({"words": str(reason)}, 400)
    return answer(got.said, got.status)


def _length(request: SignedInRequest) -> int | None:
    said = request.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else None
