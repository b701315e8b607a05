"""A grid in a small app, driven and read as a user would."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.events import MouseScrollDown
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from tui.db.values import Kind, Value
from tui.widgets.grid import Grid, GridColumn, GridRow, Rows

COLUMNS = (
    GridColumn("id", Kind.NUMBER, is_key=True),
    GridColumn("name", Kind.TEXT),
    GridColumn("email", Kind.TEXT),
)
Told = TypeVar("Told", bound=Message)
HEIGHT = 10
"""Rows that fit: the screen of the tests has one line more, for the header."""


def a_row(key: int, **more: object) -> GridRow:
    return replace(GridRow(key, (key, f"name {key}", f"{key}@example.org")), **more)  # type: ignore[arg-type]


def a_run(first: int, last: int, *, at_start: bool = True, at_end: bool = True) -> Rows:
    """The rows with the keys from `first` to `last`, of a view whose keys count from 0."""
    return Rows([a_row(key) for key in range(first, last + 1)], at_start, at_end, first)


class GridApp(App[None]):
    """A grid and what it has told."""

    CSS = "Input { dock: bottom; height: 1; border: none; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Message] = []
        self.was_quit = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Grid()
        yield Input()

    @property
    def grid(self) -> Grid:
        return self.query_one(Grid)

    def heard(self, kind: type[Told]) -> list[Told]:
        return [message for message in self.told if isinstance(message, kind)]

    def on_event_of_grid(self, message: Message) -> None:
        self.told.append(message)

    on_grid_messages_highlighted = on_event_of_grid
    on_grid_messages_needed = on_event_of_grid
    on_grid_messages_jump_needed = on_event_of_grid
    on_grid_messages_opened = on_event_of_grid
    on_grid_messages_header_clicked = on_event_of_grid

    def action_quit_for_real(self) -> None:
        self.was_quit = True


class Driver:
    """Presses keys and reads the screen."""

    def __init__(self, app: GridApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.grid = app, pilot, app.grid

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def wheel(self, *, shift: bool = False) -> None:
        """Turn the mouse wheel one step down."""
        x, y = 5, 5
        self.grid.post_message(MouseScrollDown(self.grid, x, y, 0, 1, 0, shift, False, False, x, y))
        await self.pilot.pause()

    async def settle(self) -> None:
        await self.pilot.pause()

    def key(self) -> object:
        row = self.grid.highlighted_row
        return None if row is None else row.key

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.grid.render_lines(self.grid.size.region)]

    @property
    def keys_in_sight(self) -> list[str]:
        return [line[2:6].strip() for line in self.lines[1:]]

    @property
    def highlighted_line(self) -> int:
        (line,) = [y for y, text in enumerate(self.lines) if text.startswith("▌")]
        return line

    def line_of(self, text: str) -> str:
        (line,) = [line for line in self.lines if text in line]
        return line


@asynccontextmanager
async def showing(
    rows: Rows | None = None,
    columns: Sequence[GridColumn] = COLUMNS,
    *,
    row: int = 0,
    size: tuple[int, int] = (60, HEIGHT + 1),
) -> AsyncIterator[Driver]:
    app = GridApp()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        app.grid.show(columns, a_run(0, 99) if rows is None else rows, row=row)
        await pilot.pause()
        yield Driver(app, pilot)


def wide_view(columns: int = 20) -> tuple[Rows, list[GridColumn]]:
    names = [GridColumn(f"column_{i:02}", Kind.TEXT, is_key=i == 0) for i in range(columns)]
    return Rows([GridRow(key, tuple(f"{key}/{i}" for i in range(columns))) for key in range(50)]), names


def of_values(*values: Value, kind: Kind = Kind.TEXT) -> tuple[Rows, list[GridColumn]]:
    return Rows([GridRow(0, values)]), [GridColumn(f"c{i}", kind) for i in range(len(values))]
