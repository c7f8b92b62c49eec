"""The register: its list, its workbook, a new institution, and amending one."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.documents.xlsx import MEDIA_TYPE
from foundation.web.answers import done
from foundation.web.pagination import page_of
from institutions import rules
from institutions.actions import register as actions
from institutions.forms.register import InstitutionForm, RegisterFilter
from institutions.models import Institution
from institutions.papers.register import register_workbook
from institutions.queries.register import line_of, lines_of, register_rows
from institutions.queries.warnings import code_cautions
from institutions.views.answers import form_page, institution_of, standing_institution, to_file


@requires(rules.may_view)
@require_safe
def register(request: SignedInRequest) -> HttpResponse:
    """The register, narrowed by what the address asks for."""
    on = today()
    asked = RegisterFilter(request.GET)
    rows = asked.narrow(register_rows(), request.user, on)
    page = page_of(rows.values_list("pk", flat=True), request)
    # What a line needs is worked out for the rows of this page only, not for all that come before.
    lines = [line_of(row, on) for row in lines_of(register_rows().filter(pk__in=list(page)), on)]
    shown = {
        "form": asked,
        "page": page,
        "lines": lines,
        "may_register": rules.may_register(request.user),
        "may_delete": rules.may_delete(request.user),
        "may_verify": rules.may_verify(request.user)
        and any(line.institution.state == "unverified" for line in lines),
    }
    return render(request, "institutions/register.html", shown)


@requires(rules.may_view)
@require_POST
def register_export(request: SignedInRequest) -> FileResponse:
    """What the filter of the address shows, as a workbook; who took it is written down."""
    on = today()
    asked = RegisterFilter(request.GET)
    rows = asked.narrow(register_rows(), request.user, on)
    with_phones = rules.may_view_account(request.user)
    with transaction.atomic():
        count = rows.count()
        book = register_workbook(rows, on, with_phones=with_phones)
        # Last, because nobody else can write into the trail until this is done.
        actions.note_export(rows=count, asked=asked.words, with_phones=with_phones, by=request.user)
    return FileResponse(
        book,
        as_attachment=True,
        filename=f"register-{on:%Y%m%d}.xlsx",
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "private, no-store"},
    )


@requires(rules.may_register)
@require_http_methods(["GET", "HEAD", "POST"])
def register_new(request: SignedInRequest) -> HttpResponse:
    """Enter an institution; those that it could be taken for are shown first."""
    form = InstitutionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        institution = actions.register(values=form.cleaned_data, by=request.user.actor)
        messages.success(request, "已登记，状态为“待核验”。请继续登记许可证等材料。")
        _mention_code(request, institution)
        return redirect("institutions:file", institution.pk)
    return render(request, "institutions/new.html", {"form": form})


@requires(rules.may_register)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what the register says of an institution."""
    institution = institution_of(request, pk)
    form = InstitutionForm(request.POST or None, institution=institution)
    if done(
        form,
        lambda: actions.amend(
            institution=institution,
            values=form.cleaned_data,
            version=institution.version,
            by=request.user.actor,
        ),
    ):
        messages.success(request, "已保存。")
        _mention_code(request, standing_institution(pk))
        return to_file(institution)
    return form_page(
        request,
        institution,
        form,
        title="修改机构信息",
        submit="保存修改",
        follows="曾经公示的机构，公示页面会立即显示修改后的内容。",
    )


def _mention_code(request: SignedInRequest, institution: Institution) -> None:
    for words in code_cautions(institution.credit_code) if institution.credit_code else ():
        messages.warning(request, f"{words}已照您填写的内容保存。")
