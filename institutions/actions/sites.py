"""A place that teaches without licence: reported, found true, ordered to stop, handed over, closed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.attachments.actions import store
from foundation.audit.actions import record
from foundation.audit.changes import Change, compare, filled, snapshot
from foundation.clock.queries import county_day, now
from foundation.facts import refuse_stale
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.actions.papers import SCAN_KINDS
from institutions.keys import KEY_FIELDS, key_columns
from institutions.models import SiteMeasure, UnlicensedSite
from institutions.workflow import (
    SITE,
    SITE_ACT_WORDS,
    SITE_NEEDS_DOCUMENT,
    SITE_NEEDS_SUBJECT,
    SiteState,
)

SITE_FIELDS = (
    "name",
    "site_class",
    "town",
    "address",
    "subjects",
    "landlord",
    "people_concerned",
    "found_on",
    "found_by",
    "remark",
)
_PAST = {
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "order to stop": "ordered_to_stop",
    "hand over": "handed_over",
    "ban": "banned",
    "close": "closed",
    "license": "licensed",
    "reappear": "reappeared",
}


@transaction.atomic
def report_site(
    *, values: Mapping[str, Any], by: Actor, at: datetime | None = None
) -> UnlicensedSite:
    """Somebody of the office, a department or a town writes down a place as a clue."""
    at = at or now()
    _refuse_future(values.get("found_on"), county_day(at))
    site = UnlicensedSite(**{name: values[name] for name in SITE_FIELDS if name in values})
    _work_out_keys(site)
    site.source = f"{by.label}登记"
    site.created_at = site.changed_at = at
    site.save(force_insert=True)
    record(
        "site.reported",
        target=site,
        by=by,
        at=at,
        words=f"登记无证场所线索“{site.name}”",
        changes=compare(site, {}, filled(snapshot(site, SITE_FIELDS))),
    )
    return site


@transaction.atomic
def amend_site(
    *,
    site: UnlicensedSite,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> UnlicensedSite:
    """Somebody corrects what is written about a place."""
    at = at or now()
    held = _hold(site)
    before = snapshot(held, SITE_FIELDS)
    _refuse_future(values.get("found_on"), county_day(at))
    for name in SITE_FIELDS:
        setattr(held, name, values[name])
    changes = compare(held, before, snapshot(held, SITE_FIELDS))
    if not changes:
        return held
    _work_out_keys(held)
    _keep(held, [*SITE_FIELDS, *KEY_FIELDS], at)
    words = "修改了" + "、".join(change.label for change in changes.values())
    record("site.amended", target=held, by=by, at=at, words=words, changes=changes)
    return held


@transaction.atomic
def take_measure(
    *,
    site: UnlicensedSite,
    act: str,
    on: date,
    document: str,
    department: Department | None,
    note: str,
    by: Actor,
    at: datetime | None = None,
    upload: "File[bytes] | None" = None,
) -> UnlicensedSite:
    """Something is done about the place: confirmed, ordered to stop, handed over, banned, closed."""
    at = at or now()
    held = _hold(site)
    before = SiteState(held.state)
    after = SiteState(SITE.after(before, act))
    _refuse_future(on, county_day(at))
    _refuse_without_ground(act, document, department)
    paper = store(upload=upload, by=by, at=at, kinds=SCAN_KINDS) if upload else None
    SiteMeasure.objects.create(
        site=held,
        act=act,
        after=after,
        on=on,
        document=document,
        department=department,
        note=note,
        attachment=paper,
        made_at=at,
        made_by_id=by.user_id,
    )
    held.state = after
    _keep(held, ["state"], at)
    towards = (
        f"，{'接收' if act == 'hand over' else '实施'}部门：{department.name}" if department else ""
    )
    record(
        f"site.{_PAST[act]}",
        target=held,
        by=by,
        at=at,
        words=f"{SITE_ACT_WORDS[act]}：将状态由“{before.label}”改为“{after.label}”{towards}",
        changes={"state": Change("处置状态", before.label, after.label)},
        reason=note,
        document=document,
    )
    return held


@transaction.atomic
def delete_site(
    *, site: UnlicensedSite, reason: str, by: Actor, at: datetime | None = None
) -> UnlicensedSite:
    """A person of rank takes a mistaken place out; it can be put back."""
    at = at or now()
    if by.user_id is None:
        raise NotPossibleError("删除记录须由工作人员本人办理。")
    held = _hold(site)
    held.deleted_at, held.deleted_by_id, held.deleted_reason = at, by.user_id, reason
    _keep(held, ["deleted_at", "deleted_by", "deleted_reason"], at)
    words = f"删除误登的无证场所“{held.name}”"
    record("site.deleted", target=held, by=by, at=at, words=words, reason=reason)
    return held


@transaction.atomic
def undelete_site(
    *, site: UnlicensedSite, reason: str, by: Actor, at: datetime | None = None
) -> UnlicensedSite:
    """A person of rank puts a deleted place back, as it was."""
    at = at or now()
    held = UnlicensedSite.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if held.deleted_at is None:
        raise NotPossibleError("这条记录没有被删除，不必恢复。")
    held.deleted_at, held.deleted_by, held.deleted_reason = None, None, ""
    _keep(held, ["deleted_at", "deleted_by", "deleted_reason"], at)
    words = f"恢复已删除的无证场所“{held.name}”"
    record("site.restored", target=held, by=by, at=at, words=words, reason=reason)
    return held


def _hold(site: UnlicensedSite) -> UnlicensedSite:
    rows = UnlicensedSite.objects.select_for_update(of=("self",)).select_related("town")
    held = rows.filter(pk=site.pk, deleted_at=None).first()
    if held is None:
        raise NotPossibleError("这条记录已被删除，不能再修改。如有疑问请联系双减办审核人。")
    refuse_stale(held, site.version)
    return held


def _keep(site: UnlicensedSite, fields: list[str], at: datetime) -> None:
    site.version += 1
    site.changed_at = at
    site.save(update_fields=[*fields, "version", "changed_at"])
    touch_public()


def _refuse_future(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise NotPossibleError("日期不能晚于今天：到了那一天再登记。")


def _refuse_without_ground(act: str, document: str, department: Department | None) -> None:
    """责令停止, 取缔 and 移送 are acts of a department, by a paper; the office only writes them down."""
    if act in SITE_NEEDS_DOCUMENT and not document:
        raise NotPossibleError(f"“{SITE_ACT_WORDS[act]}”须写明文书名称和文号。")
    if act in SITE_NEEDS_DOCUMENT and department is None:
        raise NotPossibleError(f"“{SITE_ACT_WORDS[act]}”须选择实施或接收的部门。")
    if act in SITE_NEEDS_SUBJECT and department and not department.is_enforcement_subject:
        raise NotPossibleError(
            f"{department.name}不是执法主体，不能{SITE_ACT_WORDS[act]}，请选择执法部门。"
        )


def _work_out_keys(site: UnlicensedSite) -> None:
    columns = key_columns(
        name=site.name, address=site.address, town=site.town.short_name if site.town else ""
    )
    for field in KEY_FIELDS:
        setattr(site, field, getattr(columns, field))
