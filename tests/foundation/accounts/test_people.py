"""The administrator's room and the directory: acts, refusals, and two people at one form."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from foundation.accounts.actions import departments, people
from foundation.accounts.actions.departments import load_departments
from foundation.accounts.actions.people import disable_person
from foundation.accounts.demo import make_demo_people
from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.accounts.queries.departments import email_warning, phone_warning
from foundation.accounts.rules import permissions
from foundation.actor import CONSOLE
from foundation.audit.changes import shown
from foundation.audit.models import AuditEvent
from foundation.clock.queries import now, today
from foundation.workflow import NotPossibleError
from tests import make

PEOPLE = "/office/people/"


def facts(person: User, **other: Any) -> dict[str, Any]:
    return {
        "name": person.name,
        "department": person.department_id,
        "role": person.role,
        "certificate_no": person.certificate_no,
        "version": person.version,
    } | other


def test_a_new_person_gets_a_password_for_one_use_shown_once(as_admin: Client) -> None:
    department = make.department()
    given = {"username": "jiaoti9", "name": "甘草", "department": department.pk, "role": "officer"}
    page = as_admin.post(f"{PEOPLE}add/", given).content.decode()
    found = re.search(r"<b>([a-z0-9-]{19})</b>", page)
    assert found
    person = User.objects.get(username="jiaoti9")
    assert person.must_change_password
    assert person.check_password(found[1])
    line = AuditEvent.objects.get(act="person.added")
    assert found[1] not in f"{line.words}{line.changes}"
    assert found[1] not in as_admin.get(f"{PEOPLE}{person.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"username": "office"}, "已经有人使用"),
        ({"username": "Ab c"}, "小写字母开头"),
        ({"role": "town"}, "不能担任"),
        ({"role": "nonsense"}, "没有这个角色"),
        ({"department": "999999"}, "没有这个部门"),
        ({"name": ""}, "请填写姓名"),
    ],
)
def test_a_bad_entry_says_why_and_keeps_the_rest(
    as_admin: Client, office: User, given: dict[str, str], because: str
) -> None:
    department = make.department()
    plain = {"username": "jiaoti9", "name": "甘草", "department": department.pk, "role": "officer"}
    page = as_admin.post(f"{PEOPLE}add/", plain | given).content.decode()
    assert because in page
    assert "您填写的内容都还在" in page
    assert not User.objects.filter(name="甘草").exists()


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, room: ModuleType, rival: Callable[[], object]
) -> None:
    """Somebody else is quicker by a blink: after the question whether it is free."""
    ask = room._refuse_taken

    def then_taken(what: object) -> None:
        ask(what)
        rival()

    monkeypatch.setattr(room, "_refuse_taken", then_taken)


def test_of_two_who_add_the_same_user_name_the_slower_one_is_told(
    as_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    department = make.department()
    meanwhile(monkeypatch, people, lambda: make.user("jiaoti9", department=department))
    given = {"username": "jiaoti9", "name": "甘草", "department": department.pk, "role": "officer"}
    page = as_admin.post(f"{PEOPLE}add/", given).content.decode()
    assert "用户名“jiaoti9”已经有人使用" in page
    assert "甘草" in page


@pytest.mark.parametrize(("code", "words"), [("lvyou", "已经有部门使用"), ("other", "已经有名为")])
def test_of_two_who_add_the_same_department_the_slower_one_is_told(
    code: str, words: str, as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, departments, lambda: make.department(code, name=DEPARTMENT["name"]))
    page = as_office.post("/office/departments/add/", DEPARTMENT | {"code": "lvyou"})
    assert words in page.content.decode()


def test_of_two_who_give_the_same_name_the_slower_one_is_told(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    department = make.department()
    meanwhile(monkeypatch, departments, lambda: make.department("other", name="测试新局"))
    given = DEPARTMENT | {"name": "测试新局"}
    page = as_office.post(f"/office/departments/{department.code}/amend/", given)
    assert "已经有名为" in page.content.decode()


def test_an_amended_role_is_written_down_and_ends_the_sign_ins(
    as_admin: Client, as_office: Client, office: User
) -> None:
    as_admin.post(f"{PEOPLE}{office.pk}/amend/", facts(office, role="lead"))
    line = AuditEvent.objects.get(act="person.amended")
    assert [(c.label, c.before, c.after) for c in line.changed] == [
        ("角色", "双减办业务员", "双减办审核人")
    ]
    assert as_office.get("/office/me/").status_code == 302


def test_nobody_changes_the_own_role_or_closes_the_own_account(
    as_admin: Client, admin: User
) -> None:
    make.user("admin2", role=Role.ADMIN)
    page = as_admin.post(f"{PEOPLE}{admin.pk}/amend/", facts(admin, role="office"))
    assert "不能修改自己的角色" in page.content.decode()
    as_admin.post(f"{PEOPLE}{admin.pk}/disable/", {"reason": "x"})
    as_admin.post(f"{PEOPLE}{admin.pk}/password/", {"reason": "x"})
    admin.refresh_from_db()
    assert (admin.role, admin.is_active, admin.must_change_password) == ("admin", True, False)


def test_the_last_administrator_stays(as_admin: Client, admin: User, sign_in: Any) -> None:
    other = make.user("admin2", role=Role.ADMIN)
    as_other = sign_in(other)
    as_admin.post(f"{PEOPLE}{other.pk}/disable/", {"reason": "调离"})
    assert as_other.post(f"{PEOPLE}{admin.pk}/disable/", {"reason": "x"}).status_code == 401
    admin.refresh_from_db()
    assert admin.is_active
    User.objects.filter(pk=other.pk).update(role=Role.OFFICE, is_active=True)
    with pytest.raises(NotPossibleError, match="最后一位"):
        disable_person(person=admin, reason="x", by=other)


def test_a_reason_is_owed(as_admin: Client, office: User) -> None:
    answer = as_admin.post(f"{PEOPLE}{office.pk}/disable/", {"reason": " "})
    assert answer.status_code == 400
    assert "请写明理由" in answer.content.decode()
    office.refresh_from_db()
    assert office.is_active


def test_what_a_colleague_has_done_already_is_said_beside_the_typed_reason(
    as_admin: Client, office: User
) -> None:
    disable_person(person=office, reason="调离", by=make.user("admin2", role=Role.ADMIN))
    answer = as_admin.post(f"{PEOPLE}{office.pk}/disable/", {"reason": "已调往别处工作"})
    assert "这个账号已经停用" in answer.content.decode()
    assert "已调往别处工作" in answer.content.decode()


def test_disabled_and_enabled_again(as_admin: Client, as_office: Client, office: User) -> None:
    as_admin.post(f"{PEOPLE}{office.pk}/disable/", {"reason": "调离"})
    assert as_office.get("/office/me/").status_code == 302
    as_admin.post(f"{PEOPLE}{office.pk}/enable/", {"reason": "回来"})
    acts = list(AuditEvent.objects.filter(act__startswith="person.").values_list("act", "reason"))
    assert acts == [("person.enabled", "回来"), ("person.disabled", "调离")]


def test_a_reset_password_ends_the_sign_ins_and_is_for_one_use(
    as_admin: Client, as_office: Client, office: User
) -> None:
    page = as_admin.post(f"{PEOPLE}{office.pk}/password/", {"reason": "忘记"}).content.decode()
    found = re.search(r"<b>([a-z0-9-]{19})</b>", page)
    assert found
    office.refresh_from_db()
    assert office.check_password(found[1])
    assert office.must_change_password
    assert as_office.get("/office/me/").status_code == 302


def test_a_stale_form_is_refused_field_by_field_and_keeps_what_was_typed(
    as_admin: Client, office: User, sign_in: Any
) -> None:
    second = sign_in(make.user("admin2", role=Role.ADMIN, name="当归"))
    opened = facts(office)
    second.post(f"{PEOPLE}{office.pk}/amend/", opened | {"certificate_no": "A-1"})
    answer = as_admin.post(f"{PEOPLE}{office.pk}/amend/", opened | {"name": "白术"})
    page = answer.content.decode()
    assert "当归" in page
    assert "A-1" in page
    assert 'value="白术"' in page
    office.refresh_from_db()
    assert (office.name, office.certificate_no) == ("白芷", "A-1")
    again = opened | {"name": "白术", "certificate_no": "A-1", "version": office.version}
    as_admin.post(f"{PEOPLE}{office.pk}/amend/", again)
    office.refresh_from_db()
    assert office.name == "白术"


def test_the_list_asks_the_same_for_one_person_and_many(
    as_admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12) as one:
        as_admin.get(PEOPLE)
    for _ in range(3):
        make.user(department=make.department())
    with django_assert_max_num_queries(12) as many:
        as_admin.get(PEOPLE)
    # One more department in the filter costs nothing either.
    assert len(one) == len(many)


def test_people_are_found_by_name_department_and_state(as_admin: Client, officer: User) -> None:
    make.user("gone", name="独活")
    User.objects.filter(username="gone").update(is_active=False)

    def found(query: str) -> str:
        return as_admin.get(f"{PEOPLE}?{query}").content.decode().split("<tbody>")[-1]

    assert "苏合" in found("department=jiaoti")
    assert "独活" not in found("department=jiaoti")
    assert "独活" in found("state=disabled")
    assert "没有符合条件的人员" in found("q=无此人")
    assert as_admin.get(f"{PEOPLE}?department=x&state=y&q=%25&page=-3").status_code == 200


def test_the_table_of_permissions_is_on_a_page(as_admin: Client) -> None:
    page = as_admin.get(f"{PEOPLE}roles/").content.decode()
    assert all(one.words in page for one in permissions().values())


def test_a_new_portal_gets_its_first_administrator(
    client: Client, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("add_administrator", "chief", "黄芪")
    said = capsys.readouterr().out
    password = said.split("一次性密码：")[1].strip()
    client.post("/office/sign-in/", {"username": "chief", "password": password})
    assert client.get(PEOPLE)["Location"] == "/office/me/password/"
    with pytest.raises(CommandError, match="已经有人使用"):
        call_command("add_administrator", "chief", "黄芪")
    with pytest.raises(CommandError, match="小写字母开头"):
        call_command("add_administrator", "1", "黄芪")


# --- Departments ---------------------------------------------------------------------------------

DEPARTMENT = {
    "name": "测试jiaoti局",
    "short_name": "jiaoti局",
    "kind": "member",
    "is_enforcement_subject": "on",
    "sort_order": "10",
    "is_active": "on",
    "version": "1",
}


def test_a_new_telephone_counts_as_not_checked(as_office: Client) -> None:
    department = make.department()
    address = f"/office/departments/{department.code}/"
    given = {"complaint_phone": "0912-5550001", "complaint_email": "jiaoti@dingbian.example"}
    as_office.post(f"{address}amend/", DEPARTMENT | given)
    department.refresh_from_db()
    assert phone_warning(department, today()) == "从未核对"
    as_office.post(f"{address}phone-checked/")
    as_office.post(f"{address}email-checked/")
    department.refresh_from_db()
    assert (department.phone_checked_on, department.email_checked_on) == (today(), today())
    assert phone_warning(department, today()) == ""
    assert "未核对" in phone_warning(department, today() + timedelta(days=181))
    as_office.post(
        f"{address}amend/", DEPARTMENT | given | {"complaint_phone": "0912-5550002", "version": "2"}
    )
    department.refresh_from_db()
    assert (department.phone_checked_on, department.email_checked_on) == (None, today())
    changes = AuditEvent.objects.latest("pk").changes
    assert (changes["phone_checked_on"]["before"], changes["phone_checked_on"]["after"]) == (
        shown(today()),
        "",
    )


def test_a_telephone_and_a_mailbox_are_checked_apart(as_office: Client) -> None:
    department = make.department()
    department.complaint_phone = "0912-5550001"
    department.complaint_email = "jiaoti@dingbian.example"
    department.save()
    as_office.post(f"/office/departments/{department.code}/email-checked/")
    department.refresh_from_db()
    assert (department.phone_checked_on, department.email_checked_on) == (None, today())
    assert phone_warning(department, today()) == "从未核对"
    assert email_warning(department, today()) == ""
    assert "未核对" in email_warning(department, today() + timedelta(days=181))
    assert AuditEvent.objects.latest("pk").changes["email_checked_on"]["after"] == shown(today())


def test_what_is_not_there_cannot_be_checked(as_office: Client) -> None:
    department = make.department()
    for contact in ("phone", "email"):
        as_office.post(f"/office/departments/{department.code}/{contact}-checked/")
    department.refresh_from_db()
    assert (department.phone_checked_on, department.email_checked_on) == (None, None)


def test_the_trail_tells_what_a_new_department_and_a_new_person_are(as_admin: Client) -> None:
    as_admin.post(
        "/office/departments/add/",
        {
            "code": "qixiang",
            "name": "测试气象局",
            "short_name": "气象局",
            "kind": "member",
            "duty": "极端天气提示",
            "sort_order": "10",
            "is_active": "on",
        },
    )
    added = Department.objects.get(code="qixiang")
    as_admin.post(
        f"{PEOPLE}add/",
        {"username": "qixiang1", "name": "川芎", "department": added.pk, "role": "officer"},
    )
    department, person = AuditEvent.objects.filter(act__endswith=".added").order_by("pk")
    assert department.changes["duty"]["after"] == "极端天气提示"
    assert {name: one["after"] for name, one in person.changes.items()} == {
        "username": "qixiang1",
        "name": "川芎",
        "department": "气象局",
        "role": "部门执法人员",
    }


def test_the_office_is_never_an_enforcement_subject(as_office: Client, office: User) -> None:
    given = DEPARTMENT | {"name": "测试双减办", "short_name": "双减办", "kind": "office"}
    page = as_office.post("/office/departments/office/amend/", given).content.decode()
    assert "双减办不能作为执法主体" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(kind=DepartmentKind.OFFICE).update(is_enforcement_subject=True)


def test_a_stale_department_form_is_refused(as_office: Client, as_lead: Client) -> None:
    department = make.department()
    address = f"/office/departments/{department.code}/amend/"
    as_lead.post(address, DEPARTMENT | {"liaison": "川芎"})
    answer = as_office.post(address, DEPARTMENT | {"duty": "新的职责"})
    assert "川芎" in answer.content.decode()
    assert "新的职责" in answer.content.decode()
    department.refresh_from_db()
    assert department.duty == ""


def test_those_who_may_only_look_cannot_change(as_officer: Client) -> None:
    department = make.department()
    for name in ("amend", "phone-checked", "email-checked"):
        answer = as_officer.post(f"/office/departments/{department.code}/{name}/", DEPARTMENT)
        assert answer.status_code == 404


def test_the_content_is_loaded_once(db: None) -> None:
    assert load_departments(by=CONSOLE) == 30
    assert load_departments(by=CONSOLE) == 0
    towns = Department.objects.filter(kind=DepartmentKind.TOWN)
    assert (towns.count(), towns.filter(is_enforcement_subject=True).count()) == (19, 0)
    assert Department.objects.get(code="office").is_enforcement_subject is False


def test_the_demo_has_its_people_with_one_password(db: None, settings: Settings) -> None:
    load_departments(by=CONSOLE)
    assert make_demo_people(password=make.PASSWORD, by=CONSOLE, at=now()) == 47
    assert make_demo_people(password=make.PASSWORD, by=CONSOLE, at=now()) == 47
    officers = User.objects.filter(role=Role.OFFICER)
    assert len(set(officers.values_list("certificate_no", flat=True))) == 30
    assert User.objects.get(username="town1").check_password(make.PASSWORD)
    assert len(set(User.objects.values_list("name", flat=True))) == 47
    stale = Department.objects.get(code="zhujian")
    assert phone_warning(stale, today())


def test_demo_people_are_for_the_demo_only(db: None, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(NotPossibleError):
        make_demo_people(password=make.PASSWORD, by=CONSOLE, at=now())


def test_the_warning_names_the_missing_number(db: None) -> None:
    assert phone_warning(make.department(), date(2026, 1, 5)) == "未登记投诉举报电话"
