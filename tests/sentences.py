"""All sentences that the program says, to be read aloud: `python -m tests.sentences`."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SAID_BY = ("Error", "Notice", "Explanation", "_refuse")
"""Endings of the names of what takes a sentence as its first argument."""
NOT_SAID = ("ValueError", "TypeError", "InterfaceError", "ConnectionError")
"""What is caught before anybody sees it."""
TABLES = ("SENTENCES", "NETWORK")
"""Names of tables of sentences."""
MARK = "…"
"""Stands for what is filled in."""


class Sentence(NamedTuple):
    """A sentence and where it stands."""

    place: str
    text: str


def sentences() -> Iterator[Sentence]:
    """Every sentence of an error or a notice, as far as it is written out."""
    for path in sorted((ROOT / "tui").rglob("*.py")):
        if path.name.startswith("sample_"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for literal in _literals(node):
                place = f"{path.relative_to(ROOT).as_posix()}:{literal.lineno}"
                yield Sentence(place, _text(literal))


def _literals(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that a call or a table says."""
    said: list[ast.AST] = []
    name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and name.endswith(SAID_BY) and not name.endswith(NOT_SAID):
        said = list(node.args[:1])
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        said = list(ast.walk(node.value)) if ast.unparse(target) in TABLES else []
    for one in said:
        if isinstance(one, ast.JoinedStr | ast.Constant) and " " in _text(one):
            yield one


def _text(literal: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(literal, ast.Constant):
        return str(literal.value)
    return "".join(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else MARK
        for part in literal.values
    )


def main() -> None:
    """Print them all."""
    for place, text in sorted(sentences()):
        sys.stdout.write(f"{text}\n    {place}\n")


if __name__ == "__main__":
    main()
