"""The rows that did not land come back as a workbook that is read just as their own sheet was."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from foundation.actor import CONSOLE
from foundation.tabular.reading import read
from institutions.actions import imports
from institutions.importing.preview import PreviewRow
from institutions.importing.sheets import preview_of
from institutions.models import ImportKind, ImportRun, Outcome
from institutions.papers.imports import REASON, left_over
from tests import make, samples
from tests.institutions.test_import import HEAD, book, one, previewed, taken_in

pytestmark = pytest.mark.django_db

_LEFT = (Outcome.DOUBTFUL, Outcome.REFUSED)
_YEARLY = {ImportKind.ANNUAL: 2025}
BOOKS: dict[str, Callable[[], bytes]] = {
    "名单.xlsx": samples.white_list,
    "黑名单.xlsx": samples.black_lists,
    "台账.xlsx": samples.register_book,
    "名册.xls": samples.old_book,
    "名册.csv": lambda: samples.text_table("gbk"),
}


def looked_at(data: bytes, name: str, sheet: str = "") -> list[ImportRun]:
    """Every sheet, or the one, as it is recognised and its columns are guessed."""
    runs = imports.take_in(upload=ContentFile(data, name=name), by=CONSOLE)
    return [
        imports.confirm(
            run=run,
            columns=run.columns,
            title=run.title,
            as_of=run.as_of,
            year=_YEARLY.get(ImportKind(run.kind)),
            by=CONSOLE,
            remember=False,
        )
        for run in runs
        if sheet in ("", run.sheet)
    ]


def again(run: ImportRun) -> ImportRun:
    """What did not land, downloaded and imported as it is."""
    (second,) = looked_at(left_over(run, preview_of(run)), "未导入的行.xlsx")
    return second


def said(run: ImportRun) -> list[tuple[str, str, str, str]]:
    """What is understood of each row that does not land; its number is another one now."""
    return [(row["name"], row["where"], row["outcome"], _bare(row)) for row in _left(run)]


def _left(run: ImportRun) -> list[PreviewRow]:
    return [row for row in preview_of(run).rows if row["outcome"] in _LEFT]


def _bare(row: PreviewRow) -> str:
    """The reason, without what it says of other rows."""
    return row["reason"].partition("第")[0]


@pytest.mark.parametrize("name", BOOKS)
def test_every_sheet_comes_back_as_it_was_understood(name: str) -> None:
    for run in looked_at(BOOKS[name](), name):
        if not _left(run):
            continue

        second = again(run)

        assert (second.kind, second.counts["read"]) == (run.kind, len(_left(run)))
        assert said(second) == said(run), run.sheet


def test_licensed_ones_are_asked_about_again_under_their_heading() -> None:
    (run,) = looked_at(samples.black_lists(), "黑名单.xlsx", "停课期间")

    second = again(run)

    assert second.counts["doubtful"] == 3
    assert all("证照齐全" in row["reason"] for row in preview_of(second).rows)


def test_what_was_left_over_twice_has_one_column_of_reasons() -> None:
    (run,) = looked_at(samples.register_book(), "台账.xlsx")

    second = again(run)

    (sheet,) = read(left_over(second, preview_of(second)), "x.xlsx").sheets
    assert [cell for row in sheet.rows for cell in row.cells].count(REASON) == 1


def test_a_column_without_a_header_is_known_again_by_what_it_was_imported_as() -> None:
    make.institution(samples.name_of(1), address="定边县别处1号")
    head = [*HEAD]
    head[2] = None
    data = book(head, one(1, code=None, licence=None), one(2), title="机构名册")
    (taken,) = taken_in(data)
    run = previewed(data, columns={**taken.columns, "2": "address"})

    second = again(run)

    assert said(second) == said(run)
    assert said(run)[0][1] == samples.address_of(1)


def test_a_skipped_row_is_among_them(as_office: Client) -> None:
    run = previewed(samples.white_list(10))
    as_office.post(f"/office/imports/{run.pk}/answer-all/", {"given": "skip"})
    run.refresh_from_db()

    assert again(run).counts["read"] == 2
