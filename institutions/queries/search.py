"""Finding institutions and places by what people type: part of a name, pinyin, initials, a code."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from institutions.naming import query_terms, query_words

_Rows = TypeVar("_Rows", bound="QuerySet[Model]")


def search(rows: _Rows, q: str) -> _Rows:
    """Rows that hold every word of the question, in any order; all rows when nothing was asked.

    The index of terms leaves few rows, of which the text of each is then read.
    """
    words = query_words(q)
    if not words:
        # Marks alone ("！！") were asked for something: for nothing that any name holds.
        return rows.none() if q.strip() else rows
    if terms := query_terms(q):
        rows = rows.filter(search_terms__contains=terms)
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows
