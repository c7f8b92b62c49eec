"""When the key of the sealed columns is lost: an import says what it cannot read, and loses nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.workflow import NotPossibleError
from institutions.actions import import_answers
from institutions.actions.import_undo import undo
from institutions.models import Custody, ImportRun, ImportState, Institution, Outcome
from tests import samples
from tests.institutions.test_import import HEAD as PLAIN
from tests.institutions.test_import import Cell, applied, book, one, outcomes, previewed, rows_of

pytestmark = pytest.mark.django_db

HEAD: list[Cell] = [*PLAIN, "监管银行", "专户账号"]
LoseKey = Callable[[], None]


@pytest.fixture
def lose_key(settings: Settings) -> LoseKey:
    def lose() -> None:
        settings.FIELD_KEY = "another:key than the one that sealed"

    return lose


def listed(bank: str, account: str) -> bytes:
    return book(HEAD, [*one(1), bank, account], title="机构名册")


def test_an_account_that_cannot_be_read_is_named_and_stays(lose_key: LoseKey) -> None:
    applied(listed("甲银行", "6217000012345678"))
    before = Custody.objects.get().account.token
    lose_key()

    run = applied(listed("乙银行", "6217000099999999"))

    custody = Custody.objects.get()
    assert (custody.bank, custody.account.token) == ("乙银行", before)
    notes = rows_of(run)[samples.name_of(1)]["notes"]
    assert any("无法解密" in note and "没有比对，保持不变" in note for note in notes)


def test_with_its_key_an_account_is_compared(lose_key: LoseKey) -> None:
    applied(listed("甲银行", "6217000012345678"))

    assert outcomes(previewed(listed("甲银行", "6217 0000 1234 5678"))) == {Outcome.UNCHANGED: 1}
    run = previewed(listed("甲银行", "6217000099999999"))
    landing = rows_of(run)[samples.name_of(1)]["landing"]
    assert landing is not None
    assert landing["differences"] == [["专户账号", "****5678", "（已填写）"]]


def test_a_preview_that_cannot_be_opened_is_made_anew(as_office: Client, lose_key: LoseKey) -> None:
    run = previewed(listed("甲银行", "6217000012345678"))
    address = f"/office/imports/{run.pk}"
    lose_key()

    answer = as_office.get(f"{address}/preview/", follow=True)
    assert answer.redirect_chain == [(f"{address}/columns/", 302)]
    assert "预览无法解密" in answer.content.decode()
    answer = as_office.post(f"{address}/apply/", {"version": run.version}, follow=True)
    assert "预览无法解密" in answer.content.decode()
    assert not Institution.objects.exists()

    columns = {f"column-{index}": field for index, field in run.columns.items()}
    as_office.post(f"{address}/columns/", columns)
    run.refresh_from_db()
    as_office.post(f"{address}/apply/", {"version": run.version})
    assert Institution.objects.count() == 1


def test_rows_left_over_that_cannot_be_opened_are_said_to_be_so(
    as_office: Client, lose_key: LoseKey
) -> None:
    run = applied(book(PLAIN, one(1, code="9.16E+17"), one(2), title="机构名册"))
    lose_key()

    answer = as_office.get(f"/office/imports/{run.pk}/left-over.xlsx", follow=True)

    assert "不能下载" in answer.content.decode()


def test_an_import_whose_rows_cannot_be_opened_is_not_taken_back(
    office: User, lose_key: LoseKey
) -> None:
    applied(listed("甲银行", "6217000012345678"))
    run = applied(listed("乙银行", "6217000012345678"))
    lose_key()

    with pytest.raises(NotPossibleError, match="无法解密"):
        undo(run=run, by=office.actor)

    assert ImportRun.objects.get(pk=run.pk).state == ImportState.APPLIED
    assert Institution.objects.standing().count() == 1


def test_answers_to_a_preview_that_cannot_be_opened_are_refused(lose_key: LoseKey) -> None:
    run = previewed(listed("甲银行", "6217000012345678"))
    lose_key()

    with pytest.raises(NotPossibleError, match="重新核对各列"):
        import_answers.answer_all(by=CONSOLE, run=run, given="new")
