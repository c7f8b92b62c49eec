"""The category of a row: named, or guessed from what is taught; what is not taught names none."""

import pytest

from foundation.accounts.actions.departments import load_departments
from foundation.actor import CONSOLE
from institutions.actions.categories import load_categories
from institutions.importing.directory import load_directory
from institutions.models import Category
from tests.institutions.test_import import book, previewed, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county() -> None:
    load_departments(by=CONSOLE)
    load_categories(by=CONSOLE)


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("学科类", "XK", []),
        ("非学科类", "", ["非学科类"]),
        ("非学科", "", ["非学科"]),
        ("学科类和非学科类", "XK", []),
        ("非学科类（体育）", "TY", []),
        ("非学科类-文艺", "WH", []),
        ("文艺", "WH", []),
        ("文艺类、体育类", "TY WH", []),
        ("文化艺术（不含英语、数学）", "WH", []),
        ("航海", "", ["航海"]),
    ],
)
def test_a_category_column_names_what_is_taught(text: str, codes: str, unknown: list[str]) -> None:
    found, words = load_directory().categories_named(text)

    known = dict(Category.objects.values_list("pk", "code"))
    assert (" ".join(sorted(known[pk] for pk in found)), words) == (codes, unknown)


@pytest.mark.parametrize(
    ("category", "subjects", "words"),
    [
        ("非学科类", "舞蹈", "类别按培训内容推定为文化艺术类"),
        ("非学科类", "英语", ""),
        (None, "舞蹈（不含学科类培训）", "类别按培训内容推定为文化艺术类"),
        (None, "英语", "类别按培训内容推定为学科类"),
    ],
)
def test_no_row_becomes_academic_by_what_it_denies(
    category: str | None, subjects: str, words: str
) -> None:
    run = previewed(
        book(["机构名称", "类别", "培训内容"], ["甲校", category, subjects], title="机构名册")
    )

    notes = rows_of(run)["甲校"]["notes"]
    assert [note for note in notes if "推定为" in note and "牵头" not in note] == [
        note for note in [words] if note
    ]
    assert any("可能是学科类" in note for note in notes) == (subjects == "英语")
