"""One line of tabs, one for each relation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import visible


class RelationTabs(Widget):
    """Labels side by side, one of them active. A click chooses another."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--active", "tabs--other"}
    DEFAULT_CSS: ClassVar[str] = """
    RelationTabs {
        height: 1; width: 1fr;
        .tabs--active { color: $accent; text-style: bold underline; }
        .tabs--other { color: $text-muted; }
    }
    """

    @dataclass
    class Chosen(Message):
        """Another tab was clicked."""

        index: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels: list[str] = []
        self._active = 0

    def show(self, labels: Sequence[str], active: int) -> None:
        """Show these labels."""
        shown = [f" {visible(text)} " for text in labels]
        if (shown, active) != (self._labels, self._active):
            self._labels, self._active = shown, active
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The labels; scrolled so that the active one can be seen."""
        segments: list[Segment] = []
        for index, text in enumerate(self._labels):
            name = "tabs--active" if index == self._active else "tabs--other"
            segments.append(Segment(text, self.get_component_rich_style(name)))
        strip = Strip(segments)
        start = self._start
        return strip.crop_extend(start, start + self.size.width, self.rich_style)

    @property
    def _start(self) -> int:
        end = sum(Strip([Segment(text)]).cell_length for text in self._labels[: self._active + 1])
        return max(0, end - self.size.width)

    def on_click(self, event: Click) -> None:
        """Choose the label that was clicked."""
        x = event.x + self._start
        for index, text in enumerate(self._labels):
            x -= Strip([Segment(text)]).cell_length
            if x < 0:
                self.post_message(self.Chosen(index))
                return
