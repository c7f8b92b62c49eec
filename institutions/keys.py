"""The columns that follow from what an institution or a place says: for order, for search, for look-alikes."""

from collections.abc import Collection
from dataclasses import dataclass, fields

from institutions.naming import bigrams, name_key, search_text, spelling

_NAME_KEY_LENGTH = 120
_SORT_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """What is stored beside a name; written again whenever a part of it changes."""

    name_key: str
    sort_key: str
    search_text: str
    search_terms: list[str]


KEY_FIELDS = tuple(field.name for field in fields(KeyColumns))


def key_columns(
    *,
    name: str,
    short_name: str = "",
    address: str = "",
    actual_address: str = "",
    town: str = "",
    credit_code: str = "",
    licence_numbers: Collection[str] = (),
) -> KeyColumns:
    """The four columns. The town is read aloud like a name, so that its pinyin finds the place."""
    text = search_text(
        (name, short_name, town), (address, actual_address), (credit_code, *licence_numbers)
    )
    return KeyColumns(
        name_key=name_key(name)[:_NAME_KEY_LENGTH],
        sort_key=spelling(name)[:_SORT_KEY_LENGTH],
        search_text=text,
        search_terms=bigrams(text),
    )
