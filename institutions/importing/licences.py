"""What a row says of licences: new ones, and those of the register that it says otherwise."""

from typing import Any

from institutions.codes import licence_key
from institutions.importing.register import Known
from institutions.importing.said import Said
from institutions.importing.writing import Writer, is_same, shown

_LICENCE = ("licence_kind", "authority", "issued_on", "valid_from", "valid_until", "capacity")
_LICENCE_COLUMNS = {"licence_kind": "kind"}
_LICENCE_LABELS = {
    "kind": "类型",
    "authority": "审批机关",
    "issued_on": "发证日期",
    "valid_from": "有效期起",
    "valid_until": "有效期止",
    "is_long_term": "长期有效",
    "validity_words": "有效期原文",
    "capacity": "办学规模",
}


def said_licences(said: Said) -> list[dict[str, Any]]:
    """The licences that a row speaks of. Of several numbers in one cell none takes the validity."""
    details = _licence_details(said)
    numbers = said.values.get("licence_number", [])
    if len(numbers) > 1 and details:
        said.notes.append("一格写有几个许可证号，看不出有效期等内容属于哪一个，未导入")
        details = {}
    if not numbers:
        return [details] if details else []
    return [{"number": number, **details} for number in numbers]


def _licence_details(said: Said) -> dict[str, Any]:
    details = {
        _LICENCE_COLUMNS.get(name, name): said.values[name]
        for name in _LICENCE
        if name in said.values
    }
    for column, value in said.values.get("validity", {}).items():
        if value and not details.get(column):
            details[column] = value
    if details.get("valid_until"):
        details.pop("is_long_term", None)
    _keep_in_order(said, details)
    return details


def _keep_in_order(said: Said, details: dict[str, Any]) -> None:
    begin, end = details.get("valid_from"), details.get("valid_until")
    if begin and end and end < begin:
        said.notes.append(f"有效期止{end}早于有效期起{begin}，都未导入")
        del details["valid_from"], details["valid_until"]


def take_licences(writer: Writer) -> None:
    """On a new institution every licence, on an existing one what the row says otherwise."""
    licences = said_licences(writer.said)
    if writer.known is None:
        if licences:
            writer.parts["licences"] = [{"pk": None, **licence} for licence in licences]
        return
    changes = []
    for licence in licences:
        if change := _licence_change(writer, writer.known, licence):
            changes.append(change)
    if changes:
        writer.parts["licences"] = changes


def _licence_change(writer: Writer, known: Known, licence: dict[str, Any]) -> dict[str, Any] | None:
    number = licence.get("number", "")
    old = _own_licence(known, number)
    if old is None:
        if not number and known.licences:
            writer.said.notes.append("没有写许可证号，看不出有效期属于哪一张许可证，未导入")
            return None
        writer.differ("许可证", "（空）", number or "（无号）")
        return {"pk": None, **licence}
    change: dict[str, Any] = {}
    for column, value in licence.items():
        if column in _LICENCE_LABELS and not is_same(old[column], value):
            change[column] = value
            label = f"许可证{_LICENCE_LABELS[column]}"
            before = shown(column, old[column], writer.directory)
            writer.differ(label, before, shown(column, value, writer.directory))
    if not change or not _stays_possible(writer, old, change):
        return None
    return {"pk": old["id"], **change}


def _own_licence(known: Known, number: str) -> dict[str, Any] | None:
    if number:
        key = licence_key(number)
        return next((one for one in known.licences if one["number_key"] == key), None)
    return known.licences[0] if len(known.licences) == 1 else None


def _stays_possible(writer: Writer, old: dict[str, Any], change: dict[str, Any]) -> bool:
    """The register holds no licence that ends before it begins, nor a long-term one with an end."""
    after = {**old, **change}
    if change.get("valid_until"):
        change["is_long_term"] = after["is_long_term"] = False
        if old["is_long_term"]:
            writer.differ("许可证长期有效", "是", "否")
    if change.get("is_long_term"):
        change["valid_until"] = after["valid_until"] = None
        if old["valid_until"]:
            writer.differ("许可证有效期止", str(old["valid_until"]), "（空）")
    begin, end = after["valid_from"], after["valid_until"]
    if begin and end and str(end) < str(begin):
        writer.said.notes.append(f"有效期止{end}早于有效期起{begin}，许可证未改动")
        writer.differences[:] = [
            one for one in writer.differences if not one[0].startswith("许可证")
        ]
        return False
    return True
