"""What the file works out from what is recorded: the list it stands on, its rooms, its sign, its days."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from foundation.accounts.models import User
from foundation.law.models import Limit
from institutions.actions.whitelist import check_issue, propose_issue, publish_issue
from institutions.models import Institution, IssueKind
from tests import make

AT = datetime(2023, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2023, 7, 10)


@pytest.fixture(autouse=True)
def _the_tenth_of_july() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def file_of(institution: Institution) -> str:
    return f"/office/institutions/{institution.pk}/"


def publish(office: User, lead: User, head: User) -> None:
    issue = propose_issue(kind=IssueKind.WHITELIST, publisher="县双减办", by=office.actor)
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor)
    publish_issue(issue=issue, version=issue.version, by=head.actor)


def test_the_file_says_whether_it_stands_on_the_current_list(
    as_office: Client, office: User, lead: User, head: User
) -> None:
    listed = make.institution()
    make.licence(listed)
    assertContains(as_office.get(file_of(listed)), "白名单尚未发布")
    publish(office, lead, head)
    late = make.institution()

    assertContains(as_office.get(file_of(listed)), "在现行白名单（第1期）上")
    assertContains(as_office.get(file_of(late)), "没有列入现行白名单（第1期）")
    listed.licences.update(valid_until=TODAY - timedelta(days=1))
    assertContains(as_office.get(file_of(listed)), "列入了现行白名单（第1期），现已从公示页面移出")


@pytest.mark.parametrize(("days", "tone"), [(60, "good"), (90, "warn")])
def test_the_office_sets_how_early_a_licence_is_said_to_end(
    as_office: Client, days: int, tone: str
) -> None:
    make.limits()
    Limit.objects.filter(key="expiry_notice_days").update(value=days)
    institution = make.institution()
    make.licence(institution, valid_until=TODAY + timedelta(days=70))

    page = as_office.get(file_of(institution))

    assertContains(page, f'<span class="state {tone}">有效期还有70天</span>')


def test_the_rooms_say_how_many_may_be_taught_at_once(as_office: Client) -> None:
    institution = make.institution(teaching_area="121")

    assertContains(as_office.get(file_of(institution)), "同时在训不超过40人")


def test_a_sign_with_another_name_is_marked(as_office: Client) -> None:
    own = make.institution("定边县新苗音乐培训学校", short_name="新苗音乐")
    other = make.institution("定边县青禾美术培训学校", short_name="小画家工作室")

    assertNotContains(as_office.get(file_of(own)), "与许可证名称不一致")
    assertContains(as_office.get(file_of(other)), "与许可证名称不一致")
