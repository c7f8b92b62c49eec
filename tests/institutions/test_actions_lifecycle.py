"""The life of an institution, its papers, its sealed numbers, and the row that was a mistake."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from foundation.accounts.models import User
from foundation.attachments.kinds import RefusedFileError
from foundation.attachments.models import Attachment
from foundation.audit.models import AuditEvent
from foundation.workflow import NotPossibleError
from institutions.actions.deletion import delete, undelete
from institutions.actions.lifecycle import PAST, confirm, decide, verify, verify_together
from institutions.actions.operation import read_account, read_phone
from institutions.actions.papers import add_scan, remove_scan, revive_licence, void_licence
from institutions.models import (
    Custody,
    Institution,
    Representative,
    Scan,
    StateChange,
)
from institutions.workflow import INSTITUTION, InstitutionState
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)
TODAY = date(2023, 7, 10)

EDGES = [(before, act) for before, acts in INSTITUTION.table.items() for act in acts]
NO_EDGES = [
    (before, act)
    for before in InstitutionState.values
    for act in PAST
    if act not in INSTITUTION.table[before]
]


def picture() -> SimpleUploadedFile:
    """A small scanned paper."""
    content = BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    return SimpleUploadedFile("决定书.png", content.getvalue())


def step(institution: Institution, act: str, by: User, on: date = TODAY) -> Institution:
    """One act of the table, by a plain document."""
    return decide(
        institution=institution,
        act=act,
        on=on,
        document="测试决定〔2023〕1号",
        reason="示例原因",
        by=by.actor,
        at=AT,
    )


@pytest.mark.parametrize(("before", "act"), EDGES)
def test_each_edge_of_the_table_leads_where_it_says_and_leaves_its_line(
    lead: User, before: str, act: str
) -> None:
    institution = make.institution(state=before)

    moved = step(institution, act, lead)

    after = INSTITUTION.table[before][act]
    assert (moved.state, moved.state_on, moved.state_document) == (
        after,
        TODAY,
        "测试决定〔2023〕1号",
    )
    change = StateChange.objects.get()
    assert (change.act, change.before, change.after, change.made_by) == (act, before, after, lead)
    line = AuditEvent.objects.get()
    assert (line.act, line.document) == (f"institution.{PAST[act]}", "测试决定〔2023〕1号")


@pytest.mark.parametrize(("before", "act"), NO_EDGES)
def test_an_act_that_the_table_does_not_hold_changes_nothing(
    lead: User, before: str, act: str
) -> None:
    institution = make.institution(state=before)

    with pytest.raises(NotPossibleError):
        step(institution, act, lead)

    institution.refresh_from_db()
    assert institution.state == before
    assert not StateChange.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not make.mark()


def test_verification_says_what_was_compared_by_whom_and_when(office: User) -> None:
    institution = make.institution(state="unverified", state_on=None)

    verified = verify(
        institution=institution,
        on=date(2023, 7, 3),
        document="现场核验记录",
        checked=["办学许可证", "全国平台信息"],
        by=office.actor,
        at=AT,
    )

    assert (verified.verified_by, verified.verified_at) == (office, AT)
    assert verified.state_reason == "已核对：办学许可证、全国平台信息"
    assert verified.state_on == date(2023, 7, 3)


def test_several_are_verified_together_or_none(office: User) -> None:
    waiting = make.institution(state="unverified", state_on=None)
    normal = make.institution()

    with pytest.raises(NotPossibleError):
        verify_together(
            institutions=[waiting, normal],
            on=TODAY,
            document="联合核验记录",
            checked=["办学许可证"],
            by=office.actor,
            at=AT,
        )

    waiting.refresh_from_db()
    assert waiting.state == "unverified"
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2023, 7, 11), "不能晚于今天"), (date(2023, 1, 4), "不能早于上一次状态变更")],
)
def test_a_day_that_cannot_be_is_refused(lead: User, on: date, words: str) -> None:
    institution = make.institution(state_on=date(2023, 1, 5))

    with pytest.raises(NotPossibleError, match=words):
        step(institution, "suspend", lead, on=on)

    assert not StateChange.objects.exists()


def test_a_day_is_the_countys_day(lead: User) -> None:
    institution = make.institution()
    after_midnight = datetime(2023, 7, 10, 16, 30, tzinfo=UTC)

    decide(
        institution=institution,
        act="rest",
        on=date(2023, 7, 11),
        document="歇业报告",
        reason="自行停办",
        by=lead.actor,
        at=after_midnight,
    )

    assert StateChange.objects.get().on == date(2023, 7, 11)


def test_a_change_of_state_makes_the_public_pages_new(lead: User) -> None:
    institution = make.institution()
    before = make.mark()

    step(institution, "suspend", lead)

    assert make.mark() != before


def test_a_decision_is_confirmed_by_another_person(lead: User, head: User) -> None:
    step(make.institution(), "suspend", lead)
    change = StateChange.objects.get()
    assert change.needs_confirmation

    confirm(change=change, by=head.actor, at=AT)

    change.refresh_from_db()
    assert (change.confirmed_by, change.confirmed_at) == (head, AT)
    assert AuditEvent.objects.latest("id").act == "institution.confirmed"


def test_nobody_confirms_the_own_decision(lead: User) -> None:
    step(make.institution(), "close", lead)
    change = StateChange.objects.get()

    with pytest.raises(NotPossibleError, match="另一位"):
        confirm(change=change, by=lead.actor, at=AT)

    change.refresh_from_db()
    assert change.confirmed_at is None
    assert AuditEvent.objects.count() == 1


def test_a_decision_is_confirmed_once(lead: User, head: User) -> None:
    step(make.institution(), "revoke", lead)
    change = StateChange.objects.get()
    confirm(change=change, by=head.actor, at=AT)

    with pytest.raises(NotPossibleError, match="已经复核"):
        confirm(change=change, by=head.actor, at=AT)

    assert AuditEvent.objects.count() == 2


def test_what_needs_no_second_person_is_not_confirmed(lead: User, head: User) -> None:
    step(make.institution(), "rest", lead)

    with pytest.raises(NotPossibleError, match="不需要复核"):
        confirm(change=StateChange.objects.get(), by=head.actor, at=AT)


def test_a_decision_keeps_its_scanned_paper(lead: User) -> None:
    decide(
        institution=make.institution(),
        act="suspend",
        on=TODAY,
        document="测试决定〔2023〕1号",
        reason="示例原因",
        upload=picture(),
        by=lead.actor,
        at=AT,
    )

    assert StateChange.objects.get().attachment == Attachment.objects.get()


def test_a_paper_that_is_none_stops_the_decision(lead: User) -> None:
    institution = make.institution()

    with pytest.raises(RefusedFileError):
        decide(
            institution=institution,
            act="suspend",
            on=TODAY,
            document="测试决定〔2023〕1号",
            reason="示例原因",
            upload=SimpleUploadedFile("决定书.png", b"MZ not a picture"),
            by=lead.actor,
            at=AT,
        )

    institution.refresh_from_db()
    assert institution.state == "normal"
    assert not AuditEvent.objects.exists()


def test_a_deleted_row_is_gone_and_comes_back_as_it_was(lead: User) -> None:
    institution = make.institution(state="suspended")

    delete(institution=institution, reason="重复登记", by=lead.actor, at=AT)
    assert not Institution.objects.standing().exists()
    told = make.mark()
    undelete(institution=institution, reason="并非重复", by=lead.actor, at=AT)

    back = Institution.objects.standing().get()
    assert (back.state, back.deleted_reason) == ("suspended", "")
    assert [one.act for one in AuditEvent.objects.order_by("id")] == [
        "institution.deleted",
        "institution.restored",
    ]
    assert len({"", told, make.mark()}) == 3


def test_a_row_is_deleted_once_and_put_back_once(lead: User) -> None:
    institution = make.institution()
    with pytest.raises(NotPossibleError, match="没有被删除"):
        undelete(institution=institution, reason="误操作", by=lead.actor, at=AT)
    delete(institution=institution, reason="重复登记", by=lead.actor, at=AT)

    with pytest.raises(NotPossibleError, match="已被删除"):
        delete(institution=institution, reason="重复登记", by=lead.actor, at=AT)

    assert AuditEvent.objects.count() == 1


def test_a_void_licence_stays_readable_and_can_be_revived(office: User) -> None:
    licence = make.licence(make.institution())

    void_licence(licence=licence, document="换证通知", reason="换发新证", by=office.actor, at=AT)
    licence.refresh_from_db()
    assert licence.is_void
    with pytest.raises(NotPossibleError, match="在您打开之后已处理"):
        void_licence(licence=licence, document="", reason="换发新证", by=office.actor, at=AT)
    revive_licence(licence=licence, document="", reason="标错", by=office.actor, at=AT)

    licence.refresh_from_db()
    assert not licence.is_void
    acts = [event.act for event in AuditEvent.objects.order_by("id")]
    assert acts == ["licence.voided", "licence.revived"]


def test_a_scan_enters_and_leaves_the_file(office: User) -> None:
    institution = make.institution()

    scan = add_scan(
        institution=institution,
        kind="licence",
        title="副本",
        upload=picture(),
        by=office.actor,
        at=AT,
    )
    remove_scan(scan=scan, reason="拍糊了", by=office.actor, at=AT)

    assert not Scan.objects.exists()
    removed = AuditEvent.objects.latest("id")
    assert (removed.act, removed.reason) == ("scan.removed", "拍糊了")
    assert "决定书.png" in removed.changes["attachment"]["before"]
    with pytest.raises(NotPossibleError, match="已被移除"):
        remove_scan(
            scan=Scan(pk=4711, institution=institution, attachment=scan.attachment),
            reason="拍糊了",
            by=office.actor,
        )


def test_who_reads_a_sealed_number_leaves_a_line_without_it(office: User) -> None:
    institution = make.institution()
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    custody = Custody.objects.create(
        institution=institution, mode="bank", account="6100000000001234"
    )

    phone = read_phone(representative=person, reason="电话核实", by=office.actor, at=AT)
    account = read_account(custody=custody, reason="核对流水", by=office.actor, at=AT)

    assert (phone, account) == ("13912345678", "6100000000001234")
    lines = list(AuditEvent.objects.order_by("id"))
    assert [one.act for one in lines] == ["representative.phone_read", "custody.account_read"]
    assert [one.reason for one in lines] == ["电话核实", "核对流水"]
    assert "13912345678" not in str([(one.words, one.changes) for one in lines])
    assert "6100000000001234" not in str([(one.words, one.changes) for one in lines])


def test_a_lost_key_is_said_and_leaves_no_line(office: User, settings: Settings) -> None:
    custody = Custody.objects.create(
        institution=make.institution(), mode="bank", account="6100000000001234"
    )
    custody.refresh_from_db()
    settings.FIELD_KEY = "another:key"

    with pytest.raises(NotPossibleError, match="密钥缺失"):
        read_account(custody=custody, reason="核对流水", by=office.actor, at=AT)

    assert not AuditEvent.objects.exists()
