"""Choosing a password: the rules, the history, the day it has to change."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from foundation.accounts.forms import PasswordForm, password_rules
from foundation.accounts.models import PasswordRecord, User
from foundation.accounts.queries.sign_ins import must_change_password
from foundation.audit.models import AuditEvent
from foundation.clock.queries import now
from tests import make

PAGE = "/office/me/password/"


def choose(client: Client, new: str, old: str = make.PASSWORD) -> bool:
    given = {"old_password": old, "new_password": new, "new_password_again": new}
    return client.post(PAGE, given).status_code == 302


def refused(user: User, password: str) -> list[str]:
    form = PasswordForm({}, user=user)
    form.cleaned_data = {"new_password": password}
    try:
        form.clean_new_password()
    except ValidationError as error:
        return list(error.messages)
    return []


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("short-words", "至少要 12 个"),
        ("x y" * 50, "最长 128 个"),
        ("123456789012", "常见的密码"),
        ("password1234", "常见的密码"),
        ("Dingbian2026", "常见的密码"),
        ("ababababababab", "重复的字符"),
        ("my name is 白芷 indeed", "姓名、用户名或证号"),
        ("the OFFICE chair", "姓名、用户名或证号"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(
    office: User, password: str, because: str
) -> None:
    assert because in "".join(refused(office, password))


@pytest.mark.parametrize(
    "password", ["红柳沟的沙枣花开了三遍又两遍", "correct horse battery", "t7-Vq!z2mKp_e"]
)
def test_a_long_unusual_one_is_taken(office: User, password: str) -> None:
    assert refused(office, password) == []


def test_the_classes_of_the_assessment_are_a_switch(office: User, settings: Settings) -> None:
    settings.PASSWORD_CLASSES = 3
    assert "至少要用 3 类" in "".join(refused(office, "correct horse battery"))
    assert refused(office, "Correct horse battery") == []
    assert any("3 类" in rule for rule in password_rules())


def test_the_rules_stand_on_the_page_before_anything_is_typed(as_office: Client) -> None:
    page = as_office.get(PAGE).content.decode()
    assert all(rule in page for rule in password_rules())


def test_a_changed_password_ends_the_other_sign_ins_and_keeps_this_one(
    sign_in: Callable[[User], Client], office: User
) -> None:
    here, there = sign_in(office), sign_in(office)
    key = here.session.session_key
    assert choose(here, "correct horse battery")
    assert here.get(PAGE).status_code == 200
    assert here.session.session_key != key
    assert there.get(PAGE).status_code == 302
    office.refresh_from_db()
    assert office.check_password("correct horse battery")
    line = AuditEvent.objects.get(act="account.password_changed")
    assert "correct" not in f"{line.words}{line.changes}"


def test_the_old_password_is_asked_for(as_office: Client, office: User) -> None:
    assert not choose(as_office, "correct horse battery", old="something else")
    office.refresh_from_db()
    assert office.check_password(make.PASSWORD)


def test_the_last_five_do_not_come_back(as_office: Client, office: User) -> None:
    words = ["zebra", "walnut", "copper", "violin", "glacier", "saddle"]
    old = make.PASSWORD
    for word in words:
        assert choose(as_office, f"my {word} is not yours", old=old)
        old = f"my {word} is not yours"
    assert not choose(as_office, "my walnut is not yours", old=old)
    assert PasswordRecord.objects.filter(user=office).count() == 5
    assert choose(as_office, make.PASSWORD, old=old)


def test_a_one_time_password_is_changed_before_anything_else(
    as_office: Client, office: User
) -> None:
    User.objects.filter(pk=office.pk).update(must_change_password=True)
    assert as_office.get("/office/departments/")["Location"] == PAGE
    assert "一次性密码" in as_office.get(PAGE).content.decode()
    assert choose(as_office, "correct horse battery")
    assert as_office.get("/office/departments/").status_code == 200


def test_a_form_sent_meanwhile_is_not_lost(as_office: Client, office: User) -> None:
    User.objects.filter(pk=office.pk).update(must_change_password=True)
    as_office.post("/office/departments/add/", {"name": "测试县卫生健康局"})
    given = {"old_password": make.PASSWORD, "new_password": "correct horse battery"}
    answer = as_office.post(PAGE, given | {"new_password_again": "correct horse battery"})
    assert answer["Location"] == "/office/kept/"
    assert "测试县卫生健康局" in as_office.get("/office/kept/").content.decode()


def test_a_year_is_the_age_of_a_password_and_ninety_days_a_switch(
    office: User, settings: Settings
) -> None:
    moment = now()
    office.password_changed_at = moment - timedelta(days=100)
    assert must_change_password(office, moment) == ""
    settings.PASSWORD_MAX_AGE_DAYS = 90
    assert "90 天" in must_change_password(office, moment)


def test_a_password_never_chosen_by_its_owner_is_good_in_the_demo_only(
    office: User, settings: Settings
) -> None:
    assert must_change_password(office, now()) == ""
    settings.DEMO = False
    assert must_change_password(office, now())
