"""A row of the preview as a page shows it: in words, with the answers that can be given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from institutions.importing.directory import Directory
from institutions.importing.fields import fields_of
from institutions.importing.preview import NEW, SKIP, Landing, Resolved
from institutions.importing.writing import shown
from institutions.models import Outcome, Post

_TONES = {
    Outcome.NEW: "good",
    Outcome.CHANGED: "good",
    Outcome.UNCHANGED: "none",
    Outcome.DOUBTFUL: "warn",
    Outcome.REFUSED: "bad",
    Outcome.SKIPPED: "none",
}
# Shown in the row's own columns, or of no use to a reader.
_ELSEWHERE = {"name", "address"}
_COLUMNS = {"town_id": "town", "lead_department_id": "lead_department", "site_class": "class"}


@dataclass(frozen=True)
class ShownRow:
    """One row for the page."""

    number: int
    outcome: str
    word: str
    tone: str
    name: str
    where: str
    reason: str
    notes: list[str]
    differences: list[list[str]]
    facts: list[tuple[str, str]]
    pk: int | None
    options: list[tuple[str, str]]
    # The answer as it is kept, and as it is chosen on the page: typed, but perhaps refused.
    kept: str
    chosen: str


def show(
    rows: Iterable[Resolved],
    kind: str,
    answers: Mapping[str, str],
    typed: Mapping[str, str],
    directory: Directory,
) -> list[ShownRow]:
    """These rows for the page, with the answers that are kept and those that were just typed."""
    return [_show(one, kind, answers, typed, directory) for one in rows]


def _show(
    one: Resolved,
    kind: str,
    answers: Mapping[str, str],
    typed: Mapping[str, str],
    directory: Directory,
) -> ShownRow:
    number = str(one.row["number"])
    kept = answers.get(number, "")
    row, landing = one.row, one.landing
    choices = row["choices"]
    pk = landing["pk"] if landing else None
    if pk is None and row["outcome"] == Outcome.REFUSED and choices:
        pk = choices[0]["landing"]["pk"]
    return ShownRow(
        number=row["number"],
        outcome=one.outcome,
        word=Outcome(one.outcome).label,
        tone=_TONES[Outcome(one.outcome)],
        name=row["name"],
        where=row["where"],
        reason=row["reason"],
        notes=row["notes"],
        differences=landing["differences"] if landing else [],
        facts=_facts(landing, kind, directory) if landing and landing["pk"] is None else [],
        pk=pk,
        options=_options(one) if row["outcome"] == Outcome.DOUBTFUL else [],
        kept=kept,
        chosen=typed.get(number, kept),
    )


def _options(one: Resolved) -> list[tuple[str, str]]:
    found = [("", "（还没有处理）")]
    for choice in one.row["choices"]:
        differs = "、".join(label for label, _, _ in choice["landing"]["differences"])
        words = f"，将更新{differs}" if differs else "，内容无变化"
        found.append((str(choice["landing"]["pk"]), f"就是：{choice['label']}{words}"))
    if one.row["landing"]:
        found.append((NEW, "作为新的登记"))
    return [*found, (SKIP, "跳过，不导入")]


def _facts(landing: Landing, kind: str, directory: Directory) -> list[tuple[str, str]]:
    labels = fields_of(kind)
    found = []
    for column, value in landing["fields"].items():
        field = labels.get(_COLUMNS.get(column, column))
        if field and column not in _ELSEWHERE:
            found.append((field.label, shown(column, value, directory)))
    for licence in landing["parts"].get("licences", ()):
        end = "长期" if licence.get("is_long_term") else licence.get("valid_until") or "未登记"
        found.append(("许可证", f"{licence.get('number') or '（无号）'}，有效期至{end}"))
    if categories := landing["parts"].get("categories"):
        found.append(("培训类别", "、".join(directory.category_names[pk] for pk in categories)))
    for person in landing["parts"].get("people", ()):
        found.append((Post(person["post"]).label, person["name"]))
    if custody := landing["parts"].get("custody"):
        said = (shown("mode", custody.get("mode"), directory), custody.get("bank"))
        account = "账号已填写" if custody.get("account") else ""
        found.append(("资金监管", "，".join(filter(None, [*said, account]))))
    return found
