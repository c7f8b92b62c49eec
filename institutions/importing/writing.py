"""The landing of one row while it is built: what is compared, what is written, what a person will read."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.tabular.values import fold
from institutions.importing.directory import Directory
from institutions.importing.preview import Landing
from institutions.importing.register import Known
from institutions.importing.said import Said
from institutions.models import CustodyMode, LicenceKind, ProfitKind, RegistrationType, SiteClass

# Field of the sheet → column of the row, where their names differ.
_COLUMNS = {"town": "town_id", "lead_department": "lead_department_id"}
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "registration_type": dict(RegistrationType.choices),
    "profit_kind": dict(ProfitKind.choices),
    "kind": dict(LicenceKind.choices),
    "mode": dict(CustodyMode.choices),
    "site_class": dict(SiteClass.choices),
}


def shown(column: str, value: Any, directory: Directory) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column == "town_id":
        return directory.town_names.get(value, str(value))
    if column == "lead_department_id":
        return directory.department_names.get(value, str(value))
    return _CHOICES.get(column, {}).get(value, str(value))


def is_same(old: object, new: object) -> bool:
    """Do these say the same? Blanks and width in a text do not count."""
    if old == new:
        return True
    if isinstance(old, date):
        return old.isoformat() == str(new)
    if isinstance(old, Decimal):
        return old == Decimal(str(new))
    if isinstance(old, str) and isinstance(new, str):
        return _bare(old) == _bare(new)
    return False


def _bare(text: str) -> str:
    return "".join(fold(text).split())


class Writer:
    """Builds the landing of one row."""

    def __init__(self, said: Said, known: Known | None, directory: Directory) -> None:
        self.said, self.known, self.directory = said, known, directory
        self.fields: dict[str, Any] = {}
        self.parts: dict[str, Any] = {}
        self.differences: list[list[str]] = []

    def take_all(self, names: Iterable[str], labels: Mapping[str, str]) -> None:
        """The fields that are columns of the row itself, as far as the sheet says them."""
        for name in names:
            if name in self.said.values and not self._is_settled(name):
                self.take(_COLUMNS.get(name, name), labels[name], self.said.values[name])

    def _is_settled(self, name: str) -> bool:
        """What was worked out of the address fills a gap, and follows only to another address."""
        if name not in self.said.guessed or self.known is None:
            return False
        facts = self.known.facts
        moved = not is_same(facts["address"], self.said.text("address"))
        return not moved and bool(facts[_COLUMNS.get(name, name)])

    def take(self, column: str, label: str, value: Any) -> None:
        """One column of the row itself: written when it is new or says something else."""
        if value is None or value == "":
            return
        if self.known is None:
            self.fields[column] = value
            return
        old = self.known.facts[column]
        if not is_same(old, value):
            self.fields[column] = value
            self.differ(
                label, shown(column, old, self.directory), shown(column, value, self.directory)
            )

    def differ(self, label: str, before: str, after: str) -> None:
        """A difference that a person will read."""
        self.differences.append([label, before, after])

    def landing(self) -> Landing:
        """The whole."""
        return {
            "pk": self.known.pk if self.known else None,
            "version": self.known.version if self.known else 0,
            "fields": self.fields,
            "parts": self.parts,
            "differences": self.differences,
        }
