"""Hostile files are refused with words; what the refusals stand on is held here too."""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from foundation.tabular import archive, child, limits, reading
from foundation.tabular.reading import column_letters, read
from foundation.tabular.refusal import RefusedFileError
from foundation.tabular.safety import Kind, examine
from tests import hostile, samples

CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")


@pytest.mark.parametrize("what", hostile.HOSTILE)
def test_is_refused_with_a_chinese_sentence(what: str, tmp_path: Path) -> None:
    name, write = hostile.HOSTILE[what]
    with pytest.raises(RefusedFileError, match=CHINESE):
        read(write(tmp_path), name)


def test_a_formula_is_named_with_its_place() -> None:
    book = hostile.sheet_with('<row r="7"><c r="F7"><f>A1</f><v>1</v></c></row>')
    with pytest.raises(RefusedFileError, match="第7行F列含公式，请“粘贴为数值”后再导入"):
        examine(book, "a.xlsx")


def test_a_formula_hides_behind_no_prefix() -> None:
    rows = '<x:row r="2"><x:c r="B2"><x:f>A1</x:f></x:c></x:row>'
    with pytest.raises(RefusedFileError, match="第2行B列含公式"):
        examine(hostile.sheet_with(rows), "a.xlsx")


def test_a_formula_is_seen_across_the_windows_of_the_scan() -> None:
    for shift in range(0, 40, 3):
        filler = " " * (archive._WINDOW - 130 + shift)
        rows = f'<row r="1">{filler}<c r="A1"><f>1</f></c></row>'
        with pytest.raises(RefusedFileError, match="含公式"):
            examine(hostile.sheet_with(rows), "a.xlsx")


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
