"""Words typed without a blank between them, in any order, or with the county's name before them."""

import re
from functools import cache, lru_cache

from django.conf import settings

from institutions.naming import name_key

_CHINESE = re.compile(r"[^0-9a-z]{4,}")
_SHORTEST = 2


@lru_cache(maxsize=500)
def without_county(word: str) -> str:
    """The word without the county's name, which tells no two places of it apart."""
    rest = _county().sub("", word)
    return rest if len(rest) >= _SHORTEST else word


def in_pieces(word: str, text: str) -> bool:
    """Does the text hold the word, whole or in pieces of two or three characters that make all of it?

    Letters are held whole or not at all: pairs of them stand in every spelling.
    """
    if word in text:
        return True
    if word[:2] not in text or not _CHINESE.fullmatch(word):
        return False
    ends = {0}
    for end in range(2, len(word) + 1):
        if any(start in ends and word[start:end] in text for start in (end - 2, end - 3)):
            ends.add(end)
    return len(word) in ends


@cache
def _county() -> re.Pattern[str]:
    whole = name_key(settings.COUNTY_NAME)
    return re.compile(f"{re.escape(whole[:-1])}{re.escape(whole[-1:])}?")
