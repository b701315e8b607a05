"""Rows, their related rows, and the way from one view to the next and back."""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.worker import WorkerCancelled

from tui.db.change_json import Json, table_name
from tui.db.changes import ChangeSet
from tui.db.condition import ConditionError
from tui.db.database import Database
from tui.db.errors import QueryError
from tui.db.options import Start
from tui.db.page import Row, RowId
from tui.db.related import load_related, related_view
from tui.db.rows import get_in, require_condition
from tui.db.schema import Relation, Table, TableName
from tui.db.shelf import Shelf
from tui.db.start import view_of
from tui.db.view import View
from tui.db.view_json import decode_view
from tui.screens.arranging import Arranging
from tui.screens.asking import ask, ask_then
from tui.screens.bulk import Bulk
from tui.screens.editing import Editing
from tui.screens.filtering import Filtering
from tui.screens.finding import Finding
from tui.screens.history import History, Step
from tui.screens.labeller import Labeller
from tui.screens.loader import RowsLoader
from tui.screens.place import Place
from tui.screens.position import position_text
from tui.screens.related_pane import CHUNK, RelatedPane
from tui.screens.rows_pane import RowsPane
from tui.screens.staging import NOT_REDONE, NOT_UNDONE, NotPossibleError
from tui.widgets.grid import Grid
from tui.widgets.status import Notice

if TYPE_CHECKING:
    from tui.screens.everywhere import Everywhere, Goal, Searched
    from tui.screens.record import Neighbour, Opened


class Workbench(Vertical):
    """The rows of a view above the related rows of the highlighted one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "o",
            "follow",
            "go to",
            show=False,
            tooltip="Open the row that this foreign key points to",
            id="rows.follow",
        ),
        Binding(
            "backspace,H,alt+left",
            "back",
            "back",
            show=False,
            tooltip="Go back to where you came from",
            id="rows.back",
        ),
        Binding(
            "L,alt+right",
            "on",
            "forward",
            show=False,
            tooltip="Go forward to where you went back from",
            id="rows.on",
        ),
        Binding(
            "B", "bookmarks", "bookmarks", show=False, tooltip="Views that have a name", id="rows.bookmarks"
        ),
        Binding(
            "E",
            "everywhere",
            "search all",
            show=False,
            tooltip="Search all tables for a value",
            id="rows.everywhere",
        ),
        Binding("u", "undo", "undo", tooltip="Undo the last staged step", id="rows.undo"),
        Binding("ctrl+r", "redo", "redo", show=False, tooltip="Redo a staged step", id="rows.redo"),
    ]

    why_not: ClassVar[Mapping[str, str]] = {
        "undo": NOT_UNDONE,
        "redo": NOT_REDONE,
        "follow": "This column is no foreign key (→): there is nothing to go to.",
        "back": "You have come from nowhere: t leads to the other tables.",
        "on": "You have not gone back from anywhere.",
    }
    """What is said of keys that are dimmed."""

    def __init__(self, database: Database, changes: ChangeSet, shelf: Shelf) -> None:
        super().__init__()
        self.database = database
        self.changes = changes
        self._shelf = shelf
        self._filtering = Filtering(database, Finding(Bulk(Editing(database, changes))))
        self.pane = self._filtering.pane
        self.related = RelatedPane(database, changes)
        self.labeller = Labeller(database, self.pane)
        self._arranging = Arranging(shelf)
        self.pane.arranged = self._arranging.of
        self.history = History(self._slim)
        self._leaving: tuple[RowsLoader, Step] | None = None
        """What is being opened, and where from: a step only once it is shown."""
        self._saves = 0
        self._searched: Searched | None = None
        """The last search of all tables, to come back to."""

    def compose(self) -> ComposeResult:
        """Rows above, related rows below."""
        yield self._filtering
        yield from (self.related, self.labeller, self._arranging)

    @property
    def points_somewhere(self) -> bool:
        """Whether the highlighted column is a foreign key."""
        column = self.pane.column
        return bool(self.pane.table and column and self.pane.table.relation_from(column.name))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do nothing now."""
        possible = {
            "undo": self.changes.can_undo,
            "redo": self.changes.can_redo,
            "follow": self.points_somewhere,
            "back": self.history.can_go_back,
            "on": self.history.can_go_on,
        }
        return True if possible.get(action, True) else None

    # Opening

    def open_table(self, name: TableName) -> None:
        """Open a table at its first row."""
        self.pane.blink.begin()
        self._open_table(name)

    @work(group="open", exclusive=True, description="opening a table")
    async def _open_table(self, name: TableName, start: Start | None = None) -> None:
        with self.pane.activity.doing("open", f"reading {name.label}"):
            await self._arranging.read()
            table = await self.database.table(name)
            view = View(table)
            try:
                view = await view_of(self.database, table, start) if start else view
            except (ConditionError, QueryError) as error:
                self.post_message(Notice(str(error), is_error=True))
            self._open(view)

    def start(self, name: TableName, start: Start) -> None:
        """Open a table as it was wished for; what means nothing is said, and left away."""
        self.pane.blink.begin()
        self._open_table(name, start)

    def _open(self, view: View, at: Row | None = None, *, column: int = 0) -> None:
        """Open a view; once it is shown, the user came from here."""
        here, loader = self._here, RowsLoader(self.database, view)
        self._leaving = (loader, here) if here is not None else None
        self.screen.set_focus(self.pane.grid)
        self.pane.open(loader, at=at, column=column)

    @on(Filtering.Wanted)
    def open_filtered(self, event: Filtering.Wanted) -> None:
        """Show the table with other filters, at the same row where that is let through."""
        self.pane.blink.begin()
        row = self.pane.row if event.view.table.identity.exists else None
        self._open(event.view, row, column=self.pane.grid.column_index)

    def action_follow(self) -> None:
        """Open the row that the highlighted foreign key points to."""
        table, column, row = self.pane.table, self.pane.column, self.pane.row
        relation = table.relation_from(column.name) if table and column else None
        if table is not None and relation is not None and row is not None:
            self.pane.blink.begin()
            self._follow(table, relation, row)

    @work(group="open", exclusive=True, description="following a key")
    async def _follow(self, table: Table, relation: Relation, row: Row) -> None:
        with self.pane.activity.doing("open", f"reading {relation.target.label}"):
            found = await load_related(self.database, table, relation, [row])
            parents = next(iter(found.values())).rows if found else ()
            if not parents:
                raise NotPossibleError(f"It points to no row of {relation.target.label}.")
            self._open(View(await self.database.table(relation.target)), parents[0])

    @on(RelatedPane.Opened)
    def open_related(self, event: RelatedPane.Opened) -> None:
        """Open the table of the related rows, at the one that was chosen."""
        self.pane.blink.begin()
        self._open_related(event.table, event.relation, event.row, event.related)

    @work(group="open", exclusive=True, description="opening related rows")
    async def _open_related(self, table: Table, relation: Relation, row: Row | None, related: Row) -> None:
        with self.pane.activity.doing("open", f"reading {relation.target.label}"):
            target = await self.database.table(relation.target)
            view = View(target) if row is None else related_view(target, table, relation, row)
            self._open(view, related)

    @on(Grid.Opened)
    def open_record(self, event: Grid.Opened) -> None:
        """Open the highlighted row as a record; what is opened from there is opened here."""
        from tui.screens.record import Record

        loader, shown = self.pane.loader, self._neighbour()
        if loader is not None and shown is not None:
            turn = partial(self._turn, loader.view.table)
            record = Record(self.database, self.changes, loader.view, shown, turn)
            self._open_from(loader.view.table, ask(self, record))

    def _neighbour(self) -> "Neighbour | None":
        """The highlighted row, as a record shows it."""
        from tui.screens.record import Neighbour

        loader, key = self.pane.loader, self.pane.key
        if loader is None or key is None:
            return None
        return Neighbour(key, self.pane.row, position_text(loader, key))

    def _turn(self, table: Table, by: int) -> "Neighbour | str":
        """Highlight the row of a table so many further down, or say why there is none."""
        grid, before = self.pane.grid, self.pane.key
        if self.pane.table != table:
            return "Another table was opened below meanwhile: esc leads there."
        grid.move_to(grid.row_index + by)
        shown = self._neighbour()
        if shown is not None and shown.key != before:
            return shown
        grid.settle()
        is_end = grid.rows.at_end if by > 0 else grid.rows.at_start
        which = "last" if by > 0 else "first"
        return f"This is the {which} row." if is_end else "More rows are being read: press it again."

    @work(group="record", exclusive=True, description="showing the record")
    async def _open_from(self, table: Table, answer: "Awaitable[Opened | None]") -> None:
        opened = await answer
        if opened is not None:
            self._open_related(table, opened.relation, opened.origin, opened.row)

    # Going back

    def action_back(self) -> None:
        """Go back to where the user came from, as it was left."""
        self._turn_to(self.history.back(self._here))

    def action_on(self) -> None:
        """Go forward to where the user went back from, as it was left."""
        self._turn_to(self.history.on(self._here))

    @property
    def _here(self) -> Step | None:
        """Where the user is."""
        place = self.pane.place
        return None if place is None else Step(place, self._saves)

    def _turn_to(self, step: Step | None) -> None:
        """Show a place as it was left."""
        if step is not None:
            self._leaving = None
            self.workers.cancel_group(self, "open")
            self.pane.workers.cancel_group(self.pane, "view")
            self.pane.show(step.place)
            self.screen.set_focus(self.pane.grid)
            if step.saves != self._saves:
                self.pane.reload()

    def _slim(self, place: Place) -> None:
        """Keep of a place that is left the rows around it; a new row stands behind another one."""
        place.loader.trim(self.changes.stored_row(place.loader.view.table.name, place.key))

    def stop(self) -> bool:
        """Stop what is being read, or is about to be; False where nothing is."""
        was_about_to = self.pane.blink.is_on
        self.pane.blink.end()
        self.workers.cancel_group(self, "open")
        self.pane.workers.cancel_group(self.pane, "view")
        are_related_stopped = self.related.stop()
        return self.pane.activity.stop() or are_related_stopped or was_about_to

    def action_bookmarks(self) -> None:
        """Show the views that have a name, and open one."""
        from tui.screens.bookmarks import Bookmarks

        view = self.pane.loader.view if self.pane.loader is not None else None
        ask_then(self, Bookmarks(self._shelf, view), self._open_bookmark)

    @work(group="open", exclusive=True, description="opening a bookmark")
    async def _open_bookmark(self, encoded: Json) -> None:
        with self.pane.activity.doing("open", "reading the bookmark"):
            try:
                name = table_name(encoded)
                entry = self.database.catalog.find(name)
                view = decode_view(encoded, await self.database.table(entry.name if entry else name))
            except (KeyError, TypeError, ValueError) as error:
                raise NotPossibleError("This bookmark is damaged: remove it with x.") from error
            if view.condition:
                await require_condition(self.database, view)
            self._open(view)

    def action_everywhere(self) -> None:
        """Search all tables for a value, and open a row that holds it."""
        from tui.screens.everywhere import Everywhere

        screen = Everywhere(self.database, self._searched)
        self._open_goal(screen, ask(self, screen))

    @work(group="prompt", exclusive=True, description="asking what to search for")
    async def _open_goal(self, screen: "Everywhere", answer: "Awaitable[Goal | None]") -> None:
        goal = await answer
        self._searched = screen.searched
        if goal is not None:
            self.pane.blink.begin()
            if goal.view is None:
                self._open_table(goal.name)
            else:
                self._open_hit(goal, goal.view)

    @work(group="open", exclusive=True, description="opening a hit")
    async def _open_hit(self, goal: "Goal", found: View) -> None:
        with self.pane.activity.doing("open", f"reading {goal.name.label}"):
            await self._arranging.read()
            view, row = found.of(await self.database.table(goal.name)), goal.row
            if row is not None:
                has_same_key = view.table.identity == found.table.identity
                row = await get_in(self.database, view, row.identity) if has_same_key else None
                if row is None:
                    raise NotPossibleError("This row is gone by now: E, then F5 searches again.")
            self._open(view, row, column=view.table.positions.get(goal.column or "", 0))

    # What is staged

    def action_undo(self) -> None:
        """Undo the last staged step."""
        self.changes.undo()

    def action_redo(self) -> None:
        """Do an undone step again."""
        self.changes.redo()

    async def show_saved(self, identity: RowId | None) -> None:
        """Read everything anew after a save; `identity` is how the highlighted row is called now."""
        self._saves += 1
        if self.pane.loader is not None:
            self.pane.loader.total = None
        with suppress(WorkerCancelled):
            await self.pane.reload(identity).wait()

    @on(Grid.Arranged)
    def keep_columns(self, event: Grid.Arranged) -> None:
        """Remember how the columns are shown."""
        if event.grid is self.pane.grid and self.pane.table is not None:
            self._arranging.keep(self.pane.table.name, self.pane.grid.arrangement)

    # Related rows

    @on(RowsPane.Shown)
    def show_relations(self, event: RowsPane.Shown) -> None:
        """Load the related rows of what is shown now."""
        if self._leaving is not None and self.pane.loader is self._leaving[0]:
            self.history.left(self._leaving[1])
            self._leaving = None
        if event.is_new and self.pane.table is not None:
            self.related.show_table(self.pane.table)
            self.labeller.forget()
        self.labeller.load()
        self.show_related()

    @on(RowsPane.Highlighted)
    def show_related(self) -> None:
        """Show the related rows of the highlighted row; those of the rows around it are loaded with them."""
        if self.related.table is not self.pane.table:
            return  # told by the table that was shown before: RowsPane.Shown is on its way
        row, buffer = self.pane.row, self.pane.loader.buffer.rows if self.pane.loader else []
        at = next((index for index, other in enumerate(buffer) if other is row), 0)
        start = max(0, at - CHUNK // 4)
        self.related.show_row(row, buffer[start : start + CHUNK])
