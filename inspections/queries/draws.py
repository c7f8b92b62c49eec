"""Draws as their pages ask for them: which a person may see, the list, what stands in the way of a visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from foundation.accounts.models import Department, Role, User
from foundation.law.queries import cap
from inspections import rules
from inspections.models import (
    Campaign,
    Draw,
    DrawInspector,
    DrawnVisit,
    DrawPlace,
    DrawRecusal,
    Inspection,
    Inspector,
)
from inspections.queries.campaigns import campaigns_of
from inspections.queries.inspections import CAP, LIVE, possible_inspectors, visits_in
from inspections.selection import DrawList, DrawnPlace, ListedInspector, ListedPlace
from inspections.workflow import CampaignState, DrawState
from institutions.models import Institution
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.register import register_rows
from institutions.workflow import ENDED_STATES

_OPEN_TO_MEMBERS = (DrawState.FIXED, DrawState.DRAWN)


def draws_of(user: User) -> QuerySet[Draw]:
    """The draws that this person may see: the office all, a department those from whose people is drawn,
    once the list is fixed."""
    if not rules.may_view_inspections(user):
        return Draw.objects.none()
    rows = Draw.objects.select_related(
        "campaign", "prepared_by", "fixed_by", "drawn_by", "replaces"
    ).defer("list_file")
    if rules.sees_every_inspection(user):
        return rows
    own = DrawInspector.objects.filter(draw=OuterRef("pk"), department=user.department_id)
    return rows.filter(Exists(own), state__in=_OPEN_TO_MEMBERS)


def draw_campaigns(user: User) -> QuerySet[Campaign]:
    """The campaigns from whose places may be drawn."""
    return campaigns_of(user).filter(state__in=(CampaignState.PLANNING, CampaignState.RUNNING))


def possible_places(campaign: Campaign | None = None) -> InstitutionQuerySet:
    """The institutions that may be drawn: those of the campaign or of the register that have not ended."""
    rows = register_rows().exclude(state__in=ENDED_STATES)
    if campaign:
        rows = rows.filter(planned_inspections__campaign=campaign)
    return rows


def drawable(departments: Iterable[Department]) -> QuerySet[User]:
    """Whose names may be drawn: officers with a certificate. Heads approve and do not go."""
    return possible_inspectors(departments).filter(role=Role.OFFICER)


def known_recusals(draw: Draw) -> list[DrawRecusal]:
    """Who of the list was recused from an institution of the list before, and is not noted yet."""
    places = {one.institution_id: one for one in draw.places.all()}
    inspectors = {one.user_id: one for one in draw.inspectors.all()}
    noted = set(recusals_of(draw).values_list("place", "inspector"))
    rows = Inspector.objects.filter(
        is_recused=True, inspection__institution__in=places, user__in=inspectors
    ).order_by("pk")
    found: dict[tuple[int, int], DrawRecusal] = {}
    for institution, user, reason in rows.values_list(
        "inspection__institution", "user", "left_reason"
    ):
        place, inspector = places[institution], inspectors[user]
        if (place.pk, inspector.pk) not in noted:
            found[place.pk, inspector.pk] = DrawRecusal(
                place=place, inspector=inspector, reason=f"此前已回避：{reason}", is_known=True
            )
    return list(found.values())


def recusals_of(draw: Draw) -> QuerySet[DrawRecusal]:
    """Who is recused from where."""
    rows = DrawRecusal.objects.filter(place__draw=draw)
    return rows.select_related("place", "inspector__department")


def list_of(draw: Draw) -> DrawList:
    """The numbered list of a draw, as it is written into the file."""
    away: dict[int, set[int]] = {}
    for one in recusals_of(draw):
        away.setdefault(one.inspector_id, set()).add(one.place.number or 0)
    return DrawList(
        title=draw.title,
        place_count=draw.place_count,
        from_each=draw.from_each,
        seed_source=draw.seed_source,
        places=tuple(_listed_place(one) for one in draw.places.all()),
        inspectors=tuple(
            _listed_inspector(one, away.get(one.pk, set())) for one in draw.inspectors.all()
        ),
    )


def drawn_of(draw: Draw) -> QuerySet[DrawnVisit]:
    """What was drawn, in the order of the draw, with its people."""
    people = DrawInspector.objects.select_related("user__department", "department")
    rows = DrawnVisit.objects.filter(draw=draw).select_related("place__institution__town")
    return rows.prefetch_related(Prefetch("inspectors", people))


def result_of(draw: Draw) -> list[DrawnPlace]:
    """The same as it is written into the file."""
    return [
        DrawnPlace(
            _listed_place(one.place),
            tuple(_listed_inspector(who, ()) for who in one.inspectors.all()),
        )
        for one in drawn_of(draw)
    ]


@dataclass(frozen=True)
class DrawnLine:
    """One drawn institution: its visit, or why none is planned just like that."""

    drawn: DrawnVisit
    inspection: Inspection | None
    obstacle: str
    is_over: bool

    @property
    def is_free(self) -> bool:
        """May a visit be planned, the cap apart?"""
        return not self.inspection and not self.obstacle


def drawn_lines(draw: Draw, on: date) -> list[DrawnLine]:
    """What was drawn, each with its visit and what stands in the way of one on that day, by a few questions."""
    rows = list(drawn_of(draw))
    pks = [one.place.institution_id for one in rows]
    visits = {
        one.drawn_id: one
        for one in Inspection.objects.filter(drawn__draw=draw, state__in=LIVE)
        .select_related("institution", "site")
        .order_by("pk")
    }
    elsewhere = _planned_elsewhere(draw, pks)
    counts, most = visits_in(on.year, pks), cap(CAP)
    return [
        DrawnLine(
            one,
            visits.get(one.pk),
            _obstacle(one.place.institution, elsewhere),
            most is not None and len(counts[one.place.institution_id]) >= most,
        )
        for one in rows
    ]


def not_sent(made: Iterable[Inspection]) -> list[str]:
    """Who was drawn for these visits and does not go."""
    sent = {
        (one.inspection_id, one.user_id) for one in Inspector.objects.filter(inspection__in=made)
    }
    visits = {one.drawn_id: one.pk for one in made if one.drawn_id is not None}
    rows = DrawnVisit.objects.filter(pk__in=visits).prefetch_related("inspectors__department")
    away = {
        str(who): None
        for row in rows
        for who in row.inspectors.all()
        if (visits[row.pk], who.user_id) not in sent
    }
    return list(away)


def is_planned(draw: Draw) -> bool:
    """Is there a visit that carries this draw out?"""
    return Inspection.objects.filter(drawn__draw=draw, state__in=LIVE).exists()


def replacement_of(draw: Draw) -> Draw | None:
    """The draw that was made in its place."""
    return draw.replacements.exclude(state=DrawState.DISCARDED).first()


def _planned_elsewhere(draw: Draw, institutions: list[int]) -> set[int]:
    """Institutions that the draw's campaign visits without it."""
    if draw.campaign_id is None:
        return set()
    rows = Inspection.objects.exclude(drawn__draw=draw).filter(
        planned__campaign=draw.campaign_id,
        institution__in=institutions,
        state__in=LIVE,
    )
    return {pk for pk in rows.values_list("institution", flat=True) if pk is not None}


def _obstacle(institution: Institution, elsewhere: set[int]) -> str:
    if institution.deleted_at is not None:
        return "已作为误登删除"
    if institution.state in ENDED_STATES:
        return f"机构已{institution.get_state_display()}"
    return "本次行动已另行安排检查" if institution.pk in elsewhere else ""


def _listed_place(place: DrawPlace) -> ListedPlace:
    return ListedPlace(place.number or 0, place.name, place.town)


def _listed_inspector(one: DrawInspector, recused: Iterable[int]) -> ListedInspector:
    return ListedInspector(one.number or 0, one.name, one.department_name, frozenset(recused))
