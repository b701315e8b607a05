"""The line for a condition in SQL."""

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.condition import ConditionError
from tui.db.errors import QueryError
from tui.db.rows import require_condition
from tui.db.schema import Column
from tui.db.view import View
from tui.widgets.cells import label, visible
from tui.widgets.fuzzy import fitting
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

if TYPE_CHECKING:
    from tui.db.database import Database

OFFERED = 6
"""Columns that are offered for what is typed."""

WORD = re.compile(r"[^\W\d]\w*$")


class ConditionPrompt(ModalScreen[str | None]):
    """Asks for an expression that rows must fulfil; the server looks at it before it is taken."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "show", tooltip="Show only such rows", id="condition.keep"),
        Binding(
            "tab", "complete", "complete", priority=True, tooltip="Take the column", id="condition.complete"
        ),
        Binding("up", "step(-1)", "up", priority=True, tooltip="The column before", id="condition.up"),
        Binding("down", "step(1)", "down", priority=True, tooltip="The next column", id="condition.down"),
        Binding("escape", "leave", "leave", tooltip="Leave it as it was", id="condition.leave"),
    ]
    DEFAULT_CSS = """
    ConditionPrompt {
        align: center bottom;
        & > Vertical {
            width: 92%;
            max-width: 100;
            height: auto;
            margin-bottom: 2;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; height: auto; max-height: 6; }
        #condition-message { display: none; color: $text-error; }
        #condition-hints { margin-top: 1; }
    }
    """

    def __init__(self, database: "Database", view: View) -> None:
        super().__init__()
        self._database = database
        self._view = view
        self._offered: list[Column] = []
        self._line = LineInput(view.condition, select_on_focus=False)
        self._columns = QuietList()
        self._message = Static(id="condition-message", markup=False)

    def compose(self) -> ComposeResult:
        """The line, the columns that fit, a message, keys."""
        with Vertical() as frame:
            frame.border_title = label(f"{self._view.table.name.label} WHERE")
            yield from (self._line, self._columns, self._message)
            hints = key_hints(("⏎", "show such rows"), ("tab", "take the column"), ("esc", "leave"))
            yield Static(hints, id="condition-hints", markup=False)

    def on_mount(self) -> None:
        """Begin at the end of what stands there."""
        self._columns.can_focus = False
        self._line.cursor_position = len(self._line.value)
        self._offer()

    @property
    def _word(self) -> str:
        """The name that is being typed."""
        found = WORD.search(self._line.value[: self._line.cursor_position])
        return found[0] if found else ""

    @on(Input.Changed)
    def _offer(self) -> None:
        """Show the columns whose name fits what is typed; with nothing typed, the first ones."""
        typed, columns = self._word, self._view.table.columns
        fits = fitting(typed, columns, lambda column: column.name)[:OFFERED]
        is_done = [column.name for column in fits[:1]] == [typed]
        self._offered = [] if is_done or (not typed and self._line.value) else fits
        self._columns.display = bool(self._offered)
        self._columns.fill([1] * len(self._offered), self._offer_line, 0)

    def _offer_line(self, index: int, _: int) -> Content:
        column = self._offered[index]
        return Content.assemble(f" {visible(column.name, 60)}  ", (visible(column.type, 40), QUIET))

    def action_step(self, by: int) -> None:
        """Go to another column."""
        self._columns.action_step(by)

    def action_complete(self) -> None:
        """Put the highlighted column in place of what is typed of it."""
        index, at = self._columns.highlighted, self._line.cursor_position
        if index is not None and index < len(self._offered):
            name = self._database.spelled(self._offered[index].name)
            start = at - len(self._word)
            self._line.value = self._line.value[:start] + name + self._line.value[at:]
            self._line.cursor_position = start + len(name)
            self._offer()

    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Answer with the condition, once the server has looked at it; an empty one is none."""
        self._keep(self._line.value.strip())

    @work(group="condition", exclusive=True, description="checking a condition")
    async def _keep(self, text: str) -> None:
        said, place = "", None
        try:
            if text:
                await require_condition(self._database, View(self._view.table, condition=text))
        except ConditionError as error:
            said, place = error.sentence, error.place
        except QueryError as error:
            said = str(error)
        if said and self._line.value.strip() == text:
            self._tell(said, place)
        elif not said and self.is_active:
            self.dismiss(text)

    def _tell(self, said: str, place: int | None) -> None:
        """Say what is wrong, and put the cursor there."""
        self._columns.display = False
        self._message.display = True
        self._message.update(label(said, 400))
        if place is not None:
            indent = len(self._line.value) - len(self._line.value.lstrip())
            self._line.cursor_position = place + indent

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
