"""The tasks of a campaign: set by the office, seen to by one person, reported with proof, sent back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.attachments.actions import store
from foundation.attachments.kinds import RefusedFileError
from foundation.attachments.models import Attachment
from foundation.audit.actions import record
from foundation.audit.changes import Change, compare, snapshot
from foundation.clock.queries import now
from foundation.clock.words import day_words
from foundation.facts import refuse_stale
from foundation.workflow import NotPossibleError
from inspections.actions.holding import hold_campaign
from inspections.models import Campaign, CampaignTask
from inspections.queries.campaigns import possible_persons
from inspections.workflow import TASK, CampaignState, TaskState

TASK_FIELDS = ("department", "title", "due_on")
# A due day this far outside the campaign is a slip of the hand.
_MOST_DAYS_OUTSIDE = 366


@transaction.atomic
def set_task(
    *, campaign: Campaign, values: Mapping[str, Any], by: Actor, at: datetime | None = None
) -> CampaignTask:
    """The office gives a member something to do, until a day."""
    at = at or now()
    held = hold_campaign(campaign)
    _refuse_stranger(held, values)
    _refuse_day(held, values["due_on"])
    _refuse_twin(held, values)
    task = CampaignTask.objects.create(
        campaign=held, **{name: values[name] for name in TASK_FIELDS}
    )
    words = f"下达{task.department}任务“{task}”，{day_words(task.due_on)}前完成"
    record("task.set", target=task, by=by, at=at, words=words)
    return task


@transaction.atomic
def amend_task(
    *,
    task: CampaignTask,
    version: int,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime | None = None,
) -> CampaignTask:
    """The office words a task otherwise, or gives it another day or department, while it is owed."""
    at = at or now()
    held = _hold(task, version)
    _refuse_reported(held)
    _refuse_stranger(held.campaign, values)
    _refuse_day(held.campaign, values["due_on"])
    before = snapshot(held, TASK_FIELDS)
    for name in TASK_FIELDS:
        setattr(held, name, values[name])
    changes = compare(held, before, snapshot(held, TASK_FIELDS))
    if not changes:
        return held
    if "department" in changes:
        held.person = None
    _keep(held, *TASK_FIELDS, "person")
    words = "修改了" + "、".join(change.label for change in changes.values())
    record("task.amended", target=held, by=by, at=at, words=words, changes=changes)
    return held


@transaction.atomic
def remove_task(
    *, task: CampaignTask, version: int, reason: str, by: Actor, at: datetime | None = None
) -> None:
    """The office takes a task back that nobody has reported on, with a reason."""
    at = at or now()
    held = _hold(task, version)
    _refuse_reported(held)
    if held.outcome:
        raise NotPossibleError("这项任务上报过落实情况，不能删去。")
    record(
        "task.removed",
        target=held,
        subject=held.campaign,
        by=by,
        at=at,
        words=f"删去{held.department}任务“{held}”",
        reason=reason,
    )
    held.delete()


@transaction.atomic
def assign_task(
    *, task: CampaignTask, version: int, person: User, by: Actor, at: datetime | None = None
) -> CampaignTask:
    """One person of the department sees to the task."""
    at = at or now()
    held = _hold(task, version)
    _refuse_reported(held)
    if not possible_persons(held.department).filter(pk=person.pk).exists():
        raise NotPossibleError("责任人须是承担部门的在岗人员。")
    held.person = person
    _keep(held, "person")
    words = f"指定{person}为责任人"
    record("task.assigned", target=held, by=by, at=at, words=words)
    return held


@transaction.atomic
def report_task(
    *,
    task: CampaignTask,
    version: int,
    outcome: str,
    uploads: "Iterable[File[bytes]]" = (),
    by: Actor,
    at: datetime | None = None,
) -> CampaignTask:
    """The department reports what came of the task, with proof if there is some."""
    at = at or now()
    held = _hold(task, version)
    if held.campaign.state != CampaignState.RUNNING:
        raise NotPossibleError("专项行动还没有启动，不能上报。")
    held.state, before = TASK.after(held.state, "report"), held.outcome
    papers = [_taken_in(upload, by, at) for upload in uploads]
    held.proofs.add(*papers)
    held.outcome, held.sent_back_reason = outcome, ""
    held.reported_at, held.reported_by_id = at, by.user_id
    _keep(held, "state", "outcome", "sent_back_reason", "reported_at", "reported_by")
    proof = f"，佐证材料{len(papers)}份" if papers else ""
    record(
        "task.reported",
        target=held,
        by=by,
        at=at,
        words=f"上报落实情况{proof}",
        changes={"outcome": Change("落实情况", before, outcome)},
    )
    return held


@transaction.atomic
def send_back_task(
    *, task: CampaignTask, version: int, reason: str, by: Actor, at: datetime | None = None
) -> CampaignTask:
    """The office is not content: the department owes the task again; what it wrote stays readable."""
    at = at or now()
    held = _hold(task, version)
    held.state = TASK.after(held.state, "send back")
    held.sent_back_reason = reason
    held.reported_at = held.reported_by = None
    _keep(held, "state", "sent_back_reason", "reported_at", "reported_by")
    record("task.sent_back", target=held, by=by, at=at, words="退回重新上报", reason=reason)
    return held


def _hold(task: CampaignTask, version: int) -> CampaignTask:
    """The task under lock, in a campaign that is still open, as the person saw it."""
    hold_campaign(task.campaign)
    rows = CampaignTask.objects.select_for_update(of=("self",))
    held = rows.select_related("campaign", "department").filter(pk=task.pk).first()
    if held is None:
        raise NotPossibleError("这项任务刚刚被删去。")
    refuse_stale(held, version)
    return held


def _taken_in(upload: "File[bytes]", by: Actor, at: datetime) -> Attachment:
    """Of several files the one that is refused is named."""
    try:
        return store(upload=upload, by=by, at=at)
    except RefusedFileError as reason:
        raise RefusedFileError(f"“{upload.name}”没有收下：{reason}") from reason


def _keep(task: CampaignTask, *fields: str) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "version"])


def _refuse_reported(task: CampaignTask) -> None:
    if task.state != TaskState.OPEN:
        raise NotPossibleError("这项任务已经上报。需要改动时请先退回。")


def _refuse_stranger(campaign: Campaign, values: Mapping[str, Any]) -> None:
    if not campaign.members.filter(department=values["department"]).exists():
        raise NotPossibleError(f"{values['department']}不是成员单位，请先加入。")


def _refuse_day(campaign: Campaign, due_on: date) -> None:
    early, late = (campaign.starts_on - due_on).days, (due_on - campaign.ends_on).days
    if max(early, late) > _MOST_DAYS_OUTSIDE:
        raise NotPossibleError(f"完成期限（{day_words(due_on)}）离专项行动太远，请核对年份。")


def _refuse_twin(campaign: Campaign, values: Mapping[str, Any]) -> None:
    """The same task twice is one that was sent twice."""
    if campaign.tasks.filter(**{name: values[name] for name in TASK_FIELDS}).exists():
        raise NotPossibleError("这项任务已经下达，部门、内容和期限都相同。")
