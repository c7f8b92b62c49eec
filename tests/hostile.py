"""Files no list should ever be: bombs, disguises, broken and foreign ones, each written on demand."""

import binascii
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import xlwt
from openpyxl import Workbook

from tests.samples import text_table, white_list

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lololololololololol">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + "]>"
)
_FOREIGN = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


def _plain() -> dict[str, bytes]:
    """The parts of a small honest workbook."""
    book, file = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = "机构名称"
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def book_with(**changes: str | bytes) -> bytes:
    """A small workbook with parts replaced or added; `__` in a keyword is its `/`, `_dot_` its `.`."""
    parts = _plain()
    for keyword, content in changes.items():
        name = keyword.replace("__", "/").replace("_dot_", ".")
        parts[name] = content.encode() if isinstance(content, str) else content
    return _packed(parts)


def sheet_text(rows: str, after: str = "") -> str:
    """A sheet with these rows, as XML."""
    return f"<worksheet {_MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"


def sheet_with(rows: str, after: str = "") -> bytes:
    """A workbook whose sheet has these rows."""
    return _packed(_plain() | {SHEET: sheet_text(rows, after).encode()})


@dataclass(frozen=True)
class _Raw:
    """A part whose packed bytes are made by hand, so that its size costs nothing to build."""

    name: str
    packed: bytes
    size: int
    check: int


def _raw_archive(parts: Iterable[_Raw]) -> bytes:
    body, listing, count = bytearray(), bytearray(), 0
    for part in parts:
        name = part.name.encode()
        facts = struct.pack(
            "<HHHHHLLLHH", 20, 0, 8, 0, 0x21, part.check, len(part.packed), part.size, len(name), 0
        )
        listing += (
            b"PK\x01\x02\x14\x00" + facts + struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name
        )
        body += b"PK\x03\x04" + facts + name + part.packed
        count += 1
    end = struct.pack(
        "<HHHHLLH", 0, 0, min(count, 65_535), min(count, 65_535), len(listing), len(body), 0
    )
    return bytes(body + listing + b"PK\x05\x06" + end)


def _raw(name: str, content: bytes) -> _Raw:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return _Raw(
        name, packer.compress(content) + packer.flush(), len(content), binascii.crc32(content)
    )


def zip_bomb(unpacked_mb: int = 1_000) -> bytes:
    """One sheet of a gigabyte in a few megabytes: one packed block, repeated."""
    block = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"A" * 1_000 + b"</t></is></c></row>"
    ) * 1_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    times = unpacked_mb * 1_000_000 // len(block)
    bomb = _Raw(SHEET, packed * times + b"\x03\x00", len(block) * times, 0)
    return _raw_archive(
        [*(_raw(name, part) for name, part in _plain().items() if name != SHEET), bomb]
    )


def lying_bomb() -> bytes:
    """The directory says 1 KB; the part unpacks to 200 MB."""
    parts = [_raw(name, part) for name, part in _plain().items() if name != SHEET]
    large = _raw(SHEET, b" " * 200_000_000)
    return _raw_archive([*parts, _Raw(SHEET, large.packed, 1_000, large.check)])


def many_parts(count: int = 60_000) -> bytes:
    """Sixty thousand empty parts."""
    empty = _raw("x", b"")
    return _raw_archive(_Raw(f"xl/{at}.xml", empty.packed, 0, 0) for at in range(count))


def overlapping_parts() -> bytes:
    """Many names for the same packed bytes, as the best bombs have them."""
    whole = _packed(_plain())
    end = whole.rfind(b"PK\x05\x06")
    (size, start) = struct.unpack_from("<LL", whole, end + 12)
    listing = whole[start : start + size]
    (length,) = struct.unpack_from("<H", listing, 28)
    entry = bytearray(listing[: 46 + length])
    extra = b""
    for at in range(30):
        entry[46 : 46 + length] = f"xl/{at}".ljust(length, "x").encode()
        extra += bytes(entry)
    count = struct.unpack_from("<H", whole, end + 10)[0] + 30
    tail = struct.pack("<HHHHLLH", 0, 0, count, count, size + len(extra), start, 0)
    return whole[:start] + listing + extra + b"PK\x05\x06" + tail


def _rows_without_places(rows: int, columns: int) -> str:
    return f"<row>{'<c><v>1</v></c>' * columns}</row>" * rows


def _amplified() -> bytes:
    """One long shared text, shown in half a million cells."""
    shared = f'<sst {_MAIN} count="1" uniqueCount="1"><si><t>{"长" * 30_000}</t></si></sst>'
    cells = '<c t="s"><v>0</v></c>' * 50
    rows = f"<row>{cells}</row>" * 10_000
    parts = _plain() | {"xl/sharedStrings.xml": shared.encode()}
    return _packed(
        parts | {SHEET: f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()}
    )


def _shown_often(cells: int) -> bytes:
    """The same in so few cells that its directory gives nothing away."""
    shared = f"<sst {_MAIN}><si><t>{'长' * 30_000}</t></si></sst>"
    rows = ("<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>") * (cells // 50)
    return book_with(
        xl__sharedStrings_dot_xml=shared, xl__worksheets__sheet1_dot_xml=sheet_text(rows)
    )


def _formula(attributes: str = "", value: str = "") -> bytes:
    return sheet_with(f'<row r="7"><c r="F7"><f{attributes}>SUM(A1:A6)</f>{value}</c></row>')


def _merges() -> bytes:
    blocks = "".join(f'<mergeCell ref="A{at}:B{at}"/>' for at in range(1, 1_000_001))
    return sheet_with(
        '<row r="1"><c r="A1"><v>1</v></c></row>', f"<mergeCells>{blocks}</mergeCells>"
    )


def _external_picture() -> bytes:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        ' Target="http://example.invalid/a.png" TargetMode="External"/></Relationships>'
    )
    return book_with(xl__worksheets___rels__sheet1_dot_xml_dot_rels=rels)


def _macro_type() -> bytes:
    types = _plain()["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return _packed(_plain() | {"[Content_Types].xml": types})


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE container with these streams, each filled up to whole sectors of 512 bytes."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        whole = content.ljust(max(4_096, -(-len(content) // 512) * 512), b"\x00")
        entries.append(_entry(name, 2, len(sectors), len(whole)))
        pieces = [whole[at : at + 512] for at in range(0, len(whole), 512)]
        table += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
    entries += [b"\x00" * 128] * (-len(entries) % 4)
    first_entry, listing = len(sectors), b"".join(entries)
    pieces = [listing[at : at + 512] for at in range(0, len(listing), 512)]
    table += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
    sectors += pieces
    table_sectors = -(-(len(table) + 8) // 128)
    table_at = list(range(len(sectors), len(sectors) + table_sectors))
    table += [0xFFFFFFFD] * table_sectors
    table += [0xFFFFFFFF] * (-len(table) % 128)
    places = table_at + [0xFFFFFFFF] * (109 - len(table_at))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 10
    header += struct.pack(
        "<LLLLLLLL", table_sectors, first_entry, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    return (
        header
        + struct.pack("<109L", *places)
        + b"".join(sectors)
        + struct.pack(f"<{len(table)}L", *table)
    )


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    text = (name + "\x00").encode("utf-16-le")
    links = struct.pack("<BBLLL", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return (
        text.ljust(64, b"\x00")
        + struct.pack("<H", len(text))
        + links
        + b"\x00" * 36
        + struct.pack("<LLL", first, size, 0)
    )


def _old_formula() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(4, 2, xlwt.Formula("1+1"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _old_error() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.row(2).set_cell_error(1, "#REF!")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _garbled() -> bytes:
    return text_table("utf-8").decode("gb18030", "replace").encode("utf-8")


def _sparse(folder: Path) -> Path:
    path = folder / "200MB.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    return path


def _file(name: str, make: Callable[[], bytes]) -> tuple[str, Callable[[Path], Path]]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(make())
        return path

    return name, write


_ROW = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
_ENTITY_SHEET = f'<worksheet {_MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'

# What it is: (name of the file, how it is written into a folder).
HOSTILE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "zip bomb of a gigabyte": _file("a.xlsx", zip_bomb),
    "zip bomb behind a lying directory": _file("a.xlsx", lying_bomb),
    "60,000 parts": _file("a.xlsx", many_parts),
    "overlapping parts": _file("a.xlsx", overlapping_parts),
    "workbook in a workbook": _file("a.xlsx", lambda: book_with(xl__media__a_dot_bin=white_list())),
    "zip of a workbook": _file("a.xlsx", lambda: _packed({"a.xlsx": white_list()})),
    "cell in row 1,048,576": _file("a.xlsx", lambda: sheet_with(_ROW.format(1) + _ROW.format(1_048_576))),
    "1,048,576 rows": _file("a.xlsx", lambda: sheet_with("".join(_ROW.format(at) for at in range(1, 1_048_577)))),
    "1,048,576 rows without places": _file("a.xlsx", lambda: sheet_with(_rows_without_places(1_048_576, 1))),
    "cell in column 16,384": _file("a.xlsx", lambda: sheet_with('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
    "16,384 columns without places": _file("a.xlsx", lambda: sheet_with(_rows_without_places(2, 16_384))),
    "a million merged blocks": _file("a.xlsx", _merges),
    "one text in half a million cells": _file("a.xlsx", _amplified),
    "one text in two thousand cells": _file("a.xlsx", lambda: _shown_often(2_000)),
    "link to another workbook": _file(
        "a.xlsx", lambda: book_with(xl__externalLinks__externalLink1_dot_xml="<externalLink/>")
    ),
    "picture from the network": _file("a.xlsx", _external_picture),
    "data connection": _file("a.xlsx", lambda: book_with(xl__connections_dot_xml="<connections/>")),
    "macros": _file("a.xlsm", lambda: book_with(xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0")),
    "macros under the name of a plain workbook": _file("a.xlsx", lambda: book_with(xl__vbaProject_dot_bin=b"\x01")),
    "macro type without macros": _file("a.xlsx", _macro_type),
    "formula without its value": _file("a.xlsx", _formula),
    "formula with its value": _file("a.xlsx", lambda: _formula("", "<v>21</v>")),
    "shared formula": _file("a.xlsx", lambda: _formula(' t="shared" ref="F7:F9" si="0"', "<v>21</v>")),
    "formula in an old workbook": _file("a.xls", _old_formula),
    "error instead of a value": _file(
        "a.xlsx", lambda: sheet_with('<row r="3"><c r="B3" t="e"><v>#N/A</v></c></row>')
    ),
    "error in an old workbook": _file("a.xls", _old_error),
    "billion laughs in the texts": _file(
        "a.xlsx", lambda: book_with(xl__sharedStrings_dot_xml=f"<?xml version='1.0'?>{_LAUGHS}<sst {_MAIN}><si><t>&j;</t></si></sst>")
    ),
    "billion laughs in the sheet": _file("a.xlsx", lambda: _packed(_plain() | {SHEET: (_LAUGHS + _ENTITY_SHEET).encode()})),
    "file of the server as an entity": _file("a.xlsx", lambda: _packed(_plain() | {SHEET: (_FOREIGN + _ENTITY_SHEET).encode()})),
    "entity in another encoding": _file(
        "a.xlsx", lambda: _packed(_plain() | {SHEET: (_FOREIGN + _ENTITY_SHEET).encode("utf-16")})
    ),
    "cut in the middle": _file("a.xlsx", lambda: white_list()[:4_000]),
    "nothing": _file("a.xlsx", lambda: b""),
    "locked workbook": _file("a.xlsx", lambda: compound({"EncryptionInfo": b"\x04", "EncryptedPackage": b"\x01" * 9_000})),
    "old workbook with macros": _file("a.xls", lambda: compound({"Workbook": b"\x09\x08", "_VBA_PROJECT_CUR": b""})),
    "old workbook with a password": _file("a.xls", lambda: compound({"Workbook": b"\x2f\x00\x02\x00\x00\x00"})),
    "old workbook full of noise": _file("a.xls", lambda: compound({"Workbook": bytes(range(256)) * 40})),
    "program": _file("名单.xlsx", lambda: b"MZ\x90\x00" + b"\x00" * 5_000),
    "program as a text table": _file("名单.csv", lambda: b"MZ\x90\x00" + b"\x00" * 5_000),
    "web page as a workbook": _file("a.xls", lambda: "<html><table><tr><td>机构</td></tr></table></html>".encode()),
    "Word document": _file("a.xlsx", lambda: _packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
    "PDF": _file("a.xlsx", lambda: b"%PDF-1.7\n"),
    "text under the name of a workbook": _file("a.xlsx", lambda: text_table("utf-8")),
    "NUL in a text table": _file("a.csv", lambda: "机构,\x00地址\r\n".encode()),
    "text that was garbled before": _file("a.csv", _garbled),
    "traditional encoding": _file("a.csv", lambda: "機構名稱,地址,電話\r\n新苗藝術培訓學校,賀圈鎮,0912\r\n".encode("big5")),
    "one line of nine megabytes": _file("a.csv", lambda: "名称,".encode() + b"," * 9_000_000),
    "quote that never closes": _file("a.csv", lambda: '名称,"地址\r\n'.encode() + b"a,b\r\n" * 200_000),
    "200 MB of nothing": ("200MB.csv", _sparse),
}  # fmt: skip
