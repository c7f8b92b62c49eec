"""What the database itself refuses, whoever writes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.accounts.models import User
from institutions.actions.sites import report_site
from institutions.models import (
    AnnualInspection,
    Custody,
    Institution,
    SiteMeasure,
    StateChange,
    new_public_id,
)
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "values",
    [
        {"deleted_at": AT},
        {"longitude": "107.5"},
        {"latitude": "37.5"},
    ],
    ids=["deleted by nobody", "half a point", "the other half"],
)
def test_half_a_fact_about_an_institution_is_refused(db: None, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.institution(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"valid_from": date(2024, 1, 2), "valid_until": date(2024, 1, 1)},
        {"is_long_term": True, "valid_until": date(2024, 1, 1)},
    ],
    ids=["ends before it begins", "long term with an end"],
)
def test_a_licence_that_cannot_be_is_refused(db: None, values: dict[str, Any]) -> None:
    institution = make.institution()

    with pytest.raises(IntegrityError), transaction.atomic():
        make.licence(institution, **values)


def test_one_annual_inspection_a_year_and_one_custody_account(db: None) -> None:
    institution = make.institution()
    AnnualInspection.objects.create(institution=institution, year=2022, conclusion="passed")
    Custody.objects.create(institution=institution, mode="bank")

    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualInspection.objects.create(institution=institution, year=2022, conclusion="failed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.create(institution=institution, mode="bank")


def test_a_confirmation_has_its_person(lead: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StateChange.objects.create(
            institution=make.institution(),
            act="close",
            before="normal",
            after="closed",
            on=AT.date(),
            document="决定书",
            made_at=AT,
            confirmed_by=lead,
        )


def test_a_change_of_state_has_its_document(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StateChange.objects.create(
            institution=make.institution(),
            act="close",
            before="normal",
            after="closed",
            on=AT.date(),
            made_at=AT,
        )


@pytest.mark.parametrize("given", [{"document": "决定书"}, {"by_department": True}])
def test_a_ban_has_its_document_and_its_department(given: dict[str, Any], office: User) -> None:
    site = report_site(values={"name": "某小区补课点"}, by=office.actor)
    department = make.department() if given.pop("by_department", False) else None

    with pytest.raises(IntegrityError), transaction.atomic():
        SiteMeasure.objects.create(
            site=site,
            act="ban",
            after="banned",
            on=AT.date(),
            made_at=AT,
            department=department,
            **given,
        )


def test_a_public_number_is_short_and_has_no_look_alikes() -> None:
    numbers = {new_public_id() for _ in range(1000)}

    assert len(numbers) == 1000
    assert {len(number) for number in numbers} == {10}
    assert not set("01ilo") & set("".join(numbers))


def test_deleted_rows_stand_nowhere(lead: User) -> None:
    standing = make.institution()
    make.institution(deleted_at=AT, deleted_by=lead)

    assert list(Institution.objects.standing()) == [standing]
