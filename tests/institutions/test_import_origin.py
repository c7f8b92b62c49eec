"""An institution's page names the import it came from, and leads there whoever may open it."""

import pytest
from django.test import Client

from foundation.accounts.models import User
from institutions.actions.import_undo import undo
from institutions.actions.register import amend
from institutions.models import Institution
from tests import make, samples
from tests.institutions.test_import import HEAD, applied, book, one

pytestmark = pytest.mark.django_db

TITLE = "2026年春季机构名册"


def imported() -> tuple[str, Institution]:
    """The address of the import's page, and what it entered."""
    run = applied(book(HEAD, one(1), title=TITLE))
    return f'href="/office/imports/{run.pk}/"', Institution.objects.get()


def page_of(client: Client, row: Institution) -> str:
    return client.get(f"/office/institutions/{row.pk}/").content.decode()


def section(page: str, name: str) -> str:
    return page.partition(f'<section id="{name}">')[2].partition("</section>")[0]


def test_its_source_and_its_timeline_lead_to_the_import(as_office: Client) -> None:
    link, row = imported()

    page = page_of(as_office, row)

    assert link in section(page, "identity")
    trail = section(page, "trail")
    assert link in trail
    assert "由导入登记" in trail
    assert "没有更早的记录" not in trail


def test_who_may_not_open_the_import_reads_plain_words(as_officer: Client) -> None:
    link, row = imported()

    page = page_of(as_officer, row)

    assert TITLE in section(page, "identity")
    assert TITLE in section(page, "trail")
    assert link not in page


def test_what_was_typed_has_no_import(as_office: Client) -> None:
    row = make.institution("定边县甲校", source="手工登记")

    page = page_of(as_office, row)

    assert "/office/imports/" not in section(page, "identity")
    assert "由导入登记" not in section(page, "trail")


def test_a_later_import_that_changes_it_is_not_its_origin(as_office: Client) -> None:
    link, row = imported()

    applied(book(HEAD, one(1, subjects="书法"), title="后来的名册"))

    row.refresh_from_db()
    assert (row.source, row.subjects) == (TITLE, "书法")
    assert link in section(page_of(as_office, row), "identity")


def test_one_typed_before_the_import_that_changes_it_stays_typed(as_office: Client) -> None:
    row = make.institution(samples.name_of(1), credit_code=samples.credit_code_of(1))

    applied(book(HEAD, one(1), title=TITLE))

    assert "/office/imports/" not in section(page_of(as_office, row), "identity")


def test_what_an_undone_import_leaves_behind_still_leads_to_it(
    as_lead: Client, office: User
) -> None:
    run = applied(book(HEAD, one(1), one(2), title=TITLE))
    kept, gone = Institution.objects.order_by("pk")
    amend(institution=kept, values={"remark": "看过"}, version=kept.version, by=office.actor)
    undo(run=run, by=office.actor)

    link = f'href="/office/imports/{run.pk}/"'
    assert link in section(page_of(as_lead, kept), "identity")
    assert link in section(page_of(as_lead, gone), "identity")
    assert "已撤销" in as_lead.get(f"/office/imports/{run.pk}/").content.decode()
