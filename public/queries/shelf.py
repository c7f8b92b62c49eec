"""The current white list, worked out once for each change of the register and each day of the county."""

from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.urls import reverse

from foundation.clock.words import day_words
from institutions.models import IssueKind, ListEntry, ListIssue, PublicMark
from institutions.queries.issues import current_issue, entries_removed, published_issues
from institutions.queries.standing import standing_of
from public.pages import Filters, IssueHead, Place, Shelf

_NO_FILTERS = Filters((), (), ())
# Two changes of the register may be asked about at once by slow readers; more is memory for nothing.
_KEPT = 2


def public_mark() -> int:
    """How often public data has changed: one question to the database, asked by every public page."""
    return PublicMark.objects.values_list("version", flat=True).first() or 0


@lru_cache(maxsize=_KEPT)
def shelf(mark: int, on: date) -> Shelf:
    """The white list as it stands on that day; `mark` says after which change of the register."""
    issue = current_issue(IssueKind.WHITELIST)
    if issue is None:
        return Shelf(None, 0, (), frozenset(), _NO_FILTERS)
    removed = list(entries_removed(issue, on))
    return Shelf(
        issue=head_of(issue),
        total=issue.entry_count - len(removed),
        gone=tuple(_gone(entry, on) for entry in removed),
        gone_keys=frozenset(entry.pk for entry in removed),
        filters=_filters(issue.entries.all()),
    )


@lru_cache(maxsize=_KEPT)
def unlicensed_issue(mark: int) -> IssueHead | None:
    """The current list of places without licence, if one was published."""
    issue = current_issue(IssueKind.UNLICENSED)
    return head_of(issue) if issue else None


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


def _gone(entry: ListEntry, on: date) -> Place:
    institution = entry.institution
    if institution is None:
        raise ValueError("a row of the white list is an institution")
    standing = standing_of(institution, on)
    since = f"自{day_words(standing.since)}起" if standing.since else ""
    return Place(
        name=entry.name,
        url=reverse("public:institution", args=[institution.public_id]),
        tone=standing.tone,
        state=standing.word,
        categories=entry.categories,
        town=entry.town,
        address=entry.address,
        note=f"{since}{standing.word}。{standing.why}",
    )


def _filters(entries: QuerySet[ListEntry]) -> Filters:
    rows = entries.order_by().values_list("categories", "town", "lead_department").distinct()
    categories: dict[str, None] = {}
    towns: dict[str, None] = {}
    departments: dict[str, None] = {}
    for printed, town, department in rows:
        categories |= dict.fromkeys(one for one in printed.split("、") if one)
        towns[town] = None
        departments[department] = None
    return Filters(
        *(tuple(sorted(filter(None, names))) for names in (categories, towns, departments))
    )
