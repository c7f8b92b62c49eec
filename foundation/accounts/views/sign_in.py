"""Coming in: name and password, the one-time code, and what was typed before."""

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as note_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.access import SignedInRequest, open_to_all, requires
from foundation.accounts.actions.second_factor import check_code
from foundation.accounts.actions.signing import note_wrong_codes, open_sign_in, sign_out
from foundation.accounts.client import (
    client_address,
    device_words,
    remember_device,
    session_digest,
)
from foundation.accounts.forms import CodeForm, SignInForm
from foundation.accounts.kept import keep, opened
from foundation.accounts.locks import minutes_until, try_password
from foundation.accounts.middleware import KEPT, OPENED, SEEN
from foundation.accounts.models import User
from foundation.accounts.on_phone import is_phone, mark_is_wrong
from foundation.accounts.queries.sign_ins import one_time_password_is_old, totp_device
from foundation.accounts.rules import is_staff_member
from foundation.accounts.sign_in_page import sign_in_page, turn_away, way_back, why_words
from foundation.actor import CLOCK
from foundation.clock.queries import now
from foundation.web.errors import forbidden

_HALF = "half_signed_in"
_HALF_SECONDS = 10 * 60
_LOCK_MINUTES = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
_WRONG = (
    "用户名或密码不对。请核对后再试；"
    f"连续 {settings.AXES_FAILURE_LIMIT} 次不对将锁定 {_LOCK_MINUTES} 分钟。"
)
_OLD_ONE_TIME = "这个一次性密码已经过期，请联系系统管理员重新设置。"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_view(request: HttpRequest) -> HttpResponseBase:
    """Name and password. An unknown name and a wrong password look alike and take as long."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(way_back(request) or "/office/")
        words = why_words(request.GET.get("why", ""))
        return sign_in_page(request, back=way_back(request), words=words)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _again(request, form, "", status=400)
    username = form.cleaned_data["username"]
    user, until = try_password(request, username, form.cleaned_data["password"])
    if user is not None:
        return _password_was_right(request, user, form)
    if until is not None:
        return _locked(request, form, minutes_until(until))
    return _again(request, form, _WRONG)


def _again(
    request: HttpRequest, form: SignInForm, words: str, status: int = 200
) -> HttpResponseBase:
    kept = request.POST.get("kept", "")
    back = way_back(request)
    return sign_in_page(request, form=form, back=back, kept=kept, words=words, status=status)


def _locked(request: HttpRequest, form: SignInForm, minutes: int) -> HttpResponseBase:
    words = (
        f"登录失败次数过多，请在 {minutes} 分钟后再试。"
        "急用请联系系统管理员解锁，忘记密码也请系统管理员重置。"
    )
    return _again(request, form, words, status=429)


def _password_was_right(request: HttpRequest, user: User, form: SignInForm) -> HttpResponseBase:
    if one_time_password_is_old(user, now()):
        return _again(request, form, _OLD_ONE_TIME)
    going = {"back": way_back(request), "kept": request.POST.get("kept", "")}
    if totp_device(user) is None:
        return _come_in(request, user, None, **going)
    # Half way: a new session key, and nothing in it but who has shown which password, and when.
    _leave(request)
    half = {"user": user.pk, "proof": user.get_session_auth_hash(), "at": int(time.time())}
    request.session[_HALF] = going | half | {"wrong": 0}
    return redirect("accounts:sign_in_code")


@open_to_all
@never_cache
@sensitive_post_parameters("totp")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponseBase:
    """The second step: a code of the authenticator, or a recovery code."""
    half = request.session.get(_HALF)
    user = _half_signed_in(request)
    if half is None or user is None:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = check_code(code=form.cleaned_data["totp"], by=user)
        if device is not None:
            return _come_in(request, user, device, back=half["back"], kept=half["kept"])
        if _one_more_wrong(request, user):
            return redirect("/office/sign-in/?why=codes")
        form.add_error("totp", "动态口令不对或已用过，请等它变换后再填一次。")
    return render(request, "accounts/sign_in_code.html", {"form": form})


def _half_signed_in(request: HttpRequest) -> User | None:
    half = request.session.get(_HALF)
    if half is None or time.time() - half["at"] > _HALF_SECONDS:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    # A password that was changed or reset meanwhile is not the one that was shown.
    is_same = user is not None and half["proof"] == user.get_session_auth_hash()
    return user if is_same else None


def _one_more_wrong(request: HttpRequest, user: User) -> bool:
    """Count a wrong code; after the last try the password is asked for again."""
    half = request.session[_HALF]
    half["wrong"] += 1
    request.session[_HALF] = half
    if half["wrong"] < settings.TOTP_TRIES:
        return False
    request.session.flush()
    note_wrong_codes(person=user, address=client_address(request) or "", by=CLOCK, at=now())
    return True


def _come_in(
    request: HttpRequest, user: User, device: TOTPDevice | None, *, back: str, kept: str
) -> HttpResponseBase:
    """A new session with a new key, seen in «我的登录»; then to what one wanted to do."""
    _leave(request)
    login(request, user, backend=_BACKEND)
    request.session[OPENED] = request.session[SEEN] = int(time.time())
    if device is not None:
        note_device(request, device)
    user.address = client_address(request) or ""
    opening = open_sign_in(
        key_digest=session_digest(request.session.session_key),
        device=device_words(request.META.get("HTTP_USER_AGENT", "")),
        address=client_address(request),
        by=user,
    )
    for ended in opening.ended:
        most = settings.SESSIONS_AT_ONCE
        messages.info(request, f"同时登录最多 {most} 处，最早的一处（{ended.device}）已退出。")
    typed = opened(kept)
    if typed is not None and typed.belongs_to(user.username):
        request.session[KEPT] = kept
        back = "/office/kept/"
    response = redirect(back or "/office/")
    remember_device(request, response, user.username)
    return response


@open_to_all
@require_POST
def sign_out_view(request: HttpRequest) -> HttpResponseBase:
    """Out, and nothing stays in this browser."""
    _leave(request)
    response = redirect("/office/sign-in/?why=signed_out")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _leave(request: HttpRequest) -> None:
    """Whoever was signed in here no longer is, and the session is nobody's."""
    sign_in = getattr(request, "sign_in", None)
    if sign_in is not None and isinstance(request.user, User):
        sign_out(sign_in=sign_in, by=request.user)
    request.session.flush()


@requires(is_staff_member)
@require_safe
def kept_view(request: SignedInRequest) -> HttpResponseBase:
    """«您刚才填写的内容还在»: shown, and sent again with one button."""
    kept = opened(request.session.get(KEPT, ""))
    if kept is None:
        return redirect("/office/")
    return render(request, "accounts/kept.html", {"kept": kept})


@requires(is_staff_member)
@require_POST
def discard_kept(request: SignedInRequest) -> HttpResponseBase:
    """What was typed is no longer wanted."""
    request.session.pop(KEPT, None)
    messages.success(request, "已清除刚才保留的内容。")
    return redirect("/office/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The form's mark was not right: usually it was opened before the last sign-in."""
    if is_phone(request):
        return mark_is_wrong()
    own = _from_own_page(request)
    if request.path_info.startswith("/office/sign-in/"):
        # Another site could bring a form of its own making, to be sent in the name of whoever signs in.
        kept = request.POST.get("kept", "") if own else ""
        words = "页面放置太久，请重新填写。若反复出现，请允许浏览器使用本站的 Cookie。"
        return sign_in_page(request, back=way_back(request), kept=kept, words=words, status=403)
    if not request.path_info.startswith(settings.STAFF_PATHS):
        return forbidden(request)
    if own and request.user.is_anonymous:
        return turn_away(request)
    context = {"kept": own and _keep(request)}
    return render(request, "accounts/csrf.html", context, status=403)


def _from_own_page(request: HttpRequest) -> bool:
    """Browsers say where a form comes from; over plain http only as Origin."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.get_host()


def _keep(request: HttpRequest) -> bool:
    """Keep what a signed-in person typed on one of our own pages."""
    token = keep(request, request.user.get_username()).seal()
    if token:
        request.session[KEPT] = token
    return bool(token)
