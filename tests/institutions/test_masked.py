"""What the file shows masked, who reads it whole, and what the trail tells of it."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from institutions.actions.papers import add_scan
from institutions.actions.register import amend, register
from institutions.models import Scan
from tests import make

REGISTER = "/office/institutions/"
PHONE, MASK = "13912345678", "****5678"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def scan(by: User, kind: str) -> Scan:
    upload = ContentFile(PDF, name="材料.pdf")
    institution = make.institution()
    return add_scan(institution=institution, kind=kind, title="", upload=upload, by=by.actor)


def test_the_contact_telephone_is_masked_on_the_file(as_office: Client) -> None:
    institution = make.institution(contact_name="联系人甲", contact_phone=PHONE)

    page = as_office.get(f"{REGISTER}{institution.pk}/")

    assertContains(page, MASK)
    assertNotContains(page, PHONE)


def test_a_telephone_that_may_be_public_is_shown(as_officer: Client) -> None:
    institution = make.institution(contact_phone="0912-4210000", contact_is_public=True)

    assertContains(as_officer.get(f"{REGISTER}{institution.pk}/"), "0912-4210000")


def test_who_reads_the_contact_telephone_says_why_and_leaves_a_line(as_office: Client) -> None:
    institution = make.institution(contact_phone=PHONE)
    address = f"{REGISTER}{institution.pk}/phone/"

    asked = as_office.get(address)
    told = as_office.post(address, {"reason": "核实停课情况"})

    assertNotContains(asked, PHONE)
    assertContains(told, PHONE)
    event = AuditEvent.objects.get()
    assert (event.act, event.reason) == ("institution.phone_read", "核实停课情况")


def test_the_trail_keeps_the_end_of_a_contact_telephone_only(office: User) -> None:
    values = {"name": "定边县新苗音乐培训学校", "contact_phone": PHONE}
    institution = register(values=values, by=office.actor)
    amend(
        institution=institution,
        values={"contact_phone": "13999995678"},
        version=institution.version,
        by=office.actor,
    )

    entered, amended = AuditEvent.objects.order_by("pk")

    assert entered.changes["contact_phone"]["after"] == MASK
    assert amended.changes["contact_phone"]["after"] == MASK
    assert PHONE not in str([entered.changes, amended.changes])


def test_the_custody_agreement_opens_for_a_reason_and_leaves_a_line(
    as_office: Client, office: User
) -> None:
    agreement = scan(office, "custody")
    file = f"{REGISTER}{agreement.institution_id}/scans/{agreement.pk}/"

    assert as_office.get(file).status_code == 404
    asked = as_office.get(f"{file}read/")
    opened = as_office.post(f"{file}read/", {"reason": "核对专户账号"})

    assert asked["Content-Type"].startswith("text/html")
    assert b"".join(opened) == PDF
    event = AuditEvent.objects.latest("pk")
    assert (event.act, event.reason) == ("scan.read", "核对专户账号")


@pytest.mark.parametrize(("kind", "status"), [("custody", 404), ("licence", 200)])
def test_an_officer_sees_scans_but_not_the_custody_agreement(
    as_officer: Client, office: User, kind: str, status: int
) -> None:
    paper = scan(office, kind)
    file = f"{REGISTER}{paper.institution_id}/scans/{paper.pk}/"

    assert as_officer.get(file).status_code == status
    page = as_officer.get(f"{REGISTER}{paper.institution_id}/")
    assert (file in page.content.decode()) == (status == 200)
