"""«我的账号»: who I am here, my password, my second factor, my sign-ins."""

import io
from datetime import timedelta

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as note_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.actions.passwords import change_password
from foundation.accounts.actions.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    renew_recovery_codes,
)
from foundation.accounts.actions.signing import end_one, rekey, sign_out_everywhere
from foundation.accounts.client import session_digest
from foundation.accounts.forms import (
    ConfirmCodeForm,
    PasswordAgainForm,
    PasswordForm,
    password_rules,
)
from foundation.accounts.locks import minutes_until, try_password
from foundation.accounts.middleware import KEPT
from foundation.accounts.queries.failures import recent_failures
from foundation.accounts.queries.people import role_permissions
from foundation.accounts.queries.sign_ins import (
    begun_enrolment,
    in_groups,
    must_change_password,
    recovery_codes_left,
    sign_in_history,
    totp_device,
    totp_required,
)
from foundation.accounts.rules import is_staff_member
from foundation.clock.queries import now
from foundation.web.pagination import page_of

_HISTORY = timedelta(days=30)
_BEGUN = "begun_authenticator"


@requires(is_staff_member)
@require_safe
def me(request: SignedInRequest) -> HttpResponseBase:
    """Who I am here and what my role may do."""
    user = request.user
    return render(
        request,
        "accounts/me.html",
        {
            "person": user,
            "permissions": role_permissions(user.role),
            "has_totp": totp_device(user) is not None,
            "totp_required": totp_required(user.role),
            "codes_left": recovery_codes_left(user),
            "sign_ins": user.sign_ins.filter(ended_at=None).count(),
        },
    )


@requires(is_staff_member)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedInRequest) -> HttpResponseBase:
    """Choose a new password; the rules are read before anything is typed."""
    user = request.user
    form = PasswordForm(request.POST or None, user=user)
    owed = must_change_password(user, now())
    if request.method == "POST" and form.is_valid() and _is_the_owner(request, form):
        change_password(
            password=form.cleaned_data["new_password"], sign_in=request.sign_in, by=user
        )
        update_session_auth_hash(request, user)
        rekey(
            sign_in=request.sign_in, key_digest=session_digest(request.session.session_key), by=user
        )
        messages.success(request, "密码已修改，其他地方的登录都已退出。")
        return _onward(request, owed)
    context = {"form": form, "rules": password_rules(), "owed": owed}
    return render(request, "accounts/password.html", context)


def _is_the_owner(request: SignedInRequest, form: Form) -> bool:
    """The password once more, counted like a sign-in: an unattended desk is guessed at no more often."""
    password = form.cleaned_data["old_password"]
    known, until = try_password(request, request.user.username, password)
    if until is not None:
        form.add_error("old_password", f"输错次数过多，请在 {minutes_until(until)} 分钟后再试。")
    elif known is None:
        form.add_error("old_password", "现在的密码不对，请重新填写。")
    return not form.errors


def _onward(request: SignedInRequest, owed: str) -> HttpResponseBase:
    """After what was owed: back to what was typed, or to the day's work."""
    if request.session.get(KEPT):
        return redirect("accounts:kept")
    return redirect("/office/" if owed else "accounts:me")


@requires(is_staff_member)
@never_cache
@require_safe
def second_factor(request: SignedInRequest) -> HttpResponseBase:
    """The authenticator: bind one, or see that it is bound."""
    return _second_factor_page(request)


def _second_factor_page(
    request: SignedInRequest,
    *,
    confirm: ConfirmCodeForm | None = None,
    again: PasswordAgainForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    user = request.user
    bound, begun = totp_device(user), _begun(request)
    context = {
        "confirm": confirm or ConfirmCodeForm(),
        "again": again or PasswordAgainForm(),
        "bound": bound,
        "secret": in_groups(begun) if begun else "",
        "owed": bound is None and totp_required(user.role),
        "codes_left": recovery_codes_left(user),
    }
    return render(request, "accounts/second_factor.html", context, status=status)


@requires(is_staff_member)
@sensitive_post_parameters()
@require_POST
def second_factor_begin(request: SignedInRequest) -> HttpResponseBase:
    """A secret for a new authenticator. Replacing a bound one asks for the password again."""
    if totp_device(request.user) is not None:
        again = PasswordAgainForm(request.POST)
        if not (again.is_valid() and _is_the_owner(request, again)):
            return _second_factor_page(request, again=again, status=400)
    request.session[_BEGUN] = begin_enrolment(by=request.user).pk
    return redirect("accounts:second_factor")


def _begun(request: SignedInRequest) -> TOTPDevice | None:
    """The secret that this very sign-in has asked for: one begun elsewhere may be known elsewhere."""
    return begun_enrolment(request.user, request.session.get(_BEGUN))


@requires(is_staff_member)
@never_cache
@require_safe
def second_factor_qr(request: SignedInRequest) -> HttpResponseBase:
    """The secret as a picture for the telephone's camera; only until it is confirmed."""
    begun = _begun(request)
    if begun is None:
        raise Http404
    picture = io.BytesIO()
    segno.make(begun.config_url, error="l").save(picture, kind="svg", scale=5, light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@requires(is_staff_member)
@sensitive_post_parameters()
@require_POST
def second_factor_confirm(request: SignedInRequest) -> HttpResponseBase:
    """The first code proves that the authenticator works; the recovery codes are shown once."""
    form = ConfirmCodeForm(request.POST)
    if not form.is_valid():
        return _second_factor_page(request, confirm=form, status=400)
    begun = _begun(request)
    confirmed = begun and confirm_enrolment(
        device=begun, code=form.cleaned_data["totp"], sign_in=request.sign_in, by=request.user
    )
    if confirmed is None:
        form.add_error("totp", "这 6 位数字不对，请看清身份验证器当前显示的数字再填。")
        return _second_factor_page(request, confirm=form, status=400)
    device, codes = confirmed
    note_device(request, device)
    return _codes_page(request, codes)


@requires(is_staff_member)
@sensitive_post_parameters()
@require_POST
def recovery_codes(request: SignedInRequest) -> HttpResponseBase:
    """New recovery codes in place of the old ones, after the password once more."""
    if totp_device(request.user) is None:
        return redirect("accounts:second_factor")
    again = PasswordAgainForm(request.POST)
    if not (again.is_valid() and _is_the_owner(request, again)):
        return _second_factor_page(request, again=again, status=400)
    return _codes_page(request, renew_recovery_codes(by=request.user))


def _codes_page(request: SignedInRequest, codes: list[str]) -> HttpResponseBase:
    # Answered at once instead of after a redirect: so the codes are nowhere but on this page.
    onward = "/office/kept/" if request.session.get(KEPT) else "/office/"
    response = render(request, "accounts/recovery_codes.html", {"codes": codes, "onward": onward})
    response.headers["Cache-Control"] = "no-store"
    return response


@requires(is_staff_member)
@require_safe
def sign_ins(request: SignedInRequest) -> HttpResponseBase:
    """«我的登录»: where I am signed in, and where I was lately."""
    page = page_of(sign_in_history(request.user, since=now() - _HISTORY), request)
    context = {
        "page": page,
        "here": request.sign_in,
        "failures": recent_failures(request.user.username),
    }
    return render(request, "accounts/sign_ins.html", context)


@requires(is_staff_member)
@require_POST
def end_sign_in(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """End one of my own sign-ins; another person's is not there."""
    sign_in = get_object_or_404(request.user.sign_ins, pk=pk)
    end_one(sign_in=sign_in, by=request.user)
    messages.success(request, f"已退出：{sign_in.device}。")
    return redirect("accounts:sign_ins")


@requires(is_staff_member)
@require_POST
def end_all_sign_ins(request: SignedInRequest) -> HttpResponseBase:
    """Leave every device, this one too."""
    sign_out_everywhere(by=request.user)
    request.session.flush()
    return redirect("/office/sign-in/?why=signed_out")
