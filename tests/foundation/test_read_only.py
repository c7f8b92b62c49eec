"""The guard of reading pages: which words of SQL pass it, and how long it stands."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from foundation.law.models import Limit
from foundation.web.read_only import WriteRefusedError, read_only
from tests import make

pytestmark = pytest.mark.django_db


def asked_by_a_reading_page(*questions: str) -> None:
    """As a view behind the guard would ask them, taken back afterwards."""

    @read_only
    def page(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            for sql in questions:
                cursor.execute(sql, None)
        return HttpResponse()

    with transaction.atomic():
        page(RequestFactory().get("/"))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  select count(*) from law_limit",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "SELECT 'DELETE'",
        "SELECT label FROM law_limit WHERE label LIKE '%for updates%'",
        "SAVEPOINT one",
    ],
)
def test_a_reading_page_may_ask(sql: str) -> None:
    asked_by_a_reading_page(sql)


@pytest.mark.parametrize(
    ("prepare", "execute"),
    [
        ("PREPARE read_trial AS\n  SELECT 1", "EXECUTE read_trial"),
        ("PREPARE read_trial AS SELECT $1::int", "execute read_trial(4)"),
    ],
)
def test_a_reading_page_may_prepare_a_question_and_execute_it(prepare: str, execute: str) -> None:
    asked_by_a_reading_page(prepare, execute)

    # What is prepared belongs to the connection: no transaction takes it back.
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE read_trial")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO law_limit (key) VALUES ('x')",
        "UPDATE law_limit SET label = ''",
        "DELETE FROM law_limit",
        "TRUNCATE law_limit",
        "MERGE INTO law_limit USING law_limit other ON false WHEN NOT MATCHED THEN DO NOTHING",
        "WITH gone AS (DELETE FROM law_limit RETURNING 1) SELECT * FROM gone",
        "(WITH gone AS (DELETE FROM law_limit RETURNING 1) SELECT * FROM gone)",
        "WITH new AS (SELECT 1) INSERT INTO law_limit SELECT * FROM new",
        "SELECT 1; DELETE FROM law_limit",
        "SELECT * INTO other FROM law_limit",
        "SELECT *\nINTO TEMP other\nFROM law_limit",
        "SELECT * FROM law_limit FOR UPDATE",
        "SELECT * FROM law_limit\n  for   no key\tupdate",
        "SELECT * FROM law_limit FOR SHARE",
        "SELECT * FROM law_limit FOR KEY SHARE",
        "SELECT * FROM law_limit FOR/**/UPDATE",
        "SELECT nextval('law_limit_id_seq')",
        "SELECT setval('law_limit_id_seq', 9)",
        "SELECT set_config('search_path', '', false)",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT pg_notify('a', 'b')",
        "/* SELECT */ DELETE FROM law_limit",
        "-- SELECT\nDELETE FROM law_limit",
        "EXPLAIN ANALYZE DELETE FROM law_limit",
        "DO $$ BEGIN DELETE FROM law_limit; END $$",
        "COPY law_limit FROM STDIN",
        "CREATE TABLE other (id int)",
        "LOCK TABLE law_limit",
        "SET default_transaction_read_only TO off",
        "COMMIT",
        "ROLLBACK",
        "PREPARE trial AS SELECT 1",
        "PREPARE read_trial AS DELETE FROM law_limit",
        "PREPARE read_trial AS SELECT * FROM law_limit FOR UPDATE",
        "PREPARE read_trial AS SELECT 1; DELETE FROM law_limit",
        "EXECUTE trial",
        "EXECUTE read_trial; DELETE FROM law_limit",
        "",
    ],
)
def test_a_reading_page_may_not_ask(sql: str) -> None:
    with pytest.raises(WriteRefusedError):
        asked_by_a_reading_page(sql)


def test_many_rows_at_once_are_refused_too() -> None:
    @read_only
    def page(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM law_limit WHERE id = %s", [(1,), (2,)])
        return HttpResponse()

    with pytest.raises(WriteRefusedError):
        page(RequestFactory().get("/"))


@pytest.fixture
def _lasting_connection() -> Iterator[None]:
    """The end of an answer is no end of the test's own connection."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def parts_of(stream: Callable[[], Iterator[str]]) -> Generator[bytes]:
    """What a reading page streams, as the web server takes it."""

    @read_only
    def page(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(stream())

    answer = page(RequestFactory().get("/"))
    assert isinstance(answer, StreamingHttpResponse)
    with closing(answer):
        yield from answer


@pytest.mark.usefixtures("_lasting_connection")
def test_what_is_streamed_after_the_answer_cannot_write_either() -> None:
    def stream() -> Iterator[str]:
        yield str(Limit.objects.count())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM law_limit")
        yield "deleted"

    make.limits()
    before = Limit.objects.count()

    parts = parts_of(stream)

    assert next(parts) == str(before).encode()
    with pytest.raises(WriteRefusedError):
        next(parts)
    assert Limit.objects.count() == before > 0


@pytest.mark.usefixtures("_lasting_connection")
def test_the_guard_goes_with_the_last_part() -> None:
    assert list(parts_of(lambda: iter(["one", "two"]))) == [b"one", b"two"]
    assert make.department().pk


@pytest.mark.usefixtures("_lasting_connection")
def test_the_guard_goes_with_a_reader_who_leaves_early() -> None:
    parts = parts_of(lambda: iter(["one", "two"]))
    next(parts)
    parts.close()

    assert make.department().pk
