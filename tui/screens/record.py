"""Record: one row in full, its related rows, and the way to the rows before and behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.db.changes import ChangeSet, RowKey
from tui.db.database import Database
from tui.db.page import Row
from tui.db.schema import Relation
from tui.db.view import View
from tui.screens.activity import Activity
from tui.screens.record_pane import RecordPane
from tui.screens.related_pane import RelatedPane
from tui.widgets.keys_line import KeysLine
from tui.widgets.status import Notice, StatusLine

HEIGHTS = [(0, "-low"), (32, "-high")]
"""From how many lines on the screen counts as high."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row of the same view: what names it, what is known of it, and where it stands."""

    key: RowKey
    row: Row | None
    position: str = ""


Turn: TypeAlias = Callable[[int], Neighbour | str]
"""Goes so many rows down in the view; a sentence where it can't."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A related row that the user wants to open."""

    relation: Relation
    row: Row
    origin: Row | None
    """The row that it is related to; None: a new one."""


class Record(Screen[Opened | None]):
    """A row, and one after the other those before and behind it in the view that it was opened from."""

    AUTO_FOCUS = "FieldList"
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right,n", "turn(1)", "next row", key_display="→", tooltip="Show the next row", id="record.next"
        ),
        Binding(
            "left,N", "turn(-1)", "row before", show=False, tooltip="Show the row before", id="record.before"
        ),
        Binding("escape,backspace", "dismiss", "back", tooltip="Go back to the rows", id="record.back"),
    ]
    DEFAULT_CSS = """
    Record.-low RelatedPane { height: 7; }
    Record.-low RelatedPane.-none { height: 3; }
    """

    def __init__(
        self, database: Database, changes: ChangeSet, view: View, shown: Neighbour, turn: Turn | None = None
    ) -> None:
        super().__init__()
        self._shown = shown
        self._turn = turn
        self._pane = RecordPane(database, changes, view)
        self.status = StatusLine()

    def compose(self) -> ComposeResult:
        """The record, status, keys."""
        yield self._pane
        yield self.status
        yield KeysLine()

    def on_mount(self) -> None:
        """Show the row."""
        self._show(self._shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are other rows only where the record was opened from a view."""
        return action != "turn" or self._turn is not None

    def _show(self, shown: Neighbour) -> None:
        self._shown = shown
        self._pane.show(shown.key, shown.row)
        self.status.show_position(shown.position)

    def action_turn(self, by: int) -> None:
        """Show the next row of the view, or the one before."""
        found = self._turn(by) if self._turn is not None else ""
        if isinstance(found, str):
            self.status.show_notice(Notice(found, is_error=True))
        else:
            self.status.clear_notice()
            self._show(found)

    @on(Notice)
    def show_notice(self, event: Notice) -> None:
        """Show a notice in the status line."""
        event.stop()
        self.status.show_notice(event)

    @on(Activity.Changed)
    def show_activity(self, event: Activity.Changed) -> None:
        """Say that the row is being read."""
        event.stop()
        self.status.show_activity("reading the row …" if self._pane.activity.is_doing("record") else "")

    @on(RecordPane.Opened)
    @on(RelatedPane.Opened)
    def open_other(self, event: RecordPane.Opened | RelatedPane.Opened) -> None:
        """Leave for a related row."""
        event.stop()
        row = event.row if isinstance(event, RecordPane.Opened) else event.related
        self.dismiss(Opened(event.relation, row, self._shown.row))
