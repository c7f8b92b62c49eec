"""Imports are written one at a time: who waits, who is told to, and that none is left hanging."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.db.utils import OperationalError
from django.test import Client
from kombu.exceptions import OperationalError as NoBrokerError

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from institutions.actions import import_rows, imports
from institutions.actions.import_undo import undo
from institutions.actions.marks import work_out_keys
from institutions.keys import KEY_FIELDS
from institutions.models import ImportRun, ImportState, Institution
from institutions.tasks import apply_import
from institutions.views import import_applying as pages
from tests import make, samples
from tests.institutions.test_import import HEAD, applied, book, one, previewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy() -> Iterator[None]:
    """Somebody else's import is being written."""
    beside = connections.create_connection("default")
    with beside.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [imports.APPLY_LOCK])
        yield
    beside.close()


def started(run: ImportRun) -> ImportRun:
    return imports.start(run=run, version=run.version, by=CONSOLE)


def now_(client: Client, run: ImportRun, **given: Any) -> str:
    """Press the button, and read the next page."""
    answer = client.post(f"/office/imports/{run.pk}/apply/", given, follow=True)
    run.refresh_from_db()
    return answer.content.decode()


def test_what_cannot_be_written_at_once_is_a_preview_again(as_office: Client) -> None:
    run = started(previewed(samples.white_list(10)))
    make.institution(samples.name_of(1))

    page = now_(as_office, run)

    assert "名册有改动" in page
    assert (run.state, Institution.objects.count()) == (ImportState.PREVIEWED, 1)


@pytest.mark.usefixtures("busy")
def test_one_that_the_worker_may_be_writing_is_left_to_it(as_office: Client) -> None:
    run = started(previewed(samples.white_list(10)))

    assert "另一次导入正在写入" in now_(as_office, run)
    assert run.state == ImportState.APPLYING


@pytest.mark.usefixtures("busy")
def test_without_a_worker_a_busy_one_is_a_preview_again(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_broker(pk: int) -> None:
        raise NoBrokerError

    monkeypatch.setattr(pages, "AT_ONCE", 3)
    monkeypatch.setattr(apply_import, "delay", no_broker)
    run = previewed(samples.white_list(10))

    assert "另一次导入正在写入" in now_(as_office, run, version=run.version)
    assert run.state == ImportState.PREVIEWED


def test_the_worker_writes_only_what_was_handed_to_it(office: User) -> None:
    run = started(previewed(samples.white_list(10)))
    imports.fail(run=run, words="先放一放")

    apply_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.failure) == (ImportState.PREVIEWED, "先放一放")
    assert Institution.objects.count() == 0


@pytest.mark.parametrize("version", ["", "不是数字", "9" * 5000])
def test_a_version_that_never_was_is_no_consent(as_office: Client, version: str) -> None:
    run = previewed(samples.white_list(9))

    assert "请核对最新内容" in now_(as_office, run, version=version)
    assert Institution.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_the_worker_waits_for_its_turn(self) -> None:
        run = started(previewed(book(HEAD, one(1))))
        beside = connections.create_connection("default")
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [imports.APPLY_LOCK])
            worker = Thread(target=in_a_thread, args=[run.pk])
            worker.start()
            while not waiting(cursor):
                assert worker.is_alive(), "it did not wait"
            cursor.execute("SELECT pg_advisory_unlock(%s)", [imports.APPLY_LOCK])
        worker.join()
        beside.close()

        run.refresh_from_db()
        assert (run.state, run.failure) == (ImportState.APPLIED, "")

    def test_nobody_drops_or_changes_what_is_just_being_written(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = previewed(book(HEAD, one(1)))
        beside = connections.create_connection("default")

        def looked_at(**given: Any) -> Any:
            row = "SELECT 1 FROM institutions_importrun WHERE id = %s FOR UPDATE NOWAIT"
            with beside.cursor() as cursor, pytest.raises(OperationalError, match="lock"):
                cursor.execute(row, [run.pk])
            return import_rows.write_rows(**given)

        monkeypatch.setattr("institutions.actions.imports.write_rows", looked_at)
        imports.apply(run=run, by=CONSOLE)
        beside.close()

        assert Institution.objects.count() == 1


def in_a_thread(pk: int) -> None:
    apply_import(pk)
    connections.close_all()


def waiting(cursor: Any) -> bool:
    """Does somebody wait for the turn?"""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(cursor.fetchone()[0])


def test_the_progress_counts_rows_that_are_changed_as_well() -> None:
    count = 600
    applied(book(HEAD, *[one(number) for number in range(1, count + 1)]))
    run = previewed(
        book(HEAD, *[one(number, until="2029-08-31") for number in range(1, count + 1)])
    )
    told: list[int] = []

    imports.apply(run=started(run), by=CONSOLE, progress=told.append)

    assert told == [250, 500]


def test_the_progress_begins_with_the_rows_that_need_nothing() -> None:
    rows = [one(number) for number in range(1, 301)]
    applied(book(HEAD, *rows[:200]))
    told: list[int] = []

    imports.apply(run=started(previewed(book(HEAD, *rows))), by=CONSOLE, progress=told.append)

    assert told == [250]
    assert ImportRun.objects.latest("pk").rows_done == 300


def test_the_columns_of_search_are_those_that_a_correction_would_write(office: User) -> None:
    town = make.town("贺圈镇")
    town.name = "定边县贺圈镇人民政府"
    town.save(update_fields=["name"])
    rows = [one(number, address=f"定边县贺圈镇{number}号") for number in (1, 2)]
    applied(book(HEAD, *rows))
    undo(run=applied(book(HEAD, one(1, address="定边县贺圈镇8号"))), by=office.actor)

    for row in Institution.objects.select_related("town"):
        before = [getattr(row, name) for name in KEY_FIELDS]
        work_out_keys(row)
        assert [getattr(row, name) for name in KEY_FIELDS] == before
        assert row.town == town
