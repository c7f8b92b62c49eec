"""Published lists, made directly: what the acts would have left behind, without their three people."""

from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from foundation.accounts.models import Role, User
from foundation.web.actions import touch_public
from institutions.keys import key_columns
from institutions.models import Institution, IssueKind, ListEntry, ListIssue, UnlicensedSite
from institutions.queries.standing import with_validity
from institutions.queries.whitelist import validity_words
from institutions.workflow import IssueState, SiteState
from tests import make

AT = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
AS_OF = date(2023, 7, 10)


def licensed(name: str = "", **given: Any) -> Institution:
    """An institution about which there is nothing to say."""
    until = given.pop("until", date(2099, 12, 31))
    row = make.institution(name, **given)
    make.licence(row, valid_until=until)
    return row


def publish(*rows: Institution) -> ListIssue:
    """The next issue of the white list, with these institutions in this order."""
    issue = _issue(IssueKind.WHITELIST, len(rows))
    found = with_validity(Institution.objects.all()).select_related("town", "lead_department")
    whole = found.prefetch_related("categories", "licences").in_bulk([row.pk for row in rows])
    ListEntry.objects.bulk_create(
        _entry(issue, position, whole[row.pk]) for position, row in enumerate(rows, start=1)
    )
    return _out(issue)


def publish_sites(*rows: UnlicensedSite) -> ListIssue:
    """The next issue of the list of places without licence."""
    issue = _issue(IssueKind.UNLICENSED, len(rows))
    for position, row in enumerate(rows, start=1):
        words = {"categories": row.get_site_class_display(), "note": row.get_state_display()}
        ListEntry.objects.create(issue=issue, position=position, site=row, name=row.name, **words)
    return _out(issue)


def site(name: str, **given: Any) -> UnlicensedSite:
    """A place found teaching without licence."""
    plain = {"state": SiteState.FOUND, "created_at": AT, "changed_at": AT}
    columns = key_columns(name=name)
    return UnlicensedSite.objects.create(
        name=name,
        name_key=columns.name_key,
        sort_key=columns.sort_key,
        search_text=columns.search_text,
        search_terms=columns.search_terms,
        **plain | given,
    )


def page(client: Client, address: str) -> str:
    """The page's main part as a reader gets it."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return main_of(answer.content.decode())


def main_of(html: str) -> str:
    """What stands between head and foot."""
    return html[html.index("<main") : html.index("</main>")]


def _issue(kind: str, rows: int) -> ListIssue:
    number = ListIssue.objects.filter(kind=kind).count() + 1
    return ListIssue.objects.create(
        kind=kind,
        number=number,
        as_of=AS_OF,
        publisher="测试双减办",
        entry_count=rows,
        proposed_at=AT,
    )


def _out(issue: ListIssue) -> ListIssue:
    """From here on the database refuses to change it."""
    head = User.objects.filter(username="publisher").first()
    issue.published_at, issue.published_by = AT, head or make.user("publisher", role=Role.HEAD)
    issue.state = IssueState.PUBLISHED
    issue.save()
    touch_public()
    return issue


def _entry(issue: ListIssue, position: int, row: Institution) -> ListEntry:
    return ListEntry(
        issue=issue,
        position=position,
        institution=row,
        name=row.name,
        address=row.address,
        town=row.town.short_name if row.town else "",
        categories="、".join(one.name for one in row.categories.all()),
        subjects=row.subjects,
        lead_department=row.lead_department.name if row.lead_department else "",
        licence_number="、".join(one.number for one in row.licences.all() if not one.is_void),
        credit_code=row.credit_code,
        valid_until=validity_words(row),
    )
