"""The pages of draws: from the list to the visits as the office goes, what a department sees, and the files."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.law.models import Limit
from inspections.models import Draw, DrawRecusal, Inspection
from inspections.selection import hash_of
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/office/inspections/draws/"
AT = datetime(2023, 7, 6, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_sixth_of_july(db: None) -> object:
    make.limits()
    make.checklist()
    with time_machine.travel(AT, tick=False):
        yield


def page_of(row: Draw) -> str:
    return f"{LIST}{row.pk}/"


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def lines_of(client: Client, path: str) -> list[list[str]]:
    text = client.get(path).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_list_is_put_together_corrected_and_fixed(as_office: Client, officer: User) -> None:
    make.inspector(officer.department)
    officer.certificate_no = "610825900001"
    officer.save(update_fields=["certificate_no"])
    other = make.inspector(officer.department)
    places = [make.institution() for _ in range(3)]
    asked = {"title": "秋季双随机", "departments": [officer.department_id]}
    as_office.post(f"{LIST}new/", asked | {"place_count": 2, "from_each": 2})
    row = Draw.objects.get()
    out = row.places.get(institution=places[0])
    away = {"inspector": row.inspectors.get(user=other).pk, "reason": "曾任教"}

    typed = {"version": 1, "place": [out.pk], "reason": "停课"}
    as_office.post(f"{page_of(row)}drop/", typed)
    for version, one in enumerate(row.places.all(), start=2):
        as_office.post(f"{page_of(row)}recuse/", away | {"version": version, "place": one.pk})
    mistaken, kept = DrawRecusal.objects.order_by("pk")
    withdrawn = {"version": 4, "recusal": mistaken.pk}
    as_office.post(f"{page_of(row)}withdraw-recusal/", withdrawn)
    as_office.post(f"{page_of(row)}fix/", {"version": 5, "seed_source": "体彩第23183期"})

    row.refresh_from_db()
    assert (row.state, row.places.count(), row.inspectors.count()) == ("fixed", 2, 3)
    assert list(DrawRecusal.objects.all()) == [kept]
    assert "体彩第23183期" in text_of(as_office, page_of(row))


def test_the_seed_is_typed_as_it_is_printed_and_becomes_visits(
    as_office: Client, office: User
) -> None:
    row = make.draw(office, state="fixed")
    typed = {"version": 2, "seed": "７ 3 0 4 6", "witness": "体彩网"}
    as_office.post(f"{page_of(row)}seed/", typed)

    plan = {"planned_on": "2023-07-10", "scope": "资质", "lead": make.department().pk}
    answer = as_office.post(f"{page_of(row)}plan/", plan)

    row.refresh_from_db()
    visit = Inspection.objects.get()
    assert answer.status_code == 302
    assert (row.seed, visit.drawn, visit.kind) == ("73046", row.drawn.get(), "random")
    assert page_of(row) in text_of(as_office, f"/office/inspections/{visit.pk}/")
    assert "2023年7月10日" in text_of(as_office, page_of(row))


def test_what_was_left_out_of_the_plan_is_told(as_office: Client, office: User) -> None:
    Limit.objects.filter(key="visits_a_year").update(value=1)
    row = make.draw(office, state="drawn", place_count=3)
    often, *_ = row.drawn.all()
    make.inspection(
        institution=often.place.institution, state="approved", planned_on=date(2023, 3, 1)
    )
    gone = row.inspectors.all()[0]
    gone.user.is_active = False
    gone.user.save(update_fields=["is_active"])

    plan = {"planned_on": "2023-07-10", "scope": "资质", "lead": make.department().pk}
    shown = as_office.post(f"{page_of(row)}plan/", plan, follow=True).content.decode()

    assert "已拟定2次检查" in shown
    assert "另有1家本年度检查已达上限" in shown
    assert f"{gone}已不在岗" in shown


def test_the_files_are_what_the_hash_says_and_tell_no_reason(
    as_office: Client, office: User
) -> None:
    row = make.draw(office, state="drawn")

    answer = as_office.get(f"{page_of(row)}list.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    digest = hash_of(answer.content)
    assert digest == row.list_sha256
    assert digest in text_of(as_office, page_of(row))
    result = lines_of(as_office, f"{page_of(row)}result.csv")
    assert len(result) == 3
    assert all(certificate not in answer.content.decode() for certificate in certificates(row))


def certificates(row: Draw) -> list[str]:
    return [one.user.certificate_no for one in row.inspectors.all()]


def test_before_list_and_seed_there_are_no_files(as_office: Client, office: User) -> None:
    draft, fixed = make.draw(office), make.draw(office, state="fixed")

    assert as_office.get(f"{page_of(draft)}list.csv").status_code == 404
    assert as_office.get(f"{page_of(fixed)}list.csv").status_code == 200
    assert as_office.get(f"{page_of(fixed)}result.csv").status_code == 404
    assert as_office.get(f"{page_of(fixed)}plan/").status_code == 404


def test_a_department_reads_its_own_draws_without_reasons(
    as_officer: Client, office: User, officer: User
) -> None:
    others = make.draw(office, departments=[make.department("wenlv")], state="fixed")
    draft = make.draw(office, departments=[officer.department])
    visit = make.inspection(institution=draft.places.all()[0].institution)
    was = visit.inspectors.all()[0]
    was.is_recused, was.left_at, was.left_by, was.left_reason = True, AT, office, "近亲属"
    was.save()
    mine = make.draw(office, departments=[officer.department], state="drawn")

    shown, listed = text_of(as_officer, page_of(mine)), text_of(as_officer, LIST)

    assert str(was.user) in shown
    assert "近亲属" not in shown
    assert not any(words in shown for words in ("重新抽取", "按结果拟定检查", "办理经过"))
    assert page_of(mine) in listed
    assert page_of(others) not in listed
    for path in (page_of(others), page_of(draft), f"{page_of(others)}list.csv"):
        assert as_officer.get(path).status_code == 404


def test_what_was_typed_and_ticked_stays_when_the_act_is_refused(
    as_office: Client, office: User
) -> None:
    row = make.draw(office)
    place = row.places.all()[0]

    stale = {"version": 7, "place": [place.pk], "reason": "停课整顿"}
    answer = as_office.post(f"{page_of(row)}drop/", stale)
    shown = answer.content.decode()

    assert answer.status_code == 200
    assert "停课整顿" in shown
    assert answer.context["ticked"]["places"] == [place.pk]
    assert answer.context["forms"]["drop"].data["version"] == "1"
    assert row.places.count() == 3


def test_drawn_again_both_name_each_other(as_office: Client, office: User) -> None:
    former = make.draw(office, state="drawn")
    again = f"{page_of(former)}again/"
    asked = {"title": "秋季双随机（重抽）", "place_count": 1, "from_each": 2}
    asked |= {"departments": [make.department().pk]}

    assert as_office.post(again, asked).status_code == 200
    as_office.post(again, asked | {"reason": "漏列一家机构"})

    new = Draw.objects.get(replaces=former)
    assert page_of(former) in text_of(as_office, page_of(new))
    shown = text_of(as_office, page_of(former))
    assert page_of(new) in shown
    assert "漏列一家机构" in shown
    assert again not in shown
    assert as_office.post(f"{page_of(new)}discard/", {"version": 1}).status_code == 302
    assert again in text_of(as_office, page_of(former))


def test_a_department_is_not_sent_to_a_draft(as_officer: Client, office: User) -> None:
    former = make.draw(office, state="drawn")
    draft = make.draw(office, replaces=former, reason="漏列一家机构")

    assert page_of(draft) not in text_of(as_officer, page_of(former))
    assert as_officer.get(page_of(draft)).status_code == 404


def test_a_draw_begun_at_a_campaign_is_of_its_places(as_office: Client, officer: User) -> None:
    campaign = make.task(make.campaign(), officer.department).campaign

    link = f"{LIST}new/?campaign={campaign.pk}"

    assert link in text_of(as_office, f"/office/campaigns/{campaign.pk}/")
    assert f'<option value="{campaign.pk}" selected>' in text_of(as_office, link)


def test_a_long_list_costs_no_more_questions_than_a_short_one(
    as_office: Client, office: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    both = [make.department(), make.department("wenlv")]
    short = make.draw(office, state="drawn")
    for _ in range(60):
        make.institution()
    long = make.draw(office, state="drawn", place_count=40, departments=both)

    assert "还没有双随机抽取" not in text_of(as_office, LIST)
    for row in (short, long):
        with django_assert_num_queries(16):
            as_office.get(page_of(row))


def test_a_county_without_draws_is_told_what_they_are(as_officer: Client) -> None:
    assert "还没有双随机抽取" in text_of(as_officer, LIST)
