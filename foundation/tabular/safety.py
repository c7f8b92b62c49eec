"""Is this file what a list may be? Told from its bytes, never from its name, before any parser sees it."""

from enum import StrEnum
from pathlib import Path

from foundation.tabular import archive, legacy, limits, text
from foundation.tabular.refusal import RefusedFileError

__all__ = ["Kind", "RefusedFileError", "bytes_of", "examine"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"MZ": "程序",
    b"\x7fELF": "程序",
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rtf": "写字板文档",
    b"PK\x05\x06": "空的压缩包",
}
_TEXT_ENDINGS = {".csv", ".txt", ".tsv", ".xls"}  # many systems “export to xls” plain text


class Kind(StrEnum):
    """What a file is by its content."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def bytes_of(data: bytes | Path) -> bytes:
    """The content, after its size has been looked at and found bearable."""
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size == 0:
        raise RefusedFileError("文件是空的（0字节），请确认上传的是已保存好的表格。")
    if size > limits.FILE_BYTES:
        raise RefusedFileError(
            f"文件有{size / 1_000_000:.1f} MB，超过{limits.FILE_BYTES // 1_000_000} MB。"
            "请删去图片和无关工作表，或分成几个文件导入。"
        )
    return data.read_bytes() if isinstance(data, Path) else data


def examine(data: bytes | Path, name: str) -> Kind:
    """The kind of the file, or RefusedFileError with the reason and what to do about it."""
    content = bytes_of(data)
    _refuse_other_kinds(content)
    if content.startswith(_ZIP):
        archive.examine(content)
        return Kind.XLSX
    if content.startswith(_OLE):
        legacy.examine(content)
        return Kind.XLS
    if Path(name.lower()).suffix not in _TEXT_ENDINGS:
        raise RefusedFileError(
            "文件内容不是 Excel 工作簿（可能被改过后缀名或已损坏）。"
            "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
        )
    text.examine(content)
    return Kind.CSV


def _refuse_other_kinds(content: bytes) -> None:
    for signature, what in _OTHERS.items():
        if content.startswith(signature):
            raise RefusedFileError(f"这是{what}，不是表格。只收 .xlsx、.xls 和 .csv 表格。")
