"""The checklist: drafted by some, released by somebody else, and then never changed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from foundation.accounts.actions.departments import load_departments
from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.law.actions.bases import load_bases
from foundation.workflow import NotPossibleError
from inspections.actions.checklists import (
    add_item,
    amend_item,
    discard_checklist,
    draft_checklist,
    load_checklist,
    move_item,
    release_checklist,
    withdraw_item,
)
from inspections.models import Checklist, ChecklistArea, ChecklistItem
from inspections.queries.checklists import (
    ITEM_COLUMNS,
    ITEM_RELATIONS,
    current_checklist,
    differences,
    places_moved,
    sections,
)
from institutions.actions.categories import load_categories
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 3, 1, 0, tzinfo=UTC)
DAY = date(2023, 7, 3)
NAMES = "SELECT event_object_table FROM information_schema.triggers WHERE trigger_name = %s"


def values(item: ChecklistItem | None = None, **given: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "text": "场所整洁",
        "severity": 1,
        "mode": "on_the_spot",
        "further_mode": "",
        "default_days": 3,
        "note": "",
        "by_lead_department": True,
        "departments": [],
        "categories": [],
        "bases": [],
    }
    if item:
        plain = {name: getattr(item, name) for name in ITEM_COLUMNS}
        plain |= {name: list(getattr(item, name).all()) for name in ITEM_RELATIONS}
    return plain | given


def drafted(by: User) -> Checklist:
    make.checklist()
    return draft_checklist(by=by.actor, at=AT)


def item_of(checklist: Checklist, code: str = "A1") -> ChecklistItem:
    items = ChecklistItem.objects.filter(area__checklist=checklist, area__code=code[0])
    return items.get(number=int(code[1:]))


def amended(item: ChecklistItem, by: User, **given: Any) -> ChecklistItem:
    given = values(item, **given)
    return amend_item(item=item, version=item.version, values=given, by=by.actor, at=AT)


def released(draft: Checklist, by: User, on: date = DAY) -> Checklist:
    draft.refresh_from_db()
    return release_checklist(
        checklist=draft, version=draft.version, effective_on=on, by=by.actor, at=AT
    )


def codes(checklist: Checklist) -> list[str]:
    return [item.code for section in sections(checklist) for item in section.items]


def told() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_a_new_portal_gets_eight_areas_as_a_draft_once(lead: User) -> None:
    for load in (load_departments, load_bases, load_categories):
        load(by=CONSOLE)

    count = load_checklist(by=CONSOLE, at=AT)

    draft = Checklist.objects.get()
    assert (draft.state, len(sections(draft)), len(codes(draft))) == ("draft", 8, count)
    assert all(item.lookers for section in sections(draft) for item in section.items)
    assert load_checklist(by=CONSOLE, at=AT) == 0
    assert released(draft, lead).number == 1


def test_a_draft_is_a_copy_of_the_newest_version(office: User) -> None:
    draft = drafted(office)

    assert codes(draft) == ["A1", "A2", "F1", "F2"]
    assert item_of(draft).lookers == "jiaoti局"
    assert (draft.former and draft.former.number, list(draft.writers.all())) == (1, [office])
    assert told() == ["checklist.drafted"]


def test_one_draft_at_a_time_and_none_before_the_first_release(office: User) -> None:
    make.checklist(is_draft=True)
    with pytest.raises(NotPossibleError, match="还没有已发布的检查表"):
        draft_checklist(by=office.actor, at=AT)
    make.release(Checklist.objects.get(), DAY)
    draft_checklist(by=office.actor, at=AT)

    with pytest.raises(NotPossibleError, match="已有一份正在修改的草稿"):
        draft_checklist(by=office.actor, at=AT)
    assert Checklist.objects.count() == 2


def test_an_amended_item_says_before_and_after_on_the_drafts_page(office: User) -> None:
    draft = drafted(office)
    basis = make.basis("第三条")

    amended(item_of(draft), office, severity=4, bases=[basis])

    event = AuditEvent.objects.latest("id")
    assert event.subject == f"inspections.checklist:{draft.pk}"
    assert [(one.label, one.before, one.after) for one in event.changed] == [
        ("严重程度", "一般", "严重"),
        ("法律依据", "", "《测试管理办法》第三条"),
    ]


def test_an_item_as_it_is_leaves_no_line(office: User) -> None:
    draft = drafted(office)

    amended(item_of(draft), office)

    assert told() == ["checklist.drafted"]


def test_a_number_is_never_given_twice(office: User) -> None:
    draft = drafted(office)
    area = ChecklistArea.objects.get(checklist=draft, code="A")
    first = add_item(area=area, values=values(), by=office.actor, at=AT)
    second = add_item(area=area, values=values(), by=office.actor, at=AT)
    withdraw_item(item=first, reason="重复", by=office.actor, at=AT)

    third = add_item(area=area, values=values(), by=office.actor, at=AT)

    assert [second.code, third.code] == ["A4", "A5"]
    assert codes(draft) == ["A1", "A2", "A4", "A5", "F1", "F2"]


def test_a_number_of_an_earlier_version_stays_taken(office: User, lead: User) -> None:
    draft = drafted(office)
    withdraw_item(item=item_of(draft, "A2"), reason="合并", by=office.actor, at=AT)
    released(draft, lead)
    next_one = draft_checklist(by=office.actor, at=AT)

    area = ChecklistArea.objects.get(checklist=next_one, code="A")
    new = add_item(area=area, values=values(), by=office.actor, at=AT)

    assert new.code == "A3"


def test_the_last_item_of_an_area_stays(office: User) -> None:
    draft = drafted(office)
    withdraw_item(item=item_of(draft, "A1"), reason="合并", by=office.actor, at=AT)

    with pytest.raises(NotPossibleError, match="最后一项"):
        withdraw_item(item=item_of(draft, "A2"), reason="合并", by=office.actor, at=AT)
    assert codes(draft) == ["A2", "F1", "F2"]


def test_neighbours_change_places(office: User) -> None:
    draft = drafted(office)

    move_item(item=item_of(draft, "A2"), up=True, by=office.actor, at=AT)

    assert codes(draft) == ["A2", "A1", "F1", "F2"]
    with pytest.raises(NotPossibleError, match="最前"):
        move_item(item=item_of(draft, "A2"), up=True, by=office.actor, at=AT)
    with pytest.raises(NotPossibleError, match="最后"):
        move_item(item=item_of(draft, "A1"), up=False, by=office.actor, at=AT)
    assert told() == ["checklist.drafted", "checklist.item_moved"]


def test_somebody_must_look_at_an_item(office: User) -> None:
    draft = drafted(office)

    with pytest.raises(NotPossibleError, match="至少选择一个检查部门"):
        amended(item_of(draft), office, departments=[])
    assert item_of(draft).lookers == "jiaoti局"


def test_an_old_form_is_refused(office: User) -> None:
    draft = drafted(office)
    before = item_of(draft)
    amended(item_of(draft), office, text="新的内容")

    with pytest.raises(StaleError):
        amended(before, office, text="旧的内容")


def test_nobody_releases_what_they_have_written_in(office: User, lead: User, head: User) -> None:
    draft = drafted(office)
    amended(item_of(draft), lead, text="审核人改过")

    for writer in (office, lead):
        with pytest.raises(NotPossibleError, match="须由其他人员发布"):
            released(draft, writer)
    done = released(draft, head)

    assert (str(done), done.released_by) == ("检查表第2版", head)


def test_the_console_releases_nothing(office: User) -> None:
    draft = drafted(office)

    with pytest.raises(NotPossibleError, match="本人登录"):
        release_checklist(checklist=draft, version=1, effective_on=DAY, by=CONSOLE, at=AT)


def test_who_releases_has_seen_the_last_change(office: User, lead: User) -> None:
    draft = drafted(office)
    amended(item_of(draft), office, text="最后一刻的修改")

    with pytest.raises(StaleError):
        release_checklist(
            checklist=draft, version=draft.version, effective_on=DAY, by=lead.actor, at=AT
        )


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2023, 7, 2), "不能早于今天"),
        (date(2023, 7, 31), "不能早于检查表第1版"),
        (date(2032, 8, 1), "在一年以后，请核对年份"),
    ],
    ids=["yesterday", "before the last one", "a mistyped year"],
)
def test_a_version_is_not_in_force_before_its_release_nor_before_an_earlier_one_nor_years_later(
    office: User, lead: User, on: date, words: str
) -> None:
    make.checklist(effective_on=date(2023, 8, 1))
    draft = draft_checklist(by=office.actor, at=AT)

    with pytest.raises(NotPossibleError, match=words):
        released(draft, lead, on)
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", None)


def test_the_version_in_force_follows_from_the_day(office: User, lead: User) -> None:
    draft = drafted(office)
    new = release_checklist(
        checklist=draft, version=1, effective_on=date(2023, 8, 1), by=lead.actor, at=AT
    )

    assert current_checklist(date(2022, 12, 31)) is None
    first, second = current_checklist(date(2023, 7, 31)), current_checklist(date(2023, 8, 1))
    assert (first and first.former, second) == (None, new)


def test_a_draft_is_given_up_but_not_the_first_one(office: User) -> None:
    first = make.checklist(is_draft=True)
    with pytest.raises(NotPossibleError, match="不能作废"):
        discard_checklist(checklist=first, version=1, reason="不用", by=office.actor, at=AT)
    make.release(first, DAY)
    draft = draft_checklist(by=office.actor, at=AT)

    done = discard_checklist(checklist=draft, version=1, reason="暂不修改", by=office.actor, at=AT)

    assert (str(done), done.number) == ("检查表已作废", None)
    with pytest.raises(NotPossibleError, match="不能再修改"):
        amended(item_of(draft), office, text="改")


def test_what_differs_from_the_version_before(office: User) -> None:
    draft = drafted(office)
    area = ChecklistArea.objects.get(checklist=draft, code="A")
    add_item(area=area, values=values(), by=office.actor, at=AT)
    amended(item_of(draft, "A1"), office, text="新的内容")
    withdraw_item(item=item_of(draft, "F2"), reason="合并", by=office.actor, at=AT)
    move_item(item=item_of(draft, "A1"), up=False, by=office.actor, at=AT)

    found = differences(draft, draft.former)

    assert [(one.item.code, one.kind) for one in found] == [
        ("A1", "amended"),
        ("A3", "added"),
        ("F2", "withdrawn"),
    ]
    assert [change.after for change in found[0].changes] == ["新的内容"]
    assert places_moved(draft, draft.former) == ["A 办学资质"]


def test_a_version_narrowed_to_a_department_and_a_category() -> None:
    version = make.checklist(is_draft=True)
    fire = make.department("xiaofang")
    mine, led = item_of(version, "F1"), item_of(version, "A2")
    mine.departments.set([fire])
    led.departments.clear()
    ChecklistItem.objects.filter(pk=led.pk).update(by_lead_department=True)
    arts = make.category()
    item_of(version, "A1").categories.add(make.category("XK", "学科类"))

    by_fire = sections(version, department=fire)
    by_arts = sections(version, department=make.department("wenlv"))

    assert [item.code for one in by_fire for item in one.items] == ["F1"]
    assert [item.code for one in by_arts for item in one.items] == ["A2"]
    asked = [item.code for one in sections(version, category=arts) for item in one.items]
    assert asked == ["A2", "F1", "F2"]


# --- What the database itself refuses ---------------------------------------------------------


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


SETTLED = {
    "its day": "UPDATE inspections_checklist SET effective_on = '2024-01-01' WHERE number = 1",
    "back to a draft": "UPDATE inspections_checklist SET state = 'draft' WHERE number = 1",
    "an area's name": "UPDATE inspections_checklistarea SET name = '改名'",
    "an item's words": "UPDATE inspections_checklistitem SET text = '改写'",
    "an item away": "DELETE FROM inspections_checklistitem",
    "an item more": """INSERT INTO inspections_checklistitem
        (area_id, number, position, text, severity, mode, further_mode, default_days, note,
         by_lead_department, version)
        SELECT id, 9, 9, '多一项', 1, 'case', '', 1, '', false, 1 FROM inspections_checklistarea""",
    "who looks": "DELETE FROM inspections_checklistitem_departments",
    "a ground more": """INSERT INTO inspections_checklistitem_bases (checklistitem_id, legalbasis_id)
        SELECT item.id, basis.id FROM inspections_checklistitem item, law_legalbasis basis""",
    "a category more": """INSERT INTO inspections_checklistitem_categories
        (checklistitem_id, category_id)
        SELECT item.id, kind.id FROM inspections_checklistitem item, institutions_category kind""",
}


@pytest.mark.parametrize("statement", SETTLED.values(), ids=SETTLED)
def test_the_database_refuses_to_touch_a_released_version(statement: str) -> None:
    make.basis()
    make.category()
    draft = make.checklist(is_draft=True)
    with transaction.atomic():
        run(statement.replace("number = 1", "number IS NULL"))
        transaction.set_rollback(True)
    make.release(draft, DAY)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        run(statement)


def test_every_table_of_a_version_is_guarded() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAMES, ["inspections_settled"])
        guarded = {name for (name,) in cursor.fetchall()}

    assert guarded == {
        "inspections_checklist",
        "inspections_checklistarea",
        "inspections_checklistitem",
        "inspections_checklistitem_departments",
        "inspections_checklistitem_categories",
        "inspections_checklistitem_bases",
    }
