"""The provisions on which items rest: entered by one, verified by another."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.audit.changes import Change
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.law.actions.bases import (
    BASIS_FIELDS,
    add_basis,
    amend_basis,
    load_bases,
    verify_basis,
)
from foundation.law.models import LegalBasis
from foundation.workflow import NotPossibleError
from tests import make

pytestmark = pytest.mark.django_db


def typed(row: LegalBasis | None = None, **given: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in BASIS_FIELDS} if row else {"title": "测试条例"}
    return plain | given


def amended(row: LegalBasis, by: User, **given: Any) -> LegalBasis:
    return amend_basis(basis=row, version=row.version, values=typed(row, **given), by=by.actor)


def verified(row: LegalBasis, by: User) -> LegalBasis:
    return verify_basis(basis=row, version=row.version, by=by.actor)


def test_the_starting_provisions_are_loaded_once_unverified_and_never_over_a_change(
    office: User,
) -> None:
    new = load_bases(by=CONSOLE)
    assert new == LegalBasis.objects.filter(verified_at=None).count() > 60
    row = amended(LegalBasis.objects.get(key="mcf-12"), office, note="已改")

    call_command("load_content", verbosity=0)

    row.refresh_from_db()
    assert (row.note, load_bases(by=CONSOLE)) == ("已改", 0)


def test_a_second_person_verifies(office: User, lead: User) -> None:
    row = add_basis(values=typed(article="第三条"), by=office.actor)

    with pytest.raises(NotPossibleError, match="以外的人员核实"):
        verified(row, office)
    done = verified(row, lead)

    assert done.verified_by == lead
    with pytest.raises(NotPossibleError, match="已经核实过"):
        verified(done, lead)
    told = AuditEvent.objects.order_by("id").values_list("act", flat=True)
    assert list(told) == ["law.basis_added", "law.basis_verified"]


def test_what_was_verified_is_to_be_verified_again_after_a_change(office: User, lead: User) -> None:
    row = amended(verified(make.basis("第三条"), lead), office, article="第四条")

    assert not row.is_verified
    assert Change("条款", "第三条", "第四条") in AuditEvent.objects.order_by("-id")[0].changed


def test_an_old_form_and_a_second_row_of_the_same_provision_are_refused(office: User) -> None:
    row, other = make.basis("第三条"), make.basis("第四条")
    amended(LegalBasis.objects.get(pk=row.pk), office, note="新")

    with pytest.raises(StaleError):
        amended(row, office, note="旧")
    with pytest.raises(NotPossibleError, match="已经登记过"):
        amended(other, office, article="第三条")
    with pytest.raises(NotPossibleError, match="已经登记过"):
        add_basis(values=typed(other), by=office.actor)


def test_a_new_provision_stands_beside_the_others_of_its_text(office: User) -> None:
    load_bases(by=CONSOLE)
    title = LegalBasis.objects.get(key="mcf-12").title

    add_basis(values=typed(title=title, article="第二条"), by=office.actor)

    rows = list(LegalBasis.objects.values_list("title", flat=True))
    assert rows[: rows.count(title)] == [title] * rows.count(title)


def test_a_provision_is_over_after_its_last_day() -> None:
    row = make.basis(in_force_until=date(2023, 7, 10))

    assert not row.is_over(date(2023, 7, 10))
    assert row.is_over(date(2023, 7, 11))


def test_the_list_asks_the_same_for_any_length(as_auditor: Client) -> None:
    address = reverse("law:bases")
    assert "还没有登记法律依据" in as_auditor.get(address).content.decode()
    make.basis()
    with CaptureQueriesContext(connection) as one:
        as_auditor.get(address)
    load_bases(by=CONSOLE)
    with CaptureQueriesContext(connection) as many:
        as_auditor.get(address)
    assert len(one) == len(many)


def test_one_writes_down_and_another_verifies_on_the_pages(
    as_office: Client, as_lead: Client
) -> None:
    new = {"title": "《测试条例》", "article": "第五条"}
    answer = as_office.post(reverse("law:basis_new"), new, follow=True)
    assert "等待第二人核实" in answer.content.decode()
    row = LegalBasis.objects.get(title="测试条例")
    page = reverse("law:basis", args=[row.pk])
    assert "核实无误" not in as_office.get(page).content.decode()
    assert "核实无误" in as_lead.get(page).content.decode()

    again = as_lead.post(reverse("law:basis_verify", args=[row.pk]), {"version": 9}, follow=True)
    assert "请核对最新内容" in again.content.decode()
    done = as_lead.post(reverse("law:basis_verify", args=[row.pk]), {"version": 1}, follow=True)
    assert "已核实" in done.content.decode()
    shown = as_lead.get(reverse("law:bases"), {"verified": "no"}).content.decode()
    assert "测试条例" not in shown


def test_an_old_page_keeps_what_was_typed(as_office: Client, office: User) -> None:
    row = make.basis()
    amended(LegalBasis.objects.get(pk=row.pk), office, note="新")

    answer = as_office.post(
        reverse("law:basis_amend", args=[row.pk]),
        {"title": "测试管理办法", "article": "我填的条款", "version": 1},
    )

    page = answer.content.decode()
    assert "在您打开之后已被修改" in page
    assert "我填的条款" in page
    assert 'name="version" value="2"' in page
