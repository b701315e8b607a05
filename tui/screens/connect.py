"""The first screen: up before SQLAlchemy is imported and before the database answers."""

import asyncio
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tui.db.address import Address, parse_address
from tui.db.dialects import FILE_ENGINE, load
from tui.db.errors import TuiError
from tui.db.options import Options
from tui.screens.activity import ticking
from tui.widgets.cells import label

if TYPE_CHECKING:
    from tui.db.database import Database


class Connect(Screen[None]):
    """Says what is being opened, and opens it."""

    DEFAULT_CSS: ClassVar[str] = """
    Connect {
        #title { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
        #connecting { height: 1fr; border: round $surface-lighten-2; content-align: center middle;
            color: $text-muted; }
        #keys { height: 1; padding: 0 1; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel", tooltip="Give up and quit", id="connect.cancel"),
    ]

    @dataclass
    class Connected(Message):
        """The database is open, and the main screen can be imported without a stall."""

        database: "Database"

    @dataclass
    class Failed(Message):
        """The database can't be opened."""

        reason: str

    def __init__(self, address: Address | None, options: Options, sample: Path) -> None:
        super().__init__()
        self._address = address
        self._options = options
        self._sample = sample
        self._what = address.title if address else "the sample database"
        self._connecting = Static(label(f"opening {self._what} …"), id="connecting")

    def compose(self) -> ComposeResult:
        """A frame with one line in it."""
        yield Static(label(self._what), id="title")
        yield self._connecting
        yield Static(Content("esc cancels"), id="keys")

    def on_mount(self) -> None:
        """Begin at once: what is imported first is imported in a thread, while the first frame is drawn."""
        self._connect()

    @work(group="connect")
    async def _connect(self) -> None:
        def show(taken: str) -> None:
            self._connecting.update(label(f"opening {self._what} … {taken}"))

        try:
            with ticking(self, show):
                database = await self._open()
        except TuiError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(self.Connected(database))

    async def _open(self) -> "Database":
        address = self._address
        engine = FILE_ENGINE if address is None else address.engine
        await asyncio.to_thread(load, engine)
        module = await asyncio.to_thread(import_module, "tui.db.database")
        if address is None:
            sample = await asyncio.to_thread(import_module, "tui.db.sample")
            await asyncio.to_thread(asyncio.run, sample.build_file(self._sample))
            address = replace(parse_address(str(self._sample)), label="sample.db, a private copy")
        database: Database
        opening = asyncio.create_task(module.Database.open(address, self._options))
        try:
            database, _ = await asyncio.gather(
                opening, asyncio.to_thread(import_module, "tui.screens.browse")
            )
        except asyncio.CancelledError:
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                await opening.result().close()
            raise
        return database

    def action_cancel(self) -> None:
        """Give up."""
        self.workers.cancel_group(self, "connect")
        self.post_message(self.Failed("Cancelled before the database was open."))
