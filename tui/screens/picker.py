"""The picker: which row of another table a foreign key is to point to."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.entry import accept
from tui.db.errors import QueryError, TuiError
from tui.db.labels import label_column
from tui.db.page import Row
from tui.db.schema import Column, Relation, Table
from tui.db.search import matches, neighbours
from tui.db.values import Cut, Kind, Value
from tui.screens.asking import ask_then
from tui.screens.edit_prompt import EditPrompt, Entered
from tui.screens.staging import whole_row
from tui.widgets.cells import fit, label, text_of, visible
from tui.widgets.hints import key_hints
from tui.widgets.key_gate import Blink
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

if TYPE_CHECKING:
    from tui.db.database import Database

PAUSE = 0.05
"""Seconds to wait for the next letter before the server is asked."""

WIDE = 16
"""Cells of a value in a line."""


@dataclass(frozen=True)
class Picked:
    """What the columns of the foreign key are to hold."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class Pointer:
    """A foreign key of a row that is edited."""

    table: Table
    relation: Relation
    key: Sequence[Value]
    """What its columns hold now."""
    column: str
    """The one that is edited."""


class Picker(ModalScreen[Picked | None]):
    """Searches the other table by key or label while one types; Enter takes the highlighted row."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "up", priority=True, tooltip="Go to the row above", id="picker.up"),
        Binding("down", "step(1)", "down", priority=True, tooltip="Go to the row below", id="picker.down"),
        Binding("enter", "take", "take", tooltip="Point to the highlighted row", id="picker.take"),
        Binding("ctrl+n", "null", "NULL", priority=True, tooltip="Point to no row", id="picker.null"),
        Binding("ctrl+e", "type", "type", priority=True, tooltip="Type the value itself", id="picker.type"),
        Binding("escape", "leave", "leave", tooltip="Leave without a change", id="picker.leave"),
    ]
    DEFAULT_CSS = """
    Picker {
        align: center bottom;
        &.-above { align: center top; }
        & > Vertical {
            width: 92%;
            max-width: 88;
            height: auto;
            max-height: 100%;
            margin-bottom: 2;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; height: 8; }
        #picker-said { color: $text-warning; }
    }
    """

    def __init__(self, database: "Database", pointer: Pointer, *, where: str) -> None:
        super().__init__()
        self._database = database
        self._pointer = pointer
        self._where = where
        self._line = LineInput(placeholder="type a name or a key")
        self._list = QuietList()
        self._said = Static(id="picker-said", markup=False)
        self._rows: list[Row] = []
        self._target: Table | None = None
        self._is_searching = True
        self._is_of_this_search = False
        """Whether the rows are those that fit what is typed now."""
        self.pasted = ""
        """What is looked for at first."""
        self._wants_first = False
        """Whether Enter was pressed before the search had ended."""
        self.blink = Blink()
        """On while the picker is about to close: then the next key is not for it."""

    def compose(self) -> ComposeResult:
        """The line, the rows, what is to be said, keys."""
        target = self._pointer.relation.target.label
        with Vertical() as frame:
            frame.border_title = label(f"{self._where} → {target}")
            yield from (self._line, self._list, self._said)
            null = [("^n", "NULL")] if self._can_be_null else []
            hints = [("⏎", "take"), ("↑↓", "choose"), *null, ("^e", "type the value"), ("esc", "leave")]
            yield Static(key_hints(*hints), markup=False)

    def on_mount(self) -> None:
        """Show the rows around the one that it points to now."""
        self._list.can_focus = False
        if self.pasted:
            self._line.value = self.pasted  # which is searched for as if it had been typed
        else:
            self._search("")

    @property
    def _can_be_null(self) -> bool:
        return all(self._pointer.table.column(name).nullable for name in self._pointer.relation.key.columns)

    @on(Input.Changed)
    def search(self) -> None:
        """Look for what is typed; whoever types on does not want what was found before."""
        self._wants_first, self._is_searching = False, True
        self._search(self._line.value.strip())

    @work(group="search", exclusive=True, description="searching the other table")
    async def _search(self, text: str) -> None:
        self._is_searching = True
        relation = self._pointer.relation
        try:
            self._target = target = await self._database.table(relation.target)
            if not text:
                rows, place = await neighbours(self._database, target, relation, self._pointer.key)
                self._show(rows, place)
            else:
                await asyncio.sleep(PAUSE)
                self._is_of_this_search = False
                self._say("searching…")
                rows = []
                async for rows in matches(self._database, target, relation.key.parent_columns, text):
                    self._show(rows, 0)
                self._show(rows, 0)
        except QueryError as error:
            self._wants_first = False
            self._show([], 0)
            self._say(str(error))
        self._is_searching = False
        if self._wants_first:
            self.action_take()

    def _show(self, rows: list[Row], place: int) -> None:
        """Show what was found; the highlight stays on a row that was moved to."""
        index = self._list.highlighted
        moved_to = self._rows[index] if index and index < len(self._rows) else None
        if moved_to is not None and self._is_of_this_search:
            place = next((i for i, row in enumerate(rows) if row == moved_to), place)
        self._rows, self._is_of_this_search = rows, True
        self._list.fill([1] * len(rows), self._row_line, place)
        self._say("" if rows else "No row fits: ^e types the value itself.")

    def _row_line(self, index: int, _: int) -> Content:
        """The key, the label, and what else tells rows apart."""
        row, target = self._rows[index], self._target
        if target is None:
            return Content("")
        names = self._pointer.relation.key.parent_columns
        told = label_column(target)
        keys = [text_of(row.values[target.positions[name]]) for name in names]
        line = Content.assemble((f" {fit(', '.join(keys), WIDE)} ", QUIET))
        if told is not None:
            line += Content(fit(text_of(row.values[target.positions[told.name]]), 2 * WIDE))
        others = [c for c in target.columns if c is not told and c.name not in names and c.kind is Kind.TEXT]
        more = "  ".join(text_of(row.values[target.positions[c.name]]) for c in others[:1])
        return line + Content.styled(f"  {visible(more, 40)}", QUIET)

    def action_step(self, by: int) -> None:
        """Go to another row."""
        self._list.action_step(by)

    @on(QuietList.Chosen)
    @on(Input.Submitted)
    def action_take(self) -> None:
        """Take the highlighted row; what is still being searched for is waited for."""
        index, target = self._list.highlighted, self._target
        self.blink.begin(1.0)
        self._wants_first = self._is_searching
        if self._is_searching or target is None:
            return
        self.blink.end()
        if index is not None and index < len(self._rows):
            self._accept(target, self._rows[index])

    @work(group="accept", exclusive=True, description="checking a value")
    async def _accept(self, target: Table, row: Row) -> None:
        """Take the row's key as the own columns hold it."""
        key = self._pointer.relation.key
        pairs = list(zip(key.columns, key.parent_columns, strict=True))
        try:
            if any(isinstance(row.values[target.positions[theirs]], Cut) for _, theirs in pairs):
                row = await whole_row(self._database, target, row)
            held = ((own, row.values[target.positions[theirs]]) for own, theirs in pairs)
            table = self._pointer.table
            taken = {own: await _own(self._database, table.column(own), value) for own, value in held}
        except TuiError as error:
            self._say(str(error))
        else:
            if self.is_active:
                self.dismiss(Picked(taken))

    def action_null(self) -> None:
        """Point to no row."""
        if self._can_be_null:
            self.dismiss(Picked(dict.fromkeys(self._pointer.relation.key.columns)))
        else:
            self._say(f"{self._pointer.column} must have a value: it can't be NULL.")

    def action_type(self) -> None:
        """Type the value itself, whether there is such a row or not."""
        pointer = self._pointer
        value = dict(zip(pointer.relation.key.columns, pointer.key, strict=True))[pointer.column]
        column = pointer.table.column(pointer.column)
        prompt = EditPrompt(self._database, column, value, where=self._where)
        ask_then(self, prompt, lambda entered: self._typed(value, entered))

    def _typed(self, old: Value, entered: Entered) -> None:
        same = entered.value is old
        self.dismiss(None if same else Picked({self._pointer.column: entered.value}))

    def _say(self, sentence: str) -> None:
        self._said.update(label(sentence, 300))

    def action_leave(self) -> None:
        """Leave without a change."""
        self.dismiss(None)


async def _own(database: "Database", column: Column, value: Value) -> Value:
    """A value of the other table as the own column holds it."""
    if value is None or isinstance(value, bytes):
        return value
    return await accept(database, column, str(value), value)
