"""The portal as it really runs: web server and worker as processes, on a demo county of their own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from django.conf import settings
from psycopg2 import sql

PASSWORD = "walk-through-4711"  # noqa: S105 -- of the demo's people only
MOMENT = "2026-07-06T09:00"
_PLAIN = "127.0.0.1"
_READY_WITHIN = 60.0
_OWN = ("DATABASE_URL", "REDIS_URL", "FAKE_NOW", "DEMO", "DEBUG", "DEMO_PASSWORD", "ALLOWED_HOSTS")


@dataclass
class Portal:
    """A running portal: where it is, and what is said to it beside the browser."""

    address: str
    env: dict[str, str]
    database: dict[str, Any]
    folder: Path

    def manage(self, *words: str) -> str:
        """A management command, as somebody at the machine would give it."""
        return self._run("manage.py", *words)

    def _run(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 -- our own commands
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def call(self, task: str) -> None:
        """Put a task into the worker's box."""
        self._run("-m", "celery", "-A", "dingbian_supervision", "call", task)

    def ask(self, question: str, *given: object) -> list[tuple[Any, ...]]:
        """What lies in the database, past every page."""
        with psycopg2.connect(**self.database) as connection, connection.cursor() as cursor:
            cursor.execute(question, given)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        connection.close()
        return rows

    def tell(self, words: str) -> None:
        """A statement to the database, past every page."""
        with psycopg2.connect(**self.database) as connection, connection.cursor() as cursor:
            cursor.execute(words)
        connection.close()

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """Nobody is let into the database, and who was in it is put out."""
        shut = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        put_out = sql.SQL(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            """ WHERE '"' || datname || '"' = '{}'"""
        )
        _say(self.database, shut)
        try:
            _say(self.database, put_out)
            yield
        finally:
            _say(self.database, sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true"))

    @contextmanager
    def without_table(self, table: str) -> Iterator[None]:
        """A fault of ours: what a page asks for is not there."""
        self.tell(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            yield
        finally:
            self.tell(f"ALTER TABLE {table}_away RENAME TO {table}")


@contextmanager
def running(
    name: str, *, worker: bool = True, load: tuple[str, ...] = ("load_demo",), moment: str = MOMENT
) -> Iterator[Portal]:
    """A portal with the demo county or with what else `load` brings; gone without a trace afterwards."""
    database = _database(f"browser_{name}")
    _drop(database)
    _say(database, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"))
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    portal = Portal(
        f"http://{_PLAIN}:{_free_port()}", _environment(database, folder, moment), database, folder
    )
    children: list[subprocess.Popen[bytes]] = []
    try:
        _bring_up(portal, load)
        children.append(_start(portal, "web", *_web(portal)))
        if worker:
            celery = ("celery", "-A", "dingbian_supervision", "worker")
            children.append(_start(portal, "worker", *celery, "-P", "threads", "-c", "1"))
        _wait(portal, children[0])
        yield portal
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _end(child)
        _drop(database)
        shutil.rmtree(folder, ignore_errors=True)


def _database(name: str) -> dict[str, Any]:
    """A database of this run: named after the tests' own, so that two runs on one server keep apart."""
    found = settings.DATABASES["default"]
    return {
        "host": found["HOST"],
        "port": found["PORT"] or 5432,
        "user": found["USER"],
        "password": found["PASSWORD"],
        "dbname": "_".join(filter(None, (found["TEST"]["NAME"], name))),
    }


def _say(database: dict[str, Any], words: sql.SQL) -> None:
    connection = psycopg2.connect(**database | {"dbname": "postgres"})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(words.format(sql.Identifier(database["dbname"])))
    connection.close()


def _drop(database: dict[str, Any]) -> None:
    _say(database, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))


def _environment(database: dict[str, Any], folder: Path, moment: str) -> dict[str, str]:
    """Nothing of this machine's own portal: another database, other folders, no Redis."""
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}  # noqa: TID251 -- handed on to processes
    user, password = quote(database["user"], safe=""), quote(database["password"], safe="")
    host = quote(str(database["host"]), safe="")
    for place in ("media", "heads", "static", "queue", "control", "processed"):
        (folder / place).mkdir()
    return kept | {
        "DATABASE_URL": f"postgres://{user}:{password}@{host}:{database['port']}/{database['dbname']}",
        "DEMO": "1",
        "DEBUG": "0",
        "DEMO_PASSWORD": PASSWORD,
        "FAKE_NOW": moment,
        "OFFICE_PHONE": "0912-0000000",
        "MEDIA_DIR": str(folder / "media"),
        "AUDIT_HEADS_DIR": str(folder / "heads"),
        "STATIC_DIR": str(folder / "static"),
        "BROKER_DIR": str(folder),
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "WARNING",
    }


def _bring_up(portal: Portal, load: tuple[str, ...]) -> None:
    portal.manage("migrate", "--verbosity", "0")
    portal.manage("start_clock")
    portal.manage(*load)
    portal.manage("collectstatic", "--no-input", "--verbosity", "0")


def _web(portal: Portal) -> tuple[str, ...]:
    bind = portal.address.removeprefix("http://")
    return "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", bind, "dingbian_supervision.wsgi"


def _start(portal: Portal, name: str, *words: str) -> "subprocess.Popen[bytes]":
    with (portal.folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 -- our own commands
            [sys.executable, "-m", *words],
            cwd=settings.BASE_DIR,
            env=portal.env,
            stdout=log,
            stderr=log,
        )


def _wait(portal: Portal, web: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + _READY_WITHIN
    while not _answers(portal):
        if web.poll() is not None or time.monotonic() > limit:
            raise RuntimeError((portal.folder / "web.log").read_text()[-4000:])
        time.sleep(0.2)


def _answers(portal: Portal) -> bool:
    try:
        with urllib.request.urlopen(f"{portal.address}/healthz", timeout=5) as page:  # noqa: S310 -- our own address
            return bool(page.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _end(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_PLAIN, 0))
        port: int = probe.getsockname()[1]
    return port


def numbers_in(address: str) -> list[int]:
    """The numbers of an address, in order."""
    return [int(found) for found in re.findall(r"\d+", address.split("/", 3)[-1])]
