"""Names as they are compared and found: one form for every way of writing them.

The search keeps one text per institution and its terms. A question becomes terms too: rows whose
terms hold all of them are few, and of those the ones whose text holds every word are the answer.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC
from pypinyin import Style, pinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.style import convert

from foundation.tabular.words import fold

QUERY_CHARACTERS = 100
QUERY_WORDS = 8
_LONG_RUN = 20  # from here on a run of letters is pinyin written out: pairs of it tell nothing

# Letters of other alphabets that print like Latin ones; NFKC leaves them.
_TWINS = str.maketrans("АВЕКМНОРСТХаеорсухіΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEKMHOPCTXaeopcyxiABEZHIKMNOPTXo")
_OUT = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")

_opencc = OpenCC("t2s")


class _Simplified(dict[int, str]):
    """A character of the old script and its simplified form, learnt at first sight."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = _opencc.convert(letter) if _HAN.match(letter) else letter
        return self[code]


_simplified = _Simplified()


def normal(text: str) -> str:
    """One form for every way of writing: half width, small letters, simplified, nothing invisible."""
    return fold(fold(text).translate(_TWINS).translate(_simplified).lower())


@lru_cache(maxsize=4_096)
def name_key(name: str) -> str:
    """A name as it is compared: `normal`, without blanks, brackets and marks. Idempotent."""
    return _OUT.sub("", normal(name))


@lru_cache(maxsize=30_000)
def _readings(letter: str) -> tuple[str, ...]:
    """The readings of one character, the usual one first; a letter or digit reads as itself."""
    return tuple(dict.fromkeys(pinyin(letter, style=Style.NORMAL, heteronym=True)[0]))


@lru_cache(maxsize=30_000)
def _in_phrase(pair: str) -> tuple[str, str] | None:
    """The readings of two characters that are a word: 音乐 yin yue, 长城 chang cheng."""
    found = PHRASES_DICT.get(pair)
    if not found:
        return None
    return plain_reading(found[0][0]), plain_reading(found[1][0])


def plain_reading(marked: str) -> str:
    """`yuè` is `yue`."""
    return convert(marked, Style.NORMAL, strict=False)


@lru_cache(maxsize=4_096)
def syllables(key: str) -> tuple[str, ...]:
    """How a name key is read, character by character; a word of two decides between readings."""
    read = [_readings(letter) for letter in key]
    for at, readings in enumerate(read):
        if len(readings) > 1:
            read[at] = (_by_neighbours(key, at) or readings[0],)
    return tuple(readings[0] for readings in read)


def _by_neighbours(key: str, at: int) -> str:
    before = _in_phrase(key[at - 1 : at + 1]) if at else None
    after = _in_phrase(key[at : at + 2])
    if before:
        return before[1]
    return after[0] if after else ""


def spelling(name: str) -> str:
    """The name in pinyin without tones and blanks: dingbianxian…"""
    return "".join(syllables(name_key(name)))


def initials(name: str) -> str:
    """The first letters: 定边县新苗 is dbxxm."""
    return "".join(syllable[0] for syllable in syllables(name_key(name)) if syllable)


def similar_keys(name: str) -> frozenset[str]:
    """Keys of which two look-alike names share one: equal, equal in sound, or one character apart."""
    key = name_key(name)
    if len(key) < 2:
        return frozenset({key})
    shorter = {key[:at] + key[at + 1 :] for at in range(len(key))}
    return frozenset({key, f"~{''.join(syllables(key))}", *shorter})


def likeness(one: str, other: str) -> str:
    """Why two names could be taken for each other, in Chinese; an empty text where they could not."""
    first, second = name_key(one), name_key(other)
    if first == second:
        return "名称相同"
    if min(len(first), len(second)) < 2:
        return ""
    if syllables(first) == syllables(second):
        return "读音相同"
    return "只差一个字" if _one_apart(first, second) else ""


def _one_apart(first: str, second: str) -> bool:
    if len(first) > len(second):
        first, second = second, first
    same = next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first)
    )
    if len(first) == len(second):
        return first[same + 1 :] == second[same + 1 :]
    return len(second) - len(first) == 1 and first[same:] == second[same + 1 :]


def search_text(names: Iterable[str], others: Iterable[str] = (), codes: Iterable[str] = ()) -> str:
    """What a row is found by: names with their sound and initials, addresses and towns, codes.

    Parts stand apart by one blank. Names are read aloud (so give the town here too, if its pinyin
    is to find the place); addresses and codes are not.
    """
    parts: list[str] = []
    for name in names:
        key = name_key(name)
        read = syllables(key)
        parts += [key, "".join(read), "".join(syllable[0] for syllable in read if syllable)]
    parts += [name_key(text) for text in (*others, *codes)]
    return " ".join(dict.fromkeys(part for part in parts if part))


def bigrams(text: str) -> list[str]:
    """The terms of a search text for an index of lists: sorted, each once.

    Of Chinese every character and every pair; of letters and digits every pair and every three,
    but of a name's pinyin written out only every three.
    """
    found: set[str] = set()
    for run in _RUN.findall(text):
        if run.isascii():
            found.update(run[at : at + 3] for at in range(len(run) - 2))
            if len(run) <= _LONG_RUN:
                found.update(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.update(run)
            found.update(a + b for a, b in pairwise(run))
    return sorted(found)


def query_words(query: str) -> list[str]:
    """The words a row's search text must hold, each of them, in any order."""
    words = (_OUT.sub("", word) for word in normal(query[:QUERY_CHARACTERS]).split())
    return list(dict.fromkeys(word for word in words if word))[:QUERY_WORDS]


def query_terms(query: str) -> list[str]:
    """The terms a row's index must hold, all of them; empty where the query is too short to tell."""
    found: set[str] = set()
    for word in query_words(query):
        for run in _RUN.findall(word):
            found.update(_terms_of(run))
    return sorted(found)


def _terms_of(run: str) -> set[str]:
    if len(run) == 1:
        return set() if run.isascii() else {run}
    size = 3 if run.isascii() and len(run) > 2 else 2
    return {run[at : at + size] for at in range(len(run) - size + 1)}
