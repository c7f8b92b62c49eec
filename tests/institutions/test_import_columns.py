"""What each column of a spreadsheet is taken for: by its header, by its days, by what was confirmed."""

import pytest
from django.test import Client

from foundation.actor import CONSOLE
from institutions.actions import imports
from institutions.importing.guessing import guess
from institutions.models import ImportKind, ImportRun, Institution, Licence
from tests import samples
from tests.institutions.test_import import Cell, applied, book, previewed, rows_of, taken_in

pytestmark = pytest.mark.django_db

HEAD: list[Cell] = ["机构名称", "办学地址", "许可证号", "有效期"]


def row(number: int, validity: Cell) -> list[Cell]:
    return [
        samples.name_of(number),
        samples.address_of(number),
        str(samples.licence_of(number)),
        validity,
    ]


def listed(*validities: Cell, header: str = "有效期") -> bytes:
    head = [*HEAD[:3], header]
    rows = [row(number, validity) for number, validity in enumerate(validities, 1)]
    return book(head, *rows, title="机构名册")


def confirmed(run: ImportRun, **changed: str) -> ImportRun:
    return imports.confirm(
        by=CONSOLE,
        run=run,
        columns={**run.columns, **changed},
        title=run.title,
        as_of=None,
        year=None,
    )


class TestOneDay:
    @pytest.mark.parametrize(
        "header", ["有效期", "有效期限", "许可证有效期", "办学许可证 有效期限"]
    )
    def test_where_each_cell_is_one_day_it_is_the_last_day(self, header: str) -> None:
        run = applied(listed("2027.7.4", "2027年8月31日", 46630, "无", None, header=header))

        assert run.columns["3"] == "valid_until"
        ends = Licence.objects.order_by("pk").values_list("valid_until", flat=True)
        assert [str(end) for end in ends] == [
            "2027-07-04",
            "2027-08-31",
            "2027-08-31",
            "None",
            "None",
        ]

    def test_each_row_that_takes_it_says_so_on_the_preview(self, as_office: Client) -> None:
        run = previewed(listed("2027.7.4", "2027.8.31", None))

        page = as_office.get(f"/office/imports/{run.pk}/preview/").content.decode()

        assert page.count("“有效期”一列只有一个日期，按有效期止导入") == 2

    @pytest.mark.parametrize(
        "validities",
        [
            ["2024.7.5-2027.7.4", "2023.9.1至2026.8.31"],
            ["2027.7.4", "自2024年7月5日起"],
            [None, "无"],
        ],
        ids=["ranges", "a beginning", "nothing"],
    )
    def test_otherwise_it_stays_a_validity(self, validities: list[Cell]) -> None:
        (run,) = taken_in(listed(*validities))

        assert run.columns["3"] == "validity"

    @pytest.mark.parametrize("other", ["2023.9.1至2026.8.31", "长期", "2027年8月"])
    def test_a_single_day_among_others_is_the_last_day_too(self, other: str) -> None:
        run = applied(listed("2027.7.4", other))

        assert run.columns["3"] == "valid_until"
        assert str(Licence.objects.order_by("pk")[0].valid_until) == "2027-07-04"
        notes = [row["notes"] for row in rows_of(run).values()]
        assert ["只有一个日期" in "".join(said) for said in notes] == [True, False]

    def test_a_range_in_one_cell_is_both_days(self) -> None:
        applied(listed("2024.7.5-2027.7.4"))

        licence = Licence.objects.get()
        assert (str(licence.valid_from), str(licence.valid_until)) == ("2024-07-05", "2027-07-04")

    def test_beside_a_column_of_last_days_nothing_is_guessed(self) -> None:
        head: list[Cell] = [*HEAD, "有效期止"]
        (run,) = taken_in(book(head, [*row(1, "2024.7.5"), "2027.7.4"], title="机构名册"))

        assert (run.columns["3"], run.columns["4"]) == ("validity", "valid_until")

    @pytest.mark.parametrize("header", ["起止日期", "有效期起止"])
    def test_a_header_that_speaks_of_beginnings_is_not_taken_for_the_end(self, header: str) -> None:
        (run,) = taken_in(listed("2024.7.5", header=header))

        assert run.columns["3"] == "validity"

    def test_the_clerk_corrects_it_and_is_obeyed_the_next_time(self) -> None:
        (run,) = taken_in(listed("2024.7.5"))
        confirmed(run, **{"3": "valid_from"})

        (again,) = taken_in(listed("2024.7.6"))

        assert again.columns["3"] == "valid_from"

    def test_what_was_confirmed_for_days_does_not_swallow_the_ranges_of_the_next_file(self) -> None:
        confirmed(taken_in(listed("2027.7.4"))[0])

        applied(listed("2024.7.5-2027.7.4"))

        assert str(Licence.objects.get().valid_from) == "2024-07-05"

    def test_what_was_confirmed_for_ranges_does_not_hide_the_days_of_the_next_file(self) -> None:
        confirmed(taken_in(listed("2024.7.5-2027.7.4"))[0])

        (run,) = taken_in(listed("2027.7.4"))

        assert run.columns["3"] == "valid_until"


class TestHeaders:
    def test_what_stands_in_brackets_may_tell_the_two_days_apart(self) -> None:
        found = guess(["机构名称", "有效期（起）", "有效期（止）"], ImportKind.REGISTER, {})

        assert found == {"0": "name", "1": "valid_from", "2": "valid_until"}

    def test_the_two_lowest_of_three_header_lines_are_read_together(self) -> None:
        found = guess(["机构名称", "许可证·有效期·起", "许可证·有效期·止"], ImportKind.REGISTER, {})

        assert found == {"0": "name", "1": "valid_from", "2": "valid_until"}

    def test_of_two_columns_with_one_header_the_chosen_one_is_remembered(self) -> None:
        head: list[Cell] = ["机构名称", "机构名称", "办学地址"]
        data = book(head, ["定边县甲校", "甲", "定边县某处1号"], title="机构名册")
        confirmed(taken_in(data)[0])

        (again,) = taken_in(data)

        assert again.columns == {"0": "name", "2": "address"}

    def test_a_header_longer_than_the_memory_is_remembered_too(self) -> None:
        long = "机构的" * 50
        data = book([long, "办学地址", "许可证号"], ["定边县甲校", "定边县某处1号", None])
        run = imports.choose_kind(by=CONSOLE, run=taken_in(data)[0], kind=ImportKind.REGISTER)
        confirmed(run, **{"0": "name"})

        again = imports.choose_kind(by=CONSOLE, run=taken_in(data)[0], kind=ImportKind.REGISTER)

        assert again.columns["0"] == "name"


class TestKind:
    def test_once_a_person_has_said_it_the_page_no_longer_asks(self, as_office: Client) -> None:
        (run,) = taken_in(book(["名", "地"], ["定边县甲校", "定边县某处1号"]))
        address = f"/office/imports/{run.pk}/"
        asking = as_office.get(f"{address}columns/").content.decode()
        assert "看不出这是什么表" in asking
        assert "还没有确定，先按“机构名册”读取" in asking

        as_office.post(f"{address}kind/", {"kind": ImportKind.REGISTER})

        page = as_office.get(f"{address}columns/").content.decode()
        assert "看不出这是什么表" not in page
        assert "按经办人的选择识别" in page

    def test_a_sheet_without_a_record_says_so_and_offers_nothing_to_write(
        self, as_office: Client
    ) -> None:
        run = previewed(book(HEAD, title="机构名册"))
        address = f"/office/imports/{run.pk}/"

        assert "没有读到一行记录" in as_office.get(f"{address}columns/").content.decode()
        page = as_office.get(f"{address}preview/").content.decode()
        assert "没有一行记录" in page
        assert "结束导入" not in page
        assert not Institution.objects.exists()

    def test_a_second_table_on_the_sheet_is_named_before_anything_is_written(
        self, as_office: Client
    ) -> None:
        other: list[Cell] = ["机构名称", "法人", "联系电话", "地址"]
        more: list[Cell] = ["定边县乙校", "张三", "13900000000", "定边县某处2号"]
        run = previewed(book(HEAD, row(1, "2027.7.4"), other, more, title="机构名册"))

        page = as_office.get(f"/office/imports/{run.pk}/preview/").content.decode()

        assert "第4行起是另一张表，没有读取" in page
        assert "定边县乙校" not in rows_of(run)

    def test_a_table_beside_the_first_is_named_before_anything_is_written(
        self, as_office: Client
    ) -> None:
        head: list[Cell] = ["机构名称", "办学地址"]
        more: list[Cell] = ["定边县甲校", "定边县某处1号", "定边县乙校", "定边县某处2号"]
        run = previewed(book([*head, *head], more, title="机构名册"))

        page = as_office.get(f"/office/imports/{run.pk}/preview/").content.decode()

        assert "表头右侧还有并排的另一张表，没有读取" in page
        assert list(rows_of(run)) == ["定边县甲校"]
