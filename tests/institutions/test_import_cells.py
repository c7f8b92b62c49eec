"""Two things in one cell are parted, and what a cell says is not lost for a word beside it."""

import pytest

from institutions.importing.directory import Directory
from institutions.importing.fields import fields_of
from institutions.importing.guessing import guess
from institutions.importing.readers import READERS
from institutions.importing.said import Cell, Said
from institutions.models import Custody, ImportKind, Institution, Licence, Representative
from tests import samples
from tests.institutions.test_import import Cell as Value
from tests.institutions.test_import import applied, book, previewed, rows_of

CODE = samples.credit_code_of(1)
LICENCE = str(samples.licence_of(1))


def read(field: str, text: str, header: str = "") -> tuple[object, Said]:
    said = Said(1)
    known = fields_of(ImportKind.REGISTER)[field]
    value = READERS[known.sort](Cell(text, known, header or known.label, said, Directory()))
    return value, said


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("开户银行及账号", "custody_bank"),
        ("账号及开户行", "custody_account"),
        ("负责人及电话", "principal"),
        ("法定代表人及联系电话", "legal"),
        ("许可证号及有效期", "licence_number"),
        ("办学许可证有效起止日期", "validity"),
        ("培训机构联系电话", "contact_phone"),
        ("办学许可证编号（教民）", "licence_number"),
        ("监管账户余额", None),
    ],
)
def test_a_long_header_means_its_first_thing_or_what_it_ends_in(
    header: str, field: str | None
) -> None:
    assert guess([header], ImportKind.REGISTER, {}) == ({"0": field} if field else {})


@pytest.mark.parametrize(
    ("field", "text", "header", "value", "beside"),
    [
        (
            "custody_bank",
            "建设银行定边支行 账号：6105 0168 1234 5678",
            "",
            "建设银行定边支行",
            {"custody_account": "6105 0168 1234 5678"},
        ),
        ("custody_bank", "建设银行定边支行", "", "建设银行定边支行", {}),
        (
            "custody_account",
            "建行61050168123456780000",
            "",
            "61050168123456780000",
            {"custody_bank": "建行"},
        ),
        ("custody_account", "61050168123456780000", "", "61050168123456780000", {}),
        ("custody_account", "已开户", "", "", {}),
        (
            "principal",
            "张三（13912345678）",
            "负责人及电话",
            "张三",
            {"contact_phone": "13912345678"},
        ),
        ("principal", "张三13912345678", "负责人", "张三", {}),
        ("legal", "李四 61272819800101123X", "法人及电话", "李四", {}),
        ("principal", "张三", "负责人及电话", "张三", {}),
    ],
)
def test_a_number_goes_where_it_belongs_or_nowhere(
    field: str, text: str, header: str, value: str, beside: dict[str, str]
) -> None:
    found, said = read(field, text, header)

    assert (found, said.beside) == (value, beside)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"{CODE}（营业执照）", CODE),
        (f"民非：{CODE}", CODE),
        ("正在办理换证", ""),
        ("办理中2026.7", ""),
        (CODE, CODE),
    ],
)
def test_words_are_no_code_and_hide_none(text: str, value: str) -> None:
    found, said = read("credit_code", text)

    assert found == value
    assert any("未导入" in note for note in said.notes) == (not value)


@pytest.mark.parametrize(
    ("text", "numbers", "days"),
    [
        ("教民 161082 570000020 号", ["教民161082570000020号"], None),
        (f"{LICENCE} 161082570000020", [LICENCE, "161082570000020"], None),
        (f"{LICENCE}（2024.7.5至2027.7.4）", [LICENCE], ("2024-07-05", "2027-07-04")),
        (f"{LICENCE}\n2024.7.5-2027.7.4", [LICENCE], ("2024-07-05", "2027-07-04")),
        (f"{LICENCE} 有效期至2027年7月4日", [LICENCE], (None, "2027-07-04")),
        (
            f"{LICENCE} 2024.7.5至2027.7.4；161082570000020 2025.7.5至2028.7.4",
            [LICENCE, "161082570000020"],
            None,
        ),
        ("教民〔2018〕12号", ["教民〔2018〕12号"], None),
    ],
)
def test_days_beside_a_licence_number_are_its_validity(
    text: str, numbers: list[str], days: tuple[str | None, str] | None
) -> None:
    found, said = read("licence_number", text, "许可证号及有效期")

    assert found == numbers
    validity = said.beside.get("validity")
    assert days == (validity and (validity["valid_from"], validity["valid_until"]))


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("2027.7.4", (None, "2027-07-04", False)),
        ("长期", (None, None, True)),
        ("永久有效", (None, None, True)),
        ("2024.7.5-2027.7.4", ("2024-07-05", "2027-07-04", False)),
        ("2024.7.5\n2027.7.4", ("2024-07-05", "2027-07-04", False)),
    ],
)
@pytest.mark.parametrize("header", ["有效期至", "有效期"])
def test_a_column_of_last_days_may_say_more(
    db: None, header: str, cell: str, days: tuple[str | None, str | None, bool]
) -> None:
    head: list[Value] = ["机构名称", "许可证号", header]
    other: list[Value] = ["定边县乙校", "161082570000020", "2028.8.31"]
    applied(book(head, ["定边县甲校", LICENCE, cell], other, title="机构名册"))

    first = Licence.objects.get(number=LICENCE)
    told = [str(day) if day else None for day in (first.valid_from, first.valid_until)]
    assert (*told, first.is_long_term) == days
    assert str(Licence.objects.get(number="161082570000020").valid_until) == "2028-08-31"


def test_an_account_beside_its_bank_is_sealed_and_a_phone_is_no_name(db: None) -> None:
    head: list[Value] = ["机构名称", "开户银行及账号", "负责人及电话"]
    row: list[Value] = ["定边县甲校", "建设银行定边支行61050168123456780000", "张三13912345678"]
    data = book(head, row, title="机构名册")
    applied(data)

    custody, person = Custody.objects.get(), Representative.objects.get()
    assert custody.bank == "建设银行定边支行"
    assert custody.account.open() == "61050168123456780000"
    assert (person.name, Institution.objects.get().contact_phone) == ("张三", "13912345678")
    assert "61050168" not in str(rows_of(previewed(data))["定边县甲校"]["notes"])


def test_what_stands_beside_yields_to_a_column_of_its_own(db: None) -> None:
    head: list[Value] = ["机构名称", "监管银行", "专户账号"]
    rows: list[list[Value]] = [
        ["定边县甲校", "建行 61050168123456780000", "6105 0168 1234 5678 0000"],
        ["定边县乙校", "建行 61050168123456780000", "6105 0168 1234 5678 9999"],
    ]

    found = rows_of(previewed(book(head, *rows, title="机构名册")))

    note = "专户账号：别的列里另有不同的内容，以本列为准"
    assert note not in found["定边县甲校"]["notes"]
    assert note in found["定边县乙校"]["notes"]
