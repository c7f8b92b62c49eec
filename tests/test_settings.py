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
}


def start(**values: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings as a portal with these values would."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from dingbian_supervision.settings import ALLOWED_HOSTS; print(ALLOWED_HOSTS)",
        ],
        cwd=ROOT,
        env={"PATH": os.defpath, **FOR_REAL, **values},
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_starts_when_everything_is_set() -> None:
    assert start().stderr == ""


def test_its_own_machine_may_ask_for_its_health() -> None:
    assert start().stdout == "['example.org', '127.0.0.1']\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("FIELD_KEY", ""),
        ("AUDIT_KEY", ""),
        ("SECRET_KEY", "changeme"),
        ("FIELD_KEY", "1:short"),
        ("AUDIT_KEY", "0" * 64),
        ("AUDIT_KEY", KEYS["SECRET_KEY"]),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "example.org,*"),
        ("CSRF_TRUSTED_ORIGINS", "example.org"),
        ("SITE_ADDRESS", "example.org"),
        ("DATABASE_URL", "sqlite:///portal.db"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "127.0.0.1:6379"),
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
