"""What somebody tries who has another site, a desk left unattended, or an old password."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessFailureLog
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from foundation.accounts.actions.passwords import change_password, reset_password
from foundation.accounts.actions.second_factor import begin_enrolment, confirm_enrolment
from foundation.accounts.models import SessionEnd, StaffSession, User
from foundation.accounts.tasks import forget_old
from foundation.audit.models import AuditEvent
from foundation.clock.queries import computer_now, now
from tests import make

SIGN_IN = "/office/sign-in/"
PASSWORD = "/office/me/password/"  # noqa: S105 -- an address
FACTOR = "/office/me/second-factor/"
ADD = "/office/departments/add/"
NEW = "correct horse battery"


def enter(client: Client, username: str, **more: Any) -> Any:
    given = {"username": username, "password": make.PASSWORD} | more
    return client.post(SIGN_IN, given)


def is_inside(client: Client) -> bool:
    return client.get("/office/me/").status_code == 200


def kept_in(answer: Any) -> str:
    """The sealed form that a sign-in page carries along."""
    found = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def strict(cookies: Any = None) -> Client:
    """A browser with Django's check of forms switched on, as in life."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = cookies or client.cookies
    return client


# --- From another site ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "carried"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_another_sites_form_is_not_carried_through_the_sign_in(
    headers: dict[str, str], *, carried: bool
) -> None:
    forged = kept_in(Client().post("/office/people/add/", {"name": "无关的字", "role": "admin"}))
    answer = strict().post(SIGN_IN, {"kept": forged}, headers=headers)

    assert forged
    assert answer.status_code == 403
    assert bool(kept_in(answer)) is carried


def test_a_form_of_ours_that_fails_the_check_while_nobody_is_signed_in_is_carried_along(
    as_office: Client,
) -> None:
    typed = {"name": "测试县卫生健康局"}
    with time_machine.travel(computer_now() + timedelta(minutes=31), tick=False):
        late = strict(as_office.cookies)
        answer = late.post(ADD, typed, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 401
        back = enter(as_office, "office", kept=kept_in(answer))
    assert back["Location"] == "/office/kept/"

    foreign = strict().post(ADD, typed, headers={"sec-fetch-site": "cross-site"})
    assert (foreign.status_code, kept_in(foreign)) == (403, "")


# --- At a desk left unattended -------------------------------------------------------------------


@pytest.mark.parametrize("address", [PASSWORD, f"{FACTOR}begin/", f"{FACTOR}recovery/"])
def test_the_present_password_is_guessed_no_more_often_than_at_the_door(
    sign_in: Callable[[User], Client], office: User, address: str
) -> None:
    desk = sign_in(office)
    bind(office)
    given = {"new_password": NEW, "new_password_again": NEW}
    pages = [desk.post(address, given | {"old_password": f"guess {n}"}) for n in range(5)]
    right = desk.post(address, given | {"old_password": make.PASSWORD})

    assert "现在的密码不对" in pages[3].content.decode()
    assert "15 分钟后再试" in pages[4].content.decode()
    assert "15 分钟后再试" in right.content.decode()
    assert AccessFailureLog.objects.filter(username="office").count() >= 5
    assert AuditEvent.objects.filter(act="account.locked").count() == 1
    assert User.objects.get(pk=office.pk).check_password(make.PASSWORD)
    with time_machine.travel(computer_now() + timedelta(minutes=16), tick=False):
        later = desk.post(address, given | {"old_password": make.PASSWORD})
        assert "分钟后再试" not in later.content.decode()


def test_a_stranger_who_guesses_closes_no_form_on_a_known_device(office: User) -> None:
    known, stranger = Client(), Client()
    enter(known, "office")
    for _ in range(6):
        enter(stranger, "office", password="wrong-words-0815")  # noqa: S106 -- nobody's

    given = {"old_password": make.PASSWORD, "new_password": NEW, "new_password_again": NEW}
    assert known.post(PASSWORD, given).status_code == 302


def test_a_secret_begun_at_another_desk_is_shown_to_nobody_else(
    sign_in: Callable[[User], Client], office: User
) -> None:
    desk, own = sign_in(office), sign_in(office)
    desk.post(f"{FACTOR}begin/")
    planted = TOTPDevice.objects.get(user=office)

    assert "开始绑定" in own.get(FACTOR).content.decode()
    assert own.get(f"{FACTOR}code.svg").status_code == 404
    assert own.post(f"{FACTOR}confirm/", {"totp": code_of(planted)}).status_code == 400
    own.post(f"{FACTOR}begin/")
    assert TOTPDevice.objects.get(user=office).key != planted.key
    assert "开始绑定" in desk.get(FACTOR).content.decode()


def test_signing_in_over_somebody_else_ends_that_sign_in(office: User, lead: User) -> None:
    browser = Client()
    enter(browser, "office")
    enter(browser, "lead")

    assert office.sign_ins.get().ended_why == SessionEnd.SIGNED_OUT
    assert lead.sign_ins.get().ended_at is None


def test_a_sign_in_whose_browser_never_came_back_ends_by_night_and_is_forgotten(
    office: User,
) -> None:
    enter(Client(), "office")
    forget_old()
    assert StaffSession.objects.get().ended_at is None

    with time_machine.travel(computer_now() + timedelta(hours=13), tick=False):
        forget_old()
        assert StaffSession.objects.get().ended_why == SessionEnd.EXPIRED
    with time_machine.travel(computer_now() + timedelta(days=191), tick=False):
        forget_old()
    assert not StaffSession.objects.exists()
    assert not Session.objects.exists()


def test_no_prefix_of_the_address_leads_past_the_end_of_a_sign_in(as_office: Client) -> None:
    with time_machine.travel(computer_now() + timedelta(minutes=31), tick=False):
        answer = as_office.get("/office/me/", SCRIPT_NAME="/elsewhere")
    assert answer.status_code == 302


# --- With an old password ------------------------------------------------------------------------


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06}"


def bind(user: User) -> TOTPDevice:
    """This person has an authenticator since a minute ago."""
    device = begin_enrolment(by=user)
    with time_machine.travel(computer_now() - timedelta(minutes=1), tick=False):
        assert confirm_enrolment(
            device=device, code=code_of(device), sign_in=user.sign_ins.last(), by=user
        )
    return device


@pytest.mark.parametrize("changed_by", ["owner", "administrator"])
def test_half_a_sign_in_ends_with_the_password_that_was_shown(
    office: User, admin: User, changed_by: str
) -> None:
    device, half = bind(office), Client()
    assert enter(half, "office")["Location"] == "/office/sign-in/code/"
    if changed_by == "owner":
        change_password(password=NEW, sign_in=None, by=office)
    else:
        reset_password(person=office, reason="口令泄露", by=admin)

    answer = half.post("/office/sign-in/code/", {"totp": code_of(device)})

    assert answer["Location"] == SIGN_IN
    assert not is_inside(half)


def test_whoever_owes_a_password_binds_no_authenticator_with_the_one_time_password(
    as_head: Client, head: User, settings: Settings
) -> None:
    settings.TOTP_REQUIRED_ROLES = frozenset({"head"})
    User.objects.filter(pk=head.pk).update(must_change_password=True, password_changed_at=now())

    for address in (FACTOR, f"{FACTOR}code.svg", "/office/me/"):
        assert as_head.get(address)["Location"] == PASSWORD
    for address in (f"{FACTOR}begin/", f"{FACTOR}confirm/", f"{FACTOR}recovery/"):
        assert as_head.post(address, {"totp": "000000"})["Location"] == PASSWORD
    assert not TOTPDevice.objects.exists()


# --- From very many addresses --------------------------------------------------------------------


def guess(username: str, address: str) -> int:
    given = {"username": username, "password": "wrong-words-0815"}
    return Client().post(SIGN_IN, given, REMOTE_ADDR=address).status_code


@pytest.mark.django_db
def test_the_addresses_of_one_ipv6_network_count_as_one() -> None:
    statuses = [guess("office", f"2001:db8:0:7::{n:x}") for n in range(1, 6)]

    assert statuses == [200, 200, 200, 200, 429]
    assert guess("office", "2001:db8:0:8::1") == 200
    for n in range(25):
        guess(f"somebody{n}", f"2001:db8:0:7:{n:x}::1")
    assert guess("nobody", "2001:db8:0:7:ffff::1") == 429
    assert guess("nobody", "2001:db8:0:8::1") == 200


@pytest.mark.django_db
def test_an_ipv4_address_in_the_form_of_ipv6_is_itself() -> None:
    statuses = [guess("office", f"::ffff:198.51.100.{n}") for n in range(1, 7)]

    assert statuses == [200] * 6
    assert set(AccessFailureLog.objects.values_list("ip_address", flat=True)) == {
        f"198.51.100.{n}" for n in range(1, 7)
    }


# --- By other methods ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["me", "second_factor", "sign_ins", "people", "departments"])
def test_head_is_answered_as_get_is(name: str, as_admin: Client) -> None:
    address = reverse(f"accounts:{name}")

    assert as_admin.head(address).status_code == as_admin.get(address).status_code == 200
    assert as_admin.options(address).status_code == 405
