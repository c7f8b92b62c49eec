"""What a phone on duty is told at its doors: in JSON and never by another page, so that a script can tell it from success."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from foundation.accounts.sign_in_page import why_words


def is_phone(request: HttpRequest) -> bool:
    """Does a phone's script ask?"""
    return request.path_info.startswith(settings.PHONE_PATHS)


def sign_in_first(request: HttpRequest) -> JsonResponse:
    """401: a stranger, or one whose sign-in is over, and why."""
    ended = getattr(request, "sign_in_ended", None)
    words = why_words(ended.value) if ended else "请先登录。"
    response = _said(401, words, f"{reverse('accounts:sign_in')}?next={reverse('phone:shell')}")
    response.headers["WWW-Authenticate"] = 'Form realm="office"'
    return response


def owes_first() -> JsonResponse:
    """403: a new password, or the second factor, comes before anything else."""
    words = "请先在电脑版页面修改密码或绑定身份验证器，再回到这里。"
    return _said(403, words, "/office/")


def mark_is_wrong() -> JsonResponse:
    """403: the token was not of this sign-in; the next greeting brings a new one."""
    return _said(403, "页面的安全标记已过期，稍后会自动重试。")


def _said(status: int, words: str, address: str = "") -> JsonResponse:
    said = {"words": words, "address": address}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
