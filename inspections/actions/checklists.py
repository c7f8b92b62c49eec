"""Keeping the checklist: a draft is copied, worked over, and released by somebody who has not written in it."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.facts import refuse_stale
from foundation.law.models import LegalBasis
from foundation.numbering.actions import next_number
from foundation.workflow import NotPossibleError
from inspections.models import Checklist, ChecklistArea, ChecklistItem
from inspections.queries.checklists import (
    ITEM_COLUMNS,
    ITEM_RELATIONS,
    item_changes,
    item_words,
    open_draft,
    released_checklists,
)
from inspections.workflow import CHECKLIST, ChecklistState
from institutions.models import Category

_CONTENT = Path(__file__).resolve().parent.parent / "content"
_MOST_DAYS_AHEAD = 366


@transaction.atomic
def load_checklist(*, by: Actor, at: datetime | None = None) -> int:
    """A new portal gets the starting items as a draft, for somebody to read and release."""
    at = at or now()
    if Checklist.objects.exists():
        return 0
    draft = _open(Checklist(drafted_at=at, drafted_by_id=by.user_id))
    areas = {
        line["code"]: ChecklistArea.objects.create(
            checklist=draft, code=line["code"], name=line["name"]
        )
        for line in _lines("areas.csv")
    }
    known = _known_rows()
    lines = _lines("items.csv")
    for line in lines:
        item = ChecklistItem.objects.create(
            area=areas[line["area"]],
            number=int(line["number"]),
            position=int(line["number"]),
            text=line["text"],
            severity=int(line["severity"]),
            mode=line["mode"],
            further_mode=line["further_mode"],
            default_days=int(line["default_days"]),
            note=line["note"],
            by_lead_department=line["by_lead_department"] == "1",
        )
        for name in ITEM_RELATIONS:
            getattr(item, name).set(known[name][key] for key in line[name].split())
    words = f"载入检查表初稿，{len(areas)}类{len(lines)}项，待审阅发布"
    record("checklist.loaded", target=draft, by=by, at=at, words=words)
    return len(lines)


@transaction.atomic
def draft_checklist(*, by: Actor, at: datetime | None = None) -> Checklist:
    """The office begins the next version as a copy of the newest one."""
    at = at or now()
    former = released_checklists().first()
    if former is None:
        raise NotPossibleError("还没有已发布的检查表。请先审阅并发布现有的草稿。")
    draft = _open(Checklist(former=former, drafted_at=at, drafted_by_id=by.user_id))
    _sign(draft, by)
    for area in former.areas.all():
        copied = ChecklistArea.objects.create(checklist=draft, code=area.code, name=area.name)
        for item in area.items.prefetch_related(*ITEM_RELATIONS):
            _copy(item, copied)
    words = f"由{former}起草检查表新版本"
    record("checklist.drafted", target=draft, by=by, at=at, words=words)
    return draft


@transaction.atomic
def add_item(
    *, area: ChecklistArea, values: Mapping[str, Any], by: Actor, at: datetime | None = None
) -> ChecklistItem:
    """A further item at the end of its area; its number was never given to another one."""
    at = at or now()
    draft = _hold(area.checklist)
    _refuse_nobody(values)
    held = ChecklistItem.objects.filter(area=area).aggregate(last=Max("position"))
    ever = ChecklistItem.objects.filter(area__code=area.code).aggregate(last=Max("number"))
    item = ChecklistItem(
        area=area,
        number=(ever["last"] or 0) + 1,
        position=(held["last"] or 0) + 1,
        **{name: values[name] for name in ITEM_COLUMNS},
    )
    item.save(force_insert=True)
    _relate(item, values)
    _written(draft, by)
    words = f"新增检查项 {item}"
    record("checklist.item_added", target=item, subject=draft, by=by, at=at, words=words)
    return item


@transaction.atomic
def amend_item(
    *,
    item: ChecklistItem,
    version: int,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> ChecklistItem:
    """An item of the draft gets other words, another severity, another ground."""
    at = at or now()
    draft = _hold(item.area.checklist)
    held = _hold_item(item)
    refuse_stale(held, version)
    _refuse_nobody(values)
    before = item_words(held)
    for name in ITEM_COLUMNS:
        setattr(held, name, values[name])
    _relate(held, values)
    changes = item_changes(before, item_words(held))
    if not changes:
        return held
    held.version += 1
    held.save(update_fields=[*ITEM_COLUMNS, "version"])
    _written(draft, by)
    record(
        "checklist.item_amended",
        target=held,
        subject=draft,
        by=by,
        at=at,
        words=f"修改检查项 {held.code}",
        changes=changes,
    )
    return held


@transaction.atomic
def withdraw_item(
    *, item: ChecklistItem, reason: str, by: Actor, at: datetime | None = None
) -> None:
    """An item is left out of the draft, with a reason; earlier versions keep it."""
    at = at or now()
    draft = _hold(item.area.checklist)
    held = _hold_item(item)
    if not held.area.items.exclude(pk=held.pk).exists():
        raise NotPossibleError(f"这是“{held.area}”的最后一项：每一类至少保留一项。")
    record(
        "checklist.item_withdrawn",
        target=held,
        subject=draft,
        by=by,
        at=at,
        words=f"删去检查项 {held}",
        reason=reason,
    )
    held.delete()
    _written(draft, by)


@transaction.atomic
def move_item(*, item: ChecklistItem, up: bool, by: Actor, at: datetime | None = None) -> None:
    """An item changes places with its neighbour in the same area."""
    at = at or now()
    draft = _hold(item.area.checklist)
    held = _hold_item(item)
    others = held.area.items.all()
    if up:
        other = others.filter(position__lt=held.position).order_by("-position").first()
    else:
        other = others.filter(position__gt=held.position).order_by("position").first()
    if other is None:
        raise NotPossibleError(f"{held.code} 已经在本类的{'最前' if up else '最后'}。")
    held.position, other.position = other.position, held.position
    for one in (held, other):
        one.save(update_fields=["position"])
    _written(draft, by)
    words = f"将检查项 {held.code} {'上移到' if up else '下移到'} {other.code} {'之前' if up else '之后'}"
    record("checklist.item_moved", target=held, subject=draft, by=by, at=at, words=words)


@transaction.atomic
def release_checklist(
    *,
    checklist: Checklist,
    version: int,
    effective_on: date,
    by: Actor,
    at: datetime | None = None,
) -> Checklist:
    """A second person puts the version in force from a day on; from now on it never changes."""
    at = at or now()
    held = _hold(checklist)
    refuse_stale(held, version)
    _refuse_writer(held, by)
    _refuse_day(effective_on, county_day(at))
    held.state = CHECKLIST.after(held.state, "release")
    held.number = next_number(series="checklist", by=by, at=at)
    held.effective_on = effective_on
    held.released_at, held.released_by_id = at, by.user_id
    held.version += 1
    marks = ("state", "number", "effective_on", "released_at", "released_by", "version")
    held.save(update_fields=marks)
    words = f"发布{held}，自{day_words(effective_on)}起启用"
    record("checklist.released", target=held, by=by, at=at, words=words)
    return held


@transaction.atomic
def discard_checklist(
    *, checklist: Checklist, version: int, reason: str, by: Actor, at: datetime | None = None
) -> Checklist:
    """A draft is given up, with a reason; it stays readable and gets no number."""
    at = at or now()
    held = _hold(checklist)
    refuse_stale(held, version)
    if held.former_id is None:
        raise NotPossibleError("这是检查表的初稿，没有更早的版本：请修改后发布，不能作废。")
    held.state = CHECKLIST.after(held.state, "discard")
    held.discarded_reason = reason
    held.version += 1
    held.save(update_fields=["state", "discarded_reason", "version"])
    record("checklist.discarded", target=held, by=by, at=at, words="作废检查表草稿", reason=reason)
    return held


def _lines(name: str) -> list[dict[str, str]]:
    with (_CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _known_rows() -> dict[str, dict[str, Any]]:
    return {
        "departments": dict(Department.objects.values_list("code", "pk")),
        "categories": dict(Category.objects.values_list("code", "pk")),
        "bases": dict(LegalBasis.objects.exclude(key="").values_list("key", "pk")),
    }


def _open(draft: Checklist) -> Checklist:
    """Insert the draft; the database lets only one of two drafts made at the same moment stand."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        if open_draft():
            raise NotPossibleError("已有一份正在修改的草稿，请在其上继续修改。") from None
        raise
    return draft


def _copy(item: ChecklistItem, area: ChecklistArea) -> None:
    columns = {name: getattr(item, name) for name in ITEM_COLUMNS}
    new = ChecklistItem.objects.create(
        area=area, number=item.number, position=item.position, **columns
    )
    for name in ITEM_RELATIONS:
        getattr(new, name).set(getattr(item, name).all())


def _hold(checklist: Checklist) -> Checklist:
    """The version under lock, still a draft: whatever writes in it waits here for the other."""
    held = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if held.state != ChecklistState.DRAFT:
        raise NotPossibleError(f"{held}不能再修改。需要改动时请起草新版本。")
    return held


def _hold_item(item: ChecklistItem) -> ChecklistItem:
    held = ChecklistItem.objects.select_related("area").filter(pk=item.pk).first()
    if held is None:
        raise NotPossibleError("这一项已被删去。")
    return held


def _relate(item: ChecklistItem, values: Mapping[str, Any]) -> None:
    for name in ITEM_RELATIONS:
        rows: Iterable[Any] = values[name]
        getattr(item, name).set(rows)


def _sign(draft: Checklist, by: Actor) -> None:
    if by.user_id is not None:
        draft.writers.add(by.user_id)


def _written(draft: Checklist, by: Actor) -> None:
    """Whoever releases must have seen this: the draft is another one now."""
    _sign(draft, by)
    draft.version += 1
    draft.save(update_fields=["version"])


def _refuse_nobody(values: Mapping[str, Any]) -> None:
    if not values["by_lead_department"] and not values["departments"]:
        raise NotPossibleError("请至少选择一个检查部门，或勾选由机构的牵头监管部门检查。")


def _refuse_writer(draft: Checklist, by: Actor) -> None:
    if by.user_id is None:
        raise NotPossibleError("检查表须由工作人员本人登录后发布。")
    if draft.writers.filter(pk=by.user_id).exists():
        raise NotPossibleError("您参与过这一版的起草或修改，须由其他人员发布。")


def _refuse_day(effective_on: date, today: date) -> None:
    if effective_on < today:
        raise NotPossibleError(f"启用日期不能早于今天（{day_words(today)}）。")
    # No later version may begin before this one: a wrong year would bar all of them.
    if (effective_on - today).days > _MOST_DAYS_AHEAD:
        raise NotPossibleError(f"启用日期（{day_words(effective_on)}）在一年以后，请核对年份。")
    last = released_checklists().first()
    if last and last.effective_on and effective_on < last.effective_on:
        raise NotPossibleError(
            f"启用日期不能早于{last}的启用日期（{day_words(last.effective_on)}）。"
        )
