"""A statement for people to read: keywords stand out, values can do no harm. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from textual.content import Content

from tui.db.changes import Change, Delete, Insert
from tui.db.values import Value
from tui.widgets.cells import visible

LONG = 2000
"""Characters of one value that are shown."""

TOKEN = re.compile(
    r"(?P<value>[eE]'(?:[^'\\]|''|\\.)*'|[xX]?'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b)"
    r"|(?P<name>\"(?:[^\"]|\"\")*\")|(?P<word>[A-Za-z_]\w*)",
    re.DOTALL,
)

KEYWORDS = {
    *("INSERT", "INTO", "VALUES", "UPDATE", "SET", "DELETE", "FROM", "WHERE", "AND", "OR", "IS", "NULL"),
    *("NOT", "DEFAULT", "CAST", "AS", "COLLATE", "IN"),
}
"""The words of the statements that tui writes."""

BREAKS = {"SET": "\n", "WHERE": "\n", "VALUES": "\n", "AND": "\n  "}
"""What stands before the words that begin a part of a statement."""


def sql_text(sql: str) -> Content:
    """A statement, part by part, its keywords in bold; what stands in a value is shown and does nothing."""
    parts: list[Content] = []
    end = 0
    for match in TOKEN.finditer(sql):
        between = sql[end : match.start()].replace("\n", " ")
        is_break = match.lastgroup == "word" and match[0] in BREAKS
        parts += [Content(visible(between.rstrip() if is_break else between)), _token(match)]
        end = match.end()
    return Content("").join([*parts, Content(visible(sql[end:]))])


def _token(match: re.Match[str]) -> Content:
    text = match[0]
    if match.lastgroup == "value":
        return Content.styled(visible(text, LONG + 100), "$text-success")
    if match.lastgroup == "word" and text in KEYWORDS:
        return Content.assemble(BREAKS.get(text, ""), (text, "bold"))
    return Content(visible(text))


def shortened(change: Change) -> Change:
    """The change with the beginnings of its long values only, to be shown."""
    if isinstance(change, Insert):
        return replace(change, values=_short(change.values))
    seen = _short(change.seen)
    if isinstance(change, Delete):
        return replace(change, seen=seen)
    return replace(change, seen=seen, new=_short(change.new))


def _short(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: _start(value) for name, value in values.items()}


def _start(value: Value) -> Value:
    if isinstance(value, str) and len(value) > LONG:
        return value[:LONG] + "…"
    return value[:LONG] if isinstance(value, bytes) else value
