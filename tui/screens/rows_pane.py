"""The rows of a view: loads them as they are wanted and shows them with what is staged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.worker import Worker

from tui.db.changes import ChangeSet, NewRow, RowKey
from tui.db.page import Row, RowId
from tui.db.schema import Column, Table, TableName
from tui.screens.activity import Activity
from tui.screens.asking import ask_then
from tui.screens.loader import RowsLoader
from tui.screens.place import Place
from tui.screens.position import position_text, row_number
from tui.widgets.cells import label
from tui.widgets.columns import Arrangement
from tui.widgets.grid import Grid, Rows
from tui.widgets.key_gate import Blink
from tui.widgets.staged_rows import (
    NO_MARKS,
    KnownLabels,
    grid_columns,
    grid_rows,
    row_key,
    view_title,
    with_labels,
)
from tui.widgets.status import Notice

if TYPE_CHECKING:
    from tui.screens.column_chooser import ChosenColumns

STALE = "as read before: r reads again"


class RowsPane(Vertical):
    """One view of a table, as far as it is loaded. The ChangeSet is the truth about what is staged."""

    DEFAULT_CSS: ClassVar[str] = """
    RowsPane {
        border: round $surface-lighten-2; border-title-color: $text-muted; height: 1fr;
        &:focus-within { border: round $accent; border-title-color: $accent; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c", "columns", "columns", show=False, tooltip="Find, hide or move columns", id="rows.columns"
        ),
        Binding("s", "sort", "sort", show=False, tooltip="Sort: up, down, not at all", id="rows.sort"),
        Binding(
            "space", "mark", "mark", show=False, tooltip="Mark the row, to delete several", id="rows.mark"
        ),
        Binding(
            "r,f5",
            "reload",
            "reload",
            show=False,
            tooltip="Read rows, tables and columns anew",
            id="rows.reload",
        ),
    ]

    @dataclass
    class Shown(Message):
        """Rows of a view are shown: a new view, or more rows of it."""

        is_new: bool

    class Highlighted(Message):
        """Another row or column is highlighted."""

    def __init__(self, changes: ChangeSet, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.changes = changes
        self.loader: RowsLoader | None = None
        self.marks = NO_MARKS
        self.labels: KnownLabels = {}
        self.arranged: Callable[[TableName], Arrangement] = lambda _: self.grid.arrangement
        """How the columns of a table are to be shown."""
        self.activity = Activity(self)
        self.blink = Blink()
        """On while other rows are about to appear: keys wait for them."""
        self.grid = Grid(id="rows")
        self.grid.empty_text = ""
        self.loaded: dict[RowKey, Row] = {}
        """The loaded rows by what names them on the screen."""
        self._more: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Just the grid; the frame is the pane's own."""
        yield self.grid

    # What is highlighted

    @property
    def table(self) -> Table | None:
        """The table that is shown."""
        return self.loader.view.table if self.loader else None

    @property
    def column(self) -> Column | None:
        """The highlighted column."""
        columns = self.table.columns if self.table else ()
        return columns[self.grid.column_index] if self.grid.column_index < len(columns) else None

    @property
    def key(self) -> RowKey | None:
        """What names the highlighted row."""
        row = self.grid.highlighted_row
        return row.key if row is not None and isinstance(row.key, tuple | NewRow) else None

    @property
    def row(self) -> Row | None:
        """The highlighted row as it was read; None where there is none, or a new one."""
        return self.row_of(self.key)

    def row_of(self, key: RowKey | None) -> Row | None:
        """A loaded row by its key."""
        return None if key is None else self.loaded.get(key)

    @property
    def _stored_row(self) -> Row | None:
        """The highlighted row as it was read; of a new row the one that it stands behind."""
        return self.row_of(self.changes.stored_row(self.table.name, self.key)) if self.table else None

    @property
    def position(self) -> str:
        """Where the highlight is among all rows, in words."""
        return "" if self.loader is None else position_text(self.loader, self.key)

    @property
    def place(self) -> Place | None:
        """Where the user is now."""
        if self.loader is None:
            return None
        grid = self.grid
        return Place(self.loader, self.key, grid.column_index, self.marks, grid.row_index - grid.top_index)

    # Showing views

    @work(group="view", exclusive=True, description="opening")
    async def open(self, loader: RowsLoader, *, at: Row | None = None, column: int = 0) -> None:
        """Load a view at its start or around a row, then show it; the old one stays until then."""
        with self.activity.doing("view", f"reading {loader.view.table.name.label}"):
            await (loader.to_start() if at is None else loader.around(at))
            is_same = self.loader is not None and self.loader.view.table.name == loader.view.table.name
            marks = replace(self.marks, is_all=False) if is_same else NO_MARKS
            self.show(Place(loader, at.identity if at else None, column, marks))

    @work(group="view", exclusive=True, description="reading again")
    async def reload(self, identity: RowId | None = None, *, has_new_schema: bool = False) -> None:
        """Read the rows around the highlight anew; `identity` is how its row is called since a save."""
        place, row = self.place, self._stored_row
        if place is None:
            return
        place.loader.is_stale = True
        try:
            with self.activity.doing("view", "reading again"):
                await self._read_again(place, row, identity, has_new_schema=has_new_schema)
        finally:
            self._show_title()

    async def _read_again(
        self, place: Place, row: Row | None, identity: RowId | None, *, has_new_schema: bool
    ) -> None:
        index, number = 0, row_number(place.loader, place.key) if place.key else None
        is_first = self.grid.row_index == 0 and place.loader.buffer.at_start
        loader = await place.loader.renewed() if has_new_schema else place.loader
        if not loader.view.table.identity.exists and number is not None:
            index = await loader.at(number - 1)
        elif row is None or (is_first and not identity):
            await loader.to_start()
        else:
            index = await loader.around(row, identity)
        has_gone = row is not None and row.identity not in {other.identity for other in loader.buffer.rows}
        is_left_alone = isinstance(self.key, NewRow) and has_gone  # it stands in front of all rows now
        key = None if is_left_alone else identity or self.key
        here = self.place or place
        has_same_columns = loader.view.table.positions == place.loader.view.table.positions
        marks = here.marks if has_same_columns else replace(here.marks, rows={})
        self.show(replace(here, loader=loader, key=key, marks=marks), index)

    def show(self, place: Place, index: int = 0) -> None:
        """Show a view whose rows are loaded; `index` is where the highlight goes if its row is gone."""
        self.workers.cancel_group(self, "more")
        self.workers.cancel_group(self, "count")
        if place.loader is not self.loader:
            self.activity.cancel("find")
            self.labels = {}
        self.loader, self.marks = place.loader, place.marks
        shown = self._rows()
        index = next((i for i, row in enumerate(shown.rows) if row.key == place.key), index)
        top = None if place.above is None else index - place.above
        self.grid.turn_to(place.loader.view.table.name)
        self.grid.show(
            grid_columns(place.loader.view),
            shown,
            row=index,
            column=place.column,
            top=top,
            arrangement=self.arranged(place.loader.view.table.name),
        )
        self.grid.empty_text = "no rows"
        self._show_title()
        self.blink.end()
        self.post_message(self.Shown(is_new=True))
        self.count()

    def _show_title(self) -> None:
        """Say what is shown, and where the rows are not those of now."""
        if self.loader is not None:
            title = view_title(self.loader.view)
            self.border_title = label(f"{title} · {STALE}" if self.loader.is_stale else title)

    @work(group="count", exclusive=True)
    async def count(self) -> None:
        """Count the rows in the background."""
        loader = self.loader
        if loader is None or (loader.total is not None and loader.buffer.offset is not None):
            return
        with self.activity.doing("count", f"counting {loader.view.table.name.label}"):
            await loader.count()
            if loader is self.loader:
                self.redraw()

    def _rows(self) -> Rows:
        if self.loader is None:
            return Rows()
        buffer = self.loader.buffer
        self.loaded = {row_key(row, i, buffer.offset): row for i, row in enumerate(buffer.rows)}
        shown = grid_rows(self.loader.view, buffer.rows, buffer.offset, self.changes, self.marks)
        shown = with_labels(shown, self.labels) if self.labels else shown
        total = self.loader.total if self.loader.total is not None else self.loader.estimate
        return Rows(shown, buffer.at_start, buffer.at_end, buffer.offset, total)

    def redraw(self) -> None:
        """Draw the loaded rows with what is staged now; nothing else moves."""
        old, before = self.grid.highlighted_row, self.grid.row_index
        shown = self._rows()
        after = next(
            (i for i, row in enumerate(shown.rows) if old is not None and row.key == old.key), before
        )
        self.grid.set_rows(shown, shift=after - before)
        self.post_message(self.Highlighted())

    # What the grid asks for

    @on(Grid.Needed)
    def load_more(self, event: Grid.Needed) -> None:
        """Read on, if that is not being done yet; the grid asks again for what is still missing."""
        event.stop()
        if self._more is None or self._more.is_finished:
            self._more = self._load_more(event.after, event.count)

    @work(group="more", description="reading on")
    async def _load_more(self, after: bool, count: int) -> None:
        loader = self.loader
        if loader is None or not loader.buffer.rows:
            return
        has_come = False
        try:
            with self.activity.doing("more", "reading on"):
                await loader.more(after=after, count=count)
                has_come = True
        finally:
            if loader is self.loader and not has_come:
                self.grid.give_up()
                loader.is_interrupted = True
        if loader is self.loader and has_come:
            self._tell_end_of_interruption(loader)
            self.redraw()
            self.post_message(self.Shown(is_new=False))

    def _tell_end_of_interruption(self, loader: RowsLoader) -> None:
        """Take back what was said when reading on had failed."""
        if loader.is_interrupted:
            loader.is_interrupted = False
            self.post_message(Notice("Reading goes on."))

    @on(Grid.JumpNeeded)
    def jump(self, event: Grid.JumpNeeded) -> None:
        """Go to the first or the last row of the view."""
        event.stop()
        self.blink.begin()
        self._jump(event.to_end)

    @work(group="view", exclusive=True, description="jumping")
    async def _jump(self, to_end: bool) -> None:
        loader = self.loader
        if loader is None:
            return
        with self.activity.doing("view", "reading the last rows" if to_end else "reading the first rows"):
            self.workers.cancel_group(self, "more")
            await (loader.to_end() if to_end else loader.to_start())
            shown = self._rows()
            self.grid.set_rows(shown, row=len(shown.rows) - 1 if to_end else 0)
            self.blink.end()
            self.post_message(self.Shown(is_new=False))
            self.count()

    @on(Grid.Highlighted)
    def tell(self, event: Grid.Highlighted) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(self.Highlighted())

    @on(Grid.HeaderClicked)
    def sort_clicked(self, event: Grid.HeaderClicked) -> None:
        """Sort by the column that was clicked."""
        event.stop()
        self.grid.move_to(self.grid.row_index, event.column)
        self.action_sort()

    @on(Activity.Changed)
    @on(Activity.Ticked)
    def show_loading(self) -> None:
        """Show a sign while rows are on their way."""
        self.grid.is_loading_rows = self.activity.are_rows_awaited

    # Keys

    def action_columns(self) -> None:
        """Ask for a column to go to, and for how columns are to be shown."""
        from tui.screens.column_chooser import ColumnChooser

        if self.loader is not None and self.column is not None:
            table = self.loader.view.table
            chooser = ColumnChooser(table, self.grid.arrangement, self.column.name)
            ask_then(self, chooser, lambda chosen: self._arrange(table, chosen))

    def _arrange(self, table: Table, chosen: "ChosenColumns") -> None:
        shown = self.table
        if shown is not None and shown.name == table.name and chosen.column in shown.positions:
            self.grid.arrange_columns(chosen.arrangement)
            self.grid.move_to(self.grid.row_index, shown.positions[chosen.column])
            self.post_message(Grid.Arranged(self.grid))

    def action_sort(self) -> None:
        """Sort by the highlighted column."""
        if self.loader is not None and self.column is not None:
            loader = RowsLoader(self.loader.database, self.loader.view.toggle_sort(self.column.name))
            loader.total = self.loader.total
            self.blink.begin()
            self.open(loader, column=self.grid.column_index)

    def action_reload(self) -> None:
        """Read the rows anew, and what tables and columns there are."""
        self.reload(has_new_schema=True)

    def action_mark(self) -> None:
        """Mark or unmark the row, and go to the next."""
        if self.key is not None:
            others = {key: row for key, row in self.marks.rows.items() if key != self.key}
            marked = others if self.key in self.marks.rows else {**others, self.key: self.row}
            self.marks = replace(self.marks, rows=marked, is_all=False)
            self.redraw()
            self.grid.action_step(1)
