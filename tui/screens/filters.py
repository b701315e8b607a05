"""All filters of a view: edit, switch off, remove, join by and or by or."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.db.view import Filter, View, those
from tui.screens.asking import ask
from tui.screens.filter_prompt import FilterPrompt
from tui.screens.list_screen import ListScreen
from tui.widgets.cells import label
from tui.widgets.filter_text import one
from tui.widgets.hints import key_hints
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

if TYPE_CHECKING:
    from tui.db.database import Database

WIDEST = 100
"""Characters of one filter that are shown."""


class Filters(ListScreen[tuple[Filter, ...] | None]):
    """Changes a view's filters; the view itself changes when they are applied, all at once."""

    AUTO_FOCUS = "QuietList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "apply", priority=True, tooltip="Show the rows anew", id="filters.apply"),
        Binding("e,f2", "edit", "edit", tooltip="Compare with something else", id="filters.edit"),
        Binding("space", "switch", "on, off", tooltip="Switch it off, or on again", id="filters.switch"),
        Binding("o", "join", "and, or", tooltip="Join it to the one above by and, or by or", id="filters.or"),
        Binding("x,delete", "remove", "remove", tooltip="Remove this filter", id="filters.remove"),
        Binding("X", "remove_all", "remove all", tooltip="Remove all filters", id="filters.remove-all"),
        Binding("escape", "leave", "leave", tooltip="Leave all as it was", id="filters.leave"),
    ]

    def __init__(self, database: "Database", view: View) -> None:
        super().__init__()
        self._database = database
        self._view = view
        self._filters = list(view.filters)
        self._list = QuietList()

    def compose(self) -> ComposeResult:
        """The filters and their keys."""
        with Vertical() as frame:
            frame.border_title = label(f"Filters of {self._view.table.name.label}")
            yield self._list
            first = key_hints(("⏎", "apply"), ("esc", "leave as it was"), ("e", "edit"))
            more = key_hints(("space", "on, off"), ("o", "and, or"), ("x", "remove"), ("X", "all"))
            yield Static(Content("\n").join([first, more]), markup=False)

    def on_mount(self) -> None:
        """Show the filters."""
        self._draw(0)

    def _draw(self, highlighted: int) -> None:
        self._list.empty_text = "no filter"
        self._list.fill([1] * len(self._filters), self._line, highlighted)

    def _line(self, index: int, _: int) -> Content:
        item = self._filters[index]
        join = ("or" if item.is_or else "and") if index else ""
        text = label(one(item, self._view.table.column(item.column).kind), WIDEST)
        sign = "●" if item.is_on else "○"
        line = Content.assemble((f"{join:>4} ", QUIET), f"{sign} ", text)
        return line if item.is_on else line.stylize(QUIET)

    @property
    def _at(self) -> int | None:
        index = self._list.highlighted
        return index if index is not None and index < len(self._filters) else None

    def _change(self, item: Filter) -> None:
        if self._at is not None:
            self._filters[self._at] = item
            self._draw(self._at)

    def action_switch(self) -> None:
        """Switch the highlighted filter off, or on."""
        if self._at is not None:
            item = self._filters[self._at]
            self._change(replace(item, is_on=not item.is_on))

    def action_join(self) -> None:
        """Join the highlighted filter to the one above by the other word."""
        if self._at:
            item = self._filters[self._at]
            self._change(replace(item, is_or=not item.is_or))

    def action_remove(self) -> None:
        """Remove the highlighted filter."""
        if self._at is not None:
            at, removed = self._at, self._filters[self._at]
            self._filters = list(those(self._filters, lambda item: item is not removed))
            self._draw(at)

    def action_remove_all(self) -> None:
        """Remove all filters."""
        self._filters.clear()
        self._draw(0)

    def action_edit(self) -> None:
        """Ask how the highlighted filter is to compare."""
        if self._at is not None:
            item = self._filters[self._at]
            column = self._view.table.column(item.column)
            self._take(ask(self, FilterPrompt(self._database, column, item=item)))

    @work(group="prompt", exclusive=True, description="editing a filter")
    async def _take(self, answer: Awaitable[Filter | None]) -> None:
        item = await answer
        if item is not None:
            self._change(item)

    @on(QuietList.Chosen)
    def action_apply(self) -> None:
        """Answer with the filters."""
        self.dismiss(tuple(self._filters))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
