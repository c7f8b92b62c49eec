"""Coming in: right and wrong, locked and known, from one address and from many."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from pytest_django import Settings

from foundation.accounts.client import DEVICE_PREFIX, KNOWN_DEVICE_COOKIE
from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.clock.queries import computer_now, now
from tests import make

SIGN_IN = "/office/sign-in/"
WRONG = "wrong-words-0815"
INSIDE = "/office/me/"


def enter(client: Client, username: str, password: str = make.PASSWORD, **more: Any) -> Any:
    address = more.pop("address", "198.51.100.7")
    given = {"username": username, "password": password} | more
    return client.post(SIGN_IN, given, REMOTE_ADDR=address)


def is_inside(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def test_the_right_password_opens_the_office(client: Client, office: User) -> None:
    answer = enter(client, "office")
    assert (answer.status_code, answer["Location"]) == (302, "/office/")
    assert is_inside(client)
    assert AuditEvent.objects.get(act="account.signed_in").address == "198.51.100.7"


def test_a_user_name_in_capitals_or_full_width_is_the_same_one(
    client: Client, office: User
) -> None:
    assert enter(client, " ＯＦＦｉce ").status_code == 302


def test_an_unknown_name_and_a_wrong_password_get_the_same_page(
    client: Client, office: User
) -> None:
    known = enter(client, "office", WRONG).content.decode()
    unknown = enter(Client(), "nobody", WRONG).content.decode()
    disabled = make.user("gone")
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    gone = enter(Client(), "gone").content.decode()

    def words(page: str) -> str:
        return page.split("<h1>")[1].split("<form")[0]

    assert words(known) == words(unknown) == words(gone)
    assert "用户名或密码不对" in known


def test_an_unknown_name_costs_as_many_hashes_as_a_wrong_password(
    client: Client, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    plain = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return plain(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    enter(client, "office", WRONG)
    for_known = len(hashed)
    enter(Client(), "nobody", WRONG)
    assert (for_known, len(hashed)) == (1, 2)


def test_five_wrong_passwords_lock_account_and_address_for_a_quarter_of_an_hour(
    client: Client, office: User
) -> None:
    answers = [enter(client, "office", WRONG) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    locked = enter(client, "office")
    assert locked.status_code == 429
    assert "15 分钟后再试" in locked.content.decode()
    assert "系统管理员" in locked.content.decode()
    assert enter(Client(), "office", address="198.51.100.8").status_code == 302
    with time_machine.travel(computer_now() + timedelta(minutes=16), tick=False):
        assert enter(client, "office").status_code == 302


def test_a_try_during_the_lock_does_not_prolong_it(client: Client, office: User) -> None:
    for _ in range(5):
        enter(client, "office", WRONG)
    with time_machine.travel(computer_now() + timedelta(minutes=10), tick=False):
        enter(client, "office", WRONG)
    with time_machine.travel(computer_now() + timedelta(minutes=16), tick=False):
        assert enter(client, "office").status_code == 302


def test_a_lock_is_written_down_once(client: Client, office: User) -> None:
    for _ in range(7):
        enter(client, "office", WRONG)
    line = AuditEvent.objects.get(act="account.locked")
    assert "198.51.100.7" in line.words


def test_a_lock_of_a_name_that_nobody_has_says_the_same(client: Client, office: User) -> None:
    for _ in range(5):
        enter(client, "nobody", WRONG)
    assert "15 分钟后再试" in enter(client, "nobody", WRONG).content.decode()


def test_a_stranger_at_the_same_address_does_not_lock_a_known_device_out(
    client: Client, office: User
) -> None:
    enter(client, "office")
    client.post("/office/sign-out/")
    stranger = Client()
    for _ in range(6):
        enter(stranger, "office", WRONG)
    assert enter(stranger, "office").status_code == 429
    assert enter(client, "office").status_code == 302


def test_a_known_device_is_locked_by_its_own_wrong_passwords(client: Client, office: User) -> None:
    enter(client, "office")
    client.post("/office/sign-out/")
    for _ in range(5):
        enter(client, "office", WRONG)
    assert enter(client, "office").status_code == 429
    assert AccessAttempt.objects.get().ip_address.startswith(DEVICE_PREFIX)
    assert enter(Client(), "office").status_code == 302


def test_a_device_is_known_for_its_own_person_only(
    client: Client, office: User, lead: User
) -> None:
    enter(client, "office")
    client.post("/office/sign-out/")
    for _ in range(5):
        enter(client, "lead", WRONG)
    assert AccessAttempt.objects.get().ip_address == "198.51.100.7"
    assert enter(client, "lead").status_code == 429


def test_an_invented_device_cookie_is_not_a_known_device(client: Client, office: User) -> None:
    client.cookies[KNOWN_DEVICE_COOKIE] = "WyJ4IiwieSJd:1tEsT:forged"
    for _ in range(5):
        enter(client, "office", WRONG)
    assert AccessAttempt.objects.get().ip_address == "198.51.100.7"


def failures(username: str, count: int, address: str = "") -> None:
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(
            username=username, ip_address=address or f"203.0.113.{n}", locked_out=False
        )
        for n in range(count)
    )


def test_twenty_guesses_an_hour_from_many_addresses_close_the_account_to_strangers(
    client: Client, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Client()
    enter(known, "office")
    known.post("/office/sign-out/")
    failures("office", 20)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the limit stands before the hash")

    with monkeypatch.context() as patched:
        patched.setattr("foundation.accounts.locks.authenticate", never)
        assert enter(client, "office").status_code == 429
    assert enter(known, "office").status_code == 302
    with time_machine.travel(computer_now() + timedelta(minutes=61), tick=False):
        assert enter(client, "office").status_code == 302


def test_nineteen_guesses_do_not(client: Client, office: User) -> None:
    failures("office", 19)
    assert enter(client, "office").status_code == 302


def test_thirty_wrong_passwords_from_one_address_close_it_for_every_account(
    client: Client, office: User, lead: User
) -> None:
    known = Client()
    enter(known, "lead")
    known.post("/office/sign-out/")
    for number in range(30):
        failures(f"somebody{number}", 1, "198.51.100.7")
    assert enter(client, "office").status_code == 429
    assert enter(client, "office", address="198.51.100.8").status_code == 302
    assert enter(known, "lead").status_code == 302


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        ([("office", 19, "")], "一小时内该账号登录失败 20 次"),
        ([("somebody", 29, "198.51.100.7")], "一小时内来自 198.51.100.7 的登录失败 30 次"),
        ([], "连续 5 次登录失败"),
    ],
    ids=["account", "address", "in a row"],
)
def test_the_line_says_which_limit_has_locked(
    client: Client, office: User, failed: list[tuple[str, int, str]], said: str
) -> None:
    for username, count, address in failed:
        failures(username, count, address)

    for _ in range(1 if failed else 5):
        assert not AuditEvent.objects.filter(act="account.locked").exists()
        enter(client, "office", WRONG)

    assert said in AuditEvent.objects.get(act="account.locked").words


def test_the_administrator_unlocks(client: Client, as_admin: Client, office: User) -> None:
    for _ in range(5):
        enter(client, "office", WRONG)
    failures("office", 20)
    as_admin.post(f"/office/people/{office.pk}/unlock/", {"reason": "本人来电"})
    assert enter(client, "office").status_code == 302
    assert AuditEvent.objects.get(act="person.unlocked").reason == "本人来电"


def test_a_wrong_password_is_seen_by_its_owner_and_the_administrator(
    client: Client, as_office: Client, as_lead: Client, as_admin: Client, office: User
) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    given = {"username": "office", "password": WRONG}
    client.post(SIGN_IN, given, REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT=agent)
    client.post(SIGN_IN, given, REMOTE_ADDR="nowhere")

    for browser, page in (
        (as_office, "/office/me/sign-ins/"),
        (as_admin, f"/office/people/{office.pk}/"),
    ):
        shown = browser.get(page).content.decode()
        assert "Windows 电脑，火狐浏览器" in shown
        assert "198.51.100.7" in shown
    assert "198.51.100.7" not in as_lead.get("/office/me/sign-ins/").content.decode()


def test_the_unlocked_may_try_where_others_have_filled_the_address(
    client: Client, as_admin: Client, office: User, lead: User
) -> None:
    failures("somebody", 30, "198.51.100.7")
    assert enter(client, "office").status_code == 429
    page = f"/office/people/{office.pk}/"
    assert f"{page}unlock/" in as_admin.get(page).content.decode()
    as_admin.post(f"{page}unlock/", {"reason": "本人来电"})
    assert enter(client, "lead").status_code == 429
    assert enter(client, "office").status_code == 302


def test_a_forwarded_address_counts_only_behind_our_own_proxies(
    client: Client, office: User, settings: Settings
) -> None:
    forged = {"username": "office", "password": WRONG}
    header: dict[str, Any] = {
        "HTTP_X_FORWARDED_FOR": "1.1.1.1, 192.0.2.9",
        "REMOTE_ADDR": "198.51.100.7",
    }
    client.post(SIGN_IN, forged, **header)
    assert AccessAttempt.objects.get().ip_address == "198.51.100.7"
    AccessAttempt.objects.all().delete()
    settings.TRUSTED_PROXIES = 1
    client.post(SIGN_IN, forged, **header)
    assert AccessAttempt.objects.get().ip_address == "192.0.2.9"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
    ],
)
def test_the_way_back_never_leaves_the_site(client: Client, office: User, back: str) -> None:
    assert enter(client, "office", next=back)["Location"] == "/office/"


def test_the_way_back_leads_to_where_one_wanted_to_go(client: Client, office: User) -> None:
    asked = client.get("/office/departments/?page=2")
    page = client.get(asked["Location"]).content.decode()
    assert 'name="next" value="/office/departments/?page=2"' in page
    answer = enter(client, "office", next="/office/departments/?page=2")
    assert answer["Location"] == "/office/departments/?page=2"


def test_a_session_key_brought_along_is_not_used(client: Client, office: User) -> None:
    planted = Client()
    planted.get(SIGN_IN)
    session = planted.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    enter(client, "office")
    assert client.cookies["sessionid"].value != session.session_key
    assert "planted" not in client.session


def test_no_password_reaches_trail_log_or_failure_list(
    client: Client, office: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        enter(client, "office", WRONG)
        enter(client, "office")
    attempts = [
        f"{row.post_data}{row.get_data}{row.user_agent}" for row in AccessAttempt.objects.all()
    ]
    trail = [f"{line.words}{line.changes}" for line in AuditEvent.objects.all()]
    said = "".join(attempts + trail) + caplog.text
    assert WRONG not in said
    assert make.PASSWORD not in said


def test_an_old_one_time_password_no_longer_opens(client: Client, office: User) -> None:
    User.objects.filter(pk=office.pk).update(
        must_change_password=True, password_changed_at=now() - timedelta(days=8)
    )
    assert "已经过期" in enter(client, "office").content.decode()
    assert not is_inside(client)


@pytest.mark.parametrize("username", ["", "\x00", "a" * 5000, "' OR 1=1--", "\ud83d\ude00"])
def test_nonsense_is_answered_plainly(client: Client, db: None, username: str) -> None:
    assert enter(
        client, username.encode("utf-16", "surrogatepass").decode("utf-16"), WRONG
    ).status_code in (
        200,
        400,
    )


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client, office: User) -> None:
    client.get(SIGN_IN)
    enter(client, "office")
    for name in ("sessionid", "csrftoken", KNOWN_DEVICE_COOKIE):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), name
    assert client.cookies["sessionid"]["max-age"] == ""


def test_staff_pages_are_not_kept_by_browsers_and_not_framed(as_office: Client) -> None:
    answer = as_office.get(INSIDE)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
