"""The import as a clerk meets it: page after page, and what each wrong step is told."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from foundation.actor import CONSOLE
from foundation.attachments.models import Attachment
from foundation.audit.models import AuditEvent
from foundation.clock.queries import now
from foundation.documents.xlsx import write_workbook
from foundation.tabular.reading import read
from institutions.actions import import_answers, imports
from institutions.models import ImportRun, ImportState, Institution
from institutions.tasks import apply_import
from institutions.views import import_applying as pages
from institutions.workflow import InstitutionState
from tests import make, samples
from tests.institutions.test_import import HEAD, applied, book, one, previewed

pytestmark = pytest.mark.django_db

UPLOAD = "/office/imports/upload/"


def upload(client: Client, data: bytes, name: str = "名单.xlsx") -> str:
    answer = client.post(UPLOAD, {"upload": SimpleUploadedFile(name, data)})
    return answer.headers.get("Location", "") or answer.content.decode()


def confirmed(client: Client, data: bytes) -> ImportRun:
    upload(client, data)
    run = ImportRun.objects.earliest("pk")
    columns = {f"column-{index}": field for index, field in run.columns.items()}
    client.post(f"/office/imports/{run.pk}/columns/", {"title": run.title, **columns})
    run.refresh_from_db()
    return run


def test_a_script_is_told_where_to_go_and_the_note_waits_for_the_reader(as_office: Client) -> None:
    said = {"upload": SimpleUploadedFile("名单.xlsx", samples.white_list(10))}

    answer = as_office.post(UPLOAD, said, headers={"X-Upload": "1"}, follow=True)

    run = ImportRun.objects.get()
    assert (answer.status_code, answer["X-Next"]) == (204, f"/office/imports/{run.pk}/columns/")


def test_from_the_file_to_the_register(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    preview = as_office.get(f"/office/imports/{run.pk}/preview/?show=doubtful")
    assert [row.number for row in preview.context["rows"]] == [9, 10]

    as_office.post(f"/office/imports/{run.pk}/answer/", {"row-9": "new", "row-10": "skip"})
    as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version + 1})

    result = as_office.get(f"/office/imports/{run.pk}/").content.decode()
    assert Institution.objects.count() == 9
    assert "新增 9 行" in result
    assert "没有写入" in result


def test_all_doubts_can_be_answered_at_once(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))

    as_office.post(f"/office/imports/{run.pk}/answer-all/", {"given": "new"})

    run.refresh_from_db()
    assert (run.counts["new"], run.counts["doubtful"]) == (10, 0)


def test_the_empty_sheets_and_the_recognised_kind_are_said(as_office: Client) -> None:
    page = as_office.get(upload(as_office, samples.white_list(9))).content.decode()

    assert "空的工作表：Sheet2、Sheet3" in page
    assert "按表题识别" in page


def test_an_office_with_four_sheets_sees_them_all(as_office: Client) -> None:
    page = as_office.get(upload(as_office, samples.black_lists())).content.decode()

    assert all(sheet in page for sheet in ("停课期间", "城区无证", "2025年12月", "年检"))


def test_one_field_on_two_columns_is_refused_and_the_choices_stay(as_office: Client) -> None:
    address = upload(as_office, book(HEAD, one(1), title="名册"))

    page = as_office.post(
        address, {"column-0": "name", "column-2": "address", "column-5": "address"}
    )

    assert page.status_code == 200
    assert "只能选一列" in page.content.decode()
    assert ImportRun.objects.get().state == ImportState.UPLOADED


def test_a_file_that_is_none_is_told_so_and_nothing_is_stored(as_office: Client) -> None:
    words = upload(as_office, b"MZ\x90\x00" + b"\x00" * 500, "名单.xlsx")

    assert "不是表格" in words
    assert (ImportRun.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_file_over_the_limit_is_refused_before_it_is_read(as_office: Client) -> None:
    words = upload(as_office, b"PK\x03\x04" + b"\x00" * 10_000_001)

    assert "10 MB" in words
    assert Attachment.objects.count() == 0


def test_a_second_click_imports_nothing_twice(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(9))
    for _ in range(2):
        as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version})

    assert Institution.objects.count() == 7
    assert AuditEvent.objects.filter(act="import.applied").count() == 1


def test_a_preview_that_a_colleague_has_answered_is_not_applied_unseen(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    import_answers.answer_all(by=CONSOLE, run=run, given="new")

    as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version})

    assert Institution.objects.count() == 0


def test_a_large_one_goes_to_the_worker_and_its_page_comes_again_by_itself(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[int] = []
    monkeypatch.setattr(pages, "AT_ONCE", 3)
    monkeypatch.setattr(apply_import, "delay", handed.append)
    run = confirmed(as_office, samples.white_list(10))

    as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version})
    waiting = as_office.get(f"/office/imports/{run.pk}/")

    assert handed == [run.pk]
    assert waiting.headers["Refresh"] == "2"
    assert "<progress" in waiting.content.decode()
    assert Institution.objects.count() == 0

    apply_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows_done, Institution.objects.count()) == ("applied", 10, 8)
    assert "Refresh" not in as_office.get(f"/office/imports/{run.pk}/").headers
    assert AuditEvent.objects.get(act="import.applied").by_label.startswith("白芷")


def test_when_the_worker_is_late_it_can_be_done_at_once(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    long_ago = now() - timedelta(minutes=5)
    imports.start(run=run, version=run.version, by=CONSOLE, at=long_ago)

    assert "现在直接写入" in as_office.get(f"/office/imports/{run.pk}/").content.decode()
    as_office.post(f"/office/imports/{run.pk}/apply/")

    assert Institution.objects.count() == 8


def test_why_a_worker_could_not_apply_stands_on_the_preview(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(10))
    imports.start(run=run, version=run.version, by=CONSOLE)
    make.institution(samples.name_of(1))

    apply_import(run.pk)

    page = as_office.get(f"/office/imports/{run.pk}/preview/").content.decode()
    assert "名册有改动" in page
    assert Institution.objects.count() == 1


def test_the_left_over_rows_come_back_mended(as_office: Client) -> None:
    damaged = one(1, code="9.16E+17")
    run = applied(book(HEAD, damaged, one(2), title="机构名册"))

    answer = as_office.get(f"/office/imports/{run.pk}/left-over.xlsx")
    (sheet,) = read(answer.content, "x.xlsx").sheets
    head = next(row.cells for row in sheet.rows if "机构名称" in row.cells)
    row = next(row.cells for row in sheet.rows if samples.name_of(1) in row.cells)
    assert "第3行" in row[-1]

    mended = list(row)
    mended[1] = samples.credit_code_of(1)
    again = previewed(write_workbook("机构名册", list(head), [mended]))
    assert (again.counts["read"], again.counts["new"]) == (1, 1)


def test_undoing_and_adopting_have_their_buttons(as_office: Client) -> None:
    run = applied(samples.white_list(9))
    page = as_office.get(f"/office/imports/{run.pk}/").content.decode()
    assert "以这份公示名单为依据" in page

    evidence = {"title": "第3期白名单", "number": "", "published_on": "2023-07-10"}
    as_office.post(f"/office/imports/{run.pk}/adopt/", evidence)
    assert set(Institution.objects.values_list("state", flat=True)) == {InstitutionState.NORMAL}

    as_office.post(f"/office/imports/{run.pk}/undo/")
    page = as_office.get(f"/office/imports/{run.pk}/").content.decode()
    assert "没有撤销的" not in page
    assert not Institution.objects.standing().exists()


def test_a_dropped_import_is_over(as_office: Client) -> None:
    run = confirmed(as_office, samples.white_list(9))

    as_office.post(f"/office/imports/{run.pk}/drop/")

    assert "已放弃" in as_office.get("/office/imports/").content.decode()
    as_office.post(f"/office/imports/{run.pk}/apply/", {"version": run.version + 1})
    assert Institution.objects.count() == 0


def test_who_may_not_import_finds_nothing_there(as_officer: Client, client: Client) -> None:
    run = previewed(samples.white_list(9))

    for address in ("", "upload/", f"{run.pk}/", f"{run.pk}/preview/", f"{run.pk}/left-over.xlsx"):
        assert as_officer.get(f"/office/imports/{address}").status_code == 404
        assert client.get(f"/office/imports/{address}").status_code == 302
    assert as_officer.post(f"/office/imports/{run.pk}/apply/").status_code == 404


@pytest.mark.parametrize("count", [9, 40])
def test_the_preview_asks_the_same_number_of_questions_for_any_number_of_rows(
    as_office: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = previewed(samples.white_list(count))
    as_office.get(f"/office/imports/{run.pk}/preview/")

    with django_assert_num_queries(8):
        as_office.get(f"/office/imports/{run.pk}/preview/")


def stored() -> list[str]:
    """Every file in the store."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        inner, files = default_storage.listdir(folder)
        folders += [f"{folder}{name}/" for name in inner]
        found += [f"{folder}{name}" for name in files]
    return found


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "A_白名单.xlsx"
        path.write_bytes(samples.white_list(10))
        return path

    def run(self, capsys: pytest.CaptureFixture[str], *words: object) -> str:
        call_command("import_institutions", *map(str, words))
        return capsys.readouterr().out

    def test_it_prints_what_became_of_every_row(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = self.run(capsys, file)

        assert "读取 10 行，新增 8，变更 0，无变化 0，存疑 2，拒收 0" in said
        assert "第9行 存疑" in said
        assert "“Sheet2”：空表" in said

    def test_twice_changes_nothing(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        first, second = self.run(capsys, file), self.run(capsys, file)

        assert "内容完全相同的文件上传过" not in first
        assert "内容完全相同的文件上传过：" in second
        assert "新增 0，变更 0，无变化 8，存疑 2" in second

    def test_a_dry_run_keeps_nothing(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.run(capsys, file, "--dry-run")

        assert (Institution.objects.count(), ImportRun.objects.count()) == (0, 0)
        assert stored() == []

    def test_what_was_refused_leaves_no_file(self, file: Path) -> None:
        with pytest.raises(CommandError, match="请指明哪一列"):
            call_command("import_institutions", str(file), "--kind", "annual")

        assert (ImportRun.objects.count(), stored()) == (0, [])

    def test_it_adopts(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.run(capsys, file, "--adopt", "第3期白名单,定双减〔2023〕3号,2023-07-10")

        states = Institution.objects.order_by().values_list("state", "state_document").distinct()
        document = "第3期白名单，定双减〔2023〕3号，2023年7月10日"
        assert list(states) == [(InstitutionState.NORMAL, document)]

    def test_evidence_for_a_list_that_is_none_writes_nothing(self, file: Path) -> None:
        evidence = "第3期白名单,定双减〔2023〕3号,2023-07-10"

        with pytest.raises(CommandError, match="没有一张工作表是已公示的白名单"):
            call_command(
                "import_institutions", str(file), "--kind", "register", "--adopt", evidence
            )

        assert (Institution.objects.count(), stored()) == (0, [])

    def test_of_several_sheets_it_says_which_is_no_evidence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = load_workbook(io.BytesIO(samples.white_list(10)))
        other = made["Sheet2"]
        other.append(["机构名册"])
        for row in (HEAD, one(20)):
            other.append(row)
        other.sheet_state = "hidden"
        path = tmp_path / "名单.xlsx"
        made.save(path)

        said = self.run(capsys, path, "--adopt", "第3期白名单,,2023-07-10")

        assert "工作表“Sheet2”（在文件中是隐藏的）（机构名册）：读取 1 行" in said
        assert said.count("没有作为核验依据") == 1
        assert Institution.objects.filter(state=InstitutionState.NORMAL).count() == 8

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (("--sheet", "没有这张"), "没有名为"),
            (("--adopt", "只有标题"), "--adopt"),
        ],
        ids=["unknown sheet", "evidence without a date"],
    )
    def test_wrong_words_are_answered(
        self, file: Path, words: tuple[str, ...], reason: str
    ) -> None:
        with pytest.raises(CommandError, match=reason):
            call_command("import_institutions", str(file), *words)

        assert Institution.objects.count() == 0
