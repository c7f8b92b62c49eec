"""The directory of departments, which the office keeps."""

import csv
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, filled, snapshot
from foundation.clock.queries import county_day, now
from foundation.facts import refuse_stale, unless_taken
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError

_FIELDS = (
    "name",
    "short_name",
    "paper_word",
    "kind",
    "is_enforcement_subject",
    "duty",
    "complaint_phone",
    "complaint_email",
    "liaison",
    "sort_order",
    "is_active",
)
# A contact, and the day on which somebody last found it right.
_CHECKED = {"complaint_phone": "phone_checked_on", "complaint_email": "email_checked_on"}
_SHOWN = (*_FIELDS, *_CHECKED.values())
_CONTENT = Path(__file__).resolve().parent.parent / "content" / "departments.csv"


@transaction.atomic
def add_department(
    *, code: str, facts: dict[str, Any], by: Actor, at: datetime | None = None
) -> Department:
    """A new department or town in the directory."""
    at = at or now()
    department = Department(code=code, **{name: facts[name] for name in _FIELDS})
    with unless_taken(partial(_refuse_taken, department)):
        department.save(force_insert=True)
    touch_public()
    words = f"新增部门 {department.name}"
    changes = compare(department, {}, filled(snapshot(department, _FIELDS)))
    record("department.added", target=department, by=by, at=at, words=words, changes=changes)
    return department


@transaction.atomic
def amend_department(
    *,
    department: Department,
    facts: dict[str, Any],
    version: int,
    by: Actor,
    at: datetime | None = None,
) -> Department:
    """Change what the directory says. A new telephone or mailbox counts as not yet checked."""
    at = at or now()
    locked = Department.objects.select_for_update().get(pk=department.pk)
    refuse_stale(locked, version)
    if locked.code == "office" and (locked.kind, True) != (facts["kind"], facts["is_active"]):
        raise NotPossibleError("双减办本身的类别不能修改，也不能停用。")
    before = snapshot(locked, _SHOWN)
    for field in _FIELDS:
        setattr(locked, field, facts[field])
    for contact, checked_on in _CHECKED.items():
        if getattr(locked, contact) != before[contact]:
            setattr(locked, checked_on, None)
    changes = compare(locked, before, snapshot(locked, _SHOWN))
    if not changes:
        return locked
    locked.version += 1
    with unless_taken(partial(_refuse_taken, locked)):
        locked.save(update_fields=[*_SHOWN, "version"])
    touch_public()
    labels = [change.label for name, change in changes.items() if name in _FIELDS]
    words = f"修改了{'、'.join(labels)}"
    record("department.amended", target=locked, by=by, at=at, words=words, changes=changes)
    return locked


@transaction.atomic
def check_contact(
    *, department: Department, contact: str, by: Actor, at: datetime | None = None
) -> None:
    """Somebody has rung or written: this telephone or mailbox is right today."""
    at = at or now()
    locked = Department.objects.select_for_update().get(pk=department.pk)
    label = "投诉举报电话" if contact == "complaint_phone" else "投诉举报邮箱"
    checked_on = _CHECKED[contact]
    if not getattr(locked, contact):
        raise NotPossibleError(f"还没有登记{label}，请先登记再核对。")
    before = snapshot(locked, [checked_on])
    setattr(locked, checked_on, county_day(at))
    locked.save(update_fields=[checked_on])
    touch_public()
    changes = compare(locked, before, snapshot(locked, [checked_on]))
    words = f"核对了{label} {getattr(locked, contact)}"
    record("department.checked", target=locked, by=by, at=at, words=words, changes=changes)


@transaction.atomic
def load_departments(*, by: Actor, at: datetime | None = None) -> int:
    """The departments of the joint mechanism and the towns; those that are there stay as they are."""
    at = at or now()
    known = set(Department.objects.values_list("code", flat=True))
    with _CONTENT.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["code"] not in known]
    for line in lines:
        add_department(code=line["code"], facts=_facts(line), by=by, at=at)
    return len(lines)


@transaction.atomic
def set_demo_contact(
    *, department: Department, phone: str, email: str, checked_on: date, by: Actor, at: datetime
) -> None:
    """The demo county's invented telephone and mailbox."""
    department.complaint_phone = phone
    department.complaint_email = email
    department.phone_checked_on = department.email_checked_on = checked_on
    department.save(update_fields=[*_CHECKED, *_CHECKED.values()])
    touch_public()
    words = f"登记投诉举报电话 {phone}（演示数据）"
    record("department.checked", target=department, by=by, at=at, words=words)


def _facts(line: dict[str, str]) -> dict[str, Any]:
    return {
        "name": line["name"],
        "short_name": line["short_name"],
        "paper_word": "",
        "kind": line["kind"],
        "is_enforcement_subject": line["is_enforcement_subject"] == "1",
        "duty": line["duty"],
        "complaint_phone": "",
        "complaint_email": "",
        "liaison": "",
        "sort_order": int(line["sort_order"]),
        "is_active": True,
    }


def _refuse_taken(department: Department) -> None:
    others = Department.objects.exclude(pk=department.pk)
    if others.filter(code=department.code).exists():
        raise NotPossibleError(f"代码“{department.code}”已经有部门使用，请换一个。")
    if others.filter(name=department.name).exists():
        raise NotPossibleError(f"已经有名为“{department.name}”的部门。")
