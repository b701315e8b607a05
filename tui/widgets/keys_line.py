"""The line of keys at the bottom."""

from textual.events import Resize
from textual.widgets import Footer

WIDE = 100
"""Columns from which a screen counts as wide."""

ROOMY = 116
"""Columns from which all keys fit with room between them."""


class KeysLine(Footer):
    """The keys that work now, closer together on a narrow screen."""

    async def recompose(self) -> None:
        """Draw the keys anew, and let go of those that were there: they go when what they watch is told."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)

    def on_resize(self, event: Resize) -> None:
        """Make the keys fit."""
        self.compact = event.size.width < ROOMY
        self.show_command_palette = event.size.width >= ROOMY
