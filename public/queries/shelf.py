"""The current white list, worked out once for each change of the register and each day of the county."""

from collections import Counter
from datetime import date
from functools import lru_cache
from itertools import chain
from threading import Lock

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, QuerySet

from institutions.models import Category, Institution, IssueKind, ListEntry, ListIssue, SiteClass
from institutions.naming import search_text, spelling
from institutions.queries.issues import (
    current_issue,
    entries_in_force,
    entries_removed,
    institutions_left_out,
    published_issues,
)
from institutions.queries.standing import standing_of
from public.addresses import institution_address
from public.pages import Filters, IssueHead, Known, Place, Shelf, Warned
from public.queries.prepared import Prepared
from public.queries.words import left_out, left_words

# (categories, town, department) as printed, and the positions of the rows that say so.
Alike = tuple[tuple[tuple[str, str, str], list[int]], ...]
_NO_FILTERS = Filters((), (), ())
# Two changes of the register may be asked about at once by slow readers; more is memory for nothing.
_KEPT = 2
# After a change the readers who come at once wait for the first of them instead of all working it out.
_working_out = Lock()
# So many rows are searched in memory: all of a county's list, of a longer one every so many-th.
MOST_HELD = 2_000
# A term that more than every fourth row holds is not asked of the index beside rarer ones.
_RARE = 4
_MARK = Prepared("mark", "SELECT mark FROM web_publicmark")


def public_mark() -> str:
    """What differs after every change of public data: the first question of every public page."""
    rows = _MARK.ask()
    return str(rows[0][0]) if rows else ""


def shelf(mark: str, on: date) -> Shelf:
    """The white list as it stands on that day; `mark` says after which change of the register."""
    with _working_out:
        return _shelf(mark, on)


def warned(mark: str, on: date) -> Warned:
    """The current list of places without licence, and which of them still are."""
    with _working_out:
        return _warned_list(mark, on)


def forget_shelf() -> None:
    """Work both lists out again at the next question."""
    _shelf.cache_clear()
    _warned_list.cache_clear()


@lru_cache(maxsize=_KEPT)
def _shelf(mark: str, on: date) -> Shelf:
    issue = current_issue(IssueKind.WHITELIST)
    if issue is None:
        return Shelf(None, 0, (), (), frozenset(), (), _NO_FILTERS, (), (), frozenset(), ())
    removed = list(entries_removed(issue, on))
    listed = issue.entries.exclude(pk__in=[entry.pk for entry in removed])
    held = listed.alias(rest=F("position") % max(1, -(-issue.entry_count // MOST_HELD))).filter(
        rest=0
    )
    names = ("position", "name", "institution__name", "institution__search_text")
    rows = list(held.order_by("position").values_list(*names, "institution__search_terms"))
    alike = _alike(listed)
    return Shelf(
        issue=head_of(issue),
        total=issue.entry_count - len(removed),
        gone=tuple(_gone(entry, on) for entry in removed),
        earlier=tuple(_left_out(row, on) for row in institutions_left_out(issue)),
        gone_keys=frozenset(entry.pk for entry in removed),
        gone_positions=tuple(sorted(entry.position for entry in removed)),
        filters=_filters(alike),
        positions=tuple(sorted(chain.from_iterable(positions for _, positions in alike))),
        held=tuple((position, _text(*words)) for position, *words, _ in rows),
        common=_common([terms for *_, terms in rows]),
        alike=alike,
    )


@lru_cache(maxsize=_KEPT)
def _warned_list(mark: str, on: date) -> Warned:
    issue = current_issue(IssueKind.UNLICENSED)
    if issue is None:
        return Warned(None, ())
    entries = entries_in_force(issue, on).select_related("site__town").order_by("position")
    return Warned(head_of(issue), tuple(map(_warned, entries)))


def heads(kind: str) -> list[IssueHead]:
    """Every published issue of a list, the newest first."""
    return [head_of(issue) for issue in published_issues(kind)]


def head_of(issue: ListIssue) -> IssueHead:
    """A published issue as the public sees it."""
    if issue.number is None or issue.published_at is None:
        raise ValueError("only a published issue has a public head")
    return IssueHead(
        issue.pk,
        issue.number,
        issue.as_of,
        issue.publisher,
        issue.published_at,
        issue.entry_count,
        issue.remark,
    )


def _gone(entry: ListEntry, on: date) -> Known:
    institution = entry.institution
    if institution is None:
        raise ValueError("a row of the white list is an institution")
    standing = standing_of(institution, on)
    place = Place(
        name=entry.name,
        url=institution_address(institution.public_id),
        tone=standing.tone,
        state=standing.word,
        categories=entry.categories,
        town=entry.town,
        address=entry.address,
        note=left_words(standing),
    )
    return Known(place, _text(entry.name, institution.name, institution.search_text))


def _left_out(institution: Institution, on: date) -> Known:
    standing = left_out(standing_of(institution, on))
    place = Place(
        name=institution.name,
        url=institution_address(institution.public_id),
        tone=standing.tone,
        state=standing.word,
        categories="",
        town=institution.town.short_name if institution.town else "",
        address=institution.address,
        note=left_words(standing),
    )
    return Known(place, institution.search_text)


def _warned(entry: ListEntry) -> Known:
    site = entry.site
    if site is None:
        raise ValueError("a row of this list is a place without licence")
    is_clear = site.site_class != SiteClass.UNKNOWN
    place = Place(
        name=entry.name,
        url="",
        tone="bad" if is_clear else "warn",
        state=site.get_site_class_display() if is_clear else "证照待查",
        categories=entry.subjects,
        town=entry.town,
        address=entry.address,
        note=site.get_state_display(),
    )
    return Known(place, _text(entry.name, site.name, site.search_text))


def _text(printed: str, name: str, text: str) -> str:
    """By what a row is found: by what the register says today, and by the name that the list shows."""
    return text if printed == name else f"{text} {search_text([printed])}"


def _common(rows: list[list[str]]) -> frozenset[str]:
    """The terms that so many rows hold that an index is searched for them in vain."""
    counted = Counter(chain.from_iterable(rows))
    return frozenset(term for term, count in counted.items() if count * _RARE > len(rows))


def _alike(entries: QuerySet[ListEntry]) -> Alike:
    alike = entries.order_by().values("categories", "town", "lead_department")
    counted = alike.annotate(positions=ArrayAgg("position", order_by="position"))
    rows = counted.values_list("categories", "town", "lead_department", "positions")
    return tuple(((first, town, lead), positions) for first, town, lead, positions in rows)


def _filters(alike: Alike) -> Filters:
    """The words that lead to a row at least; what stands nowhere on the list is not offered.

    Categories stand in their own order, so that 其他 is the last; towns and departments by their sound.
    """
    kinds = {one for (printed, _, _), _ in alike for one in printed.split("、")}
    towns = {town for (_, town, _), _ in alike}
    departments = {department for (_, _, department), _ in alike}
    known = [name for name in Category.objects.values_list("name", flat=True) if name in kinds]
    former = sorted(filter(None, kinds.difference(known)), key=spelling)
    by_sound = (tuple(sorted(filter(None, names), key=spelling)) for names in (towns, departments))
    return Filters((*known, *former), *by_sound)
