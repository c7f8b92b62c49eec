"""What the list answers: a page of places, or what is known of a name that is not on it."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from django.db.models import Q, QuerySet
from django.urls import reverse

from institutions.models import Institution, ListEntry, UnlicensedSite
from institutions.naming import name_key
from institutions.queries.search import search
from institutions.queries.whitelist import NAMED_STATES, NOT_RECORDED
from public.pages import Found, NotFound, Place, Question, Row, Shelf

PAGE = 50
# Beyond this many answers nobody counts: the page says «1000 家以上» and asks for more words.
MOST_COUNTED = 1_000
_MOST_NEAR = 5
_MOST_CANDIDATES = 60
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


def found(shelf: Shelf, question: Question) -> Found:
    """One page of the list; at most two questions to the database, whatever its length."""
    rows = _asked(shelf, question)
    if question.is_narrow:
        counted = rows.order_by()[: MOST_COUNTED + 1].count()
        count, is_more = min(counted, MOST_COUNTED), counted > MOST_COUNTED
    else:
        count, is_more = shelf.total, False
    pages = max(1, -(-count // PAGE))
    page = min(max(question.page, 1), pages)
    listed = rows[(page - 1) * PAGE : page * PAGE] if count else rows.none()
    return Found(tuple(map(_place, _rows(listed))), count, is_more, page, pages)


def every_row(shelf: Shelf, question: Question) -> Iterator[Row]:
    """All rows that answer, for a download: streamed, never held."""
    yield from _rows(_asked(shelf, question))


def not_found(shelf: Shelf, q: str) -> NotFound:
    """What is known of a name that the list does not hold: it left, looks like others, has no licence."""
    return NotFound(
        gone=tuple(_gone_by_name(shelf, q)),
        near=tuple(_near(shelf, q)),
        unlicensed=tuple(map(_site, _named_sites(q))),
    )


def _asked(shelf: Shelf, question: Question) -> QuerySet[ListEntry]:
    rows = ListEntry.objects.filter(issue=shelf.issue.pk if shelf.issue else None)
    if shelf.gone_keys:
        rows = rows.exclude(pk__in=shelf.gone_keys)
    if question.category:
        rows = rows.filter(categories__contains=question.category)
    if question.town:
        rows = rows.filter(town=question.town)
    if question.department:
        rows = rows.filter(lead_department=question.department)
    if question.q:
        known = search(Institution.objects.order_by(), question.q)
        rows = rows.filter(institution__in=known.values("pk"))
    return rows.order_by("position")


def _rows(entries: QuerySet[ListEntry]) -> Iterator[Row]:
    yield from (Row(*values) for values in entries.values_list(*_COLUMNS).iterator())


def _place(row: Row) -> Place:
    return Place(
        name=row.name,
        url=reverse("public:institution", args=[row.public_id]),
        tone="good",
        state="正常",
        categories=row.categories,
        town=row.town,
        address=row.address,
        note=row.valid_until if row.valid_until == NOT_RECORDED else "",
    )


def _gone_by_name(shelf: Shelf, q: str) -> Iterator[Place]:
    if not shelf.gone_keys:
        return
    known = search(Institution.objects.order_by(), q).values("pk")
    rows = ListEntry.objects.filter(pk__in=shelf.gone_keys, institution__in=known)
    urls = {
        reverse("public:institution", args=[public_id])
        for public_id in rows.values_list("institution__public_id", flat=True)[:_MOST_NEAR]
    }
    yield from (place for place in shelf.gone if place.url in urls)


def _near(shelf: Shelf, q: str) -> Iterator[Place]:
    key = name_key(q)
    if len(key) < 2 or shelf.issue is None:
        return
    half = len(key) // 2
    known = Institution.objects.order_by()
    near = Q(pk__in=search(known, key[:half]).values("pk"))
    near |= Q(pk__in=search(known, key[half:]).values("pk"))
    rows = ListEntry.objects.filter(issue=shelf.issue.pk).exclude(pk__in=shelf.gone_keys)
    places = map(_place, _rows(rows.filter(institution__in=known.filter(near))[:_MOST_CANDIDATES]))
    yield from _nearest(key, places)


def _nearest(key: str, places: Iterable[Place]) -> list[Place]:
    rated = [(_likeness(key, name_key(place.name)), place) for place in places]
    best = sorted(rated, key=lambda one: -one[0])
    return [place for rate, place in best if rate >= _NEAR_ENOUGH][:_MOST_NEAR]


def _likeness(asked: str, name: str) -> float:
    """The share of the question's characters that the name holds in the same order, from 0 to 1."""
    blocks = SequenceMatcher(None, asked, name, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(asked)


def _named_sites(q: str) -> QuerySet[UnlicensedSite]:
    """Places that a published list names as teaching without licence, and that still are."""
    published = UnlicensedSite.objects.filter(
        deleted_at=None, state__in=NAMED_STATES, list_entries__issue__state="published"
    )
    return search(published, q).distinct().select_related("town")[:_MOST_NEAR]


def _site(site: UnlicensedSite) -> Place:
    return Place(
        name=site.name,
        url="",
        tone="bad",
        state=f"无证办学（{site.get_site_class_display()}）",
        categories=site.subjects,
        town=site.town.short_name if site.town else "",
        address=site.address,
        note=site.get_state_display(),
    )
