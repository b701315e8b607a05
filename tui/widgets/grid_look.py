"""What a grid looks like: its component classes, and their default styles in theme variables."""

from rich.style import Style
from textual.widget import Widget

COMPONENTS = {
    "grid--header",
    "grid--header-highlighted",
    "grid--loading",
    "grid--rule",
    "grid--bar",
    "grid--sign",
    "grid--inserted",
    "grid--deleted",
    "grid--struck",
    "grid--marked",
    "grid--highlighted-row",
    "grid--highlighted-cell",
    "grid--null",
    "grid--default",
    "grid--required",
    "grid--label",
    "grid--hit",
    "grid--staged",
    "grid--failed",
    "grid--scroll-mark",
    "grid--empty",
}
"""The parts of a grid that a theme or a style sheet can dress."""

CSS = """
Grid {
    width: 1fr;
    height: 1fr;
    & > .grid--header { color: $text-muted; }
    & > .grid--header-highlighted { color: $foreground; text-style: bold; }
    & > .grid--loading { color: $accent; }
    & > .grid--rule { color: $foreground 25%; }
    & > .grid--bar { color: $foreground 40%; }
    & > .grid--sign { text-style: bold; }
    & > .grid--inserted { background: $success 18%; }
    & > .grid--deleted { background: $error 18%; }
    & > .grid--struck { text-style: strike; }
    & > .grid--marked { background: $primary 22%; }
    & > .grid--highlighted-row { background: $foreground 6%; }
    & > .grid--highlighted-cell { background: $foreground 18%; }
    & > .grid--null { color: $text-muted; text-style: dim italic; }
    & > .grid--default { color: $text-muted; text-style: dim italic; }
    & > .grid--required { color: $text-warning; text-style: italic; }
    & > .grid--label { color: $text-muted; }
    & > .grid--hit { text-style: bold underline; }
    & > .grid--staged { background: $warning 30%; }
    & > .grid--failed { background: $error 55%; text-style: bold; }
    & > .grid--scroll-mark { color: $foreground 30%; }
    & > .grid--empty { color: $text-muted; text-style: italic; }
    &:focus > .grid--bar { color: $accent; }
    &:focus > .grid--highlighted-row { background: $foreground 10%; }
    &:focus > .grid--highlighted-cell { background: $accent; color: auto; text-style: bold; }
    &:nocolor:focus > .grid--highlighted-cell { background: $foreground; color: $background; }
    &:ansi > .grid--header { text-style: dim; }
    &:ansi > .grid--header-highlighted { text-style: bold; }
    &:ansi > .grid--rule { text-style: dim; }
    &:ansi > .grid--inserted { background: ansi_default; color: $success; }
    &:ansi > .grid--deleted { background: ansi_default; color: $error; }
    &:ansi > .grid--marked { background: ansi_default; color: $primary; }
    &:ansi > .grid--staged { background: ansi_default; color: $warning; text-style: bold; }
    &:ansi > .grid--failed { background: ansi_default; color: $error; text-style: bold underline; }
    &:ansi > .grid--highlighted-row { background: ansi_default; }
    &:ansi > .grid--highlighted-cell { background: ansi_default; text-style: underline; }
    &:ansi:focus > .grid--highlighted-cell {
        background: ansi_default;
        color: ansi_default;
        text-style: bold reverse;
    }
}
"""
"""Quiet until something is staged; the accent belongs to the focused grid's highlight."""


class Looks:
    """The styles of a widget's parts, worked out once each."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[tuple[str, ...], Style] = {}

    def forget(self) -> None:
        """Work every style out anew."""
        self._known.clear()

    def style(self, names: tuple[str, ...]) -> Style:
        """The style of something that wears these component classes, later ones over earlier ones."""
        if names not in self._known:
            style = self._widget.get_visual_style(*names).rich_style
            parts = [self._widget.get_component_styles(name) for name in names]
            is_reverse = any(part.text_style.reverse for part in parts)
            self._known[names] = style + Style(reverse=True) if is_reverse else style
        return self._known[names]
