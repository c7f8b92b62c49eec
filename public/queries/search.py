"""What the list answers: a page of places, and what is known of a name beside the list."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import Any

from django.db import connection

from institutions.models import Institution, ListEntry
from institutions.naming import name_key, query_terms, query_words, spelling
from institutions.queries.search import search
from institutions.queries.standing import IN_ORDER
from institutions.queries.whitelist import NOT_RECORDED
from public.addresses import institution_address
from public.pages import Beside, Found, Known, Place, Question, Row, Shelf, Warned
from public.queries.listing import AT_POSITIONS, HOLDING, MATCHING, NEAR
from public.queries.pieces import in_pieces, without_county

PAGE = 50
# Of a longer list this is a page where all of it is asked for; its paper and its downloads hold the rest.
WHOLE = 1_000
# So many answers are counted and shown: the page says «200 家以上» when there are more.
MOST_COUNTED = 200
_MOST_NAMED = 5
_MOST_CANDIDATES = 100
_NEAR_ENOUGH = 0.6
_COLUMNS = (
    "name",
    "address",
    "town",
    "categories",
    "subjects",
    "lead_department",
    "licence_number",
    "credit_code",
    "valid_until",
    "institution__public_id",
)
# What half of all names hold tells nobody apart.
_COMMON = re.compile(
    "定边县?|榆林市?|陕西省?|有限(?:责任)?公司|培训|学校|中心|艺术|教育|工作室|机构"
)


def found(shelf: Shelf, question: Question) -> Found:
    """One page of the list; at most two questions to the database, whatever its length."""
    if shelf.issue is None:
        return Found((), 0, False, 1, 1)
    if question.q:
        return _searched(shelf, shelf.issue.pk, question)
    # Without words it is known already which rows answer.
    rows = _chosen(shelf, question) if question.is_filtered else shelf.positions
    return _page(shelf.issue.pk, rows, question, is_more=False)


def every_row(shelf: Shelf, question: Question) -> Iterator[Row]:
    """All rows that answer, for a download: streamed, never held."""
    rows = ListEntry.objects.filter(issue=shelf.issue.pk if shelf.issue else None)
    if shelf.gone_keys:
        rows = rows.exclude(pk__in=shelf.gone_keys)
    if question.is_filtered:
        rows = rows.filter(position__in=_chosen(shelf, question))
    if question.q and _holds_all(shelf):
        rows = rows.filter(position__in=_among_held(shelf, query_words(question.q), question))
    elif question.q:
        known = search(Institution.objects.order_by(), question.q)
        rows = rows.filter(institution__in=known.values("pk"))
    values = rows.order_by("position").values_list(*_COLUMNS)
    yield from (Row(*row) for row in values.iterator())


def beside(shelf: Shelf, named: Warned, question: Question, *, is_empty: bool) -> Beside:
    """What is known of the name beside the list. Look-alikes are asked for only when nothing was found."""
    words = query_words(question.q)
    if not words:
        return Beside()
    left = (*shelf.gone, *shelf.earlier)
    matching = _matching(left, words), _matching(named.places, words)
    if not is_empty or question.is_filtered:
        return Beside(*matching)
    # Who was found by these very words is not offered again as a look-alike.
    others = [one for one in (*named.places, *left) if one.place not in chain(*matching)]
    return Beside(*matching, tuple(_near(shelf, others, question.q)))


def _searched(shelf: Shelf, issue: int, question: Question) -> Found:
    """As many answers as are counted are gathered, and put in the order of the list."""
    words = query_words(question.q)
    if not words:
        return Found((), 0, False, 1, 1)
    hits = _among_held(shelf, words, question)
    if len(hits) <= MOST_COUNTED and not _holds_all(shelf):
        return _asked_for(shelf, issue, words, question)
    return _page(issue, hits[:MOST_COUNTED], question, is_more=len(hits) > MOST_COUNTED)


def _asked_for(shelf: Shelf, issue: int, words: list[str], question: Question) -> Found:
    """The same by the index of all rows."""
    terms = query_terms(question.q)
    terms = [term for term in terms if term not in shelf.common] or terms
    known = [*_narrowed(shelf, issue, question), [f"%{_plain(word)}%" for word in words]]
    known += [MOST_COUNTED, question.page, _size(question)]
    rows = MATCHING.ask(*known, terms) if terms else HOLDING.ask(*known)
    total = rows[0][-1] if rows else 0
    count, pages, page = _paged(min(total, MOST_COUNTED), question)
    places = _places(row[:-1] for row in rows)
    return Found(places, count, total > MOST_COUNTED, page, pages)


def _among_held(shelf: Shelf, words: list[str], question: Question) -> list[int]:
    """The answers among the rows in memory: what many rows hold, these hold often enough.

    Only where no row of all holds the words as they were typed are they looked for in pieces.
    """
    if not words:
        return []
    rows: Sequence[tuple[int, str]] = shelf.held
    for word in words:
        rows = [row for row in rows if word in row[1]]
    if not rows and _holds_all(shelf):
        rows = [row for row in shelf.held if _is_made_of(row[1], words)]
    if question.is_filtered:
        chosen = set(_chosen(shelf, question))
        rows = [row for row in rows if row[0] in chosen]
    return [position for position, _ in rows]


def _holds_all(shelf: Shelf) -> bool:
    return len(shelf.held) == shelf.total


def _is_made_of(text: str, words: Iterable[str]) -> bool:
    return all(in_pieces(without_county(word), text) for word in words)


def _chosen(shelf: Shelf, question: Question) -> list[int]:
    """The positions of the rows that the filters leave, in the order of the list."""
    alike = [rows for words, rows in shelf.alike if _is_asked(words, question)]
    # Each of them is in order already, which makes this little more than a copy.
    return sorted(chain.from_iterable(alike))


def _page(issue: int, positions: Sequence[int], question: Question, *, is_more: bool) -> Found:
    count, pages, page = _paged(len(positions), question)
    size = _size(question)
    shown = list(positions[(page - 1) * size : page * size])
    places = _places(AT_POSITIONS.ask(issue, shown)) if shown else ()
    return Found(places, count, is_more, page, pages)


def _narrowed(shelf: Shelf, issue: int, question: Question) -> tuple[Any, ...]:
    """What every question that is not for the whole list begins with, in the order of its slots."""
    chosen = (question.town, question.department, question.category)
    return (issue, list(shelf.gone_positions), *chosen)


def _plain(word: str) -> str:
    """The word itself: what LIKE would read as a sign is a character of it."""
    return connection.ops.prep_for_like_query(word)


def _is_asked(alike: tuple[str, str, str], question: Question) -> bool:
    categories, town, department = alike
    return (
        (not question.category or question.category in categories.split("、"))
        and question.town in {"", town}
        and question.department in {"", department}
    )


def _paged(count: int, question: Question) -> tuple[int, int, int]:
    pages = max(1, -(-count // _size(question)))
    return count, pages, min(max(question.page, 1), pages)


def _size(question: Question) -> int:
    return WHOLE if question.is_whole else PAGE


def _places(rows: Iterable[tuple[Any, ...]]) -> tuple[Place, ...]:
    return tuple(
        Place(
            name=name,
            url=institution_address(public_id),
            tone=IN_ORDER.tone,
            state=IN_ORDER.word,
            categories=categories,
            town=town,
            address=printed,
            note=valid_until if valid_until == NOT_RECORDED else "",
        )
        for name, public_id, categories, town, printed, valid_until in rows
    )


def _matching(known: Iterable[Known], words: list[str]) -> tuple[Place, ...]:
    matching = [one.place for one in known if _is_made_of(one.text, words)]
    return tuple(matching[:_MOST_NAMED])


def _near(shelf: Shelf, others: Iterable[Known], q: str) -> Iterable[Place]:
    """Places that sound the same, or share half of what tells this name from others: listed ones and others."""
    key = name_key(q)
    core = _COMMON.sub("", key)
    core = core if len(core) > 1 else key
    if len(core) < 2:
        return []
    half, sound = len(core) // 2, spelling(core)
    parts = (sound, core[:half], core[half:])
    places = [one.place for one in others if any(part in one.text for part in parts)]
    if shelf.issue is not None:
        asked: list[Any] = [shelf.issue.pk, list(shelf.gone_positions), _MOST_CANDIDATES]
        for part in parts:
            asked += [query_terms(part), f"%{_plain(part)}%"]
        places += _places(NEAR.ask(*asked))
    return _nearest(core, sound, places)


def _nearest(core: str, sound: str, places: list[Place]) -> list[Place]:
    rated = [(_likeness(core, sound, name_key(place.name)), place) for place in places]
    best = sorted(rated, key=lambda one: -one[0])
    return [place for rate, place in best if rate >= _NEAR_ENOUGH][:_MOST_NAMED]


def _likeness(core: str, sound: str, name: str) -> float:
    """The share of the question's characters that the name holds in the same order.

    All of it where the name sounds so, or holds it in another order.
    """
    if sound in spelling(name) or in_pieces(core, name):
        return 1.0
    blocks = SequenceMatcher(None, core, name, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(core)
