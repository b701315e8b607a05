"""A list that looks and moves like the grid."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class QuietList(OptionList):
    """Options in a frame, of which only the focused one wears the accent; the highlight stops at the ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "cursor_up", "up", show=False, tooltip="Move the highlight up", id="list.up"),
        Binding("j", "cursor_down", "down", show=False, tooltip="Move the highlight down", id="list.down"),
        Binding("g", "first", "first", show=False, tooltip="Go to the first one", id="list.first"),
        Binding("G", "last", "last", show=False, tooltip="Go to the last one", id="list.last"),
    ]
    DEFAULT_CSS = """
    QuietList, QuietList:focus {
        border: round $foreground 20%;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        padding: 0;
        background: transparent;
        background-tint: transparent;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        & > .option-list--option-highlighted {
            background: $foreground 12%;
            color: $foreground;
            text-style: none;
        }
        & > .option-list--option-hover { background: $foreground 6%; }
    }
    QuietList:focus { border: round $accent; border-title-color: $accent; }
    QuietList:nocolor > .option-list--option-highlighted { text-style: reverse; }
    QuietList:ansi > .option-list--option-highlighted { text-style: reverse; }
    """

    def action_cursor_down(self) -> None:
        """Move down, unless this is the last one."""
        if self.highlighted is None or self.highlighted < self.option_count - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Move up, unless this is the first one."""
        if self.highlighted is None or self.highlighted > 0:
            super().action_cursor_up()
