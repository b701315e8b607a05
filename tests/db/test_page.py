"""The rows around the ones that are shown."""

from tui.db.page import Page, Row, RowBuffer


def run_of(first: int, last: int) -> list[Row]:
    """Rows with these numbers as their identity."""
    return [Row((number,), (number,)) for number in range(first, last + 1)]


def numbers(buffer: RowBuffer) -> tuple[object, object, int]:
    return buffer.rows[0].identity[0], buffer.rows[-1].identity[0], len(buffer.rows)


def test_the_first_page_begins_at_zero() -> None:
    buffer = RowBuffer(Page(run_of(1, 5), at_start=True))

    assert (buffer.offset, buffer.at_start, buffer.at_end) == (0, True, False)


def test_pages_are_added_at_the_end_and_far_rows_are_dropped_at_the_start() -> None:
    buffer = RowBuffer(Page(run_of(1, 5), at_start=True), limit=8)

    dropped = buffer.extend_after(Page(run_of(6, 10), at_end=True))

    assert dropped == 2
    assert numbers(buffer) == (3, 10, 8)
    assert (buffer.offset, buffer.at_start, buffer.at_end) == (2, False, True)


def test_pages_are_added_at_the_start_and_far_rows_are_dropped_at_the_end() -> None:
    buffer = RowBuffer(Page(run_of(6, 10), at_end=True, offset=5), limit=8)

    added = buffer.extend_before(Page(run_of(1, 5), at_start=True))

    assert added == 5
    assert numbers(buffer) == (1, 8, 8)
    assert (buffer.offset, buffer.at_start, buffer.at_end) == (0, True, False)


def test_a_page_in_between_keeps_the_position() -> None:
    buffer = RowBuffer(Page(run_of(101, 110), offset=100))

    buffer.extend_before(Page(run_of(91, 100)))

    assert (buffer.offset, buffer.at_start) == (90, False)


def test_a_position_that_others_made_wrong_is_unknown_rather_than_negative() -> None:
    """They added rows in front of the ones that are shown."""
    buffer = RowBuffer(Page(run_of(11, 20), offset=10))

    buffer.extend_before(Page(run_of(1, 12)))

    assert buffer.offset is None


def test_an_unknown_position_stays_unknown_until_the_rows_are_counted() -> None:
    buffer = RowBuffer(Page(run_of(91, 100), at_end=True))
    assert buffer.offset is None

    buffer.count_known(100)

    assert buffer.offset == 90


def test_a_count_tells_nothing_about_rows_in_the_middle() -> None:
    buffer = RowBuffer(Page(run_of(50, 60)))

    buffer.count_known(100)

    assert buffer.offset is None


def test_a_count_that_is_out_of_date_gives_no_negative_position() -> None:
    buffer = RowBuffer(Page(run_of(1, 10), at_end=True))

    buffer.count_known(3)

    assert buffer.offset == 0


def test_rows_are_found_by_their_identity() -> None:
    buffer = RowBuffer(Page(run_of(5, 9)))

    assert (buffer.index_of((7,)), buffer.index_of((4,))) == (2, None)


def test_a_buffer_of_the_rows_around_one_knows_where_it_stands() -> None:
    buffer = RowBuffer(Page(run_of(11, 50), offset=10, at_end=True))

    middle, start, end = buffer.around(20, 5), buffer.around(2, 5), buffer.around(37, 5)

    assert numbers(middle) == (26, 36, 11)
    assert (middle.offset, middle.at_start, middle.at_end) == (25, False, False)
    assert numbers(start) == (11, 18, 8)
    assert (start.offset, start.at_start, start.at_end) == (10, False, False)
    assert numbers(end) == (43, 50, 8)
    assert (end.offset, end.at_start, end.at_end) == (42, False, True)


def test_a_buffer_around_a_row_of_the_first_page_still_begins_at_zero() -> None:
    whole = RowBuffer(Page(run_of(1, 8), at_start=True, at_end=True))

    assert whole.around(3, 5).at_start
    assert whole.around(3, 5).at_end
    assert (whole.around(6, 5).at_start, whole.around(6, 5).offset) == (False, 1)
    assert numbers(whole.around(3, 5)) == (1, 8, 8)


def test_a_buffer_of_an_unknown_place_has_none_around_a_row_either() -> None:
    assert RowBuffer(Page(run_of(11, 50))).around(20, 5).offset is None
