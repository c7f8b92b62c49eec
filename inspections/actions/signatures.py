"""Who signs what a visit has found: on a screen, on paper, or not at all; who signs again replaces what stood."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from foundation.actor import Actor
from foundation.attachments.actions import take_signature
from foundation.attachments.models import Evidence, EvidenceKind
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import keep
from inspections.actions.on_site import (
    ConflictError,
    claim,
    goes,
    hold_visit,
    moment_on_site,
    refuse_late,
)
from inspections.actions.uploads import taken_in
from inspections.models import Inspection, Signature, SignatureRole

_MEANING = ("inspection_id", "role", "name", "post", "on_paper", "refused", "witness", "by_id")


@transaction.atomic
def sign_visit(
    *,
    inspection: Inspection,
    role: str,
    name: str = "",
    post: str = "",
    evidence: Evidence | None = None,
    on_paper: bool = False,
    refused: str = "",
    witness: str = "",
    signed_at: datetime | None = None,
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Signature:
    """The one in charge of the place, a witness or this officer signs: with a signature, or on the paper sheet;
    the place may also refuse, for a reason and before a witness."""
    at = at or now()
    held = hold_visit(inspection)
    inspector = goes(held, by)
    is_officer = role == SignatureRole.OFFICER
    made = Signature(
        inspection=held,
        role=SignatureRole(role),
        section=inspector.section if is_officer else None,
        name=str(inspector.user) if is_officer else name,
        post=post,
        evidence=claim(evidence, EvidenceKind.SIGNATURE, by) if evidence else None,
        on_paper=on_paper,
        refused=refused,
        witness=witness,
        signed_at=signed_at or moment_on_site(held, at),
        received_at=at,
        by_id=inspector.user_id,
    )
    _refuse_unclear(made)
    stood = _standing(made)
    if before := _known(made, stood):
        return before
    refuse_late(held, made.signed_at, at, late_reason)
    replaced = _replace(made, stood, at)
    made.save(force_insert=True)
    keep(held, "late_reason")
    words = f"{_said(made)}{'，原来的签名情况保留备查' if replaced else ''}"
    reason = "；".join(one for one in (refused, late_reason) if one)
    record("inspection.signed", target=held, by=by, at=at, words=words, reason=reason)
    return made


@transaction.atomic
def sign_with_picture(
    *,
    inspection: Inspection,
    picture: "File[bytes]",
    form: UUID,
    role: str,
    name: str = "",
    post: str = "",
    late_reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Signature:
    """The same from a desk: a picture of what was signed."""
    at = at or now()
    return sign_visit(
        inspection=inspection,
        role=role,
        name=name,
        post=post,
        evidence=taken_in(take_signature, picture, form, by, at),
        late_reason=late_reason,
        by=by,
        at=at,
    )


def _refuse_unclear(row: Signature) -> None:
    """Exactly one of the three ways, by one who may choose it, with the names it needs."""
    if (row.evidence is not None) + row.on_paper + bool(row.refused) != 1:
        raise NotPossibleError("请选择一种：签名、签在纸质表上，或者拒签并写明理由。")
    if row.refused and row.role != SignatureRole.SITE:
        raise NotPossibleError("只有现场负责人可以登记拒签。")
    if row.refused and not row.witness:
        raise NotPossibleError("拒签的，请写明见证人。")
    if row.witness and not row.refused:
        raise NotPossibleError("没有拒签的，不填拒签见证人。")
    if not row.name and not row.refused:
        raise NotPossibleError("请写明签名人的姓名。")


def _standing(made: Signature) -> Signature | None:
    """What stands so far of the same person: of the place there is one, of an officer and a witness each."""
    whose: dict[SignatureRole, dict[str, Any]] = {
        SignatureRole.SITE: {},
        SignatureRole.WITNESS: {"name": made.name},
        SignatureRole.OFFICER: {"by": made.by_id},
    }
    rows = Signature.objects.filter(inspection=made.inspection, role=made.role, replaced_at=None)
    return rows.filter(**whose[SignatureRole(made.role)]).first()


def _known(made: Signature, stood: Signature | None) -> Signature | None:
    """What came before with the same content; the same signature with another meaning is a conflict."""
    if made.evidence:
        before = Signature.objects.filter(evidence=made.evidence).first()
        if before and not _is_same(before, made):
            raise ConflictError
        return before
    return stood if stood and not stood.evidence_id and _is_same(stood, made) else None


def _is_same(before: Signature, made: Signature) -> bool:
    return all(getattr(before, name) == getattr(made, name) for name in _MEANING)


def _replace(made: Signature, stood: Signature | None, at: datetime) -> bool:
    """The one signed latest on site stands; what was signed earlier and comes later is kept beside it."""
    if stood is None:
        return False
    if stood.signed_at > made.signed_at:
        made.replaced_at = at
        return False
    stood.replaced_at = at
    stood.save(update_fields=["replaced_at"])
    return True


def _said(row: Signature) -> str:
    """What a line of the trail says of it."""
    post = f"（{row.post}）" if row.post else ""
    said = f"{row}{post}{row.outcome}"
    if row.refused:
        return f"{said}，见证人{row.witness}"
    if row.evidence:
        return f"{said}，原件校验值{row.evidence.original.sha256}"
    return said
