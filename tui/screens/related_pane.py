"""The related rows of the highlighted row, loaded for the whole page before they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker

from tui.db.changes import ChangeSet
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.page import Row
from tui.db.related import NONE, NearKey, RelatedRows, load_related, near_key, related_view
from tui.db.schema import Direction, Relation, Table
from tui.db.view import View
from tui.screens.labeller import LabelBook
from tui.widgets.grid import Grid, Rows, RowState
from tui.widgets.relation_tabs import RelationTabs
from tui.widgets.staged_rows import grid_columns, grid_rows, with_labels

PAUSE = 0.02
"""Seconds of rest before the related rows of a highlighted row are drawn: a held-down key is not slowed."""

MOST = 2000
"""Rows whose related rows are kept for each relation; of more, only those around the highlight."""

CHUNK = 100
"""Rows whose related rows are loaded at once."""

ALONE = "no foreign key leads from here or to here"
"""What stands in place of the tabs of a table without relations."""

STOPPED = "stopped"
"""What stands in place of related rows that the user did not want to wait for."""


class RelatedPane(Vertical):
    """Tabs of relations, and the first related rows of the highlighted row."""

    DEFAULT_CSS: ClassVar[str] = """
    RelatedPane {
        height: 12; border: round $surface-lighten-2; border-title-color: $text-muted;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        &.-none { height: 3; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left_square_bracket",
            "turn(-1)",
            "previous relation",
            show=False,
            tooltip="Show the previous relation",
            id="related.previous",
        ),
        Binding(
            "right_square_bracket",
            "turn(1)",
            "next relation",
            key_display="]",
            tooltip="Show the next relation",
            id="related.next",
        ),
    ]

    @dataclass
    class Opened(Message):
        """A related row was opened."""

        table: Table
        relation: Relation
        row: Row
        """The row of the table that it is related to."""
        related: Row

    def __init__(self, database: Database, changes: ChangeSet, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.database = database
        self.changes = changes
        self.border_title = "related"
        self.tabs = RelationTabs()
        self.grid = Grid(id="related")
        self.grid.empty_text = ""
        self._table: Table | None = None
        self._row: Row | None = None
        self._wanted: Sequence[Row] = ()
        self._loaded: dict[Relation, Mapping[NearKey, RelatedRows]] = {}
        self._failures: dict[Relation, str] = {}
        self._targets: dict[Relation, Table] = {}
        self._active = 0
        self._drawn: tuple[object, ...] = ()
        self._columns_of: Relation | None = None
        """Whose columns the grid has."""
        self._timer: Timer | None = None
        self._loading: Worker[None] | None = None
        self._labels = LabelBook(database)
        self._naming: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The tabs above the rows."""
        yield self.tabs
        yield self.grid

    @property
    def table(self) -> Table | None:
        """The table whose related rows are shown."""
        return self._table

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations of the table, one for each tab."""
        return self._table.relations if self._table else ()

    @property
    def relation(self) -> Relation | None:
        """The relation of the active tab."""
        return self.relations[self._active] if self._active < len(self.relations) else None

    def show_table(self, table: Table) -> None:
        """Show another table's relations, or load those of the same table anew."""
        if self._table is None or self._table.name != table.name:
            self._active = 0
        self.workers.cancel_group(self, "related")
        self.workers.cancel_group(self, "labels")
        self._loading = self._naming = self._columns_of = None
        self._labels.forget()
        self._table, self._row, self._wanted = table, None, ()
        self._loaded, self._failures, self._targets = {}, {}, {}
        self.set_class(not table.relations, "-none")
        self._draw()

    def show_row(self, row: Row | None, rows: Sequence[Row]) -> None:
        """Show the related rows of a row; `rows` are those around it, to load them together."""
        self._row = row
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._draw)
        if row is not None and self._missing(row):
            self._wanted = rows
            if self._loading is None or self._loading.is_finished:
                self._loading = self._load()

    @work(group="related")
    async def _load(self) -> None:
        """Load what is wanted: for the rows around the highlight, one statement for each relation."""
        while self._wanted and self._table is not None:
            rows, self._wanted = self._wanted, ()
            active = self._active
            order = [*self.relations[active:], *self.relations[:active]]
            for relation in order:
                await self._load_relation(self._table, relation, rows)

    async def _load_relation(self, table: Table, relation: Relation, rows: Sequence[Row]) -> None:
        wanted = [row for row in rows if self._is_missing(relation, row)]
        try:
            found = await load_related(self.database, table, relation, wanted, background=True)
            self._targets[relation] = await self.database.table(relation.target)
        except TuiError as error:
            self._failures[relation] = str(error)
            self._draw()
            return
        keys = (near_key(table, relation, row) for row in wanted)
        new = {key: found.get(key, NONE) for key in keys if key is not None}
        self._loaded[relation] = {**self._kept(table, relation, rows), **new}
        self._draw()

    def _kept(self, table: Table, relation: Relation, rows: Sequence[Row]) -> Mapping[NearKey, RelatedRows]:
        """What is loaded; of too much only what these rows and the highlighted one are related to."""
        loaded = self._loaded.get(relation, {})
        if len(loaded) <= MOST:
            return loaded
        keys = {near_key(table, relation, row) for row in (*rows, self._row) if row is not None}
        return {key: related for key, related in loaded.items() if key in keys}

    def stop(self) -> bool:
        """Stop what is being loaded; False where nothing is."""
        if self._loading is None or self._loading.is_finished:
            return False
        self._loading.cancel()
        self._loading, self._wanted = None, ()
        row = self._row
        if row is not None:
            missing = (relation for relation in self.relations if self._is_missing(relation, row))
            self._failures |= dict.fromkeys(missing, STOPPED)
        self._draw()
        return True

    def _missing(self, row: Row) -> bool:
        return any(self._is_missing(relation, row) for relation in self.relations)

    def _is_missing(self, relation: Relation, row: Row) -> bool:
        """Whether related rows are still to be loaded; what has failed is left alone until a reload."""
        if self._table is None or relation in self._failures:
            return False
        key = near_key(self._table, relation, row)
        return key is not None and key not in self._loaded.get(relation, {})

    def _related(self, relation: Relation) -> RelatedRows | None:
        """What the highlighted row is related to; None while that is being loaded."""
        if self._table is None or self._row is None:
            return NONE
        key = near_key(self._table, relation, self._row)
        return NONE if key is None else self._loaded.get(relation, {}).get(key)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        alone = [ALONE] if self._table and not self.relations else []
        labels = [self._label(relation) for relation in self.relations]
        self.tabs.show(labels or alone, self._active if labels else -1)
        relation = self.relation
        related = self._related(relation) if relation else NONE
        if relation is None:
            self._draw_grid(None, NONE, "")
        else:
            self._draw_grid(relation, related, "none" if related is not None else self._waiting(relation))

    def _waiting(self, relation: Relation) -> str:
        """What stands in place of related rows that aren't there."""
        failure = self._failures.get(relation)
        return "reading … esc stops" if failure is None else f"{failure} · r reads again"

    def _draw_grid(self, relation: Relation | None, related: RelatedRows | None, empty: str) -> None:
        """Show related rows; while they are not there, none: another row's would be a lie."""
        view = self._view(relation)
        lacks_labels = self._look_up(view, relation, related)
        drawn = (relation, self._row, related, empty, self.changes.revision, lacks_labels)
        if drawn == self._drawn:
            return
        is_same = self._columns_of == relation
        is_same_row = self._drawn[:3] == drawn[:3]
        self._drawn = drawn
        self.grid.is_loading_rows = related is None and relation not in self._failures
        self.grid.empty_text = empty
        shown = Rows() if view is None or related is None else self._rows(view, relation, related)
        if is_same or view is None:
            self.grid.set_rows(shown, row=None if is_same_row else 0)
        else:
            self.grid.turn_to(view.table.name)
            self.grid.show(grid_columns(view), shown)
            self._columns_of = relation

    def _view(self, relation: Relation | None) -> View | None:
        """The view of the highlighted row's related rows; None while the table isn't known."""
        if relation is None or self._table is None or self._row is None or relation not in self._targets:
            return None
        return related_view(self._targets[relation], self._table, relation, self._row)

    def _rows(self, view: View, relation: Relation | None, related: RelatedRows) -> Rows:
        is_children = relation is not None and relation.direction is Direction.CHILDREN
        shown = with_labels(grid_rows(view, related.rows, 0, self.changes), self._labels.known(view.table))
        return Rows([row for row in shown if is_children or row.state is not RowState.INSERTED])

    def _look_up(self, view: View | None, relation: Relation | None, related: RelatedRows | None) -> bool:
        """Whether labels of the shown rows are missing; those of all rows of the relation are looked up."""
        if view is None or relation is None or related is None:
            return False
        lacks = self._labels.lacks(view.table, related.rows)
        if lacks and (self._naming is None or self._naming.is_finished):
            rows = [row for one in self._loaded.get(relation, {}).values() for row in one.rows]
            self._naming = self._find_labels(view.table, rows)
        return lacks

    @work(group="labels", description="reading what the related rows point to")
    async def _find_labels(self, table: Table, rows: Sequence[Row]) -> None:
        await self._labels.look_up(table, rows)
        self.call_later(self._draw)

    def _label(self, relation: Relation) -> str:
        related = self._related(relation)
        is_parent = relation.direction is Direction.PARENT
        name = f"→ {relation.label}" if is_parent else relation.label
        if related is None:
            return f"{name} {'!' if relation in self._failures else '…'}"
        if is_parent:
            return name if related.count else f"{name} none"
        return f"{name} {len(related.rows)} of {related.count_text}" if related.count else f"{name} 0"

    @on(Grid.Opened)
    def open_row(self, event: Grid.Opened) -> None:
        """Tell the screen that a related row was opened."""
        event.stop()
        relation, row = self.relation, self._row
        related = self._related(relation) if relation else None
        if self._table is None or relation is None or row is None or related is None:
            return
        opened = next((r for r in related.rows if r.identity == event.row.key), None)
        if opened is not None:
            self.post_message(self.Opened(self._table, relation, row, opened))

    @on(RelationTabs.Chosen)
    def choose(self, event: RelationTabs.Chosen) -> None:
        """Show the relation that was clicked."""
        self._active = event.index
        self._draw()

    def action_turn(self, by: int) -> None:
        """Show the next or the previous relation."""
        if self.relations:
            self._active = (self._active + by) % len(self.relations)
            self._draw()

    @on(Grid.Highlighted)
    @on(Grid.Needed)
    @on(Grid.JumpNeeded)
    @on(Grid.HeaderClicked)
    @on(Grid.Arranged)
    def ignore(self, event: Message) -> None:
        """Keep the small grid's messages from the screen."""
        event.stop()
