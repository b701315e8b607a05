"""Bookmarks: views of this database that have a name, to come back to."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.db.change_json import Json, table_name
from tui.db.shelf import Shelf, ShelfError
from tui.db.view import View
from tui.db.view_json import encode_view
from tui.screens.asking import ask
from tui.screens.prompts import TextPrompt
from tui.widgets.cells import fit, label, visible
from tui.widgets.hints import key_hints
from tui.widgets.quiet_list import QuietList
from tui.widgets.staged_rows import view_title
from tui.widgets.tones import QUIET

SECTION = "bookmarks"
NAME = 30
"""Cells of a bookmark's name."""


class Bookmarks(ModalScreen[Json | None]):
    """Answers with the encoded view that is to be opened; adds the present one, and removes some."""

    AUTO_FOCUS = "QuietList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", priority=True, tooltip="Show this view", id="bookmarks.open"),
        Binding("a,insert", "add", "add", tooltip="Give the present view a name", id="bookmarks.add"),
        Binding("x,delete", "remove", "remove", tooltip="Forget this name", id="bookmarks.remove"),
        Binding("escape", "leave", "leave", tooltip="Stay where you are", id="bookmarks.leave"),
    ]
    DEFAULT_CSS = """
    Bookmarks {
        align: center middle;
        & > Vertical {
            width: 92%;
            max-width: 96;
            height: auto;
            max-height: 90%;
            border: round $accent;
            background: $surface;
            padding: 1 2;
        }
        QuietList, QuietList:focus { border: none; min-height: 3; max-height: 50vh; margin-bottom: 1; }
        #bookmarks-said { color: $text-error; }
    }
    """

    def __init__(self, shelf: Shelf, view: View | None) -> None:
        super().__init__()
        self._shelf = shelf
        self._view = view
        self._kept: Mapping[str, Json] = {}
        self._list = QuietList()
        self._said = Static(id="bookmarks-said", markup=False)

    def compose(self) -> ComposeResult:
        """The bookmarks and their keys."""
        with Vertical() as frame:
            frame.border_title = "Bookmarks of this database"
            yield self._list
            yield self._said
            hints = key_hints(("⏎", "open"), ("a", "add this view"), ("x", "remove"), ("esc", "leave"))
            yield Static(hints, markup=False)

    def on_mount(self) -> None:
        """Show what is kept."""
        self._list.empty_text = " none yet: a gives the present view a name"
        self._change(None)

    @work(group="shelf", exclusive=True, description="reading the bookmarks")
    async def _change(self, change: tuple[str, Json | None] | None) -> None:
        """Keep or forget one, and show what is kept then."""
        try:
            if change is not None:
                await asyncio.to_thread(self._shelf.put, SECTION, *change)
            self._kept = await asyncio.to_thread(self._shelf.section, SECTION)
        except ShelfError as error:
            self._said.update(label(str(error), 300))
            return
        names = list(self._kept)
        at = names.index(change[0]) if change and change[0] in names else self._list.highlighted
        self._list.fill([1] * len(names), self._line, at or 0)

    def _line(self, index: int, _: int) -> Content:
        name = list(self._kept)[index]
        return Content.assemble(f" {fit(visible(name), NAME)} ", (visible(_told(self._kept[name])), QUIET))

    @property
    def _chosen(self) -> str | None:
        index = self._list.highlighted
        return list(self._kept)[index] if index is not None and index < len(self._kept) else None

    @on(QuietList.Chosen)
    def action_open(self) -> None:
        """Answer with the highlighted one."""
        if self._chosen is not None:
            self.dismiss(self._kept[self._chosen])

    def action_add(self) -> None:
        """Ask for a name for the present view."""
        if self._view is not None:
            hint = "⏎ keeps · a name that is there already is replaced"
            self._take(self._view, ask(self, TextPrompt("Name this view", view_title(self._view), hint)))

    @work(group="prompt", exclusive=True, description="naming a view")
    async def _take(self, view: View, answer: Awaitable[str | None]) -> None:
        name = (await answer or "").strip()
        if name:
            self._change((name, encode_view(view)))

    def action_remove(self) -> None:
        """Forget the highlighted one."""
        if self._chosen is not None:
            self._change((self._chosen, None))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _told(encoded: Json) -> str:
    """What a bookmark shows, as far as that is known without its table."""
    try:
        filters, sorts = len(encoded["filters"]), [sort[0] for sort in encoded["sorts"]]
        parts = [table_name(encoded).name]
        parts += [f"{filters} filter{'s' * (filters != 1)}"] if filters else []
        parts += [f"WHERE {encoded['condition']}"] if encoded["condition"] else []
        return " · ".join([*parts, *([f"by {', '.join(sorts)}"] if sorts else [])])
    except (KeyError, TypeError, ValueError, IndexError):
        return "damaged"
