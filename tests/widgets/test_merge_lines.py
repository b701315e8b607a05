"""What is shown of a conflict."""

import pytest
from textual.content import Content

from tui.db.changes import Update
from tui.db.merge import Conflict, differences
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import Kind, Value
from tui.widgets.merge_lines import LINES, MANY_LINES, is_long, lines_of

COLUMNS = (Column("id", "int", Kind.NUMBER), Column("[a]", "text", Kind.TEXT))
TABLE = Table(TableName("main", "t"), TableKind.TABLE, COLUMNS, Identity(("id",)))
WIDTH = 60


def shown(seen: Value, theirs: Value, mine: Value, limit: int = LINES) -> list[str]:
    conflict = Conflict(Update(TABLE, (1,), {"[a]": seen}, {"[a]": mine}), {"[a]": theirs})
    [one] = differences(conflict)
    lines = lines_of(conflict, one, {}, WIDTH, limit)
    assert all(isinstance(line, Content) and line.cell_length <= WIDTH + 40 for line in lines)
    return [" ".join(line.plain.split()) for line in lines]


@pytest.mark.parametrize(
    ("seen", "theirs", "mine", "lines"),
    [
        ("x", "y", "z", ["seen x", "theirs y", "mine z"]),
        ("x", "x ", "", ["seen x", "theirs 'x '", "mine ''"]),
        (1, "1", 2, ["seen 1 (a number)", "theirs 1 (a text of 1 character)", "mine 2"]),
        (None, "NULL", "x", ["seen NULL (no value)", "theirs NULL (a text of 4 characters)", "mine x"]),
        (
            "é",
            "e\u0301",
            "x",
            ["seen é (a text of 1 character)", "theirs e\u0301 (a text of 2 characters)", "mine x"],
        ),
        ("a\nb", "[red]", "\x1b[0m", ["seen a", "b", "theirs [red]", "mine ␛[0m"]),
    ],
)
def test_values_that_differ_look_different(seen: Value, theirs: Value, mine: Value, lines: list[str]) -> None:
    assert shown(seen, theirs, mine) == ["? [a] text", *lines]


def test_of_long_texts_the_first_difference_is_in_sight() -> None:
    start = "word " * 400
    lines = shown(f"{start}old end", f"{start}new end", f"{start}my end")

    assert [line for line in lines if "end" in line] == [
        "seen …word word word word word word old end",
        "theirs …word word word word word word new end",
        "mine …word word word word word word my end",
    ]
    assert len(shown(f"{start}old", f"{start}new", f"{start}my", MANY_LINES)) > 3 * len(start) // WIDTH


def test_what_has_more_lines_says_so() -> None:
    lines = shown("x\n" * 9 + "x", "y", "z")

    assert lines[1:4] == ["seen x", "x", "… space shows more"]
    conflict = Conflict(Update(TABLE, (1,), {"[a]": "x\n" * 9}, {"[a]": "z"}), {"[a]": "y"})
    assert [is_long(one, WIDTH) for one in differences(conflict)] == [True]
