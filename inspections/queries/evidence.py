"""Photos and signatures of visits: which of them a person may see, and whose signature is still lacking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from foundation.accounts.models import User
from inspections import rules
from inspections.models import Answer, Inspection, Manner, Photo, Signature, SignatureRole
from inspections.queries.records import is_past_entry


def photos_for(user: User, inspection: Inspection) -> QuerySet[Photo]:
    """The photos of a visit that this person may see: the office and the lead all, the others their own part's."""
    rows = Photo.objects.filter(inspection=inspection)
    if rules.sees_whole_inspection(user, inspection):
        return rows
    return rows.filter(section__department=user.department_id)


@dataclass(frozen=True)
class Signatures:
    """Who has signed a visit: what stands, in the order of the paper, and what was replaced."""

    standing: list[Signature]
    replaced: list[Signature]

    @property
    def is_signed_by_place(self) -> bool:
        """Has the one in charge of the place signed, or refused to?"""
        return any(one.role == SignatureRole.SITE for one in self.standing)


def signatures_of(inspection: Inspection) -> Signatures:
    """All signatures of a visit, by one question."""
    rows = Signature.objects.filter(inspection=inspection)
    found = list(rows.select_related("evidence__shown", "section__department", "by"))
    order = list(SignatureRole)
    standing = [one for one in found if one.replaced_at is None]
    return Signatures(
        sorted(standing, key=lambda one: order.index(SignatureRole(one.role))),
        [one for one in found if one.replaced_at],
    )


def photos_of(inspection: Inspection) -> list[Photo]:
    """The photos of a visit that were not withdrawn, in the order of the checklist, each with what was said of its faces."""
    rows = Photo.objects.filter(inspection=inspection, withdrawn_at=None)
    rows = rows.select_related("evidence__shown", "item__area", "finding__item__area", "by")
    rows = rows.prefetch_related("face_checks__copy")
    return sorted(rows, key=_place_of)


def _place_of(photo: Photo) -> tuple[str, int, bool]:
    item = photo.finding.item if photo.finding else photo.item
    return (item.area.code, item.position, photo.after) if item else ("", 0, photo.after)


def unsigned(inspection: Inspection, signatures: Signatures, at: datetime) -> list[str]:
    """What of the signatures keeps a visit on site from its conclusion, as a sentence; as long as one may still
    be entered."""
    if inspection.manner != Manner.ON_SITE or signatures.is_signed_by_place:
        return []
    if inspection.begun_at and is_past_entry(inspection.begun_at, at):
        return []
    return ["现场负责人还没有签名，也没有登记拒签"]


def unsigned_officers(inspection: Inspection, signatures: Signatures) -> list[str]:
    """The inspectors who have answered and not signed; that is said, and keeps nothing back."""
    signed: Collection[int] = {
        one.by_id for one in signatures.standing if one.role == SignatureRole.OFFICER
    }
    rows = Answer.objects.filter(inspection=inspection).exclude(by__in=signed)
    people = rows.order_by("by_id").distinct("by_id").select_related("by")
    return [str(one.by) for one in people]
