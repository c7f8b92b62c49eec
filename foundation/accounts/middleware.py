"""Who is signed in, and for how long: asked at every staff address, and nowhere else."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from foundation.accounts.actions.signing import end_by_itself, note_seen
from foundation.accounts.client import client_address, session_digest
from foundation.accounts.kept import keep, opened
from foundation.accounts.models import SessionEnd, StaffSession, User
from foundation.accounts.on_phone import is_phone, owes_first
from foundation.accounts.queries.sign_ins import must_change_password, totp_required
from foundation.clock.queries import now

OPENED, SEEN, ON_DUTY, KEPT = "opened", "seen", "on_duty", "kept"
_SEEN_EVERY_SECONDS = 60
# What one may do whatever is owed; beside it only the pages of what is owed, whose names begin alike.
_ALWAYS_OPEN = frozenset({"accounts:sign_in", "accounts:sign_in_code", "accounts:sign_out"})


class StaffRequest(HttpRequest):
    """What is known of a request before any door: whose sign-in it shows, or whose is over and why."""

    sign_in: StaffSession
    former_username: str
    sign_in_ended: SessionEnd


class StaffMiddleware:
    """Ends what is over, remembers what was typed, and asks for what is owed first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: StaffRequest) -> HttpResponseBase:
        if not request.path_info.startswith(settings.STAFF_PATHS):
            return self.get_response(request)
        _look(request)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        sign_in = getattr(request, "sign_in", None)
        match = request.resolver_match
        if sign_in is None or not isinstance(user := request.user, User):
            return None
        if match is None or match.view_name in _ALWAYS_OPEN:
            return None
        owed = _owed(user)
        if owed is not None and match.view_name.startswith(owed):
            return None
        if is_phone(request):
            return owes_first() if owed else None
        if owed is None:
            _forget_resent(request)
            return None
        if request.method == "POST":
            request.session[KEPT] = keep(request, sign_in.user.username).seal()
        return redirect(owed)


def _forget_resent(request: HttpRequest) -> None:
    """What had been kept is on its way again: once is enough."""
    if request.method == "POST" and (token := request.session.get(KEPT)):
        kept = opened(token)
        if kept is None or kept.address == request.get_full_path():
            del request.session[KEPT]


def _owed(user: User) -> str | None:
    """The page that comes before any other: a new password, or the second factor."""
    if must_change_password(user, now()):
        return "accounts:password"
    verified = getattr(user, "otp_device", None) is not None
    if not verified and totp_required(user.role):
        return "accounts:second_factor"
    return None


def _look(request: StaffRequest) -> None:
    session = request.session
    if auth.SESSION_KEY not in session:
        return
    digest = session_digest(session.session_key)
    sign_in = (
        StaffSession.objects.select_related("user__department").filter(key_digest=digest).first()
    )
    why = _over(request, sign_in)
    user = request.user
    if sign_in is not None and why is None and isinstance(user, User):
        _come_in(request, sign_in, user)
        return
    request.former_username = sign_in.user.username if sign_in else ""
    request.sign_in_ended = why or SessionEnd.EXPIRED
    if sign_in is not None and why is not None:
        end_by_itself(sign_in=sign_in, why=why)
    session.flush()
    request.user = AnonymousUser()


def _over(request: HttpRequest, sign_in: StaffSession | None) -> SessionEnd | None:
    """Why this sign-in is over; None while it holds."""
    if sign_in is None:
        return SessionEnd.EXPIRED
    if sign_in.ended_at is not None:
        return SessionEnd(sign_in.ended_why)
    if not sign_in.user.is_active:
        return SessionEnd.DISABLED
    if (sign_in.user.role, sign_in.user.department_id) != (sign_in.role, sign_in.department_id):
        return SessionEnd.ROLE_CHANGED
    return _timed_out(request) or _password_changed(request)


def _timed_out(request: HttpRequest) -> SessionEnd | None:
    # The computer's own seconds: moving the demo's clock must not sign anybody out.
    moment, session = time.time(), request.session
    if moment - session.get(OPENED, 0) > settings.SESSION_COOKIE_AGE:
        return SessionEnd.EXPIRED
    if moment - session.get(SEEN, 0) <= settings.SESSION_IDLE_SECONDS:
        return None
    # What a phone asks for by itself keeps no page of the office open, so each has a mark of its own.
    on_duty = moment - session.get(ON_DUTY, 0) <= settings.PHONE_IDLE_SECONDS
    return None if on_duty and is_phone(request) else SessionEnd.IDLE


def _password_changed(request: HttpRequest) -> SessionEnd | None:
    """Django itself gives up a session whose password hash is another one."""
    return None if request.user.is_authenticated else SessionEnd.PASSWORD_CHANGED


def _come_in(request: StaffRequest, sign_in: StaffSession, user: User) -> None:
    request.sign_in = sign_in
    user.department = sign_in.user.department
    user.address = client_address(request) or ""
    mark = ON_DUTY if is_phone(request) else SEEN
    if time.time() - request.session.get(mark, 0) >= _SEEN_EVERY_SECONDS:
        request.session[mark] = int(time.time())
        note_seen(sign_in=sign_in, by=user)
