"""The rules of the house that no linter knows. Each test reads the source; none runs it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.accounts.rules import permissions
from foundation.workflow import Workflow
from inspections.workflow import CAMPAIGN, CHECKLIST, DISCLOSURE, DRAW, FINDING, INSPECTION, TASK
from institutions.workflow import INSTITUTION, ISSUE, SITE

ROOT = Path(__file__).resolve().parent.parent
APPS = ("foundation", "institutions", "inspections", "public", "desk", "dingbian_supervision")
# What a row or a query set does to the database. (`update` is also what a dict does.)
WRITES = {
    "save",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
}
# A silenced check whose reason is missing: one stands after " -- " or, for types, after a second "#".
SILENT = re.compile(
    r"# (?:noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* -- \w)|type: ignore(?!\[[a-z-]+\]  # \w))"
)
READERS = ("queries", "rules", "forms", "views", "papers")
# Files in rooms of acts that hold no acts.
HANDS = {
    "foundation/audit/actions.py": "the trail itself",
    "foundation/health/actions.py": "heartbeats of the machines, which nobody decides",
    "foundation/numbering/actions.py": "a number belongs to the act that asks for it",
    "foundation/web/actions.py": "a mark belongs to the act whose result it tells of",
    "inspections/actions/found.py": "how acts write down what was found",
    "inspections/actions/holding.py": "what every act on a campaign does alike",
    "inspections/actions/inspecting.py": "what every act on an inspection does alike",
    "inspections/actions/numbers.py": "a number belongs to the act that asks for it",
    "inspections/actions/on_site.py": "what every act on site does alike",
    "inspections/actions/uploads.py": "how acts take in pictures from a form",
    "institutions/actions/marks.py": "what every act on an institution does alike",
    "institutions/actions/import_hold.py": "what every step of an import does alike",
    "institutions/actions/import_rows.py": "how an import writes its rows",
}
# Single functions in rooms of acts that are no acts.
NO_ACTS = {
    "foundation/accounts/actions/passwords.py:one_time_password": "draws letters, writes nothing",
    "inspections/actions/faces.py:outgoing": "says which picture to take, writes nothing",
    "institutions/actions/adoption.py:take_back_verification": "part of undoing an import",
    "institutions/actions/import_answers.py:refuse_twice": "asks of answers, writes nothing",
    "institutions/actions/imports.py:fail": "the clock notes that a preview could not be made",
}


def sources() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))


def rooms(*names: str) -> list[Path]:
    """The files of these rooms, be they one file or a package."""
    return [path for path in sources() if room_of(path) in names and path.name != "__init__.py"]


def room_of(path: Path) -> str:
    """The room of a file in its app: `actions` for institutions/actions/papers.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    inside = parts[2:] if parts[0] == "foundation" else parts[1:]
    return inside[0] if inside else ""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def acts() -> list[tuple[str, ast.FunctionDef]]:
    """Every public function of every room of acts."""
    return [
        (f"{name_of(path)}:{node.name}", node)
        for path in rooms("actions")
        if name_of(path) not in HANDS
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if f"{name_of(path)}:{node.name}" not in NO_ACTS
    ]


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def called(node: ast.AST) -> set[str]:
    """The names of what is called, as methods or as functions."""
    functions = (call.func for call in calls(node))
    return {
        function.attr if isinstance(function, ast.Attribute) else function.id
        for function in functions
        if isinstance(function, ast.Attribute | ast.Name)
    }


def rooms_of_acts(tree: ast.Module) -> set[str]:
    """Under which names a file knows rooms of acts: what they do is no write of the file's own."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and "actions" in (node.module or "").split(".")
        for alias in node.names
    }


def written(tree: ast.Module) -> set[str]:
    """What this file writes by itself. `save(out)` with a place to save to is a picture or a paper."""
    known = rooms_of_acts(tree)
    return {
        call.func.attr
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
        if not (call.func.attr == "save" and call.args)
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id in known)
    }


ACTS = acts()


@pytest.mark.parametrize("act", [node for _, node in ACTS], ids=[name for name, _ in ACTS])
def test_an_act_names_its_arguments_its_actor_and_its_transaction(act: ast.FunctionDef) -> None:
    named = {argument.arg for argument in act.args.kwonlyargs}

    assert not act.args.args, "arguments are given by name"
    assert "by" in named, "who acts?"
    assert "transaction.atomic" in map(ast.unparse, act.decorator_list)
    assert ast.get_docstring(act), "say it in one line of the office's words"


@pytest.mark.parametrize("path", rooms("actions"), ids=name_of)
def test_a_room_of_acts_writes_the_trail(path: Path) -> None:
    if name_of(path) in HANDS:
        pytest.skip(HANDS[name_of(path)])
    assert "record" in called(tree_of(path))


@pytest.mark.parametrize("path", rooms(*READERS), ids=name_of)
def test_only_acts_write(path: Path) -> None:
    assert written(tree_of(path)) == set()


@pytest.mark.parametrize("path", rooms("actions"), ids=name_of)
def test_a_save_says_which_fields(path: Path) -> None:
    for call in calls(tree_of(path)):
        if getattr(call.func, "attr", "") == "save" and not call.args:
            given = {keyword.arg for keyword in call.keywords}
            assert given & {"update_fields", "force_insert"}, f"line {call.lineno}"


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def test_every_view_has_a_door() -> None:
    without = [address for address, view in views(get_resolver()) if not hasattr(view, "door")]

    assert without == []


@pytest.mark.parametrize(
    "workflow",
    [INSTITUTION, ISSUE, SITE, CHECKLIST, CAMPAIGN, TASK, DRAW, INSPECTION, FINDING, DISCLOSURE],
    ids=lambda w: w.name,
)
def test_every_state_has_a_line_and_can_be_reached(workflow: Workflow) -> None:
    first, *rest = workflow.table
    reached = {state for following in workflow.table.values() for state in following.values()}

    assert {first, *rest} == set(workflow.states)
    assert set(rest) <= reached


def test_every_permission_of_the_table_is_asked_for_and_every_question_is_in_the_table() -> None:
    asked = {
        call.args[1].value
        for path in sources()
        for call in calls(tree_of(path))
        if isinstance(call.func, ast.Name) and call.func.id == "may" and len(call.args) == 2
        if isinstance(call.args[1], ast.Constant)
    }

    assert asked == set(permissions())


@pytest.mark.parametrize("path", rooms("migrations"), ids=name_of)
def test_a_migration_takes_no_model_of_ours(path: Path) -> None:
    taken = [
        node.module
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in APPS
    ]

    assert taken == []


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_room_says_in_one_sentence_what_it_is(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    if not code.strip() or "migrations" in path.parts or path.name in ("apps.py", "__init__.py"):
        return

    assert ast.get_docstring(ast.parse(code))


def test_a_silenced_check_carries_its_reason() -> None:
    folders = (*APPS, "tests", "launch", "figures", "deploy")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    silent = [
        f"{name_of(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if SILENT.search(line)
    ]

    assert silent == []


def test_every_lock_of_the_database_has_a_number_of_its_own() -> None:
    text = "\n".join(path.read_text() for path in sources())
    numbers = re.findall(r"^_?[A-Z_]*LOCK = (\d+)$", text, re.MULTILINE)
    assert len(numbers) == len(set(numbers)) > 2
