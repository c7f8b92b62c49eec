"""The directory of departments, which the office keeps."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.audit.changes import compare, snapshot
from foundation.clock.queries import county_day, now
from foundation.facts import refuse_stale
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError

_FIELDS = (
    "name",
    "short_name",
    "kind",
    "is_enforcement_subject",
    "duty",
    "complaint_phone",
    "complaint_email",
    "liaison",
    "sort_order",
    "is_active",
)
_CONTENT = Path(__file__).resolve().parent.parent / "content" / "departments.csv"


@transaction.atomic
def add_department(
    *, code: str, facts: dict[str, Any], by: Actor, at: datetime | None = None
) -> Department:
    """A new department or town in the directory."""
    at = at or now()
    if Department.objects.filter(code=code).exists():
        raise NotPossibleError(f"代码“{code}”已经有部门使用，请换一个。")
    _refuse_same_name(facts["name"], besides=None)
    department = Department.objects.create(code=code, **{name: facts[name] for name in _FIELDS})
    touch_public()
    words = f"新增部门 {department.name}"
    record("department.added", target=department, by=by, at=at, words=words)
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
    """Change what the directory says. A new telephone counts as not yet checked."""
    at = at or now()
    locked = Department.objects.select_for_update().get(pk=department.pk)
    refuse_stale(locked, version)
    _refuse_same_name(facts["name"], besides=locked)
    if locked.code == "office" and (locked.kind, True) != (facts["kind"], facts["is_active"]):
        raise NotPossibleError("双减办本身的类别不能修改，也不能停用。")
    before = snapshot(locked, _FIELDS)
    for field in _FIELDS:
        setattr(locked, field, facts[field])
    changes = compare(locked, before, snapshot(locked, _FIELDS))
    if not changes:
        return locked
    if {"complaint_phone", "complaint_email"} & set(changes):
        locked.contact_checked_on = None
    locked.version += 1
    locked.save(update_fields=[*_FIELDS, "contact_checked_on", "version"])
    touch_public()
    words = f"修改了{'、'.join(change.label for change in changes.values())}"
    record("department.amended", target=locked, by=by, at=at, words=words, changes=changes)
    return locked


@transaction.atomic
def check_contact(*, department: Department, by: Actor, at: datetime | None = None) -> None:
    """Somebody has rung: telephone and mailbox are right today."""
    at = at or now()
    locked = Department.objects.select_for_update().get(pk=department.pk)
    if not locked.complaint_phone:
        raise NotPossibleError("还没有登记投诉举报电话，请先登记再核对。")
    locked.contact_checked_on = county_day(at)
    locked.save(update_fields=["contact_checked_on"])
    touch_public()
    words = f"核对了投诉举报电话 {locked.complaint_phone}"
    record("department.checked", target=locked, by=by, at=at, words=words)


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
    department.contact_checked_on = checked_on
    department.save(update_fields=["complaint_phone", "complaint_email", "contact_checked_on"])
    touch_public()
    words = f"登记投诉举报电话 {phone}（演示数据）"
    record("department.checked", target=department, by=by, at=at, words=words)


def _facts(line: dict[str, str]) -> dict[str, Any]:
    return {
        "name": line["name"],
        "short_name": line["short_name"],
        "kind": line["kind"],
        "is_enforcement_subject": line["is_enforcement_subject"] == "1",
        "duty": line["duty"],
        "complaint_phone": "",
        "complaint_email": "",
        "liaison": "",
        "sort_order": int(line["sort_order"]),
        "is_active": True,
    }


def _refuse_same_name(name: str, besides: Department | None) -> None:
    same = Department.objects.filter(name=name).first()
    if same is not None and same != besides:
        raise NotPossibleError(f"已经有名为“{name}”的部门。")
