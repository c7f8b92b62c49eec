"""What a change looked like, before and after, in the words of the page."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from foundation.sealing import Sealed, mask_of


@dataclass(frozen=True)
class Change:
    """One field: its name on the page, and both values as shown there."""

    label: str
    before: str
    after: str


Changes = dict[str, Change]


class _Masked(str):
    """A mask that still knows whether the value behind it is another one."""

    whole: Sealed | str

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Masked):
            return self.whole == other.whole
        return str.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return str.__hash__(self)


def _masked(value: Sealed | str) -> _Masked:
    mask = _Masked(value.masked if isinstance(value, Sealed) else mask_of(value))
    mask.whole = value
    return mask


def shown(value: Any) -> str:
    """A value as the trail shows it; what is sealed stays masked."""
    match value:
        case None:
            return ""
        case Sealed():
            return _masked(value)
        case bool():
            return "是" if value else "否"
        case datetime():
            local = timezone.localtime(value)
            return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case list() | tuple() | set():
            return "、".join(shown(one) for one in value)
    return str(value)


def _field_shown(row: models.Model, name: str) -> str:
    field = row._meta.get_field(name)
    value = getattr(row, name)
    choices = getattr(field, "choices", None)
    if choices and not isinstance(value, list):
        return str(dict(getattr(field, "flatchoices", ())).get(value, shown(value)))
    return shown(value)


def snapshot(
    row: models.Model, fields: Iterable[str], masked: Container[str] = ()
) -> dict[str, str]:
    """These fields as the page shows them now. Taken before and after, it gives the changes.

    What is `masked` is stored in the clear, but the trail, which is never emptied, keeps its end only.
    """
    return {
        name: _masked(getattr(row, name)) if name in masked else _field_shown(row, name)
        for name in fields
    }


def filled(shown: Mapping[str, str]) -> dict[str, str]:
    """What a new row says: nothing of what was left empty or unticked."""
    return {name: words for name, words in shown.items() if words and words != "否"}


def compare(
    of: models.Model | type[models.Model], before: Mapping[str, str], after: Mapping[str, str]
) -> Changes:
    """What differs between two snapshots."""
    return {
        name: Change(_label(of, name), str(before.get(name, "")), str(new))
        for name, new in after.items()
        if before.get(name, "") != new
    }


def _label(of: models.Model | type[models.Model], name: str) -> str:
    return str(getattr(of._meta.get_field(name), "verbose_name", name))
