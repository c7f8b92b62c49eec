"""What has been published: the current issue of a list, its rows in force, its rows that left."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from institutions.models import (
    Institution,
    IssueKind,
    ListEntry,
    ListIssue,
    UnlicensedSite,
)
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.search import search
from institutions.queries.standing import in_force, with_validity
from institutions.queries.whitelist import NAMED_STATES
from institutions.workflow import IssueState


def current_issue(kind: str) -> ListIssue | None:
    """The newest published issue: what the public page shows."""
    return published_issues(kind).first()


def published_issues(kind: str) -> QuerySet[ListIssue]:
    """All published issues of a list, newest first; they stay readable."""
    rows = ListIssue.objects.filter(kind=kind, state=IssueState.PUBLISHED)
    return rows.order_by("-number")


def issues(kind: str) -> QuerySet[ListIssue]:
    """Everything that was ever drawn up, the newest first: published, open and discarded ones."""
    people = ("proposed_by", "checked_by", "published_by")
    return ListIssue.objects.filter(kind=kind).select_related(*people).order_by("-proposed_at")


def open_issue(kind: str) -> ListIssue | None:
    """The draft that is being worked on, if there is one."""
    rows = ListIssue.objects.filter(kind=kind, state__in=(IssueState.DRAFT, IssueState.CHECKED))
    return rows.select_related("proposed_by", "checked_by").first()


def previous_issue(issue: ListIssue) -> ListIssue | None:
    """The published issue before this one; for a draft, the current one."""
    earlier = published_issues(issue.kind)
    return (earlier.filter(number__lt=issue.number) if issue.number else earlier).first()


def entries_in_force(issue: ListIssue, on: date) -> QuerySet[ListEntry]:
    """Rows of the issue that still hold on that day, whatever happened since it was published."""
    return issue.entries.filter(_holds(issue, on))


def entries_removed(issue: ListIssue, on: date) -> QuerySet[ListEntry]:
    """Rows of the issue that no longer hold; each institution is ready for `standing_of`."""
    gone = issue.entries.exclude(_holds(issue, on)).select_related("site")
    return gone.prefetch_related(Prefetch("institution", with_validity(Institution.objects.all())))


def institutions_left_out(issue: ListIssue) -> InstitutionQuerySet:
    """The institutions of older published issues that this one does not hold, ready for `standing_of`."""
    entries = ListEntry.objects.filter(institution=OuterRef("pk"))
    older = entries.filter(issue__in=published_issues(issue.kind), issue__number__lt=issue.number)
    rows = Institution.objects.filter(Exists(older)).exclude(Exists(entries.filter(issue=issue)))
    return with_validity(rows).order_by("sort_key", "pk").select_related("town")


def institutions_in_force(issue: ListIssue, on: date) -> InstitutionQuerySet:
    """The institutions of the white list that still hold on that day, in the order of their names."""
    rows = in_force(Institution.objects.filter(list_entries__issue=issue), on)
    return rows.order_by("sort_key", "pk").prefetch_related("categories")


def narrowed(entries: QuerySet[ListEntry], q: str) -> QuerySet[ListEntry]:
    """Rows as they were printed that contain the words, or whose institution answers to them today."""
    words = q.strip()
    if not words:
        return entries
    printed = Q(name__icontains=words) | Q(address__icontains=words)
    found = search(Institution.objects.all(), words).values("pk")
    return entries.filter(printed | Q(institution__in=found))


def _holds(issue: ListIssue, on: date) -> Q:
    if issue.kind == IssueKind.WHITELIST:
        return Q(institution__in=in_force(Institution.objects.all(), on).values("pk"))
    sites = UnlicensedSite.objects.filter(deleted_at=None, state__in=NAMED_STATES)
    return Q(site__in=sites.values("pk"))
