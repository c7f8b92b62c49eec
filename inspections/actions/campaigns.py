"""A campaign is planned by the office, started by a second person, and ended with what came of it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction

from foundation.accounts.models import Department, DepartmentKind
from foundation.actor import Actor
from foundation.attachments.actions import store
from foundation.audit.actions import record
from foundation.audit.changes import Change, Changes, compare, snapshot
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.facts import refuse_stale
from foundation.workflow import NotPossibleError
from inspections.actions.holding import hold_campaign
from inspections.models import Campaign, CampaignMember, CampaignTask, PlannedInspection
from inspections.queries.campaigns import missing
from inspections.queries.checklists import current_checklist
from inspections.workflow import CAMPAIGN, CampaignState
from institutions.actions.papers import SCAN_KINDS
from institutions.workflow import ENDED_STATES

CAMPAIGN_FIELDS = ("title", "goals", "starts_on", "ends_on")
# A day further off is a slip of the hand: campaigns of past years may be entered, next year's be planned.
_YEARS_BACK, _YEARS_AHEAD = 10, 2
_MOST_DAYS = 366


@transaction.atomic
def plan_campaign(*, values: Mapping[str, Any], by: Actor, at: datetime | None = None) -> Campaign:
    """The office begins to plan a campaign, on the checklist that is in force."""
    at = at or now()
    campaign = _begin(values, by, at)
    campaign.key_areas.set(values.get("key_areas", ()))
    words = f"筹划专项行动“{campaign}”"
    record("campaign.planned", target=campaign, by=by, at=at, words=words)
    return campaign


@transaction.atomic
def amend_campaign(
    *,
    campaign: Campaign,
    version: int,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> Campaign:
    """Other goals, another period, other key areas."""
    at = at or now()
    held = hold_campaign(campaign)
    refuse_stale(held, version)
    _refuse_period(values, at)
    _refuse_twin(values["title"], held)
    before = _words(held)
    for name in CAMPAIGN_FIELDS:
        setattr(held, name, values[name])
    held.key_areas.set(values["key_areas"])
    changes = compare(held, before, _words(held))
    if changes:
        _keep(held, *CAMPAIGN_FIELDS)
        _tell("campaign.amended", held, by, at, _changed(changes), changes)
    return held


@transaction.atomic
def register_notice(
    *,
    campaign: Campaign,
    version: int,
    number: str,
    on: date,
    upload: "File[bytes] | None" = None,
    by: Actor,
    at: datetime | None = None,
) -> Campaign:
    """The notice by which the campaign was announced: its number, its day, its scan."""
    at = at or now()
    held = hold_campaign(campaign)
    refuse_stale(held, version)
    if on > county_day(at):
        raise NotPossibleError("通知日期不能晚于今天。")
    if (held.starts_on - on).days > _MOST_DAYS:
        raise NotPossibleError(
            f"通知日期比开始日期（{day_words(held.starts_on)}）早一年以上，请核对。"
        )
    held.notice_number, held.notice_on = number, on
    if upload:
        held.notice = store(upload=upload, by=by, at=at, kinds=SCAN_KINDS)
    _keep(held, "notice_number", "notice_on", "notice")
    words = f"登记通知，日期{day_words(on)}{'，附扫描件' if upload else ''}"
    record("campaign.notice", target=held, by=by, at=at, words=words, document=number)
    return held


@transaction.atomic
def set_members(
    *,
    campaign: Campaign,
    version: int,
    subjects: Collection[Department],
    helpers: Collection[Department],
    by: Actor,
    at: datetime | None = None,
) -> Campaign:
    """Who takes part: departments that enforce, and departments that help; never the office itself."""
    at = at or now()
    held = hold_campaign(campaign)
    refuse_stale(held, version)
    wanted = {one.pk: False for one in helpers} | {one.pk: True for one in subjects}
    _refuse_members(subjects, helpers)
    _refuse_idle_leaver(held, wanted)
    before = _member_words(held)
    held.members.exclude(department__in=wanted).delete()
    for department, is_subject in wanted.items():
        CampaignMember.objects.update_or_create(
            campaign=held, department_id=department, defaults={"is_subject": is_subject}
        )
    after = _member_words(held)
    if before != after:
        _keep(held)
        words = f"确定成员单位：{after or '无'}"
        record("campaign.members", target=held, by=by, at=at, words=words)
    return held


@transaction.atomic
def start_campaign(
    *, campaign: Campaign, version: int, by: Actor, at: datetime | None = None
) -> Campaign:
    """A second person starts the campaign: from now on its members see it and owe their tasks."""
    at = at or now()
    held = _step(campaign, version, "start")
    if by.user_id is None or by.user_id == held.planned_by_id:
        raise NotPossibleError("专项行动须由筹划人以外的人员启动。")
    lacking = missing(held)
    if lacking:
        raise NotPossibleError(f"还不能启动：{'；'.join(lacking)}。")
    held.started_at, held.started_by_id = at, by.user_id
    _keep(held, "state", "started_at", "started_by")
    words = f"启动专项行动“{held}”，检查对象{held.places.count()}个"
    record("campaign.started", target=held, by=by, at=at, words=words, document=held.notice_number)
    return held


@transaction.atomic
def end_campaign(
    *, campaign: Campaign, version: int, words: str, by: Actor, at: datetime | None = None
) -> Campaign:
    """The campaign is over: what was achieved is written down, nothing more is reported."""
    return _close(campaign, version, "end", words, by, at or now())


@transaction.atomic
def cancel_campaign(
    *, campaign: Campaign, version: int, words: str, by: Actor, at: datetime | None = None
) -> Campaign:
    """The campaign is given up, with the reason."""
    return _close(campaign, version, "cancel", words, by, at or now())


@transaction.atomic
def copy_campaign(
    *, campaign: Campaign, values: Mapping[str, Any], by: Actor, at: datetime | None = None
) -> Campaign:
    """Last year's campaign again: goals, areas, members, tasks by as many days later, places that still stand."""
    at = at or now()
    new = _begin({"goals": campaign.goals, **values}, by, at, copied_from=campaign)
    codes = campaign.key_areas.values_list("code", flat=True)
    new.key_areas.set(new.checklist.areas.filter(code__in=list(codes)))
    active = campaign.members.filter(department__is_active=True)
    for member in active:
        CampaignMember.objects.create(
            campaign=new, department_id=member.department_id, is_subject=member.is_subject
        )
    later = new.starts_on - campaign.starts_on
    tasks = [_copied(task, new, later) for task in _tasks_of(campaign)]
    CampaignTask.objects.bulk_create(tasks)
    places = _standing_places(campaign)
    PlannedInspection.objects.bulk_create(
        PlannedInspection(
            campaign=new, institution_id=one.institution_id, site_id=one.site_id, added_at=at
        )
        for one in places
    )
    words = f"由“{campaign}”复制：成员单位{active.count()}个，任务{len(tasks)}项，检查对象{len(places)}个"
    record("campaign.copied", target=new, by=by, at=at, words=words)
    return new


def _begin(
    values: Mapping[str, Any], by: Actor, at: datetime, copied_from: Campaign | None = None
) -> Campaign:
    _refuse_period(values, at)
    office = _office()
    _refuse_twin(values["title"])
    checklist = current_checklist(county_day(at))
    if checklist is None:
        raise NotPossibleError("还没有启用的检查表：请先发布检查表，再筹划专项行动。")
    return Campaign.objects.create(
        **{name: values[name] for name in CAMPAIGN_FIELDS},
        organiser=office,
        checklist=checklist,
        copied_from=copied_from,
        planned_at=at,
        planned_by_id=by.user_id,
    )


def _office() -> Department:
    """The office under lock: of two plans sent at the same moment the second one sees the first."""
    rows = Department.objects.select_for_update(no_key=True)
    office = rows.filter(kind=DepartmentKind.OFFICE, is_active=True).first()
    if office is None:
        raise NotPossibleError("部门通讯录中没有启用的双减办，不能筹划专项行动。")
    return office


def _step(campaign: Campaign, version: int, act: str) -> Campaign:
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    refuse_stale(held, version)
    held.state = CAMPAIGN.after(held.state, act)
    return held


def _close(
    campaign: Campaign, version: int, act: str, words: str, by: Actor, at: datetime
) -> Campaign:
    held = _step(campaign, version, act)
    if by.user_id is None:
        raise NotPossibleError("须由工作人员本人登录后办理。")
    held.ended_at, held.ended_by_id, held.ended_words = at, by.user_id, words
    _keep(held, "state", "ended_at", "ended_by", "ended_words")
    if act == "end":
        summary = {"ended_words": Change("总结", "", words)}
        _tell("campaign.ended", held, by, at, f"结束专项行动“{held}”", summary)
    else:
        told = f"取消专项行动“{held}”"
        record("campaign.cancelled", target=held, by=by, at=at, words=told, reason=words)
    return held


def _keep(campaign: Campaign, *fields: str) -> None:
    campaign.version += 1
    campaign.save(update_fields=[*fields, "version"])


def _tell(
    act: str, campaign: Campaign, by: Actor, at: datetime, words: str, changes: Changes
) -> None:
    record(act, target=campaign, by=by, at=at, words=words, changes=changes)


def _changed(changes: Changes) -> str:
    return "修改了" + "、".join(change.label for change in changes.values())


def _words(campaign: Campaign) -> dict[str, str]:
    areas = "、".join(str(one) for one in campaign.key_areas.all())
    return snapshot(campaign, CAMPAIGN_FIELDS) | {"key_areas": areas}


def _member_words(campaign: Campaign) -> str:
    return "、".join(str(one) for one in campaign.members.select_related("department"))


def _tasks_of(campaign: Campaign) -> list[CampaignTask]:
    active = campaign.tasks.filter(department__is_active=True)
    return list(active.select_related("person"))


def _copied(task: CampaignTask, new: Campaign, later: timedelta) -> CampaignTask:
    stays = (
        task.person and task.person.is_active and task.person.department_id == task.department_id
    )
    return CampaignTask(
        campaign=new,
        department_id=task.department_id,
        title=task.title,
        due_on=task.due_on + later,
        person=task.person if stays else None,
    )


def _standing_places(campaign: Campaign) -> list[PlannedInspection]:
    places = campaign.places.filter(institution__deleted_at=None, site__deleted_at=None)
    return list(places.exclude(institution__state__in=ENDED_STATES))


def _refuse_period(values: Mapping[str, Any], at: datetime) -> None:
    starts_on, ends_on, year = values["starts_on"], values["ends_on"], county_day(at).year
    if ends_on < starts_on:
        raise NotPossibleError("结束日期不能早于开始日期。")
    if not year - _YEARS_BACK <= starts_on.year <= year + _YEARS_AHEAD:
        raise NotPossibleError(f"开始日期（{day_words(starts_on)}）离今天太远，请核对年份。")
    if (ends_on - starts_on).days > _MOST_DAYS:
        raise NotPossibleError("专项行动最长一年，请核对开始日期和结束日期。")


def _refuse_twin(title: str, campaign: Campaign | None = None) -> None:
    """Two campaigns of one name are one that was sent twice; a cancelled one may be planned anew."""
    others = Campaign.objects.exclude(state=CampaignState.CANCELLED).filter(title=title)
    if campaign:
        others = others.exclude(pk=campaign.pk)
    if others.exists():
        raise NotPossibleError(f"已有名称相同的专项行动“{title}”，请到列表中查看，或换一个名称。")


def _refuse_members(subjects: Collection[Department], helpers: Collection[Department]) -> None:
    for one in subjects:
        if not one.is_enforcement_subject:
            raise NotPossibleError(f"{one.name}不是执法主体，只能作为配合单位。")
    both = [str(one) for one in helpers if one in subjects]
    if both:
        raise NotPossibleError(f"{'、'.join(both)}不能既是执法主体又是配合单位。")
    office = [one.name for one in helpers if one.kind == DepartmentKind.OFFICE]
    if office:
        raise NotPossibleError(f"{office[0]}是组织单位，不作为成员单位。")


def _refuse_idle_leaver(campaign: Campaign, wanted: Mapping[int, bool]) -> None:
    tasks = campaign.tasks.exclude(department__in=wanted).select_related("department")
    leaving = sorted({str(task.department) for task in tasks})
    if leaving:
        raise NotPossibleError(f"{'、'.join(leaving)}还有任务，请先删去任务再移出。")
