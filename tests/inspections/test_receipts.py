"""What the office sees of what phones have sent, and a stuck visit that is brought as a file."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from inspections.models import Answer, ChecklistItem, Photo, Receipt
from tests import make
from tests.phone import Phone, blob, picture

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
LIST, IMPORT = "/office/inspections/receipts/", "/office/inspections/import/"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _the_day_of_the_visit() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def phone() -> Phone:
    make.limits()
    row = make.inspection(state="running")
    return Phone(row, row.inspectors.order_by("pk")[0].user)


def item(of: Phone) -> ChecklistItem:
    return ChecklistItem.objects.filter(area__checklist=of.row.checklist)[0]


def shown(browser: Client, show: str = "") -> list[Receipt]:
    return list(browser.get(LIST, {"show": show}).context["page"])


def test_each_way_to_be_amiss_is_found_and_what_is_well_is_not(as_office: Client) -> None:
    of = phone()
    text = of.answer(item(of))
    of.send(text)
    made = {
        "refused": make.receipt(of.user),
        "incomplete": make.receipt(of.user, outcome="incomplete"),
        "early": make.receipt(
            of.user, outcome="early", received_at=AT - timedelta(days=3, minutes=1)
        ),
        "clock": make.receipt(of.user, outcome="done", clock_is_wrong=True),
    }
    make.receipt(of.user, outcome="early", received_at=AT - timedelta(days=2))
    assert shown(as_office, "conflict") == []
    of.send(text.replace(b'"met"', b'"not_applicable"'))

    assert {show: shown(as_office, show) for show in made} == {
        show: [one] for show, one in made.items()
    }
    assert [one.text for one in shown(as_office, "conflict")] == [text.decode()]
    assert len(shown(as_office)) == len(shown(as_office, "nonsense")) == 5


def test_a_department_reads_what_its_own_people_have_sent(sign_in: SignIn) -> None:
    of = phone()
    row = make.receipt(of.user)
    colleague, stranger = make.inspector(of.row.lead), make.inspector(make.department("xiaofang"))

    assert shown(sign_in(colleague)) == [row]
    assert shown(sign_in(stranger)) == []
    assert sign_in(colleague).get(f"{LIST}{row.pk}/").status_code == 200
    assert sign_in(stranger).get(f"{LIST}{row.pk}/").status_code == 404


def test_one_text_is_read_in_words_with_what_contradicts_it(as_office: Client) -> None:
    of = phone()
    text = of.answer(item(of), note="门口已贴公示")
    of.send(text)
    of.send(text.replace("门口".encode(), "墙上".encode()))

    words = as_office.get(f"{LIST}{Receipt.objects.get().pk}/").content.decode()

    for told in (str(item(of)), "合格", "门口已贴公示", "墙上已贴公示", "同一编号的另一份内容"):
        assert told in words, told


def test_a_text_that_is_none_is_shown_as_it_came(as_office: Client) -> None:
    row = make.receipt(phone().user, text='["<b>"]', kind="")

    words = as_office.get(f"{LIST}{row.pk}/").content.decode()

    assert "[&quot;&lt;b&gt;&quot;]" in words


def test_many_are_listed_by_as_many_questions_as_one(
    as_office: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of = phone()
    as_office.get(LIST)
    for more in (1, 4):
        for _ in range(more):
            make.receipt(of.user, inspection=of.row)
        with django_assert_num_queries(6):
            as_office.get(LIST)


def exported(of: Phone, texts: list[bytes], photos: dict[str, bytes], **given: Any) -> bytes:
    hashes = {name: blob(data)["sha256"] for name, data in photos.items()}
    line = {
        "format": "dingbian-visit-1",
        "user": str(of.user.pk),
        "exported": AT.isoformat(),
        "visit": {"record": {}, "version": 1, "saved": AT.isoformat()},
        "items": [{"id": "1", "state": "waiting", "text": one.decode()} for one in texts],
        "blobs": [
            {"id": name, "type": "image/jpeg", "sha256": hashes[name], "bytes": len(data)}
            for name, data in photos.items()
        ],
    }
    return json.dumps(line | given).encode() + b"\n" + b"".join(photos.values())


def brought(browser: Client, data: bytes) -> Any:
    upload = SimpleUploadedFile("visit.bin", data)
    return browser.post(IMPORT, {"upload": upload}, follow=True)


def test_a_stuck_visit_is_brought_in_the_name_of_its_owner(as_office: Client, office: User) -> None:
    of = phone()
    gone, shot = blob(b"gone"), blob(picture())
    photo: dict[str, Any] = {"item": None, "finding": None, "after": False, "stamp": []}
    texts = [
        of.answer(item(of)),
        of.act("photo", **photo, blobs=[shot]),
        of.act("photo", **photo, blobs=[gone]),
        b"",
    ]
    data = exported(of, texts, {gone["id"]: b"", shot["id"]: picture()})

    page = brought(as_office, data).content.decode()
    again = brought(as_office, data).content.decode()

    assert "已办2条，缺照片1条，照片和签名文件收到1个、未收到1个" in page
    assert "已办2条，缺照片1条" in again
    assert (Answer.objects.get().by, Photo.objects.get().by) == (of.user, of.user)
    assert {one.brought_by for one in Receipt.objects.all()} == {office}
    line = AuditEvent.objects.get(act="inspection.answered")
    assert line.by_key == f"officer:{of.user.pk}"
    assert line.by_label == f"{of.user.actor.label}，由{office.actor.label}从导出文件导入"
    own = AuditEvent.objects.filter(act="inspection.phone_file_brought")[0]
    assert own.by_key == f"officer:{office.pk}"
    assert of.outcome(texts[0]) == "done"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"{}\n",
        b"[]",
        b"\xff\xff\n",
        b'{"format": "dingbian-visit-1", "user": "12", "items": [{"text": 7}]}\n',
        b'{"format": "dingbian-visit-1", "user": "12", "blobs": [{"id": "x"}]}\n',
    ],
)
def test_a_file_that_is_no_visit_is_refused_in_words(as_office: Client, data: bytes) -> None:
    page = brought(as_office, data)

    assert "不是手机导出的检查文件" in page.content.decode()
    assert not AuditEvent.objects.filter(act="inspection.phone_file_brought").exists()


def test_a_file_of_nobody_here_is_refused(as_office: Client) -> None:
    page = brought(as_office, exported(phone(), [], {}, user="999999"))

    assert "没有找到这个文件所属的人员" in page.content.decode()
