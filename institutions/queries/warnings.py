"""What an officer should look at: the warnings that hold for an institution, worked out, never stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, Subquery

from foundation.clock.words import day_words
from institutions.codes import REGISTRARS, check_credit_code, check_licence_number
from institutions.models import AnnualConclusion, AnnualInspection, Institution
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.conditions import (
    REGISTERED_AS,
    WATCHED,
    WATCHED_STATES,
    conditions,
    newest_safety_papers,
)
from institutions.queries.standing import with_validity

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
    "payment": ("平台支付未开通", "warn"),
    "custody": ("资金监管专户未登记", "warn"),
    "fees": ("收费未公示", "warn"),
    "lease": ("房屋租期已到或即将到期", "warn"),
    "address": ("实际地址与核准地址不一致", "warn"),
    "room": ("教学用房人均面积不足", "warn"),
    "staff": ("专职人员比例不足", "warn"),
    "profit": ("学科类机构登记为营利性", "warn"),
    "registration": ("登记类型存疑", "warn"),
    "double": ("信用代码或许可证号与其他机构相同", "warn"),
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


def with_warnings(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Add to each row one mark per kind (`warns_…`) and the days that its words need."""
    return with_marks(_with_facts(rows), on)


def with_marks(rows: InstitutionQuerySet, on: date) -> InstitutionQuerySet:
    """Add to each row one mark per kind: enough for `labels_of`."""
    marks: dict[str, Any] = {
        f"warns_{kind}": ExpressionWrapper(condition, output_field=BooleanField())
        for kind, condition in conditions(on).items()
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
        return rows.filter(conditions(on)[kind])
    codes = rows.filter(WATCHED).order_by().values_list("pk", "credit_code")
    return rows.filter(pk__in=[pk for pk, code in codes if _code_is_doubtful(code)])


def count_warnings(rows: InstitutionQuerySet, on: date) -> dict[str, int]:
    """How many rows each warning holds for; kinds that hold for none are left out."""
    held = conditions(on)
    counts = rows.order_by().aggregate(
        **{kind: Count("pk", filter=condition) for kind, condition in held.items()}
    )
    codes = rows.filter(WATCHED).order_by().values_list("credit_code", flat=True)
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


def _with_facts(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    own = Q(institution=OuterRef("pk"))
    annual = AnnualInspection.objects.filter(own).order_by("-year")
    safety = newest_safety_papers().filter(own).order_by("valid_until")
    return rows.annotate(
        last_annual_year=Subquery(annual.values("year")[:1]),
        last_conclusion=Subquery(annual.values("conclusion")[:1]),
        safety_day=Subquery(safety.values("valid_until")[:1]),
    )


def _code_is_doubtful(code: str) -> bool:
    return bool(code_cautions(code))


def _caution(kind: str, institution: Institution) -> Caution:
    label, tone = KINDS[kind]
    if kind not in _SENTENCES:
        return Caution(kind, label, tone, f"{label}。")
    day, words = _SENTENCES[kind](institution)
    return Caution(kind, label, tone, words, day)


def _registration_words(institution: Institution) -> str:
    start = institution.credit_code[:2]
    if start not in REGISTERED_AS:
        return "个体工商户不是法人，不能作为培训学校的登记，请核对。"
    label = institution.get_registration_type_display()
    return f"信用代码{start}开头为{REGISTRARS[start]}，登记类型为“{label}”，请核对。"


def _annual_words(institution: Any) -> str:
    conclusion = AnnualConclusion(institution.last_conclusion).label
    return f"{institution.last_annual_year}年度年检{conclusion}。"


# What says more than its label, and the day on which it bites; the rows carry what `_with_facts` adds.
_SENTENCES: dict[str, Callable[[Any], tuple[date | None, str]]] = {
    "run_out": lambda row: (row.last_day, f"办学许可证已于{day_words(row.last_day)}到期。"),
    "expiring": lambda row: (row.last_day, f"办学许可证将于{day_words(row.last_day)}到期。"),
    "safety": lambda row: (row.safety_day, f"安全材料有效期至{day_words(row.safety_day)}。"),
    "lease": lambda row: (row.lease_until, f"房屋租期至{day_words(row.lease_until)}。"),
    "annual_failed": lambda row: (None, _annual_words(row)),
    "profit": lambda row: (
        None,
        "学科类机构登记为营利性：面向义务教育阶段的须为非营利性，请核对。",
    ),
    "registration": lambda row: (None, _registration_words(row)),
    "code": lambda row: (None, " ".join(code_cautions(row.credit_code))),
}
