"""The line for a text that is looked for."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.db.needle import FUZZY_LONGEST, Needle
from tui.screens.prompts import LinePrompt
from tui.widgets.cells import label


class FindPrompt(LinePrompt[Needle]):
    """Asks for a text, and whether other letters may stand between its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "switch", "fuzzy", priority=True, tooltip="Search fuzzily, or not", id="find.fuzzy"),
    ]

    def __init__(self, table: str, last: Needle | None) -> None:
        super().__init__(last.text if last else "")
        self._table = table
        self._is_fuzzy = last is not None and last.is_fuzzy

    def on_mount(self) -> None:
        """Say how it is searched."""
        self._tell()

    def _tell(self) -> None:
        way = "Find these letters, with others between them," if self._is_fuzzy else "Find"
        self.line.border_title = label(f"{way} in {self._table}")
        other = "tab exact" if self._is_fuzzy else "tab fuzzy"
        self.line.border_subtitle = f"⏎ searches the whole table · {other} · then n next, N previous"
        self.line.placeholder = f"in texts of at most {FUZZY_LONGEST} characters" if self._is_fuzzy else ""

    def action_switch(self) -> None:
        """Search fuzzily, or not any more."""
        self._is_fuzzy = not self._is_fuzzy
        self._tell()

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Answer with what is to be found; nothing typed is nothing to find."""
        self.dismiss(Needle(event.value, self._is_fuzzy) if event.value else None)
