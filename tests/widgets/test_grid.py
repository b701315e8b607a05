import pytest

from tests.widgets.grid_driver import COLUMNS, HEIGHT, Driver, GridApp, a_run, showing, wide_view
from tui.widgets.grid import Grid, Rows


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("down", 1),
        ("j", 1),
        ("j j k", 1),
        ("up", 0),
        ("pagedown", 10),
        ("ctrl+f", 10),
        ("ctrl+f ctrl+f ctrl+b", 10),
        ("j pagedown pageup", 1),
        ("G", 99),
        ("ctrl+end", 99),
        ("G k", 98),
        ("G pagedown", 99),
        ("G g", 0),
        ("G ctrl+home", 0),
    ],
)
async def test_keys_move_the_highlight_between_rows(keys: str, key: int) -> None:
    async with showing() as see:
        await see.press(*keys.split())

        assert see.key() == key
        assert see.lines[see.highlighted_line].startswith(f"▌{key:>5} │ name {key} ")


@pytest.mark.parametrize(
    ("keys", "column"),
    [("l", 1), ("right right", 2), ("$", 2), ("end h", 1), ("$ 0", 0), ("end home", 0), ("h", 0), ("$ l", 2)],
)
async def test_keys_move_the_highlight_between_columns(keys: str, column: int) -> None:
    async with showing() as see:
        await see.press(*[{"$": "dollar_sign"}.get(key, key) for key in keys.split()])

        assert see.grid.column_index == column


async def test_a_page_down_keeps_the_highlight_at_its_place_on_the_screen() -> None:
    async with showing() as see:
        await see.press("j", "j", "j", "pagedown")

        assert see.highlighted_line == 4
        assert see.keys_in_sight == [str(key) for key in range(10, 20)]


async def test_a_step_beyond_the_edge_scrolls_by_one_row() -> None:
    async with showing() as see:
        await see.press(*["j"] * HEIGHT)

        assert see.keys_in_sight == [str(key) for key in range(1, 11)]


async def test_a_new_view_shows_its_highlight_amid_other_rows() -> None:
    async with showing(row=50) as see:
        assert see.key() == 50
        assert 2 < see.highlighted_line < HEIGHT - 2


async def test_a_view_shown_before_there_is_a_screen_shows_its_highlight_amid_other_rows() -> None:
    class Eager(GridApp):
        def on_mount(self) -> None:
            self.grid.show(COLUMNS, a_run(0, 99), row=50)

    app = Eager()
    async with app.run_test(size=(60, HEIGHT + 1)) as pilot:
        await pilot.pause()
        see = Driver(app, pilot)
        assert see.key() == 50
        assert 2 < see.highlighted_line < HEIGHT - 2


async def test_five_page_downs_while_nothing_is_loaded_move_five_pages() -> None:
    async with showing(a_run(0, HEIGHT - 1, at_end=False)) as see:
        await see.press(*["pagedown"] * 5)
        assert see.key() == HEIGHT - 1

        see.grid.set_rows(a_run(0, 199, at_end=False))
        await see.settle()

        assert see.key() == 5 * HEIGHT
        assert see.highlighted_line == 1


async def test_page_downs_before_the_first_rows_come_are_not_lost() -> None:
    async with showing(Rows((), True, False)) as see:
        await see.press("pagedown", "pagedown")
        assert see.key() is None

        see.grid.set_rows(a_run(0, 199, at_end=False))
        await see.settle()

        assert see.key() == 2 * HEIGHT


async def test_a_move_back_starts_from_where_the_user_wanted_to_be() -> None:
    async with showing(a_run(0, HEIGHT - 1, at_end=False)) as see:
        await see.press(*["pagedown"] * 5, *["pageup"] * 4)
        assert see.key() == HEIGHT - 1

        see.grid.set_rows(a_run(0, 199, at_end=False))
        await see.settle()

        assert see.key() == HEIGHT


async def test_a_wanted_row_stops_at_the_end_of_the_view_once_that_is_known() -> None:
    async with showing(a_run(0, HEIGHT - 1, at_end=False)) as see:
        await see.press(*["pagedown"] * 5)

        see.grid.set_rows(a_run(0, 24))
        await see.settle()
        assert see.key() == 24

        await see.press("k")
        assert see.key() == 23


async def test_a_move_towards_the_start_waits_for_rows_in_front() -> None:
    async with showing(a_run(100, 119, at_start=False, at_end=False)) as see:
        await see.press(*["pageup"] * 3)
        assert see.key() == 100

        see.grid.set_rows(a_run(0, 119, at_end=False), shift=100)
        await see.settle()

        assert see.key() == 70


async def test_rows_put_in_front_leave_the_screen_as_it_is() -> None:
    async with showing(a_run(200, 299, at_start=False, at_end=False), row=50) as see:
        await see.press("j", "j")
        before = see.lines

        see.grid.set_rows(a_run(100, 299, at_start=False, at_end=False), shift=100)
        await see.settle()

        assert see.key() == 252
        assert [line[:-1] for line in see.lines] == [line[:-1] for line in before]


async def test_rows_dropped_in_front_leave_the_screen_as_it_is() -> None:
    async with showing(a_run(0, 299, at_end=False), row=150) as see:
        before = see.lines

        see.grid.set_rows(a_run(100, 399, at_start=False, at_end=False), shift=-100)
        await see.settle()

        assert see.key() == 150
        assert [line[:-1] for line in see.lines] == [line[:-1] for line in before]


async def test_an_explicit_highlight_within_the_window_scrolls_nothing() -> None:
    async with showing(a_run(200, 299, at_start=False, at_end=False), row=50) as see:
        top = see.keys_in_sight[0]

        see.grid.set_rows(a_run(100, 299, at_start=False, at_end=False), shift=100, row=151)
        await see.settle()

        assert see.key() == 251
        assert see.keys_in_sight[0] == top


async def test_a_pending_move_survives_rows_being_dropped_in_front() -> None:
    async with showing(a_run(0, 99, at_end=False), row=95) as see:
        await see.press("pagedown", "pagedown")

        see.grid.set_rows(a_run(50, 199, at_start=False, at_end=False), shift=-50)
        await see.settle()

        assert see.key() == 115


async def test_rows_are_wanted_well_before_the_run_ends() -> None:
    async with showing(a_run(0, 39, at_end=False)) as see:
        assert see.app.heard(Grid.Needed) == []

        await see.press("pagedown")
        await see.press("pagedown")

        (needed,) = see.app.heard(Grid.Needed)
        assert (needed.after, needed.count, needed.control) == (True, 100, see.grid)


async def test_rows_are_wanted_once_while_they_are_on_their_way() -> None:
    async with showing(a_run(0, 19, at_end=False)) as see:
        await see.press(*["j"] * 15, "pagedown", "pagedown")

        assert len(see.app.heard(Grid.Needed)) == 1


async def test_more_rows_are_wanted_when_the_wish_outgrows_what_was_asked_for() -> None:
    async with showing(a_run(0, 19, at_end=False)) as see:
        await see.press(*["pagedown"] * 13)

        first, second = see.app.heard(Grid.Needed)
        assert first.count == 100
        assert 100 < second.count - 100 <= 13 * HEIGHT


async def test_rows_that_did_not_suffice_are_followed_by_another_request() -> None:
    async with showing(a_run(0, 19, at_end=False)) as see:
        await see.press(*["pagedown"] * 5)
        see.app.told.clear()

        see.grid.set_rows(a_run(0, 29, at_end=False))
        await see.settle()

        (needed,) = see.app.heard(Grid.Needed)
        assert needed.count == 100 + 5 * HEIGHT + HEIGHT - 30


async def test_drawing_the_same_run_anew_asks_for_nothing_but_a_key_asks_again() -> None:
    async with showing(a_run(0, 19, at_end=False)) as see:
        see.app.told.clear()

        see.grid.set_rows(a_run(0, 19, at_end=False))
        await see.settle()
        assert see.app.heard(Grid.Needed) == []

        await see.press("j")
        assert len(see.app.heard(Grid.Needed)) == 1


async def test_no_rows_are_wanted_beyond_the_ends_of_the_view() -> None:
    async with showing(a_run(0, 19)) as see:
        await see.press("pagedown", "pagedown", "G", "pageup", "pageup", "pageup", "g")

        assert see.app.heard(Grid.Needed) == []
        assert see.app.heard(Grid.JumpNeeded) == []


async def test_a_jump_beyond_the_run_is_asked_for() -> None:
    async with showing(a_run(100, 119, at_start=False, at_end=False)) as see:
        await see.press("G", "g")

        assert [jump.to_end for jump in see.app.heard(Grid.JumpNeeded)] == [True, False]
        assert see.key() == 100


async def test_a_jump_forgets_the_moves_that_were_waiting_for_rows() -> None:
    async with showing(a_run(0, HEIGHT - 1, at_end=False)) as see:
        await see.press("pagedown", "pagedown", "G")

        see.grid.set_rows(a_run(0, 199, at_end=False))
        await see.settle()

        assert see.key() == HEIGHT - 1


async def test_the_answer_to_a_jump_puts_the_highlight_at_the_last_row() -> None:
    async with showing(a_run(0, 49, at_end=False)) as see:
        await see.press("G")
        see.grid.set_rows(a_run(900, 999, at_start=False), row=99)
        await see.settle()

        assert see.key() == 999
        assert see.keys_in_sight[-1] == "999"


async def test_the_highlight_is_told_once_for_each_cell() -> None:
    async with showing() as see:
        see.app.told.clear()
        await see.press("j", "l", "l", "l", "k", "k")

        told = [(m.row and m.row.key, m.column) for m in see.app.heard(Grid.Highlighted)]
        assert told == [(1, 0), (1, 1), (1, 2), (0, 2)]


async def test_the_highlight_is_told_when_another_row_stands_there() -> None:
    async with showing(a_run(0, 9)) as see:
        see.app.told.clear()

        see.grid.set_rows(a_run(0, 9))
        await see.settle()
        assert see.app.heard(Grid.Highlighted) == []

        see.grid.set_rows(a_run(1, 9))
        await see.settle()
        assert [m.row and m.row.key for m in see.app.heard(Grid.Highlighted)] == [1]


async def test_a_new_view_tells_its_highlight_even_if_it_has_the_same_key() -> None:
    async with showing() as see:
        see.app.told.clear()
        see.grid.show(COLUMNS, a_run(0, 99))
        await see.settle()

        assert len(see.app.heard(Grid.Highlighted)) == 1


async def test_enter_opens_the_highlighted_row() -> None:
    async with showing() as see:
        await see.press("j", "enter")

        assert [m.row.key for m in see.app.heard(Grid.Opened)] == [1]


async def test_enter_opens_nothing_where_there_is_nothing() -> None:
    async with showing(Rows()) as see:
        await see.press("enter")

        assert see.app.heard(Grid.Opened) == []


async def test_a_click_moves_the_highlight_and_a_double_click_opens() -> None:
    async with showing() as see:
        await see.pilot.click(Grid, offset=(12, 4))
        assert (see.key(), see.grid.column_index) == (3, 1)
        assert see.app.heard(Grid.Opened) == []

        await see.pilot.click(Grid, offset=(12, 6), times=2)
        assert [m.row.key for m in see.app.heard(Grid.Opened)] == [5]


async def test_a_click_below_the_last_row_does_nothing() -> None:
    async with showing(a_run(0, 2)) as see:
        await see.pilot.click(Grid, offset=(12, 8))

        assert (see.key(), see.grid.column_index) == (0, 0)


async def test_a_click_on_a_name_tells_the_column() -> None:
    async with showing() as see:
        await see.pilot.click(Grid, offset=(12, 0))

        assert [m.column for m in see.app.heard(Grid.HeaderClicked)] == [1]
        assert see.key() == 0


async def test_the_wheel_scrolls_three_rows_and_keeps_the_highlight_in_sight() -> None:
    async with showing() as see:
        await see.wheel()
        await see.settle()
        assert see.grid.top_index == 3
        assert see.key() == 3


async def test_the_wheel_with_shift_scrolls_columns() -> None:
    async with showing(*wide_view()) as see:
        await see.wheel(shift=True)
        await see.settle()
        assert "column_01" not in see.lines[0]
        assert see.grid.top_index == 0
