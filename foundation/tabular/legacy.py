"""The examination of an xls: the streams of its container and the records of its workbook.

Only as much of [MS-CFB] and [MS-XLS] as tells macros, passwords, formulas, foreign books and size.
"""

import struct
from array import array
from collections.abc import Iterator

from foundation.tabular import limits
from foundation.tabular.columns import column_letters
from foundation.tabular.refusal import RefusedFileError

_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
_BROKEN = "文件不完整或已损坏。" + _AGAIN
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFFFFFA
_SMALL_STREAM = 4_096  # smaller streams live elsewhere; a workbook is never that small

_FORMULA, _PASSWORD, _FOREIGN_BOOK, _MERGED = 0x0006, 0x002F, 0x01AE, 0x00E5
_BOOL_OR_ERROR = 0x0205
_OWN_BOOK = {0x0401, 0x3A01}
_CELLS = {0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x00D6}  # not the blank ones


def examine(content: bytes) -> None:
    """Pass, or RefusedFileError."""
    try:
        container = _Container(content)
        names = {name.lower() for name in container.streams}
        _is_plain_workbook(names)
        name = next(name for name in container.streams if name.lower() in ("workbook", "book"))
        _examine_records(container.read(name))
    except (struct.error, IndexError, ValueError, StopIteration) as error:
        raise RefusedFileError(_BROKEN) from error


def _is_plain_workbook(names: set[str]) -> None:
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise RefusedFileError("文件加了密码。请去掉密码后再导入。")
    if names & {"_vba_project_cur", "_vba_project", "vba"}:
        raise RefusedFileError("文件含有宏。请另存为不带宏的 .xlsx 后再导入。")
    if "worddocument" in names:
        raise RefusedFileError("这是 Word 文档，不是表格。请把表格复制到 Excel 后再导入。")
    if not names & {"workbook", "book"}:
        raise RefusedFileError("文件内容不是 Excel 工作簿。" + _AGAIN)


class _Container:
    """A compound file: a small file system of sectors."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        (shift,) = struct.unpack_from("<H", content, 30)
        if shift not in (9, 12):
            raise ValueError(shift)
        self.size = 1 << shift
        self.table = self._sector_table()
        (first,) = struct.unpack_from("<L", content, 48)
        listing = b"".join(self._chain(first))
        self.streams = dict(self._entries(listing))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        return self.content[at : at + self.size]

    def _sector_table(self) -> "array[int]":
        numbers = list(struct.unpack_from("<109L", self.content, 76))
        (following,) = struct.unpack_from("<L", self.content, 68)
        per_sector = self.size // 4
        while following < _LAST_SECTOR and len(numbers) < len(self.content) // self.size + 109:
            more = struct.unpack(f"<{per_sector}L", self._sector(following))
            numbers += more[:-1]
            following = more[-1]
        table = array("I")
        for number in numbers:
            if number < _LAST_SECTOR:
                table.frombytes(self._sector(number))
        return table

    def _chain(self, number: int) -> Iterator[bytes]:
        for _ in range(len(self.table) + 1):
            if number >= _LAST_SECTOR:
                return
            yield self._sector(number)
            number = self.table[number]
        raise ValueError("a chain of sectors without end")

    def _entries(self, listing: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(listing), _ENTRY_BYTES):
            (length,) = struct.unpack_from("<H", listing, at + 64)
            if 2 <= length <= 64:
                name = listing[at : at + length - 2].decode("utf-16-le", "replace")
                yield name, struct.unpack_from("<LL", listing, at + 116)

    def read(self, name: str) -> bytes:
        first, size = self.streams[name]
        if size < _SMALL_STREAM:
            raise ValueError(size)
        stream = b"".join(self._chain(first))[:size]
        if len(stream) < size:
            raise ValueError("a stream that ends early")
        return stream


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record."""
    at, end = 0, len(stream) - 4
    header = struct.Struct("<HH")
    while at <= end:
        kind, length = header.unpack_from(stream, at)
        yield kind, at + 4, length
        at += 4 + length


def _examine_records(stream: bytes) -> None:
    merges = 0
    place = struct.Struct("<HH")
    for kind, at, length in _records(stream):
        if kind in _CELLS:
            _examine_cell(kind, stream[at : at + 8])
        elif kind == _MERGED:
            merges += place.unpack_from(stream, at)[0]
        else:
            _examine_record(kind, stream[at : at + min(length, 8)])
    if merges > limits.MERGES:
        raise RefusedFileError(f"合并单元格超过{limits.MERGES:,}处。请取消合并后再导入。")


def _examine_cell(kind: int, head: bytes) -> None:
    row, column = struct.unpack_from("<HH", head)
    if row >= limits.ROWS or column >= limits.COLUMNS:
        raise RefusedFileError(
            f"工作表超过{limits.ROWS:,}行或{limits.COLUMNS}列。"
            "请删去表外的内容，或分成几个文件导入。"
        )
    if kind == _BOOL_OR_ERROR and head[7]:
        raise RefusedFileError(
            f"第{row + 1}行{column_letters(column)}列是错误值（如 #N/A、#REF!），"
            "请用“查找”找出全部错误值，改正或清空后再导入。"
        )


def _examine_record(kind: int, head: bytes) -> None:
    if kind == _PASSWORD:
        raise RefusedFileError("文件加了密码。请去掉密码后再导入。")
    if kind == _FORMULA:
        row, column = struct.unpack_from("<HH", head)
        raise RefusedFileError(
            f"第{row + 1}行{column_letters(column)}列含公式，请“粘贴为数值”后再导入。"
        )
    if kind == _FOREIGN_BOOK and struct.unpack_from("<HH", head)[1] not in _OWN_BOOK:
        raise RefusedFileError(
            "文件链接了别的工作簿。请在“数据—编辑链接”中断开链接，粘贴为数值后再导入。"
        )
