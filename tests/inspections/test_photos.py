"""Photos of a visit: beside what they show, once each, withdrawn for a reason, never of others."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.accounts.models import User
from foundation.attachments.actions import shown_copy, take_signature
from foundation.attachments.models import Evidence
from foundation.attachments.queries import held_by_nothing
from foundation.audit.models import AuditEvent
from foundation.workflow import NotPossibleError
from inspections.actions.on_site import ConflictError
from inspections.actions.photos import add_photo, withdraw_photo
from inspections.models import ChecklistItem, Inspection, Photo
from tests import make, photos

pytestmark = pytest.mark.django_db
NINE = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
STAMP = ["测试路1号", "2023年7月10日 10:00", "县教体局"]


def visit() -> tuple[Inspection, User, User]:
    """A visit that runs, led by one department, with another that has no item in it."""
    make.limits()
    row = make.inspection(state="running")
    return row, row.inspectors.order_by("pk")[0].user, make.takes_part(row, make.department("wj"))


def item(row: Inspection, code: str = "A", number: int = 1) -> ChecklistItem:
    rows = ChecklistItem.objects.filter(area__checklist=row.checklist, area__code=code)
    return rows.get(number=number)


def taken(by: User) -> Evidence:
    return photos.sent(photos.picture(), by=by.actor)


def added(row: Inspection, by: User, evidence: Evidence | None = None, **given: Any) -> Photo:
    plain: dict[str, Any] = {"by": by.actor, "at": TEN}
    return add_photo(inspection=row, evidence=evidence or taken(by), **plain | given)


def test_a_photo_is_put_beside_an_item_a_problem_or_the_visit() -> None:
    row, by, _ = visit()
    found = make.finding(row, by)
    kept = taken(by)

    of_item = added(row, by, kept, item=item(row), taken_at=NINE)
    before, after = added(row, by, finding=found), added(row, by, finding=found, after=True)
    plain = added(row, by)

    assert [str(one) for one in (of_item, before, after, plain)] == [
        "检查项A1的照片",
        "问题“安全出口上锁”的照片",
        "问题“安全出口上锁”改正后的照片",
        "检查现场的照片",
    ]
    assert (of_item.section.department, of_item.by) == (row.lead, by)
    assert (of_item.taken_at, of_item.received_at) == (NINE, TEN)
    line = AuditEvent.objects.filter(act="inspection.photo_added").earliest("id")
    assert line.words == f"{row.lead}登记检查项A1的照片，原件校验值{kept.original.sha256}"
    row.refresh_from_db()
    assert row.version == 5
    assert not held_by_nothing(Evidence.objects.all()).exists()


def test_a_photo_sent_twice_is_there_once_and_another_meaning_is_a_conflict() -> None:
    row, by, _ = visit()
    kept, first = taken(by), item(row)

    made = added(row, by, kept, item=first, taken_at=NINE)
    again = added(row, by, kept, item=first, taken_at=NINE)

    assert (again, Photo.objects.count(), AuditEvent.objects.count()) == (made, 1, 1)
    meanings: list[dict[str, Any]] = [
        {"item": item(row, number=2)},
        {"finding": make.finding(row, by)},
        {},
        {"item": first, "taken_at": TEN},
    ]
    for other in meanings:
        with pytest.raises(ConflictError):
            added(row, by, kept, **other)
    with pytest.raises(ConflictError):
        added(make.inspection(state="running", people=[by, make.inspector(row.lead)]), by, kept)


def test_nobody_shows_what_another_person_has_sent_or_signed() -> None:
    row, by, other = visit()
    signature = photos.sent(photos.marked((300, 100), 1), take_signature, by=by.actor)

    for kept in (taken(other), signature):
        with pytest.raises(NotPossibleError, match="没有收到您的这份照片"):
            added(row, by, kept)
    assert not Photo.objects.exists()


def test_a_photo_belongs_to_the_own_part() -> None:
    row, by, other = visit()
    own, theirs = make.finding(row, by), make.finding(row, other)
    elsewhere = make.inspection(state="running")
    strange = make.finding(elsewhere, elsewhere.inspectors.all()[0].user)

    with pytest.raises(NotPossibleError, match="不属于本部门"):
        added(row, other, item=item(row))
    with pytest.raises(NotPossibleError, match="其他部门登记的问题"):
        added(row, other, finding=own)
    with pytest.raises(NotPossibleError, match="不属于这次检查"):
        added(row, by, finding=strange)
    with pytest.raises(NotPossibleError, match="只归入一个"):
        added(row, by, finding=own, item=item(row))
    with pytest.raises(NotPossibleError, match="须归入一个问题"):
        added(row, by, after=True)
    with pytest.raises(NotPossibleError, match="不是这次检查的检查人员"):
        added(row, make.inspector(row.lead))
    # The lead looks after all that was found; the photo is the other department's all the same.
    assert added(row, by, finding=theirs).section.department == other.department


def test_photos_are_taken_while_the_visit_runs_and_late_ones_for_a_reason() -> None:
    row, by, _ = visit()
    planned = make.inspection(people=[by, make.inspector(row.lead)])

    with pytest.raises(NotPossibleError, match="不能登记检查情况"):
        added(planned, by)
    with pytest.raises(NotPossibleError, match="时间不能晚于现在"):
        added(row, by, taken_at=TEN + timedelta(minutes=1))
    with pytest.raises(NotPossibleError, match="写明补录理由"):
        added(row, by, at=TEN + timedelta(days=1))
    with pytest.raises(NotPossibleError, match="不能再补录"):
        added(row, by, at=TEN + timedelta(days=11), late_reason="没有网络")
    made = added(row, by, at=TEN + timedelta(days=1), late_reason="没有网络")
    assert made.taken_at == NINE


def test_lines_are_stamped_on_a_copy() -> None:
    row, by, _ = visit()
    kept = taken(by)

    added(row, by, kept, stamp=STAMP)
    added(row, by, kept, stamp=STAMP)

    kept.refresh_from_db()
    assert kept.stamped
    assert kept.original.sha256 != kept.stamped.sha256 != shown_copy(evidence=kept).sha256


def test_a_mistaken_photo_is_withdrawn_for_a_reason_and_stays() -> None:
    row, by, other = visit()
    made = added(row, by, item=item(row))
    given: dict[str, Any] = {"photo": made, "reason": "拍错了", "at": TEN}

    with pytest.raises(NotPossibleError, match="其他部门登记的照片"):
        withdraw_photo(by=other.actor, **given)
    withdraw_photo(by=by.actor, **given)
    with pytest.raises(NotPossibleError, match="已经撤回"):
        withdraw_photo(by=by.actor, **given)

    made.refresh_from_db()
    assert (made.is_withdrawn, made.withdrawn_by, made.withdrawn_reason) == (True, by, "拍错了")
    line = AuditEvent.objects.latest("id")
    assert (line.act, line.reason) == ("inspection.photo_withdrawn", "拍错了")
    assert made.evidence.original.sha256 in line.words
    assert not held_by_nothing(Evidence.objects.all()).exists()


def test_the_database_keeps_photos_to_one_meaning() -> None:
    row, by, _ = visit()
    made = added(row, by, item=item(row))

    for wrong in ({"after": True}, {"finding": make.finding(row, by)}, {"withdrawn_reason": "错"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Photo.objects.filter(pk=made.pk).update(**wrong)
