"""A portal that is meant for real does not start with a missing or unsafe value, and says which."""

import os
import secrets
import subprocess
import sys

import pytest

from launch.place import ROOT

KEYS = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "FIELD_KEY", "AUDIT_KEY")}
FOR_REAL = {
    **KEYS,
    "DEBUG": "0",
    "DEMO": "0",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgres://dingbian@127.0.0.1/dingbian",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "OFFICE_PHONE": "0912-5550001",
}


def start(*names: str, **values: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings as a portal with these values would, and print those that are named."""
    told = ", ".join(f"settings.{name}" for name in names)
    return subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", f"from dingbian_supervision import settings; print({told})"],
        cwd=ROOT,
        env={"PATH": os.defpath, **FOR_REAL, **values},
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_starts_when_everything_is_set() -> None:
    assert start().stderr == ""


def test_its_own_machine_may_ask_for_its_health() -> None:
    assert start("ALLOWED_HOSTS").stdout == "['example.org', '127.0.0.1']\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("FIELD_KEY", ""),
        ("AUDIT_KEY", ""),
        ("SECRET_KEY", "changeme"),
        ("FIELD_KEY", "1:short"),
        ("AUDIT_KEY", "0" * 64),
        # A key is another one each time; workers that run side by side compare names.
        pytest.param("AUDIT_KEY", KEYS["SECRET_KEY"], id="AUDIT_KEY-as-SECRET_KEY"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "example.org,*"),
        ("CSRF_TRUSTED_ORIGINS", "example.org"),
        ("SITE_ADDRESS", "example.org"),
        ("DATABASE_URL", "sqlite:///portal.db"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("OFFICE_PHONE", ""),
        ("TRUSTED_PROXIES", "yes"),
        ("PASSWORD_CLASSES", "-1"),
        ("FAKE_NOW", "2026-07-05T09:00"),
        ("DEMO", "true"),
        ("DEBUG", "off"),
    ],
)
def test_it_does_not_start_with_a_missing_or_unsafe_value(name: str, value: str) -> None:
    started = start(**{name: value})

    last = started.stderr.splitlines()[-1]
    assert started.returncode == 1
    assert last.startswith("django.core.exceptions.ImproperlyConfigured")
    assert name in last


@pytest.mark.parametrize(
    "name",
    [
        "COUNTY_NAME",
        "OFFICE_NAME",
        "OFFICE_SHORT_NAME",
        "SITE_NAME",
        "AUDIT_HEADS_DIR",
        "CONTACT_STALE_DAYS",
    ],
)
def test_a_value_left_empty_means_the_default(name: str) -> None:
    assert start(name, **{name: ""}).stdout == start(name).stdout != "\n"


def test_the_demo_has_a_telephone_number_to_show() -> None:
    assert start("OFFICE_PHONE", DEMO="1", OFFICE_PHONE="").stdout == "0912-5550000\n"


def test_the_launcher_says_the_sentence_and_nothing_else() -> None:
    started = subprocess.run(
        [sys.executable, "-m", "launch.bring_up"],
        cwd=ROOT,
        env={"PATH": os.defpath, **FOR_REAL, "OFFICE_PHONE": ""},
        check=False,
        capture_output=True,
        text=True,
    )
    assert started.returncode == 1
    assert started.stderr.startswith("!! 正式运行必须设置 OFFICE_PHONE")
    assert started.stderr.count("\n") == 1
