"""The second factor: bound, asked for, used once, lost, reset."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from foundation.accounts.actions.second_factor import begin_enrolment, confirm_enrolment
from foundation.accounts.models import RoleSetting, User
from foundation.accounts.queries.sign_ins import totp_required
from foundation.audit.models import AuditEvent
from tests import make

PAGE = "/office/me/second-factor/"
CODE = "/office/sign-in/code/"


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06}"


def bound(user: User) -> tuple[TOTPDevice, list[str]]:
    """This person has an authenticator since a minute ago."""
    device = begin_enrolment(by=user)
    with time_machine.travel(time.time() - 60, tick=False):
        confirmed = confirm_enrolment(
            device=device, code=code_of(device), sign_in=user.sign_ins.last(), by=user
        )
    assert confirmed
    return confirmed


def password_step(client: Client, username: str, **more: Any) -> Any:
    return client.post("/office/sign-in/", {"username": username, "password": make.PASSWORD} | more)


def is_inside(client: Client) -> bool:
    return client.get("/office/me/").status_code == 200


def test_enrolment_shows_the_secret_and_asks_for_a_code(as_head: Client, head: User) -> None:
    as_head.post(f"{PAGE}begin/")
    page = as_head.get(PAGE).content.decode()
    assert re.search(r"<b>([A-Z2-7]{4} ){7}[A-Z2-7]{4}</b>", page)
    picture = as_head.get(f"{PAGE}code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<script" not in picture.content
    device = TOTPDevice.objects.get(user=head)
    answer = as_head.post(f"{PAGE}confirm/", {"totp": code_of(device)}).content.decode()
    codes = re.findall(r"<b>([a-z2-9]{5}-[a-z2-9]{5})</b>", answer)
    assert len(set(codes)) == 10
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert not stored & {code.replace("-", "") for code in codes} | set(codes) & stored
    assert as_head.get(f"{PAGE}code.svg").status_code == 404


def test_a_wrong_code_binds_nothing(as_head: Client, head: User) -> None:
    as_head.post(f"{PAGE}begin/")
    assert as_head.post(f"{PAGE}confirm/", {"totp": "000000"}).status_code == 400
    assert not TOTPDevice.objects.filter(user=head, confirmed=True).exists()


def test_sign_in_then_asks_for_the_code_and_only_then_opens(client: Client, head: User) -> None:
    device, _ = bound(head)
    assert password_step(client, "head")["Location"] == CODE
    assert not is_inside(client)
    half = client.session.session_key
    answer = client.post(CODE, {"totp": code_of(device)})
    assert answer["Location"] == "/office/"
    assert is_inside(client)
    assert client.session.session_key != half


def test_a_code_is_good_once(client: Client, head: User) -> None:
    device, _ = bound(head)
    code = code_of(device)
    password_step(client, "head")
    client.post(CODE, {"totp": code})
    thief = Client()
    password_step(thief, "head")
    assert "已用过" in thief.post(CODE, {"totp": code}).content.decode()
    assert not is_inside(thief)


def test_five_wrong_codes_lead_back_to_the_password(client: Client, head: User) -> None:
    device, _ = bound(head)
    password_step(client, "head")
    answers = [client.post(CODE, {"totp": "000000"}) for _ in range(5)]
    assert answers[-1]["Location"] == "/office/sign-in/?why=codes"
    assert client.post(CODE, {"totp": code_of(device)})["Location"] == "/office/sign-in/"
    assert "动态口令错误" in AuditEvent.objects.get(act="account.codes_refused").words


def test_guessing_codes_slows_down_for_the_account_whatever_the_session(
    client: Client, head: User
) -> None:
    device, _ = bound(head)
    # Time stands still: on a slow machine the seconds of waiting would pass by themselves.
    with time_machine.travel(time.time(), tick=False):
        for _ in range(3):
            password_step(client, "head")
            client.post(CODE, {"totp": "000000"})
        password_step(client, "head")
        assert client.post(CODE, {"totp": code_of(device)}).status_code == 200


def test_half_a_sign_in_is_forgotten_after_ten_minutes(client: Client, head: User) -> None:
    bound(head)
    password_step(client, "head")
    with time_machine.travel(time.time() + 601, tick=False):
        assert client.get(CODE)["Location"] == "/office/sign-in/"


def test_a_recovery_code_opens_once_and_the_rest_are_counted(client: Client, head: User) -> None:
    _, codes = bound(head)
    password_step(client, "head")
    assert client.post(CODE, {"totp": codes[0].upper()})["Location"] == "/office/"
    assert "还剩 9 个" in client.get(PAGE).content.decode()
    other = Client()
    password_step(other, "head")
    other.post(CODE, {"totp": codes[0]})
    assert not is_inside(other)
    said = "".join(AuditEvent.objects.values_list("words", flat=True))
    assert codes[0] not in said


def test_what_was_typed_passes_through_the_second_step(client: Client, head: User) -> None:
    device, _ = bound(head)
    late = client.post("/office/departments/add/", {"name": "测试县卫生健康局"}).content.decode()
    kept = re.search(r'name="kept" value="([^"]+)"', late)
    assert kept
    password_step(client, "head", kept=kept[1])
    assert client.post(CODE, {"totp": code_of(device)})["Location"] == "/office/kept/"


def test_a_role_that_owes_a_second_factor_sees_the_enrolment_page_only(
    as_head: Client, as_office: Client, settings: Settings
) -> None:
    settings.TOTP_REQUIRED_ROLES = frozenset({"head"})
    assert as_head.get("/office/departments/")["Location"] == PAGE
    assert as_head.get(PAGE).status_code == 200
    assert as_office.get("/office/departments/").status_code == 200


def test_binding_ends_the_sign_ins_that_have_shown_no_code(
    sign_in: Callable[[User], Client], head: User, settings: Settings
) -> None:
    here, elsewhere = sign_in(head), sign_in(head)
    settings.TOTP_REQUIRED_ROLES = frozenset({"head"})
    here.post(f"{PAGE}begin/")
    device = TOTPDevice.objects.get(user=head)
    here.post(f"{PAGE}confirm/", {"totp": code_of(device)})
    assert is_inside(here)
    turned_away = elsewhere.get("/office/departments/", follow=True)
    assert "请用动态口令重新登录" in turned_away.content.decode()
    line = AuditEvent.objects.get(act="account.totp_enrolled")
    assert line.words == "绑定了身份验证器，其他 1 处登录已退出"


def test_the_administrator_sets_it_per_role(as_admin: Client, settings: Settings) -> None:
    assert not totp_required("office")
    as_admin.post("/office/people/roles/office/", {"required": "1", "version": "0"})
    assert totp_required("office")
    assert AuditEvent.objects.get(act="role.totp_set").words.endswith("“须输入动态口令”")
    as_admin.post("/office/people/roles/office/", {"required": "0", "version": "0"})
    assert totp_required("office"), "a page opened before the change sets nothing"
    as_admin.post("/office/people/roles/office/", {"required": "0", "version": "1"})
    assert RoleSetting.objects.get(role="office").version == 2
    assert not totp_required("office")


def test_replacing_a_bound_one_asks_for_the_password(
    sign_in: Callable[[User], Client], head: User
) -> None:
    client = sign_in(head)
    bound(head)
    assert client.post(f"{PAGE}begin/", {"old_password": "nonsense"}).status_code == 400
    assert not TOTPDevice.objects.filter(confirmed=False).exists()
    client.post(f"{PAGE}begin/", {"old_password": make.PASSWORD})
    assert TOTPDevice.objects.filter(confirmed=False).count() == 1
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


def test_new_recovery_codes_make_the_old_ones_void(
    sign_in: Callable[[User], Client], head: User
) -> None:
    client = sign_in(head)
    _, old = bound(head)
    page = client.post(f"{PAGE}recovery/", {"old_password": make.PASSWORD}).content.decode()
    assert len(re.findall(r"<b>[a-z2-9]{5}-[a-z2-9]{5}</b>", page)) == 10
    other = Client()
    password_step(other, "head")
    other.post(CODE, {"totp": old[0]})
    assert not is_inside(other)


def test_the_administrator_takes_a_lost_one_off(
    client: Client, as_admin: Client, as_head: Client, head: User
) -> None:
    bound(head)
    as_admin.post(f"/office/people/{head.pk}/second-factor/", {"reason": "手机丢失"})
    assert not is_inside(as_head)
    assert password_step(client, "head")["Location"] == "/office/"
    assert AuditEvent.objects.get(act="account.totp_reset").reason == "手机丢失"


@pytest.mark.parametrize("role", ["lead", "head", "audit", "admin"])
def test_outside_the_demo_deciding_roles_owe_it(role: str, db: None, settings: Settings) -> None:
    settings.TOTP_REQUIRED_ROLES = frozenset({"lead", "head", "audit", "admin"})
    assert totp_required(role)
    assert not totp_required("officer")
