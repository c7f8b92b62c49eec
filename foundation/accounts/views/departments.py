"""The directory of departments."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.accounts.actions import departments as acts
from foundation.accounts.forms import AddDepartmentForm, AmendDepartmentForm
from foundation.accounts.models import Department
from foundation.accounts.queries.departments import directory, email_warning, phone_warning
from foundation.accounts.queries.people import missed_changes
from foundation.accounts.rules import may_manage_departments, may_view_departments
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.web.answers import done, told
from foundation.web.pagination import number_of, page_of

_AMENDED = ("department.amended",)


@requires(may_view_departments)
@require_safe
def departments(request: SignedInRequest) -> HttpResponseBase:
    """Whom to ring, and how sure we are of the number."""
    page = page_of(directory(today()), request)
    return render(request, "accounts/departments.html", {"page": page})


@requires(may_view_departments)
@require_safe
def department(request: SignedInRequest, code: str) -> HttpResponseBase:
    """One department: duty, telephone, what was changed."""
    found = get_object_or_404(Department, code=code)
    context = {
        "department": found,
        "phone_warning": phone_warning(found, today()),
        "email_warning": email_warning(found, today()),
        "people": found.people.filter(is_active=True),
        "timeline": page_of_trail(found, number_of(request.GET.get("before", ""))),
    }
    return render(request, "accounts/department.html", context)


@requires(may_manage_departments)
@require_http_methods(["GET", "HEAD", "POST"])
def add_department(request: SignedInRequest) -> HttpResponseBase:
    """A new department or town."""
    form = AddDepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts, by = dict(form.cleaned_data), request.user.actor
        code = facts.pop("code")
        if done(form, lambda: acts.add_department(code=code, facts=facts, by=by)):
            messages.success(request, "已新增。")
            return redirect("accounts:department", code)
    return render(request, "accounts/add_department.html", {"form": form})


@requires(may_manage_departments)
@require_http_methods(["GET", "HEAD", "POST"])
def amend_department(request: SignedInRequest, code: str) -> HttpResponseBase:
    """Change what the directory says about a department."""
    found = get_object_or_404(Department, code=code)
    initial = {field: getattr(found, field) for field in AmendDepartmentForm.base_fields}
    form = AmendDepartmentForm(request.POST or None, initial=initial)
    page: dict[str, Any] = {"department": found, "form": form}
    if form.is_valid():
        facts, by = dict(form.cleaned_data), request.user.actor
        version = facts.pop("version")
        if done(
            form,
            lambda: acts.amend_department(department=found, facts=facts, version=version, by=by),
            found,
        ):
            messages.success(request, "已保存。")
            return redirect("accounts:department", code)
        page["missed"] = missed_changes(found, _AMENDED, found.version - version)
    return render(request, "accounts/amend_department.html", page)


@requires(may_manage_departments)
@require_POST
def check_phone(request: SignedInRequest, code: str) -> HttpResponseBase:
    """«今天核对过», of the telephone."""
    return _checked(request, code, "complaint_phone")


@requires(may_manage_departments)
@require_POST
def check_email(request: SignedInRequest, code: str) -> HttpResponseBase:
    """«今天核对过», of the mailbox."""
    return _checked(request, code, "complaint_email")


def _checked(request: SignedInRequest, code: str, contact: str) -> HttpResponseBase:
    found = get_object_or_404(Department, code=code)
    by = request.user.actor
    if told(request, lambda: acts.check_contact(department=found, contact=contact, by=by)):
        messages.success(request, "已记录今天核对过。")
    return redirect("accounts:department", code)
