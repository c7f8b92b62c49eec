"""A spreadsheet on its way into the register: understood, asked about, applied, taken back."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.attachments.models import Attachment
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions import import_answers, imports
from institutions.actions.adoption import adopt
from institutions.actions.import_undo import undo
from institutions.actions.register import amend
from institutions.importing.preview import PreviewRow
from institutions.importing.sheets import preview_of
from institutions.models import (
    AnnualInspection,
    HeaderMemory,
    ImportKind,
    ImportRun,
    Institution,
    Licence,
    Outcome,
    PlatformMark,
    SiteClass,
    StateChange,
    UnlicensedSite,
)
from institutions.queries.imports import KEPT, landed_rows
from institutions.workflow import InstitutionState, SiteState
from tests import hostile, make, samples
from tests.public.publishing import publish

pytestmark = pytest.mark.django_db

Cell = str | int | float | None


@pytest.fixture(autouse=True)
def _towns_and_categories(db: None) -> None:
    for name in samples.TOWNS:
        make.town(name)
    arts = make.category("WH", "文化艺术类")
    arts.words = "美术 音乐 舞蹈 书法"
    arts.save(update_fields=["words"])


def book(*rows: list[Cell], title: str = "") -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    if title:
        sheet.append([title])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def taken_in(data: bytes, name: str = "名单.xlsx") -> list[ImportRun]:
    return imports.take_in(upload=ContentFile(data, name=name), by=CONSOLE)


def previewed(data: bytes, *, sheet: str = "", kind: str = "", **given: Any) -> ImportRun:
    runs = taken_in(data)
    run = next(run for run in runs if sheet in ("", run.sheet))
    if kind:
        run = imports.choose_kind(by=CONSOLE, run=run, kind=kind)
    given = {"title": run.title, "as_of": run.as_of, "year": None, "columns": run.columns} | given
    return imports.confirm(by=CONSOLE, run=run, **given)


def applied(data: bytes, **given: Any) -> ImportRun:
    return imports.apply(run=previewed(data, **given), by=CONSOLE)


def rows_of(run: ImportRun) -> dict[str, PreviewRow]:
    return {row["name"]: row for row in preview_of(run).rows}


def outcomes(run: ImportRun) -> dict[str, int]:
    return {outcome: run.counts[outcome] for outcome in Outcome if run.counts[outcome]}


def kept_names(run: ImportRun) -> list[str]:
    """What an undoing has left as it is."""
    return [str(row.institution or row.site) for row in landed_rows(run, KEPT)]


HEAD: list[Cell] = ["机构名称", "统一社会信用代码", "办学地址", "许可证号", "有效期止", "培训项目"]


def one(number: int, **given: Cell) -> list[Cell]:
    plain: dict[str, Cell] = {
        "name": samples.name_of(number),
        "code": samples.credit_code_of(number),
        "address": samples.address_of(number),
        "licence": str(samples.licence_of(number)),
        "until": "2027-08-31",
        "subjects": "美术",
    }
    return list({**plain, **given}.values())


class TestPublishedList:
    def test_every_row_of_the_twin_lands_or_is_named(self) -> None:
        run = previewed(samples.white_list())

        assert (run.kind, run.counts["read"], outcomes(run)) == (
            ImportKind.WHITELIST,
            165,
            {Outcome.NEW: 163, Outcome.DOUBTFUL: 2},
        )

    def test_empty_sheets_are_said(self) -> None:
        (run,) = taken_in(samples.white_list(5 + 5))

        assert run.counts["empty_sheets"] == ["Sheet2", "Sheet3"]

    def test_one_number_on_two_institutions_is_asked_not_matched(self) -> None:
        run = previewed(samples.white_list(10))
        doubtful = [row for row in preview_of(run).rows if row["outcome"] == Outcome.DOUBTFUL]

        assert [row["number"] for row in doubtful] == [9, 10]
        assert str(samples.TWICE) in doubtful[0]["reason"]

    def test_the_doubtful_land_when_a_person_says_they_are_new(self) -> None:
        run = previewed(samples.white_list(10))

        run = import_answers.answer(by=CONSOLE, run=run, answers={"9": "new", "10": "skip"})
        imports.apply(run=run, by=CONSOLE)

        assert Institution.objects.count() == 9
        assert outcomes(run) == {Outcome.NEW: 9, Outcome.SKIPPED: 1}

    def test_the_same_file_twice_changes_nothing(self) -> None:
        run = import_answers.answer_all(
            by=CONSOLE, run=previewed(samples.white_list(20)), given="new"
        )
        imports.apply(run=run, by=CONSOLE)
        before = list(Institution.objects.order_by("pk").values())

        again = applied(samples.white_list(20))

        assert outcomes(again) == {Outcome.UNCHANGED: 20}
        assert list(Institution.objects.order_by("pk").values()) == before

    def test_imported_rows_wait_for_verification_and_say_where_they_come_from(self) -> None:
        applied(samples.white_list(3 + 5))
        row = Institution.objects.get(name=samples.name_of(1))

        assert (row.state, row.source) == (InstitutionState.UNVERIFIED, samples.TITLE)
        assert row.town is not None
        assert row.town.name in row.address
        assert row.licences.get().number == str(samples.licence_of(1))

    def test_an_applied_import_is_one_line_of_the_trail_with_the_sum_of_its_sealed_file(
        self,
    ) -> None:
        run = previewed(samples.white_list(9))
        before = AuditEvent.objects.count()
        run = imports.apply(run=run, by=CONSOLE)

        (line,) = AuditEvent.objects.order_by("pk")[before:]
        assert line.act == "import.applied"
        assert "SHA-256" in line.document
        assert samples.name_of(1).encode() not in default_storage.open(run.undo_file).read()


class TestMatching:
    def test_the_credit_code_decides_before_the_name(self) -> None:
        known = make.institution("定边县旧名培训学校", credit_code=samples.credit_code_of(1))

        run = previewed(book(HEAD, one(1)))

        row = rows_of(run)[samples.name_of(1)]
        assert row["outcome"] == Outcome.CHANGED
        assert row["landing"] is not None
        assert row["landing"]["pk"] == known.pk
        assert ["机构名称", "定边县旧名培训学校", samples.name_of(1)] in row["landing"][
            "differences"
        ]

    def test_then_the_licence_number_where_it_is_unique(self) -> None:
        known = make.institution("定边县旧名培训学校")
        make.licence(known, number=f"教民{samples.licence_of(1)}号")

        row = rows_of(previewed(book(HEAD, one(1, code=None))))[samples.name_of(1)]

        assert row["landing"] is not None
        assert (row["outcome"], row["landing"]["pk"]) == (Outcome.CHANGED, known.pk)

    def test_a_licence_number_of_two_in_the_register_is_asked(self) -> None:
        for name in ("定边县甲校", "定边县乙校"):
            make.licence(make.institution(name), number=str(samples.licence_of(1)))

        row = rows_of(previewed(book(HEAD, one(1, code=None))))[samples.name_of(1)]

        assert (row["outcome"], len(row["choices"])) == (Outcome.DOUBTFUL, 2)

    def test_the_same_name_at_another_address_is_asked(self) -> None:
        known = make.institution(samples.name_of(1), address="定边县别处1号")
        data = book(HEAD, one(1, code=None, licence=None))

        run = previewed(data)
        row = rows_of(run)[samples.name_of(1)]
        assert row["outcome"] == Outcome.DOUBTFUL
        assert "地址不同" in row["reason"]

        run = import_answers.answer(
            by=CONSOLE, run=run, answers={str(row["number"]): str(known.pk)}
        )
        imports.apply(run=run, by=CONSOLE)
        known.refresh_from_db()
        assert (Institution.objects.count(), known.address) == (1, samples.address_of(1))

    def test_a_code_twice_in_the_file_is_asked(self) -> None:
        code = samples.credit_code_of(1)
        run = previewed(book(HEAD, one(1), one(2, code=code)))

        assert outcomes(run) == {Outcome.DOUBTFUL: 2}

    def test_a_row_twice_in_the_file_is_asked_once(self) -> None:
        bare = {"code": None, "licence": None}
        run = previewed(book(HEAD, one(1, **bare), one(1, **bare)))

        assert outcomes(run) == {Outcome.NEW: 1, Outcome.DOUBTFUL: 1}

    def test_names_that_sound_alike_are_two_places_and_named(self) -> None:
        make.institution("定边县童绘馆")

        row = rows_of(previewed(book(HEAD, one(1, name="定边县同绘馆"))))["定边县同绘馆"]

        assert row["outcome"] == Outcome.NEW
        assert any("读音相同" in note for note in row["notes"])

    def test_two_rows_may_not_be_answered_as_the_same_one(self) -> None:
        known = make.institution(samples.name_of(1), address="定边县别处1号")
        bare = {"code": None, "licence": None}
        second = one(1, **bare, address="定边县又一处2号")
        run = previewed(book(HEAD, one(1, **bare), second))

        with pytest.raises(NotPossibleError, match="同一家"):
            import_answers.answer(
                by=CONSOLE, run=run, answers={"2": str(known.pk), "3": str(known.pk)}
            )


class TestValues:
    def test_the_county_table_with_its_quirks(self) -> None:
        run = previewed(samples.register_book())
        rows = rows_of(run)

        assert run.counts["read"] == 6
        assert rows[samples.name_of(1)]["outcome"] == Outcome.NEW
        damaged = rows[samples.name_of(4)]
        assert damaged["outcome"] == Outcome.REFUSED
        assert "第" in damaged["reason"]
        assert "列" in damaged["reason"]
        assert rows[samples.name_of(5)]["outcome"] == Outcome.REFUSED

    def test_several_licences_in_one_cell_are_several_licences(self) -> None:
        applied(samples.register_book())

        row = Institution.objects.get(name=samples.name_of(2))
        assert row.licences.count() == 2

    def test_a_validity_in_words_is_read_or_named(self) -> None:
        run = applied(samples.register_book())
        row = Institution.objects.get(name=samples.name_of(1))

        licence = row.licences.get()
        assert (licence.valid_from, licence.valid_until) == (date(2023, 8, 6), date(2026, 8, 5))
        notes = rows_of(run)[samples.name_of(2)]["notes"]
        assert any("缺日" in note for note in notes)

    def test_blank_cells_erase_nothing(self) -> None:
        known = make.institution(
            samples.name_of(1), credit_code=samples.credit_code_of(1), address="定边县某处1号"
        )

        applied(book(HEAD, one(1, address="/", licence=None, until="无", subjects="—")))

        known.refresh_from_db()
        assert known.address == "定边县某处1号"

    def test_a_day_with_a_missing_part_is_named_and_the_row_lands_without_it(self) -> None:
        run = applied(book(HEAD, one(1, until="2027年8月")))

        assert Licence.objects.get().valid_until is None
        assert any("缺日" in note for note in rows_of(run)[samples.name_of(1)]["notes"])

    def test_categories_are_guessed_from_the_subjects_and_said_to_be_guessed(self) -> None:
        run = applied(book(HEAD, one(1, subjects="少儿美术")))

        assert [c.name for c in Institution.objects.get().categories.all()] == ["文化艺术类"]
        assert any("推定" in note for note in rows_of(run)[samples.name_of(1)]["notes"])

    def test_the_department_that_leads_on_the_categories_is_guessed_and_said_to_be(self) -> None:
        make.institution(samples.name_of(2), credit_code=samples.credit_code_of(2))

        run = applied(book(HEAD, one(1, subjects="少儿美术"), one(2, subjects="书法")))

        leads = set(Institution.objects.values_list("lead_department__code", flat=True))
        assert leads == {"wenlv"}
        rows = rows_of(run)
        notes = rows[samples.name_of(1)]["notes"]
        assert any(note.startswith("牵头部门按培训类别推定为") for note in notes)
        landing = rows[samples.name_of(2)]["landing"]
        assert landing is not None
        labels = [label for label, *_ in landing["differences"]]
        assert "牵头部门（推定）" in labels

    @pytest.mark.parametrize("named", ["教体局", "不存在的局"])
    def test_no_lead_is_guessed_where_the_file_or_the_register_names_one(self, named: str) -> None:
        office = make.department("jiaoti", name="教体局")
        make.institution(
            samples.name_of(2), credit_code=samples.credit_code_of(2), lead_department=office
        )
        head = [*HEAD, "牵头部门"]

        applied(book(head, [*one(1, subjects="书法"), named], [*one(2, subjects="书法"), None]))

        leads = set(Institution.objects.values_list("lead_department__code", flat=True))
        assert leads == {"jiaoti", "jiaoti" if named == "教体局" else None}

    def test_no_lead_is_guessed_for_categories_of_two_departments(self) -> None:
        sports = make.category("TY", "体育类")
        sports.words, sports.lead_department = "武术", make.department("tiyu")
        sports.save(update_fields=["words", "lead_department"])

        applied(book(HEAD, one(1, subjects="书法、武术")))

        assert Institution.objects.get().lead_department is None

    def test_a_row_without_a_name_is_refused(self) -> None:
        run = previewed(book(HEAD, one(1, name="无"), one(2)))

        assert outcomes(run) == {Outcome.NEW: 1, Outcome.REFUSED: 1}


class TestPlacesWithoutLicence:
    def test_reasons_become_classes_and_merged_ones_reach_down(self) -> None:
        applied(samples.black_lists(), sheet="2025年12月")

        found = dict(UnlicensedSite.objects.values_list("name", "site_class"))
        assert found["潮动街舞"] == SiteClass.BUSINESS_ONLY
        assert found["B-box街舞"] == SiteClass.BUSINESS_ONLY
        assert found["高飞升学"] == SiteClass.NOTHING

    def test_name_and_address_in_one_cell_are_parted_or_asked(self) -> None:
        run = previewed(samples.black_lists(), sheet="城区无证")

        rows = rows_of(run)
        assert rows["青桐果教育"]["where"] == "西环路五角广场6楼"
        assert outcomes(run) == {Outcome.NEW: 2, Outcome.DOUBTFUL: 2}

    def test_licensed_ones_in_a_section_are_no_places_without_licence(self) -> None:
        run = previewed(samples.black_lists(), sheet="停课期间")

        assert outcomes(run) == {Outcome.DOUBTFUL: 3}
        assert all("有证机构的违规" in row["reason"] for row in preview_of(run).rows)

    def test_those_that_a_person_took_in_are_known_the_next_time(self) -> None:
        for sheet in ("停课期间", "城区无证"):
            run = import_answers.answer_all(
                by=CONSOLE, run=previewed(samples.black_lists(), sheet=sheet), given="new"
            )
            imports.apply(run=run, by=CONSOLE)

            again = previewed(samples.black_lists(), sheet=sheet)
            assert outcomes(again) == {Outcome.UNCHANGED: again.counts["read"]}

    def test_what_was_done_is_a_measure_and_changes_no_state(self) -> None:
        run = previewed(samples.black_lists(), sheet="停课期间")

        imports.apply(run=import_answers.answer_all(by=CONSOLE, run=run, given="new"), by=CONSOLE)

        site = UnlicensedSite.objects.get(name=samples.name_of(201))
        assert (site.state, site.measures.get().note) == (
            SiteState.FOUND,
            "责令停止办学,退还所收费用",
        )

    def test_the_same_list_twice_changes_nothing(self) -> None:
        applied(samples.black_lists(), sheet="2025年12月")

        assert outcomes(applied(samples.black_lists(), sheet="2025年12月")) == {
            Outcome.UNCHANGED: 5
        }


class TestAnnualInspection:
    def test_conclusions_reach_institutions_and_the_rest_is_named(self) -> None:
        for number in (210, 211, 212):
            make.institution(samples.name_of(number))

        run = applied(samples.black_lists(), sheet="年检", year=2025)

        assert outcomes(run) == {Outcome.CHANGED: 2, Outcome.REFUSED: 1}
        assert set(AnnualInspection.objects.values_list("year", "conclusion")) == {(2025, "failed")}
        assert set(Institution.objects.values_list("state", flat=True)) == {InstitutionState.NORMAL}
        rows = rows_of(run)
        assert any("人工作出决定" in note for note in rows[samples.name_of(211)]["notes"])
        assert "人工作出决定" in rows[samples.name_of(212)]["reason"]

    def test_unknown_institutions_are_refused(self) -> None:
        run = previewed(samples.black_lists(), sheet="年检", year=2025)

        assert outcomes(run) == {Outcome.REFUSED: 3}

    def test_without_a_year_nothing_is_guessed(self) -> None:
        make.institution(samples.name_of(210))

        row = rows_of(previewed(samples.black_lists(), sheet="年检"))[samples.name_of(210)]

        assert (row["outcome"], "年度" in row["reason"]) == (Outcome.REFUSED, True)


class TestNationalPlatform:
    ROWS: ClassVar[tuple[list[Cell], ...]] = (
        ["机构名称", "统一社会信用代码", "机构ID", "上架课程数", "是否开通支付", "从业人员数"],
        [samples.name_of(1), samples.credit_code_of(1), "P001", "12", "是", "8"],
        [samples.name_of(2), "是", "P002", "0", "否", "3"],
        [samples.name_of(3), None, "P003", "1", "是", "2"],
    )

    def test_its_export_sets_the_mark_with_its_date(self) -> None:
        known = make.institution("定边县别名", credit_code=samples.credit_code_of(1))
        make.institution(samples.name_of(2))

        run = applied(book(*self.ROWS), as_of=date(2026, 6, 30))

        mark = PlatformMark.objects.get(institution=known)
        assert (mark.platform_id, mark.courses_listed, mark.payment_open, mark.as_of) == (
            "P001",
            12,
            True,
            date(2026, 6, 30),
        )
        assert outcomes(run) == {Outcome.CHANGED: 2, Outcome.REFUSED: 1}
        assert any("办理中" in note for note in rows_of(run)[samples.name_of(2)]["notes"])

    def test_an_older_export_overwrites_nothing(self) -> None:
        make.institution(samples.name_of(1), credit_code=samples.credit_code_of(1))
        applied(book(*self.ROWS), as_of=date(2026, 6, 30))

        run = previewed(book(*self.ROWS), as_of=date(2026, 5, 31))

        assert "比本表新" in rows_of(run)[samples.name_of(1)]["reason"]


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_text_tables_are_read_in_their_encoding(self, encoding: str) -> None:
        run = taken_in(samples.text_table(encoding), "名册.csv")[0]
        run = imports.confirm(
            by=CONSOLE, run=run, columns=run.columns, title="", as_of=None, year=None
        )

        assert outcomes(run) == {Outcome.NEW: 20}
        assert rows_of(run)[samples.name_of(1)]["where"] == samples.address_of(1)

    def test_old_workbooks_are_read(self) -> None:
        run = taken_in(samples.old_book(), "名册.xls")[0]
        run = imports.confirm(
            by=CONSOLE, run=run, columns=run.columns, title="", as_of=None, year=None
        )

        assert outcomes(run) == {Outcome.NEW: 20}

    @pytest.mark.parametrize(
        "what",
        [
            "zip bomb of a gigabyte",
            "1,048,576 rows",
            "link to another workbook",
            "macros",
            "formula with its value",
            "program",
            "nothing",
        ],
    )
    def test_a_hostile_one_is_refused_with_words_and_nothing_is_stored(
        self, what: str, tmp_path: Path
    ) -> None:
        name, write = hostile.HOSTILE[what]
        data = write(tmp_path).read_bytes()

        with pytest.raises(NotPossibleError, match=r"[。）]$"):
            taken_in(data, name)

        assert (ImportRun.objects.count(), Attachment.objects.count()) == (0, 0)

    def test_a_book_of_empty_sheets_is_refused(self) -> None:
        with pytest.raises(NotPossibleError, match="都是空的"):
            taken_in(book())


class TestColumns:
    def test_a_corrected_column_is_remembered(self) -> None:
        head: list[Cell] = ["学校名称", "码", "办学地址"]
        data = book(head, ["定边县甲校", samples.credit_code_of(1), "某处"], title="名册")
        run = imports.choose_kind(by=CONSOLE, run=taken_in(data)[0], kind=ImportKind.REGISTER)
        columns = {"0": "name", "1": "credit_code", "2": "address"}
        imports.confirm(by=CONSOLE, run=run, columns=columns, title="", as_of=None, year=None)

        again = imports.choose_kind(by=CONSOLE, run=taken_in(data)[0], kind=ImportKind.REGISTER)

        assert again.columns == columns
        assert HeaderMemory.objects.filter(kind=ImportKind.REGISTER).count() == 3

    def test_without_a_name_there_is_no_preview(self) -> None:
        run = imports.choose_kind(
            by=CONSOLE, run=taken_in(book(HEAD, one(1)))[0], kind=ImportKind.REGISTER
        )

        with pytest.raises(NotPossibleError, match="机构名称"):
            imports.confirm(
                by=CONSOLE, run=run, columns={"2": "address"}, title="", as_of=None, year=None
            )


class TestApplying:
    def test_twice_is_refused_with_words(self) -> None:
        run = applied(book(HEAD, one(1)))

        with pytest.raises(NotPossibleError, match="已写入"):
            imports.apply(run=run, by=CONSOLE)

    def test_an_interrupted_one_leaves_nothing(self) -> None:
        run = previewed(book(HEAD, *[one(number) for number in range(1, 300)]))

        imports.start(run=run, version=run.version, by=CONSOLE)

        def pull_the_plug(done: int) -> None:
            raise OSError("plug")

        before = AuditEvent.objects.count()
        with pytest.raises(OSError, match="plug"):
            imports.apply(run=run, by=CONSOLE, progress=pull_the_plug)

        run.refresh_from_db()
        assert (Institution.objects.count(), Licence.objects.count()) == (0, 0)
        assert (run.state, AuditEvent.objects.count()) == ("applying", before)

    def test_a_register_that_changed_meanwhile_asks_for_a_new_preview(self) -> None:
        run = previewed(book(HEAD, one(1)))
        make.institution(samples.name_of(1), credit_code=samples.credit_code_of(1))

        with pytest.raises(StaleError, match="重新预览"):
            imports.apply(run=run, by=CONSOLE)

        run = imports.look_again(by=CONSOLE, run=run)
        imports.apply(run=run, by=CONSOLE)
        assert Institution.objects.count() == 1

    def test_a_change_elsewhere_in_the_register_does_not_disturb(self) -> None:
        run = previewed(book(HEAD, one(1)))
        make.institution("定边县无关培训学校")

        imports.apply(run=run, by=CONSOLE)

        assert Institution.objects.count() == 2

    def test_while_another_is_being_applied_one_is_told_to_wait(self) -> None:
        run = previewed(book(HEAD, one(1)))
        beside = connections.create_connection("default")
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [imports.APPLY_LOCK])

            with pytest.raises(NotPossibleError, match="请稍候"):
                imports.apply(run=run, by=CONSOLE)

        beside.close()
        assert Institution.objects.count() == 0

    def test_changes_are_old_to_new_and_raise_the_version(self) -> None:
        applied(book(HEAD, one(1)))

        run = applied(book(HEAD, one(1, until="2029-08-31", subjects="书法")))

        row = Institution.objects.get()
        landing = rows_of(run)[row.name]["landing"]
        assert landing is not None
        assert landing["differences"] == [
            ["培训项目", "美术", "书法"],
            ["许可证有效期止", "2027-08-31", "2029-08-31"],
        ]
        assert (row.version, row.subjects, row.licences.get().valid_until) == (
            2,
            "书法",
            date(2029, 8, 31),
        )

    @pytest.mark.parametrize("count", [30, 300])
    def test_the_number_of_statements_does_not_grow_with_the_rows(
        self, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        rows = [one(number) for number in range(1, count + 1)]
        run = previewed(book(HEAD, *rows))

        with django_assert_max_num_queries(25):
            imports.apply(run=run, by=CONSOLE)

        assert Institution.objects.count() == count


class TestUndoing:
    def test_everything_is_as_before(self, office: User) -> None:
        known = make.institution(samples.name_of(1), credit_code=samples.credit_code_of(1))
        before = _facts(known)
        run = applied(book(HEAD, one(1), one(2)))

        run = undo(run=run, by=office.actor)

        assert _facts(known) == before
        assert Institution.objects.standing().count() == 1
        assert (run.state, kept_names(run)) == ("undone", [])

    def test_what_somebody_changed_since_stays_and_is_named(self, office: User) -> None:
        run = applied(book(HEAD, one(1), one(2)))
        touched = Institution.objects.get(name=samples.name_of(1))
        amend(
            institution=touched,
            values={"remark": "看过"},
            version=touched.version,
            by=office.actor,
        )

        run = undo(run=run, by=office.actor)

        assert kept_names(run) == [touched.name]
        assert [row.name for row in Institution.objects.standing()] == [touched.name]

    def test_after_the_days_of_the_law_table_it_is_refused(self, office: User) -> None:
        run = applied(book(HEAD, one(1)))
        assert run.applied_at is not None

        with pytest.raises(NotPossibleError, match="30天"):
            undo(run=run, by=office.actor, at=run.applied_at + timedelta(days=31))

        assert Institution.objects.standing().count() == 1

    def test_twice_is_refused(self, office: User) -> None:
        run = undo(run=applied(book(HEAD, one(1))), by=office.actor)

        with pytest.raises(NotPossibleError, match="已撤销"):
            undo(run=run, by=office.actor)


def _facts(row: Institution) -> dict[str, object]:
    aside = {"version", "changed_at"}
    facts = Institution.objects.filter(pk=row.pk).values().get()
    licences = list(row.licences.values_list("number", flat=True))
    categories = list(row.categories.values_list("pk", flat=True))
    kept = {name: value for name, value in facts.items() if name not in aside}
    return {**kept, "licences": licences, "categories": categories}


class TestAdopting:
    def adopted(self, run: ImportRun, office: User) -> ImportRun:
        return adopt(
            run=run,
            title="第3期白名单",
            number="定双减〔2023〕3号",
            published_on=date(2023, 7, 10),
            by=office.actor,
        )

    def test_its_rows_become_normal_by_the_list_as_evidence(self, office: User) -> None:
        run = applied(samples.white_list(20))

        run = self.adopted(run, office)

        row = Institution.objects.get(name=samples.name_of(1))
        document = "第3期白名单，定双减〔2023〕3号，2023年7月10日"
        assert (row.state, row.state_document) == (InstitutionState.NORMAL, document)
        change = StateChange.objects.get(institution=row)
        assert (change.document, change.attachment_id) == (document, run.file_id)
        assert run.counts["adopted"] == 18

    def test_rows_in_another_state_stay_as_they_are(self, office: User) -> None:
        name, code = samples.name_of(1), samples.credit_code_of(1)
        known = make.institution(name, credit_code=code, state=InstitutionState.REVOKED)
        run = applied(book(HEAD, one(1), title="5月白名单"))

        self.adopted(run, office)

        known.refresh_from_db()
        assert known.state == InstitutionState.REVOKED

    def test_it_goes_with_the_import_that_is_taken_back(self, office: User) -> None:
        run = self.adopted(applied(book(HEAD, one(1), one(2), title="5月白名单")), office)

        run = undo(run=run, by=office.actor)

        assert not Institution.objects.standing().exists()
        assert kept_names(run) == []

    def test_what_a_list_of_ours_carries_is_not_taken_back(self, office: User) -> None:
        run = self.adopted(applied(book(HEAD, one(1), one(2), title="5月白名单")), office)
        listed = Institution.objects.get(name=samples.name_of(1))
        publish(listed)

        run = undo(run=run, by=office.actor)

        assert kept_names(run) == [listed.name]
        assert Institution.objects.standing().get() == listed

    def test_an_undoing_that_would_undo_nothing_is_refused(self, office: User) -> None:
        run = self.adopted(applied(book(HEAD, one(1), title="5月白名单")), office)
        publish(Institution.objects.get(name=samples.name_of(1)))

        with pytest.raises(NotPossibleError, match="已列入名单"):
            undo(run=run, by=office.actor)

        run.refresh_from_db()
        assert run.state == "applied"

    def test_a_register_is_no_evidence(self, office: User) -> None:
        run = applied(book(HEAD, one(1)), kind=ImportKind.REGISTER)

        with pytest.raises(NotPossibleError, match="白名单"):
            self.adopted(run, office)

    def test_twice_is_refused(self, office: User) -> None:
        run = self.adopted(applied(samples.white_list(9)), office)

        with pytest.raises(NotPossibleError, match="已经"):
            self.adopted(run, office)
