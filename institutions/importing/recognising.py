"""What kind of list a sheet is: said by its title, its name and its headers, or left to a person."""

import re
from dataclasses import dataclass

from foundation.tabular.layout import Table
from institutions.importing.guessing import guess_columns
from institutions.models import ImportKind

_TITLES = (
    (re.compile(r"黑名单|无证|无照|非法|取缔|违规办学|违法违规|擅自办学"), ImportKind.UNLICENSED),
    (re.compile(r"年检|年度检查|年度考核|年审"), ImportKind.ANNUAL),
    (re.compile(r"监管与服务综合平台|全国平台|平台导出|校外培训家长端"), ImportKind.PLATFORM),
    (re.compile(r"白名单|公示|红名单|合规机构|合法机构"), ImportKind.WHITELIST),
    (
        re.compile(r"名册|台账|花名册|登记表|信息表|汇总表|一览表|基本情况|机构名单"),
        ImportKind.REGISTER,
    ),
)
_TELLING = (
    (ImportKind.PLATFORM, {"platform_id", "courses_listed", "payment_open"}, 1),
    (ImportKind.UNLICENSED, {"class", "outcome", "landlord", "found_by", "people_concerned"}, 1),
    (ImportKind.ANNUAL, {"conclusion"}, 1),
    (ImportKind.REGISTER, {"credit_code", "licence_number", "subjects", "category", "legal"}, 1),
)


@dataclass(frozen=True)
class Recognised:
    """The kind and by what it was told; by nothing when no word of the sheet told it."""

    kind: str
    by: str = ""


def recognise(table: Table, sheet: str, file: str) -> Recognised:
    """What this sheet is. Its title says more than its name, its name more than its headers."""
    for text, where in (
        (table.title, "表题"),
        (" ".join(table.sections), "分类"),
        (sheet, "工作表名"),
    ):
        if kind := _by_words(text):
            return Recognised(kind, where)
    for kind, telling, least in _TELLING:
        if len(telling & set(guess_columns(table, kind, {}).values())) >= least:
            return Recognised(kind, "列名")
    if kind := _by_words(file):
        return Recognised(kind, "文件名")
    return Recognised(ImportKind.REGISTER)


def _by_words(text: str) -> str:
    return next((str(kind) for words, kind in _TITLES if words.search(text)), "")
