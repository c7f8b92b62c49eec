"""A search that finds very many: so many are counted and shown, and the download holds the rest."""

import json
from typing import Any

import pytest
from django.test import Client

from institutions.models import Institution
from public.queries import search, shelf
from public.queries.listing import MATCHING
from tests.public.publishing import licensed, page, publish

pytestmark = pytest.mark.django_db


# Of the list all is searched in memory, or one row only and all in the database.
@pytest.fixture(autouse=True, params=[shelf.MOST_HELD, 1])
def _three_are_counted_two_on_a_page(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_HELD", request.param)
    monkeypatch.setattr(search, "MOST_COUNTED", 3)
    monkeypatch.setattr(search, "PAGE", 2)


def listed(count: int) -> list[Institution]:
    rows = [licensed(f"定边县第{n}学校") for n in range(1, count + 1)]
    publish(*rows, licensed("定边县长河篮球"))
    return rows


def named(html: str, rows: list[Institution]) -> list[str]:
    """The places in the table, in its order."""
    table = html.split("</table>")[0]
    return sorted((row.name for row in rows if row.name in table), key=table.index)


# 学校 has terms in the index, 第 alone has one, and a single letter has none.
@pytest.mark.parametrize("asked", ["学校", "第", "x"])
def test_more_than_are_counted_are_said_to_be_more(client: Client, asked: str) -> None:
    listed(5)
    assert "3 家以上" in page(client, f"/whitelist/?q={asked}")


@pytest.mark.parametrize("count", [2, 3])
def test_as_many_as_are_counted_are_a_number(client: Client, count: int) -> None:
    listed(count)
    found = page(client, "/whitelist/?q=学校")
    assert f"共 {count} 家" in found
    assert "家以上" not in found


def test_pages_end_where_counting_ends(client: Client) -> None:
    rows = listed(5)
    first, last, beyond = (page(client, f"/whitelist/?q=学校&page={n}") for n in (1, 2, 3))

    shown = [*named(first, rows), *named(last, rows)]

    assert len(shown) == 3
    assert shown == [row.name for row in rows if row.name in shown]
    assert ("下一页" in first, "下一页" in last) == (True, False)
    assert "第2页，共2页" in last
    assert named(beyond, rows) == named(last, rows)


def test_the_download_of_such_a_search_holds_all_of_it(client: Client) -> None:
    rows = listed(5)
    answer = client.get("/whitelist.json?q=学校")
    found = json.loads(b"".join(answer))
    assert [row["name"] for row in found["institutions"]] == [row.name for row in rows]


def test_a_list_that_nobody_searches_is_counted_to_its_end(client: Client) -> None:
    rows = listed(5)
    found = [page(client, f"/whitelist/?page={n}") for n in (1, 2, 3)]
    assert "共 6 家" in found[0]
    assert [name for html in found for name in named(html, rows)] == [row.name for row in rows]


def test_what_many_names_hold_is_not_asked_of_the_index_beside_what_few_hold(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_HELD", 6)
    monkeypatch.setattr(search, "MOST_COUNTED", 20)
    rows = [*listed(9), *(licensed(f"定边县{name}学校") for name in ("云山", "云川", "河山"))]
    publish(*rows)
    asked: list[list[str]] = []

    def ask(*values: Any) -> list[Any]:
        asked.append(values[-1])
        return []

    monkeypatch.setattr(MATCHING, "ask", ask)
    page(client, "/whitelist/?q=云山学校")
    page(client, "/whitelist/?q=定边 学校")
    assert asked == [["云山"], ["学校", "定边"]]
