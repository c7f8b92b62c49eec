"""What an officer should look at: the warnings that hold for an institution, worked out, never stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery

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
from institutions.workflow import InstitutionState

EXPIRY_NOTICE = "expiry_notice_days"
# Nobody waits for papers of an institution that has come to its end.
WATCHED_STATES = (
    InstitutionState.UNVERIFIED,
    InstitutionState.NORMAL,
    InstitutionState.SUSPENDED,
    InstitutionState.RESTING,
)
# Reports on a year are due by the end of June of the next one; before that nothing is missing.
_ANNUAL_DUE_MONTH = 7
_FAILED = (AnnualConclusion.FAILED, AnnualConclusion.ABSENT)

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
    "code": ("信用代码存疑", "warn"),
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
    holds = _holds(on, on + timedelta(days=limit(EXPIRY_NOTICE)))
    watched = Q(state__in=WATCHED_STATES)
    marks: dict[str, Any] = {
        f"warns_{kind}": ExpressionWrapper(
            condition if kind == "unconfirmed" else watched & condition,
            output_field=BooleanField(),
        )
        for kind, condition in holds.items()
    }
    return _with_facts(with_validity(rows)).annotate(**marks)


def cautions_of(institution: Institution) -> list[Caution]:
    """The warnings of one row that came through `with_warnings`, the loudest first."""
    found = [kind for kind in KINDS if kind != _BY_CODE and getattr(institution, f"warns_{kind}")]
    if institution.state in WATCHED_STATES and _code_is_doubtful(institution.credit_code):
        found.append(_BY_CODE)
    return [_caution(kind, institution) for kind in found]


def narrow_to_warning(rows: InstitutionQuerySet, kind: str, on: date) -> InstitutionQuerySet:
    """Only the rows for which this warning holds."""
    if kind != _BY_CODE:
        return with_warnings(rows, on).filter(**{f"warns_{kind}": True})
    codes = rows.filter(state__in=WATCHED_STATES).order_by().values_list("pk", "credit_code")
    return rows.filter(pk__in=[pk for pk, code in codes if _code_is_doubtful(code)])


def count_warnings(rows: InstitutionQuerySet, on: date) -> dict[str, int]:
    """How many rows each warning holds for; kinds that hold for none are left out."""
    marks = [f"warns_{kind}" for kind in KINDS if kind != _BY_CODE]
    counts = dict.fromkeys(KINDS, 0)
    listed = with_warnings(rows, on).order_by().values_list("state", "credit_code", *marks)
    for state, code, *held in listed:
        for mark, holds in zip(marks, held, strict=True):
            counts[mark.removeprefix("warns_")] += bool(holds)
        counts[_BY_CODE] += state in WATCHED_STATES and _code_is_doubtful(code)
    return {kind: count for kind, count in counts.items() if count}


def code_cautions(code: str) -> list[str]:
    """What is doubtful about a credit code, in words; it never keeps anybody from saving."""
    if not code:
        return ["统一社会信用代码未登记。"]
    return list(check_credit_code(code, settings.COUNTY_CODE).warnings)


def licence_number_cautions(number: str) -> list[str]:
    """What is doubtful about a licence number, in words; it never keeps anybody from saving."""
    return list(check_licence_number(number, settings.COUNTY_CODE).warnings)


def _holds(on: date, notice: date) -> dict[str, Q | Exists]:
    ends = Q(is_long_term=False)
    return {
        "unconfirmed": Q(has_unconfirmed=True),
        "run_out": ends & Q(last_day__lt=on),
        "expiring": ends & Q(last_day__gte=on, last_day__lte=notice),
        "validity": ends & Q(has_licence=True, last_day=None),
        "licence": Q(has_licence=False),
        "annual_failed": Q(last_conclusion__in=_FAILED),
        "annual": _annual_is_missing(on),
        "safety": Q(safety_day__lte=notice),
        "platform": Q(has_platform=False),
        "custody": Q(has_custody=False),
        "fees": Q(has_fees=False),
    }


def _annual_is_missing(on: date) -> Q:
    due = last_annual_year_due(on)
    # Who was licensed after that year had nothing to be inspected in it.
    was_there = Q(first_issued=None) | Q(first_issued__year__lte=due)
    return was_there & (Q(last_annual_year=None) | Q(last_annual_year__lt=due))


def _with_facts(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    own = Q(institution=OuterRef("pk"))
    annual = AnnualInspection.objects.filter(own).order_by("-year")
    issued = Licence.objects.filter(own, issued_on__isnull=False)
    # A newer paper of the same kind replaces the older one.
    newer = SafetyPaper.objects.filter(
        institution=OuterRef("institution"),
        kind=OuterRef("kind"),
        valid_until__gt=OuterRef("valid_until"),
    )
    safety = SafetyPaper.objects.filter(own, ~Exists(newer), valid_until__isnull=False)
    return rows.annotate(
        has_unconfirmed=Exists(
            StateChange.objects.filter(own, needs_confirmation=True, confirmed_at=None)
        ),
        first_issued=Subquery(issued.order_by("issued_on").values("issued_on")[:1]),
        last_annual_year=Subquery(annual.values("year")[:1]),
        last_conclusion=Subquery(annual.values("conclusion")[:1]),
        safety_day=Subquery(safety.order_by("valid_until").values("valid_until")[:1]),
        has_platform=Exists(PlatformMark.objects.filter(own).exclude(platform_id="")),
        has_custody=Exists(Custody.objects.filter(own)),
        has_fees=Exists(Fee.objects.filter(own)),
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
