"""A row that was found somewhere, as one line."""

import pytest

from tui.db.everywhere import Hit
from tui.db.page import Row
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import Cut, Kind
from tui.widgets.hits_text import BEFORE, ROOMY, excerpt, hit_line

COLUMNS = tuple(Column(name, "text", Kind.TEXT) for name in ("id", "name", "note"))
TABLE = Table(TableName("main", "people"), TableKind.TABLE, COLUMNS, Identity(("id",)))
ROW = Row((7,), (7, "Amy [red]", "see the needle here"))


@pytest.mark.parametrize(
    ("value", "text", "shown", "hit"),
    [
        ("needle", "NEEDLE", "needle", "needle"),
        ("x" * 30 + "needle" + "y", "needle", "…" + "x" * BEFORE + "needley", "needle"),
        ("Straße, Größe", "größe", "Straße, Größe", "Größe"),
        ("[red]a.c[/]", "A.C", "[red]a.c[/]", "a.c"),
        ("abc", "a.c", "abc", ""),
    ],
)
def test_what_was_found_stands_out_of_a_value(value: str, text: str, shown: str, hit: str) -> None:
    line = excerpt(value, text)
    assert line.plain == shown
    assert [line.plain[span.start : span.end] for span in line.spans] == [hit] * bool(hit)


def test_a_line_names_table_key_column_and_where_there_is_room_the_label() -> None:
    hit = Hit(ROW, "note")
    assert hit_line(TABLE, hit, "needle", ROOMY, is_first=True).plain.split() == [
        *("people", "7", "Amy", "[red]", "note", "see", "the", "needle", "here"),
    ]
    narrow = hit_line(TABLE, hit, "needle", ROOMY - 1, is_first=False).plain.split()
    assert narrow == ["7", "note", "see", "the", "needle", "here"]


def test_what_is_further_on_in_a_long_text_is_said() -> None:
    row = Row((7,), (7, "Amy", Cut("a long text")))
    line = hit_line(TABLE, Hit(row, None), "needle", ROOMY, is_first=True)
    assert line.plain.endswith("further on in a long text")
