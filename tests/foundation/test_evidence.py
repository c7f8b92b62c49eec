"""Photos and signatures: the original byte for byte, a copy for pages, a stamp on wish, and plain answers to the rest."""

import errno
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image
from pytest_django import Settings

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.attachments.actions import (
    MOST_BYTES,
    TakenError,
    keep,
    shown_copy,
    stamp_photo,
    store,
    take_signature,
)
from foundation.attachments.arriving import DamagedError, arriving
from foundation.attachments.exif import noted_in
from foundation.attachments.images import small_copy
from foundation.attachments.kinds import JPEG, RefusedFileError
from foundation.attachments.models import Attachment, Evidence
from foundation.attachments.queries import held_by_nothing
from foundation.attachments.tasks import delete_leftovers, make_copies, sweep_evidence
from foundation.audit.models import AuditEvent
from foundation.workflow import NotPossibleError
from tests import make, photos
from tests.photos import sent

pytestmark = pytest.mark.django_db


def content(stored: Attachment) -> bytes:
    with stored.file.open("rb") as file:
        data: bytes = file.read()
    return data


def camera_photo(**notes: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    times = exif.get_ifd(0x8769)
    times[0x9003] = notes.get("taken", "2026:07:06 09:30:00")
    if "zone" in notes:
        times[0x9011] = notes["zone"]
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (37.0, 35.0, 15.0), "E", (107.0, 36.0, 0.0)
    return photos.picture(exif=exif)


def test_the_original_is_kept_byte_for_byte_beside_a_bare_and_upright_copy(office: User) -> None:
    data = camera_photo()
    name = uuid4()

    kept = sent(data, name=name, by=office.actor)

    assert (kept.pk, kept.original.stored_by) == (name, office)
    assert content(kept.original) == data
    assert (kept.original.sha256, kept.original.size) == (sha256(data).hexdigest(), len(data))
    copy = content(shown_copy(evidence=kept))
    assert shown_copy(evidence=kept).sha256 == sha256(copy).hexdigest()
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.size, dict(image.getexif())) == ((48, 64), {})


# Where the black corner of the stored picture is seen when it is upright: right?, below?
SEEN = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("turn", [0, 9, *SEEN])
def test_the_copy_for_pages_is_upright(turn: int) -> None:
    kept = sent(photos.marked((400, 200), turn))

    right, below = SEEN.get(turn, (0, 0))
    with Image.open(io.BytesIO(content(shown_copy(evidence=kept)))) as image:
        assert image.size == ((200, 400) if 5 <= turn <= 8 else (400, 200))
        corner = ((image.width - 9) if right else 9, (image.height - 9) if below else 9)
        other = (image.width - 1 - corner[0], image.height - 1 - corner[1])
        assert photos.grey(image, corner) < 60
        assert photos.grey(image, other) > 200


@pytest.mark.filterwarnings("ignore")
def test_notes_that_cannot_be_read_cost_no_photo() -> None:
    data = camera_photo(zone="+08:00")
    chance = Random(4711)  # noqa: S311 -- the same notes in every run
    start, end = data.index(b"Exif"), data.index(b"\xff\xdb")
    for _ in range(300):
        odd = bytearray(data)
        for _ in range(chance.randint(1, 40)):
            odd[chance.randrange(start + 6, end)] = chance.randrange(256)
        file = io.BytesIO(odd)
        noted_in(file, JPEG, with_place=True)
        assert sorted(small_copy(file, JPEG).size) == [48, 64]


def test_a_photo_of_two_pictures_is_one_photo() -> None:
    out, second = io.BytesIO(), Image.new("RGB", (64, 48), "red")
    Image.new("RGB", (64, 48), "teal").save(out, "MPO", save_all=True, append_images=[second])

    kept = sent(out.getvalue())

    assert content(kept.original) == out.getvalue()
    with Image.open(io.BytesIO(content(shown_copy(evidence=kept)))) as image:
        assert image.format == "JPEG"


def test_the_copy_for_pages_is_small() -> None:
    with Image.open(
        io.BytesIO(content(shown_copy(evidence=sent(photos.picture(size=(5000, 2000))))))
    ) as image:
        assert image.size == (2560, 1024)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_are_photos_too(form: str) -> None:
    assert shown_copy(evidence=sent(photos.picture(form))).media_type == f"image/{form.lower()}"


@pytest.mark.parametrize(
    ("notes", "taken_at"),
    [
        ({}, datetime(2026, 7, 6, 1, 30, tzinfo=UTC)),
        ({"zone": "+05:00"}, datetime(2026, 7, 6, 4, 30, tzinfo=UTC)),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "0001:01:01 00:00:00"}, None),
        ({"taken": "昨天"}, None),
    ],
)
def test_what_the_camera_notes_of_the_time_is_kept(
    notes: dict[str, str], taken_at: datetime | None
) -> None:
    assert sent(camera_photo(**notes)).taken_at == taken_at


def test_the_place_is_kept_only_where_that_is_allowed() -> None:
    without, allowed = sent(camera_photo()), sent(camera_photo(), with_place=True)

    assert (without.latitude, without.longitude) == (None, None)
    assert (allowed.latitude, allowed.longitude) == (Decimal("37.5875"), Decimal("107.6"))


def test_a_photo_without_notes_is_a_photo() -> None:
    kept = sent(photos.picture(), with_place=True)

    assert (kept.taken_at, kept.latitude) == (None, None)


def test_sent_again_it_is_the_same_photo() -> None:
    data, name = photos.picture(), uuid4()

    first, again = sent(data, name=name), sent(data, name=name)

    assert (again, Evidence.objects.count(), Attachment.objects.count()) == (first, 1, 1)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The store of this test alone."""
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = settings.STORAGES | {"default": files}
    return tmp_path


def files_in(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one_photo(folder: Path) -> None:
    data, name, start = photos.picture(size=(2_000, 1_500)), uuid4(), Barrier(4)

    def send(_: int) -> UUID:
        start.wait()
        try:
            return sent(data, name=name).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(send, range(4)))

    assert (found, Attachment.objects.count()) == ({name}, 1)
    assert files_in(folder) == [".jpg"], "nothing is left of those who came second"


def test_a_full_disk_keeps_no_half_of_a_photo(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = iter([None] * 2)

    def sync(_: int) -> None:
        if next(synced, "full") == "full":
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", sync)

    with pytest.raises(OSError, match="No space left"):
        sent(photos.picture())

    assert (files_in(folder), Attachment.objects.count()) == ([], 0)


def test_other_content_or_another_person_under_the_same_name_changes_nothing(
    office: User, lead: User
) -> None:
    data, name = photos.picture(), uuid4()
    sent(data, name=name, by=office.actor)

    for other, by in ((photos.picture("PNG"), office), (data, lead)):
        with pytest.raises(TakenError, match="两份都保留"):
            sent(other, name=name, by=by.actor)
    assert content(Evidence.objects.get().original) == data


def test_a_photo_is_no_signature_by_its_name() -> None:
    data, name = photos.picture(), uuid4()
    sent(data, name=name)

    with pytest.raises(TakenError, match="两份都保留"):
        sent(data, take_signature, name=name)


@pytest.mark.parametrize("arrived", [photos.picture("PNG"), b""], ids=["other bytes", "no byte"])
def test_what_did_not_arrive_whole_is_to_be_sent_again(arrived: bytes) -> None:
    with pytest.raises(DamagedError, match="重新发送"):
        sent(arrived, claimed=sha256(photos.picture()).hexdigest())
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("what", photos.HOSTILE)
def test_what_is_no_photo_gets_a_plain_answer(what: str) -> None:
    make, words = photos.HOSTILE[what]

    with pytest.raises(RefusedFileError, match=words):
        sent(make())

    assert not Attachment.objects.exists()


def test_half_a_photo_is_refused() -> None:
    data = photos.noise((3000, 2000))
    with pytest.raises(RefusedFileError, match="已损坏"):
        sent(data[: len(data) // 2])


def test_a_photo_cut_anywhere_is_refused_before_its_copy_is_made() -> None:
    data = photos.noise((300, 200))
    chance = Random(4711)  # noqa: S311 -- the same cuts in every run

    for at in (2, 4, 20, len(data) - 1, *(chance.randrange(21, len(data)) for _ in range(30))):
        with pytest.raises(RefusedFileError):
            sent(data[:at])
    assert not Attachment.objects.exists()


def test_the_copy_of_a_photo_is_made_after_it_has_arrived_and_once() -> None:
    kept = sent(photos.picture())
    before = kept.shown

    made, again = make_copies(), make_copies()

    kept.refresh_from_db()
    assert (before, made, again, Attachment.objects.count()) == (None, 1, 0, 2)
    assert shown_copy(evidence=kept) == kept.shown


def test_a_whole_file_that_holds_no_picture_is_kept_and_its_copy_says_so() -> None:
    data = bytearray(photos.picture(size=(640, 480)))
    quantisation = data.index(b"\xff\xdb")
    data[quantisation + 4] = 0x0F  # a table of which there are none
    kept = sent(bytes(data))

    assert content(kept.original) == data
    assert shown_copy(evidence=kept).media_type == "image/png"


@pytest.mark.parametrize("make", [photos.box, lambda brand: photos.box(brand) + b"0" * 9])
def test_a_form_says_the_same_of_heic(make: Callable[[bytes], bytes]) -> None:
    with pytest.raises(RefusedFileError, match="兼容性最佳"):
        store(upload=SimpleUploadedFile("a.jpg", make(b"heic")), by=CONSOLE)


class _Flood:
    """A sender that never ends."""

    read_bytes = 0

    def read(self, size: int, /) -> bytes:
        self.read_bytes += size
        return b"\xff" * size


def test_what_says_itself_too_large_is_not_read_and_what_lies_is_not_read_on() -> None:
    for declared, most_read in (
        (50 * 1024 * 1024, 0),
        (None, MOST_BYTES + 65_536),
        (9, MOST_BYTES + 65_536),
    ):
        flood = _Flood()
        with (
            pytest.raises(RefusedFileError, match="超过 20 MB"),
            arriving(flood, declared=declared, claimed="", most=MOST_BYTES),
        ):
            pass
        assert flood.read_bytes <= most_read


_PEAK = """
import re, sys
from pathlib import Path
from foundation.attachments import images, kinds

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

form = kinds.PNG if sys.argv[1].endswith("png") else kinds.JPEG
before = peak()
try:
    with open(sys.argv[1], "rb") as file:
        images.encoded(images.small_copy(file, form), form)
    said = "taken"
except kinds.RefusedFileError:
    said = "refused"
print(said, peak() - before)
"""


@pytest.mark.parametrize(
    ("name", "make", "said", "most_mb"),
    [
        # 256 MB when decoded whole, and as much again to make it small.
        ("64.jpg", lambda: photos.picture(size=(8_000, 8_000)), "taken", 160),
        ("169.jpg", lambda: photos.huge(13_000), "refused", 8),
        ("169.png", lambda: photos.huge(13_000, "PNG"), "refused", 8),
        ("64.png", lambda: photos.huge(8_000, "PNG"), "refused", 8),
        (
            "64 in layers.jpg",
            lambda: photos.picture(size=(8_000, 8_000), progressive=True),
            "refused",
            8,
        ),
    ],
)
def test_a_photo_of_many_points_needs_little_memory(
    name: str, make: Callable[[], bytes], said: str, most_mb: int, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())

    words = [sys.executable, "-c", _PEAK, str(path)]
    done = subprocess.run(words, cwd=project.BASE_DIR, capture_output=True, text=True, check=True)  # noqa: S603 -- our own words

    heard, peak = done.stdout.split()
    assert heard == said
    assert int(peak) < most_mb * 1024


def test_a_receipt_is_given_for_what_lies_on_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: set[Path] = set()
    monkeypatch.setattr(
        "os.fsync", lambda number: settled.add(Path(f"/proc/self/fd/{number}").readlink())
    )

    kept = sent(photos.picture())

    for stored in (kept.original, shown_copy(evidence=kept)):
        path = Path(default_storage.path(str(stored.file.name)))
        assert {path, *path.parents} - {*folder.parents} <= settled


def test_what_no_act_has_claimed_goes_after_so_many_days(
    folder: Path, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    with time_machine.travel("2026-07-06T01:00:00Z", tick=False):
        old = sent(photos.picture(), by=CONSOLE)
    with time_machine.travel("2026-07-06T01:00:01Z", tick=False):
        young = sent(photos.picture("PNG"))
    stamp_photo(evidence=old, lines=LINES, by=CONSOLE)

    with (
        time_machine.travel("2026-10-04T01:00:01Z", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert [sweep_evidence(), sweep_evidence()] == [1, 0]

    assert list(Evidence.objects.all()) == [young]
    assert (Attachment.objects.count(), files_in(folder)) == (2, [".png", ".png"])
    line = AuditEvent.objects.get(act="evidence.swept")
    assert (line.target, line.by_key) == (f"attachments.evidence:{old.pk}", "clock")
    assert old.original.sha256 in line.reason


def test_a_file_is_held_by_whatever_points_at_it(office: User) -> None:
    notice, proof, free = (keep(data=b"1", name="a", found=JPEG, by=CONSOLE) for _ in range(3))
    kept = sent(photos.picture())
    campaign = make.campaign(notice=notice)
    make.task(campaign, make.department()).proofs.add(proof)

    assert list(held_by_nothing(Attachment.objects.all())) == [free]
    assert list(held_by_nothing(Evidence.objects.all())) == [kept]


LINES = ["定边县贺圈镇新苗艺术培训学校", "2026年7月6日 09:30　县文化和旅游局"]


def test_a_stamp_is_seen_on_a_copy_and_the_original_stays() -> None:
    data = photos.picture(size=(1200, 900))
    kept = sent(data)

    stamped = stamp_photo(evidence=kept, lines=LINES, by=CONSOLE)

    assert content(stamped.original) == data
    assert stamped.stamped is not None
    with Image.open(io.BytesIO(content(stamped.stamped))) as image:
        assert (image.format, image.size) == ("JPEG", (1200, 900))
        foot = image.convert("L").crop((0, 840, 1200, 900)).tobytes()
        above = image.convert("L").crop((0, 0, 1200, 700)).tobytes()
    assert max(foot) > 220, "letters"
    assert min(foot) < 60, "their ground"
    assert max(above) - min(above) < 8
    with pytest.raises(NotPossibleError, match="已经有"):
        stamp_photo(evidence=kept, lines=LINES, by=CONSOLE)


def signature(*strokes: list[list[object]], **more: object) -> bytes:
    return json.dumps({"width": 300, "height": 150, "strokes": strokes} | more).encode()


STROKE: list[list[object]] = [[20, 30, 0], [150, 80.5, 40], [280, 120, 90]]
ENDLESS: list[list[object]] = [[at % 300, 1, at] for at in range(20_001)]
DOT: list[list[object]] = [[100, 100, 200], [100, 140, 260]]


def test_a_signature_is_kept_as_its_strokes_and_as_a_picture() -> None:
    data = signature(STROKE, DOT)

    kept = sent(data, take_signature)

    assert content(kept.original) == data
    assert (kept.original.media_type, shown_copy(evidence=kept).media_type) == (
        "application/json",
        "image/png",
    )
    with Image.open(io.BytesIO(content(shown_copy(evidence=kept)))) as image:
        assert image.size == (600, 300)
        assert [photos.grey(image, place) for place in ((300, 161), (500, 20))] == [0, 255]


def test_a_signature_may_be_a_picture() -> None:
    paper = Image.new("RGBA", (300, 150))
    paper.paste("black", (50, 50, 200, 60))
    out = io.BytesIO()
    paper.save(out, "PNG")

    kept = sent(out.getvalue(), take_signature)

    assert content(kept.original) == out.getvalue()
    assert shown_copy(evidence=kept).media_type == "image/png"


def test_paper_that_is_seen_through_stays_so_in_the_copy() -> None:
    paper = Image.new("P", (300, 150), 0)
    paper.putpalette([0, 0, 0, 0, 0, 0])
    paper.paste(1, (50, 50, 200, 60))
    out = io.BytesIO()
    paper.save(out, "PNG", transparency=0)

    kept = sent(out.getvalue(), take_signature)

    with Image.open(io.BytesIO(content(shown_copy(evidence=kept)))) as image:
        assert image.convert("RGBA").getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (signature(), "没有签名笔画"),
        (signature([]), "没有签名笔画"),
        (signature([[5, 5, 0], [5, 5, 90]]), "没有签名笔画"),
        (photos.picture(), "空白"),
        (signature(*[STROKE] * 301), "笔画过多"),
        (signature(ENDLESS), "笔画过多"),
        (signature(STROKE, height=700), "横过来"),
        (signature([[float("nan"), 1, 0], [2, 2, 0]]), "不完整"),
        (signature([[float("inf"), 1, 0], [2, 2, 0]]), "不完整"),
        (signature([[10**400, 1, 0], [2, 2, 0]]), "不完整"),
        (signature([[1, 1, float("inf")], [2, 2, 0]]), "不完整"),
        (signature([[301, 1, 0], [2, 2, 0]]), "不完整"),
        (signature([[True, 1, 0], [2, 2, 0]]), "不完整"),
        (signature([["1", 1, 0], [2, 2, 0]]), "不完整"),
        (signature([[1, 1], [2, 2]]), "不完整"),
        (signature(STROKE, width=0), "不完整"),
        (b"{" + b'"a":' + b"[" * 100_000, "不完整"),
        (b'{"strokes": 1}', "不完整"),
        (b"{" + b" " * 600_000 + b"}", "过大"),
        (b"", "0 字节"),
    ],
)
def test_what_is_no_signature_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(RefusedFileError, match=words):
        sent(data, take_signature)
    assert not Attachment.objects.exists()


def test_files_of_an_act_that_was_taken_back_go_in_the_end(folder: Path) -> None:
    assert delete_leftovers() == 0
    kept = sent(photos.picture())
    with transaction.atomic():
        sent(photos.picture("PNG"))
        transaction.set_rollback(True)
    now = time.time()
    for path in folder.rglob("*.*"):
        os.utime(path, (now, now - 91 * 86_400))
    with transaction.atomic():
        sent(photos.picture("WEBP"))
        transaction.set_rollback(True)

    assert [delete_leftovers(), delete_leftovers()] == [2, 0]

    assert files_in(folder) == [".jpg", ".webp", ".webp"]
    assert content(kept.original) == photos.picture()
