"""Visits planned amiss: sent twice, left half ticked, dated wrongly, or with people who must not go."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import Role, User
from foundation.workflow import NotPossibleError
from inspections.actions.approvals import ask_for_approval
from inspections.actions.merging import merge_inspections
from inspections.actions.planning import plan_inspection
from inspections.models import Campaign, Inspection
from inspections.views import planning
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 6, 1, 0, tzinfo=UTC)
LIST = "/office/inspections/"


@pytest.fixture(autouse=True)
def _the_sixth_of_july() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def words(answer: Any) -> str:
    return str(answer.content.decode())


def scope_of(places: int) -> Campaign:
    """A campaign with so many places, all led by one member."""
    campaign, lead = make.campaign(), make.department()
    campaign.members.create(department=lead, is_subject=True)
    for _ in range(places - campaign.places.count()):
        campaign.places.create(institution=make.institution(lead_department=lead), added_at=AT)
    return campaign


def plan(by: User, **given: Any) -> Inspection:
    make.checklist()
    values = {"kind": "routine", "scope": "资质", "lead": make.department()}
    return plan_inspection(
        place=make.institution(),
        organiser=by.department,
        values=values | given,
        departments=[],
        people=[],
        by=by.actor,
        at=AT,
    )


def test_who_was_recused_from_one_does_not_go_on_the_joint_visit(office: User, head: User) -> None:
    place, subject = make.institution(), make.department()
    kept = make.inspection(institution=place, lead=subject, state="approved")
    other = make.inspection(institution=place, lead=subject, planned_on=date(2023, 7, 12))
    related = kept.inspectors.all()[0]
    gone = other.inspectors.all()[0]
    gone.user = related.user
    gone.is_recused, gone.left_at, gone.left_by, gone.left_reason = True, AT, head, "近亲属"
    gone.save()

    versions = {kept.pk: 1, other.pk: 1}
    given: dict[str, Any] = {"organiser": office.department, "by": office.actor, "at": AT}
    merge_inspections(into=kept, others=[other], versions=versions, **given)

    related.refresh_from_db()
    assert (related.is_recused, related.left_reason, related.left_by) == (True, "近亲属", head)
    assert related.user not in [one.user for one in kept.inspectors.filter(left_at=None)]


def test_the_joint_visit_says_what_each_said_and_cuts_nothing_off(office: User) -> None:
    place = make.institution()
    kept = make.inspection(institution=place, scope="资质", assistants="财务专家1名")
    given: dict[str, Any] = {
        "institution": place,
        "lead": make.department("xiaofang"),
        "to_prepare": "",
    }
    other = make.inspection(scope="消" * 998, assistants="翻译1名", **given)
    act: dict[str, Any] = {"into": kept, "others": [other], "versions": {kept.pk: 1, other.pk: 1}}
    act |= {"organiser": office.department, "by": office.actor, "at": AT}
    with pytest.raises(NotPossibleError, match="检查事项合在一起超过1000字"):
        merge_inspections(**act)
    Inspection.objects.filter(pk=other.pk).update(scope="消防")

    merge_inspections(**act | {"others": [Inspection.objects.get(pk=other.pk)]})

    kept.refresh_from_db()
    assert (kept.scope, kept.assistants) == ("资质；消防", "财务专家1名；翻译1名")


def test_nobody_asks_a_head_who_goes_along(officer: User) -> None:
    head = make.inspector(officer.department, role=Role.DEPARTMENT_HEAD)
    row = make.inspection(lead=officer.department)
    row.inspectors.filter(pk=row.inspectors.all()[0].pk).update(user=head)
    asking: dict[str, Any] = {"inspection": row, "version": 1, "by": officer.actor, "at": AT}
    with pytest.raises(NotPossibleError, match="没有人可以审批"):
        ask_for_approval(**asking)

    make.user("second_head", role=Role.DEPARTMENT_HEAD, department=officer.department)
    assert ask_for_approval(**asking).asked_by == officer


def test_the_place_is_locked_before_it_is_asked_whether_the_visit_is_planned(officer: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        plan(officer, planned_on=date(2023, 7, 10))

    texts = [one["sql"] for one in asked]
    locked = next(
        n for n, one in enumerate(texts) if "institutions_inst" in one and "UPDATE" in one
    )
    twice = next(n for n, one in enumerate(texts) if 'AS "a" FROM "inspections_inspection"' in one)
    assert locked < twice


def test_an_urgent_visit_of_another_year_was_mistyped(officer: User) -> None:
    urgent = {"is_urgent": True, "urgent_reason": "安全出口上锁"}
    with pytest.raises(NotPossibleError, match="已超过一个月"):
        plan(officer, planned_on=date(2022, 7, 6), **urgent)

    assert plan(officer, planned_on=date(2023, 7, 5), **urgent).is_urgent


def test_all_of_the_list_are_those_that_were_listed(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_MOST", 2)
    campaign = scope_of(3)
    address = f"/office/campaigns/{campaign.pk}/inspections/new/"
    listed = [one.pk for one in as_office.get(address).context["places"]]
    typed: dict[str, Any] = {"planned_on": "2023-07-07", "scope": "八项", "all": "1"}
    typed["listed"] = listed
    typed["lead"] = make.department().pk

    as_office.post(address, typed)
    again = as_office.post(address, typed)

    assert "选中的检查对象都已安排检查" in words(again)
    assert Inspection.objects.count() == 2


def test_what_a_colleague_has_planned_meanwhile_is_told(as_office: Client) -> None:
    campaign = scope_of(2)
    address = f"/office/campaigns/{campaign.pk}/inspections/new/"
    places = [one.pk for one in as_office.get(address).context["places"]]
    typed = {"planned_on": "2023-07-07", "scope": "八项", "lead": make.department().pk}
    as_office.post(address, typed | {"pk": places[:1]})

    answer = as_office.post(address, typed | {"pk": places}, follow=True)

    assert "选中的有1个此前已安排检查，没有重复拟定" in words(answer)


def test_days_beyond_the_campaign_are_told(as_office: Client) -> None:
    campaign = scope_of(2)
    Campaign.objects.filter(pk=campaign.pk).update(ends_on=date(2023, 7, 7))
    address = f"/office/campaigns/{campaign.pk}/inspections/new/"
    listed = list(campaign.places.values_list("pk", flat=True))
    typed = {"planned_on": "2023-07-07", "a_day": "1", "scope": "八项", "pk": listed}

    answer = as_office.post(address, typed | {"lead": make.department().pk}, follow=True)

    assert "最后一次排在2023年7月8日，晚于专项行动的结束日期2023年7月7日" in words(answer)


def test_words_typed_without_a_tick_stay(sign_in: Callable[[User], Client]) -> None:
    make.inspection(state="waiting")
    head = make.user("jiaoti_head", role=Role.DEPARTMENT_HEAD, department=make.department())
    typed = {"words": "写明是否检查消防", "send_back": "1"}

    answer = words(sign_in(head).post(f"{LIST}approvals/", typed))

    assert "请先选中检查" in answer
    assert "写明是否检查消防" in answer


def test_who_goes_elsewhere_on_that_day_is_told(as_office: Client) -> None:
    campaign, row = scope_of(2), make.inspection(planned_on=date(2023, 7, 7))
    busy = row.inspectors.all()[0].user
    busy.name = "苏合"
    busy.save()
    address = f"/office/campaigns/{campaign.pk}/inspections/new/"
    typed: dict[str, Any] = {"planned_on": "2023-07-07", "scope": "八项", "people": [busy.pk]}
    typed |= {"lead": make.department().pk, "pk": list(campaign.places.values_list(flat=True))}

    answer = as_office.post(address, typed, follow=True)

    assert "苏合在所排的日期另有检查" in words(answer)
    joint = Inspection.objects.exclude(pk=row.pk).earliest("pk")
    # The two of the campaign are one round.
    assert as_office.get(f"{LIST}{joint.pk}/").context["busy"] == [(busy, 1)]
    assert as_office.get(f"{LIST}{row.pk}/").context["busy"] == [(busy, 2)]
    assert "苏合（另有2次）" in words(as_office.get(f"{LIST}{row.pk}/"))


def test_a_department_that_sends_one_person_is_told(as_office: Client) -> None:
    row, fire = make.inspection(), make.department("xiaofang")
    section = row.sections.create(department=fire)
    section.inspectors.create(inspection=row, user=make.inspector(fire))

    page = words(as_office.get(f"{LIST}{row.pk}/"))

    assert f"只有一名检查人员的部门：{fire}。" in page
