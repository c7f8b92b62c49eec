"""Coming in: right and wrong, locked and known, first and second factor."""

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from tests import make

SIGN_IN = "/office/sign-in/"


def try_in(client: Client, username: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    return client.post(SIGN_IN, {"username": username, "password": password} | more)


def test_the_right_password_opens_the_office(client: Client, office: User) -> None:
    answer = try_in(client, "office", make.PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/office/")
    assert client.get(reverse("accounts:kept")).status_code == 302
