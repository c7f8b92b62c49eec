"""Reading what an institution's file shows masked: asked for with a reason, shown once, written down."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.models import Attachment
from foundation.attachments.responses import serve
from foundation.web.answers import done
from institutions import rules
from institutions.actions import operation as actions
from institutions.forms.lifecycle import ReasonForm
from institutions.models import Custody, Institution, Representative, Scan
from institutions.models.papers import ScanKind
from institutions.views.answers import form_page, institution_of, row_of, still_there

_Read = TypeVar("_Read")
_FOLLOWS = "完整号码只显示这一次；谁在何时因何查看，都记入操作记录。"
_SCAN_FOLLOWS = "协议上有完整账号；谁在何时因何查看，都记入操作记录。"


@never_cache
@requires(rules.may_view_account)
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """The whole telephone number of a person who answers for the institution."""
    institution = institution_of(request, pk)
    rows = Representative.objects.select_related("institution")
    person = row_of(request, rows.filter(institution=institution, pk=row))
    form = ReasonForm(request.POST or None)
    number = _read(
        form,
        request,
        lambda **given: actions.read_phone(representative=still_there(person), **given),
    )
    if number is not None:
        return _told(request, institution, f"{person}的联系电话", number)
    return form_page(
        request,
        institution,
        form,
        title="查看完整电话",
        about=str(person or ""),
        submit="查看",
        follows=_FOLLOWS,
    )


@never_cache
@requires(rules.may_view_account)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole number of the account in which prepaid fees are kept."""
    institution = institution_of(request, pk)
    rows = Custody.objects.select_related("institution")
    custody = row_of(request, rows.filter(institution=institution))
    form = ReasonForm(request.POST or None)
    number = _read(
        form, request, lambda **given: actions.read_account(custody=still_there(custody), **given)
    )
    if number is not None:
        return _told(request, institution, "资金监管专户账号", number)
    return form_page(
        request,
        institution,
        form,
        title="查看完整账号",
        about=str(custody or ""),
        submit="查看",
        follows=_FOLLOWS,
    )


@never_cache
@requires(rules.may_view_account)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_phone(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole telephone number of the institution's contact."""
    institution = institution_of(request, pk)
    form = ReasonForm(request.POST or None)
    number = _read(
        form, request, lambda **given: actions.read_contact_phone(institution=institution, **given)
    )
    if number is not None:
        return _told(request, institution, "机构联系人的联系电话", number)
    return form_page(
        request,
        institution,
        form,
        title="查看完整电话",
        about=f"机构联系人{institution.contact_name}",
        submit="查看",
        follows=_FOLLOWS,
    )


@never_cache
@requires(rules.may_view_account)
@require_http_methods(["GET", "HEAD", "POST"])
def custody_scan(request: SignedInRequest, pk: int, row: int) -> HttpResponseBase:
    """The scanned agreement on the custody account."""
    institution = institution_of(request, pk)
    rows = Scan.objects.filter(institution=institution, kind=ScanKind.CUSTODY)
    scan = row_of(request, rows.select_related("attachment", "institution").filter(pk=row))
    form = ReasonForm(request.POST or None)
    attachment: Attachment | None = _read(
        form, request, lambda **given: actions.read_custody_scan(scan=still_there(scan), **given)
    )
    if attachment is not None:
        return serve(attachment)
    return form_page(
        request,
        institution,
        form,
        title="查看资金监管协议",
        about=str(scan or ""),
        submit="查看",
        follows=_SCAN_FOLLOWS,
    )


def _read(form: ReasonForm, request: SignedInRequest, act: Callable[..., _Read]) -> _Read | None:
    """What is asked for, once the form's reason is valid; a lost key is said at the top of the form."""
    found: list[_Read] = []
    done(
        form,
        lambda: found.append(act(reason=form.cleaned_data["reason"], by=request.user.actor)),
    )
    return found[0] if found else None


def _told(
    request: SignedInRequest, institution: Institution, label: str, number: str
) -> HttpResponse:
    page = {"institution": institution, "label": label, "number": number}
    return render(request, "institutions/told.html", page)
