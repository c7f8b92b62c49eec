"""The sign-in page as an answer to any request: it carries the way back and what was typed."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from foundation.accounts.forms import SignInForm
from foundation.accounts.kept import is_own_address, keep, opened
from foundation.accounts.models import SessionEnd

_WHY = {
    SessionEnd.IDLE: f"您已超过 {settings.SESSION_IDLE_SECONDS // 60} 分钟没有操作，为安全起见需要重新登录。",
    SessionEnd.EXPIRED: "本次登录已到时间，请重新登录。",
    SessionEnd.CROWDED_OUT: f"您的账号在其他设备登录，同时登录超过 {settings.SESSIONS_AT_ONCE} 处，本处已退出。",
    SessionEnd.ENDED_ELSEWHERE: "您在另一处结束了本处的登录。",
    SessionEnd.PASSWORD_CHANGED: "密码已经修改，请用新密码登录。",
    SessionEnd.ROLE_CHANGED: "您的角色或部门已调整，请重新登录。",
    SessionEnd.DISABLED: "这个账号已停用。如有疑问请联系系统管理员。",
    SessionEnd.RESET: "管理员重置了您的登录方式，请重新登录。",
    SessionEnd.SECOND_FACTOR: "您在另一处绑定了身份验证器，请用动态口令重新登录。",
    SessionEnd.SIGNED_OUT: "您已退出登录。",
}
_CODES_REFUSED = "codes"
_TOO_LONG = (
    f"您填写的内容超过 {settings.KEPT_TEXT_BYTES // 1024} KB，没能保留，请返回上一页复制后再登录。"
)


def way_back(request: HttpRequest) -> str:
    """Where to go after signing in: an address of this site, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_own_address(asked) else ""


def why_words(code: str) -> str:
    """Why one has to sign in again, in words; an unknown code says nothing."""
    if code == _CODES_REFUSED:
        return "动态口令连续输错，请从用户名和密码重新开始。"
    return next((words for end, words in _WHY.items() if end == code), "")


def sign_in_page(
    request: HttpRequest,
    *,
    form: SignInForm | None = None,
    back: str = "",
    kept: str = "",
    words: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """The page itself."""
    shown = opened(kept)
    response = render(
        request,
        "accounts/sign_in.html",
        {
            "form": form or SignInForm(),
            "next": back,
            "kept": kept if shown else "",
            "kept_files": shown.files if shown else [],
            "words": words,
        },
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def turn_away(request: HttpRequest) -> HttpResponseBase:
    """A stranger, or one whose sign-in is over: sign in first. What was typed is carried along."""
    ended = getattr(request, "sign_in_ended", None)
    if request.method != "POST" or not (request.POST or request.FILES):
        given = {"next": request.get_full_path() if request.method in ("GET", "HEAD") else ""}
        if ended:
            given["why"] = ended.value
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode(given)}")
    kept = keep(request, getattr(request, "former_username", ""))
    token = kept.seal()
    lost = "" if token else _TOO_LONG
    response = sign_in_page(
        request,
        kept=token,
        words=lost or (_WHY[ended] if ended else "请先登录。"),
        status=401,
    )
    # 401 must name a way to prove who one is; a form is not one that browsers ask for by themselves.
    response.headers["WWW-Authenticate"] = 'Form realm="office"'
    return response
