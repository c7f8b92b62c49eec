"""A visit that takes place: begun, answered by each department, what was found, concluded by the lead."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from foundation.accounts.models import Role, User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from inspections.actions.answers import Given, answer_items, answer_rest, choose_answer
from inspections.actions.approvals import (
    approve_inspection,
    ask_for_approval,
    send_back_inspection,
)
from inspections.actions.findings import (
    fix_on_the_spot,
    record_finding,
    set_term,
    withdraw_finding,
)
from inspections.actions.found import Found
from inspections.actions.inspectors import replace_inspector
from inspections.actions.merging import merge_inspections
from inspections.actions.on_site import ConflictError
from inspections.actions.planning import cancel_inspection, move_inspection
from inspections.actions.visits import begin_inspection, conclude_inspection
from inspections.models import Answer, ChecklistItem, Finding, Inspection
from inspections.queries.inspections import to_approve, to_ask, to_complete, visits_of_place
from inspections.queries.overlaps import overlaps
from inspections.queries.records import record_of, visible_findings, with_findings
from tests import make

pytestmark = pytest.mark.django_db
NINE = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
NEXT_DAY = NINE + timedelta(days=1)
# Ten days after the visit answers are still taken in; the day after they are not.
TOO_LATE = NINE + timedelta(days=11)


def running(**given: Any) -> Inspection:
    make.limits()
    return make.inspection(state="running", **given)


def joint() -> tuple[Inspection, User, User]:
    """Two departments look at the same two items of the fire safety; the first has two more."""
    fire = make.department("xiaofang")
    draft = make.checklist(is_draft=True)
    for one in ChecklistItem.objects.filter(area__code="F"):
        one.departments.add(fire)
    row = running(checklist=make.release(draft))
    return row, inspector_of(row), make.takes_part(row, fire)


def inspector_of(row: Inspection, number: int = 0) -> User:
    return row.inspectors.filter(section__department=row.lead).order_by("pk")[number].user


def items(row: Inspection, area: str = "") -> list[ChecklistItem]:
    rows = ChecklistItem.objects.filter(area__checklist=row.checklist, area__code__startswith=area)
    return list(rows.select_related("area"))


def answered(
    row: Inspection, by: User, values: Iterable[tuple[ChecklistItem, str]], **given: Any
) -> list[Answer]:
    notes = {"not_looked_at": "没有带钥匙"}
    rows = [
        Given(
            uuid4(),
            item.pk,
            value,
            notes.get(value, ""),
            problem() if value == "not_met" else None,
        )
        for item, value in values
    ]
    plain: dict[str, Any] = {"by": by.actor, "at": TEN}
    return answer_items(inspection=row, answers=rows, **plain | given)


def problem(**given: Any) -> Found:
    plain: dict[str, Any] = {"fact": "安全出口上锁", "severity": 3, "mode": "in_time", "days": 7}
    return Found(**{"uuid": uuid4()} | plain | given)


def begin(row: Inspection, by: User, **given: Any) -> Inspection:
    plain: dict[str, Any] = {"version": row.version, "begun_at": NINE, "by": by.actor, "at": NINE}
    return begin_inspection(inspection=row, **plain | given)


def conclude(row: Inspection, by: User, **given: Any) -> Inspection:
    if not row.signatures.exists():
        make.signature(row)
    row.refresh_from_db()
    plain: dict[str, Any] = {"version": row.version, "ended_at": TEN, "by": by.actor, "at": TEN}
    return conclude_inspection(inspection=row, conclusion="总体合格", **plain | given)


def last_line() -> tuple[str, str, str]:
    line = AuditEvent.objects.latest("id")
    return line.act, line.words, line.reason


def test_one_of_its_inspectors_begins_an_approved_visit() -> None:
    make.limits()
    planned, row = make.inspection(), make.inspection(state="approved")
    goes, stranger = inspector_of(row), make.inspector(row.lead)

    with pytest.raises(NotPossibleError, match="不是这次检查的检查人员"):
        begin(row, stranger)
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        begin(planned, inspector_of(planned))
    with pytest.raises(NotPossibleError, match="不能早于批准时间"):
        begin(row, goes, begun_at=NINE - timedelta(days=5))
    with pytest.raises(NotPossibleError, match="不能晚于现在"):
        begin(row, goes, begun_at=TEN)
    begin(row, goes)

    row.refresh_from_db()
    assert (row.state, row.begun_at, row.begun_by) == ("running", NINE, goes)
    assert last_line() == ("inspection.begun", "2023年7月10日09:00开始检查", "")
    with pytest.raises(StaleError):
        begin(row, goes, version=1)


def test_a_visit_on_paper_comes_in_later_with_a_reason_and_its_real_date() -> None:
    make.limits()
    row, moved = make.inspection(state="approved"), make.inspection(state="approved")
    by = inspector_of(row)

    with pytest.raises(NotPossibleError, match="写明补录理由"):
        begin(row, by, at=NEXT_DAY)
    with pytest.raises(NotPossibleError, match="检查已过10天"):
        begin(row, by, at=TOO_LATE, late_reason="没有网络")
    with pytest.raises(NotPossibleError, match="在另一天实施的请写明理由"):
        begin(moved, inspector_of(moved), begun_at=NEXT_DAY, at=NEXT_DAY)
    begin(row, by, at=NEXT_DAY, late_reason="没有网络")
    made = answered(row, by, [(one, "met") for one in items(row)], at=NEXT_DAY)
    conclude(row, by, at=NEXT_DAY)

    row.refresh_from_db()
    assert (row.begun_at, row.ended_at, row.late_reason) == (NINE, TEN, "没有网络")
    assert {(one.answered_at, one.received_at) for one in made} == {(NINE, NEXT_DAY)}


def test_a_visit_begun_is_not_moved_merged_or_given_up() -> None:
    place = make.institution()
    row, other = running(institution=place), make.inspection(institution=place)
    given: dict[str, Any] = {"version": 1, "by": make.user().actor, "at": NINE}

    with pytest.raises(NotPossibleError, match="已经开始，不能改期"):
        move_inspection(inspection=row, planned_on=date(2023, 7, 12), reason="雨", **given)
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        cancel_inspection(inspection=row, reason="雨", **given)
    office = make.office()
    for into, joined in ((other, row), (row, other)):
        with pytest.raises(NotPossibleError, match="不能进行这一步"):
            merge_inspections(
                into=into,
                others=[joined],
                versions={row.pk: 1, other.pk: 1},
                organiser=office,
                by=make.user().actor,
                at=NINE,
            )
    assert overlaps(date(2023, 7, 1)) == []
    assert visits_of_place(place, 2023).count == 1
    assert not AuditEvent.objects.exists()


def test_an_urgent_visit_begins_before_it_is_approved_and_ends_after() -> None:
    make.limits()
    row = make.inspection(state="waiting", is_urgent=True, urgent_reason="通道被堵")
    row.approval.completion_due_on = date(2023, 7, 12)
    row.approval.save(update_fields=["completion_due_on"])
    by = inspector_of(row)
    head = make.user(role=Role.DEPARTMENT_HEAD, department=row.lead)
    begin(row, by)
    answered(row, by, [(one, "met") for one in items(row)])

    def waits() -> tuple[int, int, int]:
        every = Inspection.objects.all()
        return to_approve(head).count(), to_ask(by).count(), to_complete(every).count()

    def act(what: Any, who: User, **given: Any) -> None:
        row.refresh_from_db()
        what(inspection=row, version=row.version, by=who.actor, at=TEN, **given)

    assert waits() == (1, 0, 1)
    with pytest.raises(NotPossibleError, match="审批还没有补办"):
        conclude(row, by)
    with pytest.raises(NotPossibleError, match="已经提请审批"):
        act(ask_for_approval, by)
    act(send_back_inspection, head, words="补充说明")
    assert waits() == (0, 1, 1)
    act(ask_for_approval, by)
    act(approve_inspection, head)
    assert waits() == (0, 0, 0)
    assert conclude(row, by).state == "concluded"


def test_an_urgent_visit_stays_reported_when_it_is_asked_for_again() -> None:
    make.limits()
    row = make.inspection(state="waiting", is_urgent=True, urgent_reason="通道被堵")
    row.approval.completion_due_on = date(2023, 7, 12)
    row.approval.save(update_fields=["completion_due_on"])
    head = make.user(role=Role.DEPARTMENT_HEAD, department=row.lead)
    reported = row.approval.asked_at

    sent_back = send_back_inspection(
        inspection=row, version=row.version, words="补充说明", by=head.actor, at=TEN
    ).inspection
    ask_for_approval(
        inspection=sent_back, version=sent_back.version, by=inspector_of(row).actor, at=TEN
    )

    row.approval.refresh_from_db()
    assert row.approval.asked_at == reported


def test_an_inspector_answers_for_the_own_department_only() -> None:
    row, first, fire = joint()
    area_a, area_f = items(row, "A"), items(row, "F")

    made = answered(row, first, [(area_a[0], "met"), (area_a[1], "not_looked_at")])

    assert [(one.value, one.by, one.received_at) for one in made] == [
        ("met", first, TEN),
        ("not_looked_at", first, TEN),
    ]
    assert last_line()[1] == f"{row.lead}登记检查结果：A办学资质2项（合格1、未查1）"
    with pytest.raises(NotPossibleError, match="不属于本部门"):
        answered(row, fire, [(area_a[0], "met")])
    other_version = make.item(
        make.checklist(is_draft=True).areas.get(code="A"), number=3, text="另一版的检查项"
    )
    with pytest.raises(NotPossibleError, match="不属于本部门"):
        answered(row, first, [(area_f[0], "met"), (other_version, "met")])
    with pytest.raises(NotPossibleError, match="未查，请写明原因"):
        answer_items(
            inspection=row,
            answers=[Given(uuid4(), area_f[0].pk, "not_looked_at")],
            by=first.actor,
            at=TEN,
        )
    replace_inspector(
        inspector=row.inspectors.get(user=first),
        version=2,
        is_recused=True,
        reason="亲属",
        replacement=make.inspector(row.lead),
        by=make.user().actor,
        at=TEN,
    )
    with pytest.raises(NotPossibleError, match="不是这次检查的检查人员"):
        answered(row, first, [(area_f[0], "met")])
    assert Answer.objects.count() == 2
    planned = make.inspection()
    with pytest.raises(NotPossibleError, match="不能登记检查情况"):
        answered(planned, inspector_of(planned), [(area_a[0], "met")])


def test_what_is_sent_twice_is_answered_once_and_another_text_is_a_conflict() -> None:
    row = running()
    by, item = inspector_of(row), items(row)[0]
    given = Given(UUID(int=7), item.pk, "not_met", "", problem())
    other = Given(UUID(int=7), item.pk, "met")

    for _ in range(2):
        answer_items(inspection=row, answers=[given], by=by.actor, at=TEN)
    again = Given(uuid4(), item.pk, "not_met", "", given.found)
    with pytest.raises(ConflictError):
        answer_items(inspection=row, answers=[again], by=by.actor, at=TEN)
    otherwise = Given(UUID(int=7), item.pk, "not_met", "", problem(fact="通道堵塞"))
    for one in (other, otherwise):
        with pytest.raises(ConflictError):
            answer_items(inspection=row, answers=[one], by=by.actor, at=TEN)
    with pytest.raises(ConflictError):
        answer_items(inspection=row, answers=[given], by=inspector_of(row, 1).actor, at=TEN)

    assert Answer.objects.get().value == "not_met"
    assert Finding.objects.count() == AuditEvent.objects.count() == 1


def test_a_part_counts_what_its_department_has_looked_at_itself() -> None:
    row, first, fire = joint()
    one, other = items(row, "F")
    answered(row, first, [(one, "met"), (other, "not_met")])
    answered(row, fire, [(one, "not_looked_at"), (other, "not_met")])

    lead, joined = record_of(row)

    assert lead.said == "合格1项，不合格1项，待检查2项"
    assert joined.said == "不合格1项，由其他部门检查1项"


def test_the_newest_answer_of_a_person_is_the_persons_answer() -> None:
    row = running()
    by, item = inspector_of(row), items(row)[0]

    answered(row, by, [(item, "not_applicable")])
    answered(row, by, [(item, "met")], at=TEN + timedelta(minutes=5))
    # What was answered earlier and comes later from a phone does not replace what came first.
    late = Given(uuid4(), item.pk, "not_applicable", answered_at=NINE)
    answer_items(inspection=row, answers=[late], by=by.actor, at=TEN + timedelta(minutes=9))

    line = record_of(row)[0].lines[0]
    assert (line.value, len(line.answers), Answer.objects.count()) == ("met", 1, 3)


def test_an_answer_is_never_changed_by_anybody() -> None:
    row = running()
    made = answered(row, inspector_of(row), [(items(row)[0], "met")])[0]

    for statement in (
        "UPDATE inspections_answer SET value = 'not_met' WHERE id = %s",
        "DELETE FROM inspections_answer WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            connection.cursor().execute(statement, [made.pk])


def test_what_is_not_met_asks_for_a_problem() -> None:
    row = running()
    by, (item, *_) = inspector_of(row), items(row)
    bare = [Given(uuid4(), item.pk, "not_met")]

    with pytest.raises(NotPossibleError, match="不合格，请写明问题"):
        answer_items(inspection=row, answers=bare, by=by.actor, at=TEN)
    assert not Answer.objects.exists()
    answered(row, by, [(item, "not_met")])
    # A colleague who says the same need not describe it again.
    answer_items(inspection=row, answers=bare, by=inspector_of(row, 1).actor, at=TEN)

    made = Finding.objects.get()
    assert (made.item, made.section.department, made.found_by) == (item, row.lead, by)
    assert (made.mode, made.days, made.state) == ("in_time", 7, "open")


def test_all_the_rest_is_fine_as_many_as_were_shown() -> None:
    row, first, fire = joint()
    answered(row, first, [(items(row, "A")[0], "met")])
    given: dict[str, Any] = {"inspection": row, "by": first.actor, "at": TEN}

    with pytest.raises(StaleError, match="现在是3项"):
        answer_rest(count=4, **given)
    made = answer_rest(count=3, **given)

    assert {one.value for one in made} == {"met"}
    assert last_line()[1] == f"{row.lead}确认其余3项均合格"
    assert [len(one.unanswered) for one in record_of(row)] == [0, 2]
    with pytest.raises(NotPossibleError, match="没有未作答的"):
        answer_rest(count=3, **given)
    assert len(answer_rest(inspection=row, count=2, by=fire.actor, at=TEN)) == 2


def test_the_rest_is_without_what_a_problem_was_found_beside() -> None:
    row = running()
    by, (item, *others) = inspector_of(row), items(row)
    record_finding(inspection=row, found=problem(), item=item, by=by.actor, at=TEN)

    made = answer_rest(inspection=row, count=3, by=by.actor, at=TEN)

    assert [one.item for one in made] == others
    with pytest.raises(NotPossibleError, match="没有未作答的"):
        answer_rest(inspection=row, count=1, by=by.actor, at=TEN)


def test_two_who_differ_are_both_kept_until_the_lead_chooses() -> None:
    row, first, fire = joint()
    item = items(row, "F")[0]
    mine = answered(row, first, [(item, "met")])[0]
    theirs = answered(row, fire, [(item, "not_met")])[0]
    given: dict[str, Any] = {"inspection": row, "reason": "现场复核", "at": TEN}
    given["shown"] = [mine.pk, theirs.pk]

    assert [line.is_disputed for line in record_of(row)[0].lines] == [False, False, True, False]
    with pytest.raises(NotPossibleError, match="由牵头的"):
        choose_answer(answer=theirs, by=fire.actor, **given)
    choose_answer(answer=theirs, by=first.actor, **given)
    assert [part.lines[-2].value for part in record_of(row)] == ["not_met", "not_met"]
    assert last_line() == (
        "inspection.answer_chosen",
        f"F1的检查结果不一致，采信{fire}的“不合格”",
        "现场复核",
    )
    # The other chosen instead, the problem goes with it.
    choose_answer(answer=mine, by=first.actor, **given | {"at": TEN + timedelta(minutes=1)})
    assert Finding.objects.get().state == "withdrawn"
    assert last_line()[1] == f"F1的检查结果不一致，采信{first}的“合格”，撤销问题：安全出口上锁"
    # Whoever answers otherwise after the choice opens it again; who did not look contradicts nobody.
    later = TEN + timedelta(minutes=2)
    answered(row, inspector_of(row, 1), [(item, "not_looked_at")], at=later)
    assert not record_of(row)[0].is_disputed
    answered(row, fire, [(item, "not_applicable")], at=later)
    assert record_of(row)[0].is_disputed
    with pytest.raises(NotPossibleError, match="已被本人更改"):
        choose_answer(answer=theirs, by=first.actor, **given)


def test_put_right_on_the_spot_it_is_closed_and_counted_apart(officer: User) -> None:
    row = running()
    by = inspector_of(row)
    plain = record_finding(inspection=row, found=problem(), by=by.actor, at=TEN)
    at_once = problem(mode="on_the_spot", days=None, fixed_words="已开锁")
    fixed = record_finding(inspection=row, found=at_once, by=by.actor, at=TEN)
    case = record_finding(inspection=row, found=problem(mode="case"), by=by.actor, at=TEN)

    fix_on_the_spot(finding=plain, words="已清理", by=by.actor, at=TEN)
    fix_on_the_spot(finding=plain, words="已清理", by=by.actor, at=TEN)

    plain.refresh_from_db()
    assert (plain.state, plain.mode, plain.days, plain.fixed_by) == (
        "closed",
        "on_the_spot",
        None,
        by,
    )
    assert (fixed.state, fixed.fixed_words) == ("closed", "已开锁")
    assert last_line()[:2] == ("inspection.fixed_on_the_spot", "当场改正：安全出口上锁；已清理")
    assert AuditEvent.objects.count() == 4
    with pytest.raises(NotPossibleError, match="立案或移送"):
        fix_on_the_spot(finding=case, words="已改", by=by.actor, at=TEN)
    counted = vars(with_findings(Inspection.objects.all(), officer).get(pk=row.pk))
    assert (counted["finding_count"], counted["fixed_count"]) == (3, 2)


def test_what_could_not_be_put_right_at_once_gets_a_term_however_late() -> None:
    row, first, fire = joint()
    at_once = problem(mode="on_the_spot", days=None)
    made = record_finding(inspection=row, found=at_once, by=fire.actor, at=TEN)
    plain = record_finding(inspection=row, found=problem(), by=first.actor, at=TEN)

    given: dict[str, Any] = {"days": 3, "at": TOO_LATE}
    with pytest.raises(NotPossibleError, match="其他部门登记的问题"):
        set_term(finding=plain, by=fire.actor, **given)
    with pytest.raises(NotPossibleError, match="只有立行立改"):
        set_term(finding=plain, by=first.actor, **given)
    for _ in range(2):
        set_term(finding=made, by=first.actor, **given)

    made.refresh_from_db()
    assert (made.state, made.mode, made.days) == ("open", "in_time", 3)
    assert last_line()[:2] == (
        "inspection.term_set",
        "未能当场改正，改为限期整改，建议3天内：安全出口上锁",
    )
    assert AuditEvent.objects.filter(act="inspection.term_set").count() == 1
    conclude(row, first, at=TOO_LATE, late_reason="没有网络")


def test_what_was_answered_as_not_met_is_described_however_late() -> None:
    row = running(late_reason="没有网络")
    by, (item, *others) = inspector_of(row), items(row)
    answered(row, by, [(item, "not_met"), *((one, "met") for one in others)])
    withdraw_finding(finding=Finding.objects.get(), reason="写错", by=by.actor, at=TOO_LATE)
    given: dict[str, Any] = {"inspection": row, "by": by.actor, "at": TOO_LATE}

    with pytest.raises(NotPossibleError, match="检查已过10天"):
        record_finding(found=problem(), item=others[0], **given)
    record_finding(found=problem(fact="通道堵塞"), item=item, **given)

    assert conclude(row, by, at=TOO_LATE).state == "concluded"
    with pytest.raises(NotPossibleError, match="已结论"):
        record_finding(found=problem(), item=item, **given)


def test_a_problem_is_recorded_once_and_withdrawn_with_a_reason() -> None:
    row, first, fire = joint()
    one = problem()
    given: dict[str, Any] = {"inspection": row, "by": fire.actor, "at": TEN}
    item = items(row, "A")[0]

    made = record_finding(found=one, **given)
    assert record_finding(found=one, **given) == made
    with pytest.raises(ConflictError):
        record_finding(found=one, **given | {"by": first.actor})
    with pytest.raises(ConflictError):
        record_finding(found=problem(uuid=one.uuid, severity=4), **given)
    with pytest.raises(NotPossibleError, match="不属于本部门"):
        record_finding(found=problem(), item=item, **given)
    with pytest.raises(NotPossibleError, match="建议的天数"):
        record_finding(found=problem(days=None), **given)
    mine = record_finding(found=problem(), item=item, **given | {"by": first.actor})
    with pytest.raises(NotPossibleError, match="其他部门登记的问题"):
        withdraw_finding(finding=mine, reason="看错", by=fire.actor, at=TEN)
    withdraw_finding(finding=made, reason="看错", by=first.actor, at=TEN)

    made.refresh_from_db()
    assert (made.state, made.withdrawn_reason) == ("withdrawn", "看错")
    assert last_line() == ("inspection.finding_withdrawn", "撤销问题：安全出口上锁", "看错")
    with pytest.raises(NotPossibleError, match="不能进行这一步"):
        withdraw_finding(finding=made, reason="看错", by=first.actor, at=TEN)
    assert set(visible_findings(first)) == {mine}
    assert not visible_findings(fire).exists()


def test_what_is_open_keeps_the_lead_from_concluding() -> None:
    row, first, fire = joint()
    a1, a2, f1, f2 = items(row)
    answered(row, first, [(a1, "met"), (a2, "not_met"), (f1, "met"), (f2, "not_met")])
    mistaken = Finding.objects.get(item=a2)
    withdraw_finding(finding=mistaken, reason="看错", by=first.actor, at=TEN)
    at_once = problem(mode="on_the_spot", days=None)
    record_finding(inspection=row, found=at_once, by=first.actor, at=TEN)

    with pytest.raises(NotPossibleError) as refused:
        conclude(row, first)
    assert str(refused.value) == (
        f"还不能作出结论：{fire.department}还有2项没有检查结果；A2不合格，但没有登记问题；"
        "还有1个立行立改的问题没有登记当场改正，也没有改为限期整改。"
    )
    answered(row, fire, [(f1, "met"), (f2, "met")])
    with pytest.raises(NotPossibleError, match="F2的检查结果不一致"):
        conclude(row, first)
    row.refresh_from_db()
    assert row.state == "running"


def test_the_lead_concludes_when_nothing_is_open() -> None:
    row, first, fire = joint()
    *plain, last = items(row)
    answered(row, first, [*((one, "met") for one in plain), (last, "not_met")])
    answered(row, fire, [(items(row, "F")[0], "met"), (last, "not_looked_at")])
    fix_on_the_spot(finding=Finding.objects.get(), words="已清理", by=first.actor, at=TEN)

    with pytest.raises(NotPossibleError, match="由牵头的"):
        conclude(row, fire)
    with pytest.raises(NotPossibleError, match="不能早于开始时间"):
        conclude(row, first, ended_at=NINE - timedelta(hours=1))
    conclude(row, first)

    row.refresh_from_db()
    assert (row.state, row.ended_at, row.conclusion) == ("concluded", TEN, "总体合格")
    assert last_line()[1] == (
        "2023年7月10日10:00检查结束，发现问题1个（当场改正1个），结论：总体合格"
    )


def test_after_the_conclusion_nothing_is_written_any_more() -> None:
    row = running()
    by, item = inspector_of(row), items(row)[0]
    made = record_finding(inspection=row, found=problem(), by=by.actor, at=TEN)
    answered(row, by, [(one, "met") for one in items(row)])
    conclude(row, by)

    for act in (
        lambda: answered(row, by, [(item, "not_applicable")]),
        lambda: withdraw_finding(finding=made, reason="误", by=by.actor, at=TEN),
        lambda: conclude(row, by),
    ):
        with pytest.raises(NotPossibleError, match="已结论"):
            act()
    assert last_line()[0] == "inspection.concluded"


def test_a_problem_beside_an_item_that_is_met_contradicts_itself() -> None:
    row = running()
    by = inspector_of(row)
    answered(row, by, [(one, "met") for one in items(row)])
    record_finding(inspection=row, found=problem(), item=items(row)[0], by=by.actor, at=TEN)

    with pytest.raises(NotPossibleError, match="A1登记了问题，但检查结果不是不合格"):
        conclude(row, by)


def test_a_visit_past_midnight_owes_no_reason_and_in_the_morning_it_does() -> None:
    late_evening = NINE + timedelta(hours=14, minutes=30)
    row = running(begun_at=late_evening)
    by = inspector_of(row)
    after_midnight = late_evening + timedelta(hours=2)

    (made,) = answered(row, by, [(items(row)[0], "met")], at=after_midnight)

    assert made.answered_at == after_midnight
    with pytest.raises(NotPossibleError, match="写明补录理由"):
        answered(row, by, [(items(row)[1], "met")], at=late_evening + timedelta(hours=7))


def test_after_ten_days_what_has_no_answer_was_not_looked_at() -> None:
    row = running()
    by = inspector_of(row)
    answered(row, by, [(items(row)[0], "met")])
    last_day = NINE + timedelta(days=10)

    with pytest.raises(NotPossibleError, match="写明补录理由"):
        answered(row, by, [(items(row)[1], "met")], at=last_day)
    answered(row, by, [(items(row)[1], "met")], at=last_day, late_reason="没有网络")
    with pytest.raises(NotPossibleError, match="检查已过10天"):
        answered(row, by, [(items(row)[2], "met")], at=TOO_LATE)
    conclude(row, by, at=TOO_LATE)

    values = [line.value for line in record_of(Inspection.objects.get())[0].lines]
    assert values == ["met", "met", "not_looked_at", "not_looked_at"]
    assert Answer.objects.filter(note="检查后10天内没有录入").count() == 2


def test_after_ten_days_an_item_of_two_departments_was_looked_at_by_neither() -> None:
    row, first, _ = joint()

    conclude(row, first, at=TOO_LATE, late_reason="没有网络")

    values = [[line.value for line in part.lines] for part in record_of(row)]
    assert values == [["not_looked_at"] * 4, ["not_looked_at"] * 2]


def test_the_database_keeps_beginning_end_and_two_inspectors() -> None:
    row = running()
    for change in (
        {"begun_at": None, "begun_by": None},
        {"state": "approved"},
        {"state": "concluded"},
        {"ended_at": TEN},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Inspection.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="two inspectors"), transaction.atomic():
        # Without the second inspector; the database looks at once.
        connection.cursor().execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "UPDATE inspections_inspector SET certificate_no = '' WHERE inspection_id = %s",
            [row.pk],
        )
