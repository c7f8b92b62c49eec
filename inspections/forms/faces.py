"""What people point at in a photo: two corners make a part to be covered; kept in the address until it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from foundation.attachments.images import Area
from inspections.actions.faces import MOST_AREAS

# How wide the photo may be shown: each point of it is a point of the screen, or nobody could say where was pressed.
WIDTHS = (320, 640, 1280)
_PLAIN_WIDTH = 640
# Nearer than this, in points of the copy, the second corner was pressed by mistake.
_LEAST_SIDE = 8
_MOST_DIGITS = 5
Point = tuple[int, int]


@dataclass(frozen=True)
class Pointed:
    """The parts that were pointed at so far, a first corner that waits for its second, and how wide the photo is."""

    areas: tuple[Area, ...]
    corner: Point | None
    width: int
    words: str = ""

    @property
    def query(self) -> str:
        """The same in an address."""
        return self.at_width(self.width)

    def at_width(self, width: int) -> str:
        """The same with the photo so wide."""
        asked = [("w", str(width)), *(("a", words) for words in self.told)]
        if self.corner:
            asked.append(("corner", _joined(self.corner)))
        return urlencode(asked)

    @property
    def told(self) -> list[str]:
        """Each part as a form carries it."""
        return [_joined(one) for one in self.areas]

    @property
    def first_corner(self) -> str:
        """The corner as a form carries it."""
        return _joined(self.corner) if self.corner else ""

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """Each width with the address that shows the photo so wide."""
        return [(one, self.at_width(one)) for one in WIDTHS]


def pointed(asked: QueryDict, size: Point, known: Iterable[Area]) -> Pointed:
    """What the address says, and what was pressed last; what makes no sense was not said. A page that is opened
    anew begins with what is known."""
    if "w" not in asked and "a" not in asked:
        return Pointed(tuple(known), None, _PLAIN_WIDTH)
    given = asked.get("w", "")
    width = int(given) if given in {str(one) for one in WIDTHS} else _PLAIN_WIDTH
    areas = [area for words in asked.getlist("a") if (area := _area(words, size))][:MOST_AREAS]
    dropped = asked.get("drop", "")
    if dropped in {str(number) for number in range(len(areas))}:
        areas.pop(int(dropped))
    corner = _numbers(asked.get("corner", ""), 2)
    first = (corner[0], corner[1]) if corner else None
    pressed = _numbers(f"{asked.get('at.x', '')},{asked.get('at.y', '')}", 2)
    if pressed is None:
        return Pointed(tuple(areas), first, width)
    scale = max(1.0, size[0] / width)
    return _with(areas, first, (round(pressed[0] * scale), round(pressed[1] * scale)), size, width)


def _with(
    areas: list[Area], first: Point | None, second: Point, size: Point, width: int
) -> Pointed:
    if first is None:
        if len(areas) == MOST_AREAS:
            return Pointed(tuple(areas), None, width, f"一张照片最多遮挡{MOST_AREAS}处。")
        return Pointed(tuple(areas), second, width)
    area = _area(_joined((*first, *second)), size)
    if area is None:
        return Pointed(tuple(areas), first, width, "两次点的位置太近，请再点一次对角。")
    return Pointed((*areas, area), None, width)


def _area(words: str, size: Point) -> Area | None:
    """A part of the photo of this size, whichever corner was pressed first."""
    sides = _numbers(words, 4)
    if sides is None:
        return None
    across, down = sorted(sides[::2]), sorted(sides[1::2])
    right, bottom = min(across[1], size[0]), min(down[1], size[1])
    if right - across[0] < _LEAST_SIDE or bottom - down[0] < _LEAST_SIDE:
        return None
    return Area(across[0], down[0], right, bottom)


def _numbers(words: str, count: int) -> list[int] | None:
    parts = words.split(",")
    if len(parts) != count:
        return None
    if not all(one.isascii() and one.isdecimal() and len(one) <= _MOST_DIGITS for one in parts):
        return None
    return [int(one) for one in parts]


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


_COVER, _NONE = "cover", "none"


class FacesForm(forms.Form):
    """What was found, as the page showed the photo."""

    seen = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    what = forms.ChoiceField(choices=[(_COVER, "保存遮挡副本"), (_NONE, "不含未成年人面部")])

    def __init__(self, data: QueryDict | None, *, areas: tuple[Area, ...]) -> None:
        super().__init__(data)
        self.areas = areas

    def clean_what(self) -> str:
        what = str(self.cleaned_data["what"])
        if what == _COVER and not self.areas:
            raise forms.ValidationError("请先在照片上点出要遮挡的位置。")
        if what == _NONE and self.areas:
            raise forms.ValidationError(
                "已点出要遮挡的位置；确实没有未成年人面部的，请先全部删去。"
            )
        return what
