"""What is shown of the fields of a row."""

from hypothesis import example, given
from hypothesis import strategies as st

from tui.db.schema import Column
from tui.db.values import Kind, Value
from tui.widgets.fields import AND_MORE, LINES, MANY_LINES, SPACE_SHOWS_MORE, Field, value_texts

WIDTH = 40


def texts(value: Value, limit: int) -> list[str]:
    return value_texts(Field(Column("c", "text", Kind.TEXT), value), WIDTH, limit)


@given(st.lists(st.sampled_from(["ก็", "e\u0301\u0302", "x" * 40, "李", " ", "y", "\n"])), st.integers(1, 60))
@example(["ก็"], 900)
@example(["x" * 40, " "], 10)
def test_a_field_shows_all_of_a_text_or_says_that_there_is_more(parts: list[str], times: int) -> None:
    text = "".join(parts) * times + "END"
    for limit, sign in ((LINES, SPACE_SHOWS_MORE), (MANY_LINES, AND_MORE)):
        lines = texts(text, limit)

        assert len(lines) <= limit
        is_whole = "".join("".join(lines).split()) == "".join(text.split())
        assert is_whole == (lines[-1] != sign)


@given(st.binary(max_size=400))
def test_bytes_are_shown_in_full_or_it_is_said_that_there_are_more(value: bytes) -> None:
    lines = texts(value, LINES)

    is_whole = "".join("".join(lines).split()) == value.hex()
    assert is_whole == (lines[-1] != SPACE_SHOWS_MORE)
