"""The sheet for an institution's wall: a code that opens its live page, and what to compare it with."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings

from foundation.documents.pdf import render
from institutions.models import Institution, ListIssue

# As much of a name as stands on one line of the sheet, and where a longer one is best broken:
# before the first of these that is near the middle.
_LINE = 14
_MOST_LINES = 4
_BREAKS = (
    "有限责任公司",
    "有限公司",
    "培训学校",
    "培训中心",
    "艺术",
    "文化",
    "教育",
    "科技",
    "体育",
    "素质",
)


@dataclass(frozen=True)
class _Sheet:
    institution: Institution
    address: str

    @property
    def picture(self) -> str:
        return f"{self.institution.public_id}.svg"


def wall_sheets_pdf(rows: Iterable[Institution], issue: ListIssue, site: str) -> bytes:
    """One A4 page per institution, in one file. `site` is the portal's address, without a slash."""
    sheets = [_Sheet(row, f"{site}/v/{row.public_id}/") for row in rows]
    data = {
        "title": f"{settings.COUNTY_NAME}校外培训机构核验码",
        "county": settings.COUNTY_NAME,
        "office": settings.OFFICE_NAME,
        "phone": settings.OFFICE_PHONE,
        "issue": f"列入白名单第{issue.number}期",
        "sheets": [_facts(sheet) for sheet in sheets],
    }
    return render("wall", data, files={sheet.picture: _code(sheet.address) for sheet in sheets})


def _facts(sheet: _Sheet) -> dict[str, Any]:
    row = sheet.institution
    return {
        "lines": name_lines(row.name),
        "place": row.address or row.actual_address,
        "categories": "、".join(category.name for category in row.categories.all()),
        "picture": sheet.picture,
        # In print a person types what stands here: the scheme only makes it longer.
        "short": sheet.address.split("://", 1)[-1],
    }


def name_lines(name: str) -> list[str]:
    """The name in lines of like length, broken before a word where there is one near the middle."""
    count = min(-(-len(name) // _LINE), _MOST_LINES)
    if count != 2:
        length = -(-len(name) // count)
        return [name[at : at + length] for at in range(0, len(name), length)]
    middle = len(name) / 2
    places = (name.find(word, 4) for word in _BREAKS)
    near = (place for place in places if abs(place - middle) <= len(name) / 4)
    at = next(near, round(middle))
    return [name[:at], name[at:]]


def _code(address: str) -> bytes:
    """The address as a QR code that is still read when a quarter of it is dirty or torn."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="svg", border=0)
    return out.getvalue()
