"""A public page has neither session nor sign-in, not even for a member of staff."""

import pytest
from django.test import Client, RequestFactory

from foundation.accounts.models import User
from foundation.accounts.staff_side import StaffSessions, StaffUsers


@pytest.mark.parametrize(
    ("address", "known"), [("/", False), ("/whitelist/", False), ("/office/", True)]
)
def test_only_the_staffs_addresses_have_sessions(address: str, known: bool) -> None:
    seen = []

    def view(request: object) -> dict[str, str]:
        seen.append((hasattr(request, "session"), hasattr(request, "user")))
        return {}

    StaffSessions(StaffUsers(view))(RequestFactory().get(address))  # type: ignore[arg-type]  # no view needs to answer more
    assert seen == [(known, known)]


@pytest.mark.django_db
def test_a_public_page_sets_no_cookie_for_staff(as_office: Client, office: User) -> None:
    assert not as_office.get("/whitelist/").cookies
    assert str(office) not in as_office.get("/whitelist/").content.decode()
