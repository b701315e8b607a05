"""The prompt for one filter of a column."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeAlias

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
from tui.db.spans import EXAMPLES, has_days, span
from tui.db.values import Value
from tui.db.view import ALONE, MATCHING, Filter, Operator
from tui.widgets.cells import label, visible
from tui.widgets.filter_text import NOTES, offered, parts, suggestion, typed, word
from tui.widgets.fuzzy import fitting
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

if TYPE_CHECKING:
    from tui.db.database import Database


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the few values of a column, to be held."""

    text: str


Way: TypeAlias = Operator | Choice
"""A way to compare with what is typed, or what the column is to hold."""

WORDS = re.compile(r"(?!inf)[a-z]", re.IGNORECASE)
"""What no date begins with, but for `infinity`."""

WORDED = (Operator.STARTS, Operator.IS, Operator.CONTAINS)
"""Ways to compare that a day in words is not meant by, whichever of them is highlighted."""


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
        text = suggestion(seen) if item is None else typed(item)
        self._choices = [] if column.takes_several else [Choice(one) for one in column.choices]
        is_chosen = Choice(text) in self._choices and (item is None or item.operator is Operator.IS)
        likeliest: Way = self._choices[0] if self._choices else self._operators[0]
        self._way: Way = Choice(text) if is_chosen else likeliest if item is None else item.operator
        """What is highlighted: a way to compare, or the choice that is to be held."""
        self._has_moved = item is not None
        """Whether the user said how to compare; otherwise what is typed says it."""
        self._line = LineInput("" if is_chosen else text, select_on_focus=True)
        self._offered: list[Way] = []
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
        """Show the choices and the ways, with the highlight on the likeliest or on that of the filter."""
        self._ways.can_focus = False
        self._offer()

    @on(Input.Changed)
    def _offer(self) -> None:
        """Offer the choices that fit what is typed, then the ways to compare with it."""
        text = self._line.value.strip()
        choices = fitting(text, self._choices, lambda choice: choice.text)
        self._offered = [*choices, *self._operators]
        is_kept = self._way in self._offered and (self._has_moved or not text)
        way = self._way if is_kept else Operator.WITHIN if self._means_days(text) else self._offered[0]
        at = self._offered.index(way)
        self._ways.fill([1] * len(self._offered), self._way_line, at)

    def _means_days(self, text: str) -> bool:
        """Whether what is typed is a span of days in words."""
        return has_days(self._column) and span(text, date.today()) is not None

    def action_step(self, by: int) -> None:
        """Go to another way to compare."""
        self._has_moved = True
        self._ways.action_step(by)

    @on(QuietList.Highlighted)
    def show_way(self, event: QuietList.Highlighted) -> None:
        """Take no value where none is compared with."""
        if event.index != self._ways.highlighted:
            return  # told by a list that has other lines by now
        self._way = self._offered[event.index]
        self._line.disabled = self._way in ALONE
        if not self._line.disabled and self.is_current:
            self.set_focus(self._line)

    @on(QuietList.Chosen)
    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Answer with the filter, once the column can hold its values."""
        way, text = self._offered[self._ways.highlighted or 0], self._line.value
        if not isinstance(way, Operator):
            self._keep(Operator.IS, way.text)
        elif way in WORDED and self._means_days(text):
            self._keep(Operator.WITHIN, text)
        else:
            self._keep(way, text)

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
        is_worded = operator is Operator.STARTS and has_days(self._column) and WORDS.match(text)
        if is_worded or (operator is Operator.WITHIN and span(text, date.today()) is None):
            raise ValueRefusedError(f"These are no days: type something like {EXAMPLES}.")
        if operator in MATCHING or operator is Operator.WITHIN:
            return [text]
        texts = parts(operator, text)
        if not texts:
            raise ValueRefusedError(f"There is nothing to compare with yet: {NOTES[operator]}.")
        return [await comparable(self._database, self._column, one) for one in texts]

    def _way_line(self, index: int, _: int) -> Content:
        way = self._offered[index]
        if not isinstance(way, Operator):
            return Content(f" is {visible(way.text, 60)}")
        return Content.assemble(f" {word(way, self._column.kind):<16}", (NOTES.get(way, ""), QUIET))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
