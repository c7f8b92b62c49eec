"""What people say of doubtful rows: new, to be passed over, or which existing one."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions.import_hold import held_in
from institutions.importing.preview import NEW, SKIP, Preview, PreviewRow, possible_answers
from institutions.importing.sheets import preview_of
from institutions.models import ImportRun, ImportState

_WORDS = {NEW: "作为新的登记", SKIP: "跳过", "": "改回未处理"}
_NO_ANSWERS: Mapping[str, str] = {}


@transaction.atomic
def answer(
    *,
    run: ImportRun,
    answers: Mapping[str, str],
    seen: Mapping[str, str] = _NO_ANSWERS,
    by: Actor,
    at: datetime | None = None,
) -> ImportRun:
    """A person answers rows; what the page had shown as the answer already (`seen`) is not said again."""
    held = held_in(run, ImportState.PREVIEWED)
    preview = preview_of(held)
    said = {number: given for number, given in answers.items() if given != seen.get(number, "")}
    _refuse_unseen(held, preview, said, seen)
    words = "；".join(_said_of(preview.row(number), number, said[number]) for number in said)
    if not said:
        return held
    held.answers = {number: given for number, given in {**held.answers, **said}.items() if given}
    refuse_twice(preview, held.answers)
    _keep(held, preview)
    words = f"处理“{held}”的存疑行：{words}"
    record("import.answered", target=held, by=by, at=at or now(), words=words)
    return held


@transaction.atomic
def answer_all(*, run: ImportRun, given: str, by: Actor, at: datetime | None = None) -> ImportRun:
    """All doubtful rows without an answer are answered alike: new, or passed over."""
    held = held_in(run, ImportState.PREVIEWED)
    if given not in (NEW, SKIP):
        raise NotPossibleError("请选择“作为新的登记”或“跳过”。")
    preview = preview_of(held)
    said = {
        str(row["number"]): given
        for row in preview.rows
        if str(row["number"]) not in held.answers and given in possible_answers(row)
    }
    held.answers = {**held.answers, **said}
    _keep(held, preview)
    words = f"“{held}”尚未处理的{len(said)}行存疑，一并{_WORDS[given]}"
    record("import.answered", target=held, by=by, at=at or now(), words=words)
    return held


def refuse_twice(preview: Preview, answers: Mapping[str, str]) -> None:
    """Two rows of a file may not become the same existing one."""
    seen: dict[int, int] = {}
    for resolved in preview.resolved(answers):
        pk = resolved.landing["pk"] if resolved.landing else None
        if pk is None:
            continue
        number = resolved.row["number"]
        if (other := seen.setdefault(pk, number)) != number:
            raise NotPossibleError(f"第{other}行和第{number}行不能对应同一家，请核对后再答。")


def _refuse_unseen(
    held: ImportRun, preview: Preview, said: Mapping[str, str], seen: Mapping[str, str]
) -> None:
    """Another person's answer that this one has not seen is not answered over."""
    theirs = {number: held.answers.get(number, "") for number in said}
    unseen = [
        _said_of(preview.row(number), number, other)
        for number, other in theirs.items()
        if other not in (seen.get(number, ""), said[number])
    ]
    if unseen:
        words = "；".join(unseen)
        raise StaleError(f"您打开之后已处理过：{words}。您的选择还在，核对后可以再次保存。")


def _said_of(row: PreviewRow | None, number: str, given: str) -> str:
    """The answer in words; refused where it is none to this row."""
    if row is None or (given and given not in possible_answers(row)):
        raise NotPossibleError(f"第{number}行不能这样处理，请刷新预览后再答。")
    return f"第{number}行{_WORDS.get(given) or next(_labels(row, given))}"


def _labels(row: PreviewRow, given: str) -> Iterator[str]:
    for choice in row["choices"]:
        if str(choice["landing"]["pk"]) == given:
            yield f"就是“{choice['label']}”"


def _keep(held: ImportRun, preview: Preview) -> None:
    held.counts = {**held.counts, **preview.counts(held.answers)}
    held.version += 1
    held.save(update_fields=["answers", "counts", "version"])
