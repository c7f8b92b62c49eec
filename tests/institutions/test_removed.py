"""What was taken out of a file by mistake, and put back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.workflow import NotPossibleError
from institutions.actions.papers import add_scan, remove_scan
from institutions.actions.parts import PARTS, add_part, remove_part, restore_row
from institutions.models import Fee, Institution, RemovedRow, Representative, Scan
from tests import make
from tests.institutions.test_actions_register import PART_VALUES

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)
REGISTER = "/office/institutions/"
_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def remove(institution: Institution, slug: str, pk: int, by: User) -> RemovedRow:
    """An officer takes this row out."""
    remove_part(institution=institution, part=PARTS[slug], pk=pk, reason="误删", by=by.actor, at=AT)
    return institution.removed_rows.latest("pk")


def restore(removed: RemovedRow, by: User) -> None:
    """An officer puts it back."""
    restore_row(
        institution=removed.institution, pk=removed.pk, reason="并非误登", by=by.actor, at=AT
    )


@pytest.mark.parametrize(("slug", "values"), PART_VALUES, ids=[slug for slug, _ in PART_VALUES])
def test_every_kind_of_row_comes_back_as_it_was(
    office: User, slug: str, values: dict[str, Any]
) -> None:
    institution, rows = make.institution(), PARTS[slug].model._default_manager
    row = add_part(institution=institution, part=PARTS[slug], values=values, by=office.actor, at=AT)
    before, told = rows.values().get(), make.mark()

    removed = remove(institution, slug, row.pk, office)
    assert not rows.exists()
    restore(removed, office)

    assert rows.values().get() == before
    assert not RemovedRow.objects.exists()
    line = AuditEvent.objects.latest("id")
    assert (line.act, line.reason) == (f"{slug}.restored", "并非误登")
    assert line.target == AuditEvent.objects.earliest("id").target
    assert make.mark() != told


def test_a_sealed_number_is_kept_sealed_and_opens_again(office: User) -> None:
    institution = make.institution()
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )

    removed = remove(institution, "representative", person.pk, office)

    assert "13912345678" not in str(removed.values)
    restore(removed, office)
    assert Representative.objects.get().phone.open() == "13912345678"


def test_a_scanned_paper_comes_back_with_its_file(office: User) -> None:
    institution = make.institution()
    scan = add_scan(
        institution=institution,
        kind="licence",
        title="副本",
        upload=ContentFile(_PDF, "副本.pdf"),
        by=office.actor,
    )
    remove_scan(scan=scan, reason="误删", by=office.actor)

    restore(institution.removed_rows.get(), office)

    back = Scan.objects.get()
    assert (back.title, back.attachment) == ("副本", scan.attachment)
    assert AuditEvent.objects.latest("id").act == "scan.restored"


def test_what_was_registered_anew_is_not_put_back_beside_it(office: User) -> None:
    institution, part = make.institution(), PARTS["custody"]
    given: dict[str, Any] = {"part": part, "values": {"mode": "bank"}, "by": office.actor}
    row = add_part(institution=institution, **given)
    removed = remove(institution, "custody", row.pk, office)
    add_part(institution=institution, **given)

    with pytest.raises(NotPossibleError, match="已经登记"):
        restore(removed, office)

    assert RemovedRow.objects.get() == removed


def test_a_row_is_put_back_once(office: User) -> None:
    institution = make.institution()
    fee = Fee.objects.create(institution=institution, course="书法", price="40")
    removed = remove(institution, "fee", fee.pk, office)
    number = removed.pk
    restore(removed, office)

    with pytest.raises(NotPossibleError, match="已经恢复"):
        restore_row(institution=institution, pk=number, reason="并非误登", by=office.actor)

    assert Fee.objects.count() == 1


def test_the_file_shows_what_was_removed_and_the_way_back(
    as_office: Client, as_officer: Client, office: User
) -> None:
    institution = make.institution()
    make.limits()
    file = f"{REGISTER}{institution.pk}/"
    assertNotContains(as_office.get(file), "已删除的记录")
    fee = Fee.objects.create(institution=institution, course="书法", price="40")
    removed = remove(institution, "fee", fee.pk, office)
    address = f"{file}removed/{removed.pk}/restore/"

    assertContains(as_office.get(file), address)
    assertNotContains(as_officer.get(file), "已删除的记录")
    assertContains(as_office.get(address), "收费项目“书法")
    assertRedirects(as_office.post(address, {"reason": "并非误登"}), file)

    assert Fee.objects.get().course == "书法"
    assertContains(as_office.post(address, {"reason": "写好的理由"}), "写好的理由")
