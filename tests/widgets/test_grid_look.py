from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.widgets.grid_driver import (
    COLUMNS,
    HEIGHT,
    Driver,
    a_row,
    a_run,
    of_values,
    showing,
    wide_view,
)
from tui.db.needle import Needle
from tui.db.values import DEFAULT, Kind
from tui.widgets.grid import Grid, GridColumn, GridRow, Rows, RowState


async def test_the_first_rows_and_the_header_are_drawn() -> None:
    async with showing() as see:
        assert see.lines[0].split() == ["id", "│", "name", "email"]
        assert see.lines[1].startswith("▌    0 │ name 0 ")
        assert see.lines[2].startswith("     1 │ name 1 ")
        assert len(see.lines) == HEIGHT + 1
        assert all(cell_len(line) == 60 for line in see.lines)


async def test_a_cursor_move_draws_two_lines() -> None:
    async with showing() as see:
        drawn: list[int] = []
        draw = see.grid.render_line
        see.grid.render_line = lambda y: drawn.append(y) or draw(y)  # type: ignore[method-assign, func-returns-value]

        await see.press("j")
        assert sorted(set(drawn)) == [1, 2]


async def test_a_view_without_rows_says_so_and_one_that_is_loading_does_not() -> None:
    async with showing(Rows()) as see:
        see.grid.empty_text = "no rows match [x]"
        assert see.line_of("no rows match [x]")

        see.grid.set_rows(Rows((), True, False))
        await see.settle()
        assert "no rows" not in "".join(see.lines)


async def test_staged_inserted_deleted_marked_and_failed_rows_read_without_colour() -> None:
    rows = [
        a_row(0),
        a_row(1, staged=frozenset({1})),
        a_row(2, state=RowState.INSERTED),
        a_row(3, state=RowState.DELETED),
        a_row(4, is_marked=True),
        a_row(5, failed=frozenset({2})),
        a_row(6, is_marked=True, state=RowState.DELETED),
    ]
    async with showing(Rows(rows)) as see:
        lines = see.lines
        assert "name 1●" in lines[2]
        assert [line[1] for line in lines[1:8]] == [" ", " ", "+", "✗", "◆", "!", "⊗"]
        assert "5@example.org!" in lines[6]
        struck = [segment for segment in see.grid.render_line(4) if segment.style and segment.style.strike]
        assert [segment.text for segment in struck] == ["3", "name 3", "3@example.org"]


async def test_null_is_told_from_the_word_and_from_nothing() -> None:
    async with showing(*of_values("x", None, "NULL", "", DEFAULT)) as see:
        strip = see.grid.render_line(1)
        italic = [segment.text.strip() for segment in strip if segment.style and segment.style.italic]

        assert italic == ["NULL", "default"]


async def test_every_state_looks_different_in_every_theme() -> None:
    rows = [
        a_row(0),
        a_row(1),
        a_row(2, staged=frozenset({1})),
        a_row(3, state=RowState.INSERTED),
        a_row(4, state=RowState.DELETED),
        a_row(5, is_marked=True),
        a_row(6, failed=frozenset({1})),
        a_row(7, hit=Needle("NAME 7")),
    ]
    async with showing(Rows(rows)) as see:
        await see.press("l")
        for theme in see.app.available_themes:
            see.app.theme = theme
            await see.settle()
            styles = []
            for y in range(1, 9):
                (style,) = [s.style for s in see.grid.render_line(y) if f"name {y - 1}" in s.text]
                assert style is not None
                styles.append(
                    (style.color, style.bgcolor, style.bold, style.strike, style.underline, style.reverse)
                )
            assert len(set(styles)) == 8, theme


HOSTILE = [
    "[red]x",
    "[/]",
    "[@click=app.quit_for_real]x[/]",
    "\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "a\0b",
    "user\u202egnp",
    "👨\u200d👩\u200d👧",
    "\ud800",
    "\n" * 10_000_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
async def test_hostile_text_does_nothing_in_a_cell_or_a_name(text: str) -> None:
    column = GridColumn(text[:1000], Kind.TEXT, sign="↑")
    async with showing(Rows([GridRow(text[:9], (text,))]), [column]) as see:
        see.grid.empty_text = text
        for y in range(HEIGHT + 1):
            await see.pilot.click(Grid, offset=(5, y))
        assert all(line.isprintable() and cell_len(line) == 60 for line in see.lines)
        assert not see.app.was_quit

        see.grid.set_rows(Rows())
        await see.settle()
        assert all(line.isprintable() and cell_len(line) == 60 for line in see.lines)


async def test_the_highlighted_column_is_brought_into_sight_and_the_key_stays() -> None:
    async with showing(*wide_view()) as see:
        assert see.lines[0].rstrip().endswith("\u203a")

        await see.press("end")

        assert "column_19" in see.lines[0]
        assert "column_00" in see.lines[0]
        assert see.lines[0].startswith(" \u2039")
        assert "\u203a" not in see.lines[0]
        assert "1/19" in see.lines[2]

        await see.press("home", "l")
        assert "column_01" in see.lines[0]
        assert see.grid.column_index == 1


async def test_a_column_is_made_wider_and_narrower() -> None:
    async with showing() as see:
        await see.press("l", "greater_than_sign")
        assert see.grid.column_widths == {"id": 3, "name": 11, "email": 14}

        await see.press("less_than_sign", "less_than_sign")
        assert see.grid.column_widths == {"id": 3, "name": 3, "email": 14}
        assert "na…" in see.line_of("0@example.org")


async def test_columns_of_the_same_names_keep_the_widths_that_the_user_chose() -> None:
    async with showing() as see:
        await see.press("l", "greater_than_sign")
        see.grid.show([replace(column, sign="↑") for column in COLUMNS], a_run(50, 99))
        await see.settle()

        assert see.grid.column_widths["name"] == 11


async def test_a_number_that_gets_longer_widens_its_column() -> None:
    async with showing(a_run(0, 9, at_end=False)) as see:
        see.grid.set_rows(Rows([a_row(9_999_999)], at_start=False))
        await see.settle()

        assert "9999999" in see.lines[1]


async def test_the_window_comes_back_as_it_was_left() -> None:
    async with showing() as see:
        see.grid.show(COLUMNS, a_run(0, 99), row=50, top=47)
        await see.settle()

        assert see.keys_in_sight[0] == "47"
        assert see.key() == 50


async def test_widths_settle_with_the_first_rows_and_then_stay() -> None:
    async with showing(Rows((), True, False)) as see:
        see.grid.set_rows(a_run(0, 9, at_end=False))
        await see.settle()
        before = see.grid.column_widths
        assert before["email"] == len("0@example.org")

        see.grid.set_rows(Rows([*a_run(0, 9).rows, GridRow(10, (10, "n" * 30, "e" * 30))]))
        await see.settle()

        assert see.grid.column_widths == before


async def test_a_sign_in_the_header_moves_nothing() -> None:
    async with showing() as see:
        before = see.lines[1:]
        see.grid.show([replace(column, sign="↓") for column in COLUMNS], see.grid.rows)
        await see.settle()

        assert see.lines[0].count("↓") == 3
        assert see.lines[1:] == before


async def test_a_load_that_runs_shows_a_sign_and_leaves_the_rows() -> None:
    async with showing() as see:
        rows = see.lines[1:]
        see.grid.is_loading_rows = True
        await see.settle()
        assert see.lines[0].endswith("⋯")
        assert see.lines[1:] == rows

        see.grid.is_loading_rows = False
        await see.settle()
        assert "⋯" not in see.lines[0]


async def test_a_smaller_window_keeps_the_highlight_in_sight() -> None:
    async with showing(size=(60, 31)) as see:
        await see.press(*["j"] * 25)
        await see.pilot.resize_terminal(60, 8)
        await see.settle()

        assert see.lines[see.highlighted_line].startswith("▌   25 ")


async def test_a_larger_window_is_filled_with_rows() -> None:
    async with showing() as see:
        await see.press("G")
        await see.pilot.resize_terminal(60, 41)
        await see.settle()

        assert see.keys_in_sight == [str(key) for key in range(60, 100)]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 1), (4, 3), (5, 2), (12, 3)])
@pytest.mark.parametrize("columns", [(), COLUMNS])
async def test_tiny_windows_and_no_columns_do_not_crash(
    size: tuple[int, int], columns: Sequence[GridColumn]
) -> None:
    async with showing(columns=columns, size=size) as see:
        await see.press("j", "l", "end", "home", "pagedown", "G", "g", "greater_than_sign", "enter", "0")

        assert [cell_len(line) for line in see.lines] == [size[0]] * size[1]
        see.grid.set_rows(Rows())
        await see.settle()
        assert see.grid.highlighted_row is None


def thumb_lines(see: Driver) -> list[int]:
    return [y for y, line in enumerate(see.lines) if line.endswith("▐")]


async def test_the_scroll_mark_tells_the_place_in_the_whole_view() -> None:
    async with showing(replace(a_run(0, 99, at_end=False), total=1000)) as see:
        assert thumb_lines(see) == [1]

        see.grid.show(COLUMNS, replace(a_run(500, 599, at_start=False, at_end=False), total=1000))
        await see.settle()
        assert thumb_lines(see) in ([5], [6])

        see.grid.show(COLUMNS, replace(a_run(900, 999, at_start=False), total=1000), row=99)
        await see.settle()
        assert thumb_lines(see) == [HEIGHT]


async def test_there_is_no_scroll_mark_where_everything_is_in_sight() -> None:
    async with showing(a_run(0, 4)) as see:
        assert thumb_lines(see) == []


async def test_the_scroll_mark_of_a_view_of_unknown_length_touches_no_end_that_is_not_known() -> None:
    rows = replace(a_run(0, 99, at_start=False, at_end=False), offset=None)
    async with showing(rows) as see:
        assert 1 not in thumb_lines(see)
        see.grid.move_to(99)
        await see.settle()
        assert HEIGHT not in thumb_lines(see)


async def test_the_highlight_is_drawn_more_quietly_without_focus() -> None:
    async with showing() as see:

        def cell_style() -> object:
            (style,) = [s.style for s in see.grid.render_line(1) if s.text == "    0 "[1:]]
            return style

        focused = cell_style()
        see.grid.blur()
        await see.settle()

        assert cell_style() != focused


async def test_every_binding_says_what_it_does() -> None:
    for binding in Grid.BINDINGS:
        assert not isinstance(binding, tuple)
        assert binding.id
        assert binding.description
        assert binding.tooltip
