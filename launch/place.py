"""Where things lie, and what the environment and .env say."""

import hashlib
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
RUN = VAR / "run"
# As root, with the project in a folder that other accounts cannot enter, the database lives here.
SYSTEM_DATA = Path("/var/lib/dingbian")
# What runs by the clock may take its time, for the sweep and the large imports, but never waits for
# ever. The same words stand in docker-compose.yml; the web server has its own, shorter ones.
PATIENT_DATABASE = {
    "PGOPTIONS": "-c statement_timeout=300s -c lock_timeout=30s"
    " -c idle_in_transaction_session_timeout=600s"
}


def mark(folder: Path) -> str:
    """A short name, different for each folder."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def make_folders() -> None:
    """The folders under var/ that everything else counts on."""
    for folder in (LOGS, RUN, VAR / "secrets"):
        folder.mkdir(parents=True, exist_ok=True)
    (VAR / "secrets").chmod(0o700)


def read_env_file(path: Path) -> dict[str, str]:
    """The values of a .env file, as settings.py reads them too."""
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def environment() -> dict[str, str]:
    """The environment of everything that is started: what is set wins over .env."""
    values = {**read_env_file(ROOT / ".env"), **_given()}
    return {name: value for name, value in values.items() if value} | {"PYTHONUNBUFFERED": "1"}


def workshop_environment() -> dict[str, str]:
    """The environment of tests and checks: nothing of .env, which may be that of a real portal.

    settings.py reads .env too, but never over a value that is set; an empty one means the default.
    """
    unsaid = dict.fromkeys(read_env_file(ROOT / ".env"), "")
    own = {"DEMO": "1", "DEBUG": "0", "FAKE_NOW": "", "PYTHONUNBUFFERED": "1"}
    return {**unsaid, **_given(), **own}


def _given() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if value}


def demo_password(values: dict[str, str]) -> str:
    """The one password of all demo sign-ins: given, or made once and kept."""
    if values.get("DEMO_PASSWORD"):
        return values["DEMO_PASSWORD"]
    path = VAR / "secrets" / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"dingbian-{secrets.token_hex(4)}\n")
    return path.read_text().strip()
