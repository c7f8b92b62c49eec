"""One institution, whole, by one question to the database."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import F, Model, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import JSONObject
from django.http import Http404
from psycopg2.extensions import AsIs

from inspections.queries.disclosures import published_results
from institutions.models import (
    AnnualConclusion,
    AnnualInspection,
    Campus,
    Category,
    CustodyMode,
    Fee,
    Institution,
    IssueKind,
    Licence,
    LicenceKind,
    ListEntry,
    Post,
    ProfitKind,
    RegistrationType,
    Representative,
    Teacher,
)
from institutions.models.institution import InstitutionQuerySet
from institutions.queries.issues import published_issues
from institutions.queries.standing import Standing, standing_of
from institutions.workflow import IssueState
from public.addresses import issue_address, wall_address
from public.pages import (
    CampusFact,
    Detail,
    FeeFact,
    LicenceFact,
    ListedIn,
    PersonFact,
    ResultFact,
    TeacherFact,
    WallCode,
)
from public.queries.prepared import Prepared
from public.queries.words import left_out, left_words

# Names on the licence; sponsors and fire officers are the office's business.
_PUBLIC_POSTS = (Post.LEGAL, Post.PRINCIPAL)
_MOST_TEACHERS = 100
_MOST_FEES = 100
_MOST_ISSUES = 12
_MOST_RESULTS = 20
_SLOT = "the institution that is asked for"
_COLUMNS = (
    "public_id",
    "name",
    "short_name",
    "credit_code",
    "registration_type",
    "profit_kind",
    "subjects",
    "address",
    "actual_address",
    "contact_phone",
    "contact_is_public",
    "state",
    "state_on",
    "state_document",
    "state_reason",
    "deleted_at",
    "town__short_name",
    "lead_department__name",
    "lead_department__complaint_phone",
    "lead_department__complaint_email",
    "custody__mode",
    "custody__bank",
    "custody__account",
    "platform__platform_id",
    "platform__payment_open",
)


def detail(public_id: str, on: date) -> Detail:
    """What the public may know of one institution that ever stood on a published list; else 404."""
    row = _asked(public_id)
    if row is None:
        raise Http404
    standing = _standing(row, on)
    return Detail(
        wall_url=wall_address(row.public_id),
        name=row.name,
        short_name=row.short_name if row.short_name != row.name else "",
        is_good=standing.is_good,
        tone=standing.tone,
        state=standing.word,
        since=standing.since,
        words="" if standing.is_good else left_words(standing),
        document=standing.document,
        subjects=row.subjects,
        address=row.address,
        actual_address=row.actual_address if row.actual_address != row.address else "",
        town=row.town__short_name or "",
        credit_code=row.credit_code,
        registration_type=_label(RegistrationType, row.registration_type),
        profit_kind=_label(ProfitKind, row.profit_kind),
        lead_department=row.lead_department__name or "",
        lead_phone=row.lead_department__complaint_phone or "",
        lead_email=row.lead_department__complaint_email or "",
        phone=row.contact_phone if row.contact_is_public else "",
        custody=_custody(row),
        platform=_platform(row),
        has_validity=row.is_long_term or row.last_day is not None,
        **_gathered(row),
    )


def wall_code(public_id: str, on: date) -> WallCode:
    """The live state behind the code on a wall; 404 where no published list ever held the place."""
    row = _asked(public_id)
    if row is None:
        raise Http404
    standing = _standing(row, on)
    return WallCode(
        row.public_id,
        row.name,
        row.address,
        "、".join(row.its_categories),
        standing.is_good,
        standing.tone,
        standing.word,
        "" if standing.is_good else left_words(standing),
    )


def _standing(row: Any, on: date) -> Standing:
    """A place in order that the current issue left out is not on the list either."""
    standing = standing_of(row, on)
    return standing if row.is_current else left_out(standing)


def _newest() -> Subquery:
    return Subquery(published_issues(IssueKind.WHITELIST).values("pk")[:1])


def _own(model: type[Model], *fields: str, most: int = 0, **where: Any) -> ArraySubquery:
    rows = model._default_manager.filter(institution=OuterRef("pk"), **where)
    return ArraySubquery(_packed(rows[:most] if most else rows, *fields))


def _packed(rows: QuerySet[Any], *fields: str) -> QuerySet[Any, Any]:
    return rows.values(packed=JSONObject(**{field: F(field) for field in fields}))


def _whole(rows: InstitutionQuerySet) -> InstitutionQuerySet:
    issues = ListEntry.objects.filter(
        institution=OuterRef("pk"),
        issue__state=IssueState.PUBLISHED,
        issue__kind=IssueKind.WHITELIST,
    ).order_by("-issue__number")[:_MOST_ISSUES]
    licence = ("kind", "number", "authority", "scope", "valid_from", "valid_until", "is_long_term")
    fee = ("course", "price", "unit", "refund")
    teacher = ("name", "subject", "qualification", "experience")
    parts = {
        "its_licences": _own(Licence, *licence, is_void=False),
        "its_fees": _own(Fee, *fee, most=_MOST_FEES, disclosed_on__isnull=False),
        "its_teachers": _own(Teacher, *teacher, most=_MOST_TEACHERS),
        "its_people": _own(Representative, "post", "name", post__in=_PUBLIC_POSTS),
        "its_campuses": _own(Campus, "name", "address"),
        "its_annual": _own(AnnualInspection, "year", "conclusion", most=1),
        "its_issues": ArraySubquery(
            issues.values(
                packed=JSONObject(pk=F("issue"), number=F("issue__number"), as_of=F("issue__as_of"))
            )
        ),
        "its_results": ArraySubquery(
            _packed(
                published_results().filter(institution=OuterRef("pk"))[:_MOST_RESULTS],
                *("visited_on", "kind", "departments", "result"),
            )
        ),
        "newest": _newest(),
        "its_categories": ArraySubquery(
            Category.objects.filter(institutions=OuterRef("pk")).values("name")
        ),
        "its_supporters": ArraySubquery(
            Institution.supporting_departments.through.objects.filter(
                institution=OuterRef("pk")
            ).values("department__name")
        ),
    }
    return rows.annotate(**parts)


@cache
def _question() -> tuple[Prepared, list[str], Callable[[list[Any]], Iterable[list[Any]]]]:
    """The question in SQL, the names of its columns, and what reads them: worked out once.

    That takes longer than the database needs to answer it.
    """
    rows = _whole(Institution.objects.filter(public_id=_SLOT).order_by())
    query = rows.values_list(*_COLUMNS, *rows.query.annotations).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    text, params = compiler.as_sql()
    # Everything but the institution is a constant of this code.
    values = [AsIs("$1") if value == _SLOT else value for value in params]
    with connection.cursor() as cursor:
        question = Prepared("institution", cursor.mogrify(text, values).decode())
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    reading = partial(compiler.apply_converters, converters=converters)
    return question, list(query.selected or ()), reading


def _asked(public_id: str) -> Any:
    """The columns of one row by their names, or nothing where no published list ever held the place."""
    question, names, reading = _question()
    for values in reading(question.ask(public_id)):
        row = SimpleNamespace(**dict(zip(names, values, strict=True)))
        return _with_standing(row) if row.its_issues else None
    return None


def _with_standing(row: Any) -> Any:
    """What `standing_of` goes by, and whether the row is on the current list; the newest issue stands first."""
    ends = (_day(one["valid_until"]) for one in row.its_licences)
    row.last_day = max(filter(None, ends), default=None)
    row.is_long_term = any(one["is_long_term"] for one in row.its_licences)
    row.is_current = row.its_issues[0]["pk"] == row.newest
    return row


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value else ""


def _gathered(row: Any) -> dict[str, Any]:
    return {
        "categories": "、".join(row.its_categories),
        "supporting": "、".join(row.its_supporters),
        "licences": tuple(map(_licence, row.its_licences)),
        "fees": tuple(
            FeeFact(one["course"], f"{one['price']:g}", one["unit"], one["refund"])
            for one in row.its_fees
        ),
        "teachers": tuple(TeacherFact(**one) for one in row.its_teachers),
        "people": tuple(PersonFact(Post(one["post"]).label, one["name"]) for one in row.its_people),
        "campuses": tuple(CampusFact(**one) for one in row.its_campuses),
        "last_annual": "".join(
            f"{one['year']}年度年检{AnnualConclusion(one['conclusion']).label}"
            for one in row.its_annual
        ),
        "listed_in": tuple(
            ListedIn(
                one["number"],
                date.fromisoformat(one["as_of"]),
                issue_address(IssueKind.WHITELIST, one["number"]),
            )
            for one in row.its_issues
        ),
        "results": tuple(
            ResultFact(**one | {"visited_on": date.fromisoformat(one["visited_on"])})
            for one in row.its_results
        ),
    }


def _licence(packed: dict[str, Any]) -> LicenceFact:
    return LicenceFact(
        kind=LicenceKind(packed["kind"]).label,
        number=packed["number"],
        authority=packed["authority"],
        scope=packed["scope"],
        valid_from=_day(packed["valid_from"]),
        valid_until=_day(packed["valid_until"]),
        is_long_term=packed["is_long_term"],
    )


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def _custody(row: Any) -> str:
    """The bank and the last four digits: enough to recognise the account, not to use it."""
    if not row.custody__mode:
        return ""
    mode = CustodyMode(row.custody__mode)
    if mode == CustodyMode.NONE:
        return str(mode.label)
    account = f"，账号{row.custody__account.masked}" if row.custody__account else ""
    return f"{mode.label}：{row.custody__bank or '银行未登记'}{account}"


def _platform(row: Any) -> str:
    if not row.platform__platform_id:
        return "未登记"
    if row.platform__payment_open is None:
        return "已入驻"
    return "已入驻，已开通平台支付" if row.platform__payment_open else "已入驻，未开通平台支付"
