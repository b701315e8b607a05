"""One line that is typed or pasted."""

from rich.text import Text
from textual.widgets import Input

from tui.widgets.cells import in_place


class LineInput(Input):
    """An input that holds any text as it is, and draws a stand-in for each character without a shape."""

    @property
    def _value(self) -> Text:
        return Text(in_place(self.value), no_wrap=True, overflow="ignore", end="")
