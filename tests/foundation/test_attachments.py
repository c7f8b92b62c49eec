"""Files: judged by their content, rewritten when they are pictures, handed out so that nothing runs."""

import io
import zipfile
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.attachments.actions import MOST_BYTES, store
from foundation.attachments.kinds import Kind, RefusedFileError
from foundation.attachments.models import Attachment
from foundation.attachments.names import LONGEST, clean_name
from foundation.attachments.responses import serve

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def picture(format_: str = "JPEG", size: tuple[int, int] = (8, 4), **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format_, **saved)
    return out.getvalue()


def office_file(*parts: str, filler: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, b"0" * (filler or 1))
    return out.getvalue()


def upload(data: bytes, name: str = "扫描件.bin", **kinds: Any) -> Attachment:
    return store(upload=SimpleUploadedFile(name, data), by=CONSOLE, **kinds)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (picture(), "扫描件.jpg", "image/jpeg"),
        (picture("PNG"), "扫描件.png", "image/png"),
        (picture("WEBP"), "扫描件.webp", "image/webp"),
        (PDF, "扫描件.pdf", "application/pdf"),
        (office_file("word/document.xml"), "扫描件.docx", None),
        (office_file("xl/workbook.xml"), "扫描件.xlsx", None),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
            "扫描件.xls",
            "application/vnd.ms-excel",
        ),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, name: str, media_type: str | None) -> None:
    stored = upload(data)
    assert stored.name == name
    assert media_type in (stored.media_type, None)


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00 a program",
        b"<html><script>",
        b"PK\x03\x04 broken",
        office_file("x.txt"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Word file",
        b"\x00\x00\x00\x18ftypheic",
        b"",
    ],
)
def test_what_is_none_of_the_kinds_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(RefusedFileError):
        upload(data, "名单.xlsx")
    assert not Attachment.objects.exists()


def test_an_owner_may_take_fewer_kinds() -> None:
    with pytest.raises(RefusedFileError, match="可以上传：图片"):
        upload(PDF, kinds=[Kind.IMAGE])


def test_a_file_with_macros_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="宏"):
        upload(office_file("xl/workbook.xml", "xl/vbaProject.bin"))


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="压缩炸弹"):
        upload(office_file("xl/workbook.xml", filler=60 * 1024 * 1024))


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(RefusedFileError, match="20 MB"):
        upload(PDF + b"0" * MOST_BYTES)


def test_a_picture_of_too_many_points_is_refused_by_its_header() -> None:
    out = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(out, "PNG")
    with pytest.raises(RefusedFileError, match="6400 万像素"):
        upload(out.getvalue())


def test_a_broken_picture_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="已损坏"):
        upload(picture()[:120])


def test_a_picture_loses_place_and_notes_but_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010E] = "机密说明"
    exif.get_ifd(0x8825)[1] = "N"
    stored = upload(picture(exif=exif, comment=b"hidden"))
    with stored.file.open("rb") as file:
        kept = file.read()
    assert "机密说明".encode() not in kept
    assert b"hidden" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not dict(image.getexif())
        assert image.size == (4, 8)


def test_the_store_tells_nothing_by_its_paths() -> None:
    first, second = upload(PDF, "甲.pdf"), upload(PDF, "甲.pdf")
    assert first.file.name != second.file.name
    assert "甲" not in str(first.file.name)
    assert first.sha256 == second.sha256
    assert default_storage.exists(str(first.file.name))


def test_who_stored_it_is_kept(office: User) -> None:
    stored = store(upload=SimpleUploadedFile("a.pdf", PDF), by=office.actor)
    assert stored.stored_by == office


def test_a_file_is_handed_out_so_that_nothing_runs_or_stays() -> None:
    response = serve(upload(PDF, "办学许可证.pdf"), inline=True)
    assert b"".join(response) == PDF
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert f"filename*=utf-8''{quote('办学许可证.pdf')}" in disposition
    response.close()


def test_a_picture_may_be_shown_in_the_page() -> None:
    response = serve(upload(picture()), inline=True)
    assert response["Content-Disposition"].startswith("inline")
    response.close()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("..\\..\\许可证.pdf", "许可证.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("照片\u202egnp.exe", "照片gnp.pdf"),
        ('a"b\r\n.pdf', "ab.pdf"),
        ("\u200b.pdf", "未命名.pdf"),
        ("第3.5期.pdf", "第3.5期.pdf"),
    ],
)
def test_a_name_keeps_what_a_person_may_read(name: str, cleaned: str) -> None:
    assert clean_name(name, ".pdf") == cleaned


@given(st.text(max_size=300))
def test_any_name_can_be_cleaned_and_cleaning_twice_changes_nothing(name: str) -> None:
    once = clean_name(name, ".pdf")
    assert 0 < len(once) <= LONGEST
    assert "/" not in once
    assert clean_name(once, ".pdf") == once
