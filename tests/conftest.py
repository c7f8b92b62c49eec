"""The people of the tests, each name always the same person, and what every test may rely on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from foundation.accounts.models import DepartmentKind, Role, User
from public.queries.county import county
from public.queries.shelf import forget_shelf
from tests import make


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit empty the tables afterwards; only here may the trail be emptied."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_never_emptied")


@pytest.fixture(autouse=True)
def _real_clock(settings: Settings) -> None:
    """Tests move Python's clock; the demo's stored offset is asked for only where it is tested."""
    settings.CLOCK_CAN_MOVE = False


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A real password hash takes a third of a second; here nobody is guessing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_stores(settings: Settings, tmp_path: Path) -> None:
    """What a test exports or stores is its own; static files need not be collected first."""
    settings.AUDIT_HEADS_DIR = tmp_path / "audit-heads"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    papers = settings.CACHES["papers"] | {"LOCATION": tmp_path / "papers"}
    settings.CACHES = settings.CACHES | {"papers": papers}


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Tests read css and scripts where they lie; the hashed names are made when the portal starts."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _forgetful_public_pages() -> None:
    """What a server remembers must not pass from test to test."""
    forget_shelf()
    county.cache_clear()


@pytest.fixture
def office(db: None) -> User:
    return make.user("office", role=Role.OFFICE, name="白芷")


@pytest.fixture
def lead(db: None) -> User:
    return make.user("lead", role=Role.LEAD, name="石楠")


@pytest.fixture
def head(db: None) -> User:
    return make.user("head", role=Role.HEAD, name="杜衡")


@pytest.fixture
def officer(db: None) -> User:
    return make.user("jiaoti1", role=Role.OFFICER, name="苏合", department=make.department())


@pytest.fixture
def town_officer(db: None) -> User:
    town = make.department("town", name="测试镇", kind=DepartmentKind.TOWN)
    return make.user("town1", role=Role.TOWN, name="泽兰", department=town)


@pytest.fixture
def auditor(db: None) -> User:
    return make.user("audit", role=Role.AUDIT, name="玄参")


@pytest.fixture
def admin(db: None) -> User:
    return make.user("admin", role=Role.ADMIN, name="远志")


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which this person has signed in."""

    def browser(user: User) -> Client:
        return make.sign_in(Client(), user)

    return browser


@pytest.fixture
def as_office(sign_in: Callable[[User], Client], office: User) -> Client:
    return sign_in(office)


@pytest.fixture
def as_lead(sign_in: Callable[[User], Client], lead: User) -> Client:
    return sign_in(lead)


@pytest.fixture
def as_head(sign_in: Callable[[User], Client], head: User) -> Client:
    return sign_in(head)


@pytest.fixture
def as_officer(sign_in: Callable[[User], Client], officer: User) -> Client:
    return sign_in(officer)


@pytest.fixture
def as_town_officer(sign_in: Callable[[User], Client], town_officer: User) -> Client:
    return sign_in(town_officer)


@pytest.fixture
def as_auditor(sign_in: Callable[[User], Client], auditor: User) -> Client:
    return sign_in(auditor)


@pytest.fixture
def as_admin(sign_in: Callable[[User], Client], admin: User) -> Client:
    return sign_in(admin)
