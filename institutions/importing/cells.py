"""What one row says: each mapped cell as a value, or a note about what could not be taken over."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings

from foundation.tabular.reading import Row, column_letters
from foundation.tabular.values import (
    fold,
    is_blank,
    parse_date,
    parse_number,
    parse_phones,
    parse_validity,
    parse_yes_no,
    split_numbers,
    tidy,
)
from institutions.codes import CREDIT_CODE_LENGTH, check_credit_code, check_licence_number
from institutions.importing.directory import Directory
from institutions.importing.fields import Field, Sort
from institutions.importing.wording import choice, conclusion, site_class
from institutions.models import ProfitKind, SiteClass

_LONGEST_BLANK = 6
_YEAR = re.compile(r"(20\d\d)(?:年|年度)?")
_HAS_DIGIT = re.compile(r"[0-9〇零一二三四五六七八九十]")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])")
_OF_ONE_LINE = ("address", "actual_address")
_BEING_DONE = ("是", "办理中", "正在办理", "在办", "申请中")


@dataclass
class Said:
    """A row's values by field, its notes, and the reasons why it cannot be taken at all."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    section: str = ""
    # Fields whose cell says something that could not be read: nothing is guessed in its place.
    unread: set[str] = field(default_factory=set)
    # Fields whose value no cell of their own says: worked out from another.
    guessed: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        """The value of a text field, empty where nothing was said."""
        return str(self.values.get(name, ""))


Reader = Callable[["Cell"], Any]


@dataclass
class Cell:
    """One cell on its way to a value."""

    text: str
    field: Field
    header: str
    said: Said
    directory: Directory

    def note(self, words: str) -> None:
        self.said.notes.append(f"{self.field.label}：{words}")


@dataclass(frozen=True)
class Column:
    """A column that a field was given to."""

    index: int
    field: Field
    header: str
    # What every row says of it, where its meaning was worked out.
    note: str = ""


def say(row: Row, columns: list[Column], directory: Directory, section: str = "") -> Said:
    """Read one row."""
    said = Said(row.number, section=section)
    cells = row.cells
    for column in columns:
        text = cells[column.index] if column.index < len(cells) else ""
        if not text or _says_nothing(text):
            continue
        if row.damage and (why := row.damage.get(column.index)):
            where = f"第{row.number}行{column_letters(column.index)}列“{column.header}”"
            said.refusals.append(f"{where}的“{text}”：{why}")
            continue
        _take(Cell(text, column.field, column.header, said, directory))
        if column.note and column.field.name in said.values:
            said.notes.append(column.note)
    return said


def _take(cell: Cell) -> None:
    value = _READERS[cell.field.sort](cell)
    if value in (None, "", [], ()):
        cell.said.unread.add(cell.field.name)
        return
    values, name = cell.said.values, cell.field.name
    if name in values and values[name] != value:
        cell.note(f"有几列，已取“{values[name]}”，另有“{cell.text}”未导入")
        return
    values[name] = value


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST_BLANK and text[0] not in "-—―─_* ":
        return False
    return _is_blank(text)


_is_blank = lru_cache(maxsize=4096)(is_blank)
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
    found = check_credit_code(cell.text, settings.COUNTY_CODE)
    if len(found.value) > CREDIT_CODE_LENGTH:
        cell.note(f"“{cell.text}”超过{CREDIT_CODE_LENGTH}位，未导入")
        return ""
    cell.said.notes.extend(warning.rstrip("。") for warning in found.warnings)
    return found.value


def _numbers(cell: Cell) -> list[str]:
    numbers = []
    for number in split_numbers(cell.text):
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


def _date_value(cell: Cell) -> str | None:
    found = _date(cell.text)
    if found.value is None:
        cell.note(f"{found.reason}，未导入")
        return None
    return found.value.isoformat()


def _period(cell: Cell) -> dict[str, Any]:
    found = _validity(cell.text, cell.header)
    if found.missing:
        cell.note(f"“{tidy(cell.text)}”{found.missing}，缺的部分未导入")
    return {
        "valid_from": found.start.isoformat() if found.start else None,
        "valid_until": found.end.isoformat() if found.end else None,
        "is_long_term": found.long_term,
        "validity_words": tidy(cell.text)[: cell.field.longest],
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


_READERS: Mapping[Sort, Reader] = {
    Sort.TEXT: _text,
    Sort.PERSON: _text,
    Sort.NAME: _name,
    Sort.CODE: _code,
    Sort.NUMBERS: _numbers,
    Sort.DATE: _date_value,
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
