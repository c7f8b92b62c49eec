"""Faces of minors in photos: pointed at without a script, covered so that nobody gets them back, taken for papers."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, ImageChops

from foundation.accounts.models import User
from foundation.attachments.actions import shown_copy
from foundation.attachments.images import Area, covered
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.faces import MOST_AREAS, check_faces, outgoing
from inspections.models import FaceCheck, Inspection, Photo
from inspections.papers.pictures import Pictures
from inspections.queries.evidence import photos_of
from inspections.queries.faces import unchecked
from tests import make, photos

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
FACE = Area(100, 100, 300, 350)
SignIn = Callable[[User], Client]


def striped(size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """Black and white lines, one point each: as fine as anything in a photo can be."""
    line = Image.new("L", (1, 2), 0)
    line.putpixel((0, 1), 255)
    whole = Image.new("L", size)
    column = Image.new("L", (1, size[1]))
    for place in range(0, size[1], 2):
        column.paste(line, (0, place))
    whole.paste(column.resize(size))
    return whole.convert("RGB")


def saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("L")


def is_grey(picture: Image.Image) -> bool:
    """Has it no lines any more? At the edges of the cells, and where a JPEG rounds, it may waver."""
    points = picture.convert("L").tobytes()
    return max(points) - min(points) < 32


def taken(row: Inspection, by: User) -> Photo:
    """A photo of fine lines everywhere, beside the visit as a whole."""
    return make.photo(row, by, evidence=photos.sent(saved(striped()), by=by.actor))


def check(photo: Photo, *areas: Area, by: User, seen: int | None = None) -> FaceCheck:
    return check_faces(photo=photo, areas=areas, seen=seen, by=by.actor, at=AT)


@pytest.fixture
def row(db: None) -> Inspection:
    return make.inspection(state="running")


@pytest.fixture
def by(row: Inspection) -> User:
    return row.inspectors.order_by("pk")[0].user


def test_what_is_covered_is_gone_and_the_rest_is_as_it_was() -> None:
    lines = striped()
    made = opened(covered(io.BytesIO(saved(lines)), "image/png", [FACE]))

    # What were lines is one grey; of a real face six by six greys would be left.
    assert is_grey(made.crop(FACE))
    aside = (400, 100, 1200, 900)
    difference = ImageChops.difference(made.crop(aside), lines.convert("L").crop(aside))
    assert max(difference.tobytes()) < 40
    assert made.size == lines.size


def test_a_covered_copy_keeps_no_more_than_six_values_across() -> None:
    fine = Image.effect_noise((600, 600), 90).convert("RGB")
    cells = fine.resize((6, 6), Image.Resampling.BOX).resize((600, 600), Image.Resampling.NEAREST)
    whole = [Area(0, 0, 600, 600)]

    one, other = (
        opened(covered(io.BytesIO(saved(picture)), "image/png", whole)) for picture in (fine, cells)
    )

    # Two pictures that agree in those values alone cannot be told apart any more.
    assert max(ImageChops.difference(one, other).tobytes()) <= 3


def test_the_copy_leaves_the_case_and_the_original_stays_untouched(
    row: Inspection, by: User
) -> None:
    photo = taken(row, by)
    whole = (photo.evidence.original, shown_copy(evidence=photo.evidence))
    files = {one.pk: one.sha256 for one in whole}
    assert (outgoing(photo), unchecked(row).count()) == (whole[1], 1)

    made = check(photo, FACE, by=by)

    photo = photos_of(row)[0]
    assert outgoing(photo) == made.copy
    assert made.copy is not None
    with made.copy.file.open("rb") as file, Image.open(file) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1280, 960), {})
    for kept in (photo.evidence.original, shown_copy(evidence=photo.evidence)):
        assert files[kept.pk] == kept.sha256
        assert default_storage.exists(str(kept.file.name))
    line = AuditEvent.objects.latest("id")
    assert (line.act, line.by_label) == ("inspection.faces_covered", by.actor.label)
    assert made.copy.sha256 in line.words
    assert photo.evidence.original.sha256 in line.words
    assert unchecked(row).count() == 0


def test_a_paper_bears_the_covered_copy(row: Inspection, by: User) -> None:
    photo = taken(row, by)
    check(photo, Area(0, 0, 1280, 960), by=by)

    pictures = Pictures()
    pictures.photo(photos_of(row)[0])

    assert is_grey(opened(pictures.files["1.jpg"]))


def test_who_looks_again_replaces_what_stood(row: Inspection, by: User) -> None:
    photo = taken(row, by)
    first = check(photo, by=by)
    assert (str(first), first.copy) == ("不含未成年人面部", None)

    with pytest.raises(StaleError):
        check(photo, FACE, by=by)
    with pytest.raises(NotPossibleError, match="最多遮挡20处"):
        check(photo, *[FACE] * (MOST_AREAS + 1), by=by, seen=first.pk)
    assert FaceCheck.objects.count() == 1
    second = check(photo, FACE, by=by, seen=first.pk)

    first.refresh_from_db()
    assert (first.replaced_at, photo.face_check) == (AT, second)


def test_a_withdrawn_photo_is_not_looked_at(row: Inspection, by: User) -> None:
    photo = taken(row, by)
    Photo.objects.update(withdrawn_at=AT, withdrawn_by=by, withdrawn_reason="拍错了")

    with pytest.raises(NotPossibleError, match="已经撤回"):
        check(photo, FACE, by=by)
    assert (unchecked(row).count(), AuditEvent.objects.exists()) == (0, False)


def test_two_presses_make_a_part_without_a_script(
    row: Inspection, by: User, sign_in: SignIn
) -> None:
    photo, browser = taken(row, by), sign_in(by)
    address = f"/office/inspections/{row.pk}/photos/{photo.evidence_id}/faces/"
    picture = re.compile(r'src="([^"]*/faces/picture/[^"]*)"')

    def words(**asked: Any) -> str:
        return str(browser.get(address, asked).content.decode())

    opened_page = words()
    assert "未核对人脸" in opened_page
    assert "不含未成年人面部</button>" in opened_page
    shown = browser.get(unescape(picture.findall(opened_page)[0]))
    assert opened(shown.content).size == (640, 480)
    # At half its size each press counts double, whichever corner comes first.
    first = words(w=640, **{"at.x": 150, "at.y": 175})
    assert 'name="corner" value="300,350"' in first
    assert "请点对角" in first
    assert "太近" in words(w=640, corner="300,350", **{"at.x": 151, "at.y": 176})
    second = words(w=640, corner="300,350", **{"at.x": 50, "at.y": 50})
    assert 'name="a" value="100,100,300,350"' in second
    assert "保存遮挡副本（1处）" in second
    preview = opened(browser.get(unescape(picture.findall(second)[0])).content)
    assert is_grey(preview.crop((60, 60, 140, 165)))
    # Removed again; and what makes no sense was not said.
    assert "删去第" not in words(w=640, a="100,100,300,350", drop="0")
    assert "删去第" not in words(w="9" * 9, a="100,100,x,350", corner="1", drop="7")


def test_what_was_pointed_at_is_saved_as_it_was_shown(
    row: Inspection, by: User, sign_in: SignIn
) -> None:
    photo, browser = taken(row, by), sign_in(by)
    address = f"/office/inspections/{row.pk}/photos/{photo.evidence_id}/faces/"
    typed = {"w": 640, "seen": "", "a": "100,100,300,350"}

    def sent(what: str, **given: Any) -> str:
        return str(browser.post(address, given | {"what": what}).content.decode())

    assert "请先在照片上点出" in sent("cover", w=640)
    assert "请先全部删去" in sent("none", **typed)
    assert not FaceCheck.objects.exists()
    assert browser.post(address, typed | {"what": "cover"}).status_code == 302
    assert FaceCheck.objects.get().areas == [[100, 100, 300, 350]]
    # Opened anew the page begins with what is covered; a form of before is told so.
    assert 'name="a" value="100,100,300,350"' in browser.get(address).content.decode()
    assert "已由他人核对" in sent("cover", **typed)
    copy = browser.get(f"/office/inspections/{row.pk}/photos/{photo.evidence_id}/covered/")
    assert (copy["Content-Type"], copy["Cache-Control"]) == ("image/jpeg", "private, no-store")


def test_the_visit_says_which_photos_are_still_to_be_looked_at(
    row: Inspection, by: User, sign_in: SignIn
) -> None:
    photo, browser = taken(row, by), sign_in(by)
    taken(row, by)
    other = sign_in(make.takes_part(row, make.department("xiaofang")))

    def words() -> str:
        return str(browser.get(f"/office/inspections/{row.pk}/").content.decode())

    assert "有2张未核对人脸" in words()
    check(photo, FACE, by=by)
    assert "有1张未核对人脸" in words()
    assert "已遮挡" in words()
    for tail in ("faces/", "faces/picture/", "covered/"):
        address = f"/office/inspections/{row.pk}/photos/{photo.evidence_id}/{tail}"
        assert (browser.get(address).status_code, other.get(address).status_code) == (200, 404)
