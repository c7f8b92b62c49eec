"""The law's figures: entered by one, verified by another."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.audit.changes import Change
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.law.actions.limits import amend_limit, load_limits, verify_limit
from foundation.law.models import Limit
from foundation.law.queries import cap, limit, limits
from foundation.workflow import NotPossibleError

pytestmark = pytest.mark.django_db


def loaded(key: str = "prepaid_months") -> Limit:
    load_limits(by=CONSOLE)
    return Limit.objects.get(key=key)


def amended(row: Limit, by: User, value: int | None = 2) -> Limit:
    return amend_limit(
        limit=row, version=row.version, value=value, basis="新文件", note="", by=by.actor
    )


def test_the_starting_figures_are_loaded_once_unverified_and_never_over_a_change(
    office: User,
) -> None:
    row = loaded()
    assert (row.value, row.unit, row.is_verified) == (3, "个月", False)
    amended(row, office)
    call_command("load_content")
    assert limit("prepaid_months") == 2
    assert load_limits(by=CONSOLE) == 0


def test_a_figure_that_was_not_loaded_yet_is_as_in_the_starting_file() -> None:
    assert limit("prepaid_yuan") == 5000
    with pytest.raises(KeyError):
        limit("unknown")


def test_several_figures_are_one_question(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        assert limits("prepaid_months", "prepaid_lessons") == {
            "prepaid_months": 3,
            "prepaid_lessons": 60,
        }


def test_a_cap_that_nobody_has_set_is_none_and_can_be_taken_away_again(
    as_office: Client, office: User
) -> None:
    assert cap("visits_a_year") is None
    row = amended(loaded("visits_a_year"), office, 2)
    assert (cap("visits_a_year"), row.words) == (2, "2次")

    address = reverse("law:amend", args=["visits_a_year"])
    as_office.post(address, {"value": "", "version": row.version})

    assert cap("visits_a_year") is None
    assert "未设" in as_office.get(reverse("law:limits")).content.decode()
    with pytest.raises(NotPossibleError, match="必须有数值"):
        amended(loaded(), office, None)


def test_a_second_person_verifies(office: User, lead: User) -> None:
    row = amended(loaded(), office)
    with pytest.raises(NotPossibleError, match="修改人以外"):
        verify_limit(limit=row, version=row.version, by=office.actor)
    done = verify_limit(limit=row, version=row.version, by=lead.actor)
    assert done.verified_by == lead
    with pytest.raises(NotPossibleError, match="已经核实过"):
        verify_limit(limit=done, version=done.version, by=lead.actor)


def test_what_was_verified_is_to_be_verified_again_after_a_change(office: User, lead: User) -> None:
    row = loaded()
    done = verify_limit(limit=row, version=row.version, by=lead.actor)
    assert not amended(done, office).is_verified
    event = AuditEvent.objects.order_by("-id")[0]
    assert Change("数值", "3", "2") in event.changed


def test_saving_without_a_change_keeps_the_verification(lead: User, office: User) -> None:
    row = loaded()
    done = verify_limit(limit=row, version=row.version, by=lead.actor)
    same = amend_limit(
        limit=done,
        version=done.version,
        value=done.value,
        basis=done.basis,
        note=done.note,
        by=office.actor,
    )
    assert same.is_verified


def test_an_old_form_is_refused(office: User) -> None:
    row = loaded()
    amended(row, office)
    with pytest.raises(StaleError):
        amended(row, office, value=9)


def test_the_list_asks_the_same_for_any_length(as_auditor: Client) -> None:
    address = reverse("law:limits")
    assert "还没有载入法定限额" in as_auditor.get(address).content.decode()
    Limit.objects.create(key="one", label="甲", value=1, unit="天")
    with CaptureQueriesContext(connection) as one:
        as_auditor.get(address)
    load_limits(by=CONSOLE)
    with CaptureQueriesContext(connection) as many:
        as_auditor.get(address)
    assert len(one) == len(many)


def test_one_amends_and_another_verifies_on_the_pages(as_office: Client, as_lead: Client) -> None:
    row = loaded()
    page = reverse("law:limit", args=[row.key])
    answer = as_office.post(
        reverse("law:amend", args=[row.key]),
        {"value": "2", "basis": "新文件", "note": "", "version": row.version},
        follow=True,
    )
    assert "等待第二人核实" in answer.content.decode()
    assert "核实无误" not in as_office.get(page).content.decode()
    assert "核实无误" in as_lead.get(page).content.decode()
    answer = as_lead.post(
        reverse("law:verify", args=[row.key]), {"version": row.version + 1}, follow=True
    )
    assert "已核实" in answer.content.decode()
    answer = as_lead.post(reverse("law:verify", args=[row.key]), {"version": "x"}, follow=True)
    assert "请核对最新内容" in answer.content.decode()


def test_an_old_page_keeps_what_was_typed(as_office: Client, office: User) -> None:
    row = loaded()
    amended(row, office)
    address = reverse("law:amend", args=[row.key])
    typed = {"value": "9", "basis": "我填写的依据", "note": "", "version": row.version}
    page = as_office.post(address, typed).content.decode()
    assert "在您打开之后已被修改" in page
    assert "我填写的依据" in page
    assert f'name="version" value="{row.version + 1}"' in page


def test_those_who_only_read_find_no_form(as_officer: Client) -> None:
    row = loaded()
    assert as_officer.get(reverse("law:limit", args=[row.key])).status_code == 200
    assert as_officer.get(reverse("law:amend", args=[row.key])).status_code == 404
    assert as_officer.post(reverse("law:verify", args=[row.key])).status_code == 404
