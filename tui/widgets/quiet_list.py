"""A list of any length that looks and moves like the grid: only the lines in sight are drawn."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from tui.widgets.viewport import between

LineOf = Callable[[int, int], Content]
"""A line of an item: the item's index, then the line's."""

_REMEMBERED = 512
"""Lines that are kept drawn."""

_HIGHLIGHTED, _HOVERED, _EMPTY = "quiet-list--highlighted", "quiet-list--hovered", "quiet-list--empty"


class QuietList(ScrollView, can_focus=True):
    """Items of one line or more in a frame, of which only the focused one wears the accent.

    The highlight stops at the ends. A click highlights an item and chooses it.
    """

    ALLOW_SELECT = False
    CLICKS: ClassVar[int] = 1
    """Clicks that choose an item; the first one highlights it."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {_HIGHLIGHTED, _HOVERED, _EMPTY}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "up", show=False, tooltip="Move the highlight up", id="list.up"),
        Binding("down,j", "step(1)", "down", show=False, tooltip="Move the highlight down", id="list.down"),
        Binding("pageup", "page(-1)", "page up", show=False, tooltip="Move a page up", id="list.page-up"),
        Binding(
            "pagedown", "page(1)", "page down", show=False, tooltip="Move a page down", id="list.page-down"
        ),
        Binding("home,g", "first", "first", show=False, tooltip="Go to the first one", id="list.first"),
        Binding("end,G", "last", "last", show=False, tooltip="Go to the last one", id="list.last"),
        Binding(
            "enter", "choose", "choose", show=False, tooltip="Choose the highlighted one", id="list.choose"
        ),
    ]
    DEFAULT_CSS = """
    QuietList {
        border: round $foreground 20%;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        height: auto;
        max-height: 100%;
        overflow-x: hidden;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        & > .quiet-list--highlighted { background: $foreground 12%; }
        & > .quiet-list--hovered { background: $foreground 6%; }
        & > .quiet-list--empty { color: $text-disabled; }
        &:focus { border: round $accent; border-title-color: $accent; }
        &:nocolor > .quiet-list--highlighted { text-style: reverse; }
        &:ansi > .quiet-list--highlighted { text-style: reverse; }
    }
    """

    highlighted: reactive[int | None] = reactive(None, repaint=False)
    """The highlighted item's index, None where there is none."""
    hovered: reactive[int | None] = reactive(None, repaint=False)
    """The index of the item under the mouse."""
    empty_text: reactive[str] = reactive("")
    """What stands where the first item would be."""

    @dataclass
    class Highlighted(Message):
        """Another item is highlighted."""

        index: int

    @dataclass
    class Chosen(Message):
        """An item was chosen, by Enter or by the mouse."""

        index: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._starts: Sequence[int] = (0,)
        self._line_of: LineOf = lambda index, line: Content("")
        self._drawn: dict[tuple[int, Style], Strip] = {}
        self._drawn_width = 0

    def fill(self, heights: Sequence[int], line_of: LineOf, highlighted: int | None) -> None:
        """Show items of these heights in lines; the highlight goes to the nearest there is."""
        self._starts = (0, *accumulate(heights))
        self._line_of = line_of
        self._drawn.clear()
        self.virtual_size = Size(0, self._starts[-1])
        self.highlighted = highlighted
        self.refresh()
        self._scroll_to_highlight()

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._starts) - 1

    def start_of(self, index: int) -> int:
        """The number of an item's first line."""
        return self._starts[index]

    def height_of(self, index: int) -> int:
        """The lines of an item."""
        return self._starts[index + 1] - self._starts[index]

    def validate_highlighted(self, index: int | None) -> int | None:
        """The nearest item there is."""
        return None if index is None or not self.count else between(index, 0, self.count - 1)

    def watch_highlighted(self, before: int | None, index: int | None) -> None:
        """Draw what has changed, and tell."""
        self._refresh_items(before, index)
        if index is not None:
            self._scroll_to_highlight()
            self.post_message(self.Highlighted(index))

    def watch_hovered(self, before: int | None, index: int | None) -> None:
        """Draw what has changed."""
        self._refresh_items(before, index)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The longest line, where the style sheet wants just that: only for lists of a few items."""
        lines = (self._line_of(i, y) for i in range(self.count) for y in range(self.height_of(i)))
        return max((line.cell_length for line in lines), default=0)

    def render_line(self, y: int) -> Strip:
        """Draw one line, or take it from those that were drawn before."""
        line, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        style = self._style_of(self._item_at(line))
        if width != self._drawn_width or len(self._drawn) >= _REMEMBERED:
            self._drawn.clear()
            self._drawn_width = width
        if (line, style) not in self._drawn:
            strips = Visual.to_strips(self, self._content(line), width, 1, style)
            self._drawn[line, style] = strips[0].extend_cell_length(width, style.rich_style)
        return self._drawn[line, style]

    def notify_style_update(self) -> None:
        """Draw everything anew in other styles."""
        self._drawn.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep the highlight in sight."""
        self._scroll_to_highlight()

    def on_click(self, event: events.Click) -> None:
        """Highlight the item, and choose it when it was clicked often enough."""
        index = self._item_under(event)
        if index is not None:
            self.highlighted = index
            if event.chain == self.CLICKS:
                self.action_choose()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tint the item under the mouse."""
        self.hovered = self._item_under(event)

    def on_leave(self) -> None:
        """Tint no item."""
        self.hovered = None

    def action_step(self, by: int) -> None:
        """Move the highlight."""
        self.highlighted = 0 if self.highlighted is None else self.highlighted + by

    def action_page(self, by: int) -> None:
        """Move the highlight by as many lines as fit on the screen, one item at least."""
        index = self.highlighted or 0
        line = self._starts[index] + by * self.scrollable_content_region.height
        there = self._item_at(between(line, 0, self._starts[-1] - 1))
        self.highlighted = index + by if there == index else there

    def action_first(self) -> None:
        """Highlight the first item."""
        self.highlighted = 0

    def action_last(self) -> None:
        """Highlight the last item."""
        self.highlighted = self.count - 1

    def action_choose(self) -> None:
        """Tell that the highlighted item was chosen."""
        if self.highlighted is not None:
            self.post_message(self.Chosen(self.highlighted))

    def _item_at(self, line: int) -> int | None:
        """The item that a line belongs to."""
        return bisect_right(self._starts, line) - 1 if 0 <= line < self._starts[-1] else None

    def _item_under(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        return None if offset is None else self._item_at(self.scroll_offset.y + offset.y)

    def _content(self, line: int) -> Content:
        index = self._item_at(line)
        if index is not None:
            return self._line_of(index, line - self._starts[index])
        return Content("" if line else self.empty_text)

    def _style_of(self, index: int | None) -> Style:
        if index is None:
            return self.get_visual_style(_EMPTY)
        if index == self.highlighted:
            return self.get_visual_style(_HIGHLIGHTED)
        return self.get_visual_style(_HOVERED) if index == self.hovered else self.get_visual_style()

    def _refresh_items(self, *indexes: int | None) -> None:
        for index in indexes:
            if index is not None and index < self.count:
                self.refresh_lines(self._starts[index], self.height_of(index))

    def _scroll_to_highlight(self) -> None:
        index = self.highlighted
        if index is not None and self.is_mounted and self.size.height:
            region = Region(0, self._starts[index], 1, self.height_of(index))
            self.scroll_to_region(region, force=True, animate=False, immediate=True)
