"""One row as a record: every field in full, the rows related to it, all of it editable."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.message import Message

from tui.db import rows
from tui.db.changes import Change, ChangeSet, Delete, NewRow, RowKey, written
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.labels import label_of, parents_of, pointers
from tui.db.page import Row, RowId
from tui.db.related import NONE, load_related
from tui.db.schema import Relation, Table
from tui.db.values import Cut, still_holds
from tui.db.view import View
from tui.screens.activity import Activity
from tui.screens.edit_cell import edit_cell
from tui.screens.related_pane import RelatedPane
from tui.screens.staging import (
    NOT_REDONE,
    NOT_UNDONE,
    NotPossibleError,
    is_whole,
    require_writable,
    stage_deletion,
    whole_at,
    why_read_only,
)
from tui.widgets.cells import label
from tui.widgets.fields import FieldList, copied, fields_of
from tui.widgets.row_names import row_name
from tui.widgets.status import Notice


@dataclass(frozen=True, slots=True)
class Parent:
    """The row that a foreign key points to."""

    relation: Relation
    row: Row
    text: str
    """What it is called."""


class RecordPane(Vertical):
    """The fields of one row above its related rows; a field that is edited is staged, as in the grid."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,f2", "edit", "edit", tooltip="Edit the highlighted field", id="record.edit"),
        Binding(
            "d,delete", "delete", "delete", tooltip="Stage the row's deletion, or not", id="record.delete"
        ),
        Binding("o", "follow", "go to", tooltip="Open the row that this points to", id="record.follow"),
        Binding("y", "copy", "copy", tooltip="Copy the highlighted field, in full", id="record.copy"),
        Binding("u", "undo", "undo", tooltip="Undo the last staged step", id="record.undo"),
        Binding("ctrl+r", "redo", "redo", show=False, tooltip="Redo a staged step", id="record.redo"),
    ]

    @dataclass
    class Opened(Message):
        """A row that this one points to is to be opened."""

        relation: Relation
        row: Row

    def __init__(self, database: Database, changes: ChangeSet, view: View) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._view = view
        self._table = view.table
        self._key: RowKey = ()
        self._row: Row | None = None
        reason = why_read_only(database, view.table) or "Choose a field first: tab leads to the fields."
        self.why_not = {
            **dict.fromkeys(("edit", "delete"), reason),
            "follow": "This field leads to no other row.",
            "undo": NOT_UNDONE,
            "redo": NOT_REDONE,
        }
        """What is said of keys that are dimmed."""
        self._parents: dict[str, Parent] = {}
        self.activity = Activity(self)
        self.field_list = FieldList()
        self.related_pane = RelatedPane(database, changes)

    def compose(self) -> ComposeResult:
        """Fields, related rows."""
        yield self.field_list
        yield self.related_pane

    def on_mount(self) -> None:
        """Get ready to show rows of the table."""
        self.related_pane.show_table(self._table)

    def show(self, key: RowKey, row: Row | None) -> None:
        """Show what is known of a row, then read it in full."""
        self.workers.cancel_group(self, "parents")
        self._key, self._row, self._parents = key, row, {}
        self.field_list.border_title = label(f"{self._table.name.label} · {row_name(self._table, key)}")
        self.related_pane.display = not isinstance(key, NewRow)
        if row is not None:
            self.related_pane.show_row(row, [row])
        self._draw()
        self._load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what can't be done to this row or to this field."""
        field = self.field_list.field if self.is_mounted and self.field_list.has_focus else None
        if action in ("edit", "delete"):
            is_gone = isinstance(self._key, NewRow) and self._changes.get(self._table.name, self._key) is None
            can_write = self._table.identity.exists and not self._database.is_read_only and not is_gone
            return True if field is not None and can_write else None
        if action in ("follow", "copy"):
            is_there = field is not None and (action == "copy" or field.column.name in self._parents)
            return True if is_there else None
        if action in ("undo", "redo"):
            return (self._changes.can_undo if action == "undo" else self._changes.can_redo) or None
        return True

    @on(FieldList.Highlighted)
    def _show_keys(self) -> None:
        self.refresh_bindings()

    @work(group="record", exclusive=True)
    async def _load(self) -> None:
        """Read the whole row; the screen may be left in the meantime, or another row be shown."""
        with self.activity.doing("record", "reading the row"):
            if isinstance(self._key, tuple):
                self._row = await _whole(self._database, self._view, self._key, self._row)
        if self.is_attached:
            if self._row is not None:
                self.related_pane.show_row(self._row, [self._row])
            self._draw()
            self._find_parents()

    @work(group="parents", exclusive=True)
    async def _find_parents(self) -> None:
        """Read the rows that the row points to, as it is staged."""
        with self.activity.doing("parents", "reading the row"):
            held = _held(self._table, self._row, self._changes.get(self._table.name, self._key))
            self._parents = await _parents(self._database, self._table, held)
        if self.is_attached:
            self._draw()

    def _draw(self) -> None:
        change = self._changes.get(self._table.name, self._key)
        parents = {name: parent.text for name, parent in self._parents.items()}
        fields = fields_of(self._table, self._row, change, parents)
        self.field_list.show(fields, is_struck=isinstance(change, Delete))
        self.field_list.border_subtitle = label(_outlook(self._database, self._table, self._key, change))
        self.refresh_bindings()

    @on(FieldList.Chosen)
    def action_edit(self) -> None:
        """Edit the highlighted field; the new value is staged."""
        self._edit("")

    def on_paste(self, event: Paste) -> None:
        """Put what is pasted into the highlighted field's editor, to be looked at and kept."""
        event.stop()
        if self.field_list.has_focus:
            self._edit(event.text)

    def _edit(self, pasted: str) -> None:
        field, row = self.field_list.field, self._row
        if field is None:
            return
        try:
            require_writable(self._database, self._table)
            if row is None and self._changes.get(self._table.name, self._key) is None:
                raise NotPossibleError("This row is no longer staged: ^r stages it again.")
            if row is not None and not is_whole(row):
                raise NotPossibleError("The row is still being read: try again in a moment.")
            cell = (self._table, row or self._key, field.column)
            self._stage(edit_cell(self, self._database, self._changes, cell, pasted=pasted))
        except TuiError as error:
            self.post_message(Notice(str(error), is_error=True))

    @work(group="prompt", exclusive=True, description="editing")
    async def _stage(self, answer: Awaitable[None]) -> None:
        await answer
        self._show_staged()

    def _show_staged(self) -> None:
        """Show the row as it is staged now."""
        self._draw()
        self._find_parents()

    def action_delete(self) -> None:
        """Stage the row's deletion; a new row is forgotten."""
        if not isinstance(self._changes.get(self._table.name, self._key), Delete):
            stage_deletion(self._changes, self._table, {self._key: self._row})
        self._draw()

    def action_follow(self) -> None:
        """Open the row that the highlighted field points to."""
        field = self.field_list.field
        if field is not None and field.column.name in self._parents:
            parent = self._parents[field.column.name]
            self.post_message(self.Opened(parent.relation, parent.row))

    def action_copy(self) -> None:
        """Copy the highlighted field, in full."""
        field = self.field_list.field
        if field is not None:
            self.app.copy_to_clipboard(copied(field.value))
            part = "the beginning of " if isinstance(field.value, Cut) else ""
            self.post_message(Notice(f"Copied {part}{field.column.name}."))

    def action_undo(self) -> None:
        """Undo the last staged step."""
        self._changes.undo()
        self._show_staged()

    def action_redo(self) -> None:
        """Redo a staged step."""
        self._changes.redo()
        self._show_staged()


async def _whole(database: Database, view: View, key: RowId, row: Row | None) -> Row | None:
    """The row in full. Raises NotPossibleError where it isn't there, or not what was shown."""
    if not view.table.identity.exists:
        return None if row is None else await whole_at(database, view, row, key)
    whole = await rows.get(database, view.table, key)
    if whole is None:
        raise NotPossibleError("Somebody else deleted this row.")
    seen = row.values if row is not None else whole.values
    if view.table.identity.address and not all(map(still_holds, seen, whole.values)):
        raise NotPossibleError("Somebody else changed this row: go back and read the rows anew.")
    return whole


def _held(table: Table, row: Row | None, change: Change | None) -> Row:
    """What a row will hold; nothing is known of what the database gives a new one."""
    new = {} if change is None else written(change)
    stored = row.values if row is not None else (None,) * len(table.columns)
    values = zip(table.positions, stored, strict=True)
    return Row((), tuple(new.get(name, value) for name, value in values))


async def _parents(database: Database, table: Table, row: Row) -> dict[str, Parent]:
    """The rows that a row points to, by the columns that point to them."""
    parents: dict[str, Parent] = {}
    for relation in parents_of(table):
        for key in pointers(table, [row], relation):
            found = (await load_related(database, table, relation, [row])).get(key, NONE)
            target = await database.table(relation.target)
            named = (Parent(relation, parent, label_of(target, parent)) for parent in found.rows)
            parents |= {name: parent for parent in named for name in relation.key.columns}
    return parents


def _outlook(database: Database, table: Table, key: RowKey, change: Change | None) -> str:
    """What will become of a row, or why nothing can."""
    if isinstance(key, NewRow):
        return "new, staged" if change is not None else "no longer staged"
    if isinstance(change, Delete):
        return "staged for deletion"
    return why_read_only(database, table) or ("changes staged" if change is not None else "")
