from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from tui.widgets.rows import GridRow, Rows
from tui.widgets.viewport import Viewport

VIEW = [GridRow(key, ()) for key in range(2000)]
HEIGHT = 10

MOVES = st.lists(
    st.tuples(st.sampled_from(["step", "page", "scroll"]), st.integers(-3, 3)), min_size=1, max_size=25
)


def a_viewport(first: int, last: int, highlight: int) -> Viewport:
    viewport = Viewport()
    viewport.height = HEIGHT
    viewport.show(loaded(first, last), highlight - first)
    return viewport


def loaded(first: int, last: int) -> Rows:
    return Rows(VIEW[first:last], first == 0, last == len(VIEW))


def move(viewport: Viewport, moves: Sequence[tuple[str, int]]) -> None:
    for name, by in moves:
        getattr(viewport, name)(by)


@given(MOVES)
def test_moves_over_rows_that_come_late_end_where_moves_over_loaded_rows_do(
    moves: list[tuple[str, int]],
) -> None:
    early, late = a_viewport(0, 2000, 1000), a_viewport(980, 1020, 1000)
    move(early, moves)
    move(late, moves)

    late.replace(loaded(0, 2000), shift=980)

    assert late.shown == early.shown


@given(MOVES, st.integers(0, 40), st.integers(1, 60))
def test_the_highlight_is_always_in_the_window_and_the_window_on_the_rows(
    moves: list[tuple[str, int]], count: int, height: int
) -> None:
    viewport = Viewport()
    viewport.height = height
    viewport.show(Rows(VIEW[:count]), 0)
    move(viewport, moves)

    row, top = viewport.shown.row, viewport.shown.top
    assert top <= row < top + height
    assert 0 <= row < max(1, count)
    assert 0 <= top <= max(0, count - height)


@given(MOVES)
def test_nothing_in_sight_moves_when_rows_come_that_no_one_waits_for(moves: list[tuple[str, int]]) -> None:
    viewport = a_viewport(500, 1500, 1000)
    move(viewport, moves)
    before = viewport.shown

    viewport.replace(loaded(200, 1800), shift=300)

    assert viewport.shown == before.moved(300)


@given(MOVES, st.integers(0, 60), st.integers(1, 30))
@example([("step", 1)] * 4, 6, 4)
def test_the_scroll_mark_touches_an_end_only_there(
    moves: list[tuple[str, int]], count: int, height: int
) -> None:
    viewport = Viewport()
    viewport.height = height
    viewport.show(Rows(VIEW[:count]), 0)
    move(viewport, moves)

    thumb, top = viewport.thumb(), viewport.shown.top
    if count <= height:
        assert not thumb
    elif height > 2:
        assert (thumb.start == 0) == (top == 0)
        assert (thumb.stop == height) == (top == count - height)
