"""Faces of minors in a photo: covered in a copy for whatever leaves the case, or found to be none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.actions import cover_photo, shown_copy
from foundation.attachments.images import Area
from foundation.attachments.models import Attachment
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.models import FaceCheck, Photo

MOST_AREAS = 20


@transaction.atomic
def check_faces(
    *,
    photo: Photo,
    areas: Sequence[Area],
    seen: int | None,
    by: Actor,
    at: datetime | None = None,
) -> FaceCheck:
    """Somebody has looked for faces of minors: these parts are covered in a copy, or there are none. The original
    stays as it is; `seen` is the check that the page has shown."""
    at = at or now()
    held = _held(photo, seen)
    if by.user_id is None:
        raise NotPossibleError("须由工作人员本人登录后办理。")
    if len(areas) > MOST_AREAS:
        raise NotPossibleError(f"一张照片最多遮挡{MOST_AREAS}处，请合并相邻的位置。")
    copy = cover_photo(evidence=held.evidence, areas=areas, by=by, at=at) if areas else None
    FaceCheck.objects.filter(photo=held, replaced_at=None).update(replaced_at=at)
    made = FaceCheck.objects.create(
        photo=held, areas=[list(one) for one in areas], copy=copy, by_id=by.user_id, at=at
    )
    original = f"原件校验值{held.evidence.original.sha256}"
    words = f"核对{held}：不含未成年人面部，{original}"
    if copy:
        words = f"遮挡{held}中的{len(areas)}处，副本校验值{copy.sha256}，{original}"
    act = "inspection.faces_covered" if copy else "inspection.faces_checked"
    record(act, target=held.inspection, by=by, at=at, words=words)
    return made


def outgoing(photo: Photo) -> Attachment:
    """The picture to take wherever a photo leaves the case: on a paper, to a place, to the public."""
    check = photo.face_check
    copy: Attachment | None = check.copy if check else None
    return copy or photo.evidence.shown or shown_copy(evidence=photo.evidence)


def _held(photo: Photo, seen: int | None) -> Photo:
    """The photo under lock, as the page has shown it."""
    rows = Photo.objects.select_for_update(of=("self",)).select_related(
        "inspection", "item__area", "finding", "evidence__shown", "evidence__original"
    )
    held = rows.get(pk=photo.pk)
    if held.is_withdrawn:
        raise NotPossibleError("这张照片已经撤回。")
    check = held.face_check
    if (check.pk if check else None) != seen:
        raise StaleError("这张照片在您打开之后已由他人核对，请看过最新的遮挡副本后再提交。")
    return held
