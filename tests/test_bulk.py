"""The synthetic register: rows as the office's own acts would have left them, and only in the demo."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from dingbian_supervision.management.commands.load_bulk import Bulk
from foundation.clock.queries import today
from institutions.actions.marks import work_out_keys
from institutions.codes import check_credit_code
from institutions.models import Category, Institution, IssueKind, ListEntry, ListIssue
from institutions.naming import initials
from institutions.queries.issues import current_issue, entries_in_force
from institutions.queries.whitelist import entry_facts, proposals
from public.queries.shelf import public_mark
from tests.public.publishing import page

pytestmark = pytest.mark.django_db

_KEYS = ("name_key", "sort_key", "search_text", "search_terms")


@pytest.fixture
def _content(settings: Settings) -> None:
    settings.DEMO = True
    call_command("load_content", stdout=StringIO())


def load(count: int) -> None:
    call_command("load_bulk", institutions=count, verbosity=0)


def newest_issue() -> ListIssue:
    issue = current_issue(IssueKind.WHITELIST)
    assert issue is not None
    return issue


@pytest.mark.usefixtures("_content")
def test_a_row_is_ordered_and_found_by_what_it_says(settings: Settings) -> None:
    load(70)
    for row in Institution.objects.select_related("town"):
        stored = [getattr(row, key) for key in _KEYS]
        work_out_keys(row)
        assert stored == [getattr(row, key) for key in _KEYS]
        assert check_credit_code(row.credit_code, settings.COUNTY_CODE).warnings == ()


@pytest.mark.usefixtures("_content")
def test_the_issue_prints_every_row_as_the_office_would_draft_it() -> None:
    load(70)
    drafted = proposals(today())
    printed = ListEntry.objects.filter(issue=newest_issue()).order_by("position")

    assert all(one.included and one.remarks == ["没有登记全国平台情况"] for one in drafted)
    assert [entry.institution_id for entry in printed] == [one.institution.pk for one in drafted]
    assert [entry.position for entry in printed] == list(range(1, 71))
    for entry, one in zip(printed, drafted, strict=True):
        assert {name: getattr(entry, name) for name in entry_facts(one)} == entry_facts(one)
    assert entries_in_force(newest_issue(), today()).count() == newest_issue().entry_count == 70


@pytest.mark.usefixtures("_content")
def test_the_public_finds_it_at_once(client: Client) -> None:
    assert "白名单尚未发布" in page(client, "/whitelist/")
    before = public_mark()

    load(3)

    assert public_mark() != before
    assert "共 3 家" in page(client, "/whitelist/")
    for row in Institution.objects.all():
        assert row.name in page(client, f"/whitelist/?q={initials(row.name)}")
        assert row.name in page(client, f"/v/{row.public_id}/")


@pytest.mark.usefixtures("_content")
def test_a_second_load_adds_to_the_first_and_publishes_both() -> None:
    load(3)
    first = set(Institution.objects.values_list("public_id", flat=True))
    load(2)

    assert (newest_issue().number, newest_issue().entry_count) == (2, 5)
    assert newest_issue().entries.count() == Institution.objects.count() == 5
    assert first < set(Institution.objects.values_list("public_id", flat=True))


@pytest.mark.usefixtures("_content")
def test_the_same_number_is_the_same_rows() -> None:
    found = []
    for _ in range(2):
        with transaction.atomic():
            load(5)
            rows = Institution.objects.order_by("public_id")
            found.append(list(rows.values_list("public_id", "name", "address", "credit_code")))
            transaction.set_rollback(True)

    assert found[0] == found[1]
    assert len(set(found[0])) == 5


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
@pytest.mark.usefixtures("_content")
def test_a_senseless_number_is_refused(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # A million rows would take the better part of an hour.
    monkeypatch.setattr(Bulk, "load", lambda bulk: pytest.fail("it was loaded"))
    with pytest.raises(CommandError, match="机构数应在 1 到 1000000 之间"):
        load(count)


@pytest.mark.usefixtures("_content")
def test_a_real_register_takes_no_synthetic_rows(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="只能在 DEMO=1 时载入"):
        load(3)
    assert not Institution.objects.exists()
    assert not ListIssue.objects.exists()


def test_without_categories_it_says_what_comes_first(settings: Settings) -> None:
    settings.DEMO = True
    assert not Category.objects.exists()
    with pytest.raises(CommandError, match="load_content"):
        load(3)
    assert not Institution.objects.exists()
