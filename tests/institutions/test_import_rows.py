"""Rows that are odd: names that hardly are names, broken cells, guesses that a person has corrected."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import Workbook

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.tabular.reading import read
from foundation.workflow import NotPossibleError
from institutions.actions import import_answers, imports
from institutions.actions.register import amend
from institutions.importing.preview import PreviewRow
from institutions.importing.sheets import preview_of
from institutions.models import ImportRun, Institution, Outcome, UnlicensedSite
from tests import make, samples
from tests.institutions.test_import import (
    HEAD,
    Cell,
    applied,
    book,
    one,
    outcomes,
    previewed,
    rows_of,
)

pytestmark = pytest.mark.django_db


def text_run(*lines: str, name: str = "机构名册.csv") -> ImportRun:
    """A text table, previewed: there a cell may begin with any sign."""
    data = "\n".join(lines).encode("utf-8-sig")
    (run,) = imports.take_in(upload=ContentFile(data, name=name), by=CONSOLE)
    return imports.confirm(
        by=CONSOLE, run=run, columns=run.columns, title="", as_of=None, year=None
    )


def first_row(run: ImportRun) -> PreviewRow:
    return preview_of(run).rows[0]


class TestNames:
    @pytest.mark.parametrize(
        "name", ["=1+1艺术", "+86教育", "-甲校", "@音乐", "＝甲校", "-5", "=HYPERLINK(1)"]
    )
    def test_one_that_begins_like_a_formula_is_asked_about(self, name: str) -> None:
        row = first_row(text_run("机构名称,办学地址", f"{name},定边县某处1号"))

        assert row["outcome"] == Outcome.DOUBTFUL
        assert "像是公式" in row["reason"]

    @pytest.mark.parametrize("name", ["12345", "###", "①②", "8-1"])
    def test_one_without_a_letter_is_asked_about_where_the_row_has_an_address(
        self, name: str
    ) -> None:
        row = first_row(text_run("机构名称,办学地址", f"{name},定边县某处1号"))

        assert row["outcome"] == Outcome.DOUBTFUL
        assert "没有汉字或字母" in row["reason"]

    @pytest.mark.parametrize("name", ["12345", "###", "-5"])
    def test_one_without_a_letter_and_nothing_beside_it_is_refused(self, name: str) -> None:
        run = text_run("机构名称,办学地址", f"{name},")

        assert first_row(run)["outcome"] == Outcome.REFUSED
        assert "看不出是哪一家" in first_row(run)["reason"]
        run = import_answers.answer_all(by=CONSOLE, run=run, given="new")
        imports.apply(run=run, by=CONSOLE)
        assert not Institution.objects.exists()

    @pytest.mark.parametrize("name", ["ABC", "360少儿编程", "Happy-English", "A+教育", "甲"])
    def test_one_with_a_letter_lands(self, name: str) -> None:
        assert outcomes(text_run("机构名称,办学地址", f"{name},")) == {Outcome.NEW: 1}

    def test_a_code_does_not_rename_an_institution_to_a_formula(self) -> None:
        code = samples.credit_code_of(1)
        known = make.institution("定边县甲校", credit_code=code)

        row = first_row(text_run("机构名称,统一社会信用代码", f"=1+1,{code}"))

        assert row["outcome"] == Outcome.DOUBTFUL
        assert [choice["landing"]["pk"] for choice in row["choices"]] == [known.pk]

    def test_what_a_person_took_in_under_such_a_name_is_known_the_next_time(self) -> None:
        lines = ("机构名称,办学地址", "-甲校,定边县某处1号")
        imports.apply(
            run=import_answers.answer_all(by=CONSOLE, run=text_run(*lines), given="new"), by=CONSOLE
        )

        assert outcomes(text_run(*lines)) == {Outcome.UNCHANGED: 1}

    def test_places_without_licence_are_asked_about_too(self) -> None:
        lines = ("名称,地址,列入原因", "=1+1画室,定边县某处1号,无证无照", "123,,无证无照")
        run = text_run(*lines, name="无证场所黑名单.csv")

        assert outcomes(run) == {Outcome.DOUBTFUL: 1, Outcome.REFUSED: 1}
        assert not UnlicensedSite.objects.exists()

    def test_every_doubt_about_a_row_is_said(self) -> None:
        make.institution("-甲校", address="定边县别处1号")

        row = first_row(text_run("机构名称,办学地址", "－甲校,定边县某处1号"))

        assert "地址不同" in row["reason"]
        assert "像是公式" in row["reason"]

    def test_the_workbook_of_rows_left_over_holds_such_a_name_as_text(
        self, as_office: Client
    ) -> None:
        run = text_run("机构名称,办学地址", "=1+1,定边县某处1号")
        imports.apply(run=run, by=CONSOLE)

        answer = as_office.get(f"/office/imports/{run.pk}/left-over.xlsx")

        # Reading refuses a workbook with a formula in it.
        (sheet,) = read(answer.content, "x.xlsx").sheets
        assert any("=1+1" in row.cells for row in sheet.rows)


class TestCells:
    def test_a_break_in_a_name_or_an_address_was_only_a_narrow_cell(self) -> None:
        make.town("贺圈镇")
        applied(
            book(
                HEAD[:1] + HEAD[2:3],
                ["定边县甲\n校", "定边县贺\n圈镇1号"],
                ["Happy\nEnglish", "定边县2号"],
                title="机构名册",
            )
        )

        first, second = Institution.objects.order_by("pk")
        assert (first.name, first.address) == ("定边县甲校", "定边县贺圈镇1号")
        assert first.town is not None
        assert second.name == "Happy English"

    def test_a_word_in_place_of_a_licence_number_is_none(self) -> None:
        run = applied(book(HEAD, one(1, licence="办理中"), one(2, licence="办理中")))

        assert outcomes(run) == {Outcome.NEW: 2}
        notes = rows_of(run)[samples.name_of(1)]["notes"]
        assert "许可证号：“办理中”中没有数字，不是号码，未导入" in notes

    def test_negative_numbers_are_named_and_not_taken(self) -> None:
        run = applied(
            book(["机构名称", "办学规模", "建筑面积", "许可证号"], ["定边县甲校", -3, -5, -1610825])
        )

        notes = first_row(run)["notes"]
        assert "办学规模（人）：“-3”小于零，未导入" in notes
        assert "许可证号：“-1610825”前有减号，请核对" in notes
        assert Institution.objects.get().building_area is None

    def test_an_area_that_rounds_to_more_than_the_register_holds_is_named(self) -> None:
        run = applied(book(["机构名称", "建筑面积", "办学地址"], ["定边县甲校", 999999.996, "x"]))

        assert any("不合理" in note for note in first_row(run)["notes"])


class TestGuesses:
    def test_a_town_that_a_person_has_corrected_stays_while_the_address_does(
        self, office: User
    ) -> None:
        for name in samples.TOWNS:
            make.town(name)
        applied(book(HEAD, one(1)))
        row = Institution.objects.get()
        other = make.town("新安边镇")
        amend(institution=row, values={"town": other}, version=row.version, by=office.actor)

        assert outcomes(previewed(book(HEAD, one(1)))) == {Outcome.UNCHANGED: 1}

        applied(book(HEAD, one(1, address="定边县安边镇新址1号")))
        row.refresh_from_db()
        assert row.town is not None
        assert row.town.name == "安边镇"

    def test_a_licence_that_becomes_long_term_says_that_its_end_goes(self) -> None:
        applied(book(HEAD, one(1)))
        head = [*HEAD[:4], "有效期", *HEAD[5:]]

        run = previewed(book(head, one(1, until="长期")))

        landing = rows_of(run)[samples.name_of(1)]["landing"]
        assert landing is not None
        assert ["许可证有效期止", "2027-08-31", "（空）"] in landing["differences"]

    def test_a_choice_says_what_it_would_leave_out(self) -> None:
        known = make.institution(samples.name_of(1), address="定边县别处1号")
        for number in ("161082570000901", "161082570000902"):
            make.licence(known, number=number)

        row = first_row(previewed(book(HEAD, one(1, code=None, licence=None))))

        assert row["outcome"] == Outcome.DOUBTFUL
        assert any(
            note.startswith("若就是") and "看不出有效期属于哪一张" in note for note in row["notes"]
        )


class TestPreview:
    def test_a_question_can_be_answered_wherever_it_is_shown(self, as_office: Client) -> None:
        run = previewed(samples.white_list(10))
        address = f"/office/imports/{run.pk}/preview/"

        assert "保存本页的处理" in as_office.get(address).content.decode()
        assert "保存本页的处理" in as_office.get(f"{address}?show=doubtful").content.decode()
        assert "保存本页的处理" not in as_office.get(f"{address}?show=new").content.decode()

    def test_rows_that_cannot_be_new_are_not_said_to_be_answered(self, as_office: Client) -> None:
        make.institution("定边县甲校")
        head: list[Cell] = ["机构名称", "年检结论"]
        twice: list[list[Cell]] = [["定边县甲校", "合格"], ["定边县甲校", "不合格"]]
        run = previewed(book(head, *twice, title="2025年年检结果"), year=2025)

        address = f"/office/imports/{run.pk}/answer-all/"
        page = as_office.post(address, {"given": "new"}, follow=True).content.decode()

        assert "还有 1 行只能对应已有的记录或跳过" in page
        assert "已处理全部" not in page

    def test_it_shows_the_people_and_the_account_but_not_its_number(
        self, as_office: Client
    ) -> None:
        head: list[Cell] = [*HEAD, "校长", "监管银行", "专户账号"]
        run = previewed(
            book(head, [*one(1), "张三", "甲银行", "6217000012345678"], title="机构名册")
        )

        page = as_office.get(f"/office/imports/{run.pk}/preview/").content.decode()

        assert "校长或主要负责人：张三" in page
        assert "资金监管：银行托管，甲银行，账号已填写" in page
        assert "6217000012345678" not in page


class TestMeanwhile:
    def test_a_correction_made_after_the_preview_is_not_overwritten_unseen(
        self, office: User
    ) -> None:
        applied(book(HEAD, one(1)))
        row = Institution.objects.get()
        run = previewed(book(HEAD, one(1, until="2029-08-31")))
        amend(institution=row, values={"subjects": "书法"}, version=row.version, by=office.actor)

        with pytest.raises(NotPossibleError, match="结果不同"):
            imports.apply(run=run, by=CONSOLE)

        row.refresh_from_db()
        assert row.subjects == "书法"
        assert row.licences.get().valid_until == date(2027, 8, 31)


class TestSheets:
    def test_a_file_with_a_very_long_name_can_be_imported(self, as_office: Client) -> None:
        run = text_run(
            "机构名称,办学地址", "定边县甲校,定边县某处1号", name="机构名册" * 40 + ".csv"
        )

        assert as_office.get(f"/office/imports/{run.pk}/columns/").status_code == 200
        assert outcomes(run) == {Outcome.NEW: 1}

    def test_two_sheets_that_differ_by_a_blank_are_two(self) -> None:
        runs = imports.take_in(
            upload=ContentFile(two_sheets("名单", "名单 "), "x.xlsx"), by=CONSOLE
        )

        assert [preview_name(run) for run in runs] == ["定边县甲校", "定边县乙校"]

    def test_two_sheets_of_one_name_are_refused_and_nothing_is_stored(self) -> None:
        data = with_sheets_renamed(two_sheets("名单一", "名单二"), "名单二", "名单一")

        with pytest.raises(NotPossibleError, match="都叫“名单一”"):
            imports.take_in(upload=ContentFile(data, "x.xlsx"), by=CONSOLE)

        assert not ImportRun.objects.exists()


def two_sheets(*names: str) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for name, institution in zip(names, ("定边县甲校", "定边县乙校"), strict=True):
        sheet = made.create_sheet(name)
        sheet.append(["机构名称", "办学地址"])
        sheet.append([institution, "定边县某处1号"])
    made.save(out)
    return out.getvalue()


def with_sheets_renamed(data: bytes, before: str, after: str) -> bytes:
    """What Excel itself does not allow: two sheets with one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/workbook.xml":
                content = content.replace(before.encode(), after.encode())
            new.writestr(part, content)
    return out.getvalue()


def preview_name(run: ImportRun) -> str:
    run = imports.confirm(by=CONSOLE, run=run, columns=run.columns, title="", as_of=None, year=None)
    return first_row(run)["name"]
