"""Imports are taken back one after the other, with what they verified; each thing tells it on its page."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.workflow import NotPossibleError
from institutions.actions import import_answers, imports
from institutions.actions.adoption import adopt
from institutions.actions.import_undo import undo
from institutions.actions.register import amend
from institutions.models import ImportKind, ImportRun, Institution, StateChange, UnlicensedSite
from institutions.queries.whitelist import proposal_of
from institutions.workflow import InstitutionState
from tests import make, samples
from tests.institutions.test_import import HEAD, applied, book, kept_names, one, previewed, taken_in
from tests.institutions.test_import_origin import page_of, section

pytestmark = pytest.mark.django_db

DOCUMENT = "第3期白名单，2023年7月10日"


def adopted(run: ImportRun, office: User) -> ImportRun:
    return adopt(
        run=run, title="第3期白名单", number="", published_on=date(2023, 7, 10), by=office.actor
    )


def standing() -> list[tuple[str, str]]:
    rows = Institution.objects.standing().order_by("pk")
    return list(rows.values_list("subjects", "state"))


def listed(*numbers: int, **given: str) -> bytes:
    rows = [one(number, **given) for number in numbers]
    return book(HEAD, *rows, title="2023年7月白名单")


class TestOneAfterTheOther:
    def test_the_last_one_first(self, office: User) -> None:
        first = applied(listed(1, 2))
        second = applied(listed(1, subjects="书法"))
        third = applied(listed(1, subjects="围棋"))

        undo(run=third, by=office.actor)
        assert standing()[0] == ("书法", "unverified")
        undo(run=second, by=office.actor)
        assert standing()[0] == ("美术", "unverified")
        first = undo(run=first, by=office.actor)

        assert standing() == []
        assert kept_names(first) == []

    def test_an_earlier_one_waits_for_the_later_one(self, office: User) -> None:
        first = applied(listed(1))
        second = applied(listed(1, subjects="书法"))

        with pytest.raises(NotPossibleError, match="请先撤销后来的那次"):
            undo(run=first, by=office.actor)

        undo(run=second, by=office.actor)
        undo(run=first, by=office.actor)
        assert standing() == []

    def test_an_adopted_list_between_them_goes_with_its_verification(self, office: User) -> None:
        first = applied(listed(1))
        second = adopted(applied(listed(1, subjects="书法")), office)
        third = applied(listed(1, subjects="围棋"))

        for run in (third, second, first):
            undo(run=run, by=office.actor)

        assert standing() == []
        (row,) = Institution.objects.all()
        assert (row.state, row.subjects) == (InstitutionState.UNVERIFIED, "美术")

    def test_what_a_person_changed_in_between_stays(self, office: User) -> None:
        first = applied(listed(1, 2))
        row = Institution.objects.get(name=samples.name_of(1))
        amend(institution=row, values={"remark": "看过"}, version=row.version, by=office.actor)
        second = applied(listed(1, subjects="书法"))

        undo(run=second, by=office.actor)
        first = undo(run=first, by=office.actor)

        assert kept_names(first) == [row.name]

    def test_many_kept_rows_are_all_named(self, as_office: Client, office: User) -> None:
        run = applied(listed(*range(1, 62)))
        Institution.objects.exclude(name=samples.name_of(1)).update(version=5)

        undo(run=run, by=office.actor)

        page = as_office.get(f"/office/imports/{run.pk}/?show=kept&page=2")
        assert page.context["page"].paginator.count == 60
        assert len(page.context["page"].object_list) == 10


class TestVerifiedByAList:
    @pytest.fixture
    def present(self) -> Institution:
        """One that was in the register before the list, and waited for verification."""
        return make.institution(
            samples.name_of(1),
            credit_code=samples.credit_code_of(1),
            address=samples.address_of(1),
            state=InstitutionState.UNVERIFIED,
            state_on=None,
        )

    @pytest.fixture
    def run(self, present: Institution, office: User) -> ImportRun:
        head = HEAD[:3]
        data = book(head, one(1)[:3], title="2023年7月白名单")
        return adopted(applied(data), office)

    def test_what_was_there_before_is_verified_too(
        self, present: Institution, run: ImportRun
    ) -> None:
        present.refresh_from_db()
        assert (present.state, present.state_document) == ("normal", DOCUMENT)
        assert proposal_of(present, date(2023, 7, 11)).included

    def test_it_waits_again_when_the_list_is_taken_back(
        self, present: Institution, run: ImportRun, office: User
    ) -> None:
        run = undo(run=run, by=office.actor)

        present.refresh_from_db()
        assert (present.state, present.state_on, present.state_document) == ("unverified", None, "")
        assert (present.verified_at, present.verified_by) == (None, None)
        change = StateChange.objects.filter(institution=present).latest("pk")
        assert (change.before, change.after, change.document) == ("normal", "unverified", DOCUMENT)
        assert run.taken_back == "1 条退回“待核验”"
        assert run.counts["kept_rows"] == 0

    def test_what_a_person_has_touched_since_stays_verified_and_is_named(
        self, present: Institution, run: ImportRun, office: User
    ) -> None:
        applied(book(HEAD, one(2)))
        present.refresh_from_db()
        amend(
            institution=present, values={"remark": "看过"}, version=present.version, by=office.actor
        )

        with pytest.raises(NotPossibleError, match="没有可以整批撤销的"):
            undo(run=run, by=office.actor)

        present.refresh_from_db()
        assert present.state == InstitutionState.NORMAL


class TestWords:
    def test_each_row_is_told_as_what_became_of_it(self, as_office: Client, office: User) -> None:
        applied(listed(1))
        run = applied(listed(1, 2, 3, subjects="书法"))

        said = as_office.post(f"/office/imports/{run.pk}/undo/", follow=True).content.decode()

        words = "删除新登记的 2 条，恢复更新过的 1 条"
        assert f"已撤销这次导入：{words}。" in said
        assert f"撤销导入“{run}”：{words}" in said
        assert said.count(words) == 3


class TestTimelines:
    def test_an_institution_tells_what_each_import_did_to_it(
        self, as_office: Client, office: User
    ) -> None:
        first = adopted(applied(listed(1, 2)), office)
        second = applied(listed(1, subjects="书法"))
        undo(run=second, by=office.actor)
        changed, other = Institution.objects.order_by("pk")

        trail = section(page_of(as_office, changed), "trail")
        told = [
            "撤销导入，恢复原来的内容：《2023年7月白名单》第3行",
            "由导入更新：《2023年7月白名单》第3行",
            "以已公示的名单为依据，由“待核验”改为“正常”：《2023年7月白名单》第3行",
            "由导入登记：《2023年7月白名单》第3行",
        ]
        assert sorted(told, key=trail.index) == told
        assert trail.count("培训项目") == 2
        assert DOCUMENT in trail
        assert trail.count(f'href="/office/imports/{first.pk}/"') == 2
        assert trail.count(f'href="/office/imports/{second.pk}/"') == 2

        assert "由导入更新" not in section(page_of(as_office, other), "trail")

    def test_an_import_that_found_it_unchanged_is_no_line(self, as_office: Client) -> None:
        applied(listed(1))
        applied(listed(1))

        trail = section(page_of(as_office, Institution.objects.get()), "trail")

        assert trail.count("<li>") == 1

    def test_one_that_was_kept_says_so(self, as_office: Client, office: User) -> None:
        run = applied(listed(1, 2))
        row = Institution.objects.get(name=samples.name_of(1))
        amend(institution=row, values={"remark": "看过"}, version=row.version, by=office.actor)
        undo(run=run, by=office.actor)

        assert "撤销导入时保持不变" in section(page_of(as_office, row), "trail")

    def test_a_place_without_licence_tells_the_import_it_came_from(
        self, as_office: Client, as_officer: Client
    ) -> None:
        run = applied(samples.black_lists(), sheet="2025年12月")
        site = UnlicensedSite.objects.get(name="高飞升学")

        page = as_office.get(f"/office/sites/{site.pk}/").content.decode()
        assert "由导入登记" in page
        assert f'href="/office/imports/{run.pk}/"' in page
        page = as_officer.get(f"/office/sites/{site.pk}/").content.decode()
        assert "由导入登记" in page
        assert "/office/imports/" not in page

    def test_of_a_contacts_number_only_the_end_is_told(self, as_office: Client) -> None:
        head = [*HEAD, "联系电话"]
        applied(book(head, [*one(1), "13900001111"], title="机构名册"))

        run = applied(book(head, [*one(1), "13900002222"], title="机构名册"))

        for page in (
            section(page_of(as_office, Institution.objects.get()), "trail"),
            as_office.get(f"/office/imports/{run.pk}/").content.decode(),
        ):
            assert "2222" in page
            assert "13900002222" not in page
            assert "13900001111" not in page

    def test_every_sheet_tells_when_its_file_came_in(self, as_office: Client) -> None:
        for run in taken_in(samples.black_lists()):
            imports.drop(run=run, by=CONSOLE)

        for run in ImportRun.objects.all():
            page = as_office.get(f"/office/imports/{run.pk}/").content.decode()
            assert page.count("上传待导入的表格") == 1


class TestTheResult:
    def test_it_shows_every_row_that_was_written_and_what_was_changed(
        self, as_office: Client
    ) -> None:
        applied(listed(1, 2))
        run = applied(listed(1, 2, 3, subjects="书法"))

        page = as_office.get(f"/office/imports/{run.pk}/?show=changed")

        rows = page.context["page"].object_list
        assert [(row.number, str(row.institution)) for row in rows] == [
            (3, samples.name_of(1)),
            (4, samples.name_of(2)),
        ]
        assert '<del class="old">美术</del> → <ins class="new">书法</ins>' in page.content.decode()

    @pytest.mark.parametrize("count", [3, 30])
    def test_it_asks_the_same_questions_for_any_number_of_rows(
        self, as_office: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        run = applied(listed(*range(1, count + 1)))
        address = f"/office/imports/{run.pk}/"
        as_office.get(address)

        with django_assert_num_queries(10):
            as_office.get(address)

    def test_what_was_deleted_with_it_is_named_without_a_link(
        self, as_office: Client, office: User
    ) -> None:
        run = undo(run=applied(listed(1)), by=office.actor)
        row = Institution.objects.get()

        page = as_office.get(f"/office/imports/{run.pk}/").content.decode()

        assert row.name in page
        assert f'href="/office/institutions/{row.pk}/"' not in page

    def test_a_doubtful_row_that_was_answered_is_the_one_it_was_said_to_be(
        self, office: User
    ) -> None:
        known = make.institution(samples.name_of(1), address="定边县别处1号")
        run = previewed(book(HEAD, one(1, code=None, licence=None)), kind=ImportKind.REGISTER)
        import_answers.answer(run=run, answers={"2": str(known.pk)}, by=office.actor)

        imports.apply(run=run, by=office.actor)

        row = run.rows.get()
        assert (row.institution, row.outcome, row.number) == (known, "changed", 2)
