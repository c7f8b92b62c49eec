"""Whose row is this: a code is surer than a name, and a name alone is asked about."""

import pytest

from institutions.importing.preview import PreviewRow
from institutions.importing.sheets import preview_of
from institutions.models import ImportKind, Outcome
from tests import make, samples
from tests.institutions.test_import import Cell, book, previewed

pytestmark = pytest.mark.django_db
CODE = samples.credit_code_of(1)


def judged(*rows: list[Cell], kind: str = ImportKind.REGISTER) -> list[PreviewRow]:
    run = previewed(book(*rows, title="名单"), kind=kind)
    return preview_of(run).rows


def test_a_name_without_an_address_is_asked_about() -> None:
    known = make.institution("定边县甲校", address="定边县某处1号")

    (row,) = judged(["机构名称", "统一社会信用代码"], ["定边县甲校", CODE])

    assert row["outcome"] == Outcome.DOUBTFUL
    assert row["reason"] == "表中没有地址，名册中有一家同名，请核对是不是同一家"
    assert [choice["landing"]["pk"] for choice in row["choices"]] == [known.pk]


def test_a_code_further_down_is_heard_before_a_name() -> None:
    known = make.institution("定边县甲校", credit_code=CODE, address="定边县某处1号")
    head: list[Cell] = ["机构名称", "统一社会信用代码", "办学地址"]

    first, second = judged(
        head, ["定边县甲校", None, "定边县某处1号"], ["定边县甲校", CODE, "定边县某处1号"]
    )

    assert (first["outcome"], first["reason"]) == (
        Outcome.DOUBTFUL,
        "与第4行对应同一家“定边县甲校”",
    )
    assert second["landing"] is not None
    assert (second["outcome"], second["landing"]["pk"]) == (Outcome.UNCHANGED, known.pk)


def test_a_second_row_of_a_name_with_nothing_of_its_own_may_be_a_campus() -> None:
    head: list[Cell] = ["机构名称", "办学地址", "许可证号"]
    rows: list[list[Cell]] = [
        ["定边县甲校", "定边县某处1号", None],
        ["定边县甲校", "定边县别处2号", None],
        ["定边县甲校", "定边县远处3号", "161082570000020"],
    ]

    first, second, third = judged(head, *rows)

    assert [row["outcome"] for row in (first, third)] == [Outcome.NEW, Outcome.NEW]
    assert second["reason"] == "与第3行名称相同、地址不同，可能是它的校区，请核对是否另一家"


def test_two_places_under_one_shop_sign_are_two() -> None:
    rows: list[list[Cell]] = [["画室", "某街1号"], ["画室", "某街2号"]]

    found = judged(["名称", "地址"], *rows, kind=ImportKind.UNLICENSED)

    assert [row["outcome"] for row in found] == [Outcome.NEW, Outcome.NEW]


def test_a_lone_cell_at_the_end_is_asked_about_and_one_in_between_is_not() -> None:
    head: list[Cell] = ["机构名称", "办学地址"]
    rows: list[list[Cell]] = [
        ["甲校", "某处1号"],
        ["乙校", None],
        ["丙校", "某处3号"],
        ["联席会", None],
    ]

    found = judged(head, *rows)

    assert [row["outcome"] for row in found] == [Outcome.NEW] * 3 + [Outcome.DOUBTFUL]
    assert "可能是落款" in found[3]["reason"]
