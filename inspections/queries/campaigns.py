"""Campaigns as their pages ask for them: which a person may see, what is missing, places and tasks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from foundation.accounts.models import Department, DepartmentKind, Role, User
from inspections import rules
from inspections.models import Campaign, CampaignTask, PlannedInspection
from inspections.workflow import CampaignState, TaskState
from institutions.models import Institution, UnlicensedSite
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.register import register_rows
from institutions.queries.search import search
from institutions.queries.sites import sites_of
from institutions.workflow import ENDED_STATES, SiteState

# A member sees a campaign once it was started; what is being planned is the office's.
_OPEN_TO_MEMBERS = (CampaignState.RUNNING, CampaignState.ENDED)
# Places that no longer teach are not proposed for a visit.
_OVER = (SiteState.CLOSED, SiteState.UNFOUNDED, SiteState.LICENSED)


def campaigns_of(user: User) -> QuerySet[Campaign]:
    """The campaigns that this person may see: the office all, a department those it takes part in."""
    rows = Campaign.objects.select_related(
        "organiser", "checklist", "notice", "planned_by", "started_by", "ended_by", "copied_from"
    )
    if rules.sees_everything(user):
        return rows
    started = rows.filter(state__in=_OPEN_TO_MEMBERS)
    return started.filter(members__department=user.department_id)


def tasks_of(user: User) -> QuerySet[CampaignTask]:
    """The tasks that this person may see: the office all, a department its own."""
    rows = CampaignTask.objects.select_related("campaign", "department", "person", "reported_by")
    if rules.sees_everything(user):
        return rows
    own = rows.filter(department=user.department_id)
    return own.filter(campaign__state__in=_OPEN_TO_MEMBERS)


def with_counts(rows: QuerySet[Campaign], user: User) -> QuerySet[Campaign]:
    """The list's rows with the numbers that it shows: places, and tasks that this person may see."""
    mine = tasks_of(user).filter(campaign=OuterRef("pk")).order_by()
    counted = mine.values("campaign").annotate(
        all=Count("pk"), reported=Count("pk", filter=Q(state=TaskState.REPORTED))
    )
    places = _standing(PlannedInspection.objects.filter(campaign=OuterRef("pk"))).order_by()
    return rows.annotate(
        place_count=Subquery(places.values("campaign").annotate(all=Count("pk")).values("all")),
        task_count=Subquery(counted.values("all")),
        reported_count=Subquery(counted.values("reported")),
    )


def open_tasks(rows: QuerySet[CampaignTask]) -> QuerySet[CampaignTask]:
    """Of these, what is still owed: not reported, in a campaign that runs."""
    return rows.filter(state=TaskState.OPEN, campaign__state=CampaignState.RUNNING)


def overdue_tasks(rows: QuerySet[CampaignTask], on: date) -> QuerySet[CampaignTask]:
    """Of these, what is owed after its day."""
    return open_tasks(rows).filter(due_on__lt=on)


@dataclass(frozen=True)
class Owed:
    """How much of these tasks is owed: by the person, by others, and after its day."""

    mine: int
    others: int
    late: int


def owed(rows: QuerySet[CampaignTask], user: User, on: date) -> Owed:
    """What is owed, by one question."""
    mine = Q(person=user)
    # A task without a person is nobody's: SQL alone would count it neither here nor there.
    others = Q(person=None) | ~Q(person=user)
    counted = open_tasks(rows).aggregate(
        mine=Count("pk", filter=mine),
        others=Count("pk", filter=others),
        late=Count("pk", filter=Q(due_on__lt=on)),
    )
    return Owed(**counted)


def missing(campaign: Campaign) -> list[str]:
    """What is still lacking before a campaign can be started, each as a sentence."""
    members = list(campaign.members.select_related("department"))
    busy = set(campaign.tasks.values_list("department", flat=True))
    idle = [str(one.department) for one in members if one.department_id not in busy]
    checks = (
        (not campaign.notice_number, "没有登记通知文号"),
        (not any(one.is_subject for one in members), "没有选定执法主体"),
        (not campaign.key_areas.exists(), "没有选定重点检查类别"),
        (not _standing(campaign.places.all()).exists(), "没有检查对象"),
        (bool(idle), f"{'、'.join(idle)}还没有任务"),
    )
    return [words for lacks, words in checks if lacks]


def possible_members(campaign: Campaign) -> QuerySet[Department]:
    """Departments that may take part, and those that do; the office organises, towns report clues."""
    kinds = (DepartmentKind.MEMBER, DepartmentKind.GUEST)
    possible = Q(kind__in=kinds, is_active=True)
    return Department.objects.filter(possible | Q(pk__in=campaign.members.values("department")))


def possible_persons(department: Department) -> QuerySet[User]:
    """Who may see to a task of this department."""
    roles = (Role.OFFICER, Role.DEPARTMENT_HEAD)
    return User.objects.filter(department=department, is_active=True, role__in=roles)


def places_in(
    campaign: Campaign, *, words: str = "", town: Department | None = None
) -> QuerySet[PlannedInspection]:
    """The places of a campaign, institutions first, in the order of their names."""
    rows = (
        _standing(campaign.places.all())
        .select_related("institution__town", "institution__lead_department", "site__town")
        .defer("institution__search_text", "institution__search_terms")
    )
    if town:
        rows = rows.filter(Q(institution__town=town) | Q(site__town=town))
    if words:
        found = search(Institution.objects.all(), words).values("pk")
        sites = search(UnlicensedSite.objects.all(), words).values("pk")
        rows = rows.filter(Q(institution__in=found) | Q(site__in=sites))
    return rows


def places_by_town(campaign: Campaign) -> list[dict[str, Any]]:
    """How many places of a campaign lie in each town."""
    places = _standing(campaign.places.all()).order_by()
    institutions, sites = places.filter(site=None), places.filter(institution=None)
    counts: Counter[tuple[str, str]] = Counter()
    for rows, town in ((institutions, "institution__town"), (sites, "site__town")):
        code, name = f"{town}__code", f"{town}__short_name"
        for line in rows.values(code, name).annotate(all=Count("pk")):
            counts[line[code] or "", line[name] or "镇街未登记"] += line["all"]
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"code": code, "town": town, "count": count} for (code, town), count in ordered]


def candidate_institutions(campaign: Campaign) -> InstitutionQuerySet:
    """Institutions of the register that are not in the campaign yet."""
    known = campaign.places.exclude(institution=None).values("institution")
    return register_rows().exclude(pk__in=known)


def still_standing(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    """Of these, those that have not come to their end."""
    return rows.exclude(state__in=ENDED_STATES)


def candidate_sites(campaign: Campaign, user: User) -> QuerySet[UnlicensedSite]:
    """Places without licence that still may teach and are not in the campaign yet."""
    known = campaign.places.exclude(site=None).values("site")
    return sites_of(user).exclude(pk__in=known).exclude(state__in=_OVER)


def _standing(places: QuerySet[PlannedInspection]) -> QuerySet[PlannedInspection]:
    """Without those whose row was deleted as mistaken meanwhile."""
    return places.filter(institution__deleted_at=None, site__deleted_at=None)
