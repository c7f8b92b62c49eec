"""What a phone takes along, who may ask for it, and how long it stays signed in on a day of visits."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from foundation.accounts.models import User
from inspections.actions.photos import add_photo
from inspections.models import Answer, Finding, Inspection, Photo
from tests import make, photos

pytestmark = pytest.mark.django_db
# Half past ten in the county, on the day of the visit.
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
SESSION, VISITS, CONFIRM = "/phone/session/", "/phone/visits/", "/phone/confirm/"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as moved:
        yield moved


def visits(browser: Client) -> dict[str, Any]:
    answer = browser.get(VISITS)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    said: dict[str, Any] = json.loads(answer.content)
    return said


def test_a_person_who_was_away_is_known_by_the_password_under_the_limits_of_the_sign_in(
    officer: User, settings: Settings
) -> None:
    officer.set_password("a long way to the well")
    officer.save()
    browser = make.sign_in(Client(), officer)

    def confirmed(password: str, user: object = officer.pk) -> tuple[int, dict[str, Any]]:
        answer = browser.post(CONFIRM, {"password": password}, headers={"X-User": str(user)})
        return answer.status_code, json.loads(answer.content)

    assert confirmed("a long way to the well") == (200, {"user": str(officer.pk)})
    assert confirmed("a long way to the well", user=0)[0] == 403
    wrong = [confirmed("a short way")[0] for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert wrong == [422] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert confirmed("a long way to the well")[0] == 429


def photographed(row: Inspection, by: User, problem: Finding) -> Photo:
    evidence = photos.sent(photos.picture(), by=by.actor)
    return add_photo(inspection=row, evidence=evidence, finding=problem, by=by.actor)


def goes(row: Inspection, number: int = 0) -> User:
    return row.inspectors.order_by("pk")[number].user


def test_a_phone_learns_who_is_signed_in_and_what_time_it_is(as_head: Client, head: User) -> None:
    answer = as_head.get(SESSION)

    said = json.loads(answer.content)
    assert (said["user"], said["now"]) == (str(head.pk), "2023-07-10T02:30:00+00:00")
    assert said["token"]
    assert as_head.cookies["csrftoken"]["httponly"]


@pytest.fixture
def fireman(db: None) -> User:
    """Goes with the lead to a visit that runs: one item is his alone, answered, with a problem beside."""
    make.limits()
    fire = make.department("xiaofang")
    draft = make.checklist(is_draft=True)
    item = draft.areas.get(code="F").items.all()[0]
    item.departments.set([fire])
    item.bases.add(make.basis())
    place = make.institution(address="献忠路3号", contact_phone="0912-1", contact_is_public=True)
    row = make.inspection(state="running", checklist=make.release(draft), institution=place)
    person = make.takes_part(row, fire)
    make.answer(row, item, person)
    photographed(row, person, make.finding(row, person))
    make.signature(row)
    return person


def test_a_phone_takes_along_where_its_person_goes(sign_in: SignIn, fireman: User) -> None:
    row = Inspection.objects.get()

    seen = visits(sign_in(fireman))

    [visit] = seen["visits"]
    own = {"id": str(fireman.pk), "name": fireman.name, "department": "xiaofang局"}
    assert (seen["user"], seen["rules"]) == (own, {"late_days": 10})
    plain = {name: visit[name] for name in ("visit", "place", "address", "telephone", "at")}
    assert plain == {
        "visit": str(row.pk),
        "place": str(row.institution),
        "address": "献忠路3号",
        "telephone": "0912-1",
        "at": "09:00",
    }
    assert (visit["planned_on"], visit["state"], visit["is_lead"]) == (
        "2023-07-10",
        "running",
        False,
    )
    assert [one["me"] for one in visit["people"]] == [False, False, True]


def test_a_phone_takes_along_what_its_person_is_asked(sign_in: SignIn, fireman: User) -> None:
    answer, problem = Answer.objects.get(), Finding.objects.get()

    seen = visits(sign_in(fireman))

    [visit] = seen["visits"]
    areas = seen["checklists"][visit["checklist"]]["areas"]
    assert [one["items"][0] for one in areas if one["code"] == "F"] == [
        {
            "id": answer.item_id,
            "code": "F1",
            "text": answer.item.text,
            "basis": ["《测试管理办法》第十二条（未核实）"],
            "severity": 2,
            "mode": "in_time",
            "days": 7,
        }
    ]
    assert (visit["items"], visit["others"]) == ([answer.item_id], [])
    assert visit["answers"] == [
        {
            "id": str(answer.uuid),
            "item": answer.item_id,
            "by": str(fireman),
            "mine": True,
            "value": "met",
            "note": "",
            "at": "2023-07-10T02:00:00+00:00",
            "disputed": False,
        }
    ]
    assert [(one["id"], one["mine"]) for one in visit["findings"]] == [(str(problem.uuid), True)]
    photo = {"id": str(Photo.objects.get().evidence_id), "item": None}
    assert visit["photos"] == [photo | {"finding": str(problem.uuid), "after": False}]
    assert visit["signatures"] == [{"role": "site", "name": "李四"}]


def test_the_lead_takes_along_how_far_the_others_are(sign_in: SignIn, fireman: User) -> None:
    problem = Finding.objects.get()

    [visit] = visits(sign_in(goes(Inspection.objects.get())))["visits"]

    assert (visit["is_lead"], visit["answers"]) == (True, [])
    assert visit["others"] == [{"department": "xiaofang局", "answered": 1, "asked": 1}]
    assert [(one["id"], one["mine"]) for one in visit["findings"]] == [(str(problem.uuid), False)]


def test_a_telephone_that_is_not_public_stays_in_the_office(sign_in: SignIn) -> None:
    row = make.inspection(institution=make.institution(contact_phone="0912-1"))

    assert visits(sign_in(goes(row)))["visits"][0]["telephone"] == ""


@pytest.mark.parametrize(
    ("state", "days", "is_there"),
    [
        ("planned", 7, True),
        ("planned", 8, False),
        ("approved", -10, True),
        ("approved", -11, False),
        ("running", -40, True),
        ("cancelled", 0, False),
    ],
)
def test_a_phone_takes_along_what_is_near(
    sign_in: SignIn, state: str, days: int, is_there: bool
) -> None:
    given: dict[str, Any] = {"state": state, "planned_on": date(2023, 7, 10) + timedelta(days)}
    if state == "cancelled":
        given |= {"cancelled_at": AT, "cancelled_reason": "改期"}
    row = make.inspection(**given)

    assert len(visits(sign_in(goes(row)))["visits"]) == int(is_there)


def test_what_was_concluded_stays_for_three_days(
    sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    row = make.inspection(state="running")
    browser = sign_in(goes(row))
    ended = {"state": "concluded", "conclusion": "合格", "concluded_at": AT, "ended_at": AT}
    Inspection.objects.filter(pk=row.pk).update(**ended, concluded_by=goes(row))

    shown = []
    for days in (3, 4):
        clock.move_to(AT + timedelta(days=days))
        shown.append(len(visits(sign_in(goes(row)))["visits"]))

    assert shown == [1, 0]
    assert browser.get(VISITS).status_code == 401


def test_who_was_replaced_and_who_never_went_take_nothing_along(sign_in: SignIn) -> None:
    lead = make.department()
    row = make.inspection(state="running", people=[make.inspector(lead) for _ in range(3)])
    left, stranger = goes(row), make.inspector(lead)
    row.inspectors.filter(user=left).update(left_at=AT, left_by=stranger)

    assert visits(sign_in(left))["visits"] == []
    assert visits(sign_in(stranger))["visits"] == []
    assert len(visits(sign_in(goes(row, 1)))["visits"][0]["people"]) == 2


def test_eight_visits_are_asked_for_as_one_is(
    sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.limits()
    first = make.inspection(state="running")
    person = goes(first)
    photographed(first, person, make.finding(first, person))
    browser = sign_in(person)
    visits(browser)

    for more in (0, 7):
        for _ in range(more):
            row = make.inspection(state="running", people=[person, make.inspector(first.lead)])
            photographed(row, person, make.finding(row, person))
            make.signature(row)
        with django_assert_num_queries(24):
            assert len(visits(browser)["visits"]) == 1 + more


def test_a_stranger_is_told_so_and_led_nowhere() -> None:
    for address in (SESSION, VISITS):
        answer = Client().get(address)

        assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")
        assert json.loads(answer.content) == {
            "words": "请先登录。",
            "address": "/office/sign-in/?next=/phone/",
        }


def test_what_writes_needs_the_token_and_says_so_in_json(officer: User) -> None:
    browser = make.sign_in(Client(enforce_csrf_checks=True), officer)

    answer = browser.post(VISITS)

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
    assert "重试" in json.loads(answer.content)["words"]


def test_a_password_that_must_be_changed_comes_first(sign_in: SignIn, officer: User) -> None:
    officer.must_change_password = True
    officer.save()

    answer = sign_in(officer).get(VISITS)

    assert (answer.status_code, json.loads(answer.content)["address"]) == (403, "/office/")


def test_a_phone_on_duty_stays_signed_in_for_eight_hours_and_an_office_page_does_not(
    sign_in: SignIn, officer: User, clock: time_machine.Traveller
) -> None:
    phone, desk = sign_in(officer), sign_in(officer)
    phone.get(SESSION)

    def at(minutes: int) -> None:
        clock.move_to(AT + timedelta(minutes=minutes))

    at(31)
    assert desk.get(SESSION).status_code == 401
    at(8 * 60)
    assert phone.get(VISITS).status_code == 200
    at(8 * 60 + 20)
    assert phone.get("/office/me/").status_code == 302
    ended = phone.get(SESSION)
    assert (ended.status_code, json.loads(ended.content)["words"]) == (401, "请先登录。")


def test_a_phone_that_lay_for_eight_hours_asks_for_the_password(
    sign_in: SignIn, officer: User, clock: time_machine.Traveller
) -> None:
    phone = sign_in(officer)
    phone.get(SESSION)

    clock.move_to(AT + timedelta(hours=8, minutes=1))
    answer = phone.get(VISITS)

    assert (answer.status_code, officer.sign_ins.get().ended_why) == (401, "idle")
    assert "重新登录" in json.loads(answer.content)["words"]
