"""Photos and signatures on the pages: who sees which, and how they come in at a desk."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from foundation.accounts.models import User
from foundation.attachments.models import Evidence
from inspections.actions.photos import add_photo
from inspections.models import ChecklistItem, Inspection, Photo, Signature
from tests import make, photos

pytestmark = pytest.mark.django_db
# Half past ten in the county.
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _the_day_of_the_visit() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def row(db: None) -> Inspection:
    """A visit of three departments that runs."""
    make.limits()
    found = make.inspection(state="running")
    for code in ("xiaofang", "wj"):
        make.takes_part(found, make.department(code))
    return found


def person(row: Inspection, number: int = 0) -> User:
    return row.inspectors.order_by("pk")[number].user


def page(row: Inspection, tail: str = "") -> str:
    return f"/office/inspections/{row.pk}/{tail}"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def added(row: Inspection, by: User, **given: Any) -> Photo:
    kept = photos.sent(photos.picture(size=(900, 600)), by=by.actor)
    return add_photo(inspection=row, evidence=kept, by=by.actor, **given)


def upload(data: bytes = b"", name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or photos.picture())


def test_a_photo_is_shown_to_whoever_may_see_its_part(row: Inspection, sign_in: SignIn) -> None:
    lead, fire, other = person(row), person(row, 2), person(row, 3)
    made = added(row, fire, finding=make.finding(row, fire), stamp=["测试路1号"])
    office, stranger = (
        make.user(department=make.office()),
        make.user(department=make.department("sj")),
    )
    addresses = [
        page(row, f"photos/{made.evidence_id}/{tail}") for tail in ("", "small/", "stamped/")
    ]

    for who, status in ((fire, 200), (lead, 200), (office, 200), (other, 404), (stranger, 404)):
        browser = sign_in(who)
        assert [browser.get(one).status_code for one in addresses] == [status] * 3
    answers = [sign_in(fire).get(one) for one in addresses]
    for answer in answers:
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Content-Disposition"].startswith("inline")
    with Image.open(io.BytesIO(answers[1].content)) as small:
        assert max(small.size) == 480
    assert (
        sign_in(lead).get(page(row, f"photos/{added(row, lead).evidence_id}/stamped/")).status_code
        == 404
    )
    # Not by the address of another visit either.
    elsewhere = make.inspection(state="running", people=[lead, fire])
    assert sign_in(lead).get(page(elsewhere, f"photos/{made.evidence_id}/")).status_code == 404


def test_the_record_shows_photos_beside_what_they_show(row: Inspection, sign_in: SignIn) -> None:
    lead, fire = person(row), person(row, 2)
    item = ChecklistItem.objects.get(area__checklist=row.checklist, area__code="A", number=1)
    problem = make.finding(row, fire)
    shown = {
        "item": added(row, lead, item=item),
        "before": added(row, fire, finding=problem),
        "after": added(row, fire, finding=problem, after=True),
        "visit": added(row, fire),
    }

    said = words(sign_in(lead).get(page(row)))
    for one in shown.values():
        assert f"photos/{one.evidence_id}/small/" in said
        assert f'alt="{one}，2023年7月10日' in said
    first, second = (said.index(str(shown[name].evidence_id)) for name in ("before", "after"))
    assert said.index("<b>改正前</b>") < first < said.index("<b>改正后</b>") < second
    assert "加注副本" not in said
    theirs = words(sign_in(fire).get(page(row)))
    assert str(shown["item"].evidence_id) not in theirs
    assert str(shown["visit"].evidence_id) in theirs


def test_several_photos_come_in_at_a_desk(row: Inspection, sign_in: SignIn) -> None:
    lead = person(row)
    browser, item = sign_in(lead), ChecklistItem.objects.get(area__code="A", number=2)
    address = page(row, "photos/new/")
    asked = words(browser.get(f"{address}?beside=i{item.pk}"))
    assert f'value="i{item.pk}" selected' in asked
    assert 'enctype="multipart/form-data"' in asked

    def send(*files: SimpleUploadedFile, **given: Any) -> Any:
        return browser.post(
            address, {"uuid": form, "beside": f"i{item.pk}", "uploads": files} | given
        )

    form = uuid4()
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2023:07:10 09:40:00"
    noted = photos.picture(exif=exif)
    for _ in range(2):
        assert send(upload(noted), upload(photos.picture("PNG"), "二.png")).status_code == 302

    first, second = Photo.objects.order_by("taken_at")
    assert {first.item, second.item, first.by, second.by} == {item, lead}
    # As the camera says, where that can be true; else now.
    assert first.taken_at == datetime(2023, 7, 10, 1, 40, tzinfo=UTC)
    assert second.taken_at == AT
    form = uuid4()
    refused = words(send(upload(), upload(photos.box(b"heic"), "三.heic")))
    assert "“三.heic”没有收下：这是 HEIC 照片" in refused
    assert "最多选择 10 个" in words(send(*(upload() for _ in range(11))))
    assert "请选择" in words(send()) or "必填" in words(send())
    assert (Photo.objects.count(), Evidence.objects.count()) == (2, 2)


def test_a_photo_is_withdrawn_on_its_page(row: Inspection, sign_in: SignIn) -> None:
    lead, fire = person(row), person(row, 2)
    made = added(row, lead)
    address = page(row, f"photos/{made.evidence_id}/withdraw/")

    assert sign_in(fire).post(address, {"reason": "错"}).status_code == 404
    browser = sign_in(lead)
    assert "撤回检查现场的照片" in words(browser.get(address))
    browser.post(address, {"reason": "拍错了"})

    said = words(browser.get(page(row)))
    assert "撤回理由：拍错了" in said
    assert f"photos/{made.evidence_id}/small/" not in said
    assert browser.get(page(row, f"photos/{made.evidence_id}/")).status_code == 200


def test_a_signature_comes_in_at_a_desk(row: Inspection, sign_in: SignIn) -> None:
    lead = person(row)
    browser, address = sign_in(lead), page(row, "sign/")
    plain = {"role": "site", "way": "picture", "name": "李四", "post": "校长"}
    written = photos.marked((300, 100), 1)

    def send(**given: Any) -> str:
        return words(browser.post(address, plain | {"uuid": uuid4()} | given, follow=True))

    assert f"本人（{lead}）" in words(browser.get(address))
    for said, given in (
        ("请选择签名图片", {}),
        ("请填写签名人的姓名", {"name": "", "way": "paper"}),
        ("请写明拒签理由", {"way": "refused", "witness": "王二"}),
        ("请写明见证人", {"way": "refused", "refused": "有异议"}),
        ("只有现场负责人可以登记拒签", {"way": "refused", "role": "officer"}),
        ("改选签名方式", {"way": "paper", "picture": upload(written)}),
        ("没有收下：签名是空白的", {"picture": upload(photos.picture())}),
    ):
        assert said in send(**given)
    assert not Signature.objects.exists()

    send(way="refused", refused="有异议", witness="王二", name="")
    said = send(picture=upload(written))
    made = Signature.objects.get(replaced_at=None)
    assert f"signatures/{made.pk}/" in said
    assert "被替换的签名（1）" in said
    assert "理由：有异议；见证人：王二" in said
    assert "签在纸质表上" in send(role="officer", way="paper", name="")
    answer = browser.get(page(row, f"signatures/{made.pk}/"))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert sign_in(person(row, 3)).get(page(row, f"signatures/{made.pk}/")).status_code == 200
    assert (
        sign_in(make.user(department=make.department("sj")))
        .get(page(row, f"signatures/{made.pk}/"))
        .status_code
        == 404
    )
    on_paper = Signature.objects.get(role="officer")
    assert browser.get(page(row, f"signatures/{on_paper.pk}/")).status_code == 404


def test_nobody_else_adds_photos_or_signatures(row: Inspection, sign_in: SignIn) -> None:
    stays = sign_in(make.inspector(row.lead))

    for tail in ("photos/new/", "sign/"):
        assert stays.get(page(row, tail)).status_code == 404
        assert stays.post(page(row, tail)).status_code == 404
    planned = make.inspection(people=[person(row), person(row, 1)])
    for tail in ("photos/new/", "sign/"):
        assert sign_in(person(row)).get(page(planned, tail)).status_code == 302
