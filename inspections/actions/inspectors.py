"""Who goes: named for a section before approval is asked for; recused or replaced afterwards."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import Change
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import (
    LEAST_INSPECTORS,
    freeze_certificates,
    grouped,
    hold_inspection,
    is_asked,
    keep,
    refuse_without_drawn,
    staying,
)
from inspections.models import Inspector, Section


@transaction.atomic
def name_inspectors(
    *,
    section: Section,
    version: int,
    people: Collection[User],
    by: Actor,
    at: datetime | None = None,
) -> Section:
    """Which people of the department go; before approval is asked for, as often as need be."""
    at = at or now()
    held = hold_inspection(section.inspection, version)
    if is_asked(held):
        raise NotPossibleError("已经提请审批，人员变动请由部门负责人办理回避或更换。")
    grouped(people)
    strangers = [str(one) for one in people if one.department_id != section.department_id]
    if strangers:
        raise NotPossibleError(f"{'、'.join(strangers)}不是{section}的人员。")
    before = _names(section)
    # Who was recused stays recused and readable.
    left = set(section.inspectors.exclude(left_at=None).values_list("user", flat=True))
    recused = [str(one) for one in people if one.pk in left]
    if recused:
        raise NotPossibleError(f"{'、'.join(recused)}已回避或更换，不能再参加这次检查。")
    leaving = section.inspectors.filter(left_at=None).exclude(user__in=people)
    refuse_without_drawn(held, leaving)
    leaving.delete()
    there = set(section.inspectors.values_list("user", flat=True))
    Inspector.objects.bulk_create(
        Inspector(inspection=held, section=section, user=one)
        for one in people
        if one.pk not in there
    )
    after = _names(section)
    if after != before:
        keep(held)
        words, change = f"{section}确定检查人员", Change("检查人员", before, after)
        changes = {"inspectors": change}
        record("inspection.staffed", target=held, by=by, at=at, words=words, changes=changes)
    return section


@transaction.atomic
def replace_inspector(
    *,
    inspector: Inspector,
    version: int,
    is_recused: bool,
    reason: str,
    replacement: User | None,
    by: Actor,
    at: datetime | None = None,
) -> Inspector:
    """The head decides that one does not go, recused or otherwise kept from it, and who goes instead."""
    at = at or now()
    held = hold_inspection(inspector.inspection, version)
    row = Inspector.objects.select_related("user", "section__department").get(pk=inspector.pk)
    if row.left_at is not None:
        raise NotPossibleError(f"{row}已经不参加这次检查。")
    if by.user_id == row.user_id:
        raise NotPossibleError("本人的回避、更换须由其他负责人决定。")
    row.is_recused, row.left_reason = is_recused, reason
    row.left_at, row.left_by_id = at, by.user_id
    row.save(update_fields=["is_recused", "left_at", "left_by", "left_reason"])
    if replacement:
        _replace(row, replacement)
    if is_asked(held):
        _refuse_too_few(row)
    keep(held)
    what = "回避" if is_recused else "不再参加"
    instead = f"，由{replacement}接替" if replacement else ""
    words = f"{row.section}检查人员{row}{what}{instead}"
    record("inspection.replaced", target=held, by=by, at=at, words=words, reason=reason)
    return row


def _replace(row: Inspector, replacement: User) -> None:
    grouped([replacement])
    if replacement.department_id != row.section.department_id:
        raise NotPossibleError(f"{replacement}不是{row.section}的人员。")
    if Inspector.objects.filter(inspection=row.inspection_id, user=replacement).exists():
        raise NotPossibleError(f"{replacement}已在这次检查的人员中，或已回避。")
    new = Inspector.objects.create(
        inspection_id=row.inspection_id, section=row.section, user=replacement
    )
    if row.certificate_no:
        freeze_certificates([new])


def _refuse_too_few(row: Inspector) -> None:
    staying_ones = staying(row.inspection)
    if len(staying_ones) < LEAST_INSPECTORS:
        raise NotPossibleError(f"检查人员不得少于{LEAST_INSPECTORS}人，请选定接替人员。")
    if not any(one.section_id == row.section_id for one in staying_ones):
        raise NotPossibleError(f"{row.section}没有其他检查人员，请选定接替人员。")


def _names(section: Section) -> str:
    rows = section.inspectors.filter(left_at=None).select_related("user")
    return "、".join(str(one) for one in rows)
