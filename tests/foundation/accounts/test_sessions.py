"""How long a sign-in lasts, what ends it, and what becomes of the form that came too late."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from axes.models import AccessFailureLog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import Department, Role, SessionEnd, StaffSession, User
from foundation.accounts.tasks import forget_old
from foundation.accounts.views.sign_in import csrf_failure
from foundation.audit.models import AuditEvent
from foundation.clock.queries import computer_now, now
from tests import make

INSIDE = "/office/me/"
ADD = "/office/departments/add/"
TYPED = {
    "code": "weijian",
    "name": "测试县卫生健康局<b>",
    "short_name": "卫健局",
    "kind": "guest",
    "duty": "第一行\r\n第二行",
    "sort_order": "120",
    "is_active": "on",
}


def later(**by: float) -> Any:
    return time_machine.travel(computer_now() + timedelta(**by), tick=False)


def is_inside(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def why(client: Client) -> str:
    return client.get(client.get(INSIDE)["Location"]).content.decode()


def test_half_an_hour_without_a_click_ends_the_sign_in(as_office: Client, office: User) -> None:
    with later(minutes=29):
        assert is_inside(as_office)
    with later(minutes=29 + 29):
        assert is_inside(as_office)
    with later(minutes=29 + 29 + 31):
        assert "30 分钟没有操作" in why(as_office)
    assert office.sign_ins.get().ended_why == SessionEnd.IDLE


def test_twelve_hours_end_it_whatever_one_does(as_office: Client) -> None:
    for minutes in range(25, 720, 25):
        with later(minutes=minutes):
            assert is_inside(as_office)
    with later(minutes=721):
        assert not is_inside(as_office)


def test_last_seen_is_written_once_a_minute(
    as_office: Client, office: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    started = office.sign_ins.get().last_seen_at
    with later(seconds=30):
        as_office.get(INSIDE)
    assert office.sign_ins.get().last_seen_at == started
    with later(seconds=61):
        as_office.get(INSIDE)
    assert office.sign_ins.get().last_seen_at > started


def test_the_fourth_sign_in_ends_the_first(sign_in: Callable[[User], Client], office: User) -> None:
    first = Client()
    given = {"username": "office", "password": make.PASSWORD}
    first.post("/office/sign-in/", given, HTTP_USER_AGENT="Mozilla Windows Edg/1")
    second, third = sign_in(office), sign_in(office)
    fourth = Client()
    answer = fourth.post("/office/sign-in/", given)
    told = fourth.get(INSIDE).content.decode()
    assert answer.status_code == 302
    assert "最早的一处（Windows 电脑，Edge 浏览器）已退出" in told
    assert "同时登录超过 3 处" in why(first)
    assert all(is_inside(one) for one in (second, third, fourth))


def test_signing_out_is_final(as_office: Client, office: User) -> None:
    cookie = as_office.cookies["sessionid"].value
    answer = as_office.post("/office/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache"'
    replayed = Client()
    replayed.cookies["sessionid"] = cookie
    assert not is_inside(replayed)
    assert office.sign_ins.get().ended_why == SessionEnd.SIGNED_OUT


def test_signing_out_needs_a_post(as_office: Client) -> None:
    assert as_office.get("/office/sign-out/").status_code == 405


def test_one_of_my_sign_ins_can_be_ended_from_another(
    sign_in: Callable[[User], Client], office: User
) -> None:
    here, there = sign_in(office), sign_in(office)
    other = office.sign_ins.order_by("pk").last()
    assert other is not None
    here.post(f"/office/me/sign-ins/{other.pk}/end/")
    assert "另一处结束" in why(there)
    assert is_inside(here)


def test_nobody_ends_the_sign_in_of_another(as_office: Client, as_lead: Client, lead: User) -> None:
    pk = lead.sign_ins.get().pk
    assert as_office.post(f"/office/me/sign-ins/{pk}/end/").status_code == 404
    assert is_inside(as_lead)


def test_signing_out_everywhere_ends_all_and_is_written_down(
    sign_in: Callable[[User], Client], office: User
) -> None:
    here, there = sign_in(office), sign_in(office)
    here.post("/office/me/sign-ins/end/")
    assert not is_inside(here)
    assert not is_inside(there)
    assert AuditEvent.objects.filter(act="account.signed_out_everywhere").count() == 1


def test_the_trail_keeps_where_a_person_sat(
    sign_in: Callable[[User], Client], office: User
) -> None:
    client = sign_in(office)
    client.post("/office/me/sign-ins/end/", REMOTE_ADDR="192.0.2.7")
    assert AuditEvent.objects.get(act="account.signed_out_everywhere").address == "192.0.2.7"


def test_a_changed_role_ends_the_sign_in_at_the_next_request(
    as_office: Client, office: User
) -> None:
    User.objects.filter(pk=office.pk).update(role=Role.LEAD)
    assert "角色或部门已调整" in why(as_office)


def test_a_changed_department_ends_it_too(as_officer: Client, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(department=make.department("wenlv"))
    assert not is_inside(as_officer)


def test_a_disabled_person_is_out_at_the_next_request(as_office: Client, office: User) -> None:
    User.objects.filter(pk=office.pk).update(is_active=False)
    assert "账号已停用" in why(as_office)


def test_a_password_changed_elsewhere_ends_it(as_office: Client, office: User) -> None:
    office.set_password("another-phrase-5162")
    office.save(update_fields=["password"])
    assert "密码已经修改" in why(as_office)


def test_a_session_without_a_sign_in_opens_nothing(office: User) -> None:
    client = Client()
    client.force_login(office)
    assert not is_inside(client)


def test_moving_the_demos_clock_signs_nobody_out(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def far_away() -> datetime:
        return computer_now() + timedelta(days=40)

    monkeypatch.setattr("foundation.accounts.middleware.now", far_away)
    assert is_inside(as_office)


def test_the_key_of_a_session_is_not_in_the_list_of_sign_ins(as_office: Client) -> None:
    key = as_office.session.session_key or ""
    assert key not in StaffSession.objects.get().key_digest
    assert key not in as_office.get("/office/me/sign-ins/").content.decode()


def test_sign_ins_are_forgotten_after_half_a_year_and_not_before(
    as_office: Client, office: User
) -> None:
    office.sign_ins.update(ended_at=now())
    AccessFailureLog.objects.create(username="x", ip_address="192.0.2.1", locked_out=False)
    with later(days=189):
        forget_old()
    assert (office.sign_ins.count(), AccessFailureLog.objects.count()) == (1, 1)
    with later(days=191):
        forget_old()
    assert (office.sign_ins.count(), AccessFailureLog.objects.count()) == (0, 0)
    event = AuditEvent.objects.filter(act="account.sign_ins_forgotten").latest("pk")
    assert event.words == "清理 190 天以前的登录记录和过期会话，共 2 条"


# --- The form that came too late -----------------------------------------------------------------


def kept_token(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found, page
    return found[1]


def too_late(client: Client, **more: Any) -> str:
    with later(minutes=31):
        answer = client.post(ADD, TYPED | more)
    assert answer.status_code == 401
    return answer.content.decode()


def back_in(client: Client, username: str, page: str) -> Any:
    given = {"username": username, "password": make.PASSWORD, "kept": kept_token(page)}
    return client.post("/office/sign-in/", given)


def test_what_was_typed_comes_back_after_signing_in_and_is_sent_with_one_button(
    as_office: Client,
) -> None:
    page = too_late(as_office)
    assert "您刚才填写的内容还在" in page
    assert "卫健局" not in page
    answer = back_in(as_office, "office", page)
    assert answer["Location"] == "/office/kept/"
    shown = as_office.get("/office/kept/").content.decode()
    assert "测试县卫生健康局&lt;b&gt;" in shown
    assert f'action="{ADD}"' in shown
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    assert {name: fields[name] for name in ("code", "kind")} == {"code": "weijian", "kind": "guest"}
    assert not Department.objects.filter(code="weijian").exists()
    as_office.post(ADD, TYPED)
    assert Department.objects.get(code="weijian").duty == "第一行\r\n第二行"
    assert as_office.get("/office/kept/")["Location"] == "/office/"


def test_what_a_page_carries_along_is_sent_again_but_not_shown(as_office: Client) -> None:
    page = too_late(as_office, seen='{"name": ["测试"]}')
    back_in(as_office, "office", page)

    shown = as_office.get("/office/kept/").content.decode()

    assert 'name="seen"' in shown
    assert "<dd>{" not in "".join(shown.split())


def test_what_was_typed_stands_beside_what_its_field_is_called(as_office: Client) -> None:
    form = as_office.get(ADD).content.decode()
    labels = re.search(r'name="labels" value="([^"]+)"', form)
    assert labels
    page = too_late(as_office, labels=unescape(labels[1]), sort_order="120")
    back_in(as_office, "office", page)

    shown = as_office.get("/office/kept/").content.decode()

    told = re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", shown, re.DOTALL)
    assert told[:2] == [("代码", "weijian"), ("全称", "测试县卫生健康局&lt;b&gt;")]
    assert ("职责", "第一行<br>第二行") in told
    assert ("排序", "120") in told
    assert "guest" not in dict(told).values()


@pytest.mark.parametrize("labels", ["{", "[]", '{"name": 1}', "{" * 5000])
def test_labels_that_no_page_has_written_are_left_aside(as_office: Client, labels: str) -> None:
    back_in(as_office, "office", too_late(as_office, labels=labels))

    shown = as_office.get("/office/kept/")

    assert "测试县卫生健康局" in shown.content.decode()


def test_another_person_does_not_get_it(as_office: Client, lead: User) -> None:
    page = too_late(as_office)
    answer = back_in(as_office, "lead", page)
    assert answer["Location"] == "/office/"
    assert as_office.get("/office/kept/")["Location"] == "/office/"


def test_a_wrong_password_in_between_does_not_lose_it(as_office: Client) -> None:
    page = too_late(as_office)
    given = {"username": "office", "password": "wrong-0815", "kept": kept_token(page)}
    again = as_office.post("/office/sign-in/", given).content.decode()
    assert back_in(as_office, "office", again)["Location"] == "/office/kept/"


def test_files_are_not_kept_and_the_page_says_which(as_office: Client) -> None:
    page = too_late(as_office, paper=SimpleUploadedFile("办学许可证.pdf", b"%PDF"))
    assert "文件不能保留" in page
    assert "办学许可证.pdf" in page


def test_more_than_fits_is_said_and_not_cut(as_office: Client) -> None:
    page = too_late(as_office, duty="很长" * 60_000)
    assert "没能保留" in page
    assert 'name="kept"' not in page


def test_a_changed_seal_opens_nothing(as_office: Client) -> None:
    token = kept_token(too_late(as_office))
    forged = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
    given = {"username": "office", "password": make.PASSWORD, "kept": forged}
    assert as_office.post("/office/sign-in/", given)["Location"] == "/office/"


def test_passwords_are_never_kept(as_office: Client) -> None:
    with later(minutes=31):
        page = as_office.post(
            "/office/me/password/", {"old_password": "a", "new_password": "b", "note": "c"}
        ).content.decode()
    back_in(as_office, "office", page)
    shown = as_office.get("/office/kept/").content.decode()
    assert 'name="note"' in shown
    assert not re.search(r'name="\w*password', shown)


def test_what_is_no_longer_wanted_is_cleared(as_office: Client) -> None:
    back_in(as_office, "office", too_late(as_office))
    as_office.post("/office/kept/discard/")
    assert as_office.get("/office/kept/")["Location"] == "/office/"


def test_a_stranger_with_an_empty_post_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.post(ADD)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/office/sign-in/")


def guarded(client: Client) -> Client:
    """The same browser, with Django's check of forms switched on as in life."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict


def test_a_form_older_than_the_last_sign_in_keeps_its_text(as_office: Client) -> None:
    answer = guarded(as_office).post(ADD, TYPED, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "您填写的内容都还在" in answer.content.decode()
    assert "卫健局" in as_office.get("/office/kept/").content.decode()


def test_what_another_site_sends_is_not_kept(as_office: Client) -> None:
    answer = guarded(as_office).post(ADD, TYPED, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "什么也没有改变" in answer.content.decode()
    assert as_office.get("/office/kept/")["Location"] == "/office/"


def test_over_plain_http_the_origin_tells_the_own_page(as_office: Client) -> None:
    strict = guarded(as_office)
    strict.post(ADD, TYPED, headers={"origin": "http://evil.example"})
    assert as_office.get("/office/kept/")["Location"] == "/office/"
    strict.post(ADD, TYPED, headers={"origin": "http://testserver"})
    assert as_office.get("/office/kept/").status_code == 200


def test_a_public_form_refused_touches_no_session(rf: RequestFactory) -> None:
    answer = csrf_failure(rf.post("/complaints/new/"))
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_a_sign_in_page_left_open_too_long_is_shown_afresh(office: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    given = {"username": "office", "password": make.PASSWORD}
    answer = strict.post("/office/sign-in/", given)
    assert answer.status_code == 403
    assert "请重新填写" in answer.content.decode()


def test_public_pages_touch_no_session(as_office: Client) -> None:
    answer = as_office.get("/healthz")
    assert "sessionid" not in answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
