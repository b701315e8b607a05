"""The order of a view: by several columns, each up or down, with its NULLs first or last."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.db.schema import Column
from tui.db.view import Sort, View
from tui.screens.list_screen import ListScreen
from tui.widgets.cells import fit, label, visible
from tui.widgets.hints import key_hints
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

WIDEST = 40
"""Cells of a column's name."""


class Sorting(ListScreen[tuple[Sort, ...] | None]):
    """Makes an order of a table's columns; the view changes when it is applied, all at once."""

    AUTO_FOCUS = "QuietList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "apply", priority=True, tooltip="Order the rows so", id="sorting.apply"),
        Binding("space", "turn", "up, down", tooltip="Up, down, not at all", id="sorting.turn"),
        Binding("n", "nulls", "NULLs", tooltip="NULLs first, last, where they come", id="sorting.nulls"),
        Binding("K", "move(-1)", "earlier", tooltip="Sort by it earlier", id="sorting.earlier"),
        Binding("J", "move(1)", "later", tooltip="Sort by it later", id="sorting.later"),
        Binding("X", "clear", "clear", tooltip="Sort by nothing", id="sorting.clear"),
        Binding("escape", "leave", "leave", tooltip="Leave the order as it was", id="sorting.leave"),
    ]

    def __init__(self, view: View, column: str) -> None:
        super().__init__()
        self._view = view
        self._sorts = list(view.sorts)
        self._columns: Sequence[Column] = view.table.columns
        self._first = view.table.positions.get(column, 0)
        self._list = QuietList()

    def compose(self) -> ComposeResult:
        """The columns and the keys."""
        with Vertical() as frame:
            frame.border_title = label(f"Order of {self._view.table.name.label}")
            yield self._list
            first = key_hints(("⏎", "apply"), ("esc", "leave as it was"), ("space", "up, down, not at all"))
            more = key_hints(("K J", "earlier, later"), ("n", "NULLs first, last"), ("X", "none"))
            yield Static(Content("\n").join([first, more]), markup=False)

    def on_mount(self) -> None:
        """Show the columns, with the highlight on the one it was on in the grid."""
        self._draw(self._first)

    def _draw(self, highlighted: int) -> None:
        self._list.fill([1] * len(self._columns), self._line, highlighted)

    @property
    def _column(self) -> Column | None:
        index = self._list.highlighted
        return None if index is None or index >= len(self._columns) else self._columns[index]

    @property
    def _place(self) -> int | None:
        """Where the highlighted column stands in the order."""
        names = [sort.column for sort in self._sorts]
        return names.index(self._column.name) if self._column and self._column.name in names else None

    def _line(self, index: int, _: int) -> Content:
        column = self._columns[index]
        number = next((i for i, sort in enumerate(self._sorts, 1) if sort.column == column.name), None)
        name = fit(visible(column.name), WIDEST)
        if number is None:
            return Content.assemble("     ", (name, QUIET))
        sort = self._sorts[number - 1]
        nulls = {None: "", True: "NULLs first", False: "NULLs last"}[sort.nulls_first]
        return Content.assemble(
            f"{number:>2} {'↓' if sort.descending else '↑'} ", (name, "bold"), f" {nulls}"
        )

    def action_turn(self) -> None:
        """Sort by the highlighted column, then the other way, then not at all."""
        place = self._place
        if self._column is None:
            return
        if place is None:
            self._sorts.append(Sort(self._column.name))
        elif self._sorts[place].descending:
            del self._sorts[place]
        else:
            self._sorts[place] = replace(self._sorts[place], descending=True)
        self._draw(self._list.highlighted or 0)

    def action_nulls(self) -> None:
        """Put the NULLs of the highlighted column first, then last, then where the engine has them."""
        place = self._place
        if place is not None and self._column is not None and self._column.nullable:
            after = {None: True, True: False, False: None}[self._sorts[place].nulls_first]
            self._sorts[place] = replace(self._sorts[place], nulls_first=after)
            self._draw(self._list.highlighted or 0)

    def action_move(self, by: int) -> None:
        """Sort by the highlighted column earlier, or later."""
        place = self._place
        if place is not None and 0 <= place + by < len(self._sorts):
            self._sorts.insert(place + by, self._sorts.pop(place))
            self._draw(self._list.highlighted or 0)

    def action_clear(self) -> None:
        """Sort by nothing."""
        self._sorts.clear()
        self._draw(self._list.highlighted or 0)

    @on(QuietList.Chosen)
    def action_apply(self) -> None:
        """Answer with the order."""
        self.dismiss(tuple(self._sorts))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
