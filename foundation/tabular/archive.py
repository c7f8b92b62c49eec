"""The examination of an xlsx: its directory first, then every part as a stream, and no part as a whole.

A zip bomb of 2.6 MB keeps a parser busy for 16 s, and its directory tells it at once.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from foundation.tabular import limits
from foundation.tabular.refusal import RefusedFileError

_END = b"PK\x05\x06"
_END64 = b"PK\x06\x07"
_LOCAL_HEADER_BYTES = 30
_WINDOW = 1 << 18
_CARRY = 2_048  # longer than any tag of a cell
_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
_BROKEN = "文件不完整或已损坏。" + _AGAIN

# A part whose path says that the workbook acts, fetches or carries something inside.
_PARTS = (
    ("vbaproject", "文件含有宏。请另存为不带宏的 .xlsx 后再导入。"),
    ("vbadata", "文件含有宏。请另存为不带宏的 .xlsx 后再导入。"),
    ("macrosheets/", "文件含有宏。请另存为不带宏的 .xlsx 后再导入。"),
    ("externallinks/", "文件链接了别的工作簿。请在“数据—编辑链接”中断开链接，粘贴为数值后再导入。"),
    ("xl/connections.xml", "文件带有外部数据连接。请删除连接，粘贴为数值后再导入。"),
    ("activex/", "文件含有控件。请复制数据到新工作簿，另存为 .xlsx 后再导入。"),
    ("embeddings/", "文件里嵌入了别的文件。请删除嵌入的对象后再导入。"),
)
_FAMILIES = (
    ("word/", "这是 Word 文档，不是表格。请把表格复制到 Excel 后再导入。"),
    ("ppt/", "这是演示文稿，不是表格。只收 .xlsx、.xls 和 .csv 表格。"),
    ("xl/workbook.bin", "这是二进制工作簿（.xlsb）。" + _AGAIN),
    ("content.xml", "这是 OpenDocument 表格（.ods）。" + _AGAIN),
)
_FORMULA = re.compile(rb"<(?!xm:)(?:\w{1,20}:)?f[\s/>]")
_CELL = re.compile(rb"<(?:\w{1,20}:)?c [^<>]*?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ERROR = re.compile(rb"<(?:\w{1,20}:)?c\s[^<>]*?\bt=[\"']e[\"']")
# r="BI7" (column 61) and beyond; r="A12001" and beyond. Kept in step with limits.py by a test.
_FAR = re.compile(
    rb"r=[\"'](?:(?:[A-Z]{3}|[C-Z][A-Z]|B[I-Z])\d+"
    rb"|[A-Z]{0,3}(?:\d{6,}|[2-9]\d{4}|1[3-9]\d{3}|12[1-9]\d\d|120[1-9]\d|1200[1-9]))[\"']"
)
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^<>]*")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External")
_MARKS = 50_000  # empty rows with a format, and cells outside


def examine(content: bytes) -> None:
    """Pass, or RefusedFileError. Never holds more than one window of one part."""
    _directory_is_small(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = book.infolist()
            _parts_are_honest(parts)
            _sizes_are_bearable(parts)
            _is_plain_workbook({part.filename.lower() for part in parts})
            for part in parts:
                _examine_part(part.filename.lower(), _windows(book, part))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        NotImplementedError,
        ValueError,
    ) as error:
        raise RefusedFileError(_BROKEN) from error


def _directory_is_small(content: bytes) -> None:
    at = content.rfind(_END, max(0, len(content) - 65_557))
    if at < 0 or len(content) < at + 22:
        raise RefusedFileError(_BROKEN)
    count, size = struct.unpack_from("<HL", content, at + 10)
    if count > limits.PARTS or size > limits.DIRECTORY_BYTES:
        raise RefusedFileError(f"文件内部有{count}个部件，不是正常的工作簿。" + _AGAIN)
    if at >= 20 and content[at - 20 : at - 16] == _END64:
        raise RefusedFileError("文件用了只有超大文件才用的格式（zip64）。" + _AGAIN)


def _parts_are_honest(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > limits.PARTS:
        raise RefusedFileError(f"文件内部有{len(parts)}个部件，不是正常的工作簿。" + _AGAIN)
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise RefusedFileError("文件内部有重名部件，不是正常的工作簿。" + _AGAIN)
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedFileError("文件加了密码。请去掉密码后再导入。")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise RefusedFileError(_BROKEN)
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise RefusedFileError("文件内部有重叠部件，不是正常的工作簿。" + _AGAIN)
        end = part.header_offset + _LOCAL_HEADER_BYTES + len(part.filename) + part.compress_size


def _sizes_are_bearable(parts: list[zipfile.ZipInfo]) -> None:
    total = sum(part.file_size for part in parts)
    if total > limits.UNPACKED_BYTES:
        raise RefusedFileError(
            f"文件解开后有{total / 1_000_000:.0f} MB，超过{limits.UNPACKED_BYTES // 1_000_000} MB，不予打开。"
            "请把需要的行复制到新工作簿后再导入。"
        )
    for part in parts:
        if part.file_size > limits.RATIO_FROM_BYTES and part.file_size > limits.RATIO * max(
            part.compress_size, 1
        ):
            raise RefusedFileError(
                f"文件的压缩比超过{limits.RATIO}倍，不予打开。请把需要的行复制到新工作簿后再导入。"
            )


def _is_plain_workbook(names: set[str]) -> None:
    for mark, words in _PARTS:
        if any(mark in name for name in names):
            raise RefusedFileError(words)
    for mark, words in _FAMILIES:
        if any(name.startswith(mark) for name in names):
            raise RefusedFileError(words)
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise RefusedFileError(
            "这是压缩包，不是工作簿。请解压后导入其中的 .xlsx、.xls 或 .csv 表格。"
        )


def _windows(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part piece by piece; each piece begins with the tail of the one before."""
    tail = b""
    with book.open(part) as stream:
        while piece := stream.read(_WINDOW):
            yield tail + piece
            tail = (tail + piece)[-_CARRY:]


def _examine_part(name: str, windows: Iterator[bytes]) -> None:
    first = next(windows, b"")
    if first[:4] in (b"PK\x03\x04", b"PK\x05\x06") or first[:2] == b"MZ":
        raise RefusedFileError("文件里嵌入了别的文件。请删除嵌入的对象后再导入。")
    if first[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\x00" in first[:8] and b"<" in first[:8]):
        raise RefusedFileError("文件内部用了不常见的编码。" + _AGAIN)
    if not first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return  # a picture or a printer's settings: no reader opens it
    scan = _Scan(name)
    scan.look(first)
    for window in windows:
        scan.look(window)


class _Scan:
    """What has been seen so far in one XML part."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_sheet = False
        self.cells = self.merges = self.rows = self.far = 0

    def look(self, window: bytes) -> None:
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            raise RefusedFileError("文件内部含有自定义实体（DTD），不予打开。" + _AGAIN)
        if b"macroEnabled" in window and self.name == "[content_types].xml":
            raise RefusedFileError("文件含有宏。请另存为不带宏的 .xlsx 后再导入。")
        if self.name.endswith(".rels"):
            self._look_outside(window)
        self.is_sheet = self.is_sheet or b"sheetData" in window
        if self.is_sheet:
            self._look_at_cells(window)

    def _look_outside(self, window: bytes) -> None:
        for found in _RELATION.finditer(window):
            if _OUTSIDE.search(found.group()) and b"/hyperlink" not in found.group():
                raise RefusedFileError("文件引用了外部文件或网址。请断开链接，粘贴为数值后再导入。")

    def _look_at_cells(self, window: bytes) -> None:
        self.cells += window.count(b"<c ") + window.count(b":c ")
        self.merges += window.count(b"mergeCell ")
        self.rows += window.count(b"<row") + window.count(b":row")
        if self.cells > limits.CELLS or self.rows > limits.ROWS + _MARKS:
            raise RefusedFileError(
                f"工作表的单元格超过{limits.CELLS:,}个。请删去多余的行和列后再导入。"
            )
        if self.merges > limits.MERGES:
            raise RefusedFileError(f"合并单元格超过{limits.MERGES:,}处。请取消合并后再导入。")
        if b"<f" in window or b":f" in window:
            self._look_for_formula(window)
        if b't="e"' in window or b"t='e'" in window:
            self._look_for_error(window)
        self._look_far(window)

    def _look_for_error(self, window: bytes) -> None:
        """An error has no text a person could have meant; the reader would leave the cell empty."""
        found = _ERROR.search(window)
        if found:
            cell = _CELL.match(window, found.start())
            where = f"第{int(cell[2])}行{cell[1].decode()}列" if cell else "表中"
            raise RefusedFileError(
                f"{where}是错误值（如 #N/A、#REF!），请用“查找”找出全部错误值，改正或清空后再导入。"
            )

    def _look_for_formula(self, window: bytes) -> None:
        found = _FORMULA.search(window)
        if not found:
            return
        before = list(_CELL.finditer(window, 0, found.start()))
        where = f"第{int(before[-1][2])}行{before[-1][1].decode()}列" if before else "表中"
        raise RefusedFileError(f"{where}含公式，请“粘贴为数值”后再导入。")

    def _look_far(self, window: bytes) -> None:
        for found in _FAR.finditer(window):
            self.far += 1
            start = window.rfind(b"<", max(0, found.start() - _CARRY), found.start())
            end = window.find(b">", found.end(), found.end() + _CARRY)
            # A tag cut by the window is whole in the neighbouring one.
            tag = window[start + 1 : end] if 0 <= start < end else b""
            if self.far > _MARKS or (_is_cell(tag) and not tag.endswith(b"/")):
                raise RefusedFileError(
                    f"工作表超过{limits.ROWS:,}行或{limits.COLUMNS}列。"
                    "请删去表外的内容，或分成几个文件导入。"
                )


def _is_cell(tag: bytes) -> bool:
    return tag.split(None, 1)[:1] in ([b"c"], [b"x:c"])
