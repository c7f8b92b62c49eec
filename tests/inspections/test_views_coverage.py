"""The board of a campaign: what covers a place, every number with its list, and who sees what of it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.clock.queries import now
from foundation.law.models import Limit
from inspections.models import Campaign, Inspection, PlannedInspection
from inspections.workflow import InspectionState
from institutions.actions.sites import report_site
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _within_the_campaign() -> object:
    with time_machine.travel(datetime(2023, 7, 8, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign(db: None) -> Campaign:
    """The fifth to the eleventh of July, with the one place that was never planned."""
    make.limits()
    return make.campaign()


def visit(campaign: Campaign, state: str, on: int = 6, **given: Any) -> Inspection:
    """A visit of one more place of the campaign on that day of July."""
    place = given.pop("place", None) or make.institution(town=make.town("南镇"))
    planned, _ = PlannedInspection.objects.get_or_create(
        campaign=campaign, institution=place, defaults={"added_at": now()}
    )
    day = datetime(2023, 7, on, 1, tzinfo=UTC)
    if state in (InspectionState.RUNNING, InspectionState.CONCLUDED):
        given |= {"begun_at": day, "begun_by": make.user()}
    if state == InspectionState.CONCLUDED:
        given |= {"ended_at": day, "concluded_at": day, "concluded_by": make.user()}
        given |= {"conclusion": "合格"}
    return make.inspection(
        state=state, institution=place, planned=planned, planned_on=date(2023, 7, on), **given
    )


def board(browser: Client, campaign: Campaign) -> Any:
    return browser.get(f"/office/campaigns/{campaign.pk}/coverage/")


def stages(answer: Any) -> dict[str, int]:
    return {words: cell.number for words, cell in answer.context["stages"]}


def every_number(answer: Any) -> set[tuple[str, int]]:
    """Each number of the page with the address of its list."""
    page = answer.content.decode()
    plain = re.findall(r'<a href="([^"]+[?][^"]*)">(\d+)', page)
    figures = re.findall(r'href="([^"]+)"><span class="figure-number[^>]*>(\d+)', page)
    return {(url.replace("&amp;", "&"), int(number)) for url, number in plain + figures}


def test_a_place_is_covered_by_a_concluded_visit_of_the_campaign_within_its_days(
    campaign: Campaign, as_office: Client
) -> None:
    for state in ("concluded", "running", "planned", "approved", "cancelled"):
        given: dict[str, Any] = {}
        if state == "cancelled":
            given = {"cancelled_at": now(), "cancelled_reason": "停课"}
        visit(campaign, state, **given)
    visit(campaign, "concluded", on=12)
    again = visit(campaign, "planned")
    visit(campaign, "concluded", place=again.institution)
    other = visit(campaign, "concluded")
    Inspection.objects.filter(pk=other.pk).update(planned=None)

    answer = board(as_office, campaign)

    assert stages(answer) == {
        "已完成": 2,
        "进行中": 1,
        "已安排未实施": 2,
        "行动期外检查": 1,
        "未安排": 3,
    }
    assert (answer.context["total"].number, answer.context["percent"]) == (9, 22)
    assert answer.context["overdue"].number == 3
    never = campaign.places.order_by("pk")[0]
    assert str(never) in [str(one) for one in answer.context["unreached"]]
    words = re.sub("<[^>]+>", "", answer.content.decode())
    assert "9个检查对象中已完成2个（22%），还有7个未完成。" in words
    assert "行动期间内结束并且已经作出结论" in words


def test_every_number_is_as_long_as_its_list(campaign: Campaign, sign_in: SignIn) -> None:
    place = make.institution(town=make.town("北镇"))
    place.categories.add(make.category())
    Limit.objects.update_or_create(key="visits_a_year", defaults={"value": 1})
    first = visit(campaign, "concluded", place=place)
    visit(campaign, "planned", on=9, place=place)
    visit(campaign, "running")
    visit(campaign, "approved", on=10, lead=make.department("wenlv"))
    first.approval.exception = "群众举报"
    first.approval.save()
    values = {"name": "小状元托辅班", "town": make.town("北镇"), "found_on": date(2023, 7, 1)}
    site = report_site(values=values, by=make.user().actor)
    PlannedInspection.objects.create(campaign=campaign, site=site, added_at=now())
    office = sign_in(make.user())
    campaign.members.create(department=make.department(), is_subject=True)
    department = sign_in(make.user(role="officer", department=make.department()))

    for browser in (office, department):
        numbers = every_number(board(browser, campaign))
        assert len(numbers) > 20
        for url, number in numbers:
            listed = browser.get(url).context["page"]
            assert (url, listed.paginator.count) == (url, number)


def test_a_department_sees_its_own_visits_and_their_places(
    campaign: Campaign, as_officer: Client, officer: User
) -> None:
    campaign.members.create(department=officer.department, is_subject=True)
    visit(campaign, "concluded", lead=officer.department)
    foreign = visit(campaign, "concluded", lead=make.department("wenlv"))
    joint = visit(campaign, "planned", lead=make.department("wenlv"))
    joint.sections.create(department=officer.department)

    answer = board(as_officer, campaign)

    assert stages(answer) == {"已完成": 1, "进行中": 0, "已安排未实施": 1}
    assert answer.context["total"].number == 2
    page = answer.content.decode()
    assert str(foreign.institution) not in page
    named = {title: [row.name for row in rows] for title, _, rows in answer.context["tables"]}
    assert named["按参加部门"] == [str(officer.department)]
    stranger = make.campaign("没有参加的行动")
    assert board(as_officer, stranger).status_code == 404


def test_visits_beyond_the_cap_are_listed_with_their_reasons(
    campaign: Campaign, as_office: Client
) -> None:
    Limit.objects.update_or_create(key="visits_a_year", defaults={"value": 1})
    row = visit(campaign, "approved")
    row.approval.exception = "群众举报收费不退"
    row.approval.save()

    answer = board(as_office, campaign)

    assert answer.context["often"].number == 1
    assert "群众举报收费不退" in answer.content.decode()


def test_the_board_asks_the_same_of_six_places_and_of_sixty(
    campaign: Campaign, as_office: Client
) -> None:
    def asked(places: int) -> int:
        while campaign.places.count() < places:
            if campaign.places.count() % 3:
                visit(campaign, "approved", on=5 + campaign.places.count() % 7)
            else:
                PlannedInspection.objects.create(
                    campaign=campaign, institution=make.institution(), added_at=now()
                )
        with CaptureQueriesContext(connection) as counted:
            assert board(as_office, campaign).context["total"].number == places
        return len(counted)

    board(as_office, campaign)
    assert asked(6) == asked(60)
