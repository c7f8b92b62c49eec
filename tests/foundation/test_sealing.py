"""What is sealed: unreadable in the database, bound to its place, opened by any known key."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from foundation.audit.changes import compare, snapshot
from foundation.sealing import (
    Sealed,
    SealedTextField,
    UnsealError,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)


class Account(models.Model):
    """A row of the tests only."""

    number = SealedTextField("账号", blank=True, default="")
    spare = SealedTextField("备用账号", blank=True, default="")

    objects = models.Manager["Account"]()

    class Meta:
        app_label = "sealing_tests"

    def __str__(self) -> str:
        return "account"


@pytest.fixture
def accounts(db: None) -> type[Account]:
    with connection.schema_editor() as editor:
        editor.create_model(Account)
    return Account


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM sealing_tests_account")
        return str(cursor.fetchone()[0])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    assert unseal(seal(text, "here"), "here") == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal("6217000012345678", "here") != seal("6217000012345678", "here")


def test_what_is_moved_to_another_place_does_not_open() -> None:
    with pytest.raises(UnsealError):
        unseal(seal("text", "here"), "there")


@pytest.mark.parametrize("token", ["", "plain", "!!!!", "czE=", "czEBMQ=="])
def test_what_was_never_sealed_does_not_open(token: str) -> None:
    with pytest.raises(UnsealError):
        unseal(token, "here")


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal_bytes(b"text", "here")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(UnsealError):
            unseal_bytes(bytes(changed), "here")


def test_keys_rotate_by_putting_a_new_one_in_front(settings: Settings) -> None:
    settings.FIELD_KEY = "a:first"
    old = seal("text", "here")
    settings.FIELD_KEY = "b:second,a:first"
    new = seal("text", "here")
    assert unseal(old, "here") == unseal(new, "here") == "text"
    settings.FIELD_KEY = "b:second"
    assert unseal(new, "here") == "text"
    with pytest.raises(UnsealError, match="没有解密所需的密钥"):
        unseal(old, "here")


def test_a_bare_secret_is_the_key_1(settings: Settings) -> None:
    settings.FIELD_KEY = "first"
    old = seal("text", "here")
    settings.FIELD_KEY = "2:second,1:first"
    assert unseal(old, "here") == "text"


@pytest.mark.parametrize("keys", ["", "a:", ":b", "a:x,a:y", "a b:x"])
def test_unusable_keys_stop_with_words(settings: Settings, keys: str) -> None:
    settings.FIELD_KEY = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEY"):
        seal("text", "here")


def test_the_database_holds_ciphertext_only(accounts: type[Account]) -> None:
    accounts.objects.create(number="6217000012345678")
    assert "6217" not in stored()
    row = accounts.objects.get()
    assert row.number.open() == "6217000012345678"
    assert row.number.masked == str(row.number) == "****5678"
    assert "6217" not in repr(row.number)


def test_a_short_value_is_masked_whole() -> None:
    row = Account(number="12345")
    assert row.number.masked == "****"


def test_nothing_recorded_stays_empty_and_can_be_asked_for(accounts: type[Account]) -> None:
    accounts.objects.create()
    accounts.objects.create(number="6217000012345678")
    assert accounts.objects.filter(number="").count() == 1
    assert not accounts.objects.get(number="").number


def test_an_assigned_text_is_sealed_at_once_and_saved() -> None:
    row = Account()
    row.number = "6217000012345678"
    assert isinstance(row.number, Sealed)
    row.spare = row.number
    assert row.spare.open() == "6217000012345678"
    assert row.spare.context != row.number.context


def test_a_value_that_cannot_be_opened_does_not_break_the_page(settings: Settings) -> None:
    row = Account(number="6217000012345678")
    settings.FIELD_KEY = "other:key"
    assert row.number.masked == "（无法解密）"


def test_the_trail_sees_masks_only_and_still_notices_a_change() -> None:
    row = Account(number="6217000012345678")
    before = snapshot(row, ["number"])
    assert compare(row, before, snapshot(row, ["number"])) == {}
    row.number = "9999000012345678"
    changes = compare(row, before, snapshot(row, ["number"]))
    assert (changes["number"].before, changes["number"].after) == ("****5678", "****5678")
