"""Inspections before the visit: planned, staffed, approved by the lead's head, moved, given up, merged."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.accounts.models import DepartmentKind, Role, User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.law.models import Limit
from foundation.workflow import NotPossibleError
from inspections.actions.approvals import (
    approve_inspection,
    ask_for_approval,
    send_back_inspection,
)
from inspections.actions.inspectors import name_inspectors, replace_inspector
from inspections.actions.merging import merge_inspections
from inspections.actions.places import drop_places
from inspections.actions.planning import (
    amend_inspection,
    cancel_inspection,
    move_inspection,
    plan_campaign_inspections,
    plan_inspection,
)
from inspections.models import Approval, Inspection, Inspector, Section
from inspections.queries.inspections import inspections_of, visits_of
from inspections.queries.overlaps import overlaps
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 5, 1, 0, tzinfo=UTC)
DAY = date(2023, 7, 10)
PLAN: dict[str, Any] = {"kind": "routine", "planned_on": DAY, "scope": "办学资质"}


@pytest.fixture
def head_of_lead() -> User:
    return make.user("jiaoti_head", role=Role.DEPARTMENT_HEAD, department=make.department())


def told() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def plan(by: User, **given: Any) -> Inspection:
    make.checklist()
    plain: dict[str, Any] = {
        "place": make.institution("青禾艺术学校"),
        "organiser": by.department,
        "departments": [],
        "people": [],
        "values": PLAN | {"lead": make.department()},
    }
    return plan_inspection(by=by.actor, at=AT, **plain | given)


def ask(row: Inspection, **given: Any) -> Approval:
    row.refresh_from_db()
    plain: dict[str, Any] = {"by": row.inspectors.all()[0].user.actor, "at": AT}
    return ask_for_approval(inspection=row, version=row.version, **plain | given)


def approve(row: Inspection, by: User, **given: Any) -> Approval:
    row.refresh_from_db()
    given = {"at": AT} | given
    return approve_inspection(inspection=row, version=row.version, by=by.actor, **given)


def set_cap(value: int | None) -> None:
    make.limits()
    Limit.objects.filter(key="visits_a_year").update(value=value)


def test_the_office_brings_departments_together_and_inspects_in_nobodys_name(office: User) -> None:
    lead, other = make.department(), make.department("xiaofang")
    people = [make.inspector(lead), make.inspector(other)]

    made = plan(office, people=people, departments=[make.department("shichang")])

    assert (made.organiser, made.lead, made.state) == (office.department, lead, "planned")
    parts = {one.department.code: one.inspectors.count() for one in made.sections.all()}
    assert parts == {"jiaoti": 1, "xiaofang": 1, "shichang": 0}
    assert made.checklist.number == 1
    assert told() == ["inspection.planned"]
    with pytest.raises(NotPossibleError, match="不是执法主体"):
        plan(office, departments=[office.department])


def test_what_was_sent_twice_is_planned_once(office: User) -> None:
    place = make.institution()
    plan(office, place=place)

    with pytest.raises(NotPossibleError, match="不重复拟定"):
        plan(office, place=place)
    other = PLAN | {"lead": make.department("wenlv")}
    plan(office, place=place, values=other)
    assert Inspection.objects.count() == 2


def test_a_department_plans_for_itself_alone(officer: User) -> None:
    with pytest.raises(NotPossibleError, match="只能拟定本部门的检查"):
        plan(officer, departments=[make.department("xiaofang")])
    assert not Inspection.objects.exists()

    assert plan(officer).organiser == officer.department


def test_who_holds_no_certificate_does_not_inspect(office: User, officer: User) -> None:
    with pytest.raises(NotPossibleError, match="没有登记执法证号"):
        plan(office, people=[officer])
    assert not Inspection.objects.exists()


def test_a_visit_is_planned_ahead_unless_it_is_urgent(officer: User) -> None:
    past = PLAN | {"lead": officer.department, "planned_on": date(2023, 7, 4)}
    with pytest.raises(NotPossibleError, match="不能早于今天"):
        plan(officer, values=past)
    with pytest.raises(NotPossibleError, match="超过一年"):
        plan(officer, values=past | {"planned_on": date(2032, 7, 4)})

    urgent = past | {"is_urgent": True, "urgent_reason": "疏散通道被堵"}
    assert plan(officer, values=urgent).is_urgent


def test_sixty_places_by_one_team_within_a_week(office: User) -> None:
    campaign = make.campaign()
    lead = make.department()
    names = [make.institution(lead_department=lead) for _ in range(4)]
    for one in names:
        campaign.places.create(institution=one, added_at=AT)
    orphan = campaign.places.get(institution__lead_department=None)
    team = [make.inspector(lead), make.inspector(make.department("xiaofang"))]
    given: dict[str, Any] = {
        "campaign": campaign,
        "organiser": office.department,
        "departments": [],
        "people": team,
        "starts_on": date(2023, 7, 7),
        "a_day": 2,
        "skip_weekends": True,
        "scope": "八项重点",
        "by": office.actor,
        "at": AT,
    }

    with pytest.raises(NotPossibleError, match="没有登记牵头监管部门"):
        plan_campaign_inspections(places=[orphan], lead=None, **given)
    own = list(campaign.places.exclude(pk=orphan.pk))
    made = plan_campaign_inspections(places=own, lead=None, **given)

    days = [one.planned_on.day for one in made]
    assert days == [7, 7, 10, 10]
    assert Section.objects.count() == Inspector.objects.count() == 8
    assert {one.planned.campaign for one in made if one.planned} == {campaign}
    with pytest.raises(NotPossibleError, match="都已安排"):
        plan_campaign_inspections(places=own, lead=lead, **given)
    with pytest.raises(NotPossibleError, match="已安排过检查"):
        drop_places(campaign=campaign, places=own, reason="误", by=office.actor, at=AT)
    assert told() == ["inspection.planned"] * 4


def test_before_it_is_asked_for_all_can_be_put_otherwise(office: User) -> None:
    made = plan(office, people=[make.inspector(make.department("xiaofang"))])
    values = PLAN | {"lead": make.department("shichang"), "manner": "on_site"}
    values |= {"planned_on": date(2023, 7, 12), "is_urgent": False, "urgent_reason": ""}
    given: dict[str, Any] = {"values": values, "by": office.actor, "at": AT}

    amend_inspection(inspection=made, version=1, departments=[make.department()], **given)

    made.refresh_from_db()
    assert (str(made.lead), made.planned_on.day) == ("shichang局", 12)
    assert {one.department.code for one in made.sections.all()} == {"jiaoti", "shichang"}
    assert not made.inspectors.exists()
    changed = [one.label for one in AuditEvent.objects.latest("id").changed]
    assert changed == ["牵头执法主体", "检查日期", "参加部门"]
    with pytest.raises(StaleError):
        amend_inspection(inspection=made, version=1, departments=[], **given)
    waiting = make.inspection(state="waiting", organiser=office.department)
    with pytest.raises(NotPossibleError, match="已经提请审批"):
        amend_inspection(inspection=waiting, version=1, departments=[], **given)


def test_asked_and_approved_it_has_numbers_of_the_lead(head_of_lead: User) -> None:
    first, second = make.inspection(), make.inspection()

    asked = ask(first, words="拟于当日检查")
    done = approve(first, head_of_lead, words="同意")

    first.refresh_from_db()
    assert (first.state, first.may_begin) == ("approved", True)
    assert (asked.number, done.notice_number) == (
        "jiaoti局检批〔2023〕1号",
        "jiaoti局检通〔2023〕1号",
    )
    assert (done.outcome, done.decided_by) == ("approved", head_of_lead)
    assert ask(second).number == "jiaoti局检批〔2023〕2号"
    assert ask(make.inspection(lead=make.department("wenlv"))).number == "wenlv局检批〔2023〕1号"
    numbers = first.inspectors.values_list("certificate_no", "user__certificate_no")
    assert all(frozen == own for frozen, own in numbers)
    assert told()[:2] == ["inspection.asked", "inspection.approved"]


def test_numbers_begin_with_the_departments_own_word() -> None:
    row = make.inspection()
    row.lead.paper_word = "定教体"
    row.lead.save(update_fields=["paper_word"])

    assert ask(row).number == "定教体检批〔2023〕1号"


def test_fewer_than_two_with_certificates_are_not_let_go() -> None:
    row = make.inspection()
    one = row.inspectors.all()[0]
    row.inspectors.exclude(pk=one.pk).delete()

    with pytest.raises(NotPossibleError, match="不得少于2人"):
        ask(row, by=one.user.actor)
    row.refresh_from_db()
    assert row.state == "planned"
    assert told() == []


def test_a_department_that_sends_nobody_does_not_take_part() -> None:
    row = make.inspection()
    Section.objects.create(inspection=row, department=make.department("xiaofang"))

    with pytest.raises(NotPossibleError, match="xiaofang局还没有确定检查人员"):
        ask(row)
    row.refresh_from_db()
    assert row.state == "planned"


def test_the_database_refuses_a_lone_inspector_and_an_office_that_inspects(office: User) -> None:
    row = make.inspection(state="waiting")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS inspections_two_inspectors IMMEDIATE")
    with pytest.raises(IntegrityError, match="two inspectors"), transaction.atomic():
        row.inspectors.all()[0].delete()
    with pytest.raises(IntegrityError, match="enforcement subject"), transaction.atomic():
        Section.objects.create(inspection=row, department=office.department)
    with pytest.raises(IntegrityError, match="one_section"), transaction.atomic():
        Section.objects.create(inspection=row, department=row.lead)


def test_nobody_approves_what_they_asked_for_or_go_on(head_of_lead: User) -> None:
    row = make.inspection(state="waiting")
    Approval.objects.filter(inspection=row).update(asked_by=head_of_lead)
    with pytest.raises(NotPossibleError, match="提请人以外"):
        approve(row, head_of_lead)
    goes = make.inspection(state="waiting")
    section = goes.sections.get()
    Inspector.objects.create(
        inspection=goes, section=section, user=head_of_lead, certificate_no="1"
    )
    with pytest.raises(NotPossibleError, match="您是这次检查的检查人员"):
        approve(goes, head_of_lead)
    assert {one.state for one in Inspection.objects.all()} == {"waiting"}


def test_sent_back_it_is_asked_for_again_under_the_same_number(head_of_lead: User) -> None:
    row = make.inspection()
    first = ask(row)
    row.refresh_from_db()
    send_back_inspection(
        inspection=row, version=row.version, words="写明检查事项", by=head_of_lead.actor, at=AT
    )
    row.refresh_from_db()
    assert (row.state, row.approval.outcome) == ("planned", "sent_back")

    again = ask(row)

    assert (again.number, again.outcome, again.decided_at) == (first.number, "", None)
    assert AuditEvent.objects.filter(act="inspection.sent_back").get().reason == "写明检查事项"


def test_after_its_day_a_visit_is_not_approved_any_more(head_of_lead: User) -> None:
    late = datetime(2023, 7, 11, 1, tzinfo=UTC)
    with pytest.raises(NotPossibleError, match="检查日期已过"):
        approve(make.inspection(state="waiting"), head_of_lead, at=late)
    with pytest.raises(NotPossibleError, match="检查日期已过"):
        ask(make.inspection(), at=late)


def test_an_urgent_visit_is_reported_at_once_and_approved_afterwards(head_of_lead: User) -> None:
    row = make.inspection(is_urgent=True, urgent_reason="疏散通道被堵", planned_on=date(2023, 7, 5))

    reported = ask(row)

    row.refresh_from_db()
    assert (row.may_begin, reported.completion_due_on) == (True, date(2023, 7, 7))
    assert reported.notice_number == "jiaoti局检通〔2023〕1号"
    done = approve(row, head_of_lead, at=datetime(2023, 7, 6, 1, tzinfo=UTC))
    assert (done.outcome, done.notice_number) == ("approved", reported.notice_number)


def test_over_the_cap_only_with_a_reason_that_is_kept(head_of_lead: User) -> None:
    place = make.institution()
    set_cap(1)
    approve(first := _asked(place), head_of_lead)
    second = make.inspection(institution=place)
    assert (visits_of(first).count, visits_of(second).count) == (0, 1)

    with pytest.raises(NotPossibleError, match="另有1次已批准或已实施的检查，上限1次"):
        ask(second)
    ask(second, exception="群众再次反映")
    done = approve(second, head_of_lead)

    assert done.exception == "群众再次反映"
    set_cap(None)
    assert not visits_of(make.inspection(institution=place)).is_over


def _asked(place: Any) -> Inspection:
    row = make.inspection(institution=place)
    ask(row)
    return row


def test_what_was_free_when_it_was_asked_may_be_over_when_it_is_decided(head_of_lead: User) -> None:
    place = make.institution()
    set_cap(1)
    one, other = _asked(place), _asked(place)
    approve(one, head_of_lead)

    with pytest.raises(NotPossibleError, match="请写明超频次理由"):
        approve(other, head_of_lead)
    other.refresh_from_db()
    assert other.state == "waiting"
    assert approve(other, head_of_lead, exception="领导批示").exception == "领导批示"


def test_another_year_and_a_cancelled_visit_do_not_count() -> None:
    place = make.institution()
    make.inspection(institution=place, state="approved", planned_on=date(2022, 12, 31))
    gone = make.inspection(institution=place, state="approved")
    by = make.user().actor
    cancel_inspection(inspection=gone, version=1, reason="机构停课", by=by, at=AT)

    assert visits_of(make.inspection(institution=place)).count == 0


def test_a_department_names_its_own_people_until_it_is_asked_for(officer: User) -> None:
    row = make.inspection()
    section, old = row.sections.get(), [one.user for one in row.inspectors.all()]
    new = make.inspector(officer.department)
    given: dict[str, Any] = {"section": section, "by": officer.actor, "at": AT}

    name_inspectors(version=1, people=[old[0], new], **given)

    assert {one.user for one in row.inspectors.all()} == {old[0], new}
    with pytest.raises(NotPossibleError, match="不是"):
        name_inspectors(version=2, people=[make.inspector(make.department("wenlv"))], **given)
    waiting = make.inspection(state="waiting").sections.get()
    with pytest.raises(NotPossibleError, match="由部门负责人办理"):
        name_inspectors(version=1, people=[], **given | {"section": waiting})
    assert told() == ["inspection.staffed"]


def test_the_head_recuses_one_and_two_still_go(head_of_lead: User) -> None:
    row = make.inspection(state="approved")
    one = row.inspectors.all()[0]
    given: dict[str, Any] = {"is_recused": True, "reason": "举办者是其亲属", "at": AT}
    by = {"by": head_of_lead.actor}

    with pytest.raises(NotPossibleError, match="不得少于2人"), transaction.atomic():
        replace_inspector(inspector=one, version=1, replacement=None, **given | by)
    instead = make.inspector(row.lead)
    replace_inspector(inspector=one, version=1, replacement=instead, **given | by)

    joined = Section.objects.create(inspection=row, department=make.department("xiaofang"))
    person = make.inspector(joined.department)
    alone = Inspector.objects.create(
        inspection=row, section=joined, user=person, certificate_no=person.certificate_no
    )
    with pytest.raises(NotPossibleError, match="没有其他检查人员"), transaction.atomic():
        replace_inspector(inspector=alone, version=2, replacement=None, **given | by)
    one.refresh_from_db()
    assert (one.is_recused, one.left_by, one.left_reason) == (True, head_of_lead, "举办者是其亲属")
    new = row.inspectors.get(user=instead)
    assert new.certificate_no == instead.certificate_no != ""
    with pytest.raises(NotPossibleError, match="已经不参加"):
        replace_inspector(inspector=one, version=2, replacement=None, **given | by)
    with pytest.raises(NotPossibleError, match="本人的回避"):
        replace_inspector(
            inspector=new, version=2, replacement=None, **given | {"by": instead.actor}
        )
    assert told() == ["inspection.replaced"]


def test_moved_with_a_reason_it_stays_approved_within_its_year(officer: User) -> None:
    row = make.inspection(state="approved")
    given: dict[str, Any] = {"reason": "机构当日停课", "by": officer.actor, "at": AT}

    move_inspection(inspection=row, version=1, planned_on=date(2023, 7, 12), **given)

    row.refresh_from_db()
    assert (row.planned_on.day, row.state) == (12, "approved")
    with pytest.raises(NotPossibleError, match="另一年度"):
        move_inspection(inspection=row, version=2, planned_on=date(2024, 1, 5), **given)
    with pytest.raises(NotPossibleError, match="没有改变"):
        move_inspection(inspection=row, version=2, planned_on=date(2023, 7, 12), **given)
    assert AuditEvent.objects.get().reason == "机构当日停课"


def test_given_up_nothing_more_is_done(officer: User, head_of_lead: User) -> None:
    row = make.inspection(state="waiting")

    cancel_inspection(inspection=row, version=1, reason="机构停课", by=officer.actor, at=AT)

    with pytest.raises(NotPossibleError, match="不能再办理"):
        approve(row, head_of_lead)
    assert told() == ["inspection.cancelled"]


def test_two_visits_of_a_month_become_one_joint_visit(office: User, head_of_lead: User) -> None:
    place = make.institution("青禾艺术学校")
    kept = make.inspection(institution=place, state="approved")
    other = make.inspection(institution=place, lead=make.department("xiaofang"), scope="消防安全")
    [found] = overlaps(date(2023, 7, 5))
    assert {one.pk for one in found.inspections} == {kept.pk, other.pk}

    merge_inspections(
        into=kept,
        others=[other],
        versions={kept.pk: 1, other.pk: 1},
        organiser=office.department,
        by=office.actor,
        at=AT,
    )

    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.state, kept.organiser, kept.scope) == (
        "planned",
        office.department,
        "办学资质、消防安全",
    )
    assert {one.department.code for one in kept.sections.all()} == {"jiaoti", "xiaofang"}
    assert kept.inspectors.count() == 4
    assert (other.state, other.merged_into, other.inspectors.count()) == ("cancelled", kept, 2)
    assert overlaps(date(2023, 7, 5)) == []
    number = kept.approval.number
    assert ask(kept).number == number
    assert approve(kept, head_of_lead).outcome == "approved"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"planned_on": date(2023, 8, 1)}, "同一月份"),
        ({"is_urgent": True, "urgent_reason": "急"}, "紧急检查不合并"),
    ],
)
def test_what_does_not_belong_together_is_not_merged(
    office: User, given: dict[str, Any], words: str
) -> None:
    place = make.institution()
    kept, other = make.inspection(institution=place), make.inspection(institution=place, **given)

    with pytest.raises(NotPossibleError, match=words):
        merge_inspections(
            into=kept,
            others=[other],
            versions={kept.pk: 1, other.pk: 1},
            organiser=office.department,
            by=office.actor,
            at=AT,
        )
    with pytest.raises(StaleError):
        merge_inspections(
            into=kept,
            others=[other],
            versions={kept.pk: 1},
            organiser=office.department,
            by=office.actor,
            at=AT,
        )


def test_each_sees_the_visits_of_the_own_department_the_office_all(
    office: User, head: User, officer: User, auditor: User, town_officer: User
) -> None:
    own, joint = make.inspection(), make.inspection(lead=make.department("wenlv"))
    Section.objects.create(inspection=joint, department=officer.department)
    foreign = make.inspection(lead=make.department("wenlv"))
    guest = make.department("minzheng", kind=DepartmentKind.GUEST)

    assert set(inspections_of(officer)) == {own, joint}
    assert set(inspections_of(office)) == set(inspections_of(head)) == {own, joint, foreign}
    strangers = [auditor, town_officer, make.user(role=Role.OFFICER, department=guest)]
    assert not any(inspections_of(one).exists() for one in strangers)
