"""The same file twice: said plainly on the next page, never refused, and nothing is changed by it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.accounts.models import User
from institutions.actions import imports
from institutions.actions.import_undo import undo
from institutions.models import ImportRun, Institution
from tests import samples
from tests.institutions.test_import import HEAD, applied, book, one, outcomes
from tests.institutions.test_import_pages import confirmed, upload

pytestmark = pytest.mark.django_db

SAID = "这个文件以前上传过，内容完全相同"


def again(client: Client, data: bytes, name: str = "名单.xlsx") -> str:
    """The page after the upload."""
    answer = client.post(
        "/office/imports/upload/", {"upload": SimpleUploadedFile(name, data)}, follow=True
    )
    return answer.content.decode()


def test_it_says_when_by_whom_and_what_became_of_it(as_office: Client) -> None:
    data = samples.white_list(9)
    run = confirmed(as_office, data)
    imports.apply(run=run, by=User.objects.get(username="office").actor)

    page = again(as_office, data, "改过名的名单.xlsx")

    assert SAID in page
    assert f'href="/office/imports/{run.pk}/"' in page
    assert "白芷上传：已写入" in page


def test_the_second_run_is_not_refused_and_changes_nothing(as_office: Client) -> None:
    data = samples.white_list(9)
    applied(data)
    before = list(Institution.objects.order_by("pk").values())

    upload(as_office, data)
    run = ImportRun.objects.latest("pk")
    columns = {f"column-{index}": field for index, field in run.columns.items()}
    as_office.post(f"/office/imports/{run.pk}/columns/", {"title": run.title, **columns})
    run.refresh_from_db()
    as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version})

    run.refresh_from_db()
    assert run.counts["unchanged"] == 7
    assert {"new", "changed"} & set(outcomes(run)) == set()
    assert list(Institution.objects.order_by("pk").values()) == before


def test_a_first_upload_and_a_file_that_differs_by_a_cell_say_nothing(as_office: Client) -> None:
    assert SAID not in again(as_office, book(HEAD, one(1), title="机构名册"))
    assert SAID not in again(as_office, book(HEAD, one(2), title="机构名册"))


def test_of_several_sheets_each_links_to_its_own(as_office: Client) -> None:
    data = samples.black_lists()
    upload(as_office, data)
    first = {run.sheet: run.pk for run in ImportRun.objects.all()}
    upload(as_office, data)

    for run in ImportRun.objects.order_by("pk")[len(first) :]:
        earlier = as_office.get(f"/office/imports/{run.pk}/columns/").context["earlier"]
        assert [one.pk for one in earlier] == [first[run.sheet]]


def test_a_text_table_is_known_under_another_name(as_office: Client) -> None:
    data = samples.text_table("utf-8")
    upload(as_office, data, "名册.csv")

    assert SAID in again(as_office, data, "另一个名字.csv")


def test_what_was_taken_back_or_given_up_is_said_so(as_office: Client, office: User) -> None:
    data = book(HEAD, one(1), title="机构名册")
    imports.drop(run=confirmed(as_office, data), by=office.actor)
    undo(run=applied(data), by=office.actor)

    page = again(as_office, data)

    assert "白芷上传：已放弃" in page
    assert "命令行上传：已撤销" in page


def test_of_many_earlier_uploads_only_the_newest_are_named(as_office: Client) -> None:
    data = book(HEAD, one(1), title="机构名册")
    for _ in range(8):
        upload(as_office, data)

    assert again(as_office, data).count("上传：待确认列") == 5
