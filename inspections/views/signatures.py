"""Signatures of a visit: shown to whoever may see the visit, entered at a desk."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.actions import shown_copy
from foundation.attachments.responses import serve
from foundation.web.answers import done
from inspections import rules
from inspections.actions import signatures as actions
from inspections.forms.evidence import SignForm
from inspections.views.inspections import POST_OR_GET, form_page, found_inspection, to_inspection
from inspections.views.visits import own_visit


@requires(rules.may_view_inspections)
@require_safe
def signature(request: SignedInRequest, pk: int, signature: int) -> HttpResponseBase:
    """The picture of one."""
    row = get_object_or_404(found_inspection(request, pk).signatures, pk=signature)
    if row.evidence is None:
        raise Http404
    return serve(shown_copy(evidence=row.evidence), inline=True)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def inspection_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who has signed on paper, with or without a picture of it; or would not."""
    found = own_visit(request, pk)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = SignForm(
        request.POST or None,
        request.FILES or None,
        inspection=found,
        officer=str(request.user),
    )

    def sign() -> None:
        if picture := form.cleaned_data["picture"]:
            actions.sign_with_picture(
                inspection=found,
                picture=picture,
                form=form.cleaned_data["uuid"],
                by=request.user.actor,
                **form.signer,
            )
        else:
            actions.sign_visit(
                inspection=found, by=request.user.actor, **form.signer, **form.manner
            )

    if done(form, sign):
        messages.success(request, "签名情况已登记。")
        return to_inspection(found)
    follows = "同一签名人再次登记的，以后一次为准，原来的保留备查。"
    return form_page(request, found, form, title="登记签名", submit="登记签名", follows=follows)
