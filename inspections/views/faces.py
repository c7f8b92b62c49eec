"""Faces of minors in a photo: pointed at, covered in a copy, or found to be none."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.attachments.actions import shown_copy
from foundation.attachments.images import Area, size_of
from foundation.attachments.models import Attachment
from foundation.attachments.responses import serve, serve_covered
from foundation.web.answers import done
from inspections import rules
from inspections.actions.faces import check_faces
from inspections.forms.faces import FacesForm, Pointed, pointed
from inspections.models import Photo
from inspections.views.inspections import POST_OR_GET, to_inspection
from inspections.views.photos import seen_photo


@requires(rules.may_view_inspections)
@require_http_methods(POST_OR_GET)
def photo_faces(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponse:
    """Point at faces, one corner after the other; save the copy, or say that there are none."""
    row = seen_photo(request, pk, photo)
    asked = _pointed(request, row)
    check = row.face_check
    form = FacesForm(request.POST or None, areas=asked.areas)

    def save() -> None:
        check_faces(
            photo=row,
            areas=asked.areas,
            seen=form.cleaned_data["seen"],
            by=request.user.actor,
        )

    if done(form, save):
        messages.success(request, "已保存遮挡副本。" if asked.areas else "已记为不含未成年人面部。")
        return to_inspection(row.inspection)
    page = {
        "inspection": row.inspection,
        "photo": row,
        "check": check,
        "pointed": asked,
        "form": form,
    }
    return render(request, "inspections/visits/faces.html", page)


@requires(rules.may_view_inspections)
@require_safe
def photo_faces_picture(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponse:
    """The photo as it would be, so wide as it is asked for."""
    row = seen_photo(request, pk, photo)
    asked = _pointed(request, row)
    return serve_covered(shown_copy(evidence=row.evidence), asked.areas, asked.width, asked.corner)


@requires(rules.may_view_inspections)
@require_safe
def photo_covered(request: SignedInRequest, pk: int, photo: UUID) -> HttpResponseBase:
    """The copy that leaves the case in place of the photo."""
    check = seen_photo(request, pk, photo).face_check
    copy: Attachment | None = check.copy if check else None
    if copy is None:
        raise Http404
    return serve(copy, inline=True)


def _pointed(request: SignedInRequest, row: Photo) -> Pointed:
    with shown_copy(evidence=row.evidence).file.open("rb") as file:
        size = size_of(file.read())
    check = row.face_check
    known = [Area(*one) for one in check.areas] if check else []
    return pointed(request.POST or request.GET, size, known)
