"""Who may do what with a place without licence, what it could be taken for, and where it is put back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from foundation.accounts.models import DepartmentKind, Role, User
from foundation.audit.models import AuditEvent
from institutions.actions import sites as actions
from institutions.models import Institution, SiteMeasure, UnlicensedSite
from institutions.workflow import SiteState
from tests import make

AT = datetime(2023, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SITES = "/office/sites/"


def clue(by: User, **given: Any) -> UnlicensedSite:
    values = {"name": "小状元托辅班", "address": "献忠路3号", "found_on": date(2023, 7, 9)}
    return actions.report_site(values=values | given, by=by.actor, at=AT)


def found(by: User, **given: Any) -> UnlicensedSite:
    return actions.take_measure(
        site=clue(by, **given),
        act="confirm",
        on=date(2023, 7, 9),
        document="",
        department=None,
        note="现场核实",
        by=by.actor,
        at=AT,
    )


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "小状元托辅班", "address": "别处1号"}, "名称相同"),
        ({"name": "小壮元托辅班", "address": "别处1号"}, "读音相同"),
        ({"name": "另一个画室", "address": "献忠路3号"}, "地址相同"),
        ({"name": "毫不相干", "address": "别处1号"}, ""),
    ],
)
@pytest.mark.parametrize("known", ["site", "institution"])
def test_what_a_place_could_be_is_shown_before_saving(
    as_office: Client, office: User, known: str, typed: dict[str, str], why: str
) -> None:
    if known == "site":
        clue(office)
    else:
        make.institution("小状元托辅班", address="献忠路3号")
    before = UnlicensedSite.objects.count()

    answer = as_office.post(f"{SITES}new/", {"site_class": "unknown"} | typed)

    shown = [alike.why for alike in answer.context["form"].look_alikes] if why else []
    assert shown == ([why] if why else [])
    assert UnlicensedSite.objects.count() == before + (0 if why else 1)


def test_a_place_that_is_another_one_is_entered(as_office: Client, office: User) -> None:
    clue(office)
    typed = {"name": "小状元托辅班", "site_class": "unknown"}
    asked = as_office.post(f"{SITES}new/", typed).context["form"]["asked"].value()

    as_office.post(f"{SITES}new/", typed | {"is_other": "on", "asked": asked})

    assert UnlicensedSite.objects.count() == 2


def test_a_town_is_told_of_the_register_without_a_way_into_it(
    as_town_officer: Client, town_officer: User, office: User
) -> None:
    institution = make.institution("小状元托辅班")
    clue(office, town=make.town("另一个镇"))
    typed = {"name": "小状元托辅班", "site_class": "unknown", "town": town_officer.department_id}

    answer = as_town_officer.post(f"{SITES}new/", typed)

    assert [alike.row for alike in answer.context["form"].look_alikes] == [institution]
    assertContains(answer, "机构名册中的“小状元托辅班”")
    assertNotContains(answer, f"/office/institutions/{institution.pk}/")


def test_an_institution_that_looks_like_a_known_place_is_asked_about(
    as_office: Client, office: User
) -> None:
    site = clue(office)

    answer = as_office.post("/office/institutions/new/", {"name": "小状元托辅班"})

    assertContains(answer, f"{SITES}{site.pk}/")
    assert not Institution.objects.exists()


def test_a_town_corrects_its_clue_until_somebody_has_looked(
    as_town_officer: Client, town_officer: User, office: User
) -> None:
    fresh = clue(town_officer, town=town_officer.department)
    looked_at = found(office, name="飞跃英语角", address="", town=town_officer.department)

    assert as_town_officer.get(f"{SITES}{fresh.pk}/amend/").status_code == 200
    assert as_town_officer.get(f"{SITES}{looked_at.pk}/amend/").status_code == 404
    assertNotContains(as_town_officer.get(f"{SITES}{looked_at.pk}/"), "amend/")


def test_an_officer_writes_down_what_the_own_department_did(
    as_officer: Client, officer: User, office: User
) -> None:
    other = make.department("xiaofang")
    site = found(office)
    address = f"{SITES}{site.pk}/measure/ban/"
    typed = {"on": "2023-07-10", "document": "定教体停办〔2023〕2号"}

    refused = as_officer.post(address, typed | {"department": other.pk})
    assert not SiteMeasure.objects.filter(act="ban").exists()
    as_officer.post(address, typed | {"department": officer.department_id})

    assert "department" in refused.context["form"].errors
    assert SiteMeasure.objects.get(act="ban").department == officer.department


def test_an_officer_hands_a_place_over_to_another_department(
    as_officer: Client, office: User
) -> None:
    police = make.department("gongan")
    site = found(office)
    typed = {"on": "2023-07-10", "document": "移送函〔2023〕1号", "department": police.pk}

    as_officer.post(f"{SITES}{site.pk}/measure/hand over/", typed)

    site.refresh_from_db()
    assert site.state == SiteState.HANDED_OVER


def test_who_may_not_order_is_not_offered_to(
    sign_in: Callable[[User], Client], office: User
) -> None:
    guest = make.department("minzheng", kind=DepartmentKind.GUEST, is_enforcement_subject=False)
    client = sign_in(make.user(role=Role.OFFICER, department=guest))
    site = found(office)

    page = client.get(f"{SITES}{site.pk}/")

    assert [act for act, _ in page.context["acts"]] == ["hand over", "close", "license"]
    assert client.get(f"{SITES}{site.pk}/measure/ban/").status_code == 404


def test_a_deleted_place_has_its_page_where_it_is_put_back(
    as_lead: Client, as_office: Client, lead: User
) -> None:
    site = clue(lead)
    page = f"{SITES}{site.pk}/"

    deleted = as_lead.post(f"{page}delete/", {"reason": "重复登记"})

    assertRedirects(deleted, page)
    assertContains(as_lead.get(page), "重复登记")
    assertNotContains(as_lead.get(page), "measure/")
    assert as_office.get(page).status_code == 404
    assertRedirects(as_lead.post(f"{page}undelete/", {"reason": "不是重复"}), page)
    assert as_office.get(page).status_code == 200


def test_the_trail_tells_what_was_written_down_of_a_clue(office: User) -> None:
    clue(office, subjects="数学")

    changes = AuditEvent.objects.get().changes

    assert {name: change["after"] for name, change in changes.items()} == {
        "name": "小状元托辅班",
        "site_class": "待查",
        "address": "献忠路3号",
        "subjects": "数学",
        "found_on": "2023年7月9日",
    }


def test_a_day_that_has_not_come_is_said_beside_its_field(as_office: Client, office: User) -> None:
    new = {"name": "小状元托辅班", "site_class": "unknown", "found_on": "2126-07-11"}

    place = as_office.post(f"{SITES}new/", new).context["form"]
    confirm = f"{SITES}{clue(office).pk}/measure/confirm/"
    measure = as_office.post(confirm, {"on": "2126-07-11", "note": "属实"}).context["form"]

    assert place.errors == {"found_on": ["日期不能晚于今天：到了那一天再登记。"]}
    assert measure.errors == {"on": ["日期不能晚于今天：到了那一天再登记。"]}


def test_the_older_part_of_a_place_s_timeline_is_reached(as_office: Client, office: User) -> None:
    site = clue(office)
    values = {name: getattr(site, name) for name in actions.SITE_FIELDS}
    for number in range(51):
        site = actions.amend_site(
            site=site, values=values | {"landlord": f"房东{number}"}, by=office.actor, at=AT
        )
    page = f"{SITES}{site.pk}/"

    older = as_office.get(page).context["timeline"].older
    last = as_office.get(f"{page}?before={older}")

    assertContains(as_office.get(page), f"?before={older}#timeline")
    assertContains(last, "登记无证场所线索“小状元托辅班”")
