"""Who has signed a visit: on a screen, on paper, or not at all; the newest stands, the older stays readable."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.accounts.models import User
from foundation.attachments.actions import take_signature
from foundation.attachments.models import Evidence
from foundation.audit.models import AuditEvent
from foundation.workflow import NotPossibleError
from inspections.actions.on_site import ConflictError
from inspections.actions.signatures import sign_visit
from inspections.actions.visits import conclude_inspection
from inspections.models import ChecklistItem, Inspection, Signature
from tests import make, photos

pytestmark = pytest.mark.django_db
NINE = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
REFUSED = {"refused": "对检查结果有异议", "witness": "王二"}


def visit() -> tuple[Inspection, User, User]:
    make.limits()
    row = make.inspection(state="running")
    first, second = (one.user for one in row.inspectors.order_by("pk"))
    return row, first, second


def written(by: User) -> Evidence:
    said = {"width": 300, "height": 100, "strokes": [[[10, 10, 0], [90, 60, 40]]]}
    return photos.sent(json.dumps(said).encode(), take_signature, by=by.actor)


def signed(row: Inspection, by: User, role: str = "site", **given: Any) -> Signature:
    plain: dict[str, Any] = {"name": "李四", "by": by.actor, "at": TEN}
    if not {"evidence", "on_paper", "refused"} & set(given):
        given["evidence"] = written(by)
    return sign_visit(inspection=row, role=role, **plain | given)


def standing() -> set[str]:
    return {f"{one}{one.outcome}" for one in Signature.objects.filter(replaced_at=None)}


def test_the_place_a_witness_and_each_officer_sign() -> None:
    row, first, second = visit()

    made = signed(row, first, post="校长")
    signed(row, first, "witness", name="王二")
    signed(row, first, "officer", name="")
    signed(row, second, "officer", on_paper=True)

    assert standing() == {
        "现场负责人李四签名",
        "见证人王二签名",
        f"检查人员{first}签名",
        f"检查人员{second}签在纸质表上",
    }
    own = Signature.objects.get(role="officer", by=first)
    assert own.section is not None
    assert (made.section, own.section.department) == (None, row.lead)
    line = AuditEvent.objects.earliest("id")
    assert made.evidence is not None
    hashed = made.evidence.original.sha256
    assert (line.act, line.words) == (
        "inspection.signed",
        f"现场负责人李四（校长）签名，原件校验值{hashed}",
    )


def test_who_will_not_sign_is_written_down_with_reason_and_witness() -> None:
    row, by, _ = visit()

    signed(row, by, name="", **REFUSED)
    signed(row, by, name="", **REFUSED)

    line = AuditEvent.objects.get()
    assert standing() == {"现场负责人拒签"}
    assert (line.words, line.reason) == ("现场负责人拒签，见证人王二", "对检查结果有异议")


def test_a_signature_says_one_thing() -> None:
    row, by, _ = visit()

    for words, given in (
        ("请选择一种", {"evidence": written(by), "on_paper": True}),
        ("请选择一种", {"evidence": None}),
        ("写明见证人", {"refused": "不在场"}),
        ("不填拒签见证人", {"on_paper": True, "witness": "王二"}),
        ("写明签名人的姓名", {"on_paper": True, "name": ""}),
        ("只有现场负责人", {"role": "officer", **REFUSED}),
    ):
        with pytest.raises(NotPossibleError, match=words):
            signed(row, by, **given)
    with pytest.raises(NotPossibleError, match="没有收到您的这份签名"):
        signed(row, by, evidence=photos.sent(photos.picture(), by=by.actor))
    with pytest.raises(NotPossibleError, match="不能登记检查情况"):
        signed(make.inspection(), by)
    assert not Signature.objects.exists()


def test_a_signature_sent_twice_is_there_once_and_another_meaning_is_a_conflict() -> None:
    row, by, _ = visit()
    kept = written(by)

    made = signed(row, by, evidence=kept)

    assert signed(row, by, evidence=kept) == made
    assert AuditEvent.objects.count() == 1
    for other in ({"name": "李五"}, {"role": "witness"}):
        with pytest.raises(ConflictError):
            signed(row, by, evidence=kept, **other)


def test_who_signs_again_replaces_what_stood_and_both_stay_readable() -> None:
    row, first, second = visit()
    old = signed(row, first, name="", **REFUSED)

    new = signed(row, second, at=TEN + timedelta(minutes=5))
    # Written earlier on another phone, it comes later: what was signed last on site stands.
    late = signed(row, first, name="赵六", signed_at=NINE, at=TEN + timedelta(minutes=9))

    assert standing() == {"现场负责人李四签名"}
    old.refresh_from_db()
    assert [one.replaced_at and one.replaced_at - TEN for one in (old, new, late)] == [
        timedelta(minutes=5),
        None,
        timedelta(minutes=9),
    ]
    said = AuditEvent.objects.order_by("id").values_list("words", flat=True)
    assert ["原来的签名情况保留备查" in one for one in said] == [False, True, False]
    signed(row, first, "officer")
    signed(row, first, "officer", on_paper=True, at=TEN + timedelta(minutes=9))
    assert f"检查人员{first}签在纸质表上" in standing()


def concluded(row: Inspection, by: User, at: datetime = TEN) -> Inspection:
    row.refresh_from_db()
    return conclude_inspection(
        inspection=row,
        version=row.version,
        ended_at=TEN,
        conclusion="总体合格",
        late_reason="补录",
        by=by.actor,
        at=at,
    )


def test_no_visit_on_site_is_concluded_before_the_place_has_signed_or_refused() -> None:
    (row, by, _), written = visit(), make.inspection(state="running", manner="written")
    for one in (row, written):
        for item in ChecklistItem.objects.all():
            make.answer(one, item, one.inspectors.all()[0].user)
    signed(row, by, "witness")
    signed(row, by, "officer")

    with pytest.raises(NotPossibleError, match="现场负责人还没有签名，也没有登记拒签"):
        concluded(row, by)
    assert concluded(written, written.inspectors.all()[0].user).state == "concluded"
    signed(row, by, **REFUSED)
    assert concluded(row, by).state == "concluded"


def test_a_signature_that_cannot_come_any_more_keeps_no_visit_open() -> None:
    row, by, _ = visit()

    with pytest.raises(NotPossibleError, match="不能再补录"):
        signed(row, by, at=TEN + timedelta(days=11), late_reason="补录")
    assert concluded(row, by, TEN + timedelta(days=11)).state == "concluded"


def test_the_database_keeps_one_signature_of_the_place_and_each_to_one_way() -> None:
    row, by, _ = visit()
    made = signed(row, by)

    for wrong in (
        {"on_paper": True},
        {"witness": "王二"},
        {"name": ""},
        {"role": "officer"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.filter(pk=made.pk).update(**wrong)
    twin = {"inspection": row, "role": "site", "name": "李四", "on_paper": True, "by": by}
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(**twin, signed_at=TEN, received_at=TEN)
