"""What a row says of the account in which fees are kept; its stored number is sealed."""

from typing import Any

from foundation.sealing import Sealed, UnsealError
from institutions.importing.fields import fields_of
from institutions.importing.writing import Writer, is_same, shown
from institutions.models import CustodyMode, ImportKind

_CUSTODY = {
    "custody_mode": "mode",
    "custody_bank": "bank",
    "custody_name": "account_name",
    "custody_account": "account",
}
CUSTODY = frozenset(_CUSTODY)
_UNREADABLE = "专户账号：名册中的账号无法解密（密钥缺失或密文已损坏），没有比对，保持不变"
_LABELS = {name: field.label for name, field in fields_of(ImportKind.REGISTER).items()}


def take_custody(writer: Writer) -> None:
    """The facts of the account that the row says otherwise."""
    old = (writer.known.custody if writer.known else None) or {}
    change = {
        column: writer.said.values[name]
        for name, column in _CUSTODY.items()
        if name in writer.said.values
        if _differs(writer, old.get(column), writer.said.values[name])
    }
    if not change:
        return
    if not old and "mode" not in change:
        change["mode"] = str(CustodyMode.BANK)
    writer.parts["custody"] = {"pk": old.get("id"), **change}
    if writer.known:
        for name, column in _CUSTODY.items():
            if column in change:
                before = _told(writer, column, old.get(column))
                writer.differ(_LABELS[name], before, _told(writer, column, change[column]))


def _differs(writer: Writer, old: object, new: str) -> bool:
    """The sealed number is opened to be compared; where it cannot be, it stays and the row says so."""
    if not isinstance(old, Sealed):
        return not is_same(old, new)
    try:
        return not is_same(old.open(), new)
    except UnsealError:
        writer.said.notes.append(_UNREADABLE)
        return False


def _told(writer: Writer, column: str, value: Any) -> str:
    if column != "account" or not value:
        return shown(column, value or None, writer.directory)
    return value.masked if isinstance(value, Sealed) else "（已填写）"
