"""What phones send: one id, one effect; what is refused, too early or in conflict is kept and said in words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client

from foundation.accounts.models import User
from foundation.attachments.models import Evidence
from foundation.audit.models import AuditEvent
from inspections.models import (
    Answer,
    ChecklistItem,
    Finding,
    Inspection,
    OtherText,
    Photo,
    Receipt,
    Signature,
)
from tests import make
from tests.phone import NINE, SYNC, TEN, Phone, blob, picture, problem

pytestmark = pytest.mark.django_db
# Half past ten in the county, on the day of the visit.
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
STROKES = json.dumps(
    {"width": 300, "height": 100, "strokes": [[[10, 10, 0], [200, 80, 90], [250, 20, 160]]]}
).encode()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as moved:
        yield moved


def phone(state: str = "running", **given: Any) -> Phone:
    make.limits()
    row = make.inspection(state=state, **given)
    return Phone(row, goes(row))


def goes(row: Inspection, number: int = 0) -> User:
    return row.inspectors.order_by("pk")[number].user


def items(row: Inspection) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(area__checklist=row.checklist))


def lines() -> int:
    return AuditEvent.objects.filter(act__startswith="inspection.").count()


def test_a_visit_goes_over_the_wire_from_its_beginning_to_its_end() -> None:
    of_lead = phone("approved")
    a1, a2, f1, f2 = items(of_lead.row)
    shot, signed = blob(picture()), blob(STROKES)
    found, bad = problem(), problem(mode="on_the_spot", days=None)
    plain = of_lead.act
    acts = [
        plain("begin", at=NINE.isoformat(), reason=""),
        of_lead.answer(a1, "not_met", found=found),
        plain("finding", item=None, found=bad, reason=""),
        plain("fix", finding=bad["id"], words="已开锁", reason=""),
        plain("photo", item=None, finding=found["id"], after=False, stamp=["地点"], blobs=[shot]),
        plain("sign", role="site", name="李四", post="", refused="", witness="", blobs=[signed]),
        plain("rest", items=[a1.pk, a2.pk, f1.pk, f2.pk], reason=""),
        plain("conclude", conclusion="总体合格", reason=""),
    ]
    assert of_lead.put(shot["id"], picture()).status_code == 200
    kind = {"Content-Type": "application/json"}
    assert of_lead.put(signed["id"], STROKES, **kind).status_code == 200

    said = [of_lead.said(one) for one in acts]

    assert [(status, one["outcome"]) for status, one in said] == [(200, "done")] * 8
    assert [one["words"] for _, one in said] == [
        "检查已开始。",
        "检查结果已登记。",
        "问题已登记。",
        "当场改正已登记。",
        "照片已归入检查。",
        "签名已登记。",
        "3项已记为合格；A1已有结果或问题，没有改动。",
        "检查已结论。",
    ]
    assert said[4][1]["blobs"] == [shot]
    of_lead.row.refresh_from_db()
    assert (of_lead.row.state, of_lead.row.begun_at, of_lead.row.ended_at) == (
        "concluded",
        NINE,
        TEN,
    )
    assert Photo.objects.get().evidence.stamped is not None
    assert Signature.objects.get().signed_at == TEN


def test_the_same_text_has_one_effect_and_the_same_answer() -> None:
    of = phone()
    text = of.answer(items(of.row)[0])

    first = of.send(text)
    counted = lines()
    again = of.send(text)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (Answer.objects.count(), lines()) == (1, counted)
    kept = Receipt.objects.get()
    assert (kept.text.encode(), kept.by, kept.inspection) == (text, of.user, of.row)
    assert Answer.objects.get().uuid == kept.pk


def test_another_text_under_the_same_number_is_kept_beside_the_first() -> None:
    of = phone()
    text = of.answer(items(of.row)[0])
    other = text.replace(b'"met"', b'"not_applicable"')
    of.send(text)

    status, said = of.said(other)
    of.said(other)

    assert (status, said["outcome"]) == (409, "conflict")
    assert (Answer.objects.get().value, Receipt.objects.get().text) == ("met", text.decode())
    assert OtherText.objects.get().text == other.decode()
    assert of.outcome(text) == "done"


def test_a_replay_by_another_account_has_no_effect_and_tells_nothing() -> None:
    of = phone()
    text = of.answer(items(of.row)[0], note="王小明在场")
    of.send(text)
    other = Phone(of.row, goes(of.row, 1))

    status, said = other.said(text)
    wrong = other.send(text, user=str(of.user.pk))

    assert (status, said["outcome"], "王小明" in said["words"]) == (409, "conflict", False)
    assert (OtherText.objects.get().by, Answer.objects.count()) == (other.user, 1)
    assert (wrong.status_code, "另一位用户" in wrong.content.decode()) == (403, True)


def test_who_is_not_signed_in_or_brings_no_token_is_told_in_json(officer: User) -> None:
    stranger = Client().post(SYNC, b"{}", content_type="application/json")
    strict = make.sign_in(Client(enforce_csrf_checks=True), officer)
    without = strict.post(SYNC, b"{}", content_type="application/json")
    token = json.loads(strict.get("/phone/session/").content)["token"]
    headers = {"X-CSRFToken": token, "X-User": str(officer.pk)}
    given = strict.post(SYNC, b"{}", content_type="application/json", headers=headers)

    assert [one.status_code for one in (stranger, without, given)] == [401, 403, 400]
    assert all(json.loads(one.content)["words"] for one in (stranger, without, given))


def test_answers_before_the_beginning_are_kept_until_it_comes() -> None:
    of = phone("approved")
    text = of.answer(items(of.row)[0])

    first = of.said(text)
    assert (first[0], first[1]["outcome"]) == (200, "early")
    assert (Receipt.objects.get().text, Answer.objects.count()) == (text.decode(), 0)
    of.send(of.act("begin", at=NINE.isoformat(), reason=""))

    assert of.outcome(text) == "done"
    assert Answer.objects.get().answered_at == TEN


def test_who_begins_second_is_told_who_was_first() -> None:
    first = phone("approved")
    second = Phone(first.row, goes(first.row, 1))
    first.send(first.act("begin", at=NINE.isoformat(), reason=""))
    counted = lines()

    status, said = second.said(second.act("begin", reason=""))

    assert (status, said["outcome"]) == (200, "done")
    assert said["words"] == f"检查已由{first.user}于2023年7月10日09:00开始。"
    assert lines() == counted


@pytest.mark.parametrize("state", ["planned", "waiting"])
def test_what_is_not_approved_does_not_begin(state: str) -> None:
    of = phone(state)

    assert of.outcome(of.act("begin", reason="")) == "refused"
    assert of.outcome(of.answer(items(of.row)[0])) == "early"


def test_what_needs_the_problem_waits_for_it_and_falls_with_it() -> None:
    of = phone()
    found, never = problem(), problem()
    shot = blob(picture())
    of.put(shot["id"], picture())
    photo = of.act("photo", item=None, finding=found["id"], after=False, stamp=[], blobs=[shot])
    fix = of.act("fix", finding=found["id"], words="已开锁", reason="")
    lost = of.act("fix", finding=never["id"], words="已开锁", reason="")
    waiting = [of.outcome(one) for one in (photo, fix, lost)]
    of.send(of.act("finding", item=None, found=found, reason=""))
    of.send(of.act("finding", item=10**9, found=never, reason=""))

    settled = [of.outcome(one) for one in (photo, fix, lost)]

    assert (waiting, settled) == (["early"] * 3, ["done", "done", "refused"])
    assert Finding.objects.get().fixed_words == "已开锁"


def test_an_answer_that_needs_its_problem_waits_for_it() -> None:
    of = phone()
    item = items(of.row)[0]
    text = of.answer(item, "not_met")

    first = of.outcome(text)
    of.send(of.act("finding", item=item.pk, found=problem(), reason=""))

    assert (first, of.outcome(text)) == ("early", "done")


def test_a_conclusion_waits_for_the_parts() -> None:
    of = phone()
    make.signature(of.row)
    text = of.act("conclude", conclusion="总体合格", reason="")

    first = of.said(text)[1]
    of.send(of.act("rest", items=[one.pk for one in items(of.row)], reason=""))

    assert (first["outcome"], "还有4项没有检查结果" in first["words"]) == ("early", True)
    assert of.outcome(text) == "done"


def test_a_photo_that_is_not_here_makes_its_act_incomplete_until_it_comes() -> None:
    of = phone()
    shot = blob(picture())
    text = of.act("photo", item=None, finding=None, after=False, stamp=[], blobs=[shot])

    lacking = of.said(text)[1]
    of.put(shot["id"], picture())

    assert (lacking["outcome"], lacking["missing"]) == ("incomplete", [shot["id"]])
    assert (of.outcome(text), Photo.objects.count()) == ("done", 1)
    Photo.objects.all().delete()
    Evidence.objects.all().delete()
    assert of.outcome(text) == "done"


def test_anothers_photo_is_none_of_mine() -> None:
    of = phone()
    other = Phone(of.row, goes(of.row, 1))
    shot = blob(picture())
    other.put(shot["id"], picture())

    taken = of.put(shot["id"], picture())
    outcome = of.outcome(
        of.act("photo", item=None, finding=None, after=False, stamp=[], blobs=[shot])
    )

    assert (taken.status_code, json.loads(taken.content)["outcome"]) == (409, "conflict")
    assert outcome == "incomplete"


def test_what_can_never_be_done_is_refused_and_kept() -> None:
    of = phone()
    old = make.checklist(is_draft=True)
    strange = ChecklistItem.objects.filter(area__checklist=old)[0]
    item = items(of.row)[0]
    stranger = Phone(of.row, make.inspector(of.row.lead))
    cases = [
        (of, of.answer(strange), "不属于本部门"),
        (of, of.act("finding", item=strange.pk, found=problem(), reason=""), "检查表"),
        (of, of.answer(item).replace(b'"checklist": "', b'"checklist": "9'), "版本"),
        (of, of.answer(item).replace(b'"visit": "', b'"visit": "9'), "不是这次检查"),
        (of, of.answer(item, "not_looked_at"), "请写明原因"),
        (stranger, stranger.answer(item), "不是这次检查"),
    ]

    said = [by.said(text) for by, text, _ in cases]

    assert [(status, one["outcome"]) for status, one in said] == [(422, "refused")] * 6
    assert [words in one["words"] for (_, one), (_, _, words) in zip(said, cases, strict=True)] == [
        True
    ] * 6
    assert {one.text.encode() for one in Receipt.objects.all()} == {text for _, text, _ in cases}
    assert (Answer.objects.count(), lines()) == (0, 0)
    assert Receipt.objects.filter(by=stranger.user).get().inspection is None
    assert of.said(cases[0][1]) == said[0]


@pytest.mark.parametrize("state", ["concluded", "cancelled"])
def test_a_visit_that_is_over_takes_nothing(state: str) -> None:
    of = phone()
    text = of.answer(items(of.row)[0])
    ended: dict[str, Any] = {"state": state}
    if state == "concluded":
        ended |= {"conclusion": "合格", "concluded_at": AT, "ended_at": AT}
        ended |= {"concluded_by": of.user}
    else:
        ended |= {"cancelled_at": AT, "cancelled_reason": "停课", "cancelled_by": of.user}
        ended |= {"begun_at": None, "begun_by": None}
    Inspection.objects.filter(pk=of.row.pk).update(**ended)

    status, said = of.said(text)

    assert (status, said["outcome"], Answer.objects.count()) == (422, "refused", 0)


def test_two_officers_on_one_item_are_both_kept_and_told() -> None:
    of = phone()
    other = Phone(of.row, goes(of.row, 1))
    item = items(of.row)[0]
    of.send(of.answer(item))

    said = other.said(other.answer(item, "not_applicable"))[1]

    assert (said["outcome"], f"与{of.user}的结果不一致" in said["words"]) == ("done", True)
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    ("days", "offset", "sent_days", "answered_at", "is_wrong"),
    [
        (0, 0, 0, TEN, False),
        (0, None, None, TEN, False),
        (40, None, 40, TEN, True),
        (-40, None, -40, TEN, True),
        (-40, 40, -40, TEN, True),
        # The clock was set between the act and the sending: what was measured before is right.
        (-40, 40, 0, TEN, True),
        # It jumped after it had been measured.
        (-40, 0, -40, TEN, True),
        (40, 0, 40, TEN, True),
        # Nothing is known but that it cannot be.
        (-40, 0, None, TEN - timedelta(days=40), False),
        (40, None, None, AT, True),
        (-19_500, None, -19_500, TEN, True),
    ],
)
def test_a_clock_that_is_wrong_by_days_neither_refuses_nor_foretells(
    days: int, offset: int | None, sent_days: int | None, answered_at: datetime, is_wrong: bool
) -> None:
    of = phone()
    day = timedelta(days=1)
    text = of.answer(
        items(of.row)[0],
        at=(TEN + days * day).isoformat(),
        offset=None if offset is None else offset * 86_400_000,
    )
    sent = {} if sent_days is None else {"X-Sent-At": (AT + sent_days * day).isoformat()}

    outcome = of.outcome(text, **sent)

    kept = Receipt.objects.get()
    assert kept.clock_is_wrong == is_wrong
    if answered_at < NINE - 10 * day:
        assert outcome == "refused"
    else:
        assert (outcome, Answer.objects.get().answered_at) == ("done", answered_at)
    assert kept.phone_at == TEN + days * day


def test_what_had_no_network_comes_on_a_later_day_without_excuse(
    clock: time_machine.Traveller,
) -> None:
    of = phone("approved")
    begin = of.act("begin", at=NINE.isoformat(), reason="")
    text = of.answer(items(of.row)[0])
    clock.move_to(AT + timedelta(days=2))
    late = Phone(of.row, of.user)

    assert [late.outcome(begin), late.outcome(text)] == ["done", "done"]
    of.row.refresh_from_db()
    assert of.row.late_reason == "手机离线记录，联网后送达"
    assert (of.row.begun_at, Answer.objects.get().answered_at) == (NINE, TEN)


def test_a_visit_on_another_day_than_planned_owes_its_reason(
    clock: time_machine.Traveller,
) -> None:
    of = phone("approved")
    clock.move_to(AT + timedelta(days=2))
    late = Phone(of.row, of.user)
    at = (NINE + timedelta(days=1)).isoformat()

    status, said = late.said(late.act("begin", at=at, reason=""))

    assert (status, "请写明补录理由" in said["words"]) == (422, True)
    assert late.outcome(late.act("begin", at=at, reason="停电改期")) == "done"


# Five decimals are kept; the phone's clock is half an hour slow.
_HERE = {"lat": 37.589004, "lon": 107.601, "accuracy": 30, "at": "2023-07-10T01:29:50Z"}


def test_where_a_visit_began_and_a_photo_was_taken_is_kept_when_the_phone_says_so() -> None:
    of = phone("approved")
    first, second = goes(of.row), Phone(of.row, goes(of.row, 1))
    of.put(name := str(uuid4()), picture())
    shot = {"id": name, "sha256": sha256(picture()).hexdigest()}
    slow = {"at": "2023-07-10T01:30:00Z", "offset": 1_800_000}

    assert of.outcome(of.act("begin", reason="", where=_HERE, **slow)) == "done"
    elsewhere = _HERE | {"lat": -1}
    assert second.outcome(second.act("begin", reason="", where=elsewhere, **slow)) == "done"
    place: dict[str, Any] = {"item": None, "finding": None, "after": False, "stamp": []}
    assert of.outcome(of.act("photo", **place, where=_HERE, blobs=[shot], **slow)) == "done"

    row = Inspection.objects.get()
    assert str(row.where) == "37.58900, 107.60100，误差约 30 米"
    assert row.located_at == TEN - timedelta(seconds=10)
    assert Photo.objects.get().where == row.where
    page = make.sign_in(Client(), first).get(f"/office/inspections/{row.pk}/").content.decode()
    assert page.count("37.58900, 107.60100，误差约 30 米") == 2


def broken() -> list[tuple[str, bytes]]:
    """Forty texts that no phone of ours sends."""
    whole: dict[str, Any] = {
        "id": str(uuid4()),
        "visit": "1",
        "checklist": "1",
        "kind": "answer",
        "at": TEN.isoformat(),
        "offset": 0,
        "body": {"item": 1, "value": "met", "note": "", "reason": "", "found": None},
        "blobs": [],
    }

    def said(**given: Any) -> bytes:
        return json.dumps(whole | {"id": str(uuid4())} | given).encode()

    def body(**given: Any) -> bytes:
        return said(body=whole["body"] | given)

    def where(**given: Any) -> bytes:
        return said(kind="begin", body={"reason": "", "where": given})

    bare = whole.copy()
    del bare["id"]
    return [
        ("nothing", b" "),
        ("not utf-8", b'{"id": "\xff"}'),
        ("not json", b"{id: 1}"),
        ("cut", said()[:60]),
        ("nul", said().replace(b'"met"', b'"m\0t"')),
        ("list", b"[]"),
        ("word", b'"begin"'),
        ("null", b"null"),
        ("deep", b"[" * 30_000),
        ("deep object", b'{"a":' * 9_000),
        ("many digits", b'{"id": ' + b"9" * 9_000 + b"}"),
        ("name twice", said().replace(b'"offset": 0', b'"offset": 0, "offset": 1')),
        ("not a number", said().replace(b'"offset": 0', b'"offset": NaN')),
        ("no id", json.dumps(bare).encode()),
        ("id of a number", said(id=7)),
        ("id in braces", said(id="{" + str(uuid4()) + "}")),
        ("id of no uuid", said(id="x" * 36)),
        ("strange name", said(more=1)),
        ("visit of a number", said(visit=417)),
        ("visit past bigint", said(visit="9" * 19)),
        ("visit in other digits", said(visit="٣٤")),
        ("checklist of null", said(checklist=None)),
        ("kind unknown", said(kind="destroy")),
        ("kind of a list", said(kind=["answer"])),
        ("no moment", said(at="gestern")),
        ("moment without zone", said(at="2023-07-10T02:00:00")),
        ("moment before clocks", said(at="0001-01-01T00:00:00Z")),
        ("offset of words", said(offset="0")),
        ("offset past all", said(offset=10**18)),
        ("offset of yes", said(offset=True)),
        ("body of null", said(body=None)),
        ("body of a list", said(body=[])),
        ("blobs of an object", said(blobs={})),
        ("blobs unasked", said(blobs=[blob(b"x")])),
        ("blob without hash", said(kind="photo", body={}, blobs=[{"id": str(uuid4())}])),
        ("blobs too many", said(blobs=[blob(b"x")] * 11)),
        ("strange name in the body", body(answer="A1")),
        ("item of words", body(item="A1")),
        ("item of a fraction", body(item=1.5)),
        ("item past bigint", body(item=2**63)),
        ("value unknown", body(value="fine")),
        ("note too long", body(note="长" * 301)),
        ("half a character", body(note="\ud800")),
        ("nul in words", body(note="a\0b")),
        ("found without a problem", body(value="not_met", found={})),
        ("found where all is well", body(found=problem())),
        ("severity past all", body(value="not_met", found=problem(severity=9))),
        ("days of none", body(value="not_met", found=problem(days=0))),
        ("no days", body(value="not_met", found=problem(days=None))),
        ("rest of nothing", said(kind="rest", body={"items": [], "reason": ""})),
        ("rest twice", said(kind="rest", body={"items": [1, 1], "reason": ""})),
        ("stamp of numbers", said(kind="photo", body={"stamp": [1]}, blobs=[blob(b"x")])),
        ("where of nothing", where()),
        ("where of words", where(**_HERE | {"lat": "37.5"})),
        ("where of yes", where(**_HERE | {"lat": True})),
        ("where past the pole", where(**_HERE | {"lat": 90.1})),
        ("where beyond all", where(**_HERE | {"lon": 1e400})),
        ("where in fractions of a metre", where(**_HERE | {"accuracy": 1.5})),
        ("where with more", where(**_HERE | {"speed": 1})),
        ("where of an answer", body(where=_HERE)),
        ("fix without words", said(kind="fix", body={"finding": str(uuid4()), "words": " "})),
        ("role unknown", said(kind="sign", body={"role": "king"}, blobs=[blob(b"x")])),
    ]


BROKEN = broken()


@pytest.mark.parametrize(("text"), [one for _, one in BROKEN], ids=[name for name, _ in BROKEN])
def test_what_no_phone_says_is_refused_in_words(officer: User, text: bytes) -> None:
    browser = make.sign_in(Client(), officer)
    headers = {"X-User": str(officer.pk)}

    got = browser.post(SYNC, text, content_type="application/json", headers=headers)

    assert got.status_code in (400, 422)
    said = json.loads(got.content)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["words"])
    kept = Receipt.objects.filter(pk=UUID(said["receipt"])) if "receipt" in said else []
    assert [one.text.encode() for one in kept] == [text] * (got.status_code == 422)
    assert lines() == 0


def test_what_is_too_large_or_no_json_is_not_read(officer: User) -> None:
    browser = make.sign_in(Client(), officer)
    headers = {"X-User": str(officer.pk)}
    large = b'{"id": "' + b"x" * 64 * 1024
    kinds = {"application/json": large, "text/plain": b"{}", "multipart/form-data": b""}

    got = [
        browser.generic("POST", SYNC, data, content_type=kind, headers=headers)
        for kind, data in kinds.items()
    ]

    assert [one.status_code for one in got] == [413, 415, 415]
    assert all(json.loads(one.content)["words"] for one in got)


def test_a_photo_is_kept_once_whatever_happens_to_it_on_the_way() -> None:
    of = phone()
    data, name = picture(), str(uuid4())

    first, again = of.put(name, data), of.put(name, data)
    torn = of.put(str(uuid4()), data, **{"X-SHA256": "0" * 64})
    other = of.put(name, data + b"x")
    foreign = of.put(str(uuid4()), b"%PDF-1.7\n" + b"0" * 2_000)
    large = of.browser.generic(
        "PUT",
        f"/phone/blobs/{uuid4()}/",
        b"x",
        headers={"X-User": str(of.user.pk), "X-SHA256": "0" * 64, "Content-Length": "30000000"},
    )
    anothers = of.put(name, data, **{"X-User": "0"})

    assert json.loads(first.content) == json.loads(again.content)
    assert json.loads(first.content)["bytes"] == len(data)
    answers = (first, torn, other, foreign, large, anothers)
    assert [one.status_code for one in answers] == [200, 400, 409, 422, 422, 403]
    outcomes = [json.loads(one.content).get("outcome") for one in answers]
    assert outcomes == [None, None, "conflict", "refused", "refused", None]
    assert Evidence.objects.count() == 1
