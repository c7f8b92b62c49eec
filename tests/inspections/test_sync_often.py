"""However often, in whichever order and at whatever moment a phone sends: each act has its effect once."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.audit.models import AuditEvent
from inspections.models import Answer, ChecklistItem, Finding, OtherText, Photo, Receipt
from tests import make
from tests.phone import NINE, Phone, blob, picture, problem

AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
# Each act by its place, and what happens to it on the way.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from(["sent", "answer lost", "other text", "by another"])
    ),
    max_size=10,
)


def two_phones(state: str = "approved") -> tuple[Phone, Phone]:
    """Of the two officers who go."""
    with transaction.atomic():
        make.limits()
        row = make.inspection(state=state)
    first, second = (Phone(row, one.user) for one in row.inspectors.order_by("pk"))
    return first, second


def acts(of: Phone, shot: dict[str, str]) -> list[bytes]:
    """A visit's acts in the order in which they happen; the photo's bytes are sent with its act."""
    a1, a2, _, _ = ChecklistItem.objects.filter(area__checklist=of.row.checklist)
    found = problem(mode="on_the_spot", days=None)
    return [
        of.act("begin", at=NINE.isoformat(), reason=""),
        of.answer(a1),
        of.answer(a2, "not_met", found=found),
        of.act("photo", item=None, finding=found["id"], after=False, stamp=[], blobs=[shot]),
        of.act("fix", finding=found["id"], words="已开锁", reason=""),
        of.act("finding", item=None, found=problem(), reason=""),
        of.answer(a1, "not_applicable"),
    ]


def effects() -> tuple[int, int, int, int, Counter[str]]:
    names = AuditEvent.objects.filter(act__startswith="inspection.").values_list("act", flat=True)
    counted = (Answer, Finding, Photo)
    answers, findings, photos = (one.objects.count() for one in counted)
    fixed = Finding.objects.exclude(fixed_at=None).count()
    return answers, findings, photos, fixed, Counter(names)


ONCE = (
    3,
    2,
    1,
    1,
    Counter(
        {
            "inspection.begun": 1,
            "inspection.answered": 3,
            "inspection.photo_added": 1,
            "inspection.fixed_on_the_spot": 1,
            "inspection.finding_recorded": 1,
        }
    ),
)


class Trial:
    """One visit, its acts, and the answers that were final."""

    def __init__(self) -> None:
        self.first, self.second = two_phones()
        self.shot = blob(picture())
        self.sent = acts(self.first, self.shot)
        self.settled: dict[int, bytes] = {}

    def send(self, place: int) -> None:
        got = self.first.send(self.sent[place])
        if json.loads(got.content)["outcome"] == "done":
            assert self.settled.setdefault(place, got.content) == got.content

    def step(self, place: int, way: str) -> None:
        """Whatever comes first under a number is the first: here always the act itself."""
        self.send(place)
        if way == "answer lost":
            self.send(place)
        if way == "other text":
            other = self.sent[place].replace(b'"offset": 0', b'"offset": 1')
            assert self.first.outcome(other) == "conflict"
        if way == "by another":
            assert self.second.outcome(self.sent[place]) == "conflict"

    def send_all(self) -> None:
        """The last first, until nothing waits; then everything once more."""
        while waiting := [one for one in range(len(self.sent)) if one not in self.settled]:
            before = len(self.settled)
            for place in reversed(waiting):
                self.send(place)
            assert len(self.settled) > before
        for place in self.settled:
            self.send(place)


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, database=None)
@given(steps=STEPS)
def test_in_whatever_order_it_comes_each_act_has_one_effect(
    steps: list[tuple[int, str]],
) -> None:
    with time_machine.travel(AT, tick=False), transaction.atomic():
        trial = Trial()
        for place, way in steps:
            trial.step(place, way)
        trial.first.put(trial.shot["id"], picture())
        trial.send_all()

        assert effects() == ONCE
        assert Receipt.objects.filter(outcome="done").count() == len(trial.sent)
        others = {place for place, way in steps if way in ("other text", "by another")}
        assert OtherText.objects.values("receipt").distinct().count() == len(others)
        transaction.set_rollback(True)


@pytest.fixture
def at_ten(transactional_db: None) -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    def alone(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(alone, work))


def test_eight_at_the_same_moment_have_one_effect(at_ten: None) -> None:
    of, _ = two_phones()
    shot = blob(picture())
    sent = acts(of, shot)
    of.send(sent[0])

    at_once([partial(of.put, shot["id"], picture())] * 4)
    for text in sent[1:4]:
        assert_one_answer(of, text)
    mixed = at_once([partial(of.said, text) for text in sent[1:] + sent[1:3]])

    assert [said["outcome"] for _, said in mixed] == ["done"] * 8
    assert effects() == ONCE
    problem = str(Finding.objects.filter(fixed_at=None).get().uuid)
    assert_one_answer(of, of.act("withdraw", finding=problem, reason="看错了"))


def assert_one_answer(of: Phone, text: bytes) -> None:
    got = at_once([partial(of.said, text)] * 8)
    assert got == [got[0]] * 8
    assert got[0][1]["outcome"] == "done"


def test_an_act_that_fails_half_way_leaves_its_text_and_nothing_else(at_ten: None) -> None:
    of, _ = two_phones("running")
    found = problem()
    make.finding(of.row, of.user)
    Finding.objects.update(uuid=found["id"])
    item = ChecklistItem.objects.filter(area__checklist=of.row.checklist)[0]
    text = of.answer(item, "not_met", found=found)

    status, said = of.said(text)

    assert (status, said["outcome"]) == (409, "conflict")
    assert (Answer.objects.count(), Receipt.objects.get().text) == (0, text.decode())
    assert effects()[4] == Counter()
