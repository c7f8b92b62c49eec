"""Look-alikes, search, and the lists behind the register's pages."""

from datetime import UTC, datetime

import pytest

from foundation.accounts.models import User
from institutions.models import Institution, StateChange
from institutions.queries.look_alikes import look_alikes, same_licence
from institutions.queries.register import (
    deleted_rows,
    unconfirmed_changes,
    unverified,
)
from institutions.queries.search import search
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("定边县新苗音乐培训学校", "名称相同"),
        ("定边县 新苗音乐（培训）学校", "名称相同"),
        ("定邊縣新苗音樂培訓學校", "名称相同"),
        ("定边县新苗音乐培训学", "只差一个字"),
        ("定边县新苗音乐培训学校校", "只差一个字"),
        ("定边县心苗音乐培训学校", "读音相同"),
        ("定边县新苗声乐培训学校", "只差一个字"),
        ("定边县新苗舞蹈培训学校", ""),
        ("新苗", ""),
        ("。*", ""),
    ],
)
def test_names_that_could_be_taken_for_each_other(db: None, asked: str, why: str) -> None:
    make.institution("定边县新苗音乐培训学校")
    make.institution("定边县青禾美术培训学校")

    assert [alike.why for alike in look_alikes(asked)] == ([why] if why else [])


def test_the_same_code_is_a_look_alike_whatever_the_name(db: None) -> None:
    known = make.institution("定边县新苗音乐培训学校", credit_code="91610825MA70001810")

    found = look_alikes("毫不相干的名称", "９１６１０８２５ma70001810")

    assert [(alike.row, alike.why) for alike in found] == [(known, "统一社会信用代码相同")]
    assert look_alikes("毫不相干的名称", "91610825MA70001810", besides=known.pk) == []


def test_a_deleted_row_is_nobodys_look_alike(lead: User) -> None:
    deleted = make.institution("定边县新苗音乐培训学校", deleted_at=AT, deleted_by=lead)
    make.licence(deleted, number="161082570000120")

    assert look_alikes("定边县新苗音乐培训学校") == []
    assert same_licence("161082570000120") == []
    assert list(deleted_rows()) == [deleted]


def test_a_licence_number_is_the_same_however_it_is_written(db: None) -> None:
    known = make.institution()
    make.licence(known, number="教民161082570000120号")

    assert [one.row for one in same_licence("161082570000120")] == [known]
    assert same_licence("161082570000120", besides=known.pk) == []
    assert same_licence("") == []


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("新苗", True),
        ("苗", True),
        ("dbxxmyyp", True),
        ("xinmiao", True),
        ("音樂", True),
        ("长城街 新苗", True),
        ("西区", True),
        ("91610825MA7", True),
        ("", True),
        ("   ", True),
        ("新苗 舞蹈", False),
        ("%", False),
        ("苗新", False),
    ],
)
def test_search_finds_by_part_pinyin_initials_and_code(
    db: None, asked: str, is_found: bool
) -> None:
    make.institution(
        "定边县新苗音乐培训学校",
        address="长城街1号",
        actual_address="西区2号",
        credit_code="91610825MA70001810",
    )

    assert search(Institution.objects.all(), asked).exists() == is_found


def test_unconfirmed_decisions_wait_in_the_order_of_their_making(lead: User) -> None:
    def change(institution: Institution, hour: int) -> StateChange:
        return StateChange.objects.create(
            institution=institution,
            act="close",
            before="normal",
            after="closed",
            on=AT.date(),
            document="决定书",
            made_at=AT.replace(hour=hour),
            needs_confirmation=True,
        )

    later, first = change(make.institution(), 5), change(make.institution(), 3)
    change(make.institution(deleted_at=AT, deleted_by=lead), 1)

    assert list(unconfirmed_changes()) == [first, later]


def test_only_waiting_rows_are_verified_together(db: None) -> None:
    waiting, normal = make.institution(state="unverified"), make.institution()

    assert list(unverified([waiting.pk, normal.pk])) == [waiting]
