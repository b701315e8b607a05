"""What is looked for, and what has it."""

import pytest

from tui.db.needle import FUZZY_LONGEST, Needle


@pytest.mark.parametrize(
    ("text", "value", "is_exact", "is_fuzzy"),
    [
        ("smith", "John SMITH", True, True),
        ("jsmith", "John Smith", False, True),
        ("htims", "John Smith", False, False),
        ("ß", "GROSS", True, True),
        ("ab", "a" + "x" * FUZZY_LONGEST + "b", False, False),
        ("ab", "a" + "x" * (FUZZY_LONGEST - 2) + "b", False, True),
        ("ab", "ab" + "x" * FUZZY_LONGEST, True, False),
    ],
)
def test_a_needle_is_in_a_text(text: str, value: str, is_exact: bool, is_fuzzy: bool) -> None:
    assert Needle(text).is_in(value) is is_exact
    assert Needle(text, is_fuzzy=True).is_in(value) is is_fuzzy
