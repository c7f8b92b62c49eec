"""The pages of one's own account, of people and of departments: they open, and say what is so."""

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from tests import make


@pytest.mark.parametrize(
    "name", ["me", "password", "second_factor", "sign_ins", "departments"], ids=str
)
def test_everybody_has_the_own_account(name: str, as_town_officer: Client) -> None:
    assert as_town_officer.get(reverse(f"accounts:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["people", "add_person", "roles"], ids=str)
def test_only_the_administrator_sees_people(
    name: str, as_admin: Client, as_head: Client, client: Client
) -> None:
    address = reverse(f"accounts:{name}")
    assert as_admin.get(address).status_code == 200
    assert as_head.get(address).status_code == 404
    assert client.get(address)["Location"] == f"/office/sign-in/?next={address.replace('/', '%2F')}"


def test_a_person_has_a_page(as_admin: Client, officer: User) -> None:
    page = as_admin.get(reverse("accounts:person", args=[officer.pk]))
    assert officer.name in page.content.decode()
    assert as_admin.get(reverse("accounts:amend_person", args=[officer.pk])).status_code == 200


def test_a_department_has_a_page(as_office: Client) -> None:
    department = make.department()
    for name in ("department", "amend_department"):
        page = as_office.get(reverse(f"accounts:{name}", args=[department.code]))
        assert department.name in page.content.decode()
