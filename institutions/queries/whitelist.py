"""Who would stand on the next issue of a list, who would not, and why: worked out, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from foundation.clock.queries import county_day
from foundation.clock.words import day_words
from institutions.models import (
    AnnualConclusion,
    ImportedRow,
    ImportState,
    Institution,
    IssueKind,
    ListEntry,
    ListIssue,
    ListRuling,
    Ruling,
    UnlicensedSite,
)
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.standing import with_validity
from institutions.workflow import ENDED_STATES, InstitutionState, IssueState, SiteState

NOT_RECORDED = "有效期未登记"
LONG_TERM = "长期有效"

# A place in one of these states is named to the public as teaching without licence.
NAMED_STATES = (
    SiteState.FOUND,
    SiteState.ORDERED_TO_STOP,
    SiteState.HANDED_OVER,
    SiteState.BANNED,
)
_LENGTHS = {column.name: column.max_length or 0 for column in ListEntry._meta.fields}
_FAILED = (AnnualConclusion.FAILED, AnnualConclusion.ABSENT)


@dataclass(frozen=True)
class Doubt:
    """What keeps a row off unless a person says otherwise; the key stays when the words tell another day."""

    key: str
    words: str


@dataclass(frozen=True)
class Proposal:
    """One institution of the register and its place in the next issue."""

    institution: Institution
    # What the law forbids: no person can overrule it.
    bars: list[str] = field(default_factory=list)
    # What keeps it off unless a person says otherwise, with a reason.
    doubts: list[Doubt] = field(default_factory=list)
    # What the reader of the draft should know of one that is included.
    notes: list[str] = field(default_factory=list)
    ruling: ListRuling | None = None
    # A decision that ended with the current issue, and would have to be made again.
    earlier: ListRuling | None = None

    @property
    def name(self) -> str:
        return self.institution.name

    @property
    def is_held_back(self) -> bool:
        return self.ruling is not None and self.ruling.ruling == Ruling.HOLD_BACK

    @property
    def is_kept(self) -> bool:
        """Did a person keep it, knowing of each of its doubts?"""
        return self._has_a_word_for_it and not self.uncovered

    @property
    def uncovered(self) -> list[str]:
        """The doubts of which nobody knew who decided to keep it."""
        known = self.ruling.despite if self.ruling else {}
        return [doubt.words for doubt in self.doubts if doubt.key not in known]

    @property
    def _has_a_word_for_it(self) -> bool:
        return self.ruling is not None and self.ruling.ruling == Ruling.KEEP

    @property
    def is_ended(self) -> bool:
        """Does it no longer act in the county, so that nobody has to ask why it is off?"""
        return self.institution.state in ENDED_STATES

    @property
    def may_be_kept(self) -> bool:
        """Is it off for a reason that a person may overrule?"""
        return bool(self.doubts) and not self.bars

    @property
    def included(self) -> bool:
        return not self.bars and not self.is_held_back and (self.is_kept or not self.doubts)

    @property
    def reasons(self) -> list[str]:
        """Why it is not included, in sentences; empty for one that is."""
        if self.included:
            return []
        return [*self.bars, *(doubt.words for doubt in self.doubts), *self._said()]

    @property
    def remarks(self) -> list[str]:
        """What is to be known of one that is included: also that a person kept it, and despite what."""
        if not self.included:
            return []
        return [*self.notes, *(doubt.words for doubt in self.doubts), *self._said()]

    def _said(self) -> list[str]:
        """What people decided on it: for the next issue, or for the current one."""
        if self.ruling is None:
            return (
                [f"上一期的决定已随该期发布而结束：{ruling_words(self.earlier)}"]
                if self.earlier
                else []
            )
        if self._has_a_word_for_it and self.bars:
            return []
        later = "；".join(self.uncovered) if self._has_a_word_for_it else ""
        words = ruling_words(self.ruling)
        return [f"{words}；作出决定后新出现：{later}" if later else words]


def proposals(on: date) -> list[Proposal]:
    """Every standing institution in the order of its name; the same few queries for 3 or 6,000."""
    rows = _with_facts(with_validity(Institution.objects.standing()))
    return [_proposal(row, on) for row in rows]


def proposal_of(institution: Institution, on: date) -> Proposal:
    """The same for one row of the register; a deleted one counts as barred."""
    row = _with_facts(with_validity(Institution.objects.filter(pk=institution.pk))).get()
    return _proposal(row, on)


def proposals_for(pks: Iterable[int], on: date) -> dict[int, Proposal]:
    """The same for some institutions, deleted ones among them, by key."""
    rows = _with_facts(with_validity(Institution.objects.filter(pk__in=list(pks))))
    return {row.pk: _proposal(row, on) for row in rows}


def named_sites() -> list[UnlicensedSite]:
    """The places without licence that the next issue would name."""
    sites = UnlicensedSite.objects.filter(deleted_at=None, state__in=NAMED_STATES)
    return list(sites.select_related("town"))


def validity_words(institution: Institution) -> str:
    """How long its licence is good for, as a list prints it; for rows through `with_validity`."""
    if institution.is_long_term:  # type: ignore[attr-defined]  # with_validity adds it
        return LONG_TERM
    last_day: date | None = institution.last_day  # type: ignore[attr-defined]  # with_validity adds it
    return day_words(last_day) if last_day else NOT_RECORDED


def entry_facts(proposal: Proposal) -> dict[str, str]:
    """The columns of a list's row, as they are on this day."""
    row = proposal.institution
    numbers = [licence.number for licence in row.licences.all() if not licence.is_void]
    facts = {
        "name": row.name,
        "address": row.address or row.actual_address,
        "town": row.town.short_name if row.town else "",
        "categories": "、".join(category.name for category in row.categories.all()),
        "subjects": row.subjects,
        "lead_department": row.lead_department.name if row.lead_department else "",
        "licence_number": "、".join(number for number in numbers if number),
        "credit_code": row.credit_code,
        "valid_until": validity_words(row),
        "note": "",
    }
    return _cut(facts)


def site_facts(site: UnlicensedSite) -> dict[str, str]:
    """The same columns for a place without licence: its class, and what was done about it."""
    facts = {
        "name": site.name,
        "address": site.address,
        "town": site.town.short_name if site.town else "",
        "categories": site.get_site_class_display(),
        "subjects": site.subjects,
        "note": site.get_state_display(),
    }
    return _cut(facts)


def _cut(facts: dict[str, str]) -> dict[str, str]:
    """What is longer than the list's column ends in an ellipsis instead of failing the issue."""
    return {
        name: text if len(text) <= _LENGTHS[name] else text[: _LENGTHS[name] - 1] + "…"
        for name, text in facts.items()
    }


def _with_facts(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    # A few towns and departments serve thousands of rows: asked for apart, each is made once.
    return rows.defer("search_text", "search_terms").prefetch_related(
        "town",
        "lead_department",
        "platform",
        "categories",
        "licences",
        "annual_inspections",
        Prefetch("imported_rows", _adoptions(), to_attr="adoptions"),
        Prefetch(
            "rulings",
            ListRuling.objects.filter(Q(lifted_at=None) | Q(issue__in=_newest())).select_related(
                "made_by"
            ),
            to_attr="decisions",
        ),
    )


def _newest() -> QuerySet[ListIssue, Any]:
    published = ListIssue.objects.filter(kind=IssueKind.WHITELIST, state=IssueState.PUBLISHED)
    return published.order_by("-number").values("pk")[:1]


def _adoptions() -> QuerySet[ImportedRow]:
    """Verifications by a published list that was adopted as evidence, and still is."""
    rows = ImportedRow.objects.filter(is_verified=True)
    return rows.filter(run__state=ImportState.APPLIED)


def _proposal(row: Institution, on: date) -> Proposal:
    decisions: list[ListRuling] = row.decisions  # type: ignore[attr-defined]  # _with_facts adds it
    bars = _bars(row, on)
    # Verified by a published list: it holds also after a suspension was lifted since.
    is_adopted = bool(row.adoptions)  # type: ignore[attr-defined]  # _with_facts adds it
    return Proposal(
        row,
        bars,
        [*_licence_doubts(row, is_adopted), *_annual_doubts(row), *_platform_doubts(row)],
        [] if bars else _notes(row, is_adopted),
        next((one for one in decisions if one.lifted_at is None), None),
        next((one for one in decisions if one.lifted_at is not None), None),
    )


def _bars(row: Institution, on: date) -> list[str]:
    if row.deleted_at is not None:
        return ["登记有误，已从名册删除"]
    if row.state == InstitutionState.UNVERIFIED:
        return ["尚未核验"]
    if row.state != InstitutionState.NORMAL:
        return [_state_words(row)]
    last_day: date | None = row.last_day  # type: ignore[attr-defined]  # with_validity adds it
    if last_day and last_day < on and not row.is_long_term:  # type: ignore[attr-defined]  # with_validity adds it
        return [f"办学许可证有效期已于{day_words(last_day)}届满"]
    return []


def _state_words(row: Institution) -> str:
    since = f"，自{day_words(row.state_on)}起" if row.state_on else ""
    document = f"，依据：{row.state_document}" if row.state_document else ""
    return f"状态为“{row.get_state_display()}”{since}{document}"


def _licence_doubts(row: Institution, is_adopted: bool) -> list[Doubt]:
    if row.has_licence or is_adopted:  # type: ignore[attr-defined]  # with_validity adds it
        return []
    had_one = any(row.licences.all())
    words = "登记的办学许可证均已失效（换证、收回）" if had_one else "没有登记办学许可证"
    return [Doubt("licence", words)]


def _annual_doubts(row: Institution) -> list[Doubt]:
    latest = next(iter(row.annual_inspections.all()), None)
    if latest is None or latest.conclusion not in _FAILED:
        return []
    words = f"{latest.year}年度年检结论为“{latest.get_conclusion_display()}”"
    return [Doubt(f"annual-{latest.year}-{latest.conclusion}", words)]


def _platform_doubts(row: Institution) -> list[Doubt]:
    mark = getattr(row, "platform", None)
    if mark is None or mark.payment_open is not False:
        return []
    as_of = f"（数据日期{day_words(mark.as_of)}）" if mark.as_of else ""
    return [Doubt("platform", f"全国平台显示尚未开通平台支付{as_of}")]


def _notes(row: Institution, is_adopted: bool) -> list[str]:
    platform = [] if getattr(row, "platform", None) else ["没有登记全国平台情况"]
    if not row.has_licence:  # type: ignore[attr-defined]  # with_validity adds it
        adopted = ["办学许可证未登记，以已公示名单为依据列入"] if is_adopted else []
        return adopted + platform
    return [NOT_RECORDED, *platform] if validity_words(row) == NOT_RECORDED else platform


def ruling_words(ruling: ListRuling) -> str:
    """A decision in a sentence: what, why, by whom and when."""
    who = f"{ruling.made_by.name}，" if ruling.made_by else ""
    day = day_words(county_day(ruling.made_at))
    return f"{ruling.get_ruling_display()}：{ruling.reason}（{who}{day}）"
