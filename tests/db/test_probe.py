"""Whether a value is what was typed, and not what a type made of it."""

import pytest

from tui.db.probe import still_says
from tui.db.schema import Column
from tui.db.values import Kind, Value

CASES: list[tuple[Kind, str, Value, str, bool]] = [
    (Kind.NUMBER, "numeric(10,2)", "4711.00", "4711", True),
    (Kind.NUMBER, "numeric(10,2)", "3.14", "3.14159", False),
    (Kind.NUMBER, "integer", 1, "yes", False),
    (Kind.NUMBER, "money", "$5.00", "$5.00", True),
    (Kind.DATETIME, "date", "2026-05-01", "2026-5-1", True),
    (Kind.DATETIME, "date", "2026-05-01", "2026-05-01 10:20", False),
    (Kind.DATETIME, "date", "2026-05-01", "today", False),
    (Kind.DATETIME, "time", "10:20:00", "2026-05-01 10:20", False),
    (Kind.DATETIME, "time", "12:34:00", "1234", False),
    (Kind.DATETIME, "timestamp(0)", "2026-05-01 10:20:30", "2026-05-01 10:20:30.4", False),
    (Kind.DATETIME, "year", "2024", "2024", True),
    (Kind.TEXT, "character(5)", "ab   ", "AB", True),
    (Kind.TEXT, "varchar(1)", "4", "4711", False),
    (Kind.OTHER, "uuid", "0a0a0a0a-0000-1000-8000-0000000000ff", "0A0A0A0A0000100080000000000000FF", True),
    (Kind.OTHER, "bit(4)", "1011", "1011010", False),
]


@pytest.mark.parametrize(("kind", "type_name", "value", "text", "wanted"), CASES)
def test_a_value_still_says_what_was_typed(
    kind: Kind, type_name: str, value: Value, text: str, wanted: bool
) -> None:
    assert still_says(Column("a", type_name, kind), value, text) is wanted
