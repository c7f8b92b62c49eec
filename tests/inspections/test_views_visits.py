"""The pages on site: begun, answered area by area, problems, the lead's choice, and who sees what of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from desk.queries import morning
from foundation.accounts.kept import Kept
from foundation.accounts.models import Role, User
from foundation.ui.templatetags.ui import labels as labels_of
from inspections.models import Answer, Approval, ChecklistItem, Finding, Inspection
from tests import make

pytestmark = pytest.mark.django_db
# Half past ten in the county.
AT = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
LIST = "/office/inspections/"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _the_day_of_the_visit() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def row(db: None) -> Inspection:
    """A visit of two departments that runs; the second looks at what the lead looks at in area F."""
    draft = make.checklist(is_draft=True)
    for one in ChecklistItem.objects.filter(area__code="F"):
        one.departments.add(make.department("xiaofang"))
    found = make.inspection(state="running", checklist=make.release(draft))
    make.takes_part(found, make.department("xiaofang"))
    return found


def person(row: Inspection, number: int = 0) -> User:
    return row.inspectors.order_by("pk")[number].user


def items(row: Inspection, area: str) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(area__checklist=row.checklist, area__code=area))


def page(row: Inspection, tail: str = "") -> str:
    return f"{LIST}{row.pk}/{tail}"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def typed(item: ChecklistItem, value: str, **given: Any) -> dict[str, str]:
    """What the page of an area sends of one item."""
    plain = {"uuid": uuid4(), "value": value, "severity": 2, "mode": "in_time", "days": 7}
    return {f"i{item.pk}-{name}": str(told) for name, told in (plain | given).items()}


def test_begun_answered_and_concluded_on_the_pages(sign_in: SignIn) -> None:
    row = make.inspection(state="approved")
    browser = sign_in(person(row))
    assert "begin/" in words(browser.get(page(row)))

    browser.post(page(row, "begin/"), {"version": 1, "on": "2023-07-10", "time": "09:00"})
    row.refresh_from_db()
    assert (row.state, row.begun_at) == ("running", datetime(2023, 7, 10, 1, tzinfo=UTC))
    a1, a2 = items(row, "A")
    said = typed(a1, "met") | typed(a2, "not_met", fact="许可证过期")
    went = browser.post(page(row, "answers/A/"), said)
    assert went["Location"] == page(row, "answers/F/")
    assert "其余2项均合格" in words(browser.get(page(row)))
    assert "第2项符合要求" in words(browser.get(page(row, "rest/")))
    browser.post(page(row, "rest/"), {"count": 2})
    make.signature(row)
    ready = words(browser.get(page(row, "conclude/")))
    assert "还不能作出结论" not in ready
    row.refresh_from_db()
    ended = {"version": row.version, "on": "2023-07-10", "time": "10:15", "conclusion": "限期整改"}
    browser.post(page(row, "conclude/"), ended)

    shown = words(browser.get(page(row)))
    assert "许可证过期" in shown
    assert "2023年7月10日 09:00至2023年7月10日 10:15" in shown
    assert "合格3项，不合格1项" in shown
    assert "1个" in words(browser.get(LIST))
    assert Inspection.objects.get().conclusion == "限期整改"


def test_the_page_of_the_conclusion_says_who_has_not_signed(
    row: Inspection, sign_in: SignIn
) -> None:
    browser, inspector = sign_in(person(row)), person(row)
    make.answer(row, items(row, "A")[0], inspector)
    lacking = "现场负责人还没有签名，也没有登记拒签"

    for tail in ("", "conclude/"):
        assert lacking in words(browser.get(page(row, tail)))
    assert f"检查人员{inspector}还没有签名" in words(browser.get(page(row, "conclude/")))
    make.signature(row)
    section = row.sections.get(department=row.lead)
    make.signature(row, role="officer", section=section, by=inspector)
    said = words(browser.get(page(row, "conclude/")))
    assert lacking not in said
    assert f"检查人员{inspector}还没有签名" not in said


def test_the_page_of_the_conclusion_says_that_the_approval_is_owed(
    row: Inspection, sign_in: SignIn
) -> None:
    browser = sign_in(person(row))
    Approval.objects.update(outcome="", decided_at=None, decided_by=None)

    for tail in ("", "conclude/"):
        assert "紧急检查的审批还没有补办" in words(browser.get(page(row, tail)))
    Approval.objects.update(outcome="approved", decided_at=AT, decided_by=make.user("decider"))
    for tail in ("", "conclude/"):
        assert "审批还没有补办" not in words(browser.get(page(row, tail)))


def test_who_was_replaced_while_a_form_was_open_gets_back_what_was_typed(
    row: Inspection, sign_in: SignIn
) -> None:
    browser, (one, two) = sign_in(person(row)), items(row, "A")
    form = browser.get(page(row, "answers/A/"))
    labels = labels_of(form.context["form"])
    said = typed(one, "not_met", fact="许可证过期") | typed(two, "met") | {"labels": labels}
    mine = make.finding(row, person(row))
    gone = row.inspectors.get(user=person(row))
    gone.left_at, gone.left_by, gone.left_reason = AT, make.user("decider"), "另有任务"
    gone.save()

    answer = browser.post(page(row, "answers/A/"), said)

    assert answer.status_code == 404
    assert (f"{one.code} 问题", "许可证过期") in answer.context["typed"]
    for tail, name in (
        ("findings/new/", "fact"),
        (f"findings/{mine.pk}/fix/", "words"),
        (f"findings/{mine.pk}/withdraw/", "reason"),
        (f"items/{one.pk}/choose/", "reason"),
        ("conclude/", "conclusion"),
    ):
        assert "门口堆放杂物" in words(browser.post(page(row, tail), {name: "门口堆放杂物"})), tail
    assert not Answer.objects.exists()


def test_a_second_press_saves_nothing_twice(row: Inspection, sign_in: SignIn) -> None:
    browser, (item, _) = sign_in(person(row)), items(row, "A")
    said = typed(item, "not_met", fact="没有公示") | typed(items(row, "A")[1], "")

    for _ in range(2):
        assert browser.post(page(row, "answers/A/"), said).status_code == 302
    # Opened again and saved as it is shown, nothing is added either.
    browser.post(page(row, "answers/A/"), typed(item, "not_met") | typed(items(row, "A")[1], ""))

    assert (Answer.objects.count(), Finding.objects.count()) == (1, 1)


def test_what_was_typed_stays_when_it_is_refused(row: Inspection, sign_in: SignIn) -> None:
    browser, (one, two) = sign_in(person(row)), items(row, "A")

    def refused(*said: dict[str, str]) -> str:
        answer = browser.post(page(row, "answers/A/"), {k: v for d in said for k, v in d.items()})
        assert answer.status_code == 200
        return words(answer)

    bare = refused(typed(one, "not_met", note="钥匙不在"), typed(two, "not_looked_at"))
    assert "不合格的请写明问题" in bare
    assert "未查的请写明原因" in bare
    assert "钥匙不在" in bare
    assert "限期整改请填写天数" in refused(
        typed(one, "not_met", fact="过期", days=""), typed(two, "")
    )
    assert "检查结果请选“不合格”" in refused(typed(one, "met", fact="过期"), typed(two, ""))
    Inspection.objects.filter(pk=row.pk).update(begun_at=datetime(2023, 7, 9, 1, tzinfo=UTC))
    assert "补录理由" in refused(typed(one, "met"), typed(two, "met", note="都好"))
    assert not Answer.objects.exists()
    # Concluded meanwhile by somebody else: what was typed is shown still.
    Inspection.objects.filter(pk=row.pk).update(late_reason="没有网络")
    Inspection.objects.filter(pk=row.pk).update(
        state="concluded",
        conclusion="合格",
        concluded_at=AT,
        ended_at=AT,
        concluded_by=person(row),
    )
    gone = refused(typed(one, "met", note="都好"), typed(two, ""))
    assert "这次检查已结论" in gone
    assert "都好" in gone


def test_nothing_typed_beside_an_item_is_dropped_unsaid(row: Inspection, sign_in: SignIn) -> None:
    browser, (one, two) = sign_in(person(row)), items(row, "A")
    said = typed(one, "", note="许可证在财务室") | typed(two, "met", fixed_words="当场换发")

    shown = words(browser.post(page(row, "answers/A/"), said))

    assert "写了情况说明的，请选检查结果" in shown
    assert "写了当场改正情况的，请写明问题" in shown
    assert not Answer.objects.exists()


def test_an_old_page_does_not_take_back_what_was_answered_since(
    row: Inspection, sign_in: SignIn
) -> None:
    browser, (one, two) = sign_in(person(row)), items(row, "A")
    first = make.answer(row, one, person(row))
    old = typed(one, "met", shown=first.pk) | typed(two, "met")
    now = typed(one, "not_applicable", shown=first.pk) | typed(two, "")
    browser.post(page(row, "answers/A/"), now)

    refused = browser.post(page(row, "answers/A/"), old)

    assert "这一项已在别处答为“不适用”" in words(refused)
    assert Answer.objects.count() == 2
    # Looked at and sent once more, it is the person's will.
    shown = refused.context["form"].rows[0]
    again = {shown[name].html_name: shown[name].value() for name in ("uuid", "shown")}
    browser.post(page(row, "answers/A/"), old | again)
    assert [one.value for one in Answer.objects.order_by("pk")[2:]] == ["met", "met"]


def test_the_same_page_sent_with_another_problem_is_told_and_may_be_sent_again(
    row: Inspection, sign_in: SignIn
) -> None:
    browser, (one, two) = sign_in(person(row)), items(row, "A")
    first = typed(one, "not_met", fact="许可证过期") | typed(two, "")
    other = {"uuid": uuid4(), "fact": "门口堆物", "severity": 1, "mode": "case", "item": ""}

    for tail, said, changed, number in (
        ("answers/A/", first, {f"i{one.pk}-fact": "另设教学点"}, f"i{one.pk}-uuid"),
        ("findings/new/", other, {"severity": 4}, "uuid"),
    ):
        browser.post(page(row, tail), said)
        refused = browser.post(page(row, tail), said | changed)
        assert "先前已经保存，这次填写的与之不同" in words(refused)
        form = refused.context["form"]
        new = form.rows[0]["uuid"] if "rows" in vars(form) else form["uuid"]
        browser.post(page(row, tail), said | changed | {number: new.value()})

    found = Finding.objects.order_by("pk").values_list("fact", "severity")
    assert list(found) == [("许可证过期", 2), ("另设教学点", 2), ("门口堆物", 1), ("门口堆物", 4)]


def test_each_sees_the_own_part_the_lead_and_the_office_all(
    row: Inspection, sign_in: SignIn, as_office: Client
) -> None:
    lead, fire = person(row), person(row, 2)
    make.finding(row, lead, fact="许可证过期")
    make.finding(row, fire, fact="通道堵塞")
    stranger = sign_in(make.inspector(make.department("wenlv")))

    def seen(browser: Client) -> tuple[bool, bool, str]:
        shown = words(browser.get(page(row)))
        counted = browser.get(LIST).context["page"].object_list[0]
        return "许可证过期" in shown, "通道堵塞" in shown, str(counted.finding_count)

    assert seen(sign_in(lead)) == seen(as_office) == (True, True, "2")
    assert seen(sign_in(fire)) == (False, True, "1")
    assert stranger.get(page(row)).status_code == 404


def test_who_does_not_go_writes_nothing(
    row: Inspection, sign_in: SignIn, as_office: Client
) -> None:
    other = sign_in(make.inspector(row.lead))
    fire = sign_in(person(row, 2))
    mine = make.finding(row, person(row))
    item = items(row, "F")[0]
    own = ("answers/F/", "rest/", "findings/new/")
    leads = ("conclude/", f"items/{item.pk}/choose/")
    problem = (f"findings/{mine.pk}/fix/", f"findings/{mine.pk}/withdraw/")
    make.answer(row, item, person(row))

    for tail in (*own, *leads, *problem, "begin/"):
        assert other.get(page(row, tail)).status_code == 404, tail
        assert as_office.get(page(row, tail)).status_code == 404, tail
    for tail in (*leads, *problem, "answers/A/"):
        assert fire.get(page(row, tail)).status_code == 404, tail
    assert "answers/" not in words(other.get(page(row)))


def test_the_lead_chooses_and_the_page_says_it(row: Inspection, sign_in: SignIn) -> None:
    lead, fire = person(row), person(row, 2)
    browser, item = sign_in(lead), items(row, "F")[0]
    mine = make.answer(row, item, lead)
    make.answer(row, item, fire, "not_applicable")
    choose = page(row, f"items/{item.pk}/choose/")
    assert "F1的检查结果不一致" in words(browser.get(page(row)))
    assert choose in words(browser.get(page(row)))
    assert choose not in words(sign_in(fire).get(page(row)))

    shown = browser.get(choose).context["form"]["shown"].value()
    browser.post(choose, {"answer": mine.pk, "reason": "复核属实", "shown": shown})

    shown = words(browser.get(page(row)))
    assert "复核属实" in shown
    assert "不一致，请采信" not in shown


def test_the_lead_chooses_once_and_knowing_what_was_answered_last(
    row: Inspection, sign_in: SignIn
) -> None:
    lead, fire = person(row), person(row, 2)
    browser, item = sign_in(lead), items(row, "F")[0]
    mine, theirs = make.answer(row, item, lead), make.answer(row, item, fire, "not_applicable")
    choose = page(row, f"items/{item.pk}/choose/")
    said = {"answer": mine.pk, "reason": "复核属实", "shown": f"{mine.pk} {theirs.pk}"}
    newest = make.answer(row, item, fire, "not_met")

    refused = browser.post(choose, said)
    assert "检查结果在您打开之后有了变化" in words(refused)
    assert "不合格（xiaofang" in words(refused)
    assert not row.choices.exists()
    again = said | {"shown": refused.context["form"]["shown"].value()}
    assert again["shown"] == f"{mine.pk} {newest.pk}"
    for _ in range(2):
        assert browser.post(choose, again).status_code == 302
    assert row.choices.count() == 1


def test_a_second_press_of_all_the_rest_says_that_it_is_done(
    row: Inspection, sign_in: SignIn
) -> None:
    browser = sign_in(person(row))

    browser.post(page(row, "rest/"), {"count": 4})
    again = browser.post(page(row, "rest/"), {"count": 4})

    assert (again.status_code, again["Location"]) == (302, page(row))
    assert Answer.objects.count() == 4


def test_begun_and_concluded_twice_is_once(sign_in: SignIn) -> None:
    row = make.inspection(state="approved")
    first, second = (sign_in(person(row, number)) for number in (0, 1))
    begun = {"version": 1, "on": "2023-07-10", "time": "09:00"}
    first.post(page(row, "begin/"), begun)

    colleague = second.post(page(row, "begin/"), begun, follow=True)
    assert f"检查已由{person(row)}开始" in words(colleague)
    first.post(page(row, "rest/"), {"count": 4})
    make.signature(row)
    row.refresh_from_db()
    ended = {"version": row.version, "on": "2023-07-10", "time": "10:15", "conclusion": "合格"}
    answers = [first.post(page(row, "conclude/"), ended).status_code for _ in range(2)]
    other = second.post(page(row, "conclude/"), ended | {"conclusion": "不合格"})

    assert answers == [302, 302]
    assert "不合格" in words(other)
    assert Inspection.objects.get().conclusion == "合格"


def test_of_another_day_no_time_is_proposed(sign_in: SignIn) -> None:
    rows = [make.inspection(state="approved", planned_on=date(2023, 7, day)) for day in (9, 10)]

    times = [
        sign_in(person(row)).get(page(row, "begin/")).context["form"]["time"].value()
        for row in rows
    ]

    assert [str(time) for time in times] == ["None", "10:30:00"]


def test_a_problem_outside_the_checklist_is_put_right_or_withdrawn(
    row: Inspection, sign_in: SignIn
) -> None:
    browser = sign_in(person(row))
    said = {"uuid": uuid4(), "fact": "门口堆放杂物", "severity": 1, "mode": "on_the_spot"}

    browser.post(page(row, "findings/new/"), said | {"item": ""})
    made = Finding.objects.get()
    assert made.is_unfixed
    assert f"findings/{made.pk}/term/" in words(browser.get(page(row)))
    browser.post(page(row, f"findings/{made.pk}/term/"), {"days": "3"})
    assert "限期整改，建议3天内" in words(browser.get(page(row)))
    browser.post(page(row, f"findings/{made.pk}/fix/"), {"words": "已清走"})
    assert "当场改正：已清走" in words(browser.get(page(row)))
    browser.post(page(row, f"findings/{made.pk}/withdraw/"), {"reason": "不属于机构"})

    made.refresh_from_db()
    assert (made.state, made.fixed_words) == ("withdrawn", "已清走")
    assert "撤销理由：不属于机构" in words(browser.get(page(row)))


def test_the_morning_names_what_runs(row: Inspection) -> None:
    lines = [line.words for line in morning(person(row), date(2023, 7, 10))[0].lines]

    assert "检查已开始，待登记检查结果或结论，由您参加" in lines


def test_numbers_made_by_the_page_are_no_kept_text() -> None:
    fields = [("i7-uuid", str(uuid4())), ("i7-note", "钥匙不在")]

    assert Kept("/", "", fields, [], 0).texts == [("", "钥匙不在")]


@pytest.mark.parametrize("more", [0, 3])
def test_the_pages_ask_the_same_number_of_questions_for_any_number_of_answers(
    row: Inspection,
    sign_in: SignIn,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lead = person(row)
    head = make.user(role=Role.DEPARTMENT_HEAD, department=row.lead)
    for _ in range(1 + more):
        department = make.department(f"dept{Answer.objects.count()}")
        make.takes_part(row, department)
        for item in items(row, "F"):
            make.answer(row, item, lead)
        problem = make.finding(row, lead, item=items(row, "F")[0])
        make.photo(row, lead, finding=problem)
        make.photo(row, lead, item=items(row, "F")[0])
        make.signature(row, role="witness", name=f"见证人{department}")
    browser, as_head = sign_in(lead), sign_in(head)

    for client, tail, count in (
        (browser, "", 29),
        (as_head, "", 28),
        (browser, "answers/F/", 18),
        (browser, "rest/", 18),
        (browser, "conclude/", 21),
    ):
        with django_assert_num_queries(count):
            client.get(page(row, tail))
    first, second = items(row, "F")
    own = {one.item_id: one.pk for one in Answer.objects.filter(by=lead).order_by("pk")}
    again = {"note": "复核", "fact": "上锁"}
    said = typed(first, "not_met", shown=own[first.pk], **again)
    said |= typed(second, "not_met", shown=own[second.pk], **again) if more else typed(second, "")
    with django_assert_num_queries(63):
        browser.post(page(row, "answers/F/"), said)
