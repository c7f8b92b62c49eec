"""Entering and amending an institution, and the rows of its file."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions.parts import PARTS, add_part, amend_part, remove_part
from institutions.actions.register import amend, register
from institutions.models import Institution, Licence, Representative
from institutions.queries.search import search
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)


def line() -> AuditEvent:
    """The newest line of the trail."""
    return AuditEvent.objects.latest("id")


def test_a_registered_institution_waits_for_verification(office: User) -> None:
    town = make.town("定边街道")

    institution = register(
        values={"name": "定边县新苗音乐培训学校", "town": town}, by=office.actor, at=AT
    )

    assert (institution.state, institution.source) == ("unverified", "手工登记")
    assert institution.created_at == AT
    assert line().act == "institution.registered"
    assert [change.after for change in line().changed] == ["定边县新苗音乐培训学校", "定边街道"]


@pytest.mark.parametrize(
    "asked", ["新苗", "dbxxm", "音乐 新苗", "xinmiao", "定边街道", "９１６１０８２５"]
)
def test_a_registered_institution_is_found(office: User, asked: str) -> None:
    values = {
        "name": "定边县新苗音乐培训学校",
        "town": make.town("定边街道"),
        "credit_code": "91610825MA70001810",
    }
    institution = register(values=values, by=office.actor, at=AT)
    make.institution("定边县青禾美术培训学校")

    assert list(search(Institution.objects.all(), asked)) == [institution]


def test_amending_tells_before_and_after_and_finds_by_the_new_name(office: User) -> None:
    institution = make.institution("定边县新苗培训学校")
    wenlv = make.department("wenlv", name="测试文旅局")

    amend(
        institution=institution,
        values={"name": "定边县青禾培训学校", "supporting_departments": [wenlv]},
        version=1,
        by=office.actor,
        at=AT,
    )

    institution.refresh_from_db()
    assert (institution.version, institution.changed_at) == (2, AT)
    assert [(one.label, one.before, one.after) for one in line().changed] == [
        ("机构名称", "定边县新苗培训学校", "定边县青禾培训学校"),
        ("配合监管部门", "", "测试文旅局"),
    ]
    assert list(search(Institution.objects.all(), "qinghe")) == [institution]
    assert make.mark()


def test_amending_nothing_leaves_no_line(office: User) -> None:
    institution = make.institution("定边县新苗培训学校")

    amend(
        institution=institution,
        values={"name": "定边县新苗培训学校"},
        version=1,
        by=office.actor,
        at=AT,
    )

    assert not AuditEvent.objects.exists()
    assert not make.mark()


def test_a_stale_amendment_changes_nothing(office: User) -> None:
    institution = make.institution("定边县新苗培训学校")
    amend(institution=institution, values={"floor": "二层"}, version=1, by=office.actor, at=AT)

    with pytest.raises(StaleError):
        amend(institution=institution, values={"floor": "三层"}, version=1, by=office.actor, at=AT)

    institution.refresh_from_db()
    assert institution.floor == "二层"
    assert AuditEvent.objects.count() == 1


def test_a_deleted_institution_is_not_amended(office: User) -> None:
    institution = make.institution(deleted_at=AT, deleted_by=office)

    with pytest.raises(NotPossibleError, match="已被删除"):
        amend(institution=institution, values={"floor": "二层"}, version=1, by=office.actor)

    assert not AuditEvent.objects.exists()


PART_VALUES: list[tuple[str, dict[str, Any]]] = [
    ("licence", {"number": "教民161082570000120号", "valid_until": date(2026, 7, 5)}),
    ("campus", {"name": "西区教学点", "address": "长城街1号"}),
    ("representative", {"post": "legal", "name": "示例人", "phone": "13900000000"}),
    ("custody", {"mode": "bank", "bank": "示例银行", "account": "6100000000001234"}),
    ("fee", {"course": "书法", "price": "40"}),
    ("teacher", {"name": "示例教师"}),
    ("platform", {"platform_id": "P1"}),
    ("safety", {"kind": "building"}),
    ("annual", {"year": 2022, "conclusion": "passed"}),
]


@pytest.mark.parametrize(("slug", "values"), PART_VALUES, ids=[slug for slug, _ in PART_VALUES])
def test_a_part_is_added_and_removed_and_the_trail_tells_what_it_said(
    office: User, slug: str, values: dict[str, Any]
) -> None:
    institution, part = make.institution(), PARTS[slug]

    row = add_part(institution=institution, part=part, values=values, by=office.actor, at=AT)
    added, told = line(), make.mark()
    remove_part(
        institution=institution, part=part, pk=row.pk, reason="登记重复", by=office.actor, at=AT
    )

    assert (added.act, line().act) == (f"{slug}.added", f"{slug}.removed")
    assert added.subject == line().subject == f"institutions.institution:{institution.pk}"
    assert line().reason == "登记重复"
    assert {one.label for one in added.changed} <= {one.label for one in line().changed}
    assert not part.model._default_manager.exists()
    assert len({"", told, make.mark()}) == 3


def test_an_amended_licence_is_found_by_its_new_number(office: User) -> None:
    institution = make.institution()
    licence = make.licence(institution, number="161082570000120")

    amend_part(
        institution=institution,
        part=PARTS["licence"],
        pk=licence.pk,
        values={"number": "教民161082570000990号"},
        version=1,
        by=office.actor,
        at=AT,
    )

    licence.refresh_from_db()
    assert licence.number_key == "161082570000990"
    assert list(search(Institution.objects.all(), "0000990")) == [institution]
    assert list(search(Institution.objects.all(), "0000120")) == []


def test_the_trail_never_tells_a_telephone_number(office: User) -> None:
    institution = make.institution()
    values = {"post": "legal", "name": "示例人", "phone": "13912345678"}

    add_part(
        institution=institution, part=PARTS["representative"], values=values, by=office.actor, at=AT
    )

    assert Representative.objects.get().phone.open() == "13912345678"
    assert "13912345678" not in str(line().changes)
    assert line().changes["phone"]["after"] == "****5678"


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("custody", {"mode": "bank"}),
        ("platform", {"platform_id": "P1"}),
        ("annual", {"year": 2022, "conclusion": "passed"}),
    ],
)
def test_what_is_there_once_is_not_added_twice(
    office: User, slug: str, values: dict[str, Any]
) -> None:
    institution, part = make.institution(), PARTS[slug]
    add_part(institution=institution, part=part, values=values, by=office.actor, at=AT)

    with pytest.raises(NotPossibleError, match="已经登记"):
        add_part(institution=institution, part=part, values=values, by=office.actor, at=AT)

    assert part.model._default_manager.count() == 1
    assert AuditEvent.objects.count() == 1


def test_a_part_of_another_institution_is_out_of_reach(office: User) -> None:
    licence = make.licence(make.institution())

    with pytest.raises(NotPossibleError, match="已被删除"):
        remove_part(
            institution=make.institution(),
            part=PARTS["licence"],
            pk=licence.pk,
            reason="登记重复",
            by=office.actor,
        )

    assert Licence.objects.filter(pk=licence.pk).exists()
