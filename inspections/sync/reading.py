"""Reads what a phone says, strictly: known names, right types, bounded lengths, nothing that no table can hold."""

import json
import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from foundation.workflow import NotPossibleError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_PK = re.compile(r"[1-9][0-9]{0,17}")
# NUL and half a character are stored by no database; of the other controls texts hold line ends and tabs.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIVE_DECIMALS = Decimal("0.00001")
# A clock that has lost its battery says 1970: it is corrected, not refused.
_YEARS = range(1970, 3000)


class MalformedError(NotPossibleError):
    """Not as docs/phone.md has it: no phone of ours says so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"手机送来的内容不合规定（{name}），没有接收，请联系双减办。")


def parsed(text: str) -> Any:
    """The JSON in this text; names twice, NaN and numbers beyond measure are none."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MalformedError("不是 JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> None:
    raise ValueError


class Fields:
    """One object of the JSON, read name by name."""

    def __init__(self, said: object, names: Collection[str]) -> None:
        if not isinstance(said, dict):
            raise MalformedError("不是对象")
        if strange := sorted(set(said) - set(names)):
            raise MalformedError(_shown(strange[0]))
        self.said = said

    def is_empty(self, name: str) -> bool:
        """Is nothing said, or null?"""
        return self.said.get(name) is None

    def text(self, name: str, most: int, *, least: int = 0) -> str:
        """Words of so many characters at most, without spaces around them."""
        value = self.said.get(name, "")
        if not isinstance(value, str) or _UNSTORABLE.search(value):
            raise MalformedError(name)
        value = value.strip()
        if not least <= len(value) <= most:
            raise MalformedError(f"{name} 应为 {least} 至 {most} 个字")
        return value

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number within these bounds."""
        value = self.said.get(name)
        if type(value) is not int or not least <= value <= most:
            raise MalformedError(name)
        return value

    def degrees(self, name: str, most: int) -> Decimal:
        """An angle in degrees, to five decimals."""
        value = self.said.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MalformedError(name)
        if not -most <= value <= most:
            raise MalformedError(name)
        return Decimal(value).quantize(_FIVE_DECIMALS)

    def choice(self, name: str, values: Collection[str]) -> str:
        """One of these."""
        value = self.said.get(name)
        if not isinstance(value, str) or value not in values:
            raise MalformedError(name)
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no, when nothing is said."""
        value = self.said.get(name, False)
        if not isinstance(value, bool):
            raise MalformedError(name)
        return value

    def uuid(self, name: str) -> UUID:
        """A name that the phone has made."""
        return UUID(self._like(name, _UUID))

    def pk(self, name: str) -> int:
        """The id of a row, as a string."""
        return int(self._like(name, _PK))

    def digest(self, name: str) -> str:
        """A SHA-256."""
        return self._like(name, _HASH)

    def rows(self, name: str, most: int) -> list[Any]:
        """A list of so many at most."""
        value = self.said.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            raise MalformedError(name)
        return value

    def moment(self, name: str) -> datetime:
        """A moment with its zone."""
        found = moment(self.said.get(name))
        if found is None:
            raise MalformedError(name)
        return found

    def _like(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.said.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise MalformedError(name)
        return value


def moment(said: object) -> datetime | None:
    """A moment with its zone, as scripts write it; None for anything else."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or found.year not in _YEARS:
        return None
    return found


def _shown(name: str) -> str:
    return _UNSTORABLE.sub("", name)[:40]
