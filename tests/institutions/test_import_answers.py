"""Doubtful rows are answered by people: each answer is told, none is lost, none is overwritten unseen."""

import pytest
from django.test import Client

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions import import_answers, imports
from institutions.models import ImportKind, ImportRun
from tests import make, samples
from tests.institutions.test_import import HEAD, book, one, previewed, taken_in
from tests.institutions.test_import_pages import confirmed

pytestmark = pytest.mark.django_db


def lines() -> list[tuple[str, str]]:
    """What the trail says of the steps before the writing, and by whom."""
    found = AuditEvent.objects.exclude(act="import.uploaded").order_by("id")
    return [(line.by_label.partition("（")[0], line.words) for line in found]


def test_every_step_before_the_writing_names_who_took_it(office: User, lead: User) -> None:
    (run,) = taken_in(samples.white_list(10))
    imports.choose_kind(run=run, kind=ImportKind.REGISTER, by=office.actor)
    imports.confirm(run=run, columns=run.columns, title="", as_of=None, year=None, by=office.actor)
    import_answers.answer(run=run, answers={"9": "new"}, by=office.actor)
    imports.look_again(run=run, by=lead.actor)
    import_answers.answer_all(run=run, given="skip", by=lead.actor)

    sheet = "“名单.xlsx Sheet1”"
    told = lines()
    assert [words for _, words in told] == [
        f"指明{sheet}是机构名册",
        f"确认{sheet}各列的含义，预览：读取10行，新增8行，存疑2行",
        f"处理{sheet}的存疑行：第9行作为新的登记",
        f"按当前名册重新预览{sheet}，预览：读取10行，新增9行，存疑1行",
        f"{sheet}尚未处理的1行存疑，一并跳过",
    ]
    assert ["白芷" in who for who, _ in told] == [True, True, True, False, False]


def test_an_existing_one_is_named_in_the_trail(office: User) -> None:
    known = make.institution(samples.name_of(1), address="定边县别处1号")
    run = previewed(book(HEAD, one(1, code=None, licence=None)))

    import_answers.answer(run=run, answers={"2": str(known.pk)}, by=office.actor)

    assert lines()[-1][1].endswith(f"第2行就是“{known.name}（定边县别处1号）”")


def test_a_page_that_says_nothing_new_writes_no_line(office: User) -> None:
    run = previewed(samples.white_list(10))
    before = AuditEvent.objects.count()

    import_answers.answer(run=run, answers={"9": "", "10": ""}, by=office.actor)

    assert AuditEvent.objects.count() == before


def test_what_a_colleague_answered_meanwhile_stays_when_the_page_left_it_open(
    as_office: Client, lead: User
) -> None:
    run = confirmed(as_office, samples.white_list(10))
    import_answers.answer(run=run, answers={"9": "new"}, by=lead.actor)

    blank = {"row-9": "", "seen-9": "", "row-10": "skip", "seen-10": ""}
    as_office.post(f"/office/imports/{run.pk}/answer/", blank)

    run.refresh_from_db()
    assert run.answers == {"9": "new", "10": "skip"}


def test_the_part_of_doubtful_rows_stays_when_the_last_is_answered(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    answers = {"row-9": "new", "seen-9": "", "row-10": "skip", "seen-10": ""}

    page = as_office.post(f"/office/imports/{run.pk}/answer/?show=doubtful", answers, follow=True)

    assert ("doubtful", "存疑", 0) in page.context["tabs"]


def test_a_colleagues_answer_is_not_answered_over_unseen(office: User, lead: User) -> None:
    run = previewed(samples.white_list(10))
    import_answers.answer(run=run, answers={"9": "new"}, by=lead.actor)

    with pytest.raises(StaleError, match="第9行作为新的登记"):
        import_answers.answer(run=run, answers={"9": "skip"}, by=office.actor)

    import_answers.answer(run=run, answers={"9": "skip"}, seen={"9": "new"}, by=office.actor)
    run.refresh_from_db()
    assert run.answers == {"9": "skip"}


def test_an_own_answer_can_be_taken_back(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    address = f"/office/imports/{run.pk}/answer/"
    as_office.post(address, {"row-9": "new", "seen-9": ""})

    as_office.post(address, {"row-9": "", "seen-9": "new"})

    run.refresh_from_db()
    assert run.answers == {}


def test_refused_answers_stay_on_the_page_as_they_were_chosen(as_office: Client) -> None:
    known = make.institution(samples.name_of(1), address="定边县别处1号")
    bare = {"code": None, "licence": None}
    second = one(1, **bare, address="定边县又一处2号")
    third = one(1, **bare, address="定边县第三处3号")
    run = confirmed(as_office, book(HEAD, one(1, **bare), second, third, title="机构名册"))
    chosen = {"row-3": str(known.pk), "row-4": str(known.pk), "row-5": "skip"}

    page = as_office.post(f"/office/imports/{run.pk}/answer/?show=doubtful&page=1", chosen)

    assert "不能对应同一家" in page.content.decode()
    assert [row.chosen for row in page.context["rows"]] == list(chosen.values())
    assert page.context["wanted"] == "doubtful"
    assert ImportRun.objects.get().answers == {}


def test_after_saving_the_same_rows_come_again(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    address = f"/office/imports/{run.pk}/answer/?show=doubtful&page=1"

    for ask in (as_office.post, as_office.get):
        answer = ask(address)
        assert answer.headers["Location"].endswith("/preview/?show=doubtful&page=1")


def test_answers_to_a_written_import_lead_to_its_result(as_office: Client, office: User) -> None:
    run = confirmed(as_office, samples.white_list(10))
    imports.apply(run=run, by=office.actor)

    page = as_office.post(f"/office/imports/{run.pk}/answer/", {"row-9": "new"}, follow=True)

    assert "不能进行这一步" in page.content.decode()
    with pytest.raises(NotPossibleError):
        import_answers.answer_all(run=run, given="new", by=office.actor)
