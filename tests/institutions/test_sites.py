from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import DepartmentKind, User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions import sites as actions
from institutions.models import SiteMeasure, UnlicensedSite
from institutions.workflow import SiteState
from tests import make

AT = datetime(2023, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2023, 7, 9)


def clue(by: User, **given: Any) -> UnlicensedSite:
    values = {"name": "小状元托辅班", "address": "献忠路3号", "found_on": DAY} | given
    return actions.report_site(values=values, by=by.actor, at=AT)


def measure(site: UnlicensedSite, act: str, by: User, **given: Any) -> UnlicensedSite:
    plain: dict[str, Any] = {
        "on": DAY,
        "document": "定教停办〔2023〕2号",
        "department": None,
        "note": "已查实",
    }
    return actions.take_measure(site=site, act=act, by=by.actor, at=AT, **plain | given)


def acts_told() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("act", flat=True))


def test_a_place_is_written_down_as_a_clue(office: User) -> None:
    site = clue(office)

    assert (site.state, site.source) == (SiteState.CLUE, f"{office.actor.label}登记")
    assert acts_told() == ["site.reported"]


def test_a_place_is_ordered_to_stop_by_a_department_and_then_banned(office: User) -> None:
    jiaoti = make.department(is_enforcement_subject=True)
    site = measure(clue(office), "confirm", office)

    site = measure(site, "order to stop", office, department=jiaoti)
    site = measure(site, "ban", office, department=jiaoti)

    assert site.state == SiteState.BANNED
    assert acts_told() == ["site.reported", "site.confirmed", "site.ordered_to_stop", "site.banned"]
    assert SiteMeasure.objects.filter(department=jiaoti).count() == 2


@pytest.mark.parametrize(
    ("act", "given", "words"),
    [
        ("order to stop", {"document": ""}, "“责令停止办学”须写明文书名称和文号。"),
        ("order to stop", {}, "“责令停止办学”须选择实施或接收的部门。"),
        ("dismiss", {}, "无证场所当前为“已查实”，不能进行这一步。"),
        ("close", {"on": date(2023, 7, 11)}, "日期不能晚于今天：到了那一天再登记。"),
    ],
    ids=["no paper", "no department", "wrong state", "tomorrow"],
)
def test_a_measure_without_its_ground_changes_nothing(
    office: User, act: str, given: dict[str, object], words: str
) -> None:
    site = measure(clue(office), "confirm", office)

    with pytest.raises(NotPossibleError, match=words):
        measure(site, act, office, **given)

    site.refresh_from_db()
    assert site.state == SiteState.FOUND
    assert acts_told() == ["site.reported", "site.confirmed"]


def test_the_office_itself_orders_nobody_to_stop(office: User) -> None:
    site = measure(clue(office), "confirm", office)

    with pytest.raises(NotPossibleError, match="不是执法主体"):
        measure(site, "order to stop", office, department=office.department)


def test_a_stale_change_is_refused(office: User) -> None:
    site = clue(office)
    before = UnlicensedSite.objects.get(pk=site.pk)
    measure(site, "confirm", office)

    with pytest.raises(StaleError):
        measure(before, "confirm", office)


def test_an_amendment_tells_before_and_after(office: User) -> None:
    site = clue(office)
    values = {name: getattr(site, name) for name in actions.SITE_FIELDS}

    actions.amend_site(site=site, values=values | {"name": "小状元辅导"}, by=office.actor, at=AT)

    event = AuditEvent.objects.latest("pk")
    assert event.words == "修改了场所名称或招牌"
    assert event.changes["name"]["before"] == "小状元托辅班"
    assert event.changes["name"]["after"] == "小状元辅导"


def test_a_mistaken_place_is_deleted_and_put_back(lead: User) -> None:
    site = clue(lead)

    gone = actions.delete_site(site=site, reason="重复登记", by=lead.actor, at=AT)
    back = actions.undelete_site(site=gone, reason="不是重复", by=lead.actor, at=AT)

    assert back.deleted_at is None
    assert acts_told() == ["site.reported", "site.deleted", "site.restored"]


def test_a_town_sees_its_own_places_only(
    as_town_officer: Client, town_officer: User, office: User
) -> None:
    other = make.department("town-2", name="另一个镇", kind=DepartmentKind.TOWN)
    own = clue(office, town=town_officer.department)
    foreign = clue(office, name="别处画室", town=other)

    page = as_town_officer.get("/office/sites/")

    assert [row.pk for row in page.context["page"]] == [own.pk]
    assert as_town_officer.get(f"/office/sites/{foreign.pk}/").status_code == 404


def test_a_form_with_a_mistake_keeps_what_was_typed(as_office: Client) -> None:
    page = as_office.post("/office/sites/new/", {"name": "", "address": "民生街8号二层"})

    assert page.status_code == 200
    assert "民生街8号二层" in page.content.decode()
    assert not UnlicensedSite.objects.exists()


def test_the_pages_lead_from_a_clue_to_a_measure(as_office: Client) -> None:
    new = {"name": "飞跃英语角", "site_class": "unknown", "found_on": "2023-07-01"}

    made = as_office.post("/office/sites/new/", new)
    site = UnlicensedSite.objects.get()
    step = {"on": "2023-07-02", "note": "现场核实"}
    done = as_office.post(f"/office/sites/{site.pk}/measure/confirm/", step)

    assert (made.status_code, done.status_code) == (302, 302)
    page = as_office.get(f"/office/sites/{site.pk}/").content.decode()
    assert "现场核实" in page
    assert "已查实" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_places(
    as_office: Client, office: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        clue(office, name=f"场所{number}")

    with django_assert_num_queries(7):
        as_office.get("/office/sites/")
