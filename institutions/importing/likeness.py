"""Names that sound alike (童绘馆, 同绘馆) are different places, and said to the person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from institutions.naming import name_key, spelling

_MOST_NAMED = 3


class LookAlikes:
    """The names of the register and of the sheet by their sound; worked out when a row is new."""

    def __init__(self, known: Iterable[str], new: Iterable[str]) -> None:
        self.names = (known, new)

    @cached_property
    def _by_sound(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in {name for names in self.names for name in names if name}:
            found[spelling(name)].append(name)
        return found

    def notes(self, name: str) -> list[str]:
        """What to say of a new name."""
        alike = self._by_sound.get(spelling(name), [])
        if len(alike) < 2:
            return []
        key = name_key(name)
        others = sorted(other for other in alike if name_key(other) != key)[:_MOST_NAMED]
        return [f"与“{other}”读音相同，按不同场所处理，请核对" for other in others]
