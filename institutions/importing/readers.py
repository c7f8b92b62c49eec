"""How the text of a cell becomes a value of its sort."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from foundation.tabular.values import (
    fold,
    parse_date,
    parse_number,
    parse_phones,
    parse_validity,
    parse_yes_no,
    split_numbers,
    split_validity,
    tidy,
)
from institutions.codes import (
    CREDIT_CODE_MOST,
    check_credit_code,
    check_licence_number,
    tidy_code,
)
from institutions.importing.fields import Sort
from institutions.importing.said import Cell
from institutions.importing.wording import choice, conclusion, site_class
from institutions.models import ProfitKind, SiteClass

_YEAR = re.compile(r"(20\d\d)(?:年|年度)?")
_HAS_DIGIT = re.compile(r"[0-9〇零一二三四五六七八九十]")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])")
_OF_ONE_LINE = ("address", "actual_address")
_BEING_DONE = ("是", "办理中", "正在办理", "在办", "申请中")
_WORDS = re.compile(r"[\u3400-\u9fff()\[\]【】:;,、]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LINES = re.compile(r"[;；\n]+")
_LONGEST_VALIDITY = 200
_SHORTEST_CODE = 15  # an old business licence; what is shorter beside words is none
# No name of a person or a bank has so many digits: a phone, a card, an identity number.
_LONG_NUMBER = re.compile(r"\(?\+?\d(?:[ ()-]{0,3}\d){6,}[Xx]?\)?")
_ACCOUNT = re.compile(r"\d(?:[ -]?\d){8,}")
_MARKS_BESIDE = " :;,、/()（）：；，\n"
_ASKS_FOR_PHONE = re.compile(r"电话|手机|联系|号码")
_BESIDE_ACCOUNT = re.compile(
    r"(?:银行|监管|专用)?(?:账|帐)[号户]|户名|开户行|[:;,/()（）：；，、]+"
)

Reader = Callable[[Cell], Any]

_date = lru_cache(maxsize=4096)(parse_date)
_number = lru_cache(maxsize=4096)(parse_number)
_yes_no = lru_cache(maxsize=256)(parse_yes_no)
_validity = lru_cache(maxsize=4096)(parse_validity)


def _text(cell: Cell) -> str:
    text = tidy(cell.text)
    if cell.field.name in _OF_ONE_LINE:
        text = _in_one_line(text)
    longest = cell.field.longest
    if longest and len(text) > longest:
        cell.note(f"超过{longest}字，未导入")
        return ""
    return text


def _person(cell: Cell) -> str:
    """A name; a number beside it is no part of it, and a phone only where the header asks for one."""
    text = _text(cell)
    found = _LONG_NUMBER.findall(fold(text))
    if not found:
        return text
    phones = parse_phones("、".join(found)).value
    if phones and _ASKS_FOR_PHONE.search(cell.header):
        cell.said.beside["contact_phone"] = "、".join(phones[:2])
        cell.note("姓名旁的号码按机构联系电话导入")
    else:
        cell.note("姓名旁的号码未导入")
    return _LONG_NUMBER.sub("", fold(text)).strip(_MARKS_BESIDE)


def _bank(cell: Cell) -> str:
    """The name of a bank or an account; the number of the account goes where numbers are sealed."""
    text = _text(cell)
    numbers = _ACCOUNT.findall(fold(text))
    if not numbers:
        return text
    cell.note("格内的账号已单独导入“专户账号”")
    cell.said.beside["custody_account"] = numbers[0]
    return _words_beside(text)


def _account(cell: Cell) -> str:
    text = _text(cell)
    if not _HAN.search(text):
        return text
    numbers: list[str] = _ACCOUNT.findall(fold(text))
    if len(numbers) != 1:
        cell.note("不是一个账号，未导入")
        return ""
    if bank := _words_beside(text):
        cell.said.beside["custody_bank"] = bank
    return numbers[0]


def _words_beside(text: str) -> str:
    """What is left of a cell without the number of an account and its labels."""
    return _BESIDE_ACCOUNT.sub(" ", _ACCOUNT.sub(" ", fold(text))).strip()


def _in_one_line(text: str) -> str:
    """A cell that was too narrow broke it: between Latin words or numbers a blank takes the break's place."""
    return _BETWEEN_WORDS.sub(" ", text).replace("\n", "")


def _name(cell: Cell) -> str:
    text = _in_one_line(tidy(cell.text))
    if len(text) > cell.field.longest:
        cell.said.refusals.append(f"{cell.field.label}超过{cell.field.longest}字，请核对是否写错列")
        return ""
    return text


def _code(cell: Cell) -> str:
    if fold(cell.text) in _BEING_DONE:
        cell.note(f"表中写“{cell.text}”，按办理中处理，没有代码可导入")
        return ""
    code = _without_words(cell.text)
    if not code:
        cell.note(f"“{cell.text}”不是代码，未导入")
        return ""
    found = check_credit_code(code, settings.COUNTY_CODE)
    if len(found.value) > CREDIT_CODE_MOST:
        cell.note(f"“{cell.text}”超过{CREDIT_CODE_MOST}位，未导入")
        return ""
    cell.said.notes.extend(warning.rstrip("。") for warning in found.warnings)
    return found.value


def _without_words(text: str) -> str:
    """The code beside which words stand: 91…（营业执照）; none where the words stand alone."""
    plain = fold(text)
    if not _HAN.search(plain):
        return plain
    code = _WORDS.sub("", plain)
    return code if len(tidy_code(code)) >= _SHORTEST_CODE else ""


def _numbers(cell: Cell) -> list[str]:
    numbers = []
    for number in split_numbers(_without_validity(cell)):
        if len(number) > cell.field.longest:
            cell.note(f"“{number}”超过{cell.field.longest}字，未导入")
        elif not _HAS_DIGIT.search(number):
            cell.note(f"“{number}”中没有数字，不是号码，未导入")
        else:
            numbers.append(number)
            if number.startswith("-"):
                cell.note(f"“{number}”前有减号，请核对")
            warnings = check_licence_number(number, settings.COUNTY_CODE).warnings
            cell.said.notes.extend(warning.rstrip("。") for warning in warnings)
    return numbers


def _without_validity(cell: Cell) -> str:
    """A cell of numbers without the days that stand beside them."""
    text, validity = split_validity(cell.text)
    if validity:
        cell.said.beside["validity"] = _period_of(validity, cell)
        return text
    if not _LINES.search(cell.text):
        return text
    lines = [split_validity(line) for line in _LINES.split(cell.text)]
    if not any(days for _, days in lines):
        return text
    cell.note("一格写有几个号码和有效期，有效期未导入")
    return "\n".join(number for number, _ in lines)


def _date_value(cell: Cell) -> str | None:
    found = _date(cell.text)
    if found.value is None:
        cell.note(f"{found.reason}，未导入")
        return None
    return found.value.isoformat()


def _until(cell: Cell) -> str | None:
    """The last day; where the cell says more than that, a whole validity."""
    found = _date(cell.text)
    if found.value is not None:
        return found.value.isoformat()
    whole = _validity(cell.text, cell.header)
    if whole.start or whole.end or whole.long_term:
        cell.said.beside["validity"] = _period(cell)
    else:
        cell.note(f"{found.reason}，未导入")
    return None


def _period(cell: Cell) -> dict[str, Any]:
    return _period_of(cell.text, cell)


def _period_of(text: str, cell: Cell) -> dict[str, Any]:
    found = _validity(text, cell.header)
    if found.missing:
        cell.note(f"“{tidy(text)}”{found.missing}，缺的部分未导入")
    return {
        "valid_from": found.start.isoformat() if found.start else None,
        "valid_until": found.end.isoformat() if found.end else None,
        "is_long_term": found.long_term,
        "validity_words": tidy(text)[:_LONGEST_VALIDITY],
    }


def _year(cell: Cell) -> int | None:
    found = _YEAR.fullmatch(fold(cell.text))
    if not found:
        cell.note(f"“{cell.text}”不是年度，未导入")
        return None
    return int(found[1])


def _count(cell: Cell) -> int | None:
    found = _number(cell.text)
    if found.value is None or found.value < 0 or found.value != int(found.value):
        why = "小于零" if found.value is not None and found.value < 0 else "不是整数"
        cell.note(f"{found.reason or f'“{cell.text}”{why}'}，未导入")
        return None
    if found.value > 1_000_000:
        cell.note(f"“{cell.text}”过大，未导入")
        return None
    return int(found.value)


def _amount(cell: Cell) -> str | None:
    found = _number(cell.text)
    if found.value is None or not 0 <= round(found.value, 2) < 1_000_000:
        cell.note(f"{found.reason or f'“{cell.text}”不合理'}，未导入")
        return None
    return f"{found.value:.2f}"


def _yes_no_value(cell: Cell) -> bool | None:
    found = _yes_no(cell.text)
    if found.value is None:
        cell.note(f"{found.reason}，未导入")
    return found.value


def _choice(cell: Cell) -> str:
    found = _asked_for_profit(cell) or choice(cell.text, cell.field.name)
    if not found:
        cell.note(f"“{cell.text}”不是可选项，未导入")
    return found


def _asked_for_profit(cell: Cell) -> str:
    """是 or 否 under 是否营利; under 是否非营利 the other way round."""
    if cell.field.name != "profit_kind" or "是否" not in cell.header:
        return ""
    said = _yes_no(cell.text).value
    if said is None:
        return ""
    for_profit = said != ("非" in cell.header)
    return str(ProfitKind.FOR_PROFIT if for_profit else ProfitKind.NON_PROFIT)


def _town(cell: Cell) -> int | None:
    found = cell.directory.town_of(cell.text)
    if found is None:
        cell.note(f"“{cell.text}”不是本县镇街，未导入")
    return found


def _category(cell: Cell) -> list[int]:
    found, unknown = cell.directory.categories_named(cell.text)
    if unknown:
        cell.note(f"“{'、'.join(unknown)}”不是本县所用的类别，未导入")
    return found


def _department(cell: Cell) -> int | None:
    found = cell.directory.department_of(cell.text)
    if found is None:
        cell.note(f"“{cell.text}”不在部门通讯录中，未导入")
    return found


def _phone(cell: Cell) -> str:
    found = parse_phones(cell.text)
    if found.value is None:
        cell.note(f"{found.reason}，未导入")
        return ""
    text = "、".join(found.value)
    if len(text) > cell.field.longest:
        cell.note("号码过多，已取第一个")
        return found.value[0]
    return text


_DECISIONS = re.compile(r"吊销|注销|取消|停止办学|停办|关停|撤销|整改|停止招生|终止")


def _conclusion(cell: Cell) -> str:
    plain = tidy(cell.text)
    cell.said.values["conclusion_words"] = plain[: cell.field.longest]
    if decision := _DECISIONS.search(plain):
        cell.said.values["decision_words"] = decision.group()
    return conclusion(plain)


def _class(cell: Cell) -> dict[str, str]:
    """The class; where the reason of the listing tells none, the reason itself is kept."""
    reason = tidy(cell.text)[: cell.field.longest]
    found = site_class(reason)
    if found:
        return {"class": found, "reason": ""}
    return {"class": str(SiteClass.UNKNOWN), "reason": f"{cell.header}：{reason}"}


READERS: Mapping[Sort, Reader] = {
    Sort.TEXT: _text,
    Sort.PERSON: _person,
    Sort.BANK: _bank,
    Sort.ACCOUNT: _account,
    Sort.NAME: _name,
    Sort.CODE: _code,
    Sort.NUMBERS: _numbers,
    Sort.DATE: _date_value,
    Sort.UNTIL: _until,
    Sort.PERIOD: _period,
    Sort.YEAR: _year,
    Sort.COUNT: _count,
    Sort.AMOUNT: _amount,
    Sort.YES_NO: _yes_no_value,
    Sort.CHOICE: _choice,
    Sort.TOWN: _town,
    Sort.CATEGORY: _category,
    Sort.DEPARTMENT: _department,
    Sort.PHONE: _phone,
    Sort.CONCLUSION: _conclusion,
    Sort.CLASS: _class,
}
