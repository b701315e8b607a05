"""Keys and what they do, as a table."""

from tui.widgets.key_table import key_table

ROWS = [
    ("⏎", "open", "Open the highlighted row as a record"),
    ("pgup ^b", "page up", "Move up"),
    ("tab", "Focus Next", ""),
]


def test_a_sentence_that_is_too_long_goes_on_below_its_beginning() -> None:
    assert key_table(ROWS, 36).plain.split("\n") == [
        "⏎        open     Open the",
        "                  highlighted row as",
        "                  a record",
        "pgup ^b  page up  Move up",
        "tab      Focus Next",
    ]
