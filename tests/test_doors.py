"""Who may open which door: doors.csv against the portal, and what a table of roles cannot say."""

from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from foundation.accounts.models import Role
from tests import make
from tests.addresses import PEOPLE, STRANGER, Cast, County, names
from tests.walk import differences, table

pytestmark = pytest.mark.django_db


def test_every_address_has_its_two_lines_and_no_line_lacks_an_address() -> None:
    lines = sorted((line["address"], line["method"]) for line in table())

    assert lines == sorted((name, method) for name in names() for method in ("GET", "POST"))


def test_every_line_says_something_of_everybody() -> None:
    assert all(set(line) == {"address", "method", *PEOPLE} for line in table())
    assert all(line[who].isdigit() for line in table() for who in PEOPLE)


def test_every_door_opens_to_whom_the_table_says() -> None:
    tried, found = differences()

    assert tried == len(table()) * len(PEOPLE)
    assert found == []


def test_a_wrong_line_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lie = dict.fromkeys(PEOPLE, "200") | {"address": "audit:trail", "method": "GET"}
    monkeypatch.setattr("tests.walk.table", lambda: [lie])

    tried, found = differences()

    assert tried == len(PEOPLE)
    assert len(found) == len(PEOPLE) - 1
    assert "GET audit:trail as stranger: 302, due 200" in found


@pytest.mark.parametrize("who", [STRANGER, Role.HEAD, Role.ADMIN])
def test_no_address_takes_anything_without_the_forms_mark(who: str) -> None:
    county = County(Cast())

    for name in names():
        client = county.cast.browser(who, enforce_csrf_checks=True)
        path = county.path(name, who)
        assert client.post(path, {"typed": "无关的字"}).status_code == 403, name
        assert client.delete(path).status_code == 403, name


def page(answer: Any, path: str) -> tuple[int, str]:
    """Status and words; the own address, in the form for large type, is no difference."""
    words = answer.content.decode()
    for written in (path, quote(path), quote(path, safe="")):
        words = words.replace(written, "…")
    return answer.status_code, words


@time_machine.travel("2023-07-10T09:00+08:00", tick=False)
def test_a_town_finds_its_own_places_and_no_others() -> None:
    county = County(Cast())
    foreign = county.place("别镇画室", make.town("另一个镇")).pk
    client: Client = county.cast.browser(Role.TOWN)

    assert client.get(f"/office/sites/{county.site.pk}/amend/").status_code == 200
    for tail in ("", "amend/", f"papers/{county.measure.pk}/"):
        path, nowhere = f"/office/sites/{foreign}/{tail}", f"/office/sites/999999/{tail}"
        assert page(client.get(path), path) == page(client.get(nowhere), nowhere)
        assert client.get(path).status_code == 404
    assert client.post(f"/office/sites/{foreign}/amend/", {"name": "改名"}).status_code == 404


@time_machine.travel("2023-07-10T09:00+08:00", tick=False)
def test_anothers_sign_in_is_as_unknown_as_none() -> None:
    county = County(Cast())
    client: Client = county.cast.browser(Role.OFFICE)
    anothers = f"/office/me/sign-ins/{county.other.pk}/end/"
    nowhere = "/office/me/sign-ins/999999/end/"

    answer = client.post(anothers)

    assert answer.status_code == 404
    assert page(answer, anothers) == page(client.post(nowhere), nowhere)
    county.other.refresh_from_db()
    assert county.other.ended_at is None


@time_machine.travel("2023-07-10T09:00+08:00", tick=False)
def test_what_is_hidden_what_is_deleted_and_what_never_was_look_alike() -> None:
    county = County(Cast())
    client: Client = county.cast.browser(Role.OFFICER)
    nowhere = "/office/institutions/999999/"
    expected = page(client.get(nowhere), nowhere)

    hidden = [
        county.path("institutions:amend"),
        county.path("accounts:person"),
        county.path("audit:trail"),
        f"/office/institutions/{county.deleted.pk}/",
        "/office/no-such-page/",
    ]
    assert expected[0] == 404
    for path in hidden:
        assert page(client.get(path), path) == expected, path


def test_a_row_of_another_file_is_not_found_through_this_one() -> None:
    county = County(Cast())
    client = county.cast.browser(Role.LEAD)
    other = county.unverified.pk

    for tail in (
        f"scans/{county.scan.pk}/",
        f"changes/{county.change.pk}/paper/",
        f"licences/{county.licence}/void/",
        f"parts/campus/{county.campus.pk}/",
        f"people/{county.phone.pk}/phone/",
    ):
        assert client.get(f"/office/institutions/{county.listed.pk}/{tail}").status_code == 200
        assert client.get(f"/office/institutions/{other}/{tail}").status_code == 404, tail
