"""The list to take away: the rows of the page, in three forms, and nothing that a spreadsheet would run."""

import csv
import io
import json
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from institutions.papers import lists
from institutions.tasks import make_paper
from institutions.workflow import InstitutionState
from tests import make
from tests.public.publishing import licensed, publish

pytestmark = pytest.mark.django_db


def body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


def read_csv(client: Client, address: str = "/whitelist.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(client, address).decode("utf-8-sig"))))


@pytest.mark.parametrize("asked", ["", "?q=小荷", "?town=安边镇", "?q=%E7%81%AB%E6%98%9F"])
def test_every_form_holds_the_rows_of_the_page(client: Client, asked: str) -> None:
    town = make.town("安边镇")
    rows = [
        licensed("定边县小荷舞蹈"),
        licensed("定边县长河篮球", town=town),
        licensed("定边县小荷书法", state=InstitutionState.SUSPENDED),
    ]
    publish(*rows)
    html = client.get(f"/whitelist/{asked}").content.decode().split("</table>")[0]
    shown = [row.name for row in rows if f">{row.name}<" in html]
    assert [row[0] for row in read_csv(client, f"/whitelist.csv{asked}")[1:]] == shown
    found = json.loads(body(client, f"/whitelist.json{asked}"))
    assert [row["name"] for row in found["institutions"]] == shown
    book = openpyxl.load_workbook(io.BytesIO(body(client, f"/whitelist.xlsx{asked}")))
    cells = [cell.value for row in book.worksheets[0] for cell in row]
    assert [name for name in (row.name for row in rows) if name in cells] == shown


@pytest.mark.parametrize("head", ["=", "+", "-", "@", "＝", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_stays_text(client: Client, head: str) -> None:
    publish(licensed("定边县小荷舞蹈", address=f"{head}HYPERLINK(1)"))
    assert read_csv(client)[1][1] == f"'{head}HYPERLINK(1)"
    book = openpyxl.load_workbook(io.BytesIO(body(client, "/whitelist.xlsx")))
    kinds = {cell.data_type for row in book.worksheets[0] for cell in row}
    assert "f" not in kinds


def test_csv_opens_in_a_spreadsheet_with_its_heads(client: Client) -> None:
    publish(licensed("定边县小荷“舞蹈”,一部"))
    assert body(client, "/whitelist.csv").startswith(b"\xef\xbb\xbf")
    heads, row = read_csv(client)
    assert heads[0] == "机构名称"
    assert row[0] == "定边县小荷“舞蹈”,一部"


def test_json_says_which_issue_it_is(client: Client) -> None:
    publish(licensed())
    found = json.loads(body(client, "/whitelist.json"))
    assert (found["issue"], found["as_of"], found["publisher"]) == (1, "2023-07-10", "测试双减办")
    assert len(found["institutions"]) == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_the_file_is_named_after_its_issue(client: Client, ending: str) -> None:
    publish(licensed())
    answer = client.get(f"/whitelist.{ending}")
    assert f"校外培训机构白名单（第1期）.{ending}" in unquote(answer["Content-Disposition"])


def test_the_issue_as_a_paper_is_a_pdf(client: Client) -> None:
    publish(licensed())
    answer = client.get("/whitelist/issues/whitelist/1.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_long_paper_is_not_made_while_a_reader_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(licensed("定边县小荷舞蹈艺术培训中心"))
    monkeypatch.setattr(lists, "AT_ONCE", 0)
    address = "/whitelist/issues/whitelist/1.pdf"

    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (202, "no-store")
    assert "PDF 正在制作" in answer.content.decode()

    make_paper()
    assert client.get(address)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_download_asks_the_database_twice(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    publish(*(licensed() for _ in range(rows)))
    client.get("/whitelist/")
    with django_assert_num_queries(2):
        body(client, "/whitelist.csv")
