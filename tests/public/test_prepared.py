"""Questions that are planned once for each connection."""

import runpy

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from launch.place import ROOT
from public.queries.prepared import Prepared

WEB_SERVER = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))

pytestmark = pytest.mark.django_db


def asked(question: Prepared, *values: int) -> tuple[list[tuple[int]], list[str]]:
    with CaptureQueriesContext(connection) as queries:
        rows = question.ask(*values)
    return rows, [query["sql"].split()[0] for query in queries.captured_queries]


def test_a_question_is_prepared_when_it_is_first_asked() -> None:
    question = Prepared("test_sum", "SELECT $1::int + $2::int")
    assert asked(question, 1, 2) == ([(3,)], ["PREPARE", "EXECUTE"])
    assert asked(question, 3, 4) == ([(7,)], ["EXECUTE"])


def test_two_threads_that_make_the_same_question_do_not_disturb_each_other() -> None:
    first, second = (Prepared("test_twice", "SELECT 1") for _ in range(2))
    assert asked(first)[1] == ["PREPARE", "EXECUTE"]
    assert asked(second) == ([(1,)], ["EXECUTE"])


@pytest.mark.django_db(transaction=True)
def test_the_web_server_has_it_planned_once_for_all_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, value in (one.partition("=") for one in WEB_SERVER["raw_env"]):
        monkeypatch.setenv(name, value)
    connection.close()
    Prepared("test_plan", "SELECT mark FROM web_publicmark WHERE id = $1").ask(1)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN EXECUTE read_test_plan(1)")
        plan = "".join(line for (line,) in cursor.fetchall())
    connection.close()
    assert "id = $1" in plan


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_it_anew() -> None:
    question = Prepared("test_anew", "SELECT 1")
    question.ask()
    connection.close()
    assert asked(question) == ([(1,)], ["PREPARE", "EXECUTE"])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_has_died_is_made_anew(client: Client) -> None:
    assert client.get("/whitelist/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    other.close()
    close_old_connections()  # the web server does so before each request
    assert client.get("/whitelist/").status_code == 200
