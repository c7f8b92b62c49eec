"""Sessions, sign-ins and messages: at the staff's addresses only. A public page has none, nor pays for them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware


class _StaffSide:
    """Passes by where there are no staff."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(settings.STAFF_PATHS):
            return super().__call__(request)  # type: ignore[misc]  # of the library's class beside it
        return self.get_response(request)


class StaffSessions(_StaffSide, SessionMiddleware):
    """Who has a session."""


class StaffUsers(_StaffSide, AuthenticationMiddleware):
    """Whose session it is."""


class StaffDevices(_StaffSide, OTPMiddleware):  # type: ignore[misc]  # a library without types
    """By which second factor."""


class StaffMessages(_StaffSide, MessageMiddleware):
    """What is said on the next page."""
