"""The prompt for a change of many rows: what is to be done, a dry run with examples, then yes or no."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker

from tui.db.bulk import Edit, Plan, Replace, Set, SetText, all_rows, in_full, plan_deletion, plan_edit
from tui.db.changes import ChangeSet, RowKey
from tui.db.entry import accept, parsed
from tui.db.errors import TuiError, ValueRefusedError
from tui.db.page import Row
from tui.db.schema import Column
from tui.db.values import Kind
from tui.db.view import View
from tui.widgets.bulk_text import plan_text
from tui.widgets.cells import label, visible
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList

if TYPE_CHECKING:
    from tui.db.database import Database

MANY = 100
"""Rows from which on their number has to be typed."""


class Way(Enum):
    """What can be done to many rows."""

    SET = "set {} to"
    NULL = "set {} to NULL"
    REPLACE = "replace a text in {}"
    DELETE = "delete the rows"


@dataclass(frozen=True)
class Target:
    """The rows that are meant."""

    view: View
    rows: Mapping[RowKey, Row | None] | None
    """Those that are marked, as they were then, None for a new one; None: all that the view matches."""
    column: Column


class BulkPrompt(ModalScreen[Plan | None]):
    """Plans a change of many rows. Nothing is staged before the plan was seen and agreed to."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "what", priority=True, tooltip="Do something else", id="bulk.up"),
        Binding("down", "step(1)", "what", priority=True, tooltip="Do something else", id="bulk.down"),
        Binding("enter", "go_on", "go on", tooltip="Show what it does; then stage it", id="bulk.go-on"),
        Binding("escape", "leave", "leave", tooltip="Stop reading; leave as it is", id="bulk.leave"),
    ]
    DEFAULT_CSS = """
    BulkPrompt {
        align: center middle;
        & > Vertical {
            width: 92%;
            max-width: 90;
            height: auto;
            max-height: 100%;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; }
        #bulk-hints { margin-top: 1; }
    }
    """

    def __init__(self, database: "Database", changes: ChangeSet, target: Target) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._target = target
        self._ways = _possible(target.column)
        self._list = QuietList()
        self._line = LineInput(select_on_focus=True)
        self._by = LineInput(select_on_focus=True)
        self._said = Static(id="bulk-said", markup=False)
        hints = key_hints(("⏎", "show what it does"), ("↑↓", "what"), ("esc", "leave"))
        self._hints = Static(hints, id="bulk-hints", markup=False)
        self._plan: Plan | None = None
        self._planning: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """What to do, with what, what it does, keys."""
        with Vertical() as frame:
            frame.border_title = label(self._title)
            yield from (self._list, self._line, self._by, self._said)
            yield self._hints

    @property
    def _title(self) -> str:
        table = self._target.view.table.name.label
        if self._target.rows is None:
            return f"Change all rows of {table} that match"
        count = len(self._target.rows)
        return f"Change {count:,} marked row{'s' * (count != 1)} of {table}"

    def on_mount(self) -> None:
        """Show what can be done."""
        name = visible(self._target.column.name, 40)
        self._by.border_title = "by"
        self._list.can_focus = False
        texts = [Content(f" {way.value.format(name)}") for way in self._ways]
        self._list.fill([1] * len(texts), lambda index, _: texts[index], 0)

    @property
    def _way(self) -> Way:
        return self._ways[self._list.highlighted or 0]

    def action_step(self, by: int) -> None:
        """Choose something else to do."""
        if self._plan is None:
            self._list.action_step(by)

    @on(QuietList.Highlighted)
    def show_way(self) -> None:
        """Take what this needs: a value, two texts, or nothing."""
        self._line.display = self._way in (Way.SET, Way.REPLACE)
        self._by.display = self._way is Way.REPLACE
        self._line.border_title = "text" if self._way is Way.REPLACE else "value"
        if self._line.display and self.is_current:
            self.set_focus(self._line)

    @on(Input.Submitted)
    def action_go_on(self) -> None:
        """Show what it does; once that is shown, stage it."""
        is_planning = self._planning is not None and not self._planning.is_finished
        if self._way is Way.REPLACE and self._plan is None and self.focused is self._line:
            self.set_focus(self._by)
        elif self._plan is not None:
            self._agree(self._plan)
        elif not is_planning:
            self._planning = self._look(self._way, self._line.value, self._by.value)

    def _agree(self, plan: Plan) -> None:
        number = self._line.value.strip().replace(",", "")
        if not plan.count:
            self.dismiss(None)
        elif plan.count > MANY and number != str(plan.count):
            self._say(f"Type {plan.count} to stage so many rows, or leave with esc.")
        else:
            self.dismiss(plan)

    @work(group="plan", exclusive=True, description="planning a change of many rows")
    async def _look(self, way: Way, text: str, by: str) -> None:
        """Read the rows and plan the change."""
        target = self._target
        try:
            edit = await self._edit(way, text, by)
            rows = target.rows
            if rows is None:
                found = await all_rows(self._database, target.view, self._report)
                rows = {row.identity: row for row in found}
            if edit is None:
                table = target.view.table
                self._show(await asyncio.to_thread(plan_deletion, self._changes, table, rows))
                return
            stored = [row for row in rows.values() if row is not None]
            full = await in_full(self._database, target.view.table, stored, target.column)
            whole: dict[RowKey, Row | None] = {row.identity: row for row in full}
            whole |= {key: None for key, row in rows.items() if row is None}
            table, column = target.view.table, target.column
            plan = await asyncio.to_thread(plan_edit, self._changes, table, column, whole, edit)
            plan.changed_since = len(stored) - len(full)
            self._show(plan)
        except TuiError as error:
            self._say(str(error))

    async def _edit(self, way: Way, text: str, by: str) -> Edit | None:
        """What is to be done to each value; None: the rows are to be deleted."""
        if way is Way.REPLACE:
            if not text:
                raise ValueRefusedError("Type the text that is to be replaced.")
            return Replace(text, by)
        if way is Way.DELETE:
            return None
        database, column = self._database, self._target.column
        value = await accept(database, column, text if way is Way.SET else None)
        if value is None or database.dialect.check(column, value) is not None:
            return Set(value)
        return SetText(text, partial(parsed, database, column))

    def _report(self, count: int) -> None:
        self._said.update(label(f"reading … {count:,} rows · esc stops"))

    def _show(self, plan: Plan) -> None:
        """Show what was planned, and ask whether it is meant."""
        self._plan = plan
        self._list.display = self._by.display = False
        self._line.value = ""
        self._line.display = plan.count > MANY
        self._line.border_title = f"type {plan.count} to stage them"
        if self._line.display:
            self.set_focus(self._line)
        self._said.update(plan_text(plan, self._target.view.table, self._target.column))
        keep = [("⏎", "stage them")] if plan.count else []
        hints = key_hints(*keep, ("esc", "leave all as it is"))
        self._hints.update(hints)

    def _say(self, sentence: str) -> None:
        shown = label(sentence, 300).stylize("$text-error")
        if self._plan is not None:
            plan = plan_text(self._plan, self._target.view.table, self._target.column)
            shown = Content("\n").join([plan, shown])
        self._said.update(shown)

    def action_leave(self) -> None:
        """Stop what is being read, else leave."""
        if self._planning is not None and not self._planning.is_finished:
            self._planning.cancel()
            self._said.update("Stopped: nothing is staged.")
        else:
            self.dismiss(None)


def _possible(column: Column) -> list[Way]:
    """What can be done by a column."""
    if column.locked is not None:
        return [Way.DELETE]
    null = [Way.NULL] if column.nullable else []
    text = [Way.REPLACE] if column.kind is Kind.TEXT else []
    return [Way.SET, *text, *null, Way.DELETE]
