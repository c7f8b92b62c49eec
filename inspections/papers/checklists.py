"""A version of the checklist on paper: A4 across, each area on a page of its own."""

from django.conf import settings

from foundation.clock.words import day_words
from foundation.documents.pdf import render
from inspections.models import Checklist, ChecklistItem
from inspections.queries.checklists import sections

_HEADS = ("编号", "检查内容", "检查部门", "严重程度", "不合格时", "适用类别", "法律依据")
_WIDTHS = (1.0, 6.2, 2.4, 1.3, 3.4, 1.9, 6.0)


def title_of(checklist: Checklist) -> str:
    """What stands above every page; a draft says that it is one."""
    return f"{settings.COUNTY_NAME}校外培训机构{checklist}"


def file_name(checklist: Checklist) -> str:
    """What the downloaded file is called."""
    return f"{title_of(checklist)}.pdf"


def checklist_pdf(checklist: Checklist) -> bytes:
    """Every area with its items, as the version has them."""
    data = {
        "title": title_of(checklist),
        "below": _below(checklist),
        "heads": _HEADS,
        "widths": _WIDTHS,
        "areas": [
            {
                "name": f"{section.area.code}　{section.area.name}",
                "rows": [_row(item) for item in section.items],
            }
            for section in sections(checklist)
        ],
    }
    return render("checklist", data, at=checklist.released_at)


def _below(checklist: Checklist) -> str:
    if checklist.effective_on:
        return f"{day_words(checklist.effective_on)}起启用"
    return "未发布，仅供审阅"


def _row(item: ChecklistItem) -> list[str]:
    bases = (
        str(basis) if basis.is_verified else f"{basis}（未核实）" for basis in item.bases.all()
    )
    return [
        item.code,
        f"{item.text}（{item.note}）" if item.note else item.text,
        item.lookers,
        item.get_severity_display(),
        item.mode_words,
        "、".join(str(one) for one in item.categories.all()) or "全部",
        "；".join(bases) or "未登记",
    ]
