"""The keys that work on a screen."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.widgets.cells import label
from tui.widgets.key_table import key_table

WIDEST = 88
"""Cells of the frame at most."""

AROUND = 7
"""Cells of the frame that its lines don't have: border, padding, scrollbar."""

KeyRow = tuple[str, str, str]
"""Keys, what they do in a word, what they do in a sentence."""


class Help(ModalScreen[None]):
    """A quiet table of keys."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "leave", "close", tooltip="Close the help", id="help.leave"),
    ]
    DEFAULT_CSS = """
    Help {
        align: center middle;
        & > VerticalScroll {
            width: 90%;
            max-width: 88;
            height: auto;
            max-height: 90%;
            border: round $accent;
            background: $surface;
            padding: 1 2;
            scrollbar-size-vertical: 1;
        }
    }
    """

    def __init__(self, title: str, bindings: Sequence[KeyRow]) -> None:
        super().__init__()
        self._heading = title
        self._rows = bindings
        self._table = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The table, which scrolls."""
        with VerticalScroll() as frame:
            frame.border_title = label(self._heading)
            frame.border_subtitle = label("↑↓ scroll · esc close")
            yield self._table

    def on_resize(self, event: Resize) -> None:
        """Break the sentences where the frame ends."""
        self._table.update(key_table(self._rows, min(WIDEST, event.size.width * 9 // 10) - AROUND))

    def action_leave(self) -> None:
        """Close the help."""
        self.dismiss(None)


def bindings_of(screen: Screen[Any]) -> list[KeyRow]:
    """What works on a screen now: the focused widget's keys first, then the screen's, then the app's."""
    rows: dict[tuple[int, str], tuple[list[str], str, str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.system or not active.enabled or not (binding.description or active.tooltip):
            continue
        keys, _, _ = rows.setdefault(
            (id(active.node), binding.action), ([], binding.description, active.tooltip)
        )
        keys.append(screen.app.get_key_display(binding))
    return [(" ".join(dict.fromkeys(keys)), name, tooltip) for keys, name, tooltip in rows.values()]
