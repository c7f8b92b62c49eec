"""Somebody writes on a form while others change what it is about: nothing typed is lost, and it is said."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from foundation.accounts.models import User
from foundation.attachments.actions import store
from foundation.audit.models import AuditEvent
from foundation.law.models import Limit
from institutions.actions.deletion import delete, undelete
from institutions.actions.lifecycle import decide, verify, verify_together
from institutions.actions.rulings import rule_on
from institutions.actions.sites import (
    SITE_FIELDS,
    amend_site,
    delete_site,
    report_site,
    take_measure,
)
from institutions.models import (
    Custody,
    Fee,
    Institution,
    ListRuling,
    Representative,
    Ruling,
    Scan,
)
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)
TODAY = date(2023, 7, 10)
REGISTER = "/office/institutions/"
TYPED = "一段写了很久的话"
DECISION = {"on": "2023-07-10", "document": "决定书〔2023〕1号", "reason": TYPED}
VERIFICATION = {"on": "2023-07-10", "document": TYPED, "checked": ["办学许可证"]}
_TAIL_LOCK = 6108250001


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def closed(institution: Institution, by: User) -> None:
    """A colleague closes it."""
    decide(
        institution=institution, act="close", on=TODAY, document="决定书", reason="", by=by.actor
    )


def verified(institution: Institution, by: User) -> None:
    """A colleague verifies it."""
    verify(institution=institution, on=TODAY, document="记录", checked=["档案"], by=by.actor)


# --- the state ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act", "change", "typed"),
    [
        ("normal", "decide/suspend", closed, DECISION),
        ("unverified", "verify", verified, VERIFICATION),
    ],
)
def test_a_decision_on_what_was_decided_meanwhile_comes_back_as_typed(
    as_lead: Client,
    head: User,
    state: str,
    act: str,
    change: Callable[[Institution, User], None],
    typed: dict[str, object],
) -> None:
    institution = make.institution(state=state, state_on=None)
    change(institution, head)
    lines = AuditEvent.objects.count()

    answer = as_lead.post(f"{REGISTER}{institution.pk}/{act}/", typed)

    assertContains(answer, TYPED)
    assertContains(answer, "不能进行这一步")
    assert AuditEvent.objects.count() == lines


def test_several_are_verified_from_the_page_that_lists_them(as_office: Client) -> None:
    rows = [make.institution(state="unverified", state_on=None) for _ in range(2)]
    page = as_office.get(f"{REGISTER}verify/", {"pk": [row.pk for row in rows]})

    answer = as_office.post(f"{REGISTER}verify/{page.context['action']}", VERIFICATION)

    assertRedirects(answer, REGISTER)
    assert set(Institution.objects.values_list("state", flat=True)) == {"normal"}


def test_one_that_was_verified_meanwhile_is_named_and_the_rest_is_asked_again(
    as_office: Client, lead: User
) -> None:
    rows = [make.institution(state="unverified", state_on=None) for _ in range(3)]
    address = f"{REGISTER}verify/"
    page = as_office.get(address, {"pk": [row.pk for row in rows]})
    verified(rows[0], lead)
    delete(institution=rows[1], reason="重复登记", by=lead.actor)

    answer = as_office.post(f"{address}{page.context['action']}", VERIFICATION)

    rows[2].refresh_from_db()
    assert rows[2].state == "unverified"
    assertContains(answer, TYPED)
    assert answer.context["gone"] == rows[:2]
    assert answer.context["form"].non_field_errors() == [
        f"“{rows[0].name}”、“{rows[1].name}”已不是“待核验”，可能刚被核验或删除。没有核验任何一家。"
    ]

    as_office.post(f"{address}{answer.context['action']}", VERIFICATION)

    rows[2].refresh_from_db()
    assert rows[2].state == "normal"


def test_when_all_were_verified_meanwhile_nothing_typed_is_lost(
    as_office: Client, lead: User
) -> None:
    row = make.institution(state="unverified", state_on=None)
    verified(row, lead)

    answer = as_office.post(f"{REGISTER}verify/?pk={row.pk}", VERIFICATION)

    assertContains(answer, TYPED)
    again = as_office.post(f"{REGISTER}verify/{answer.context['action']}", VERIFICATION)
    assert again.context["form"].non_field_errors() == [
        "没有选中待核验的机构。请在名册中勾选后再核验。"
    ]


def test_a_ruling_on_what_was_ruled_on_meanwhile_comes_back_as_typed(
    as_office: Client, office: User, lead: User
) -> None:
    make.limits()
    institution = make.institution(state="suspended")
    rule_on(institution=institution, ruling="hold_back", reason="待查", by=lead.actor)

    answer = as_office.post(
        f"/office/whitelist/rulings/{institution.pk}/", {"ruling": "hold_back", "reason": TYPED}
    )

    assertContains(answer, TYPED)


# --- what is gone -------------------------------------------------------------------------

ON_A_FILE = [
    ("amend/", {"name": "定边县新苗音乐培训学校", "remark": TYPED}),
    ("verify/", VERIFICATION),
    ("decide/suspend/", DECISION),
    ("delete/", {"reason": TYPED}),
    ("parts/fee/new/", {"course": TYPED, "price": "40", "unit": "课时"}),
    ("account/", {"reason": TYPED}),
]


@pytest.mark.parametrize(("address", "typed"), ON_A_FILE)
def test_what_was_typed_about_a_deleted_institution_comes_back(
    as_lead: Client, head: User, address: str, typed: dict[str, object]
) -> None:
    institution = make.institution("定边县新苗音乐培训学校")
    Custody.objects.create(institution=institution, mode="bank", account="6100000000001234")
    delete(institution=institution, reason="重复登记", by=head.actor)

    answer = as_lead.post(f"{REGISTER}{institution.pk}/{address}", typed)

    assertContains(answer, TYPED)
    assertContains(answer, "这家机构的记录已被删除")


def test_a_ruling_on_a_deleted_institution_comes_back_as_typed(
    as_office: Client, lead: User
) -> None:
    make.limits()
    institution = make.institution()
    delete(institution=institution, reason="重复登记", by=lead.actor)

    answer = as_office.post(
        f"/office/whitelist/rulings/{institution.pk}/", {"ruling": "hold_back", "reason": TYPED}
    )

    assertContains(answer, TYPED)
    assertContains(answer, "这家机构的记录已被删除")


def test_what_was_typed_about_one_that_an_import_has_taken_back_comes_back(
    as_office: Client,
) -> None:
    answer = as_office.post(
        f"{REGISTER}4711/amend/", {"name": "定边县新苗音乐培训学校", "remark": TYPED}
    )

    assertContains(answer, TYPED)
    assertContains(answer, "这家机构的记录已被删除")


def test_one_that_was_put_back_meanwhile_is_not_put_back_again(as_lead: Client, head: User) -> None:
    institution = make.institution()
    delete(institution=institution, reason="重复登记", by=head.actor)
    undelete(institution=institution, reason="并非重复", by=head.actor)

    answer = as_lead.post(f"{REGISTER}{institution.pk}/undelete/", {"reason": TYPED})

    assertContains(answer, TYPED)
    assertContains(answer, "没有被删除")


def fee(institution: Institution, by: User) -> str:
    row = Fee.objects.create(institution=institution, course="书法", price="40")
    return f"parts/fee/{row.pk}/"


def licence(institution: Institution, by: User) -> str:
    return f"licences/{make.licence(institution).pk}/void/"


def scan(institution: Institution, by: User) -> str:
    upload = ContentFile(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "证书.pdf")
    paper = store(upload=upload, by=by.actor, at=AT)
    row = Scan.objects.create(institution=institution, kind="licence", attachment=paper)
    return f"scans/{row.pk}/remove/"


def telephone(institution: Institution, by: User) -> str:
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    return f"people/{person.pk}/phone/"


@pytest.mark.parametrize(
    ("make_row", "below", "typed"),
    [
        (fee, "", {"course": TYPED, "price": "40", "unit": "课时"}),
        (fee, "remove/", {"reason": TYPED}),
        (licence, "", {"reason": TYPED}),
        (scan, "", {"reason": TYPED}),
        (telephone, "", {"reason": TYPED}),
    ],
)
def test_what_was_typed_about_a_row_that_is_gone_comes_back(
    as_lead: Client,
    lead: User,
    make_row: Callable[[Institution, User], str],
    below: str,
    typed: dict[str, str],
) -> None:
    institution = make.institution()
    address = f"{REGISTER}{institution.pk}/{make_row(institution, lead)}{below}"
    assert as_lead.get(address).status_code == 200
    for rows in ("fees", "licences", "scans", "representatives"):
        getattr(institution, rows).all().delete()

    answer = as_lead.post(address, typed)

    assertContains(answer, TYPED)
    assertContains(answer, "已被删除")
    assert as_lead.get(address).status_code == 404


SITE_TYPED = {"name": "某小区补课点", "site_class": "unknown", "remark": TYPED}
MEASURE = {"on": "2023-07-10", "note": TYPED}


@pytest.mark.parametrize(
    ("below", "typed"),
    [("amend/", SITE_TYPED), ("measure/confirm/", MEASURE), ("delete/", {"reason": TYPED})],
)
def test_what_was_typed_about_a_deleted_place_comes_back(
    as_lead: Client, lead: User, below: str, typed: dict[str, str]
) -> None:
    site = report_site(values={"name": "某小区补课点"}, by=lead.actor)
    delete_site(site=site, reason="重复登记", by=lead.actor)

    answer = as_lead.post(f"/office/sites/{site.pk}/{below}", typed)

    assertContains(answer, TYPED)
    assertContains(answer, "这条记录已被删除")


def test_a_clue_looked_into_while_its_reporter_was_writing_gives_the_words_back(
    as_town_officer: Client, town_officer: User, lead: User
) -> None:
    place = {"name": "某小区补课点", "town": town_officer.department}
    site = report_site(values=place, by=town_officer.actor)
    take_measure(
        site=site,
        act="confirm",
        on=TODAY,
        document="",
        department=None,
        note="现场核实",
        by=lead.actor,
    )
    address = f"/office/sites/{site.pk}/amend/"

    typed = SITE_TYPED | {"town": str(town_officer.department_id)}
    answer = as_town_officer.post(address, typed)

    assertContains(answer, TYPED)
    assertContains(answer, "没有保存")
    site.refresh_from_db()
    assert site.remark == ""
    assert as_town_officer.get(address).status_code == 404


def test_a_place_that_was_changed_meanwhile_shows_by_whom_and_what(
    as_lead: Client, lead: User, head: User
) -> None:
    site = report_site(values={"name": "某小区补课点"}, by=lead.actor)
    address = f"/office/sites/{site.pk}/amend/"
    form = as_lead.get(address).context["form"]
    opened = {field.html_name: field.value() for field in form if field.value()}
    values = {name: getattr(site, name) for name in SITE_FIELDS} | {"landlord": "房东乙"}
    amend_site(site=site, values=values, by=head.actor)

    answer = as_lead.post(address, opened | {"landlord": "房东丙"})

    assertContains(answer, f"{head.actor.label}于")
    assertContains(answer, "房东丙")


# --- others at the same moment ------------------------------------------------------------


@pytest.fixture
def colleague(transactional_db: None) -> Iterator[BaseDatabaseWrapper]:
    """A second connection, in a transaction of its own."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


def lock(colleague: BaseDatabaseWrapper, institution: Institution) -> None:
    """The colleague works on this file."""
    with colleague.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM institutions_institution WHERE id = %s FOR UPDATE", [institution.pk]
        )


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Who waits for somebody else waits for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.mark.usefixtures("impatient")
def test_a_file_that_somebody_holds_too_long_gives_the_form_back(
    colleague: BaseDatabaseWrapper, as_lead: Client
) -> None:
    institution = make.institution()
    lock(colleague, institution)

    answer = as_lead.post(f"{REGISTER}{institution.pk}/decide/suspend/", DECISION)

    assertContains(answer, TYPED)
    assertContains(answer, "请稍等几秒再提交")
    institution.refresh_from_db()
    assert institution.state == "normal"


@pytest.mark.usefixtures("impatient")
def test_an_act_without_a_form_says_that_somebody_is_in_the_way(
    colleague: BaseDatabaseWrapper, as_lead: Client, lead: User
) -> None:
    institution = make.institution()
    rule_on(institution=institution, ruling=Ruling.HOLD_BACK, reason=TYPED, by=lead.actor)
    lock(colleague, institution)

    answer = as_lead.post(f"/office/whitelist/rulings/{institution.pk}/lift/", follow=True)

    assertContains(answer, "请稍等几秒再提交")
    assert ListRuling.objects.get().lifted_at is None


@pytest.mark.usefixtures("impatient")
def test_a_limit_that_somebody_works_on_gives_the_form_back(
    colleague: BaseDatabaseWrapper, as_lead: Client
) -> None:
    row = Limit.objects.create(key="expiry_notice_days", value=60, unit="天", label="提醒天数")
    with colleague.cursor() as cursor:
        cursor.execute("SELECT 1 FROM law_limit FOR UPDATE")

    given = {"value": "45", "basis": TYPED, "note": "", "version": row.version}
    answer = as_lead.post(f"/office/law/{row.key}/amend/", given)

    assertContains(answer, TYPED)
    assertContains(answer, "请稍等几秒再提交")


def test_who_verifies_several_waits_without_keeping_others_from_the_trail(
    colleague: BaseDatabaseWrapper, office: User
) -> None:
    rows = [make.institution(state="unverified", state_on=None) for _ in range(2)]
    lock(colleague, rows[1])

    def verify_both() -> None:
        try:
            verify_together(
                institutions=rows, on=TODAY, document="记录", checked=["档案"], by=office.actor
            )
        finally:
            connection.close()

    waiting = threading.Thread(target=verify_both)
    waiting.start()
    with colleague.cursor() as cursor:
        blocked = False
        while waiting.is_alive() and not blocked:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
            blocked = cursor.fetchone()[0]
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TAIL_LOCK])
        (is_free,) = cursor.fetchone()
    colleague.rollback()
    waiting.join()

    assert (blocked, is_free) == (True, True)
    assert set(Institution.objects.values_list("state", flat=True)) == {"normal"}
