"""How values are broken into lines."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.wrapping import enough, wrapped


def test_lines_break_between_words_and_a_word_that_just_fits_stays() -> None:
    assert wrapped("one two three", 7, 10) == ["one two", "three"]


def test_a_word_that_is_too_long_is_broken_where_the_line_ends() -> None:
    assert wrapped("ab cdefghij", 4, 10) == ["ab", "cdef", "ghij"]


def test_wide_characters_take_two_cells() -> None:
    assert wrapped("李小龍李小龍", 5, 10) == ["李小", "龍李", "小龍"]


def test_line_breaks_and_empty_lines_stay() -> None:
    assert wrapped("a\n\nb", 10, 10) == ["a", "", "b"]


def test_one_line_more_than_the_limit_tells_that_there_are_more() -> None:
    assert len(wrapped("x " * 1000, 10, 3)) == 4
    assert len(wrapped("x\n" * 1000, 10, 3)) == 4
    assert len(wrapped("x\nx\nx", 10, 3)) == 3


@given(st.text(alphabet="ab 李é\u0301ก็\n"), st.integers(2, 12))
def test_nothing_but_spaces_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width, 1000)

    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


@given(st.text(alphabet="ab 李\u0301็\n", min_size=1), st.integers(2, 5), st.integers(1, 3))
def test_enough_characters_fill_more_lines_than_the_limit(text: str, width: int, limit: int) -> None:
    start = (text * enough(width, limit))[: enough(width, limit)]

    assert len(wrapped(start, width, limit)) > limit


def test_a_million_accents_on_one_letter_are_broken_into_lines_too() -> None:
    assert len(wrapped("e" + "\u0301" * 1_000_000, 40, 10)) == 11
