"""A draw: the list is fixed before the seed is there, nothing changes afterwards, and it becomes visits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from foundation.accounts.models import Role, User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.law.models import Limit
from foundation.workflow import NotPossibleError
from inspections.actions.approvals import ask_for_approval
from inspections.actions.drawn import plan_drawn_inspections
from inspections.actions.draws import (
    discard_draw,
    draw_lots,
    drop_from_draw,
    fix_list,
    recuse,
    withdraw_recusal,
)
from inspections.actions.inspectors import name_inspectors, replace_inspector
from inspections.actions.merging import merge_inspections
from inspections.actions.planning import PLAN_FIELDS, amend_inspection, cancel_inspection
from inspections.models import Draw, DrawInspector, DrawnVisit, DrawPlace, DrawRecusal, Inspection
from inspections.queries.draws import draws_of, list_of, result_of
from inspections.selection import draw, hash_of, list_bytes
from institutions.models import Institution
from institutions.workflow import InstitutionState
from tests import make

pytestmark = pytest.mark.django_db
FIXED_AT = datetime(2023, 7, 5, 1, tzinfo=UTC)
AT = datetime(2023, 7, 7, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limits(db: None) -> None:
    make.limits()
    make.checklist()


def drawn(by: User, **given: Any) -> Draw:
    return make.draw(by, state="drawn", **given)


def planned(row: Draw, by: User, **given: Any) -> list[Inspection]:
    plain: dict[str, Any] = {"lead": make.department(), "starts_on": date(2023, 7, 10)}
    plain |= {"organiser": make.office(), "a_day": None, "skip_weekends": False, "scope": "资质"}
    return plan_drawn_inspections(draw=row, by=by.actor, at=AT, **plain | given)


def acts(row: Draw) -> list[str]:
    return list(
        AuditEvent.objects.filter(target=f"inspections.draw:{row.pk}")
        .order_by("id")
        .values_list("act", flat=True)
    )


def test_the_list_is_fixed_with_its_hash_and_the_seed_draws_what_anybody_recomputes(
    office: User,
) -> None:
    row = drawn(office)

    row.refresh_from_db()
    fixed = list_of(row)
    assert row.list_sha256 == hash_of(bytes(row.list_file)) == hash_of(list_bytes(fixed))
    assert [one.number for one in fixed.places] == [1, 2, 3]
    wanted = draw(fixed, of_list=row.list_sha256, seed="73046")
    assert [(one.place, one.inspectors) for one in result_of(row)] == [
        (one.place, one.inspectors) for one in wanted
    ]
    assert len(wanted[0].inspectors) == 2
    assert (row.seed, row.drawn_by, row.fixed_by) == ("73046", office, office)
    assert acts(row) == ["draw.prepared", "draw.fixed", "draw.drawn"]


def test_the_list_has_what_was_asked_for_and_no_heads_and_no_ended_institutions(
    office: User,
) -> None:
    wanted = make.institution("定边县安边画室", town=make.town("安边镇"))
    make.institution("定边县别处画室", town=make.town("别镇"))
    make.institution(
        "定边县关停画室", town=make.town("安边镇"), state=InstitutionState.DEREGISTERED
    )
    head = make.inspector(make.department(), role=Role.DEPARTMENT_HEAD)

    row = make.draw(office, towns=[make.town("安边镇")])

    assert [one.institution for one in row.places.all()] == [wanted]
    assert head.pk not in row.inspectors.values_list("user", flat=True)
    assert row.inspectors.count() == 3


def test_a_campaigns_draw_is_of_its_places(office: User) -> None:
    make.institution("不在行动中的机构")
    campaign = make.campaign()

    row = make.draw(office, campaign=campaign)

    (place,) = campaign.places.all()
    assert [one.institution for one in row.places.all()] == [place.institution]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"place_count": 4}, "只有3家机构"),
        ({"from_each": 1}, "不得少于2人"),
        ({"from_each": 4}, "不足4人等3处"),
    ],
)
def test_what_could_not_be_drawn_is_refused(
    office: User, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotPossibleError, match=words):
        make.draw(office, **values)

    assert not Draw.objects.exists()
    assert not AuditEvent.objects.exists()


def test_who_was_recused_before_is_recused_again_and_nobody_takes_that_back(office: User) -> None:
    place = make.institution()
    visit = make.inspection(institution=place)
    was = visit.inspectors.all()[0]
    was.is_recused, was.left_at, was.left_by = True, AT, office
    was.left_reason = "举办者是其近亲属"
    was.save()

    row = make.draw(office)

    (recusal,) = DrawRecusal.objects.all()
    assert (recusal.place.institution, recusal.inspector.user) == (place, was.user)
    assert recusal.reason == "此前已回避：举办者是其近亲属"
    with pytest.raises(NotPossibleError, match="不能撤去"):
        withdraw_recusal(draw=row, version=1, recusal=recusal, by=office.actor)


def test_nobody_goes_where_recused_and_the_reason_is_not_in_the_file(office: User) -> None:
    row = make.draw(office, place_count=3)
    away = row.inspectors.all()[0]
    for version, place in enumerate(row.places.all(), start=1):
        recuse(
            draw=row, version=version, place=place, inspector=away, reason="曾任教", by=office.actor
        )

    row = fix_list(draw=row, version=4, seed_source="抽签", by=office.actor, at=FIXED_AT)
    row = draw_lots(draw=row, version=5, seed="0000", witness="见证人甘草", by=office.actor, at=AT)

    people = [who.number for one in result_of(row) for who in one.inspectors]
    assert sorted(people) == [2, 2, 2, 3, 3, 3]
    text = bytes(row.list_file).decode("utf-8-sig")
    assert f"检查人员,1,{away.name},测试jiaoti局,1 2 3\r\n" in text
    assert "曾任教" not in text


def test_a_list_that_a_department_could_not_serve_is_not_fixed(office: User) -> None:
    row = make.draw(office)
    place = row.places.all()[0]
    for version, one in enumerate(row.inspectors.all()[:2], start=1):
        recuse(
            draw=row, version=version, place=place, inspector=one, reason="亲属", by=office.actor
        )

    with pytest.raises(NotPossibleError, match=f"可以去“{place.name}”的人员不足2人"):
        fix_list(draw=row, version=3, seed_source="抽签", by=office.actor, at=FIXED_AT)

    row.refresh_from_db()
    assert (row.state, row.list_sha256) == ("draft", "")
    assert set(row.places.values_list("number", flat=True)) == {None}


def test_before_it_is_fixed_the_list_is_corrected_with_a_reason(office: User) -> None:
    row = make.draw(office)
    place, inspector = row.places.all()[0], row.inspectors.all()[0]
    other = row.places.all()[1]
    recusal = recuse(
        draw=row, version=1, place=other, inspector=inspector, reason="误填", by=office.actor
    )
    withdraw_recusal(draw=row, version=2, recusal=recusal, by=office.actor)

    drop_from_draw(
        draw=row,
        version=3,
        places=[place],
        inspectors=[inspector],
        reason="停课；休假",
        by=office.actor,
    )

    assert (row.places.count(), row.inspectors.count()) == (2, 2)
    assert not DrawRecusal.objects.exists()
    line = AuditEvent.objects.order_by("id").last()
    assert line is not None
    assert (line.act, line.reason) == ("draw.dropped", "停课；休假")
    with pytest.raises(StaleError):
        discard_draw(draw=row, version=3, by=office.actor)
    discard_draw(draw=row, version=4, by=office.actor)
    with pytest.raises(NotPossibleError):
        fix_list(draw=row, version=5, seed_source="抽签", by=office.actor)


def test_another_lists_rows_are_not_taken_for_this_ones(office: User) -> None:
    row, other = make.draw(office), make.draw(office)
    place, inspector = other.places.all()[0], row.inspectors.all()[0]

    with pytest.raises(NotPossibleError, match="不在这份名单中"):
        recuse(
            draw=row, version=1, place=place, inspector=inspector, reason="亲属", by=office.actor
        )
    with pytest.raises(NotPossibleError, match="请先选中"):
        drop_from_draw(draw=row, version=1, places=[place], reason="停课", by=office.actor)

    assert other.places.count() == 3


@pytest.mark.parametrize("seed", ["", "123", "12 34", "７３０４６", "a" * 65, "12345\n"])
def test_a_seed_is_letters_and_digits(office: User, seed: str) -> None:
    row = make.draw(office, state="fixed")

    with pytest.raises(NotPossibleError, match="4至64位"):
        draw_lots(draw=row, version=2, seed=seed, witness="某某", by=office.actor, at=AT)

    assert not DrawnVisit.objects.exists()


def test_the_seed_comes_after_the_list_and_once(office: User) -> None:
    row = make.draw(office, state="fixed")

    with pytest.raises(NotPossibleError, match="名单固定之后"):
        draw_lots(draw=row, version=2, seed="1234", witness="某某", by=office.actor, at=FIXED_AT)
    later = FIXED_AT + timedelta(seconds=1)
    draw_lots(draw=row, version=2, seed="1234", witness="某某", by=office.actor, at=later)
    with pytest.raises(NotPossibleError, match="当前为“已抽取”"):
        draw_lots(draw=row, version=3, seed="4321", witness="某某", by=office.actor, at=AT)


_TOUCHES: dict[str, Callable[[Draw], object]] = {
    "another seed": lambda row: Draw.objects.filter(pk=row.pk).update(seed="99999"),
    "another source": lambda row: Draw.objects.filter(pk=row.pk).update(seed_source="别处"),
    "back to a draft": lambda row: Draw.objects.filter(pk=row.pk).update(state="draft"),
    "a name": lambda row: row.places.update(name="改名"),
    "one place less": lambda row: DrawPlace.objects.filter(draw=row, drawn=None).delete(),
    "one person less": lambda row: row.inspectors.all()[:1].get().delete(),
    "another turn": lambda row: row.drawn.update(turn=F("turn") + 1),
    "nothing drawn": lambda row: row.drawn.all().delete(),
    "one more drawn": lambda row: DrawnVisit.objects.create(
        draw=row, place=row.places.filter(drawn=None)[0], turn=9
    ),
    "other people": lambda row: row.drawn.get().inspectors.set(row.inspectors.all()),
    "a recusal": lambda row: DrawRecusal.objects.create(
        place=row.places.all()[0], inspector=row.inspectors.all()[0], reason="后补"
    ),
    "one more person": lambda row: DrawInspector.objects.create(
        draw=row, user=make.user(), department=make.department(), name="后补"
    ),
}


@pytest.mark.parametrize("touch", _TOUCHES.values(), ids=_TOUCHES)
def test_the_database_refuses_to_change_a_draw(office: User, touch: Callable[[Draw], Any]) -> None:
    row = drawn(office)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        touch(row)


@pytest.mark.parametrize(
    "change",
    [{"title": "改名"}, {"state": "draft"}, {"state": "drawn", "place_count": 2, "seed": "1234"}],
)
def test_the_database_refuses_to_change_a_fixed_list(office: User, change: dict[str, Any]) -> None:
    row = make.draw(office, state="fixed")

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Draw.objects.filter(pk=row.pk).update(**change)


def test_drawn_again_it_has_a_reason_and_the_former_draw_stays(office: User) -> None:
    former = drawn(office)
    result = result_of(former)

    with pytest.raises(NotPossibleError, match="须写明理由"):
        make.draw(office, replaces=former)
    again = make.draw(office, replaces=former, reason="漏列一家机构", state="fixed")

    former.refresh_from_db()
    assert (former.state, result_of(former)) == ("drawn", result)
    assert (again.replaces, again.redraw_reason) == (former, "漏列一家机构")
    with pytest.raises(NotPossibleError, match="已由“秋季双随机”重新抽取"):
        make.draw(office, replaces=former, reason="再来一次")
    with pytest.raises(NotPossibleError, match="已由“秋季双随机”代替"):
        planned(former, office)


def test_a_fixed_list_that_is_replaced_is_not_drawn_any_more(office: User) -> None:
    former = make.draw(office, state="fixed")
    draft = make.draw(office, replaces=former, reason="人员有误")

    with pytest.raises(NotPossibleError, match="代替，不再抽取"):
        draw_lots(draw=former, version=2, seed="1234", witness="某某", by=office.actor, at=AT)
    discard_draw(draw=draft, version=1, by=office.actor)
    draw_lots(draw=former, version=2, seed="1234", witness="某某", by=office.actor, at=AT)


def test_what_was_drawn_becomes_joint_visits_once(office: User) -> None:
    both = [make.department(), make.department("wenlv")]
    row = drawn(office, place_count=2, from_each=1, departments=both)

    made = planned(row, office, a_day=1)

    assert [one.planned_on.day for one in made] == [10, 11]
    for one, line in zip(made, row.drawn.all(), strict=True):
        assert (one.kind, one.drawn, one.institution) == ("random", line, line.place.institution)
        assert [part.department for part in one.sections.all()] == both
        assert set(one.inspectors.values_list("user", flat=True)) == set(
            line.inspectors.values_list("user", flat=True)
        )
    asker = made[0].inspectors.filter(section__department=both[0]).get().user
    ask_for_approval(inspection=made[0], version=1, by=asker.actor, at=AT)
    with pytest.raises(NotPossibleError, match="都已拟定检查"):
        planned(row, office)
    with pytest.raises(NotPossibleError, match="请先取消这些检查"):
        make.draw(office, replaces=row, reason="想换一批")
    assert acts(row)[-1] == "draw.planned"


def test_what_was_cancelled_may_be_planned_again(office: User) -> None:
    row = drawn(office)
    (first,) = planned(row, office)
    cancel_inspection(inspection=first, version=1, reason="停课", by=office.actor, at=AT)

    (second,) = planned(row, office)

    assert second.drawn == first.drawn


def test_a_place_over_the_cap_is_left_out_unless_it_is_said_why(office: User) -> None:
    Limit.objects.filter(key="visits_a_year").update(value=2)
    row = drawn(office, place_count=2)
    often = row.drawn.all()[0].place.institution
    for month in (3, 4):
        make.inspection(institution=often, state="approved", planned_on=date(2023, month, 1))

    made = planned(row, office)

    assert [one.drawn for one in made] == [row.drawn.all()[1]]
    with pytest.raises(NotPossibleError, match="已达上限"):
        planned(row, office)
    (late,) = planned(row, office, exception="群众反映集中")
    assert late.institution == often
    line = AuditEvent.objects.filter(act="draw.planned").order_by("id").last()
    assert line is not None
    assert line.reason == "群众反映集中"


def test_what_the_campaign_visits_anyway_and_what_has_ended_is_left_out(office: User) -> None:
    campaign = make.campaign()
    for _ in range(2):
        campaign.places.create(institution=make.institution(), added_at=FIXED_AT)
    row = drawn(office, campaign=campaign, place_count=3)
    visited, ended, left = (one.place.institution for one in row.drawn.all())
    make.inspection(institution=visited, planned=campaign.places.get(institution=visited))
    Institution.objects.filter(pk=ended.pk).update(state=InstitutionState.DEREGISTERED)

    made = planned(row, office)

    assert [one.institution for one in made] == [left]
    assert made[0].planned == campaign.places.get(institution=left)


def test_who_has_left_meanwhile_is_not_sent(office: User) -> None:
    row = drawn(office)
    gone = row.drawn.get().inspectors.all()[0].user
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    (made,) = planned(row, office)

    assert gone.pk not in made.inspectors.values_list("user", flat=True)
    assert made.inspectors.count() == 1


def test_who_was_drawn_is_not_left_out_without_the_heads_reason(office: User) -> None:
    both = [make.department(), make.department("wenlv")]
    (visit,) = planned(drawn(office, from_each=1, departments=both), office)
    section = visit.sections.get(department=both[1])
    other = make.inspector(both[1])

    with pytest.raises(NotPossibleError, match="是双随机抽中的检查人员"):
        name_inspectors(section=section, version=1, people=[other], by=office.actor, at=AT)
    plain = {name: getattr(visit, name) for name in PLAN_FIELDS}
    with pytest.raises(NotPossibleError, match="是双随机抽中的检查人员"):
        amend_inspection(
            inspection=visit,
            version=1,
            values=plain,
            departments=both[:1],
            by=office.actor,
            at=AT,
        )
    going = section.inspectors.get()
    people = [going.user, other]
    name_inspectors(section=section, version=1, people=people, by=office.actor, at=AT)
    head = make.user(role=Role.DEPARTMENT_HEAD, department=both[1])
    replace_inspector(
        inspector=going,
        version=2,
        is_recused=True,
        reason="近亲属",
        replacement=None,
        by=head.actor,
        at=AT,
    )
    name_inspectors(section=section, version=3, people=[other], by=office.actor, at=AT)

    assert section.inspectors.get(left_at=None).user == other


def test_merged_into_another_visit_what_was_drawn_stays_carried_out(office: User) -> None:
    row = drawn(office)
    (visit,) = planned(row, office)
    assert visit.institution is not None
    own = make.inspection(institution=visit.institution, lead=make.department("xiaofang"))

    merge_inspections(
        into=own,
        others=[visit],
        versions={own.pk: 1, visit.pk: 1},
        organiser=make.office(),
        by=office.actor,
        at=AT,
    )

    own.refresh_from_db()
    assert own.drawn == row.drawn.get()
    with pytest.raises(NotPossibleError, match="都已拟定检查"):
        planned(row, office)


def test_before_it_is_drawn_nothing_is_planned(office: User) -> None:
    with pytest.raises(NotPossibleError, match="还没有抽取"):
        planned(make.draw(office, state="fixed"), office)

    assert not Inspection.objects.exists()


def test_a_department_sees_the_draws_of_its_people_once_the_list_is_fixed(
    office: User, officer: User, town_officer: User
) -> None:
    others = make.draw(office, departments=[make.department("wenlv")], state="fixed")
    draft, fixed = make.draw(office), make.draw(office, state="fixed")

    assert set(draws_of(officer)) == {fixed}
    assert set(draws_of(office)) == {others, draft, fixed}
    assert set(draws_of(town_officer)) == set()
