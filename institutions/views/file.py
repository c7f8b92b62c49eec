"""One institution's page: its whole file."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.law.queries import limits
from foundation.web.pagination import number_of
from institutions import rules
from institutions.models import Institution, Outcome, StateChange
from institutions.naming import name_key
from institutions.queries.conditions import AREA_PER_LEARNER, EXPIRY_NOTICE
from institutions.queries.imports import imports_of
from institutions.queries.register import (
    file_rows,
    line_of,
    list_words,
    listed_in,
    removed_from,
)
from institutions.queries.timeline import timeline_of
from institutions.queries.warnings import licence_number_cautions
from institutions.workflow import ACT_WORDS, INSTITUTION


@dataclass(frozen=True)
class Step:
    """One act on the institution's state that this person may take now."""

    words: str
    url: str


@requires(rules.may_view)
@require_safe
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Facts, papers with their days, warnings, status history and timeline of one institution."""
    on = today()
    seen = Q() if rules.may_delete(request.user) else Q(deleted_at=None)
    institution = get_object_or_404(file_rows(on).filter(seen), pk=pk)
    before = number_of(request.GET.get("before", ""))
    imported = imports_of(institution)
    issues = list(listed_in(institution))
    figures = limits(EXPIRY_NOTICE, AREA_PER_LEARNER)
    page: dict[str, Any] = {
        "institution": institution,
        "line": line_of(institution, on),
        "licences": [
            (row, licence_number_cautions(row.number)) for row in institution.licences.all()
        ],
        "issues": issues,
        "list_words": list_words(institution, issues, on),
        "notice": figures[EXPIRY_NOTICE],
        "room": _room_words(institution, figures[AREA_PER_LEARNER]),
        "is_other_sign": _is_other_name(institution.short_name, institution.name),
        "changes": [(row, _may_confirm(request, row)) for row in institution.state_changes.all()],
        "timeline": timeline_of(institution, imported, before),
        "origin": next((row.run_id for row in imported if row.outcome == Outcome.NEW), None),
        "steps": _steps(request, institution),
        "may_register": rules.may_register(request.user) and institution.deleted_at is None,
        "removed": removed_from(institution) if rules.may_register(request.user) else (),
        "may_view_account": rules.may_view_account(request.user),
        "may_delete": rules.may_delete(request.user),
        "may_print_codes": rules.may_print_codes(request.user) and institution.deleted_at is None,
    }
    return render(request, "institutions/file.html", page)


def _room_words(institution: Institution, area: int) -> str:
    """How many may be taught at once in these rooms."""
    rooms = institution.teaching_area
    if rooms is None or not area:
        return ""
    return f"按每人不少于{area}平方米，同时在训不超过{int(rooms // area)}人"


def _is_other_name(sign: str, name: str) -> bool:
    """Does the sign over the door say something that the licence's name does not?"""
    return name_key(sign) not in name_key(name)


def _steps(request: SignedInRequest, institution: Institution) -> list[Step]:
    if institution.deleted_at is not None:
        return []
    acts = INSTITUTION.acts(institution.state)
    return [
        Step(ACT_WORDS[act], step_address(institution, act))
        for act in acts
        if rules.may_take(request.user, act)
    ]


def step_address(institution: Institution, act: str) -> str:
    """Where this act on the state is taken."""
    if act == "verify":
        return reverse("institutions:verify", args=[institution.pk])
    return reverse("institutions:decide", args=[institution.pk, act.replace(" ", "-")])


def _may_confirm(request: SignedInRequest, change: StateChange) -> bool:
    waits = change.needs_confirmation and change.confirmed_at is None
    return waits and rules.may_confirm_this(request.user, change)
