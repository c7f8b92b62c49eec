"""What the forms of a file ask, offer and remember."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from foundation.accounts.models import Department, User
from foundation.audit.models import AuditEvent
from institutions.actions.parts import PARTS, amend_part
from institutions.actions.sites import report_site
from institutions.models import Campus, Custody, Institution, Representative
from tests import make

REGISTER = "/office/institutions/"


def as_shown(answer: Any, **typed: str) -> dict[str, Any]:
    """What a browser would send of this form, beside what is typed now."""
    fields = answer.context["form"]
    return {
        field.html_name: field.value() for field in fields if field.value() not in (None, "", [])
    } | typed


# --- look-alikes --------------------------------------------------------------------------


def test_a_tick_answers_for_the_look_alikes_beside_it_and_no_others(as_office: Client) -> None:
    make.institution("定边县新苗音乐培训学校")
    make.institution("定边县青禾美术培训学校")
    address = f"{REGISTER}new/"
    asked = as_office.post(address, {"name": "定边县新苗音乐培训学校"})

    other = as_office.post(address, as_shown(asked, is_other="on", name="定边县青禾美术培训学校"))

    assert [alike.row.name for alike in other.context["form"].look_alikes] == [
        "定边县青禾美术培训学校"
    ]
    assert not other.context["form"]["is_other"].value()
    assert Institution.objects.count() == 2

    as_office.post(address, as_shown(other, is_other="on"))

    assert Institution.objects.count() == 3


def test_a_tick_lasts_while_something_else_is_mended(as_office: Client) -> None:
    make.institution("定边县新苗音乐培训学校")
    address = f"{REGISTER}new/"
    asked = as_office.post(address, {"name": "定边县新苗音乐培训学校", "longitude": "107.6"})

    half = as_office.post(address, as_shown(asked, is_other="on"))
    as_office.post(address, as_shown(half, latitude="37.6"))

    assert Institution.objects.count() == 2


def test_a_tick_for_one_licence_number_does_not_answer_for_another(as_office: Client) -> None:
    for number in ("161082570000120", "161082570000130"):
        make.licence(make.institution(), number=number)
    institution = make.institution()
    address = f"{REGISTER}{institution.pk}/parts/licence/new/"
    asked = as_office.post(address, {"kind": "other", "number": "161082570000120"})

    answer = as_office.post(address, as_shown(asked, is_other="on", number="161082570000130"))

    assert "is_other" in answer.context["form"].errors
    assert not institution.licences.exists()


# --- what is closed -----------------------------------------------------------------------


def close(*rows: Department) -> None:
    for row in rows:
        row.is_active = False
        row.save()


def test_a_closed_department_stays_where_it_is_named(as_office: Client) -> None:
    town, lead, supporting, other = (
        make.town(),
        make.department("wenlv"),
        make.department("tiyu"),
        make.department("keji"),
    )
    institution = make.institution(town=town, lead_department=lead)
    institution.supporting_departments.add(supporting)
    close(town, lead, supporting, other)
    address = f"{REGISTER}{institution.pk}/amend/"
    page = as_office.get(address)

    answer = as_office.post(address, as_shown(page))

    assertRedirects(answer, f"{REGISTER}{institution.pk}/")
    assert not AuditEvent.objects.exists()
    offered = page.context["form"].fields["supporting_departments"].queryset
    assert supporting in offered
    assert other not in offered


def test_a_closed_town_stays_with_its_place(as_office: Client, office: User) -> None:
    town = make.town()
    values = {"name": "某小区补课点", "town": town}
    site = report_site(values=values, by=office.actor)
    close(town)
    address = f"/office/sites/{site.pk}/amend/"

    as_office.post(address, as_shown(as_office.get(address), remark="补充"))

    site.refresh_from_db()
    assert (site.town, site.remark) == (town, "补充")


def test_a_closed_town_is_offered_to_no_new_campus(as_office: Client) -> None:
    institution, town, other = make.institution(), make.town(), make.town("另一个镇")
    campus = Campus.objects.create(
        institution=institution, name="教学点", address="长城街1号", town=town
    )
    close(town, other)
    rows = f"{REGISTER}{institution.pk}/parts/campus/"

    def offered(address: str) -> list[Department]:
        return list(as_office.get(address).context["form"].fields["town"].queryset)

    assert (offered(f"{rows}{campus.pk}/"), offered(f"{rows}new/")) == ([town], [])


# --- sealed values ------------------------------------------------------------------------


def call(institution: Institution, person: Representative, phone: str, by: User) -> None:
    """A colleague writes down another number."""
    amend_part(
        institution=institution,
        part=PARTS["representative"],
        pk=person.pk,
        values={"phone": phone},
        version=institution.version,
        by=by.actor,
    )


@pytest.mark.parametrize(
    ("typed", "kept", "then"),
    [
        ("13700000001", "您填写的内容保留在这里", "13700000001"),
        ("", "留空表示不再改动", "13600000002"),
    ],
)
def test_a_sealed_number_that_was_changed_meanwhile_is_asked_about(
    as_office: Client, lead: User, typed: str, kept: str, then: str
) -> None:
    institution = make.institution()
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    address = f"{REGISTER}{institution.pk}/parts/representative/{person.pk}/"
    opened = as_shown(as_office.get(address))
    call(institution, person, "13600000002", lead)

    answer = as_office.post(address, opened | {"phone": typed, "name": "改名人"})

    person.refresh_from_db()
    assert (person.name, person.phone.open()) == ("示例人", "13600000002")
    assert answer.context["form"].errors["phone"] == [f"此项已由“****5678”改为“****0002”，{kept}。"]
    assertContains(answer, "石楠")

    as_office.post(address, as_shown(answer))

    person.refresh_from_db()
    assert (person.name, person.phone.open()) == ("改名人", then)


def test_a_form_on_a_sealed_number_does_not_hold_it(as_office: Client) -> None:
    institution = make.institution()
    custody = Custody.objects.create(
        institution=institution, mode="bank", account="6100000000001234"
    )

    page = as_office.get(f"{REGISTER}{institution.pk}/parts/custody/{custody.pk}/")

    assertContains(page, "****1234")
    assert "6100000000001234" not in page.content.decode()
