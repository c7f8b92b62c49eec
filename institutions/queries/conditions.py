"""When each warning holds, as a condition on institutions: each asks for a set, once for all rows."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import LessThan

from foundation.law.queries import limits
from institutions.models import (
    AnnualConclusion,
    AnnualInspection,
    Category,
    Custody,
    CustodyMode,
    Fee,
    Institution,
    Licence,
    PlatformMark,
    ProfitKind,
    RegistrationType,
    SafetyPaper,
    StateChange,
)
from institutions.workflow import ENDED_STATES, InstitutionState

EXPIRY_NOTICE = "expiry_notice_days"
AREA_PER_LEARNER = "area_per_learner"
FULL_TIME_PERCENT = "full_time_percent"
WATCHED_STATES = tuple(state for state in InstitutionState if state not in ENDED_STATES)
WATCHED = Q(state__in=WATCHED_STATES)
# How a credit code begins, and what the register then says of the registration.
REGISTERED_AS = {
    "91": RegistrationType.COMPANY,
    "92": RegistrationType.SOLE,
    "52": RegistrationType.CIVIL,
    "12": RegistrationType.PUBLIC,
}
# Reports on a year are due by the end of June of the next one; before that nothing is missing.
_ANNUAL_DUE_MONTH = 7
_FAILED = (AnnualConclusion.FAILED, AnnualConclusion.ABSENT)
_UNCONFIRMED = StateChange.objects.filter(needs_confirmation=True, confirmed_at=None)
# The platform keeps the fees itself, or none are taken: no account of the institution's own.
_WITHOUT_ACCOUNT = (CustodyMode.PLATFORM, CustodyMode.NONE)
_ACADEMIC = "XK"


def last_annual_year_due(on: date) -> int:
    """The year whose annual inspection should be recorded by this day."""
    return on.year - (1 if on.month >= _ANNUAL_DUE_MONTH else 2)


def conditions(on: date) -> dict[str, Q]:
    """The condition of each kind of warning on that day."""
    figures = limits(EXPIRY_NOTICE, AREA_PER_LEARNER, FULL_TIME_PERCENT)
    notice = on + timedelta(days=figures[EXPIRY_NOTICE])
    watched = (
        _about_licences(on, notice)
        | _about_papers(on, notice)
        | _about_money()
        | _about_the_place(notice, figures[AREA_PER_LEARNER])
        | _about_its_kind(figures[FULL_TIME_PERCENT])
        | _about_doubles()
    )
    return {"unconfirmed": _among(_UNCONFIRMED)} | {
        kind: WATCHED & condition for kind, condition in watched.items()
    }


def _about_doubles() -> dict[str, Q]:
    """A number that two institutions give as their own: one of them is wrong, or both are one."""
    coded = Institution.objects.standing().exclude(credit_code="").order_by()
    codes = coded.values("credit_code").annotate(many=Count("pk")).filter(many__gt=1)
    licences = Licence.objects.filter(is_void=False, institution__deleted_at=None)
    numbered = licences.exclude(number_key="").order_by()
    holders = Count("institution", distinct=True)
    numbers = numbered.values("number_key").annotate(many=holders).filter(many__gt=1)
    same_number = _among(numbered.filter(number_key__in=numbers.values("number_key")))
    return {"double": Q(credit_code__in=codes.values("credit_code")) | same_number}


def newest_safety_papers() -> QuerySet[SafetyPaper]:
    """A newer paper of the same kind replaces the older one."""
    newer = SafetyPaper.objects.filter(
        institution=OuterRef("institution"),
        kind=OuterRef("kind"),
        valid_until__gt=OuterRef("valid_until"),
    )
    return SafetyPaper.objects.filter(~Exists(newer), valid_until__isnull=False)


def _about_licences(on: date, notice: date) -> dict[str, Q]:
    in_use = Licence.objects.filter(is_void=False)
    long_term = _among(in_use.filter(is_long_term=True))
    beyond = _among(in_use.filter(valid_until__gt=notice))
    not_ended = _among(in_use.filter(valid_until__gte=on))
    ended = _among(in_use.filter(valid_until__lt=on))
    soon = _among(in_use.filter(valid_until__range=(on, notice)))
    dated = _among(in_use.filter(valid_until__isnull=False))
    return {
        "run_out": ended & ~not_ended & ~long_term,
        "expiring": soon & ~beyond & ~long_term,
        "validity": _among(in_use) & ~dated & ~long_term,
        "licence": ~_among(in_use),
    }


def _about_papers(on: date, notice: date) -> dict[str, Q]:
    due = last_annual_year_due(on)
    inspected = AnnualInspection.objects.filter(year__gte=due)
    # Who was licensed after that year had nothing to be inspected in it.
    early = Licence.objects.filter(issued_on__year__lte=due)
    late = Licence.objects.filter(issued_on__year__gt=due)
    return {
        "annual_failed": _among(_newest_inspections().filter(conclusion__in=_FAILED)),
        "annual": ~_among(inspected) & (_among(early) | ~_among(late)),
        "safety": _among(newest_safety_papers().filter(valid_until__lte=notice)),
    }


def _about_money() -> dict[str, Q]:
    on_platform = PlatformMark.objects.exclude(platform_id="")
    named = Custody.objects.exclude(bank="").exclude(account="")
    kept_safe = named | Custody.objects.filter(mode__in=_WITHOUT_ACCOUNT)
    return {
        "platform": ~_among(on_platform),
        "payment": _among(on_platform.filter(payment_open=False)),
        "custody": ~_among(kept_safe),
        "fees": ~_among(Fee.objects.all()) | _among(Fee.objects.filter(disclosed_on=None)),
    }


def _about_the_place(notice: date, area: int) -> dict[str, Q]:
    crowded = Licence.objects.filter(
        is_void=False, institution__teaching_area__lt=F("capacity") * area
    )
    moved = ~Q(address="") & ~Q(actual_address="") & ~Q(actual_address=F("address"))
    return {
        "lease": Q(lease_until__lte=notice),
        "address": moved,
        "room": _among(crowded),
    }


def _about_its_kind(percent: int) -> dict[str, Q]:
    few = LessThan(F("full_time_staff") * 100, F("staff") * percent)
    # The category does not say for which age; who teaches the compulsory years may take no profit.
    academic = Category.objects.filter(code=_ACADEMIC).order_by().values("institutions")
    odd = Q(registration_type=RegistrationType.SOLE) & ~Q(credit_code__startswith="92")
    for start, kind in REGISTERED_AS.items():
        odd |= Q(credit_code__startswith=start) & ~Q(registration_type__in=(kind, ""))
    return {
        "staff": _among(PlatformMark.objects.filter(few)),
        "profit": Q(profit_kind=ProfitKind.FOR_PROFIT, pk__in=academic),
        "registration": odd,
    }


def _among(rows: QuerySet[Any]) -> Q:
    return Q(pk__in=rows.order_by().values("institution"))


def _newest_inspections() -> QuerySet[AnnualInspection]:
    newer = AnnualInspection.objects.filter(
        institution=OuterRef("institution"), year__gt=OuterRef("year")
    )
    return AnnualInspection.objects.filter(~Exists(newer))
