"""The checklist as its pages ask for it: the version in force, one version by areas, what has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from foundation.accounts.models import Department
from foundation.audit.changes import Change, Changes, compare, snapshot
from inspections.models import Checklist, ChecklistArea, ChecklistItem
from inspections.workflow import ChecklistState
from institutions.models import Category

# What an item says, in the order of its form; the last three are rows of others.
ITEM_COLUMNS = (
    "text",
    "severity",
    "mode",
    "further_mode",
    "default_days",
    "note",
    "by_lead_department",
)
ITEM_RELATIONS = ("departments", "categories", "bases")
ITEM_FIELDS = (*ITEM_COLUMNS, *ITEM_RELATIONS)


@dataclass(frozen=True)
class Section:
    """One area with those of its items that were asked for."""

    area: ChecklistArea
    items: list[ChecklistItem]


@dataclass(frozen=True)
class Difference:
    """One item that is not as in the former version."""

    item: ChecklistItem
    kind: str
    changes: list[Change]


def released_checklists() -> QuerySet[Checklist]:
    """Every released version, the newest first."""
    return Checklist.objects.filter(state=ChecklistState.RELEASED).order_by("-number")


def checklists() -> QuerySet[Checklist]:
    """Every version that was ever drafted, the newest first, with the number of its items."""
    rows = Checklist.objects.select_related("drafted_by", "released_by", "former")
    return rows.annotate(item_count=Count("areas__items")).order_by("-drafted_at", "-pk")


def current_checklist(on: date) -> Checklist | None:
    """The version in force on that day."""
    return released_checklists().filter(effective_on__lte=on).first()


def open_draft() -> Checklist | None:
    """The version that is being worked on, if there is one."""
    return Checklist.objects.filter(state=ChecklistState.DRAFT).first()


def all_items() -> QuerySet[ChecklistItem]:
    """Items in order, with all that a page says about them, by a fixed number of questions."""
    return ChecklistItem.objects.select_related("area").prefetch_related(*ITEM_RELATIONS)


def sections(
    checklist: Checklist,
    *,
    department: Department | None = None,
    category: Category | None = None,
    words: str = "",
) -> list[Section]:
    """The version by areas; narrowed to what one department looks at, or what one category is asked."""
    items = all_items()
    if department:
        items = items.filter(_looked_at_by(department)).distinct()
    if category:
        items = items.filter(Q(categories=category) | Q(categories=None)).distinct()
    if words:
        items = items.filter(text__icontains=words)
    areas = checklist.areas.prefetch_related(Prefetch("items", items, to_attr="asked"))
    found = [Section(area, getattr(area, "asked", [])) for area in areas]
    return [one for one in found if one.items]


def differences(checklist: Checklist, former: Checklist | None) -> list[Difference]:
    """What is new, withdrawn or reads differently, beside the former version, in the order of codes."""
    if former is None:
        return []
    old, new = _by_code(former), _by_code(checklist)
    found = [_compared(old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys())]
    return [one for one in found if one]


def item_words(item: ChecklistItem) -> dict[str, str]:
    """What an item says, as the page and the trail say it."""
    related = {
        name: "、".join(str(row) for row in getattr(item, name).all()) for name in ITEM_RELATIONS
    }
    return snapshot(item, ITEM_COLUMNS) | related


def item_changes(before: dict[str, str], after: dict[str, str]) -> Changes:
    """What differs between two items."""
    return compare(ChecklistItem, before, after)


def _looked_at_by(department: Department) -> Q:
    """By name, or as the supervising department of some category."""
    asked = Q(departments=department)
    if Category.objects.filter(lead_department=department).exists():
        asked |= Q(by_lead_department=True)
    return asked


def _by_code(checklist: Checklist) -> dict[tuple[str, int], ChecklistItem]:
    items = all_items().filter(area__checklist=checklist)
    return {(item.area.code, item.number): item for item in items}


def _compared(old: ChecklistItem | None, new: ChecklistItem | None) -> Difference | None:
    if old is None or new is None:
        only = new or old
        kind = "withdrawn" if new is None else "added"
        return Difference(only, kind, []) if only else None
    changes = item_changes(item_words(old), item_words(new))
    return Difference(new, "amended", list(changes.values())) if changes else None


def places_moved(checklist: Checklist, former: Checklist | None) -> list[str]:
    """Areas whose items that stand in both versions come in another order."""
    if former is None:
        return []
    old, new = _orders(former), _orders(checklist)
    return [
        area
        for area, codes in new.items()
        if _kept(codes, old.get(area, [])) != _kept(old.get(area, []), codes)
    ]


def _orders(checklist: Checklist) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for item in ChecklistItem.objects.filter(area__checklist=checklist).select_related("area"):
        found.setdefault(f"{item.area.code} {item.area.name}", []).append(item.number)
    return found


def _kept(codes: Iterable[int], others: Iterable[int]) -> list[int]:
    known = set(others)
    return [code for code in codes if code in known]
