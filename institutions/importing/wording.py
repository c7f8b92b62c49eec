"""Words that stand for one of a few values; what denies a word, or puts it off, is heard."""

import re
from collections.abc import Mapping, Sequence

from foundation.tabular.values import fold
from institutions.models import (
    AnnualConclusion,
    CustodyMode,
    LicenceKind,
    ProfitKind,
    RegistrationType,
    SiteClass,
)

_Words = Sequence[tuple[str, str]]

# 未办理银行托管 is no bank, 暂缓通过 has not passed, 建议合格 is not decided.
_DENIES = re.compile(r"[不未无没非否暂缓待拟尚]|建议|取消|终止|除外")
_BETWEEN = re.compile(r"[\s;,。、():“”\"]+")
_ABOUT = r"(?:(?:20\d\d)?年?度?)(?:年检|年审|检查|考核|评估|审核|审查|验收)*(?:结论|结果|等次)?为?"
_AFTER = r"(?:年检|年审|检查|考核|审核|等次|等级|单位|机构)?"

_CHOICES: Mapping[str, _Words] = {
    "registration_type": (
        ("民办非企业", RegistrationType.CIVIL),
        ("民非", RegistrationType.CIVIL),
        ("事业单位", RegistrationType.PUBLIC),
        ("个体", RegistrationType.SOLE),
        ("公司", RegistrationType.COMPANY),
        ("企业", RegistrationType.COMPANY),
        ("其他", RegistrationType.OTHER),
    ),
    "profit_kind": (
        ("非营利", ProfitKind.NON_PROFIT),
        ("非盈利", ProfitKind.NON_PROFIT),
        ("不以营利为目的", ProfitKind.NON_PROFIT),
        ("公益", ProfitKind.NON_PROFIT),
        ("营利", ProfitKind.FOR_PROFIT),
        ("盈利", ProfitKind.FOR_PROFIT),
    ),
    "licence_kind": (
        ("文化艺术类", LicenceKind.ARTS),
        ("职业", LicenceKind.SKILLS),
        ("民办学校", LicenceKind.PRIVATE_SCHOOL),
        ("办学许可证", LicenceKind.PRIVATE_SCHOOL),
    ),
    "custody_mode": (
        ("保证金", CustodyMode.DEPOSIT),
        ("平台", CustodyMode.PLATFORM),
        ("无预收", CustodyMode.NONE),
        ("不预收", CustodyMode.NONE),
        ("银行", CustodyMode.BANK),
        ("托管", CustodyMode.BANK),
    ),
}
# 民办非学历教育办学许可证 denies no licence.
_NO_DENIAL = {"非学历", "非学科"}
_ALL = sorted(
    {word for words in _CHOICES.values() for word, _ in words} | _NO_DENIAL, key=len, reverse=True
)
_CLASSES: _Words = (
    ("无证无照", SiteClass.NOTHING),
    ("无照无证", SiteClass.NOTHING),
    ("有照无证", SiteClass.BUSINESS_ONLY),
    ("无证有照", SiteClass.BUSINESS_ONLY),
    ("有证无照", SiteClass.LICENCE_ONLY),
    ("无照有证", SiteClass.LICENCE_ONLY),
)
_CONCLUSIONS = {
    "优秀": AnnualConclusion.EXCELLENT,
    "良好": AnnualConclusion.GOOD,
    "合格": AnnualConclusion.PASSED,
    "通过": AnnualConclusion.PASSED,
    "已通过": AnnualConclusion.PASSED,
    "基本合格": AnnualConclusion.BASIC,
    "不合格": AnnualConclusion.FAILED,
    "未通过": AnnualConclusion.FAILED,
    "不通过": AnnualConclusion.FAILED,
    "不予通过": AnnualConclusion.FAILED,
    "未参加": AnnualConclusion.ABSENT,
    "未参检": AnnualConclusion.ABSENT,
    "未年检": AnnualConclusion.ABSENT,
    "未检": AnnualConclusion.ABSENT,
    "缺检": AnnualConclusion.ABSENT,
}
_CONCLUSION = re.compile(f"{_ABOUT}({'|'.join(_CONCLUSIONS)}){_AFTER}")


def choice(text: str, name: str) -> str:
    """The value of this field in a description; none where no word tells it or the rest may deny it."""
    rest = plain = fold(text)
    for word in _ALL:
        rest = rest.replace(word, "")
    return "" if _DENIES.search(rest) else _first(plain, _CHOICES[name])


def site_class(text: str) -> str:
    """The class of a place without licence in the reason why it is listed."""
    return _first(fold(text), _CLASSES)


def _first(plain: str, words: _Words) -> str:
    return next((str(value) for word, value in words if word in plain), "")


def conclusion(text: str) -> str:
    """The conclusion that a cell states in so many words; none where it says two, or puts one off."""
    found: set[str] = set()
    for piece in _BETWEEN.split(fold(text)):
        if stated := _CONCLUSION.fullmatch(piece):
            found.add(str(_CONCLUSIONS[stated[1]]))
        elif _DENIES.search(piece):
            return ""
    return found.pop() if len(found) == 1 else ""
