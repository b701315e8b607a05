"""The main screen: tables, rows, related rows; title, status and keys around them."""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tui.db.changes import ChangeSet
from tui.db.database import Database
from tui.db.options import Start
from tui.db.shelf import Shelf
from tui.screens.activity import Activity
from tui.screens.asking import ask
from tui.screens.keeping import Keeper
from tui.screens.palette import BrowseCommands
from tui.screens.prompts import Choice, Confirm
from tui.screens.rows_pane import RowsPane
from tui.screens.saving import Saving
from tui.screens.workbench import Workbench
from tui.widgets.cells import label
from tui.widgets.key_gate import Blink
from tui.widgets.keys_line import WIDE, KeysLine
from tui.widgets.status import Notice, StatusLine
from tui.widgets.tables_list import TablesList

if TYPE_CHECKING:
    from tui.db.journal import Journal

AFTERWARDS = 0.1
"""Seconds that a finished save gets to be shown before the program quits."""


# q is none of them: pressed twice in haste it must not lose what is staged.
QUIT = [
    Choice("w", "review", "review", is_safe=True),
    Choice("x", "quit, discard", "quit"),
    Choice("k", "quit, keep for the next time", "keep"),
]


class Browse(Screen[None]):
    """Everything starts here; what the keys do to rows is up to the workbench."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012
    COMMANDS = Screen.COMMANDS | {BrowseCommands}

    DEFAULT_CSS: ClassVar[str] = """
    Browse {
        #title { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
        #title-left { width: 1fr; }
        #production { width: auto; background: $error; color: $background; text-style: bold; }
        #title-right { width: auto; color: $text-warning; }
        &.-narrow { TablesList { width: 20; } #position { width: 24; } }
        &.-low RelatedPane { height: 7; }
        &.-low RelatedPane.-none { height: 3; }
    }
    """

    AUTO_FOCUS = "#rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "w,ctrl+s", "review", "review", tooltip="Review what is staged, and save it", id="browse.review"
        ),
        Binding(
            "J",
            "journal",
            "journal",
            show=False,
            tooltip="What was saved here, to be taken back",
            id="browse.journal",
        ),
        Binding("t", "tables", "tables", tooltip="Go to the tables; type to filter", id="browse.tables"),
        Binding(
            "escape",
            "escape",
            "stop, back",
            show=False,
            tooltip="Stop what runs, else go back",
            id="browse.escape",
        ),
        Binding("q", "quit", "quit", tooltip="Quit; asks when something is staged", id="browse.quit"),
    ]

    why_not: ClassVar[Mapping[str, str]] = {
        "review": "Nothing is staged: e edits a cell, a adds a row, d deletes one."
    }
    """What is said of keys that are dimmed."""

    def __init__(
        self,
        database: Database,
        *,
        start: Start | None = None,
        notice: str = "",
        kept: Path | None = None,
        journal: "Journal | None" = None,
        shelf: Shelf,
    ) -> None:
        super().__init__()
        self.database = database
        self.changes = ChangeSet(self._show_staged)
        self.workbench = Workbench(database, self.changes, shelf)
        self.saving = Saving(self.workbench, journal)
        self.pane = self.workbench.pane
        self.keeper = Keeper(database, self.changes, kept, self.pane)
        self.tables = TablesList()
        self.status = StatusLine()
        self.pane.grid.moved = lambda: self.status.show_position(self.pane.position)
        self._staged = Static(id="title-right")
        self._start = start or Start()
        self._notice = notice
        self._keys_now: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, tables, rows, status, keys; all are dressed for the size of the window from the start."""
        breakpoints = (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS)
        for size, points in zip(self.app.size, breakpoints, strict=True):
            self.add_class(max(point for point in points if point[0] <= size)[1], update=False)
        with Horizontal(id="title"):
            if self.database.options.production:
                yield Static(" PRODUCTION ", id="production")
            yield Static(label(self.database.title), id="title-left")
            yield self._staged
        with Horizontal():
            yield self.tables
            yield self.workbench
        yield self.status
        yield KeysLine()
        yield from (self.keeper, self.saving)

    def on_mount(self) -> None:
        """Open the table that was asked for, else the first one."""
        catalog = self.database.catalog
        self.tables.show(catalog.entries)
        wanted = self._start.table
        asked = catalog.entry(wanted) if wanted else None
        first = asked or next(iter(catalog.entries), None)
        if wanted and asked is None:
            self.post_message(Notice(f"There is no table {wanted!r} here.", is_error=True))
        elif first is None:
            self.post_message(Notice("This database has no tables."))
        elif self._notice:
            self.post_message(Notice(self._notice))
        if first is None:
            self.tables.focus_filter()
        else:
            self.workbench.start(first.name, self._start if asked or not wanted else Start())
        self.keeper.offer()

    @on(TablesList.Chosen)
    def open_chosen(self, event: TablesList.Chosen) -> None:
        """Open the table that was chosen."""
        self.set_focus(self.pane.grid)
        self.workbench.open_table(event.entry.name)

    @property
    def idle(self) -> asyncio.Event:
        """Set while no save is under way."""
        return self.saving.idle

    @property
    def blink(self) -> Blink:
        """On while other rows or a prompt are about to appear: then the next key is for that."""
        return self.pane.blink

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do nothing now."""
        return True if action != "review" or len(self.changes) else None

    def action_tables(self) -> None:
        """Go to the tables."""
        self.tables.focus_filter()

    def action_escape(self) -> None:
        """Stop what runs; else go one step back."""
        if self.workbench.stop():
            self.post_message(Notice("Stopped."))
        elif self.status.has_notice:
            self.status.clear_notice()
        elif not self.pane.grid.has_focus and self.pane.loader is not None:
            self.set_focus(self.pane.grid)
        elif self.pane.loader is None and self.database.catalog.entries:
            self.tables.clear_filter()
            self.open_chosen(TablesList.Chosen(self.database.catalog.entries[0]))
        else:
            self.workbench.action_back()

    def action_review(self) -> None:
        """Show what is staged; after a save the highlight is where it was."""
        if len(self.changes):
            self.saving.review()

    def action_journal(self) -> None:
        """Show what was saved here; what is taken back there is reviewed."""
        self.saving.show_journal()

    def action_quit(self) -> None:
        """Quit; ask first when something is staged."""
        count = len(self.changes)
        if not self.idle.is_set():
            self._quit(_ended(self.idle.wait()))
        elif not count:
            self.app.exit()
        elif not isinstance(self.app.screen, Confirm):
            where = f" for {self.database.address.label}" if self.database.options.production else ""
            question = f"{count} {'change is' if count == 1 else 'changes are'} staged{where} and not saved."
            self._quit(ask(self, Confirm(question, QUIT if self.keeper.can_keep else QUIT[:2])))

    @work(group="quit", description="quitting")
    async def _quit(self, answer: Awaitable[str | None]) -> None:
        choice = await answer
        if choice == "quit":
            self.changes.discard()
            self.app.exit()
        elif choice == "keep":
            if await self.keeper.flush():
                self.app.exit()
        elif choice == "again":
            self.action_quit()
        elif choice == "review" and self.is_active:
            self.action_review()

    @on(Notice)
    def show_notice(self, event: Notice) -> None:
        """Show a notice in the status line."""
        self.status.show_notice(event)

    @on(RowsPane.Shown)
    @on(RowsPane.Highlighted)
    @on(Activity.Changed)
    @on(Activity.Ticked)
    def show_status(self, event: Message) -> None:
        """Say where the highlight is and what is going on."""
        pane = self.pane
        took = [] if pane.loader is None else [f"{pane.loader.milliseconds:.0f} ms"]
        doing = [pane.activity.text] if pane.activity.text else []
        is_news = not isinstance(event, Activity.Ticked)
        is_running = pane.loader is not None and pane.activity.is_awaited and is_news
        self.status.show_activity(" · ".join(took + doing), is_running=is_running)
        if pane.loader is not None:
            self.tables.show(self.database.catalog.entries)
            self.tables.mark_open(pane.loader.view.table.name)
        self.status.show_position(pane.position)
        self._show_keys()

    def _show_staged(self) -> None:
        self.keeper.note()
        self.pane.redraw()
        self.workbench.labeller.load()
        count = len(self.changes)
        self._staged.update(f"{count} staged · w reviews" if count else "")
        self._show_keys()

    def _show_keys(self) -> None:
        """Draw the footer anew, but only if other keys work now: it is not cheap."""
        work, changes = self.workbench, self.changes
        keys_now = (
            self.pane.table,
            work.points_somewhere,
            work.history.can_go_back,
            work.history.can_go_on,
            changes.can_undo,
            changes.can_redo,
        )
        if (*keys_now, len(changes) > 0) != self._keys_now:
            self._keys_now = (*keys_now, len(changes) > 0)
            self.refresh_bindings()


async def _ended(save: Awaitable[object]) -> str:
    """Wait for a save that is under way, and give its screen time to say how it ended."""
    await save
    await asyncio.sleep(AFTERWARDS)
    return "again"
