"""Visits of the same place in the same month become one joint visit."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.workflow import NotPossibleError
from inspections.actions.inspecting import give_up, hold_inspection, keep
from inspections.models import Approval, Inspection, Inspector, Section
from inspections.workflow import INSPECTION

# What each of the visits says in words of its own; the joint one says both.
_WORDS = {
    "scope": ("检查事项", 1000),
    "to_prepare": ("请准备的材料", 300),
    "assistants": ("协助人员", 100),
}


@transaction.atomic
def merge_inspections(
    *,
    into: Inspection,
    others: Collection[Inspection],
    versions: Mapping[int, int],
    organiser: Department,
    by: Actor,
    at: datetime | None = None,
) -> Inspection:
    """The office makes one joint visit of several: their departments and people join, the others are off."""
    at = at or now()
    if not others:
        raise NotPossibleError("没有可以合并的检查。")
    # In the order of their numbers, so that two who merge at once do not wait for each other.
    wanted = sorted([into, *others], key=lambda one: one.pk)
    held = {one.pk: hold_inspection(one, versions.get(one.pk, 0)) for one in wanted}
    kept = held.pop(into.pk)
    for one in held.values():
        _refuse_apart(kept, one)
    kept.state = INSPECTION.after(kept.state, "merge")
    for one in held.values():
        _take_over(kept, one)
        one.merged_into = kept
        words = f"并入{kept.lead}牵头的联合检查"
        give_up(one, words, by, at, "merged_into")
        record("inspection.merged", target=one, by=by, at=at, words=words)
    Inspector.objects.filter(inspection=kept).update(certificate_no="")
    # What was approved was another visit: the joint one is asked for anew, under the same number.
    Approval.objects.filter(inspection=kept).update(
        decided_at=None, decided_by=None, outcome="", decided_words=""
    )
    kept.organiser = organiser
    keep(kept, "state", "planned", "drawn", *_WORDS, "organiser")
    names = "、".join(str(one.lead) for one in held.values())
    words = f"与{names}同月的检查合并为一次联合检查，待重新提请审批"
    record("inspection.merged", target=kept, by=by, at=at, words=words)
    return kept


def _refuse_apart(kept: Inspection, other: Inspection) -> None:
    same = (kept.institution_id, kept.site_id) == (other.institution_id, other.site_id)
    month = (kept.planned_on.year, kept.planned_on.month)
    if not same or month != (other.planned_on.year, other.planned_on.month):
        raise NotPossibleError("只有同一对象同一月份的检查才能合并。")
    if kept.is_urgent or other.is_urgent:
        raise NotPossibleError("紧急检查不合并。")
    if kept.planned_id and other.planned_id and kept.planned_id != other.planned_id:
        raise NotPossibleError("两次检查属于不同的专项行动，不能合并。")
    if kept.drawn_id and other.drawn_id:
        raise NotPossibleError("两次检查是两次双随机抽取的结果，不能合并。")


def _take_over(kept: Inspection, other: Inspection) -> None:
    """The other's departments and people, beside whom the kept one has already."""
    kept.planned_id = kept.planned_id or other.planned_id
    kept.drawn_id = kept.drawn_id or other.drawn_id
    for name, (label, most) in _WORDS.items():
        _join(kept, other, name, label, most)
    _keep_recused(kept, other)
    there = set(kept.inspectors.values_list("user", flat=True))
    for section in other.sections.all():
        joined, _ = Section.objects.get_or_create(
            inspection=kept, department_id=section.department_id
        )
        rows = section.inspectors.exclude(user__in=there)
        Inspector.objects.bulk_create(_copied(one, kept, joined) for one in rows)


def _join(kept: Inspection, other: Inspection, name: str, label: str, most: int) -> None:
    first, second = getattr(kept, name), getattr(other, name)
    both = first if second in first else "；".join(one for one in (first, second) if one)
    if len(both) > most:
        raise NotPossibleError(f"{label}合在一起超过{most}字，请先修改得简短些再合并。")
    setattr(kept, name, both)


def _keep_recused(kept: Inspection, other: Inspection) -> None:
    """Who was recused from the one has the same interest in the place of the other."""
    recused = {one.user_id: one for one in other.inspectors.filter(is_recused=True)}
    for goes in kept.inspectors.filter(left_at=None, user__in=recused):
        left = recused[goes.user_id]
        goes.is_recused, goes.left_reason = True, left.left_reason
        goes.left_at, goes.left_by_id = left.left_at, left.left_by_id
        goes.save(update_fields=["is_recused", "left_reason", "left_at", "left_by"])


def _copied(one: Inspector, kept: Inspection, section: Section) -> Inspector:
    return Inspector(
        inspection=kept,
        section=section,
        user_id=one.user_id,
        is_recused=one.is_recused,
        left_at=one.left_at,
        left_by_id=one.left_by_id,
        left_reason=one.left_reason,
    )
