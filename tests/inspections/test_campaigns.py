"""Campaigns: planned by the office, started by a second person, ended with what came of them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile

from foundation.accounts.models import DepartmentKind, Role, User
from foundation.actor import CONSOLE
from foundation.attachments.kinds import RefusedFileError
from foundation.attachments.models import Attachment
from foundation.audit.models import AuditEvent
from foundation.clock.queries import now
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.campaigns import (
    amend_campaign,
    cancel_campaign,
    copy_campaign,
    end_campaign,
    plan_campaign,
    register_notice,
    set_members,
    start_campaign,
)
from inspections.actions.places import add_places, drop_places
from inspections.models import Campaign, PlannedInspection
from inspections.queries.campaigns import campaigns_of, missing, places_by_town, places_in
from inspections.workflow import CampaignState
from institutions.actions.sites import report_site
from institutions.models import UnlicensedSite
from institutions.workflow import InstitutionState
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 4, 1, 0, tzinfo=UTC)
DAY = date(2023, 7, 4)
PLAN: dict[str, Any] = {
    "title": "2023年“监管护苗”专项行动",
    "goals": "全覆盖检查",
    "starts_on": date(2023, 7, 5),
    "ends_on": date(2023, 7, 11),
}


def planned(by: User, **given: Any) -> Campaign:
    areas = make.checklist().areas.all()
    return plan_campaign(values=PLAN | {"key_areas": areas} | given, by=by.actor, at=AT)


def ready(by: User) -> Campaign:
    """A plan in which nothing is missing."""
    return make.campaign(state=CampaignState.PLANNING, planned_by=by)


def started(campaign: Campaign, by: User) -> Campaign:
    campaign.refresh_from_db()
    return start_campaign(campaign=campaign, version=campaign.version, by=by.actor, at=AT)


def members(campaign: Campaign, by: User, subjects: Any = (), helpers: Any = ()) -> Campaign:
    campaign.refresh_from_db()
    return set_members(
        campaign=campaign,
        version=campaign.version,
        subjects=subjects,
        helpers=helpers,
        by=by.actor,
        at=AT,
    )


def site(name: str = "小状元托辅班", **given: Any) -> UnlicensedSite:
    return report_site(values={"name": name} | given, by=CONSOLE, at=AT)


def told() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_the_office_plans_on_the_checklist_in_force_and_organises_itself(office: User) -> None:
    campaign = planned(office)

    assert (campaign.state, campaign.organiser) == ("planning", office.department)
    assert campaign.checklist.number == 1
    assert campaign.key_areas.count() == 2
    assert told() == ["campaign.planned"]


def test_without_a_checklist_in_force_nothing_is_planned(office: User) -> None:
    make.checklist(is_draft=True)

    with pytest.raises(NotPossibleError, match="先发布检查表"):
        plan_campaign(values=PLAN, by=office.actor, at=AT)
    assert not Campaign.objects.exists()


def test_a_campaign_does_not_end_before_it_starts(office: User) -> None:
    with pytest.raises(NotPossibleError, match="不能早于开始日期"):
        planned(office, ends_on=date(2023, 7, 4))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (date(1, 1, 1), date(1, 1, 2), "离今天太远"),
        (date(2032, 7, 5), date(2032, 7, 11), "离今天太远"),
        (date(2023, 7, 5), date(2032, 7, 11), "最长一年"),
    ],
)
def test_a_year_mistyped_is_asked_about(
    office: User, starts_on: date, ends_on: date, words: str
) -> None:
    with pytest.raises(NotPossibleError, match=words):
        planned(office, starts_on=starts_on, ends_on=ends_on)
    with pytest.raises(NotPossibleError, match="通知日期比开始日期（2023年7月5日）早一年以上"):
        register_notice(
            campaign=ready(office),
            version=1,
            number="1号",
            on=date(203, 7, 4),
            by=office.actor,
            at=AT,
        )


def test_the_same_plan_sent_twice_is_one_campaign(office: User, lead: User) -> None:
    first = planned(office)
    with pytest.raises(NotPossibleError, match="名称相同的专项行动"):
        planned(office)
    other = planned(office, title="另一个行动")
    with pytest.raises(NotPossibleError, match="名称相同的专项行动"):
        amend_campaign(
            campaign=other, version=1, values=PLAN | {"key_areas": []}, by=office.actor, at=AT
        )

    cancel_campaign(campaign=first, version=1, words="改期", by=lead.actor, at=AT)

    assert planned(office).state == "planning"


def test_an_amendment_tells_before_and_after_and_an_old_form_is_refused(office: User) -> None:
    campaign = planned(office)
    area = campaign.checklist.areas.all()[:1]
    values = PLAN | {"ends_on": date(2023, 7, 12), "key_areas": area}

    amend_campaign(campaign=campaign, version=1, values=values, by=office.actor, at=AT)

    event = AuditEvent.objects.latest("id")
    assert [(one.label, one.before, one.after) for one in event.changed] == [
        ("结束日期", "2023年7月11日", "2023年7月12日"),
        ("重点检查类别", "办学资质、消防安全管理", "办学资质"),
    ]
    with pytest.raises(StaleError):
        amend_campaign(campaign=campaign, version=1, values=values, by=office.actor, at=AT)


def test_the_notice_has_a_number_a_day_and_a_scan(office: User) -> None:
    campaign = planned(office)
    scan = ContentFile(b"%PDF-1.4\n%%EOF\n", name="通知.pdf")
    given: dict[str, Any] = {"number": "定双减办〔2023〕5号", "by": office.actor, "at": AT}

    done = register_notice(campaign=campaign, version=1, on=DAY, upload=scan, **given)
    again = register_notice(campaign=done, version=2, on=DAY, upload=None, **given)

    assert again.notice
    assert (again.notice.name, str(again.notice_on)) == ("通知.pdf", "2023-07-04")
    with pytest.raises(NotPossibleError, match="不能晚于今天"):
        register_notice(campaign=done, version=3, on=date(2023, 7, 5), **given)
    sheet = ContentFile(b"MZ", name="通知.exe")
    with pytest.raises(RefusedFileError):
        register_notice(campaign=done, version=3, on=DAY, upload=sheet, **given)
    assert Attachment.objects.count() == 1


def test_who_organises_never_enforces(office: User) -> None:
    campaign = planned(office)
    civil = make.department("minzheng", is_enforcement_subject=False)

    with pytest.raises(NotPossibleError, match="不是执法主体"):
        members(campaign, office, subjects=[office.department])
    with pytest.raises(NotPossibleError, match="是组织单位"):
        members(campaign, office, helpers=[office.department])
    with pytest.raises(NotPossibleError, match="不是执法主体"):
        members(campaign, office, subjects=[civil])
    with pytest.raises(NotPossibleError, match="不能既是"):
        members(campaign, office, subjects=[make.department()], helpers=[make.department()])
    done = members(campaign, office, subjects=[make.department()], helpers=[civil])

    assert [str(one) for one in done.members.all()] == [
        "jiaoti局（执法主体）",
        "minzheng局（配合单位）",
    ]
    assert told() == ["campaign.planned", "campaign.members"]


def test_a_member_with_tasks_stays(office: User) -> None:
    campaign = ready(office)
    make.task(campaign, make.department())

    with pytest.raises(NotPossibleError, match="还有任务"):
        members(campaign, office, subjects=[make.department("wenlv")])
    assert [one.department.code for one in campaign.members.all()] == ["jiaoti"]


def test_what_is_missing_is_told_all_at_once(office: User, lead: User) -> None:
    campaign = planned(office, key_areas=[])
    assert missing(campaign) == [
        "没有登记通知文号",
        "没有选定执法主体",
        "没有选定重点检查类别",
        "没有检查对象",
    ]
    members(campaign, office, subjects=[make.department()])
    assert missing(campaign)[-1] == "jiaoti局还没有任务"

    with pytest.raises(NotPossibleError, match="还不能启动：没有登记通知文号；"):
        started(campaign, lead)
    campaign.refresh_from_db()
    assert campaign.state == "planning"


def test_a_second_person_starts(office: User, lead: User, head: User) -> None:
    campaign = ready(lead)
    make.task(campaign, make.department())

    with pytest.raises(NotPossibleError, match="筹划人以外"):
        started(campaign, lead)
    done = started(campaign, head)

    assert (done.state, done.started_by) == ("running", head)
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        started(campaign, head)
    assert told() == ["campaign.started"]


def test_ended_or_cancelled_nothing_more_is_written(office: User, lead: User) -> None:
    closed = [
        end_campaign(campaign=make.campaign(), version=1, words="覆盖全部", by=lead.actor, at=AT),
        cancel_campaign(campaign=ready(office), version=1, words="改期", by=lead.actor, at=AT),
    ]

    assert [one.state for one in closed] == ["ended", "cancelled"]
    ended, cancelled = AuditEvent.objects.order_by("id")
    assert (ended.changed[0].after, cancelled.reason) == ("覆盖全部", "改期")
    for one in closed:
        with pytest.raises(NotPossibleError, match="不能再修改"):
            add_places(campaign=one, institutions=[make.institution()], by=office.actor, at=AT)
        with pytest.raises(NotPossibleError, match="不能再修改"):
            members(one, office)
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        end_campaign(campaign=ready(office), version=1, words="完", by=lead.actor, at=AT)


def test_places_come_in_once_and_go_out_with_a_reason(office: User) -> None:
    campaign = planned(office)
    one, other, clue = make.institution("甲"), make.institution("乙"), site()
    add_places(campaign=campaign, institutions=[one], by=office.actor, at=AT)

    count = add_places(
        campaign=campaign, institutions=[one, other], sites=[clue], by=office.actor, at=AT
    )

    assert (count, campaign.places.count()) == (2, 3)
    with pytest.raises(NotPossibleError, match="没有选中新的"):
        add_places(campaign=campaign, sites=[clue], by=office.actor, at=AT)
    gone = campaign.places.filter(site=clue)
    drop_places(campaign=campaign, places=list(gone), reason="已关门", by=office.actor, at=AT)
    assert [str(place) for place in places_in(campaign)] == ["甲", "乙"]
    event = AuditEvent.objects.latest("id")
    assert (event.words, event.reason) == ("移出检查对象1个：小状元托辅班", "已关门")
    with pytest.raises(NotPossibleError, match="先选中"):
        drop_places(campaign=campaign, places=[], reason="无", by=office.actor, at=AT)


def test_places_of_another_campaign_are_not_dropped_through_this_one(office: User) -> None:
    campaign, other = make.campaign(), make.campaign("另一个")

    with pytest.raises(NotPossibleError):
        drop_places(
            campaign=campaign, places=list(other.places.all()), reason="误", by=office.actor, at=AT
        )
    assert other.places.count() == 1


def test_places_are_found_by_name_and_town_and_counted_by_town(office: User) -> None:
    campaign, town = planned(office), make.town("白泥井镇")
    here = make.institution("青禾艺术学校", town=town)
    elsewhere, clue = make.institution("远航学校"), site("小状元托辅班", town=town)
    deleted = make.institution("误登学校", deleted_at=now(), deleted_by=office, deleted_reason="重")
    rows = [here, elsewhere, deleted]
    add_places(campaign=campaign, institutions=rows, sites=[clue], by=office.actor, at=AT)

    assert [str(one) for one in places_in(campaign, town=town)] == ["青禾艺术学校", "小状元托辅班"]
    assert [str(one) for one in places_in(campaign, words="yuanhang")] == ["远航学校"]
    assert [str(one) for one in places_in(campaign, words="小状元")] == ["小状元托辅班"]
    assert places_by_town(campaign) == [
        {"code": town.code, "town": "白泥井镇", "count": 2},
        {"code": "", "town": "镇街未登记", "count": 1},
    ]


def test_last_years_campaign_is_copied(office: User) -> None:
    old = make.campaign(state=CampaignState.ENDED)
    officer = make.user(role=Role.OFFICER, department=make.department())
    left = make.user(role=Role.OFFICER, department=make.department(), name="调走的人")
    left.is_active = False
    left.save(update_fields=["is_active"])
    make.task(old, make.department(), person=officer, due_on=date(2023, 7, 7))
    make.task(old, make.department(), person=left, state="reported", outcome="已完成")
    closed = make.institution("已注销学校", state=InstitutionState.DEREGISTERED)
    PlannedInspection.objects.create(campaign=old, institution=closed, added_at=AT)
    values = PLAN | {"starts_on": date(2024, 7, 5), "ends_on": date(2024, 7, 11)}
    del values["goals"]

    new = copy_campaign(campaign=old, values=values, by=office.actor, at=AT)

    assert (new.state, new.goals, new.notice_number) == ("planning", "全覆盖检查", "")
    assert [area.code for area in new.key_areas.all()] == ["A"]
    assert [str(one) for one in new.members.all()] == ["jiaoti局（执法主体）"]
    owed = new.tasks.values_list("due_on", "person", "state", "outcome")
    assert list(owed) == [
        (date(2024, 7, 7), officer.pk, "open", ""),
        (date(2024, 7, 11), None, "open", ""),
    ]
    assert new.places.count() == 1
    assert told() == ["campaign.copied"]


def test_a_copy_for_a_year_beyond_the_calendar_is_refused(office: User) -> None:
    old = make.campaign(state=CampaignState.ENDED)
    make.task(old, make.department(), due_on=date(2023, 7, 31))
    values = PLAN | {"starts_on": date(9999, 12, 31), "ends_on": date(9999, 12, 31)}

    with pytest.raises(NotPossibleError, match="离今天太远"):
        copy_campaign(campaign=old, values=values, by=office.actor, at=AT)


def test_a_department_sees_campaigns_it_takes_part_in_once_they_are_started(
    office: User, lead: User, officer: User
) -> None:
    mine = [make.campaign(state, state=state) for state in CampaignState]
    for one in mine:
        one.members.create(department=officer.department, is_subject=True)
    make.campaign("别的部门的")

    assert {one.title for one in campaigns_of(officer)} == {"running", "ended"}
    assert campaigns_of(office).count() == campaigns_of(lead).count() == 5


def test_a_town_takes_no_part() -> None:
    town = make.user(role=Role.TOWN, department=make.town())

    make.campaign().members.create(department=make.department(), is_subject=True)

    assert town.department.kind == DepartmentKind.TOWN
    assert not campaigns_of(town).exists()
