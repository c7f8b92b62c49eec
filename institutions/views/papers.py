"""The rows of an institution's file: added, amended, removed; licences marked void; scans in and out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.responses import serve
from foundation.web.answers import done
from institutions import rules
from institutions.actions import papers as paper_actions
from institutions.actions import parts as part_actions
from institutions.actions.parts import PARTS, Part
from institutions.forms.lifecycle import ReasonForm, VoidForm
from institutions.forms.papers import ScanForm
from institutions.forms.parts import FORMS
from institutions.models import Licence, RemovedRow, Scan, StateChange
from institutions.models.papers import ScanKind
from institutions.queries.warnings import licence_number_cautions
from institutions.views.answers import (
    form_page,
    institution_of,
    row_of,
    standing_institution,
    still_there,
    to_file,
)

_FORM = ["GET", "HEAD", "POST"]


@requires(rules.may_register)
@require_http_methods(_FORM)
def part_add(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    """Write a new row of this kind into the file."""
    institution, kind = institution_of(request, pk), _part(part)
    form = FORMS[kind.slug](request.POST or None, part=kind, institution=institution)
    if done(
        form,
        lambda: part_actions.add_part(
            institution=institution, part=kind, values=form.cleaned_data, by=request.user.actor
        ),
    ):
        _mention_number(request, kind, form.cleaned_data)
        messages.success(request, f"{kind.label}已登记。")
        return to_file(institution, kind.slug)
    return form_page(
        request, institution, form, title=f"登记{kind.label}", submit=f"登记{kind.label}"
    )


@requires(rules.may_register)
@require_http_methods(_FORM)
def part_amend(request: SignedInRequest, pk: int, part: str, row: int) -> HttpResponse:
    """Correct one row of this kind."""
    institution, kind = institution_of(request, pk), _part(part)
    found = row_of(request, kind.rows_of(institution).filter(pk=row))
    form = FORMS[kind.slug](request.POST or None, part=kind, institution=institution, row=found)
    if done(
        form,
        lambda: part_actions.amend_part(
            institution=institution,
            part=kind,
            pk=row,
            values=form.cleaned_data,
            version=institution.version,
            by=request.user.actor,
        ),
    ):
        _mention_number(request, kind, form.cleaned_data)
        messages.success(request, "已保存。")
        return to_file(institution, kind.slug)
    return form_page(request, institution, form, title=f"修改{kind.label}", submit="保存修改")


@requires(rules.may_register)
@require_http_methods(_FORM)
def part_remove(request: SignedInRequest, pk: int, part: str, row: int) -> HttpResponse:
    """Take one row of this kind out of the file, with a reason."""
    institution, kind = institution_of(request, pk), _part(part)
    found = row_of(request, kind.rows_of(institution).filter(pk=row))
    form = ReasonForm(request.POST or None)
    if done(
        form,
        lambda: part_actions.remove_part(
            institution=institution,
            part=kind,
            pk=row,
            reason=form.cleaned_data["reason"],
            by=request.user.actor,
        ),
    ):
        messages.success(request, f"{kind.label}已删除，可以在“已删除的记录”中恢复。")
        return to_file(institution, kind.slug)
    return form_page(
        request,
        institution,
        form,
        title=f"删除{kind.label}",
        about=str(found or ""),
        submit=f"删除这条{kind.label}",
        follows="删除后档案和公示页面不再显示这一条；删错了可以在档案的“已删除的记录”中恢复。",
    )


@requires(rules.may_register)
@require_http_methods(_FORM)
def licence_void(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Mark a licence as replaced or taken back."""
    return _mark(request, pk, row, is_void=True)


@requires(rules.may_register)
@require_http_methods(_FORM)
def licence_revive(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Take that mark back."""
    return _mark(request, pk, row, is_void=False)


@requires(rules.may_register)
@require_http_methods(_FORM)
def scan_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a scanned paper into the file."""
    institution = institution_of(request, pk)
    form = ScanForm(request.POST or None, request.FILES or None)
    if done(
        form,
        lambda: paper_actions.add_scan(
            institution=institution, by=request.user.actor, **form.cleaned_data
        ),
    ):
        messages.success(request, "扫描件已存入档案。")
        return to_file(institution, "scan")
    return form_page(request, institution, form, title="上传扫描件", submit="存入档案")


@requires(rules.may_view)
@require_safe
def scan(request: SignedInRequest, pk: int, row: int) -> HttpResponseBase:
    """A scanned paper of the file, to those who may see the file; the custody agreement is read elsewhere."""
    institution = standing_institution(pk)
    rows = Scan.objects.exclude(kind=ScanKind.CUSTODY).select_related("attachment")
    found = get_object_or_404(rows, institution=institution, pk=row)
    return serve(found.attachment, inline=True)


@requires(rules.may_register)
@require_http_methods(_FORM)
def scan_remove(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Take a scanned paper out of the file, with a reason."""
    institution = institution_of(request, pk)
    rows = Scan.objects.select_related("attachment", "institution")
    found = row_of(request, rows.filter(institution=institution, pk=row))
    form = ReasonForm(request.POST or None)
    if done(
        form,
        lambda: paper_actions.remove_scan(
            scan=still_there(found), reason=form.cleaned_data["reason"], by=request.user.actor
        ),
    ):
        messages.success(request, "扫描件已移除，可以在“已删除的记录”中恢复。")
        return to_file(institution, "scan")
    return form_page(
        request,
        institution,
        form,
        title="移除扫描件",
        about=str(found or ""),
        submit="移除这份扫描件",
    )


@requires(rules.may_register)
@require_http_methods(_FORM)
def row_restore(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Put a row back that was taken out of the file by mistake, with a reason."""
    institution = institution_of(request, pk)
    found = row_of(request, RemovedRow.objects.filter(institution=institution, pk=row))
    form = ReasonForm(request.POST or None)
    if done(
        form,
        lambda: part_actions.restore_row(
            institution=institution,
            pk=row,
            reason=form.cleaned_data["reason"],
            by=request.user.actor,
        ),
    ):
        messages.success(request, "已恢复，内容与删除前相同。")
        return to_file(institution)
    return form_page(
        request,
        institution,
        form,
        title="恢复已删除的记录",
        about=str(found or ""),
        submit="恢复这条记录",
        follows="恢复后档案和公示页面按删除前的内容显示。",
    )


@requires(rules.may_view)
@require_safe
def change_paper(request: SignedInRequest, pk: int, change: int) -> HttpResponseBase:
    """The scanned paper by which a state was changed."""
    institution = standing_institution(pk)
    rows = StateChange.objects.exclude(attachment=None).select_related("attachment")
    found = get_object_or_404(rows, institution=institution, pk=change)
    if found.attachment is None:
        raise Http404
    return serve(found.attachment, inline=True)


def _part(slug: str) -> Part:
    if slug not in PARTS:
        raise Http404
    return PARTS[slug]


def _mention_number(request: SignedInRequest, part: Part, values: dict[str, Any]) -> None:
    if part is PARTS["licence"]:
        for words in licence_number_cautions(values.get("number", "")):
            messages.warning(request, f"{words}已照您填写的内容保存。")


def _mark(request: SignedInRequest, pk: int, row: int, *, is_void: bool) -> HttpResponse:
    institution = institution_of(request, pk)
    rows = Licence.objects.select_related("institution")
    licence = row_of(request, rows.filter(institution=institution, pk=row))
    act = paper_actions.void_licence if is_void else paper_actions.revive_licence
    form = VoidForm(request.POST or None)
    if done(
        form, lambda: act(licence=still_there(licence), by=request.user.actor, **form.cleaned_data)
    ):
        messages.success(request, "已保存。")
        return to_file(institution, "licence")
    words = "标为已失效" if is_void else "恢复为在用"
    return form_page(
        request,
        institution,
        form,
        title=f"将许可证{words}",
        about=str(licence or ""),
        submit=words,
        follows="有效期按其余在用的许可证计算，公示页面立即按此显示。",
    )
