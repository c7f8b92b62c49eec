"""What a file really is, by its content; its name and what the browser says are not asked."""

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from foundation.workflow import NotPossibleError

_PARTS = 2_000
_UNPACKED = 100 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEAD = 1024


class RefusedFileError(NotPossibleError):
    """The file is not taken. The message says why, and what to do."""


class Kind(StrEnum):
    IMAGE = "image"
    PDF = "pdf"
    WORD = "word"
    EXCEL = "excel"


WORDS = {
    Kind.IMAGE: "图片（JPG、PNG、WebP）",
    Kind.PDF: "PDF",
    Kind.WORD: "Word（docx）",
    Kind.EXCEL: "Excel（xlsx、xls）",
}


@dataclass(frozen=True)
class Format:
    """One kind of content that is kept; without a kind it is never what somebody uploads as a file."""

    kind: Kind | None
    suffix: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
JPEG = Format(Kind.IMAGE, ".jpg", "image/jpeg")
PNG = Format(Kind.IMAGE, ".png", "image/png")
WEBP = Format(Kind.IMAGE, ".webp", "image/webp")
PDF = Format(Kind.PDF, ".pdf", "application/pdf")
DOCX = Format(Kind.WORD, ".docx", f"{_OFFICE}wordprocessingml.document")
XLSX = Format(Kind.EXCEL, ".xlsx", f"{_OFFICE}spreadsheetml.sheet")
XLS = Format(Kind.EXCEL, ".xls", "application/vnd.ms-excel")
STROKES = Format(None, ".json", "application/json")

_HEIC_BRANDS = (b"hei", b"hev", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_PHONE_WORDS = (
    "这是 {} 照片，本系统不能读取。请在手机相机设置中把照片格式改为 JPG"
    "（iPhone：“设置—相机—格式”中选择“兼容性最佳”）后重新拍照。"
)
_WEBM = b"\x1a\x45\xdf\xa3"
_VIDEO_WORDS = "这是视频，不是照片，请改用拍照。"
_SIGNATURES = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (_OLE, XLS))


def format_of(data: bytes) -> Format | None:
    """The format of this content, or None when it is none that is taken."""
    for signature, found in _SIGNATURES:
        if data.startswith(signature):
            return found if found is not XLS or _is_workbook(data) else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if b"%PDF-" in data[:_PDF_HEAD]:
        return PDF
    return _office_format(data) if data.startswith(b"PK\x03\x04") else None


def foreign_words(data: bytes) -> str:
    """What to do about content that phones write and we do not take; empty for any other."""
    if data[4:8] == b"ftyp":
        for name, brands in (("HEIC", _HEIC_BRANDS), ("AVIF", _AVIF_BRANDS)):
            if data[8:12].startswith(brands):
                return _PHONE_WORDS.format(name)
        return _VIDEO_WORDS
    return _VIDEO_WORDS if data.startswith(_WEBM) else ""


def _is_workbook(data: bytes) -> bool:
    """An old Office file is a workbook when it has a stream of this name (UTF-16 in its directory)."""
    return "Workbook".encode("utf-16-le") in data or "Book\0".encode("utf-16-le") in data


def _office_format(data: bytes) -> Format | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise RefusedFileError("文件解压后过大，疑似压缩炸弹，不予接收。")
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RefusedFileError("文件含有宏，不予接收；请另存为不含宏的 docx 或 xlsx 再上传。")
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None
