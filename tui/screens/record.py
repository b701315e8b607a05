"""Record: every field of one row in full, its parents, its children, all of it editable."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

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
from tui.widgets.keys_line import KeysLine
from tui.widgets.row_names import row_name
from tui.widgets.status import Notice, StatusLine

HEIGHTS = [(0, "-low"), (32, "-high")]
"""From how many lines on the screen counts as high."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A related row that the user wants to open."""

    relation: Relation
    row: Row


@dataclass(frozen=True, slots=True)
class Parent:
    """The row that a foreign key points to."""

    relation: Relation
    row: Row
    text: str
    """What it is called."""


class Record(Screen[Opened | None]):
    """Every field of one row; a field that is edited is staged, as in the grid."""

    AUTO_FOCUS = "FieldList"
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,f2", "edit", "edit", tooltip="Edit the highlighted field", id="record.edit"),
        Binding(
            "d,delete", "delete", "delete", tooltip="Stage the row's deletion, or not", id="record.delete"
        ),
        Binding("o", "follow", "go to", tooltip="Open the row that this points to", id="record.follow"),
        Binding("y", "copy", "copy", tooltip="Copy the highlighted field, in full", id="record.copy"),
        Binding("u", "undo", "undo", tooltip="Undo the last staged step", id="record.undo"),
        Binding("ctrl+r", "redo", "redo", show=False, tooltip="Redo a staged step", id="record.redo"),
        Binding("escape,backspace", "dismiss", "back", tooltip="Go back to the rows", id="record.back"),
    ]
    DEFAULT_CSS = """
    Record.-low RelatedPane { height: 7; }
    Record.-low RelatedPane.-none { height: 3; }
    """

    def __init__(
        self,
        database: Database,
        table: Table,
        key: RowKey,
        row: Row | None,
        changes: ChangeSet,
        *,
        view: View | None = None,
    ) -> None:
        super().__init__()
        self._database = database
        self._table = table
        self._view = view or View(table)
        self._key = key
        self._row = row
        self._changes = changes
        reason = why_read_only(database, table) or "Choose a field first: tab leads to the fields."
        self.why_not = {
            **dict.fromkeys(("edit", "delete"), reason),
            "follow": "This field leads to no other row.",
            "undo": NOT_UNDONE,
            "redo": NOT_REDONE,
        }
        """What is said of keys that are dimmed."""
        self._parents: dict[str, Parent] = {}
        self.field_list = FieldList()
        self.related_pane = RelatedPane(database, changes)
        self.status = StatusLine()

    def compose(self) -> ComposeResult:
        """Fields, related rows, status, keys."""
        yield self.field_list
        yield self.related_pane
        yield self.status
        yield KeysLine()

    def on_mount(self) -> None:
        """Show what is known of the row, then read it in full."""
        self.field_list.border_title = label(f"{self._table.name.label} · {row_name(self._table, self._key)}")
        self.related_pane.show_table(self._table)
        self.related_pane.display = not isinstance(self._key, NewRow)
        self._draw()
        self._load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what can't be done to this row or to this field."""
        field = self.field_list.field if self.is_mounted and self.field_list.has_focus else None
        if action in ("edit", "delete"):
            can_write = self._table.identity.exists and not self._database.is_read_only
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
        """Read the whole row; the screen may be left in the meantime."""
        failure = ""
        try:
            if isinstance(self._key, tuple):
                self.status.show_activity("reading the row …")
                self._row = await _whole(self._database, self._view, self._key, self._row)
            if self._row is not None and self.related_pane.is_attached:
                self.related_pane.show_row(self._row, [self._row])
                self._draw()
        except TuiError as error:
            failure = str(error)
        if self.status.is_attached:
            if failure:
                self.status.show_notice(Notice(failure, is_error=True))
            self.status.show_activity("")
            self._draw()
            self._find_parents()

    @work(group="parents", exclusive=True)
    async def _find_parents(self) -> None:
        """Read the rows that the row points to, as it is staged."""
        failure = ""
        try:
            held = _held(self._table, self._row, self._changes.get(self._table.name, self._key))
            self._parents = await _parents(self._database, self._table, held)
        except TuiError as error:
            failure = str(error)
        if self.status.is_attached:
            self._draw()
            if failure:
                self.status.show_notice(Notice(failure, is_error=True))

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
        field, row = self.field_list.field, self._row
        if field is None:
            return
        try:
            require_writable(self._database, self._table)
            if row is not None and not is_whole(row):
                raise NotPossibleError("The row is still being read: try again in a moment.")
            cell = (self._table, row or self._key, field.column)
            self._stage(edit_cell(self, self._database, self._changes, cell))
        except TuiError as error:
            self.status.show_notice(Notice(str(error), is_error=True))

    @work(group="prompt", exclusive=True, description="editing")
    async def _stage(self, answer: Awaitable[None]) -> None:
        await answer
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
            self.dismiss(Opened(parent.relation, parent.row))

    def action_copy(self) -> None:
        """Copy the highlighted field, in full."""
        field = self.field_list.field
        if field is not None:
            self.app.copy_to_clipboard(copied(field.value))
            part = "the beginning of " if isinstance(field.value, Cut) else ""
            self.status.show_notice(Notice(f"Copied {part}{field.column.name}."))

    def action_undo(self) -> None:
        """Undo the last staged step."""
        self._changes.undo()
        self._draw()
        self._find_parents()

    def action_redo(self) -> None:
        """Redo a staged step."""
        self._changes.redo()
        self._draw()
        self._find_parents()

    @on(RelatedPane.Opened)
    def _open_related(self, event: RelatedPane.Opened) -> None:
        self.dismiss(Opened(event.relation, event.related))


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
