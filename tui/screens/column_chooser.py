"""The columns of a table: go to one by name, hide some, put them in another order."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.schema import Column, Table
from tui.widgets.cells import label, visible
from tui.widgets.columns import Arrangement
from tui.widgets.fuzzy import fitting
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """How the columns are to be shown, and which one is to be highlighted."""

    arrangement: Arrangement
    column: str


class ColumnChooser(ModalScreen[ChosenColumns | None]):
    """Finds a column by a few letters; what is chosen is shown when it is applied, all at once."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", tooltip="Show it so, and go to this column", id="columns.go"),
        Binding("up", "step(-1)", "up", priority=True, tooltip="Column before", id="columns.up"),
        Binding("down", "step(1)", "down", priority=True, tooltip="Next column", id="columns.down"),
        Binding("ctrl+x", "hide", "hide", priority=True, tooltip="Hide it, or show it", id="columns.hide"),
        Binding("shift+up", "move(-1)", "left", priority=True, tooltip="Further left", id="columns.left"),
        Binding("shift+down", "move(1)", "right", priority=True, tooltip="Further right", id="columns.right"),
        Binding(
            "ctrl+r",
            "reset",
            "as at first",
            priority=True,
            tooltip="All columns as at first",
            id="columns.reset",
        ),
        Binding("escape", "leave", "leave", tooltip="Leave all as it was", id="columns.leave"),
    ]
    DEFAULT_CSS = """
    ColumnChooser {
        align: center middle;
        & > Vertical {
            width: 92%;
            max-width: 80;
            height: auto;
            max-height: 90%;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; height: auto; min-height: 1; max-height: 50vh; }
        #columns-hints { margin-top: 1; }
    }
    """

    def __init__(self, table: Table, arrangement: Arrangement, column: str) -> None:
        super().__init__()
        self._table = table
        self._arrangement = arrangement
        self._names = _in_order(table, arrangement)
        self._at = column
        self._line = LineInput(placeholder="type a name")
        self._list = QuietList()
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        """The line, the columns, keys."""
        with Vertical() as frame:
            frame.border_title = label(f"Columns of {self._table.name.label}")
            yield from (self._line, self._list)
            first = key_hints(("⏎", "go there"), ("↑↓", "choose"), ("esc", "leave as it was"))
            more = key_hints(("^x", "hide, show"), ("shift+↑↓", "move"), ("^r", "as at first"))
            yield Static(Content("\n").join([first, more]), id="columns-hints", markup=False)

    def on_mount(self) -> None:
        """Show all columns, with the highlight on the one it was on in the grid."""
        self._list.can_focus = False
        self._list.empty_text = " no column has such a name"
        self._draw()

    @property
    def _column(self) -> Column | None:
        index = self._list.highlighted
        if index is None or index >= len(self._shown):
            return None
        return self._table.column(self._shown[index])

    def _draw(self) -> None:
        self._shown = fitting(self._line.value, self._names, str)
        at = self._shown.index(self._at) if self._at in self._shown else 0
        self._list.fill([1] * len(self._shown), self._line_of, at)

    def _line_of(self, index: int, _: int) -> Content:
        column = self._table.column(self._shown[index])
        is_hidden = column.name in self._arrangement.hidden
        name = (visible(column.name, 60), QUIET if is_hidden else "bold")
        kind = visible(column.type, 30) + (" · hidden" if is_hidden else "")
        return Content.assemble(f" {'○' if is_hidden else '●'} ", name, "  ", (kind, QUIET))

    @on(Input.Changed)
    def search(self) -> None:
        """Show the columns that fit what is typed, the best first."""
        self._at = ""
        self._draw()

    def action_step(self, by: int) -> None:
        """Highlight another column."""
        self._list.action_step(by)

    def action_hide(self) -> None:
        """Hide the highlighted column, or show it; the last one stays."""
        column, hidden = self._column, self._arrangement.hidden
        if column is not None:
            after = hidden ^ {column.name}
            if len(after & self._table.positions.keys()) < len(self._table.columns):
                self._change(column, replace(self._arrangement, hidden=after))

    def action_move(self, by: int) -> None:
        """Put the highlighted column further left, or right."""
        column = self._column
        if column is not None and not self._line.value:
            place = self._names.index(column.name)
            if 0 <= place + by < len(self._names):
                self._names.insert(place + by, self._names.pop(place))
                self._change(column, replace(self._arrangement, order=tuple(self._names)))

    def action_reset(self) -> None:
        """Show all columns as the table has them, as wide as they need."""
        column = self._column or self._table.columns[0]
        self._change(column, Arrangement())
        self._names = _in_order(self._table, self._arrangement)
        self._draw()

    def _change(self, column: Column, arrangement: Arrangement) -> None:
        self._arrangement, self._at = arrangement, column.name
        self._draw()

    @on(Input.Submitted)
    def action_go(self) -> None:
        """Answer with the arrangement and the highlighted column, which is shown then."""
        column = self._column
        if column is not None:
            self.dismiss(ChosenColumns(self._arrangement, column.name))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _in_order(table: Table, arrangement: Arrangement) -> list[str]:
    """The names of all columns, hidden ones too, in the order that was chosen."""
    chosen = [name for name in arrangement.order if name in table.positions]
    return [*chosen, *(column.name for column in table.columns if column.name not in chosen)]
