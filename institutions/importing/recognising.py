"""What kind of list a sheet is: said by its title, its name and its headers, or left to a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foundation.tabular.layout import Table
from institutions.importing.guessing import guess_columns
from institutions.models import ImportKind

# What a title leaves out or denies says nothing of what the list holds: 白名单（不含无证机构）.
_DENIED = re.compile(
    r"(?:不含|不包括|不包含)[^，,；;。()（）]*|除[^，,；;。()（）]{1,20}外"
    r"|(?:无(?![证照])|没有|未发现)[^，,；;。()（）]*(?:记录|行为)"
)
_TELLING_WORDS: Mapping[str, re.Pattern[str]] = {
    ImportKind.UNLICENSED: re.compile(r"黑白?名单|无证|无照|非法|取缔|违规办学|违法违规|擅自办学"),
    ImportKind.ANNUAL: re.compile(r"年检|年度检查|年度考核|年审"),
    ImportKind.PLATFORM: re.compile(r"监管与服务综合平台|全国平台|平台导出|校外培训家长端"),
    ImportKind.WHITELIST: re.compile(r"白名单|红名单|合规机构|合法机构"),
}
# Many lists call themselves so: heard where nothing else tells.
_COMMON_WORDS: Mapping[str, re.Pattern[str]] = {
    ImportKind.WHITELIST: re.compile(r"公示"),
    ImportKind.REGISTER: re.compile(
        r"名册|台账|花名册|登记表|信息表|汇总表|一览表|基本情况|机构名单"
    ),
}
_PAPERS = {"credit_code", "licence_number"}
_OF_REGISTER = _PAPERS | {
    "legal",
    "validity",
    "valid_from",
    "valid_until",
    "lead_department",
    "custody_bank",
}
_TELLING_FIELDS: Mapping[str, set[str]] = {
    ImportKind.PLATFORM: {"platform_id", "courses_listed", "payment_open"},
    ImportKind.UNLICENSED: {"outcome", "landlord", "found_by", "class"},
    ImportKind.ANNUAL: {"conclusion"},
}
# These headers stand over other things too: each tells only by what stands in it or beside it.
_WITHOUT_PAPERS = re.compile(r"无[证照]")
_NUMBER = re.compile(r"[0-9A-Z]{6}")
_OF_A_YEAR = re.compile(r"年检|年度|年审")


@dataclass(frozen=True)
class Recognised:
    """The kind and by what it was told; by nothing where no word tells it or two kinds fit."""

    kind: str
    by: str = ""


def recognise(table: Table, sheet: str, file: str) -> Recognised:
    """What this sheet is. Its title says more than its name, its name more than its headers."""
    said = (
        (table.title, "表题"),
        (" ".join(dict.fromkeys(table.sections)), "分类"),
        (sheet, "工作表名"),
        (file, "文件名"),
    )
    for text, where in said:
        if kinds := _by_words(text, _TELLING_WORDS):
            return Recognised(kinds[0], where if len(kinds) == 1 else "")
    kinds = _by_headers(table)
    if len(kinds) == 1 and kinds[0] != ImportKind.REGISTER:
        return Recognised(kinds[0], "列名")
    for text, where in said:
        if common := _by_words(text, _COMMON_WORDS):
            return Recognised(common[0], where)
    return Recognised(kinds[0] if kinds else ImportKind.REGISTER, "列名" if len(kinds) == 1 else "")


def _by_words(text: str, words: Mapping[str, re.Pattern[str]]) -> list[str]:
    plain = _DENIED.sub("", text)
    return [str(kind) for kind, pattern in words.items() if pattern.search(plain)]


def _by_headers(table: Table) -> list[str]:
    """The kinds that the columns fit; the register too where another kind would leave its columns out."""
    as_register = guess_columns(table, ImportKind.REGISTER, {})
    of_register = {index for index, field in as_register.items() if field in _OF_REGISTER}
    found = []
    for kind, telling in _TELLING_FIELDS.items():
        columns = guess_columns(table, kind, {})
        if kind == ImportKind.UNLICENSED and _has_papers(table, as_register):
            continue
        if any(
            field in telling and _tells(table, int(index), field)
            for index, field in columns.items()
        ):
            found.append(str(kind))
            of_register -= set(columns)
    return [*found, str(ImportKind.REGISTER)] if of_register else found


def _has_papers(table: Table, as_register: Mapping[str, str]) -> bool:
    """A column of codes or of licence numbers rules places without licence out, one of 无 does not."""
    columns = [int(index) for index, field in as_register.items() if field in _PAPERS]
    return any(_NUMBER.search(cell) for index in columns for cell in _cells(table, index))


def _cells(table: Table, index: int) -> Iterator[str]:
    return (row.cells[index] for row in table.body if index < len(row.cells))


def _tells(table: Table, index: int, field: str) -> bool:
    if field == "conclusion":
        return bool(_OF_A_YEAR.search(table.headers[index]))
    if field == "class":
        return any(_WITHOUT_PAPERS.search(cell) for cell in _cells(table, index))
    return True
