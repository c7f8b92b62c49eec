"""Tasks of campaigns: set by the office, seen to by one person, reported with proof, sent back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile

from foundation.accounts.models import Role, User
from foundation.audit.changes import Change
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.tasks import (
    amend_task,
    assign_task,
    remove_task,
    report_task,
    send_back_task,
    set_task,
)
from inspections.models import CampaignTask
from inspections.queries.campaigns import open_tasks, overdue_tasks, tasks_of
from inspections.workflow import CampaignState
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 6, 1, 0, tzinfo=UTC)
DUE = date(2023, 7, 11)
PDF = b"%PDF-1.4\n%%EOF\n"


def owed(user: User, **given: Any) -> CampaignTask:
    return make.task(make.campaign(), user.department, **given)


def reported(task: CampaignTask, by: User, **given: Any) -> CampaignTask:
    plain: dict[str, Any] = {"outcome": "已检查全部机构", "version": task.version}
    return report_task(task=task, by=by.actor, at=AT, **plain | given)


def told() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_the_office_gives_a_member_something_to_do(office: User, officer: User) -> None:
    campaign = make.campaign()
    values = {"department": officer.department, "title": "检查消防", "due_on": DUE}
    with pytest.raises(NotPossibleError, match="不是成员单位"):
        set_task(campaign=campaign, values=values, by=office.actor, at=AT)
    campaign.members.create(department=officer.department, is_subject=True)

    task = set_task(campaign=campaign, values=values, by=office.actor, at=AT)

    event = AuditEvent.objects.get()
    assert (task.state, event.subject) == ("open", f"inspections.campaigntask:{task.pk}")
    assert event.words == "下达jiaoti局任务“检查消防”，2023年7月11日前完成"


def test_a_task_sent_twice_or_for_a_mistyped_year_is_not_set(office: User, officer: User) -> None:
    task = owed(officer, title="检查消防", due_on=DUE)
    values = {"department": officer.department, "title": "检查消防", "due_on": DUE}
    with pytest.raises(NotPossibleError, match="已经下达"):
        set_task(campaign=task.campaign, values=values, by=office.actor, at=AT)
    for day in (date(1, 1, 1), date(2032, 7, 11), date.max):
        far = values | {"due_on": day}
        with pytest.raises(NotPossibleError, match="请核对年份"):
            set_task(campaign=task.campaign, values=far, by=office.actor, at=AT)
        with pytest.raises(NotPossibleError, match="请核对年份"):
            amend_task(task=task, version=1, values=far, by=office.actor, at=AT)


def test_the_department_reports_with_proof(officer: User) -> None:
    papers = [ContentFile(PDF, name="一.pdf"), ContentFile(PDF, name="二.pdf")]

    done = reported(owed(officer), officer, uploads=papers)

    assert (done.state, done.reported_by, done.outcome) == ("reported", officer, "已检查全部机构")
    assert sorted(one.name for one in done.proofs.all()) == ["一.pdf", "二.pdf"]
    event = AuditEvent.objects.get()
    assert event.words == "上报落实情况，佐证材料2份"
    assert event.changed == [Change("落实情况", "", "已检查全部机构")]


def test_a_refused_proof_leaves_the_task_as_it_was(officer: User) -> None:
    task = owed(officer)
    papers = [ContentFile(PDF, name="一.pdf"), ContentFile(b"", name="空.pdf")]

    with pytest.raises(NotPossibleError, match="文件是空的"):
        reported(task, officer, uploads=papers)
    task.refresh_from_db()
    assert (task.state, task.proofs.count(), told()) == ("open", 0, [])


@pytest.mark.parametrize(
    ("state", "words"),
    [(CampaignState.PLANNING, "没有启动"), (CampaignState.ENDED, "不能再修改")],
    ids=["planning", "ended"],
)
def test_only_in_a_running_campaign_is_reported(officer: User, state: str, words: str) -> None:
    task = make.task(make.campaign(state=state), officer.department)

    with pytest.raises(NotPossibleError, match=words):
        reported(task, officer)
    assert told() == []


def test_twice_is_not_reported(officer: User) -> None:
    task = reported(owed(officer), officer)

    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        reported(task, officer)
    assert told() == ["task.reported"]


def test_sent_back_it_is_owed_again_and_what_was_written_stays(office: User, officer: User) -> None:
    task = reported(owed(officer), officer, uploads=[ContentFile(PDF, name="一.pdf")])

    back = send_back_task(
        task=task, version=task.version, reason="没有写清家数", by=office.actor, at=AT
    )

    assert (back.state, back.outcome, back.reported_by) == ("open", "已检查全部机构", None)
    with pytest.raises(NotPossibleError, match="不能删去"):
        remove_task(task=back, version=back.version, reason="多余", by=office.actor, at=AT)
    again = reported(back, officer, outcome="已检查64家")
    assert (again.outcome, again.sent_back_reason, again.proofs.count()) == ("已检查64家", "", 1)
    assert told() == ["task.reported", "task.sent_back", "task.reported"]


def test_an_open_task_is_not_sent_back(office: User, officer: User) -> None:
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        send_back_task(task=owed(officer), version=1, reason="催", by=office.actor, at=AT)


def test_one_person_of_the_department_sees_to_it(office: User, officer: User) -> None:
    task = owed(officer)
    other = make.user(role=Role.OFFICER, department=make.department("wenlv"))

    with pytest.raises(NotPossibleError, match="承担部门的在岗人员"):
        assign_task(task=task, version=1, person=other, by=office.actor, at=AT)
    done = assign_task(task=task, version=1, person=officer, by=office.actor, at=AT)

    assert done.person == officer
    assert told() == ["task.assigned"]


def test_another_department_has_nobody_named_yet(office: User, officer: User) -> None:
    task = owed(officer, person=officer)
    other = make.department("wenlv")
    task.campaign.members.create(department=other, is_subject=True)
    values = {"department": other, "title": task.title, "due_on": task.due_on}

    done = amend_task(task=task, version=1, values=values, by=office.actor, at=AT)

    assert (done.department, done.person) == (other, None)
    with pytest.raises(StaleError):
        amend_task(task=task, version=1, values=values, by=office.actor, at=AT)


def test_what_is_reported_is_neither_worded_otherwise_nor_taken_back(
    office: User, officer: User
) -> None:
    task = reported(owed(officer), officer)
    values = {"department": task.department, "title": "另一件事", "due_on": DUE}

    with pytest.raises(NotPossibleError, match="已经上报"):
        amend_task(task=task, version=2, values=values, by=office.actor, at=AT)
    with pytest.raises(NotPossibleError, match="已经上报"):
        assign_task(task=task, version=2, person=officer, by=office.actor, at=AT)
    with pytest.raises(NotPossibleError, match="已经上报"):
        remove_task(task=task, version=2, reason="多余", by=office.actor, at=AT)


def test_a_task_is_taken_back_and_the_campaign_tells_of_it(office: User, officer: User) -> None:
    task = owed(officer)
    campaign = task.campaign

    remove_task(task=task, version=1, reason="重复", by=office.actor, at=AT)

    assert not campaign.tasks.exists()
    assert AuditEvent.objects.get().subject == f"inspections.campaign:{campaign.pk}"


def test_a_department_sees_its_own_tasks_only(office: User, officer: User) -> None:
    mine = owed(officer)
    make.task(mine.campaign, make.department("wenlv"))
    make.task(make.campaign("筹备", state=CampaignState.PLANNING), officer.department)

    assert list(tasks_of(officer)) == [mine]
    assert tasks_of(office).count() == 3


def test_overdue_is_what_is_owed_after_its_day_in_a_running_campaign(officer: User) -> None:
    late = owed(officer, due_on=date(2023, 7, 5))
    make.task(late.campaign, officer.department, due_on=date(2023, 7, 6))
    make.task(late.campaign, officer.department, due_on=date(2023, 7, 5), state="reported")
    ended = make.campaign("已结束", state=CampaignState.ENDED)
    make.task(ended, officer.department, due_on=date(2023, 7, 5))

    assert list(overdue_tasks(tasks_of(officer), date(2023, 7, 6))) == [late]
    assert open_tasks(tasks_of(officer)).count() == 2
