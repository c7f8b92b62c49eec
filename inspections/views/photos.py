"""Photos of a visit: shown to whoever may see the part they belong to, added and withdrawn at a desk."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.actions import shown_copy
from foundation.attachments.models import Attachment
from foundation.attachments.responses import serve, serve_small
from foundation.web.answers import done
from inspections import rules
from inspections.actions import photos as actions
from inspections.forms.evidence import PhotosForm, WithdrawPhotoForm
from inspections.models import Inspection, Photo
from inspections.queries.evidence import photos_for
from inspections.queries.records import record_for
from inspections.views.inspections import POST_OR_GET, form_page, found_inspection, to_inspection
from inspections.views.visits import own_visit


@requires(rules.may_view_inspections)
@require_safe
def photo(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponseBase:
    """The bare copy. The original, in which the camera has noted place and device, no page offers."""
    return serve(shown_copy(evidence=seen_photo(request, pk, photo).evidence), inline=True)


@requires(rules.may_view_inspections)
@require_safe
def photo_small(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponseBase:
    """The same in small, beside others."""
    return serve_small(shown_copy(evidence=seen_photo(request, pk, photo).evidence))


@requires(rules.may_view_inspections)
@require_safe
def photo_stamped(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponseBase:
    """The copy that bears place, time and department, where there is one."""
    stamped: Attachment | None = seen_photo(request, pk, photo).evidence.stamped
    if stamped is None:
        raise Http404
    return serve(stamped, inline=True)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def photo_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Several photos of one thing."""
    found = own_visit(request, pk)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    record, own = record_for(request.user, found), request.user.department_id
    form = PhotosForm(
        request.POST or None,
        request.FILES or None,
        inspection=found,
        items=[
            line.item for part in record if part.section.department_id == own for line in part.lines
        ],
        findings=[one for part in record for one in part.findings],
        beside=request.GET.get("beside", ""),
    )

    def add() -> None:
        asked = form.cleaned_data
        actions.add_photos(
            inspection=found,
            uploads=asked["uploads"],
            form=asked["uuid"],
            late_reason=asked.get("late_reason", ""),
            by=request.user.actor,
            **form.meaning,
        )

    if done(form, add):
        messages.success(request, "照片已登记。")
        return to_inspection(found)
    follows = "照片中有未成年人的，拍摄和使用时注意保护其隐私。"
    return form_page(request, found, form, title="登记照片", submit="登记照片", follows=follows)


@requires(rules.may_record)
@require_http_methods(POST_OR_GET)
def photo_withdraw(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponse:
    """It was a mistake."""
    found = own_visit(request, pk)
    row = _one(request, found, photo)
    if request.method != "POST" and not found.is_running:
        return to_inspection(found)
    form = WithdrawPhotoForm(request.POST or None)
    if done(
        form, lambda: actions.withdraw_photo(photo=row, by=request.user.actor, **form.cleaned_data)
    ):
        messages.success(request, "照片已撤回。")
        return to_inspection(found)
    follows = "撤回的照片和理由仍可查看，不再作为检查记录的内容。"
    return form_page(request, found, form, title=f"撤回{row}", submit="撤回照片", follows=follows)


def seen_photo(request: SignedInRequest, pk: int, photo: UUID) -> Photo:
    """The photo of an address, to those who may see it; to the rest it is not there."""
    return _one(request, found_inspection(request, pk), photo)


def _one(request: SignedInRequest, found: Inspection, photo: UUID) -> Photo:
    rows = photos_for(request.user, found).select_related(
        "inspection", "item__area", "finding", "evidence__shown", "evidence__stamped"
    )
    return get_object_or_404(rows, evidence=photo)
