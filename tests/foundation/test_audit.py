"""The trail: one line an act, nobody changes it, and whoever does is found."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from foundation.accounts.models import User
from foundation.actor import CLOCK, CONSOLE, Actor, ActorKind
from foundation.audit.actions import record
from foundation.audit.changes import Change, compare, shown, snapshot
from foundation.audit.heads import FILE_NAME, Head, HeadsDamagedError, append_heads, read_heads
from foundation.audit.models import AuditEvent, VerificationRun
from foundation.audit.queries import trail_of, verify
from foundation.audit.tasks import export_heads, verify_trail
from foundation.law.models import Limit
from tests.foundation.audit_trials import TRIALS, found, lines_of_three_days, run

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 10, 15, 30, tzinfo=UTC)  # 23:30 in the county


def law(key: str = "months") -> Limit:
    return Limit.objects.create(key=key, label="单次收费", value=3, unit="个月")


def write(target: Limit, words: str = "核验通过", at: datetime = AT) -> AuditEvent:
    return record("limit.checked", target=target, by=CONSOLE, at=at, words=words)


def test_a_line_says_who_did_what_when_and_why() -> None:
    row = law()
    officer = Actor(ActorKind.OFFICER, "白芷（双减办）", user_id=7, address="10.0.0.8")
    changes = {"longer": Change("说明", "", "新"), "value": Change("数值", "3", "2")}
    event = record(
        "limit.amended",
        target=row,
        by=officer,
        at=AT,
        words="修改数值",
        changes=changes,
        reason="政策调整",
        document="第 5 号",
    )
    event.refresh_from_db()
    assert (event.by_key, event.by_label, event.address) == (
        "officer:7",
        "白芷（双减办）",
        "10.0.0.8",
    )
    assert (event.target, event.subject) == (f"law.limit:{row.pk}", f"law.limit:{row.pk}")
    assert (event.reason, event.document) == ("政策调整", "第 5 号")
    assert event.changed == list(changes.values())


def test_the_day_of_a_line_is_the_day_in_the_county() -> None:
    row = law()
    assert write(row).day.isoformat() == "2023-07-10"
    assert write(row, at=AT + timedelta(minutes=30)).day.isoformat() == "2023-07-11"


def test_lines_are_numbered_without_a_gap_even_after_a_failed_act() -> None:
    row = law()
    first = write(row)
    with transaction.atomic():
        write(row)
        transaction.set_rollback(True)
    assert write(row).id == first.id + 1


def test_a_line_takes_any_text_that_a_person_can_send() -> None:
    event = write(law(), words="a\x00b\ud800c")
    assert event.words == "ab?c"
    assert verify().ok


def test_a_page_shows_the_lines_of_its_subject_newest_first_in_pages() -> None:
    shown_on, other = law(), law("other")
    about = [
        record("x.done", target=other, subject=shown_on, by=CLOCK, at=AT, words=str(number))
        for number in range(3)
    ]
    assert [event.words for event in trail_of(shown_on)] == ["2", "1", "0"]
    assert [event.words for event in trail_of(shown_on, before=about[2].id, limit=1)] == ["1"]
    assert trail_of(other) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET words = ''", "DELETE FROM audit_auditevent"],
)
def test_the_database_refuses_to_change_or_delete_a_line(statement: str) -> None:
    write(law())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement)


def test_the_database_refuses_to_empty_the_trail() -> None:
    """The suite switches this rule off for tests that commit; here it is as in every other database."""
    run("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_never_emptied")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("TRUNCATE audit_auditevent")
    run("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_never_emptied")


def test_python_refuses_to_change_a_line() -> None:
    event = write(law())
    with pytest.raises(TypeError):
        event.save()


@pytest.mark.parametrize("name", TRIALS)
def test_tampering_is_found_and_its_first_line_named(name: str) -> None:
    assert found(name)


def test_a_cut_above_the_last_exported_head_is_not_claimed_to_be_found(tmp_path: Path) -> None:
    with lines_of_three_days(tmp_path):
        later = write(law())
        run("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
        run("DELETE FROM audit_auditevent WHERE id = %s", later.id)
        assert verify(tmp_path).ok


def test_a_head_that_counts_other_lines_is_found(tmp_path: Path) -> None:
    event = write(law())
    head = Head("2023-07-10", event.id, count=2, hash=event.hash, exported_at=AT.isoformat())
    append_heads(tmp_path, [head])
    assert "条数与已导出的链头不一致" in verify(tmp_path).words


def test_a_line_of_another_history_does_not_fit() -> None:
    """Rightly keyed, from a restored backup for example, but not what the next line was linked to."""
    row = law()
    write(row)
    with transaction.atomic():
        other = write(row, words="核验不通过")
        transaction.set_rollback(True)
    write(row)
    write(row)
    run("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
    run("UPDATE audit_auditevent SET words = %s, hash = %s WHERE id = 2", other.words, other.hash)
    assert verify().bad_line == 3


def test_another_key_finds_nothing_right(settings: Settings) -> None:
    write(law())
    settings.AUDIT_KEY = "another"
    assert verify().bad_line == 1


def test_the_command_names_the_first_bad_line_and_fails() -> None:
    row = law()
    for _ in range(3):
        write(row)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "共 3 条，逐条校验完整" in out.getvalue()
    run("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
    run("UPDATE audit_auditevent SET words = '没有的事' WHERE id = 2")
    with pytest.raises(CommandError, match=r"第 2 条（2023-07-10）的内容与写入时不同"):
        call_command("verify_audit")


def test_verifying_takes_the_same_number_of_queries_for_any_length(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = law()
    write(row)
    with django_assert_num_queries(2):
        verify()
    for _ in range(3):
        write(row)
    with django_assert_num_queries(2):
        verify()


def exported(settings: Settings) -> list[dict[str, object]]:
    path = settings.AUDIT_HEADS_DIR / FILE_NAME
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_day_and_the_running_head_are_exported_once(settings: Settings) -> None:
    row = law()
    write(row)
    write(row)
    write(row, at=AT + timedelta(days=1))
    assert export_heads() == 2
    assert export_heads() == 0
    write(row, at=AT + timedelta(days=1))
    assert export_heads() == 1
    days = [(head["day"], head["last"], head["count"]) for head in exported(settings)]
    assert days == [("2023-07-10", 2, 2), ("2023-07-11", 4, 2)]
    assert verify().heads == 2


def test_an_export_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    first, second = (
        Head("2023-07-10", last, count=last, hash="0" * 64, exported_at=AT.isoformat())
        for last in (1, 2)
    )
    append_heads(tmp_path, [second])
    append_heads(tmp_path, [first])
    assert list(read_heads(tmp_path)) == [second]


def test_heads_cannot_be_appended_to_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{}\n")
    with pytest.raises(HeadsDamagedError):
        append_heads(tmp_path, [])
    with pytest.raises(HeadsDamagedError, match="第 1 行"):
        list(read_heads(tmp_path))


def test_a_chain_that_no_longer_stands_is_reported_not_exported(settings: Settings) -> None:
    row = law()
    for _ in range(3):
        write(row)
    export_heads()
    run("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
    run("DELETE FROM audit_auditevent WHERE id > 1")
    write(row)
    assert export_heads() == 0
    assert not VerificationRun.objects.get().ok
    assert len(exported(settings)) == 1


def test_a_broken_chain_is_reported_once_a_night_and_its_mending_at_once(
    settings: Settings,
) -> None:
    row = law()
    write(row)
    export_heads()
    path = settings.AUDIT_HEADS_DIR / FILE_NAME
    whole = path.read_text()
    path.write_text(whole.replace('"count": 1', '"count": 2'))
    for _ in range(3):
        assert export_heads() == 0
        assert not verify_trail()
    assert [run.ok for run in VerificationRun.objects.all()] == [False]
    path.write_text(whole)
    assert verify_trail()
    assert verify_trail()
    assert [run.ok for run in VerificationRun.objects.all()] == [True, False]


def test_heads_that_vanish_are_missed_and_not_made_again(settings: Settings) -> None:
    row = law()
    write(row)
    write(row, at=AT + timedelta(days=1))
    export_heads()
    path = settings.AUDIT_HEADS_DIR / FILE_NAME
    path.unlink()
    assert export_heads() == 0
    assert not path.exists()
    with pytest.raises(
        CommandError, match="链头文件丢失或被截短：已导出到第 2 条，文件只到第 0 条"
    ):
        call_command("verify_audit")
    assert "链头文件丢失" in VerificationRun.objects.get().words


def test_heads_lost_for_good_are_begun_anew_by_a_line_of_the_trail(settings: Settings) -> None:
    write(law())
    export_heads()
    (settings.AUDIT_HEADS_DIR / FILE_NAME).unlink()
    call_command("restart_heads", "磁盘损坏", stdout=StringIO())
    assert export_heads() == 2  # its day, and that of the line
    assert verify().ok
    event = AuditEvent.objects.get(act="audit.heads_restarted")
    assert event.reason == "磁盘损坏"
    assert "原已导出到第 1 条" in event.words


def test_nothing_is_begun_anew_where_nothing_was_exported() -> None:
    with pytest.raises(CommandError, match="还没有导出过"):
        call_command("restart_heads", "磁盘损坏")


def test_a_copy_of_the_heads_may_be_older_but_must_be_there(
    settings: Settings, tmp_path: Path
) -> None:
    row = law()
    write(row)
    export_heads()
    copy = tmp_path / "copy"
    copytree(settings.AUDIT_HEADS_DIR, copy)
    write(row)
    export_heads()
    call_command("verify_audit", heads=copy, stdout=StringIO())
    with pytest.raises(CommandError, match="没有链头文件"):
        call_command("verify_audit", heads=tmp_path / "elsewhere")


def test_a_damaged_heads_file_is_reported(settings: Settings) -> None:
    settings.AUDIT_HEADS_DIR.mkdir()
    (settings.AUDIT_HEADS_DIR / FILE_NAME).write_text("nonsense\n")
    assert export_heads() == 0
    assert "链头文件第 1 行" in VerificationRun.objects.get().words


def test_the_night_keeps_one_verdict_however_often_it_is_asked() -> None:
    write(law())
    assert verify_trail()
    assert verify_trail()
    assert VerificationRun.objects.count() == 1
    VerificationRun.objects.update(at=AT)
    assert verify_trail()
    assert VerificationRun.objects.count() == 2


def test_a_snapshot_shows_what_the_page_shows(office: User) -> None:
    before = snapshot(office, ("role", "is_active", "department", "name"))
    assert before == {
        "role": "双减办业务员",
        "is_active": "是",
        "department": str(office.department),
        "name": "白芷",
    }
    office.role, office.is_active = "lead", False
    changes = compare(office, before, snapshot(office, ("role", "is_active", "name")))
    assert changes == {
        "role": Change("角色", "双减办业务员", "双减办审核人"),
        "is_active": Change(str(User._meta.get_field("is_active").verbose_name), "是", "否"),
    }


def test_values_are_shown_in_the_offices_words() -> None:
    assert shown(AT) == "2023年7月10日 23:30"
    assert shown(AT.date()) == "2023年7月10日"
    assert shown(None) == ""
    assert shown(["a", None, True]) == "a、、是"


def test_the_tail_is_locked_until_the_act_is_done() -> None:
    write(law())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert cursor.fetchone()[0] >= 1
