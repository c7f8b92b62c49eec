"""The warnings that hold for an institution, each with what makes it hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from institutions.models import (
    AnnualInspection,
    Custody,
    Fee,
    Institution,
    PlatformMark,
    SafetyPaper,
    StateChange,
)
from institutions.queries.conditions import last_annual_year_due
from institutions.queries.warnings import (
    KINDS,
    cautions_of,
    count_warnings,
    narrow_to_warning,
    with_warnings,
)
from tests import make

ON = date(2023, 7, 10)
CODE = "91610825MA70001810"


@pytest.fixture(autouse=True)
def _limits(db: None) -> None:
    """The office's figures: papers are warned about 60 days before."""
    make.limits()


def whole(**given: Any) -> Institution:
    """An institution about which there is nothing to warn."""
    institution = make.institution(**{"credit_code": CODE} | given)
    make.licence(institution)
    Fee.objects.create(institution=institution, course="书法", price="40", disclosed_on=ON)
    Custody.objects.create(
        institution=institution, mode="bank", bank="测试银行", account="6200000000001234"
    )
    PlatformMark.objects.create(institution=institution, platform_id="P1")
    AnnualInspection.objects.create(institution=institution, year=2022, conclusion="passed")
    return institution


def held(institution: Institution, on: date = ON) -> list[str]:
    """The kinds that hold for it, as its page would show them."""
    row = with_warnings(Institution.objects.all(), on).get(pk=institution.pk)
    return [caution.kind for caution in cautions_of(row)]


def test_a_whole_file_has_no_warning() -> None:
    assert held(whole()) == []


def end_on(day: date | None) -> Callable[[Institution], object]:
    return lambda row: row.licences.update(valid_until=day)


def annual(**values: Any) -> Callable[[Institution], object]:
    return lambda row: row.annual_inspections.update(**values)


def safety(kind: str, *days: date) -> Callable[[Institution], object]:
    return lambda row: [
        SafetyPaper.objects.create(institution=row, kind=kind, valid_until=day) for day in days
    ]


def amended(**values: Any) -> Callable[[Institution], object]:
    return lambda row: Institution.objects.filter(pk=row.pk).update(**values)


def taught(capacity: int, area: str) -> Callable[[Institution], object]:
    return lambda row: (
        row.licences.update(capacity=capacity),
        amended(teaching_area=area)(row),
    )


def replaced(row: Institution) -> object:
    row.licences.update(is_void=True)
    return make.licence(row)


def staffed(staff: int, full_time: int) -> Callable[[Institution], object]:
    return lambda row: PlatformMark.objects.update(staff=staff, full_time_staff=full_time)


def categorised(code: str, profit: str) -> Callable[[Institution], object]:
    def act(row: Institution) -> None:
        row.categories.add(make.category(code, f"{code}类"))
        amended(profit_kind=profit)(row)

    return act


def decided(confirmed: bool) -> Callable[[Institution], object]:
    def act(row: Institution) -> None:
        by = make.user() if confirmed else None
        StateChange.objects.create(
            institution=row,
            act="suspend",
            before="normal",
            after="suspended",
            on=ON,
            document="决定书",
            made_at=datetime(2023, 7, 10, tzinfo=UTC),
            needs_confirmation=True,
            confirmed_by=by,
            confirmed_at=datetime(2023, 7, 10, tzinfo=UTC) if by else None,
        )

    return act


CASES: list[tuple[str, Callable[[Institution], object], list[str]]] = [
    ("ended yesterday", end_on(date(2023, 7, 9)), ["run_out"]),
    ("ends today", end_on(date(2023, 7, 10)), ["expiring"]),
    ("ends in 60 days", end_on(date(2023, 9, 8)), ["expiring"]),
    ("ends in 61 days", end_on(date(2023, 9, 9)), []),
    ("end not recorded", end_on(None), ["validity"]),
    ("long term", lambda row: row.licences.update(valid_until=None, is_long_term=True), []),
    ("licence void", lambda row: row.licences.update(is_void=True), ["licence"]),
    ("no licence", lambda row: row.licences.all().delete(), ["licence"]),
    ("old one beside a new one", lambda row: make.licence(row, valid_until=date(2023, 1, 1)), []),
    ("annual failed", annual(conclusion="failed"), ["annual_failed"]),
    ("annual absent", annual(conclusion="absent"), ["annual_failed"]),
    ("annual too old", annual(year=2021), ["annual"]),
    ("no annual", lambda row: row.annual_inspections.all().delete(), ["annual"]),
    (
        "licensed this year",
        lambda row: (row.annual_inspections.all().delete(), row.licences.update(issued_on=ON)),
        [],
    ),
    ("safety paper ends soon", safety("insurance", date(2023, 8, 1)), ["safety"]),
    ("safety paper ended", safety("insurance", date(2023, 1, 1)), ["safety"]),
    ("safety paper renewed", safety("insurance", date(2023, 1, 1), date(2025, 1, 1)), []),
    ("not on the platform", lambda row: PlatformMark.objects.update(platform_id=""), ["platform"]),
    ("no custody", lambda row: Custody.objects.all().delete(), ["custody"]),
    ("no account", lambda row: Custody.objects.update(account=""), ["custody"]),
    ("no bank", lambda row: Custody.objects.update(bank=""), ["custody"]),
    (
        "the platform keeps the fees",
        lambda row: Custody.objects.update(mode="platform", bank="", account=""),
        [],
    ),
    ("nothing is prepaid", lambda row: Custody.objects.update(mode="none", account=""), []),
    ("payment not open", lambda row: PlatformMark.objects.update(payment_open=False), ["payment"]),
    ("payment open", lambda row: PlatformMark.objects.update(payment_open=True), []),
    ("one fee not disclosed", lambda row: row.fees.update(disclosed_on=None), ["fees"]),
    ("no fees", lambda row: row.fees.all().delete(), ["fees"]),
    ("lease ended", amended(lease_until=date(2023, 7, 1)), ["lease"]),
    ("lease ends in 60 days", amended(lease_until=date(2023, 9, 8)), ["lease"]),
    ("lease ends in 61 days", amended(lease_until=date(2023, 9, 9)), []),
    ("teaches elsewhere", amended(address="长城街1号", actual_address="民生街8号"), ["address"]),
    ("teaches there", amended(address="长城街1号", actual_address="长城街1号"), []),
    ("too many for its rooms", taught(41, "120"), ["room"]),
    ("just enough room", taught(40, "120"), []),
    ("a void licence", lambda row: (taught(41, "120")(row), replaced(row)), []),
    ("too few full-time staff", staffed(15, 7), ["staff"]),
    ("half of the staff", staffed(14, 7), []),
    ("academic for profit", categorised("XK", "for_profit"), ["profit"]),
    ("academic without profit", categorised("XK", "non_profit"), []),
    ("arts for profit", categorised("WH", "for_profit"), []),
    ("registered otherwise", amended(registration_type="civil"), ["registration"]),
    ("registered as its code", amended(registration_type="company"), []),
    ("a sole trader", amended(registration_type="sole", credit_code=""), ["registration", "code"]),
    ("no code", lambda row: Institution.objects.update(credit_code=""), ["code"]),
    ("wrong code", lambda row: Institution.objects.update(credit_code=CODE[:17] + "X"), ["code"]),
    ("unconfirmed", decided(confirmed=False), ["unconfirmed"]),
    ("confirmed", decided(confirmed=True), []),
]


@pytest.mark.parametrize(
    ("change", "kinds"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_warning_holds_where_it_should_on_the_page_and_in_the_filter(
    change: Callable[[Institution], object], kinds: list[str]
) -> None:
    institution = whole()
    change(institution)
    rows = Institution.objects.standing()

    assert held(institution) == kinds
    assert [kind for kind in KINDS if narrow_to_warning(rows, kind, ON).exists()] == kinds
    assert count_warnings(rows, ON) == dict.fromkeys(kinds, 1)


def test_a_number_of_two_institutions_is_doubtful_at_both(lead: User) -> None:
    gone: dict[str, Any] = {"deleted_at": datetime(2023, 7, 10, tzinfo=UTC), "deleted_by": lead}
    same_code = [make.institution(credit_code=CODE) for _ in range(2)]
    same_licence = [make.institution() for _ in range(2)]
    for row, number in zip(same_licence, ("教民161082570000120号", "161082570000120"), strict=True):
        make.licence(row, number=number)
    make.licence(make.institution(credit_code="91610825MA70001829"), number="161082570000130")
    make.licence(
        make.institution(credit_code="91610825MA70001829", **gone), number="161082570000130"
    )
    twice = make.institution()
    for _ in range(2):
        make.licence(twice, number="161082570000140")

    found = narrow_to_warning(Institution.objects.standing(), "double", ON)

    assert set(found) == {*same_code, *same_licence}


@pytest.mark.parametrize("state", ["closed", "revoked", "deregistered", "moved_out"])
def test_nobody_waits_for_papers_of_what_has_ended(state: str) -> None:
    assert held(make.institution(state=state)) == []


def test_a_closure_waits_for_its_second_person_all_the_same(lead: User) -> None:
    institution = make.institution(state="closed")
    decided(confirmed=False)(institution)

    assert held(institution) == ["unconfirmed"]


def test_an_empty_file_has_every_warning_of_what_is_missing() -> None:
    institution = make.institution()

    assert held(institution) == ["licence", "annual", "platform", "custody", "fees", "code"]


@pytest.mark.parametrize(
    ("on", "year"), [(date(2023, 6, 30), 2021), (date(2023, 7, 1), 2022), (date(2024, 1, 1), 2022)]
)
def test_a_year_is_due_from_july_of_the_next_one(on: date, year: int) -> None:
    assert last_annual_year_due(on) == year


def test_the_words_name_the_day() -> None:
    institution = whole()
    institution.licences.update(valid_until=date(2023, 7, 22))
    row = with_warnings(Institution.objects.all(), ON).get()

    (caution,) = cautions_of(row)

    assert (caution.words, caution.day) == ("办学许可证将于2023年7月22日到期。", date(2023, 7, 22))


@pytest.mark.parametrize("rows", [1, 3])
def test_warnings_are_asked_for_at_once(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        whole()

    with django_assert_num_queries(2):
        for row in with_warnings(Institution.objects.all(), ON):
            cautions_of(row)
