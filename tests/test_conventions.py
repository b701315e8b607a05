"""Rules of the house, held by looking at the code and at the README."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "tui").rglob("*.py"))
FILES = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_METHODS_OF_A_SCREEN = 15
MOST_SNAPSHOTS = 10
DIALECTS = re.compile(
    r"\b(sqlite|postgresql|postgres|asyncpg|aiosqlite|mysql|mariadb|asyncmy)\b", re.IGNORECASE
)
NAMES_ALLOWED = (
    *("tui/db/dialects/", "tui/db/sample", "tui/db/address.py", "tui/db/journal.py", "tui/__main__.py"),
)
KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "asterisk": "*",
    "colon": ":",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "up": "arrows",
    "down": "arrows",
    "left": "arrows",
    "right": "arrows",
    "<": "<",
    ">": ">",
}
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    """Every call of a function by its last name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
            yield node


def arguments(call: ast.Call) -> dict[str, str]:
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}


def workers(*, given_data: bool = False) -> Iterator[tuple[str, dict[str, str] | None]]:
    """Every worker with the arguments of its decorator, None where it is bare; or those with parameters."""
    for path in SOURCES:
        for function in functions(path):
            if given_data and len(function.args.args) + len(function.args.kwonlyargs) < 2:
                continue
            for decorator in function.decorator_list:
                where = f"{name_of(path)}:{function.lineno} {function.name}"
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "work":
                    yield where, arguments(decorator)
                elif ast.unparse(decorator) == "work":
                    yield where, None


def bindings() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every binding: where it stands, its keys, and what it says about itself."""
    for path in SOURCES:
        for call in calls(path, "Binding"):
            names = ("key", "action", "description")
            given = dict(zip(names, (ast.unparse(argument) for argument in call.args), strict=False))
            yield f"{name_of(path)}:{call.lineno}", given.get("key", ""), given | arguments(call)


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert len(list(workers())) > 15
    assert len(list(bindings())) > 25


def test_every_worker_names_its_group() -> None:
    assert [where for where, given in workers() if not given or "group" not in given] == []


def test_every_worker_that_is_given_data_has_a_description() -> None:
    """Else Textual writes out all that it is given, a text of 10 MB too, to describe it."""
    given_data = list(workers(given_data=True))
    assert len(given_data) > 15
    assert [where for where, given in given_data if not given or "description" not in given] == []


def test_a_save_is_never_exclusive() -> None:
    saving = [(where, given) for where, given in workers() if given and given.get("group") == "'save'"]
    assert saving
    assert [where for where, given in saving if "exclusive" in given] == []


def test_workers_are_started_by_the_decorator_alone() -> None:
    assert [f"{name_of(path)}:{call.lineno}" for path in SOURCES for call in calls(path, "run_worker")] == []


def test_every_binding_has_an_id_a_description_and_a_tooltip() -> None:
    lacking = [
        (where, [name for name in ("id", "description", "tooltip") if name not in given])
        for where, _, given in bindings()
    ]
    assert [(where, names) for where, names in lacking if names] == []


def test_no_two_bindings_share_an_id() -> None:
    ids = [given["id"] for where, _, given in bindings() if given["id"].startswith(("'", '"'))]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def readme_keys() -> set[str]:
    """The keys in the README's table."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| keys |")[2].partition("\n\n")[0]
    words = {word for row in table.split("\n") for word in re.split(r"[\s,`|:.;]+", row)}
    words.update(re.findall("`([^`]+)`", table))
    return {word.casefold() for word in words if word}


def pressed_keys() -> dict[str, str]:
    """Every key of every binding, as the README would write it, with where it is bound."""
    keys = {}
    for where, key, _ in bindings():
        for name in ast.literal_eval(key).split(",") if key.startswith(("'", '"')) else []:
            keys[KEY_NAMES.get(name, name)] = where
    return keys


def test_every_key_stands_in_the_table_of_the_readme() -> None:
    known = readme_keys()
    assert {key: where for key, where in pressed_keys().items() if key.casefold() not in known} == {}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name_of(path)} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in SOURCES
        for function in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def methods(node: ast.ClassDef) -> list[str]:
    """The methods of a class without its properties."""
    return [
        child.name
        for child in node.body
        if isinstance(child, Function) and "property" not in map(ast.unparse, child.decorator_list)
    ]


def test_no_screen_has_too_many_methods() -> None:
    screens = [
        node
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and any("Screen" in ast.unparse(base) for base in node.bases)
    ]
    counts = {node.name: len(methods(node)) for node in screens}
    assert len(counts) > 4
    assert {name: count for name, count in counts.items() if count > MOST_METHODS_OF_A_SCREEN} == {}


def test_no_handler_catches_everything_and_keeps_it() -> None:
    """Cleaning up and raising again is fine."""
    broad = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise)
        if node.type is None or re.search(r"\b(Base)?Exception\b", ast.unparse(node.type))
    ]
    assert broad == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"exit_on_error",
        r"query_one",
        r"time\.sleep",
        r"type: ignore(?!\[)",
        r"\bTODO\b",
    ],
)
def test_the_code_does_without(pattern: str) -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


def docstrings(module: ast.Module) -> set[int]:
    """The constants of a module that are docstrings, by their ids."""
    return {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}


def test_names_of_dialects_stand_only_with_the_dialects() -> None:
    found = []
    for path in SOURCES:
        if name_of(path).startswith(NAMES_ALLOWED):
            continue
        module = tree(path)
        told = docstrings(module)
        for node in ast.walk(module):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in told else ""
            text = node.id if isinstance(node, ast.Name) else text
            if isinstance(text, str) and DIALECTS.search(text):
                found.append(f"{name_of(path)}:{getattr(node, 'lineno', 0)} {text[:40]}")
    assert found == []


def test_there_are_few_snapshots() -> None:
    assert len(list((ROOT / "tests").rglob("*.svg"))) <= MOST_SNAPSHOTS


def test_property_tests_take_the_same_examples_each_time_and_have_no_deadline() -> None:
    """A deadline fails on a busy machine, and so do other examples for somebody else."""
    assert settings.default is not None
    assert (settings.default.deadline, settings.default.derandomize) == (None, True)
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert not [text for text in texts if re.search(r"\b(deadline|derandomize)=", text)]
