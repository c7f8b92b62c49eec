"""What a draft would change, and how far the register has moved on since it was drawn up."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from foundation.clock.words import day_words
from institutions.models import IssueKind, ListEntry, ListIssue, ListRuling, UnlicensedSite
from institutions.queries.issues import current_issue, entries_removed
from institutions.queries.standing import standing_of
from institutions.queries.whitelist import (
    NAMED_STATES,
    Proposal,
    entry_facts,
    named_sites,
    proposals,
    proposals_for,
    ruling_words,
    site_facts,
)
from institutions.workflow import IssueState

_LABELS = {column.name: column.verbose_name for column in ListEntry._meta.fields}
_DELETED_SITE = "登记有误，已删除"


@dataclass(frozen=True)
class Moved:
    """One row and what is to be said of it."""

    name: str
    address: str
    reasons: list[str]
    institution_id: int | None = None


@dataclass(frozen=True)
class Outlook:
    """The next issue as it would be today: who is in, who is out, what is new and what is gone."""

    included: list[Proposal]
    excluded: list[Proposal]
    new: list[Proposal]
    gone: list[Moved]
    current: ListIssue | None


@dataclass(frozen=True)
class Drift:
    """How the register differs from a draft that was drawn up earlier."""

    # In the draft, but may not be published any more: these stop the check and the publication.
    stopped: list[Moved] = field(default_factory=list)
    # Would be on the list if it were drawn up now.
    added: list[Moved] = field(default_factory=list)
    # Still on the list, but its name, address, licence … reads differently now.
    altered: list[Moved] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.stopped or self.added or self.altered)


def outlook(on: date) -> Outlook:
    """The proposal of the white list beside the current issue."""
    rows = proposals(on)
    current = current_issue(IssueKind.WHITELIST)
    listed = _listed(current)
    included = [row for row in rows if row.included]
    there = {row.institution.pk for row in included}
    return Outlook(
        included=included,
        excluded=[row for row in rows if not row.included],
        new=[row for row in included if row.institution.pk not in listed],
        gone=_gone([entry for pk, entry in listed.items() if pk not in there], on),
        current=current,
    )


def drift_of(issue: ListIssue, on: date) -> Drift:
    """What changed in the register since the draft was drawn up."""
    entries = list(issue.entries.all())
    if issue.kind == IssueKind.WHITELIST:
        return _drift_of_institutions(entries, on)
    return _drift_of_sites(entries)


def rulings_for(draft: ListIssue) -> QuerySet[ListRuling]:
    """The standing decisions of people that were known when the draft was drawn up."""
    if draft.kind != IssueKind.WHITELIST:
        return ListRuling.objects.none()
    return ListRuling.objects.filter(lifted_at=None, made_at__lte=draft.proposed_at)


def ruled(issue: ListIssue) -> list[Moved]:
    """Whom people kept on or held back from this issue, despite what and why; also after it is out."""
    is_open = issue.state in (IssueState.DRAFT, IssueState.CHECKED)
    rows = rulings_for(issue) if is_open else issue.rulings.all()
    return [
        Moved(
            row.institution.name,
            row.institution.address,
            [*row.despite.values(), ruling_words(row)],
            row.institution_id,
        )
        for row in rows.select_related("institution", "made_by").order_by("ruling", "made_at")
    ]


def new_since(issue: ListIssue, earlier: ListIssue | None) -> QuerySet[ListEntry]:
    """Rows of this issue that the earlier one did not have."""
    return _missing_from(earlier, issue.entries.all())


def gone_since(issue: ListIssue, earlier: ListIssue | None) -> QuerySet[ListEntry]:
    """Rows of the earlier issue that this one no longer has."""
    rows = earlier.entries.all() if earlier else ListEntry.objects.none()
    return _missing_from(issue, rows)


def removed_now(issue: ListIssue, on: date) -> list[Moved]:
    """Rows of the current issue that the public no longer sees, each with why and since when."""
    return [
        Moved(entry.name, entry.address, [_why_removed(entry, on)], entry.institution_id)
        for entry in entries_removed(issue, on)
    ]


def _why_removed(entry: ListEntry, on: date) -> str:
    if entry.institution is None:
        return _site_words(entry.site) if entry.site else ""
    standing = standing_of(entry.institution, on)
    since = f"{day_words(standing.since)}起" if standing.since else ""
    document = f"依据：{standing.document}" if standing.document else ""
    return "，".join(part for part in (standing.word, since, standing.why, document) if part)


def _missing_from(issue: ListIssue | None, rows: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
    if issue is None:
        return rows
    if issue.kind == IssueKind.WHITELIST:
        return rows.exclude(institution__in=issue.entries.values("institution"))
    return rows.exclude(site__in=issue.entries.values("site"))


def _listed(current: ListIssue | None) -> dict[int, ListEntry]:
    entries = current.entries.all() if current else ListEntry.objects.none()
    return {entry.institution_id: entry for entry in entries if entry.institution_id}


def _gone(entries: list[ListEntry], on: date) -> list[Moved]:
    live = proposals_for([entry.institution_id for entry in entries if entry.institution_id], on)
    return [
        Moved(
            entry.name,
            entry.address,
            live[entry.institution_id].reasons if entry.institution_id in live else [],
            entry.institution_id,
        )
        for entry in entries
    ]


def _drift_of_institutions(entries: list[ListEntry], on: date) -> Drift:
    live = {row.institution.pk: row for row in proposals(on) if row.included}
    drafted = {entry.institution_id: entry for entry in entries}
    added = [row for pk, row in live.items() if pk not in drafted]
    return Drift(
        stopped=_gone([entry for pk, entry in drafted.items() if pk not in live], on),
        added=[
            Moved(row.institution.name, row.institution.address, row.remarks, row.institution.pk)
            for row in added
        ],
        altered=[
            Moved(entry.name, entry.address, words, entry.institution_id)
            for entry in entries
            if entry.institution_id in live
            and (words := _altered(entry, entry_facts(live[entry.institution_id])))
        ],
    )


def _drift_of_sites(entries: list[ListEntry]) -> Drift:
    live = {site.pk: site for site in named_sites()}
    drafted = {entry.site_id: entry for entry in entries}
    return Drift(
        stopped=_sites_gone([entry for pk, entry in drafted.items() if pk not in live]),
        added=[
            Moved(site.name, site.address, []) for pk, site in live.items() if pk not in drafted
        ],
        altered=[
            Moved(entry.name, entry.address, words)
            for entry in entries
            if entry.site_id in live and (words := _altered(entry, site_facts(live[entry.site_id])))
        ],
    )


def _sites_gone(entries: list[ListEntry]) -> list[Moved]:
    sites = UnlicensedSite.objects.in_bulk([entry.site_id for entry in entries if entry.site_id])
    return [
        Moved(entry.name, entry.address, [_site_words(sites[entry.site_id])])
        for entry in entries
        if entry.site_id in sites
    ]


def _site_words(site: UnlicensedSite) -> str:
    if site.deleted_at is not None or site.state in NAMED_STATES:
        return _DELETED_SITE
    return f"处置状态为“{site.get_state_display()}”"


def _altered(entry: ListEntry, facts: dict[str, str]) -> list[str]:
    """Each column that reads differently now, before and after."""
    return [
        f"{_LABELS[name]}：{getattr(entry, name) or '（空）'} → {text or '（空）'}"
        for name, text in facts.items()
        if getattr(entry, name) != text
    ]
