"""The line of keys at the bottom: one widget that draws one line, whatever the number of keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import ActiveBinding
from textual.events import Leave, MouseDown, MouseMove
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import label

WIDE = 100
"""Columns from which a screen counts as wide."""

ROOMY = 116
"""Columns from which all keys fit with room between them, and the palette's at the right end."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key of the line."""

    key: str
    """The name by which it is pressed."""
    shown: str
    does: str
    tooltip: str
    works: bool
    """Whether it does something now; it is dimmed else."""

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return cell_len(self.shown) + 1 + cell_len(self.does)


class KeysLine(Widget):
    """The keys that can be pressed on this screen; a click presses one.

    Textual's Footer has a widget for each key and makes all of them anew whenever one is dimmed.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--does", "keys--off", "keys--hovered"}
    DEFAULT_CSS: ClassVar[str] = """
    KeysLine {
        dock: bottom; height: 1; background: $footer-background; color: $footer-foreground;
        .keys--key { color: $footer-key-foreground; text-style: bold; }
        .keys--does { color: $footer-description-foreground; }
        .keys--off { color: $footer-description-foreground; text-style: dim; }
        .keys--hovered { background: $block-hover-background; }
    }
    """

    hovered: reactive[KeyHint | None] = reactive(None)
    """The key under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: tuple[KeyHint, ...] = ()
        """From left to right."""
        self.palette: KeyHint | None = None
        """The key at the right end, where there is room for it."""

    def on_mount(self) -> None:
        """Follow what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        """Take over what can be pressed now; while the terminal has no focus nothing changes."""
        if screen is not self.screen or not self.app.app_focus:
            return
        bindings = screen.active_bindings
        first: dict[str, KeyHint] = {}
        for active in bindings.values():
            if active.binding.show:
                first.setdefault(active.binding.action, self._hint(active))
        palette = bindings.get(self.app.COMMAND_PALETTE_BINDING)
        hints = tuple(first.values()), palette and self._hint(palette)
        if hints != (self.keys, self.palette):
            self.keys, self.palette = hints
            self.refresh()

    def _hint(self, active: ActiveBinding) -> KeyHint:
        binding = active.binding
        return KeyHint(
            key=binding.key,
            shown=self.app.get_key_display(binding),
            does=binding.description,
            tooltip=active.tooltip or binding.description,
            works=active.enabled,
        )

    def places(self) -> Iterator[tuple[int, KeyHint]]:
        """The keys that fit, from left to right, each with its first cell."""
        is_roomy = self.size.width >= ROOMY
        palette = self.palette if is_roomy else None
        end = self.size.width - (palette.width + 2 if palette else 0)
        x = int(is_roomy)
        for hint in self.keys:
            if x + hint.width <= end:
                yield x, hint
            x += hint.width + 1 + is_roomy
        if palette:
            yield end + 1, palette

    def render_line(self, y: int) -> Strip:
        """All keys, those that do nothing now dimmed."""
        key, does, off = (self.get_component_rich_style(f"keys--{name}") for name in ("key", "does", "off"))
        segments: list[Segment] = []
        used = 0
        for x, hint in self.places():
            under = self.get_component_rich_style("keys--hovered") if hint is self.hovered else Style()
            segments += [
                Segment(" " * (x - used), self.rich_style),
                Segment(hint.shown, (key if hint.works else off) + under),
                Segment(f" {hint.does}", (does if hint.works else off) + under),
            ]
            used = x + hint.width
        return Strip(segments).extend_cell_length(self.size.width, self.rich_style)

    def _at(self, x: int) -> KeyHint | None:
        return next((hint for start, hint in self.places() if start <= x < start + hint.width), None)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Tell what the key under the mouse is for."""
        self.hovered = self._at(event.x)

    def on_leave(self, event: Leave) -> None:
        """The mouse is elsewhere."""
        self.hovered = None

    def watch_hovered(self, hint: KeyHint | None) -> None:
        """Show the key's tooltip."""
        self.tooltip = None if hint is None else label(hint.tooltip)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Press the key that is clicked."""
        hint = self._at(event.x)
        if hint is not None and hint.works:
            self.app.simulate_key(hint.key)
        elif hint is not None:
            self.app.bell()
