"""The prompt for one filter of a column."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.entry import comparable
from tui.db.errors import QueryError, ValueRefusedError
from tui.db.schema import Column
from tui.db.values import Value
from tui.db.view import ALONE, MATCHING, Filter, Operator
from tui.widgets.cells import label
from tui.widgets.filter_text import NOTES, offered, parts, suggestion, typed, word
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

if TYPE_CHECKING:
    from tui.db.database import Database


class FilterPrompt(ModalScreen[Filter | None]):
    """Asks how a column is to compare, and with what; a value that it can't hold is refused here."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "how", priority=True, tooltip="Compare in another way", id="filter.up"),
        Binding("down", "step(1)", "how", priority=True, tooltip="Compare in another way", id="filter.down"),
        Binding("enter", "keep", "filter", tooltip="Show only such rows", id="filter.keep"),
        Binding("escape", "leave", "leave", tooltip="Leave without a filter", id="filter.leave"),
    ]
    DEFAULT_CSS = """
    FilterPrompt {
        align: center bottom;
        & > Vertical {
            width: 92%;
            max-width: 72;
            height: auto;
            max-height: 100%;
            margin-bottom: 2;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; max-height: 12; }
        #filter-message { display: none; color: $text-error; }
        #filter-hints { margin-top: 1; }
    }
    """

    def __init__(
        self, database: "Database", column: Column, *, seen: Value = None, item: Filter | None = None
    ) -> None:
        super().__init__()
        self._database = database
        self._column = column
        self._item = item
        self._operators = offered(column)
        if item is not None and item.operator not in self._operators:
            self._operators = (item.operator, *self._operators)
        self._line = LineInput(suggestion(seen) if item is None else typed(item), select_on_focus=True)
        self._ways = QuietList()
        self._message = Static(id="filter-message", markup=False)

    def compose(self) -> ComposeResult:
        """The value, the ways to compare, a message, keys."""
        with Vertical() as frame:
            frame.border_title = label(f"Filter by {self._column.name}")
            yield from (self._line, self._ways, self._message)
            hints = key_hints(("⏎", "filter"), ("↑↓", "how"), ("esc", "leave"))
            yield Static(hints, id="filter-hints", markup=False)

    def on_mount(self) -> None:
        """Show the ways, with the highlight on the likeliest or on that of the filter."""
        first = 0 if self._item is None else self._operators.index(self._item.operator)
        self._ways.can_focus = False
        self._ways.fill([1] * len(self._operators), self._way, first)

    @property
    def operator(self) -> Operator:
        """How is to be compared."""
        return self._operators[self._ways.highlighted or 0]

    def action_step(self, by: int) -> None:
        """Go to another way to compare."""
        self._ways.action_step(by)

    @on(QuietList.Highlighted)
    def show_way(self) -> None:
        """Take no value where none is compared with."""
        self._line.disabled = self.operator in ALONE
        if not self._line.disabled and self.is_current:
            self.set_focus(self._line)

    @on(QuietList.Chosen)
    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Answer with the filter, once the column can hold its values."""
        self._keep(self.operator, self._line.value)

    @work(group="filter", exclusive=True, description="checking a filter")
    async def _keep(self, operator: Operator, text: str) -> None:
        try:
            values = await self._values(operator, text)
        except (ValueRefusedError, QueryError) as error:
            self._message.display = True
            self._message.update(label(str(error), 400))
            return
        before = self._item or Filter(self._column.name)
        made = Filter(self._column.name, values[0], operator, tuple(values[1:]), is_or=before.is_or)
        if self.is_active:
            self.dismiss(made)

    async def _values(self, operator: Operator, text: str) -> list[Value]:
        if operator in ALONE:
            return [None]
        if operator in MATCHING:
            return [text]
        texts = parts(operator, text)
        if not texts:
            raise ValueRefusedError(f"There is nothing to compare with yet: {NOTES[operator]}.")
        return [await comparable(self._database, self._column, one) for one in texts]

    def _way(self, index: int, _: int) -> Content:
        operator = self._operators[index]
        note = NOTES.get(operator, "")
        return Content.assemble(f" {word(operator, self._column.kind):<16}", (note, QUIET))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
