"""Hostile files are refused with words; what the refusals stand on is held here too."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from foundation.tabular import archive, child, limits, reading
from foundation.tabular.columns import column_letters
from foundation.tabular.reading import read
from foundation.tabular.refusal import RefusedFileError
from foundation.tabular.safety import Kind, examine
from tests import hostile, samples

REASONS = {
    "zip bomb of a gigabyte": "解开后有999 MB",
    "zip bomb behind a lying directory": "不完整或已损坏",
    "60,000 parts": "有60000个部件",
    "overlapping parts": "重叠部件",
    "workbook in a workbook": "嵌入了别的文件",
    "zip of a workbook": "这是压缩包",
    "cell in row 1,048,576": "超过12,000行",
    "1,048,576 rows": "超过12,000行",
    "1,048,576 rows without places": "压缩比超过100倍",
    "cell in column 16,384": "或60列",
    "16,384 columns without places": "、60列",
    "a million merged blocks": "合并单元格超过20,000处",
    "one text in half a million cells": "压缩比超过100倍",
    "one text in two thousand cells": "文字超过1,000万字",
    "link to another workbook": "链接了别的工作簿",
    "picture from the network": "引用了外部文件",
    "data connection": "外部数据连接",
    "macros": "含有宏",
    "macros under the name of a plain workbook": "含有宏",
    "macro type without macros": "含有宏",
    "formula without its value": "第7行F列含公式",
    "formula with its value": "第7行F列含公式",
    "shared formula": "第7行F列含公式",
    "formula in an old workbook": "第5行C列含公式",
    "error instead of a value": "第3行B列是错误值",
    "error in an old workbook": "第3行B列是错误值",
    "billion laughs in the texts": "DTD",
    "billion laughs in the sheet": "DTD",
    "file of the server as an entity": "DTD",
    "entity in another encoding": "不常见的编码",
    "cut in the middle": "不完整或已损坏",
    "nothing": "0字节",
    "locked workbook": "加了密码",
    "old workbook with macros": "含有宏",
    "old workbook with a password": "加了密码",
    "old workbook full of noise": "无法读取",
    "program": "这是程序",
    "program as a text table": "这是程序",
    "web page as a workbook": "这是网页",
    "Word document": "Word 文档",
    "PDF": "PDF",
    "text under the name of a workbook": "不是 Excel 工作簿",
    "NUL in a text table": "控制字符",
    "text that was garbled before": "控制字符",
    "traditional encoding": "无法确定文件的文字编码",
    "one line of nine megabytes": "一行过长",
    "quote that never closes": "引号不成对",
    "200 MB of nothing": "200.0 MB",
}


@pytest.mark.parametrize("what", hostile.HOSTILE)
def test_is_refused_with_its_reason(what: str, tmp_path: Path) -> None:
    name, write = hostile.HOSTILE[what]
    with pytest.raises(RefusedFileError, match=REASONS[what]):
        read(write(tmp_path), name)


def test_a_formula_is_named_with_its_place() -> None:
    book = hostile.sheet_with('<row r="7"><c r="F7"><f>A1</f><v>1</v></c></row>')
    with pytest.raises(RefusedFileError, match="第7行F列含公式，请“粘贴为数值”后再导入"):
        examine(book, "a.xlsx")


def test_a_formula_hides_behind_no_prefix() -> None:
    rows = '<x:row r="2"><x:c r="B2"><x:f>A1</x:f></x:c></x:row>'
    with pytest.raises(RefusedFileError, match="第2行B列含公式"):
        examine(hostile.sheet_with(rows), "a.xlsx")


@pytest.mark.parametrize("cut", [1, 2])
def test_a_formula_is_seen_across_the_windows_of_the_scan(cut: int) -> None:
    before, cell = '<row r="1">', '<c r="A1">'
    start = len(hostile.sheet_text("")) - len("</sheetData></worksheet>")
    filler = " " * (archive._WINDOW - start - len(before) - len(cell) - cut)
    with pytest.raises(RefusedFileError, match="第1行A列含公式"):
        examine(hostile.sheet_with(f"{before}{filler}{cell}<f>1</f></c></row>"), "a.xlsx")


def test_a_table_in_another_encoding_is_not_taken_for_this_one() -> None:
    content = "教育中心,音樂".encode("big5")
    assert content.decode("gb18030")
    with pytest.raises(RefusedFileError, match="无法确定文件的文字编码"):
        examine(content, "a.csv")


def test_text_that_another_program_read_wrongly_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="已经是乱码"):
        examine("定边县教".encode().decode("gb18030").encode(), "a.csv")


def test_the_parser_has_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHILD_MEMORY_BYTES", 8_000_000)
    with pytest.raises(RefusedFileError, match="文件无法读取"):
        read(samples.white_list(9), "a.xlsx")


def test_a_drop_down_list_is_no_formula() -> None:
    after = (
        '<dataValidations count="1"><dataValidation sqref="A1"><formula1>"是,否"</formula1></dataValidation>'
        '</dataValidations><extLst><ext xmlns:xm="x"><xm:f>Sheet2!$A$1</xm:f></ext></extLst>'
    )
    book = hostile.sheet_with('<row r="1"><c r="A1"><v>5</v></c></row>', after)
    assert read(book, "a.xlsx").sheets[0].rows[0].cells == ("5",)


def test_empty_cells_with_a_format_do_not_count_as_content() -> None:
    rows = '<row r="1"><c r="A1"><v>5</v></c><c r="XFD1" s="1"/></row><row r="99999" ht="20"/>'
    assert len(read(hostile.sheet_with(rows), "a.xlsx").sheets[0].rows) == 1


def test_links_in_cells_do_no_harm() -> None:
    assert examine(samples.white_list(), "a.xlsx") == Kind.XLSX


def test_the_content_tells_the_kind_and_not_the_name() -> None:
    assert examine(samples.white_list(9), "名单.csv") == Kind.XLSX
    assert examine(samples.old_book(), "名单.xlsx") == Kind.XLS
    assert examine(samples.text_table("gbk"), "导出.xls") == Kind.CSV


@pytest.mark.parametrize(
    ("column", "is_far"), [(limits.COLUMNS - 1, False), (limits.COLUMNS, True)]
)
def test_the_last_column_is_the_last(column: int, is_far: bool) -> None:
    mark = f'r="{column_letters(column)}5"'.encode()
    assert bool(archive._FAR.search(mark)) == is_far


def test_the_last_row_is_the_last() -> None:
    rows = [*range(1, 20_000), 65_536, 100_000, 1_048_576]
    far = [row for row in rows if archive._FAR.search(f'r="{row}"'.encode())]
    assert far == [row for row in rows if row > limits.ROWS]


def _stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    script = folder / "child.py"
    script.write_text(code)
    monkeypatch.setattr(child, "__file__", str(script))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "raise SystemExit(1)",
        "print('no json')",
    ],
)
def test_a_parser_that_dies_is_a_refusal(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in(monkeypatch, tmp_path, code)
    with pytest.raises(RefusedFileError, match="文件无法读取"):
        read(samples.white_list(9), "a.xlsx")


def test_a_parser_that_hangs_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.2)
    with pytest.raises(RefusedFileError, match="文件无法读取"):
        read(samples.white_list(9), "a.xlsx")


def test_a_text_shown_too_often_ends_the_parser_and_nothing_else() -> None:
    numbers = Random(1)  # noqa: S311 -- noise that does not pack well, not a secret
    rows = "".join(
        "<row>"
        + "".join(f'<c t="s" s="{numbers.randint(0, 9999)}"><v>0</v></c>' for _ in range(50))
        + "</row>"
        for _ in range(1_000)
    )
    head = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    book = hostile.book_with(
        xl__sharedStrings_dot_xml=f"<sst {head}><si><t>{'长' * 30_000}</t></si></sst>",
        xl__worksheets__sheet1_dot_xml=f"<worksheet {head}><sheetData>{rows}</sheetData></worksheet>",
    )
    with pytest.raises(RefusedFileError, match="文件无法读取"):
        read(book, "a.xlsx")


def test_the_parser_knows_nothing_of_the_portal() -> None:
    script = (
        "import json,sys;import foundation.tabular.child;print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)  # noqa: S603 -- our own interpreter
    loaded = set(json.loads(done.stdout))
    assert not {
        name for name in loaded if name.split(".")[0] in ("django", "institutions", "openpyxl")
    }


def test_overlapping_merges_cannot_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 10)
    with pytest.raises(RefusedFileError, match="合并单元格"):
        reading._sheet(
            {
                "name": "a",
                "hidden": False,
                "rows": [["x"]],
                "damaged": [],
                "merged": [(0, 0, 40, 0)],
            }
        )
