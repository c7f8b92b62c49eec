"""The register as its pages ask for it: the list, one file, what is deleted or unconfirmed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from institutions.models import (
    Category,
    Institution,
    IssueKind,
    Licence,
    ListIssue,
    RemovedRow,
    StateChange,
)
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.issues import current_issue
from institutions.queries.standing import Standing, standing_of
from institutions.queries.warnings import Caution, cautions_of, with_marks, with_warnings
from institutions.workflow import InstitutionState, IssueState

# Wide columns that no page shows.
_ONLY_FOR_SEARCH = ("search_text", "search_terms")
_EXPORTED = (
    "name",
    "credit_code",
    "subjects",
    "address",
    "actual_address",
    "contact_name",
    "contact_phone",
    "state",
    "state_on",
    "state_document",
    "state_reason",
    "deleted_at",
)


@dataclass(frozen=True)
class Line:
    """One row of the list: the institution, its standing today, and what to look at."""

    institution: Institution
    standing: Standing
    cautions: list[Caution]


def register_rows() -> InstitutionQuerySet:
    """The register in the order of its pinyin, deleted rows left out."""
    return Institution.objects.standing()


def lines_of(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """The rows with all that `line_of` needs, by a fixed number of questions."""
    return (
        with_warnings(rows, on)
        .defer(*_ONLY_FOR_SEARCH)
        .select_related("town", "lead_department", "responsible_officer")
        .prefetch_related("categories")
    )


def export_rows(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """The rows with all that a line of the workbook says, in one question: thousands are read by it.

    Added are `town_name`, `lead_name`, `officer_name`, `kinds`, and the `numbers` of licences in use.
    """
    numbers = Licence.objects.filter(institution=OuterRef("pk"), is_void=False).exclude(number="")
    return (
        with_marks(rows, on)
        .only(*_EXPORTED)
        .annotate(
            town_name=F("town__short_name"),
            lead_name=F("lead_department__short_name"),
            officer_name=F("responsible_officer__name"),
            kinds=ArraySubquery(
                Category.objects.filter(institutions=OuterRef("pk")).values("name")
            ),
            numbers=ArraySubquery(numbers.values("number")),
        )
    )


def line_of(institution: Institution, on: date) -> Line:
    """One row that came through `lines_of`."""
    return Line(institution, standing_of(institution, on), cautions_of(institution))


def file_rows(on: date) -> InstitutionQuerySet:
    """One institution's whole file, for those who may see deleted rows too: narrow it yourself."""
    people = ("town", "lead_department", "responsible_officer", "verified_by", "deleted_by")
    return (
        with_warnings(Institution.objects.all(), on)
        .defer(*_ONLY_FOR_SEARCH)
        .select_related(*people, "custody", "platform")
        .prefetch_related(
            "categories",
            "supporting_departments",
            "licences",
            "campuses__town",
            "representatives",
            "fees",
            "teachers",
            "safety_papers",
            "annual_inspections",
            "scans__attachment",
            "state_changes__made_by",
            "state_changes__confirmed_by",
            "state_changes__attachment",
        )
    )


def listed_in(institution: Institution) -> QuerySet[ListIssue]:
    """The published issues of the white list in which it stands, the newest first."""
    rows = ListIssue.objects.filter(kind=IssueKind.WHITELIST, state=IssueState.PUBLISHED)
    return rows.filter(entries__institution=institution).order_by("-number")


def list_words(institution: Institution, issues: Sequence[ListIssue], on: date) -> str:
    """Whether it stands on the list that holds now, in words; `issues` are those that name it."""
    current = current_issue(IssueKind.WHITELIST)
    if current is None:
        return "白名单尚未发布"
    if current not in issues:
        return f"没有列入现行白名单（第{current.number}期）"
    if standing_of(institution, on).is_good:
        return f"在现行白名单（第{current.number}期）上"
    return f"列入了现行白名单（第{current.number}期），现已从公示页面移出"


def removed_from(institution: Institution) -> QuerySet[RemovedRow]:
    """What was taken out of this file and can be put back, the newest first."""
    return institution.removed_rows.select_related("removed_by")


def deleted_rows() -> QuerySet[Institution]:
    """Rows that were taken out as mistaken, the newest first."""
    rows = Institution.objects.exclude(deleted_at=None)
    return rows.select_related("deleted_by").order_by("-deleted_at", "-pk")


def unconfirmed_changes() -> QuerySet[StateChange]:
    """Decisions of one person that a second one has not confirmed yet, the oldest first."""
    rows = StateChange.objects.filter(needs_confirmation=True, confirmed_at=None)
    standing = rows.filter(institution__deleted_at=None)
    return standing.select_related("institution", "made_by").order_by("made_at", "pk")


def unverified(pks: Collection[int]) -> InstitutionQuerySet:
    """Of these rows, those that wait for verification."""
    return register_rows().filter(pk__in=pks, state=InstitutionState.UNVERIFIED)
