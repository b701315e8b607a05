"""The list of tables with their estimated sizes, filtered as you type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from tui.db.schema import TableEntry, TableKind, TableName
from tui.widgets.cells import fit_ends, visible
from tui.widgets.fuzzy import fitting
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList


def short_number(number: int) -> str:
    """A number in four characters or so: 987, 9.8k, 10M."""
    for unit, name in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if number >= unit:
            return f"{number / unit:.1f}{name}" if number < 10 * unit else f"{number // unit}{name}"
    return str(number)


class TablesList(Vertical):
    """Tables and database views; Enter opens one."""

    DEFAULT_CSS: ClassVar[str] = """
    TablesList {
        width: 26; border: round $surface-lighten-2; border-title-color: $text-muted;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; background: transparent; }
        QuietList, QuietList:focus { border: none; height: 1fr; }
        QuietList > .quiet-list--highlighted { background: $block-cursor-blurred-background; }
        QuietList:focus > .quiet-list--highlighted { color: $block-cursor-foreground;
            background: $block-cursor-background; text-style: $block-cursor-text-style; }
        QuietList > .quiet-list--hovered { background: $block-hover-background; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", "tables", show=False, tooltip="Go down to the tables", id="tables.down"),
    ]

    @dataclass
    class Chosen(Message):
        """A table was chosen."""

        entry: TableEntry

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Tables"
        self._entries: Sequence[TableEntry] | None = None
        self._shown: list[TableEntry] = []
        self._open: TableName | None = None
        self._wanted = ""
        self._filter = LineInput(placeholder="type to filter", id="filter")
        self._tables = QuietList(id="tables")

    def compose(self) -> ComposeResult:
        """The filter above the tables."""
        yield self._filter
        yield self._tables

    def show(self, entries: Sequence[TableEntry]) -> None:
        """Show these tables."""
        if entries is not self._entries:
            self._entries = entries
            self._fill()

    def mark_open(self, name: TableName) -> None:
        """Put the highlight on the table that is open."""
        if name != self._open:
            self._open = name
            if not self._wanted and not self._tables.has_focus:
                self._highlight_open()

    def focus_filter(self) -> None:
        """Let the user type a table's name."""
        self.screen.set_focus(self._filter)
        self._filter.action_select_all()

    def clear_filter(self) -> None:
        """Show all tables again."""
        self._filter.clear()

    def _fill(self) -> None:
        self._shown = fitting(self._filter.value, self._entries or (), lambda entry: entry.name.label)
        self._tables.empty_text = " no table matches" if self._entries else " no tables"
        self._tables.fill([1] * len(self._shown), self._line, None)
        if self._filter.value:
            self._tables.highlighted = 0
        else:
            self._highlight_open()

    def _highlight_open(self) -> None:
        opened = (index for index, entry in enumerate(self._shown) if entry.name == self._open)
        self._tables.highlighted = next(opened, 0)

    def _line(self, index: int, _: int) -> Content:
        width = self._tables.scrollable_content_region.width
        return Content.assemble(" ", _line(self._shown[index], max(8, width - 2)))

    @on(Input.Changed)
    def filter_tables(self) -> None:
        """Show the tables whose name fits what was typed, the best first."""
        wanted = self._filter.value
        if wanted != self._wanted:
            self._wanted = wanted
            self._fill()

    @on(Input.Submitted)
    @on(QuietList.Chosen)
    def choose(self) -> None:
        """Open the highlighted table."""
        index = self._tables.highlighted
        if index is not None and index < len(self._shown):
            self.post_message(self.Chosen(self._shown[index]))
            self._filter.clear()

    def on_key(self, event: Key) -> None:
        """Up from the first table goes to the filter."""
        if event.key == "up" and self._tables.has_focus and not self._tables.highlighted:
            self.focus_filter()
            event.stop()

    def action_to_list(self) -> None:
        """Go down from the filter to the tables that fit what was typed, however fast that was."""
        self.filter_tables()
        self.screen.set_focus(self._tables)


def _line(entry: TableEntry, width: int) -> Content:
    size = "" if entry.estimate is None else f"~{short_number(entry.estimate)}"
    size = "view" if entry.kind in (TableKind.VIEW, TableKind.MATERIALIZED) and not size else size
    name = visible(entry.name.label)
    room = width - len(size) - 1
    if cell_len(name) > room and entry.estimate is not None:
        return Content(fit_ends(name, width))  # the name tells more than the size
    return Content.assemble(fit_ends(name, max(1, room)), " ", (size, "$text-muted"))
