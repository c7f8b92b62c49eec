"""The auditor's page: every line, narrowed and in pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.actor import CLOCK, CONSOLE
from foundation.audit.actions import note_verification, record
from foundation.audit.changes import Change
from foundation.audit.queries import Verdict
from foundation.law.models import Limit

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def row() -> Limit:
    return Limit.objects.create(key="months", label="单次收费", value=3, unit="个月")


def write(row: Limit, count: int, at: datetime = AT) -> None:
    for number in range(count):
        record(
            "limit.checked",
            target=row,
            by=CONSOLE,
            at=at,
            words=f"核对第 {number + 1} 次",
            changes={"value": Change("数值", "3", "2")},
            reason="例行",
        )


def page(client: Client, query: str = "") -> str:
    answer = client.get(reverse("audit:trail") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_auditor_reads_lines_with_before_and_after(as_auditor: Client, row: Limit) -> None:
    write(row, 1)
    shown = page(as_auditor)
    for words in (
        "核对第 1 次",
        "单次收费：3个月",
        "数值：3 → 2",
        "理由：例行",
        "2023年7月10日 09:00",
    ):
        assert words in shown


def test_only_the_auditor_reads_them(as_head: Client, client: Client) -> None:
    assert as_head.get(reverse("audit:trail")).status_code == 404


def test_lines_are_narrowed_by_day_person_and_act(as_auditor: Client, row: Limit) -> None:
    write(row, 1)
    record("limit.swept", target=row, by=CLOCK, at=AT + timedelta(days=1), words="夜间清扫")
    assert "夜间清扫" not in page(as_auditor, "?day=2023-07-10")
    assert "核对第 1 次" not in page(as_auditor, "?day=2023-07-11")
    assert "核对第 1 次" not in page(as_auditor, "?by=clock")
    assert "夜间清扫" not in page(as_auditor, "?act=limit.checked")
    assert "没有符合条件的留痕" in page(as_auditor, "?act=nothing")


def test_older_lines_follow_by_the_last_number_seen(as_auditor: Client, row: Limit) -> None:
    write(row, 51)
    first = page(as_auditor, "?by=console")
    assert "?by=console&amp;before=2" in first
    assert "核对第 51 次" in first
    second = page(as_auditor, "?by=console&before=2")
    assert "核对第 1 次" in second
    assert "核对第 2 次" not in second
    assert "更早的留痕" not in second


@pytest.mark.parametrize(
    "query", ["?day=yesterday", "?before=-1", "?before=" + "9" * 30, "?by=" + "x" * 99]
)
def test_nonsense_shows_everything_and_says_so(as_auditor: Client, row: Limit, query: str) -> None:
    write(row, 1)
    assert "核对第 1 次" in page(as_auditor, query)


def test_the_state_of_the_chain_is_shown(as_auditor: Client) -> None:
    assert "还没有校验过" in page(as_auditor)
    note_verification(verdict=Verdict(True, 3, 1, "共 3 条，逐条校验完整。"), at=AT)
    assert "链完整" in page(as_auditor)
    bad = Verdict(False, 1, 0, "第 2 条缺失（被删除）。", 2)
    note_verification(verdict=bad, at=AT + timedelta(days=1))
    assert "留痕校验未通过" in page(as_auditor)
    assert "第 2 条缺失" in page(as_auditor)


def test_the_page_asks_the_same_for_any_length(as_auditor: Client, row: Limit) -> None:
    write(row, 1)
    with CaptureQueriesContext(connection) as one:
        page(as_auditor)
    write(row, 3)
    with CaptureQueriesContext(connection) as more:
        page(as_auditor)
    assert len(one) == len(more)
