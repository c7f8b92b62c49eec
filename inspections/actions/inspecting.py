"""What every act on an inspection does alike: hold it, keep it, enter who takes part."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count

from django.db.models import QuerySet

from foundation.accounts.models import Department, User
from foundation.actor import Actor
from foundation.facts import refuse_stale
from foundation.workflow import NotPossibleError
from inspections.models import Inspection, Inspector, Section
from inspections.queries.inspections import possible_inspectors
from inspections.workflow import INSPECTION, InspectionState

LEAST_INSPECTORS = 2
_SATURDAY = 5


def hold_inspection(inspection: Inspection, version: int) -> Inspection:
    """The inspection under lock, as the person saw it, not given up."""
    rows = Inspection.objects.select_for_update(of=("self",))
    held = rows.select_related("institution", "site", "lead", "organiser").get(pk=inspection.pk)
    refuse_stale(held, version)
    if not INSPECTION.acts(held.state):
        raise NotPossibleError(f"这次检查{held.get_state_display()}，不能再办理。")
    return held


def keep(inspection: Inspection, *fields: str) -> None:
    """Save these fields, as a new version."""
    inspection.version += 1
    inspection.save(update_fields=[*fields, "version"])


def give_up(held: Inspection, reason: str, by: Actor, at: datetime, *fields: str) -> None:
    """The held visit does not take place."""
    if by.user_id is None:
        raise NotPossibleError("须由工作人员本人登录后办理。")
    held.state = INSPECTION.after(held.state, "cancel")
    held.cancelled_at, held.cancelled_by_id, held.cancelled_reason = at, by.user_id, reason
    keep(held, "state", "cancelled_at", "cancelled_by", "cancelled_reason", *fields)


def grouped(people: Iterable[User]) -> dict[int, list[User]]:
    """People by department, each of whom may inspect."""
    people = list(people)
    known = set(possible_inspectors({one.department for one in people}))
    strangers = [str(one) for one in people if one not in known]
    if strangers:
        raise NotPossibleError(f"{'、'.join(strangers)}没有登记执法证号或不在岗，不能参加检查。")
    found: dict[int, list[User]] = {}
    for one in people:
        found.setdefault(one.department_id, []).append(one)
    return found


def refuse_no_subject(departments: Iterable[Department]) -> None:
    """Only enforcement subjects inspect; the office never does."""
    others = [one.name for one in departments if not one.is_enforcement_subject]
    if others:
        raise NotPossibleError(f"{'、'.join(others)}不是执法主体，不能以其名义检查。")


def refuse_without_drawn(held: Inspection, leaving: QuerySet[Inspector]) -> None:
    """Who was drawn goes, unless the head decides on recusal or replacement with a reason."""
    if held.drawn is None:
        return
    drawn = leaving.filter(left_at=None, user__in=held.drawn.inspectors.values("user"))
    if names := "、".join(str(one) for one in drawn.select_related("user")):
        raise NotPossibleError(
            f"{names}是双随机抽中的检查人员，不能直接取消；确需更换的，由部门负责人办理回避或更换。"
        )


def enter_sections(
    inspection: Inspection, departments: Iterable[int], people: Mapping[int, list[User]]
) -> None:
    """A new inspection's parts, each with its people."""
    sections = Section.objects.bulk_create(
        Section(inspection=inspection, department_id=one) for one in departments
    )
    Inspector.objects.bulk_create(
        Inspector(inspection=inspection, section=section, user=user)
        for section in sections
        for user in people.get(section.department_id, [])
    )


def staying(inspection: Inspection) -> list[Inspector]:
    """Who goes, those left out who were recused or replaced."""
    rows = inspection.inspectors.filter(left_at=None)
    return list(rows.select_related("user", "section__department"))


def freeze_certificates(inspectors: Iterable[Inspector]) -> None:
    """From now on the papers bear the numbers of today."""
    for one in inspectors:
        one.certificate_no = one.user.certificate_no
        one.save(update_fields=["certificate_no"])


def is_asked(inspection: Inspection) -> bool:
    """Has its approval been asked for, so that two must go?"""
    return inspection.state != InspectionState.PLANNED


def days_from(first: date, a_day: int, *, skip_weekends: bool) -> Iterable[date]:
    """`a_day` times the first day, then the next, as many as are asked for."""
    for ahead in count():
        day = first + timedelta(days=ahead)
        if not (skip_weekends and day.weekday() >= _SATURDAY):
            yield from (day for _ in range(a_day))
