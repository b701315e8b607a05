"""The rows of a view with the keys that change them."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste

from tui.db.changes import ChangeSet, Delete, Insert, RowKey
from tui.db.database import Database
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import Value
from tui.db.view import View
from tui.screens.edit_cell import edit_cell
from tui.screens.rows_pane import RowsPane
from tui.screens.staging import (
    NotPossibleError,
    is_whole,
    require_editable,
    require_writable,
    stage_copy,
    stage_deletion,
    stage_new,
    staged_value,
    whole_at,
    whole_row,
    why_read_only,
)
from tui.widgets.status import Notice

WRITING = ("edit", "add", "duplicate", "delete")
"""The actions that need a table whose rows can be changed."""


WHOLE = 2.0
"""Seconds that keys wait at most for the value that is to be edited: what is typed is meant for it."""


class Editing(Vertical):
    """Stages what the user does to the rows; nothing is written before it is reviewed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,f2", "edit", "edit", tooltip="Edit the highlighted cell", id="rows.edit"),
        Binding("a,insert", "add", "add", tooltip="Add a row behind this one", id="rows.add"),
        Binding(
            "D", "duplicate", "duplicate", show=False, tooltip="Add a copy of this row", id="rows.duplicate"
        ),
        Binding(
            "d,delete",
            "delete",
            "del",
            tooltip="Stage the deletion of the row, or of the marked rows",
            id="rows.delete",
        ),
        Binding("y", "copy", "copy", show=False, tooltip="Copy the cell, in full", id="rows.copy"),
        Binding(
            "Y", "copy_row", "copy row", show=False, tooltip="Copy the row, with tabs", id="rows.copy-row"
        ),
    ]

    def __init__(self, database: Database, changes: ChangeSet) -> None:
        super().__init__()
        self.database = database
        self.changes = changes
        self.pane = RowsPane(changes)

    def compose(self) -> ComposeResult:
        """Just the rows."""
        yield self.pane

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that can't change anything here."""
        if action not in WRITING:
            return True
        can_write = (
            not self.database.is_read_only and self.pane.table is not None and self.pane.table.identity.exists
        )
        return True if can_write else None

    @property
    def why_not(self) -> Mapping[str, str]:
        """Why nothing can be written here."""
        reason = self.pane.table and why_read_only(self.database, self.pane.table)
        return dict.fromkeys(WRITING, reason) if reason else {}

    def _target(self) -> tuple[Table, RowKey, Column]:
        """The highlighted cell, if its row can be changed; raises NotPossibleError."""
        pane = self.pane
        if pane.activity.is_turning or pane.activity.is_doing("whole"):
            raise NotPossibleError("Something is being read: wait for it, or esc stops.")
        if self.pane.table is None or pane.key is None or pane.column is None:
            raise NotPossibleError("There is no row here: a adds one.")
        require_writable(self.database, self.pane.table)
        return self.pane.table, pane.key, pane.column

    def action_edit(self) -> None:
        """Edit the highlighted cell; the new value is staged."""
        self._edit("")

    def on_paste(self, event: Paste) -> None:
        """Put what is pasted into the highlighted cell's editor, to be looked at and kept."""
        event.stop()
        self._edit(event.text)

    def _edit(self, pasted: str) -> None:
        with self.pane.activity.doing("edit", "editing"):
            table, key, column = self._target()
            require_editable(self.changes, table, key, column)
            row = self.pane.row
            if row is None or is_whole(row):
                cell = (table, row or key, column)
                self._stage(edit_cell(self, self.database, self.changes, cell, pasted=pasted))
            else:
                self.pane.blink.begin(WHOLE)
                self._edit_whole(table, row, column, pasted)

    @work(group="whole", exclusive=True, description="reading a value")
    async def _edit_whole(self, table: Table, row: Row, column: Column, pasted: str) -> None:
        """Read the row's values in full, then edit one."""
        place = self._place
        with self.pane.activity.doing("whole", "reading the value"):
            whole = await whole_row(self.database, table, row)
            if self._place != place or not self.screen.is_active:
                raise NotPossibleError("You went on before the value was there: e reads it again.")
            cell = (table, whole, column)
            self._stage(edit_cell(self, self.database, self.changes, cell, pasted=pasted))
            self.pane.blink.end()
            return
        self.pane.blink.end(is_in_vain=True)

    @property
    def _place(self) -> tuple[object, ...]:
        """What tells whether the user is still where something was begun."""
        table = self.pane.table
        return table and table.name, self.pane.key, self.pane.grid.column_index

    @work(group="prompt", exclusive=True, description="editing")
    async def _stage(self, answer: Awaitable[None]) -> None:
        await answer

    def action_add(self) -> None:
        """Stage a new row behind the highlighted one."""
        with self.pane.activity.doing("edit", "adding a row"):
            if self.pane.loader is not None:
                require_writable(self.database, self.pane.loader.view.table)
                self._go_to(stage_new(self.changes, self.pane.loader.view, self.pane.key))

    def action_duplicate(self) -> None:
        """Stage a copy of the highlighted row."""
        with self.pane.activity.doing("edit", "copying the row"):
            _, key, _ = self._target()
            if self.pane.row is None or self.pane.loader is None:
                raise NotPossibleError("Only rows that are saved can be duplicated.")
            self._duplicate(self.pane.loader.view, self.pane.row, key)

    @work(group="whole", exclusive=True, description="reading a row")
    async def _duplicate(self, view: View, row: Row, key: RowKey) -> None:
        with self.pane.activity.doing("whole", "reading the row"):
            whole = await whole_row(self.database, view.table, row)
            self._go_to(stage_copy(self.changes, view, whole, key))

    def _go_to(self, insert: Insert) -> None:
        """Put the highlight on a new row, in the first column that needs a value."""
        keys = [row.key for row in self.pane.grid.rows.rows]
        needed = (
            index
            for index, column in enumerate(insert.table.columns)
            if column.locked is None and column.default is None and column.name not in insert.values
        )
        if insert.row in keys:
            self.pane.grid.move_to(keys.index(insert.row), next(needed, 0))
        self.post_message(Notice("A new row is staged: e fills in its cells, w reviews and saves."))

    def action_delete(self) -> None:
        """Stage the deletion of the marked rows, else of the highlighted one, as they were seen."""
        with self.pane.activity.doing("edit", "deleting"):
            table, key, _ = self._target()
            if self.pane.marks.is_all:
                raise NotPossibleError("All rows that match are marked: b deletes them, * marks none.")
            doomed = self.pane.marks.rows or {key: self.pane.row}
            self.pane.marks = replace(self.pane.marks, rows={})
            stage_deletion(self.changes, table, doomed)
            which = "The row is" if len(doomed) == 1 else f"{len(doomed)} rows are"
            self.post_message(Notice(f"{which} staged for deletion: u undoes, w reviews and saves."))
            self._tell_impact(f"{which} staged for deletion", table, list(doomed))

    @work(group="impact", exclusive=True, description="counting what goes with a row")
    async def _tell_impact(self, staged: str, table: Table, keys: Sequence[RowKey]) -> None:
        """Say what else a deletion does, once that is counted."""
        from tui.db.impact import impact_of
        from tui.widgets.impact_text import impact_sentence

        own = (self.changes.get(table.name, key) for key in keys)
        deletes = [change for change in own if isinstance(change, Delete)]
        with self.pane.activity.doing("impact", "counting what goes with it"):
            impact = await impact_of(self.database, deletes, self.changes)
            what_else = impact_sentence(impact)
            if what_else and all(self.changes.get(*change.key) is change for change in deletes):
                notice = f"{staged}{what_else}. u undoes, w reviews and saves."
                self.post_message(Notice(notice, is_error=bool(impact.blocks)))

    @work(group="copy", exclusive=True)
    async def action_copy(self) -> None:
        """Copy the highlighted cell, in full."""
        from tui.widgets.fields import copied

        with self.pane.activity.doing("copy", "reading the value"):
            column, index = self.pane.column, self.pane.grid.column_index
            values = await self._whole_values()
            if column is not None and values:
                self.app.copy_to_clipboard(copied(values[index]))
                self.post_message(Notice(f"Copied {column.name}."))

    @work(group="copy", exclusive=True)
    async def action_copy_row(self) -> None:
        """Copy the row's values with tabs between them."""
        from tui.widgets.fields import copied

        with self.pane.activity.doing("copy", "reading the row"):
            values = await self._whole_values()
            if values:
                self.app.copy_to_clipboard("\t".join(map(copied, values)))
                self.post_message(Notice("Copied the row, with tabs between its values."))

    async def _whole_values(self) -> list[Value]:
        loader, key, row = self.pane.loader, self.pane.key, self.pane.row
        if loader is None or key is None:
            return []
        table = loader.view.table
        if row is not None:
            is_named = table.identity.exists
            whole = (
                whole_row(self.database, table, row)
                if is_named
                else whole_at(self.database, loader.view, row, key)
            )
            row = await whole
        return [staged_value(self.changes, table, key, column, row) for column in table.columns]
