import pytest
from rich.cells import cell_len

from tui.db.values import Kind, Value
from tui.widgets.columns import CAP, ColumnLayout, header
from tui.widgets.rows import GridColumn, GridRow


def column(name: str, kind: Kind = Kind.TEXT, *, is_key: bool = False, sign: str = "") -> GridColumn:
    return GridColumn(name, kind, is_key, sign)


def laid_out(room: int, *columns: GridColumn, row: tuple[Value, ...] = ()) -> ColumnLayout:
    layout = ColumnLayout(columns)
    layout.set_room(room)
    if row:
        layout.settle([GridRow(0, row)])
    return layout


def in_sight(layout: ColumnLayout) -> list[int]:
    return [span.column for span in layout.spans]


def test_a_column_is_as_wide_as_its_name_or_its_widest_value() -> None:
    layout = laid_out(80, column("id"), column("username"), column("c"), row=("1", "amy", "李小龍"))

    assert layout.widths == [3, 8, 6]


def test_a_long_value_is_capped_while_others_need_the_room() -> None:
    layout = laid_out(60, column("a"), column("b"), row=("x" * 200, "y" * 200))

    assert layout.widths == [CAP, CAP]


def test_room_that_is_left_over_goes_to_capped_columns() -> None:
    layout = laid_out(100, column("a"), column("b"), row=("x" * 200, "y" * 10))

    assert layout.widths == [100 - 10 - 4, 10]


def test_a_key_column_stands_first_wherever_the_table_has_it() -> None:
    layout = laid_out(80, column("a"), column("id", is_key=True))

    assert in_sight(layout) == [1, 0]


def test_key_columns_stay_while_the_others_scroll() -> None:
    columns = [column("id", is_key=True), *(column(f"column_{i}") for i in range(9))]
    layout = laid_out(40, *columns)

    assert layout.reveal(9)
    assert in_sight(layout)[0] == 0
    assert in_sight(layout)[-1] == 9
    assert layout.hides_left
    assert not layout.hides_right


def test_key_columns_that_would_take_over_half_of_the_room_scroll_too() -> None:
    layout = laid_out(30, column("a_very_long_key", is_key=True), column("b" * 12), column("c" * 12))

    layout.reveal(2)

    assert layout.fixed == 0
    assert 0 not in in_sight(layout)


@pytest.mark.parametrize("room", range(0, 130, 7))
def test_every_column_can_be_brought_into_sight_in_any_room(room: int) -> None:
    columns = [column("id", is_key=True), *(column("c" * (3 + 5 * i)) for i in range(8))]
    layout = laid_out(room, *columns)

    for index in [8, 0, 4, 1, 7]:
        layout.reveal(index)
        span = layout.span_of(index)
        assert span is not None or room < 10
        assert all(span.end <= room for span in layout.spans)
        assert span is None or span.width == min(layout.widths[index], room - span.x - 2)


def test_a_column_wider_than_the_room_is_shown_from_its_left() -> None:
    layout = laid_out(20, column("a"), column("b"), row=("x", "y" * 40))

    layout.reveal(1)

    assert in_sight(layout) == [1]
    assert layout.spans[0].x == 0
    assert layout.spans[0].width == 18
    assert layout.hides_right


def test_scrolling_stops_when_the_last_columns_fill_the_room() -> None:
    layout = laid_out(22, *(column("c" * 8) for _ in range(5)))

    layout.scroll(99)
    assert in_sight(layout) == [3, 4]
    layout.scroll(-99)
    assert in_sight(layout)[:2] == [0, 1]


def test_the_highlight_moves_to_the_nearest_column_in_sight() -> None:
    layout = laid_out(22, *(column("c" * 8) for _ in range(5)))
    layout.scroll(2)

    assert layout.nearest_whole(0) == 2
    assert layout.nearest_whole(4) == 3
    assert layout.nearest_whole(3) == 3


@pytest.mark.parametrize(
    ("name", "sign", "width", "is_right", "shown"),
    [
        ("id", "", 4, False, "id   "),
        ("id", "", 4, True, "  id "),
        ("id", "↑", 6, False, "id ↑   "),
        ("id", "↑", 6, True, "  id ↑ "),
        ("created", "↓", 7, False, "created↓"),
        ("created", "↓2", 7, False, "creat…↓2"),
        ("a\x1b]0;x\x07", "", 9, False, "a␛]0;x␇   "),
        ("[red]x", "", 6, False, "[red]x "),
    ],
)
def test_a_header_keeps_its_sign_and_cuts_its_name(
    name: str, sign: str, width: int, is_right: bool, shown: str
) -> None:
    text = header(column(name, sign=sign), width, is_right=is_right)

    assert text == shown
    assert cell_len(text) == width + 1


def test_a_width_of_the_users_choice_stays() -> None:
    layout = laid_out(80, column("a"), column("b"), row=("x" * 20, "y" * 60))

    layout.resize({0: 9})
    layout.set_room(120)

    assert layout.widths[0] == 9


def test_what_is_staged_is_seen_whole_and_nothing_else_widens_a_text() -> None:
    layout = laid_out(80, column("a"), column("b"), row=("old", "old"))

    assert not layout.grow([GridRow(0, ("much longer", "much longer"))])
    assert layout.grow([GridRow(0, ("much longer", "much longer"), staged=frozenset({1}))])

    assert layout.widths == [3, 11]


def test_no_columns_take_no_room() -> None:
    layout = laid_out(20)

    layout.scroll(3)

    assert layout.spans == ()
    assert not layout.hides_right
