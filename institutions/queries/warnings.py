"""What an officer should look at: the warnings that hold for an institution, worked out, never stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from foundation.clock.words import day_words
from foundation.law.queries import limit
from institutions.codes import check_credit_code, check_licence_number
from institutions.models import (
    AnnualConclusion,
    AnnualInspection,
    Custody,
    Fee,
    Institution,
    Licence,
    PlatformMark,
    SafetyPaper,
    StateChange,
)
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.standing import with_validity
from institutions.workflow import ENDED_STATES, InstitutionState

EXPIRY_NOTICE = "expiry_notice_days"
WATCHED_STATES = tuple(state for state in InstitutionState if state not in ENDED_STATES)
# Reports on a year are due by the end of June of the next one; before that nothing is missing.
_ANNUAL_DUE_MONTH = 7
_FAILED = (AnnualConclusion.FAILED, AnnualConclusion.ABSENT)

_WATCHED = Q(state__in=WATCHED_STATES)
_UNCONFIRMED = StateChange.objects.filter(needs_confirmation=True, confirmed_at=None)

# Every kind, in the order of the page: its words in the filter, and how loud it is.
KINDS = {
    "unconfirmed": ("决定待复核", "bad"),
    "run_out": ("许可证已到期", "bad"),
    "expiring": ("许可证即将到期", "warn"),
    "validity": ("有效期未登记", "warn"),
    "licence": ("许可证未登记", "warn"),
    "annual_failed": ("年检不合格或未参加", "bad"),
    "annual": ("上年度年检未登记", "warn"),
    "safety": ("安全材料到期或即将到期", "warn"),
    "platform": ("未入驻全国平台", "warn"),
    "custody": ("资金监管未登记", "warn"),
    "fees": ("收费未公示", "warn"),
    "code": ("信用代码未登记或存疑", "warn"),
}
# Worked out by arithmetic on the code itself, which the database does not know.
_BY_CODE = "code"


@dataclass(frozen=True)
class Caution:
    """One warning as a sentence for the page, and the day on which it bites, if there is one."""

    kind: str
    label: str
    tone: str
    words: str
    day: date | None = None


def last_annual_year_due(on: date) -> int:
    """The year whose annual inspection should be recorded by this day."""
    return on.year - (1 if on.month >= _ANNUAL_DUE_MONTH else 2)


def with_warnings(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Add to each row one mark per kind (`warns_…`) and the days that its words need."""
    return with_marks(_with_facts(rows), on)


def with_marks(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Add to each row one mark per kind: enough for `labels_of`."""
    marks: dict[str, Any] = {
        f"warns_{kind}": ExpressionWrapper(condition, output_field=BooleanField())
        for kind, condition in _conditions(on).items()
    }
    return with_validity(rows).annotate(**marks)


def cautions_of(institution: Institution) -> list[Caution]:
    """The warnings of one row that came through `with_warnings`, the loudest first."""
    return [_caution(kind, institution) for kind in _kinds_of(institution)]


def labels_of(institution: Institution) -> list[str]:
    """The same in one word each, for one row that came through `with_marks`."""
    return [KINDS[kind][0] for kind in _kinds_of(institution)]


def _kinds_of(institution: Institution) -> list[str]:
    found = [kind for kind in KINDS if kind != _BY_CODE and getattr(institution, f"warns_{kind}")]
    if institution.state in WATCHED_STATES and _code_is_doubtful(institution.credit_code):
        found.append(_BY_CODE)
    return found


def narrow_to_warning(rows: InstitutionQuerySet, kind: str, on: date) -> InstitutionQuerySet:
    """Only the rows for which this warning holds."""
    if kind != _BY_CODE:
        return rows.filter(_conditions(on)[kind])
    codes = rows.filter(_WATCHED).order_by().values_list("pk", "credit_code")
    return rows.filter(pk__in=[pk for pk, code in codes if _code_is_doubtful(code)])


def count_warnings(rows: InstitutionQuerySet, on: date) -> dict[str, int]:
    """How many rows each warning holds for; kinds that hold for none are left out."""
    conditions = _conditions(on)
    counts = rows.order_by().aggregate(
        **{kind: Count("pk", filter=condition) for kind, condition in conditions.items()}
    )
    codes = rows.filter(_WATCHED).order_by().values_list("credit_code", flat=True)
    counts[_BY_CODE] = sum(_code_is_doubtful(code) for code in codes)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def code_cautions(code: str) -> list[str]:
    """What is doubtful about a credit code, in words; it never keeps anybody from saving."""
    if not code:
        return ["统一社会信用代码未登记。"]
    return list(check_credit_code(code, settings.COUNTY_CODE).warnings)


def licence_number_cautions(number: str) -> list[str]:
    """What is doubtful about a licence number, in words; it never keeps anybody from saving."""
    return list(check_licence_number(number, settings.COUNTY_CODE).warnings)


def _conditions(on: date) -> dict[str, Q]:
    """When each warning holds. Every question asks for a set of institutions, once for all rows."""
    notice = on + timedelta(days=limit(EXPIRY_NOTICE))
    papers = _about_licences(on, notice) | _about_the_rest(on, notice)
    return {"unconfirmed": _among(_UNCONFIRMED)} | {
        kind: _WATCHED & condition for kind, condition in papers.items()
    }


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


def _about_the_rest(on: date, notice: date) -> dict[str, Q]:
    due = last_annual_year_due(on)
    inspected = AnnualInspection.objects.filter(year__gte=due)
    # Who was licensed after that year had nothing to be inspected in it.
    early = Licence.objects.filter(issued_on__year__lte=due)
    late = Licence.objects.filter(issued_on__year__gt=due)
    return {
        "annual_failed": _among(_newest_inspections().filter(conclusion__in=_FAILED)),
        "annual": ~_among(inspected) & (_among(early) | ~_among(late)),
        "safety": _among(_newest_safety_papers().filter(valid_until__lte=notice)),
        "platform": ~_among(PlatformMark.objects.exclude(platform_id="")),
        "custody": ~_among(Custody.objects.all()),
        "fees": ~_among(Fee.objects.all()),
    }


def _among(rows: QuerySet[Any]) -> Q:
    return Q(pk__in=rows.order_by().values("institution"))


def _newest_inspections() -> QuerySet[AnnualInspection]:
    newer = AnnualInspection.objects.filter(
        institution=OuterRef("institution"), year__gt=OuterRef("year")
    )
    return AnnualInspection.objects.filter(~Exists(newer))


def _newest_safety_papers() -> QuerySet[SafetyPaper]:
    """A newer paper of the same kind replaces the older one."""
    newer = SafetyPaper.objects.filter(
        institution=OuterRef("institution"),
        kind=OuterRef("kind"),
        valid_until__gt=OuterRef("valid_until"),
    )
    return SafetyPaper.objects.filter(~Exists(newer), valid_until__isnull=False)


def _with_facts(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    own = Q(institution=OuterRef("pk"))
    annual = AnnualInspection.objects.filter(own).order_by("-year")
    safety = _newest_safety_papers().filter(own).order_by("valid_until")
    return rows.annotate(
        last_annual_year=Subquery(annual.values("year")[:1]),
        last_conclusion=Subquery(annual.values("conclusion")[:1]),
        safety_day=Subquery(safety.values("valid_until")[:1]),
    )


def _code_is_doubtful(code: str) -> bool:
    return bool(code_cautions(code))


def _caution(kind: str, institution: Institution) -> Caution:
    label, tone = KINDS[kind]
    day, words = _words(kind, institution)
    return Caution(kind, label, tone, words or f"{label}。", day)


def _words(kind: str, institution: Any) -> tuple[date | None, str]:
    match kind:
        case "run_out":
            return institution.last_day, f"办学许可证已于{day_words(institution.last_day)}到期。"
        case "expiring":
            return institution.last_day, f"办学许可证将于{day_words(institution.last_day)}到期。"
        case "safety":
            return institution.safety_day, f"安全材料有效期至{day_words(institution.safety_day)}。"
        case "annual_failed":
            conclusion = AnnualConclusion(institution.last_conclusion).label
            return None, f"{institution.last_annual_year}年度年检{conclusion}。"
        case "code":
            return None, " ".join(code_cautions(institution.credit_code))
    return None, ""
