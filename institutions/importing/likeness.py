"""Names that could be taken for each other are different places, and said to the person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from institutions.naming import name_key, similar_keys, syllables

_MOST_NAMED = 3


class LookAlikes:
    """The names of the register and of the sheet, findable by sound and by all but one character."""

    def __init__(self, known: Iterable[str], new: Iterable[str]) -> None:
        self.by_key: dict[str, set[str]] = defaultdict(set)
        for name in {*known, *new}:
            for key in similar_keys(name):
                self.by_key[key].add(name)

    def notes(self, name: str) -> list[str]:
        """What to say of a new name."""
        found = sorted(set(self._near(name)))[:_MOST_NAMED]
        return [f"与“{other}”名称相近（{why}），按不同场所处理，请核对" for other, why in found]

    def _near(self, name: str) -> Iterator[tuple[str, str]]:
        key = name_key(name)
        for similar in similar_keys(name):
            for other in self.by_key.get(similar, ()):
                other_key = name_key(other)
                if other_key == key:
                    continue
                alike = syllables(other_key) == syllables(key)
                yield other, "读音相同" if alike else "只差一个字"
