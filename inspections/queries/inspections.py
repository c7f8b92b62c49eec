"""Inspections as their pages ask for them: which a person may see, what waits, how often a place was visited."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.law.queries import cap
from inspections import rules
from inspections.models import (
    BEGUN,
    Campaign,
    Inspection,
    Inspector,
    Outcome,
    PlannedInspection,
    Section,
)
from inspections.models.inspection import TO_PREPARE
from inspections.queries.campaigns import campaigns_of
from inspections.workflow import CampaignState, InspectionState
from institutions.models import Institution, UnlicensedSite

CAP = "visits_a_year"
COMPLETION_DAYS = "urgent_completion_days"
# What may begin: approved, or urgent and reported.
_MAY_BEGIN = Q(state=InspectionState.APPROVED) | Q(is_urgent=True, state=InspectionState.WAITING)
# What takes place or has taken place.
_TAKES_PLACE = _MAY_BEGIN | Q(state__in=BEGUN)
# What has not begun and was not given up; and with it what has begun.
AHEAD = (InspectionState.PLANNED, InspectionState.WAITING, InspectionState.APPROVED)
LIVE = (*AHEAD, *BEGUN)


def inspections_of(user: User) -> QuerySet[Inspection]:
    """The inspections that this person may see: the office all, a department those it takes part in.

    Every list, every page and every paper begins here.
    """
    if not rules.may_view_inspections(user):
        return Inspection.objects.none()
    rows = Inspection.objects.select_related(
        "institution__town", "site__town", "organiser", "lead", "approval", "disclosure"
    ).defer(
        "institution__search_text",
        "institution__search_terms",
        "site__search_text",
        "site__search_terms",
    )
    if rules.sees_every_inspection(user):
        return rows
    own = Section.objects.filter(inspection=OuterRef("pk"), department=user.department_id)
    return rows.filter(Exists(own))


def inspection_files_of(user: User) -> QuerySet[Inspection]:
    """The same with all that the page of one says."""
    rows = inspections_of(user).defer("drawn__draw__list_file")
    return rows.select_related(
        "planned__campaign",
        "drawn__draw",
        "checklist",
        "planned_by",
        "cancelled_by",
        "begun_by",
        "concluded_by",
        "merged_into__institution",
        "merged_into__site",
        "approval__asked_by",
        "approval__decided_by",
        "approval__subject",
    )


def with_sections(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """The rows with the departments that take part and their people, by two questions more."""
    people = Inspector.objects.select_related("user")
    sections = Section.objects.select_related("department").prefetch_related(
        Prefetch("inspectors", people)
    )
    return rows.prefetch_related(Prefetch("sections", sections))


def live(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, those that were not given up."""
    return rows.filter(state__in=LIVE)


def settled(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, those that count against the year's cap: what takes place or has taken place."""
    return rows.filter(_TAKES_PLACE)


def may_begin(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, those that may begin, by the same rule as a single one."""
    return rows.filter(_MAY_BEGIN)


def to_ask(user: User) -> QuerySet[Inspection]:
    """What this person may ask approval for, with the own department in the lead: planned, or urgent,
    begun and sent back."""
    if not rules.may_ask(user):
        return Inspection.objects.none()
    sent_back = Q(state=InspectionState.RUNNING, approval__outcome=Outcome.SENT_BACK)
    rows = inspections_of(user).filter(Q(state=InspectionState.PLANNED) | sent_back)
    return rows.filter(lead=user.department_id)


def to_approve(user: User) -> QuerySet[Inspection]:
    """What waits for this head: asked for by others, and without the head among its inspectors."""
    if not rules.may_approve(user):
        return Inspection.objects.none()
    undecided = Q(state=InspectionState.RUNNING, approval__outcome="")
    rows = inspections_of(user).filter(lead=user.department_id)
    waiting = rows.filter(Q(state=InspectionState.WAITING) | undecided)
    goes = Inspector.objects.filter(inspection=OuterRef("pk"), user=user, left_at=None)
    return waiting.exclude(approval__asked_by=user).exclude(Exists(goes))


def to_complete(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, urgent ones that were reported and whose approval is still owed."""
    return rows.filter(
        is_urgent=True,
        state__in=(InspectionState.PLANNED, InspectionState.WAITING, InspectionState.RUNNING),
        approval__completion_due_on__isnull=False,
    ).exclude(approval__outcome=Outcome.APPROVED)


def with_exception(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Of these, the visits beyond the year's cap, for which a reason was given."""
    return rows.filter(approval__isnull=False).exclude(approval__exception="")


def to_staff(user: User) -> QuerySet[Inspection]:
    """Planned with this person's department, which has named nobody yet."""
    if not rules.may_staff(user) or rules.sees_every_inspection(user):
        return Inspection.objects.none()
    named = Inspector.objects.filter(
        inspection=OuterRef("pk"), section__department=user.department_id, left_at=None
    )
    return inspections_of(user).filter(~Exists(named), state=InspectionState.PLANNED)


def mine_on(user: User, on: date) -> QuerySet[Inspection]:
    """The visits of that day on which this person goes."""
    return _mine(user).filter(planned_on=on, state__in=LIVE)


def mine_running(user: User) -> QuerySet[Inspection]:
    """The visits that this person has begun with others and that wait for their conclusion."""
    return _mine(user).filter(state=InspectionState.RUNNING)


def _mine(user: User) -> QuerySet[Inspection]:
    goes = Inspector.objects.filter(inspection=OuterRef("pk"), user=user, left_at=None)
    return inspections_of(user).filter(Exists(goes))


def visits_in(year: int, institutions: Collection[int]) -> dict[int, set[int]]:
    """The visits of each of these institutions in a calendar year, as far as they are settled."""
    rows = settled(Inspection.objects.filter(institution__in=institutions, planned_on__year=year))
    found: dict[int, set[int]] = defaultdict(set)
    for institution, pk in rows.order_by().values_list("institution", "pk"):
        found[institution or 0].add(pk)
    return found


@dataclass(frozen=True)
class Visits:
    """How often the place is visited this year without this visit, and how often it may be."""

    year: int
    count: int
    cap: int | None

    @property
    def is_over(self) -> bool:
        """Would this visit be one too many?"""
        return self.cap is not None and self.count >= self.cap

    @property
    def words(self) -> str:
        """Both numbers, as a page says them."""
        most = "未设上限" if self.cap is None else f"上限{self.cap}次"
        return f"{self.year}年另有{self.count}次已批准或已实施的检查，{most}"


def visits_of(inspection: Inspection) -> Visits:
    """The other visits of the same place in the year of this one; a place without licence has no cap."""
    return visits_of_all([inspection])[inspection.pk]


def visits_of_all(rows: Iterable[Inspection]) -> dict[int, Visits]:
    """The same for many, by one question for each year and one for the cap."""
    rows, most = list(rows), cap(CAP)
    years = {row.planned_on.year for row in rows}
    counts = {
        year: visits_in(
            year, [row.institution_id for row in rows if row.institution_id is not None]
        )
        for year in years
    }
    return {row.pk: _visits(row, counts[row.planned_on.year], most) for row in rows}


def visits_of_place(place: Institution | UnlicensedSite, year: int) -> Visits:
    """The settled visits of a place for which one is being planned."""
    if isinstance(place, UnlicensedSite):
        return Visits(year, 0, None)
    return Visits(year, len(visits_in(year, [place.pk])[place.pk]), cap(CAP))


def _visits(row: Inspection, known: Mapping[int, set[int]], most: int | None) -> Visits:
    year = row.planned_on.year
    if row.institution_id is None:
        return Visits(year, 0, None)
    return Visits(year, len(known.get(row.institution_id, set()) - {row.pk}), most)


def visits_of_month(place: Institution | UnlicensedSite, on: date) -> QuerySet[Inspection]:
    """Live visits of this place in the month of that day, whoever makes them."""
    rows = Inspection.objects.filter(
        state__in=LIVE, planned_on__year=on.year, planned_on__month=on.month
    )
    if isinstance(place, Institution):
        return rows.filter(institution=place)
    return rows.filter(site=place)


def last_to_prepare(organiser: Department) -> str:
    """What this department asked a place to prepare when it last arranged a visit."""
    rows = Inspection.objects.filter(organiser=organiser).order_by("-pk")
    last = rows.values_list("to_prepare", flat=True).first()
    return TO_PREPARE if last is None else last


def possible_subjects() -> QuerySet[Department]:
    """Who may inspect in its own name."""
    rows = Department.objects.filter(is_enforcement_subject=True, is_active=True)
    return rows.exclude(kind=DepartmentKind.OFFICE)


def possible_inspectors(departments: Iterable[Department] | QuerySet[Department]) -> QuerySet[User]:
    """People of these departments who hold a certificate."""
    roles = (Role.OFFICER, Role.DEPARTMENT_HEAD)
    rows = User.objects.filter(is_active=True, role__in=roles, department__in=departments)
    ordered = rows.exclude(certificate_no="").select_related("department")
    return ordered.order_by("department__sort_order", "department__code", "username")


def heads_of(department: Department) -> QuerySet[User]:
    """Who may approve in this department's name."""
    return User.objects.filter(is_active=True, role=Role.DEPARTMENT_HEAD, department=department)


def possible_campaigns(
    place: Institution | UnlicensedSite, user: User
) -> QuerySet[PlannedInspection]:
    """The place's lines in campaigns that are being planned or run, as far as this person sees them."""
    open_ones = (CampaignState.PLANNING, CampaignState.RUNNING)
    rows = PlannedInspection.objects.select_related("campaign", "institution", "site")
    rows = rows.filter(campaign__in=campaigns_of(user).filter(state__in=open_ones))
    rows = rows.order_by("-campaign__starts_on")
    if isinstance(place, Institution):
        return rows.filter(institution=place)
    return rows.filter(site=place)


def without_visit(places: QuerySet[PlannedInspection]) -> QuerySet[PlannedInspection]:
    """Of a campaign's places, those for which no visit is planned."""
    visits = Inspection.objects.filter(planned=OuterRef("pk"), state__in=LIVE)
    return places.filter(~Exists(visits))


def campaigns_with_inspections(rows: QuerySet[Inspection]) -> QuerySet[Campaign]:
    """The campaigns to which these inspections belong."""
    return Campaign.objects.filter(pk__in=rows.order_by().values("planned__campaign"))
