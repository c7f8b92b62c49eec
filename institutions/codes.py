"""Credit codes and licence numbers: checks that warn the clerk and never stand in the way.

Real certificates with a wrong check character exist, and licence numbers differ from the rule of
their year; what is written on the paper is what the register keeps.
"""

import re
from dataclasses import dataclass
from itertools import product

from stdnum.cn import uscc

from foundation.tabular.words import fold

CREDIT_CODE_LENGTH = 18
# What somebody wrote too long is kept as well, with a warning; longer than this it is no code.
CREDIT_CODE_MOST = 40
REGISTRARS = {
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "11": "机关",
    "12": "事业单位",
    "N1": "农村集体经济组织",
    "N2": "农村集体经济组织",
    "N3": "农村集体经济组织",
}
_LOOKS_LIKE = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_AS_DIGITS = str.maketrans("OIZS", "0125")
_NOT_USED = re.compile(r"[^0-9A-HJ-NPQRTUWXY]")
_MOST_CONFUSED = 6  # letters tried together; more is not a slip of the pen

_BETWEEN = re.compile(r"[\s\-‐-―_]+")
_LICENCE = re.compile(r"(?P<prefix>教民|人社民)?(?P<digits>\d{13,15})号?")
_TRAINING = "7"  # the kind of school in a licence number of the 2004 rule


@dataclass(frozen=True, slots=True)
class Checked:
    """A number as it is kept and compared, and what a clerk should look at."""

    value: str
    warnings: tuple[str, ...] = ()


def tidy_code(text: str) -> str:
    """A code as it is kept: half width, capitals, without blanks and dashes. Idempotent."""
    while (tidied := _BETWEEN.sub("", fold(text)).upper()) != text:
        text = tidied
    return text


def check_credit_code(text: str, division: str = "") -> Checked:
    """统一社会信用代码 by GB 32100-2015. `division` are the six digits of the county."""
    code = tidy_code(text)
    if not code:
        return Checked("")
    warnings = [*_form(code)]
    if not warnings:
        warnings += _check_character(code)
    warnings += _registrar(code)
    if division and len(code) == CREDIT_CODE_LENGTH and code[2:8] != division:
        warnings.append(f"登记地区为{code[2:8]}，不是本县（{division}），请核对。")
    return Checked(code, tuple(warnings))


def _form(code: str) -> list[str]:
    if len(code) != CREDIT_CODE_LENGTH:
        return [f"统一社会信用代码应为{CREDIT_CODE_LENGTH}位，现为{len(code)}位，请核对。"]
    strange = sorted(set(_NOT_USED.findall(code)))
    if strange:
        words = "、".join(f"“{letter}”" for letter in strange)
        return [f"统一社会信用代码不使用{words}{_hint(code)}，请核对。"]
    if not code[2:8].isdigit():
        return ["统一社会信用代码第3至8位应为数字（行政区划），请核对。"]
    return []


def _hint(code: str) -> str:
    slips = [letter for letter in _LOOKS_LIKE if letter in code]
    if not slips:
        return ""
    meant = "、".join(f"{letter}→{_LOOKS_LIKE[letter]}" for letter in slips)
    right = likely_code(code)
    return f"（疑似{meant}：{right}，校验相符）" if right else f"（疑似{meant}）"


def _check_character(code: str) -> list[str]:
    wanted = uscc.calc_check_digit(code[:17])
    if code[17] == wanted:
        return []
    return [f"校验码不符（末位应为“{wanted}”，现为“{code[17]}”），请对照证照核对。"]


def _registrar(code: str) -> list[str]:
    if code[:2] == "92":
        return ["92开头为个体工商户，不是法人，不能作为培训学校的登记，请核对。"]
    if len(code) == CREDIT_CODE_LENGTH and code[:2] not in REGISTRARS:
        return [f"“{code[:2]}”不是常见的登记类别，请核对。"]
    return []


def likely_code(text: str) -> str:
    """The one code that becomes right when O, I, Z, S are read as 0, 1, 2, 5; else an empty text.

    A hint for a person, never a correction.
    """
    code = tidy_code(text)
    places = [at for at, letter in enumerate(code) if letter in _LOOKS_LIKE]
    if len(code) != CREDIT_CODE_LENGTH or not 0 < len(places) <= _MOST_CONFUSED:
        return ""
    found = set()
    for choice in product((False, True), repeat=len(places)):
        letters = list(code)
        for at, change in zip(places, choice, strict=True):
            letters[at] = _LOOKS_LIKE[letters[at]] if change else letters[at]
        if uscc.is_valid("".join(letters)):
            found.add("".join(letters))
    return found.pop() if len(found) == 1 else ""


def licence_key(text: str) -> str:
    """A licence number as it is compared: 教民161082570000120号 and 161082570000120 are one."""
    number = tidy_code(text)
    found = _LICENCE.fullmatch(number)
    return found["digits"] if found else number


def check_licence_number(text: str, division: str = "") -> Checked:
    """办学许可证号: 13 digits by the rule of 2004, 15 in practice; a hint, never a refusal.

    `division` are the six digits of the county; a number of another county is worth a look.
    """
    number = tidy_code(text)
    found = _LICENCE.fullmatch(number)
    if not number:
        return Checked("")
    if not found:
        return Checked(number, (_unusual(number),))
    digits = found["digits"]
    warnings = []
    start = 1 if len(digits) >= 14 else 0
    if division and digits[start : start + 6] != division:
        warnings.append(
            f"许可证号中的地区为{digits[start : start + 6]}，非本县发证（{division}），请核对。"
        )
    if len(digits) in (13, 15) and found["prefix"] != "人社民" and digits[start + 6] != _TRAINING:
        warnings.append("许可证号的学校类别不是“7”（培训机构），请核对。")
    return Checked(number, tuple(warnings))


def _unusual(number: str) -> str:
    slips = [letter for letter in _LOOKS_LIKE if letter in number]
    if slips and _LICENCE.fullmatch(number.translate(_AS_DIGITS)):
        meant = "、".join(f"{letter}→{_LOOKS_LIKE[letter]}" for letter in slips)
        return f"许可证号中有字母，是否{meant}，请核对。"
    if number.isdigit():
        return f"许可证号一般为13至15位数字，现为{len(number)}位，请核对。"
    return "许可证号的写法不常见（一般为13至15位数字），请核对。"
