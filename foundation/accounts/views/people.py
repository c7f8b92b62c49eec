"""People and roles: the administrator's room."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.actions import people as acts
from foundation.accounts.actions.passwords import reset_password
from foundation.accounts.actions.second_factor import reset_second_factor, set_totp_required
from foundation.accounts.forms import (
    AddPersonForm,
    AmendPersonForm,
    PeopleFilterForm,
    ReasonForm,
    TotpSettingForm,
)
from foundation.accounts.models import Role, User
from foundation.accounts.queries.failures import is_locked, recent_failures
from foundation.accounts.queries.people import (
    find_people,
    missed_changes,
    permission_lines,
    role_lines,
    staff,
)
from foundation.accounts.queries.sign_ins import totp_device
from foundation.accounts.rules import may_manage_people
from foundation.audit.queries import page_of_trail
from foundation.web.answers import done, told
from foundation.web.pagination import number_of, page_of

_AMENDED = ("person.amended", "person.disabled", "person.enabled")


@requires(may_manage_people)
@require_safe
def people(request: SignedInRequest) -> HttpResponseBase:
    """Everybody, department by department."""
    form = PeopleFilterForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    department = asked.get("department")
    rows = find_people(
        asked.get("q", ""), department.code if department else "", asked.get("state", "")
    )
    page = page_of(rows, request)
    return render(request, "accounts/people.html", {"form": form, "page": page})


@requires(may_manage_people)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: SignedInRequest) -> HttpResponseBase:
    """A new account; its password for one use is shown on the answer and nowhere else."""
    form = AddPersonForm(request.POST or None)
    added: list[tuple[User, str]] = []
    if done(
        form,
        lambda: added.append(acts.add_person(**form.cleaned_data, by=request.user.actor)),
    ):
        return _password_page(request, *added[0])
    return render(request, "accounts/add_person.html", {"form": form})


def _password_page(request: HttpRequest, person: User, password: str) -> HttpResponseBase:
    return render(
        request, "accounts/one_time_password.html", {"person": person, "password": password}
    )


@requires(may_manage_people)
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One person: facts, what can be done, and what was done."""
    found = get_object_or_404(staff(), pk=pk)
    return _person_page(request, found)


def _person_page(
    request: SignedInRequest, found: User, form: ReasonForm | None = None, status: int = 200
) -> HttpResponseBase:
    context = {
        "person": found,
        "form": form or ReasonForm(),
        "is_self": found.pk == request.user.pk,
        "locked": is_locked(found),
        "failures": recent_failures(found.username),
        "has_totp": totp_device(found) is not None,
        "timeline": page_of_trail(found, number_of(request.GET.get("before", ""))),
    }
    return render(request, "accounts/person.html", context, status=status)


@requires(may_manage_people)
@require_http_methods(["GET", "HEAD", "POST"])
def amend_person(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Name, department, role, certificate."""
    found = get_object_or_404(staff(), pk=pk)
    form = AmendPersonForm(request.POST or None, initial=_initial(found))
    page: dict[str, Any] = {"person": found, "form": form}
    if form.is_valid():
        facts = dict(form.cleaned_data)
        version = facts.pop("version")
        if done(
            form,
            lambda: acts.amend_person(person=found, facts=facts, version=version, by=request.user),
            found,
        ):
            messages.success(request, "已保存。")
            return redirect("accounts:person", pk)
        page["missed"] = missed_changes(found, _AMENDED, found.version - version)
    return render(request, "accounts/amend_person.html", page)


def _initial(found: User) -> dict[str, Any]:
    return {
        "name": found.name,
        "department": found.department_id,
        "role": found.role,
        "certificate_no": found.certificate_no,
        "version": found.version,
    }


@requires(may_manage_people)
@require_POST
def act(request: SignedInRequest, pk: int, name: str) -> HttpResponseBase:
    """Disable, enable, unlock, or take the second factor off: each with a reason."""
    found = get_object_or_404(staff(), pk=pk)
    form = ReasonForm(request.POST)
    doing, words = _ACTS[name]
    if done(
        form,
        lambda: doing(person=found, reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, words)
        return redirect("accounts:person", pk)
    return _person_page(request, found, form, status=400)


_ACTS = {
    "disable": (acts.disable_person, "账号已停用，此人的登录都已退出。"),
    "enable": (acts.enable_person, "账号已重新启用。"),
    "unlock": (acts.unlock_person, "登录锁定已解除。"),
    "second-factor": (reset_second_factor, "身份验证器已解除，本人下次登录后重新绑定。"),
}


@requires(may_manage_people)
@never_cache
@require_POST
def reset(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """A new password for one use, shown once."""
    found = get_object_or_404(staff(), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form, status=400)
    if found.pk == request.user.pk:
        messages.error(request, "自己的密码请在“我的账号”中修改。")
        return redirect("accounts:person", pk)
    password = reset_password(person=found, reason=form.cleaned_data["reason"], by=request.user)
    return _password_page(request, found, password)


@requires(may_manage_people)
@require_safe
def roles(request: SignedInRequest) -> HttpResponseBase:
    """Who may do what, as the one table says, and what sign-in asks of each role."""
    context = {"roles": role_lines(), "lines": permission_lines()}
    return render(request, "accounts/roles.html", context)


@requires(may_manage_people)
@require_POST
def set_role(request: SignedInRequest, role: str) -> HttpResponseBase:
    """Must this role enter a one-time code?"""
    line = next((line for line in role_lines() if line.role == role), None)
    form = TotpSettingForm(request.POST)
    if line is None or not form.is_valid():
        messages.error(request, "没有保存，请重新选择。")
        return redirect("accounts:roles")
    if told(
        request,
        lambda: set_totp_required(
            role=Role(role),
            required=form.cleaned_data["required"],
            was=line.totp_required,
            version=form.cleaned_data["version"],
            by=request.user,
        ),
    ):
        messages.success(request, f"“{line.role.label}”的登录要求已保存。")
    return redirect("accounts:roles")
