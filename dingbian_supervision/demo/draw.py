"""The demo county's random draw: eight institutions, with two departments' people, drawn and not yet visited."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from foundation.accounts.models import Department, User
from inspections.actions.draws import draw_lots, fix_list, prepare_draw, recuse
from inspections.models import Draw

_PLACES = 8
_SEED = "73046"


@dataclass(frozen=True)
class DemoDraw:
    """Puts a list together, fixes it, and draws two days later by a number that a witness calls out."""

    people: dict[str, User]
    departments: dict[str, Department]
    day: Callable[[int], date]
    at: Callable[[int], datetime]

    def tell(self) -> Draw:
        """The draw, with its result."""
        by = self.people["office"].actor
        values = {
            "title": f"{self.day(3).year}年校外培训机构部门联合“双随机”抽查",
            "campaign": None,
            "towns": [],
            "categories": [],
            "place_count": _PLACES,
            "from_each": 1,
            "departments": [self.departments[code] for code in ("wenlv", "xiaofang")],
        }
        draw = prepare_draw(values=values, by=by, at=self.at(3))
        recuse(
            draw=draw,
            version=1,
            place=draw.places.all()[0],
            inspector=draw.inspectors.all()[0],
            reason="子女在该机构学习",
            by=by,
            at=self.at(3),
        )
        draw = fix_list(
            draw=draw,
            version=2,
            seed_source="抽取当天由县纪委监委派驻纪检监察组人员当场报出的五位数",
            by=by,
            at=self.at(3),
        )
        return draw_lots(
            draw=draw,
            version=3,
            seed=_SEED,
            witness="派驻纪检监察组白芷报数，各部门联络员在场",
            by=by,
            at=self.at(1),
        )
