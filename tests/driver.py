"""The whole program as a user has it: opened, driven with keys, read off the screen."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from contextvars import copy_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from textual._compositor import Compositor
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from tests.waiting import PATIENCE
from tui.app import Browser
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.options import Options, Start
from tui.screens.browse import Browse
from tui.screens.picker import Picker
from tui.screens.prompts import Confirm
from tui.screens.related_pane import RelatedPane
from tui.screens.rows_pane import RowsPane
from tui.widgets.columns import PADDING
from tui.widgets.grid import Grid
from tui.widgets.keys_line import KeysLine
from tui.widgets.painter import GUTTER
from tui.widgets.quiet_list import QuietList
from tui.widgets.relation_tabs import RelationTabs
from tui.widgets.status import StatusLine
from tui.widgets.tables_list import TablesList

CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t"}
ASKING = ("prompt", "edit", "record", "quit")
"""Groups of workers that wait for the user while a prompt or another screen stands above theirs."""
QUIET = 3
"""Rounds without anything to do after which all is done: a message may cause another one."""
A_MOMENT = 0.002
"""Seconds between two looks whether something is still being done."""
SOON = 0.5
"""Seconds: a timer that fires once and within this time is waited for."""
HOMES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME")


_draw = Compositor.render_update
"""Draws what has changed."""


class User:
    """Presses keys, waits until everything is done, reads the screen."""

    def __init__(self, app: Browser, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    # Doing

    async def press(self, *keys: str) -> None:
        """Press keys one by one, each when all that the one before began is done."""
        for key in keys:
            self._send(key)
            await self.settle()

    async def hurry(self, *keys: str) -> None:
        """Press keys faster than the program can follow; nothing but the keys themselves is waited for."""
        for key in keys:
            self._send(key)
        await self.breathe()
        while self.is_running and self.app._gate.has_waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        await self.breathe()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal hands it on."""
        assert self.app._driver is not None
        self.app._driver.send_message(Paste(text))
        await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        for char in text:
            self._send("space" if char == " " else char)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being done: no worker, no message, no timer that is about to fire."""
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while quiet < QUIET and self.is_running:
                await self.pilot.pause(0)
                quiet += 1
                while self._is_busy() and self.is_running:
                    quiet = 0
                    await asyncio.sleep(A_MOMENT)
        if self.is_running:
            stack = self.app._background_screens
            copy_context().run(_draw, self.screen._compositor, screen_stack=stack)

    async def breathe(self) -> None:
        """Let messages be processed; what takes longer goes on."""
        for _ in range(QUIET):
            if self.is_running:
                await self.pilot.pause(0)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is so on the screen, while other things may go on."""
        async with asyncio.timeout(PATIENCE):
            while self.is_running and not holds():
                await self.pilot.pause(0.005)

    async def open_table(self, name: str) -> None:
        """Open a table as a user does: by typing its name."""
        await self.press("t")
        await self.write(name)
        await self.press("enter")

    async def go_to_column(self, name: str) -> None:
        """Move the highlight to a column."""
        await self.press("home")
        for _ in self.grid.columns:
            if self.highlighted()[1] != name:
                await self.press("right")
        assert self.highlighted()[1] == name

    async def edit(self, text: str, *, column: str | None = None) -> None:
        """Put another text into the highlighted cell; into a foreign key's without the picker."""
        if column is not None:
            await self.go_to_column(column)
        await self.press("e")
        if isinstance(self.screen, Picker):
            await self.press("ctrl+e")
        await self.write(text)
        await self.press("enter")

    async def find(self, text: str) -> None:
        """Search for a text."""
        await self.press("slash")
        await self.write(text)
        await self.press("enter")

    async def review_and_save(self) -> None:
        """Save everything that is staged."""
        await self.press("w", "s")

    async def begin_to_save(self) -> None:
        """Begin to save all that is staged, where something is in the way; it is under way afterwards."""
        await self.hurry("w")
        await self.until(lambda: self.shows("s save all"))
        await self.hurry("s")
        await self.until(lambda: self.shows("saving…"))

    async def click(self, widget: Widget, x: int, y: int, *, times: int = 1) -> None:
        """Click into a widget."""
        await self.pilot.click(widget, offset=(x, y), times=times)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    async def end(self) -> int | None:
        """Wait until the program has ended; its exit code."""
        assert self.app._task is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({self.app._task})
        return self.app.return_code

    # Reading

    @property
    def is_running(self) -> bool:
        """Whether the program still runs."""
        return self.app.is_running and not self.app._exit

    @property
    def screen(self) -> Screen[Any]:
        """What stands on top."""
        return self.app.screen

    @property
    def browse(self) -> Browse:
        """The main screen, whatever stands above it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Browse))

    @property
    def database(self) -> Database:
        """The open database."""
        assert self.app.database is not None
        return self.app.database

    @property
    def grid(self) -> Grid:
        """The rows."""
        return self.browse.query_one(RowsPane).grid

    @property
    def related_grid(self) -> Grid:
        """The related rows."""
        return self.screen.query_one(RelatedPane).grid

    def screen_text(self) -> str:
        """Everything on the screen, line by line."""
        return "\n".join(strip.text.rstrip() for strip in self._strips())

    def shows(self, *texts: str) -> bool:
        """Whether all texts are on the screen, however their lines are broken."""
        seen = " ".join(self.screen_text().translate({ord(c): " " for c in "│╭╮╰╯─"}).split())
        return all(" ".join(text.split()) in seen for text in texts)

    def text_of(self, widget: Widget) -> str:
        """What is to be seen of one widget."""
        return "\n".join(strip.text.rstrip() for strip in self._strips(widget))

    def title(self) -> str:
        """What stands in the frame of the rows."""
        title = self.browse.query_one(RowsPane)._border_title
        return "" if title is None else title.plain

    def heading(self) -> str:
        """The first line of the screen."""
        return self.screen_text().split("\n")[0].strip()

    def header(self) -> list[str]:
        """The names of the columns in sight, with their signs."""
        return [text.strip() for text in self._cells(self._strips(self.grid)[0]).values()]

    def rows(self) -> list[str]:
        """The rows in sight, each a line."""
        return [line for line in self.text_of(self.grid).split("\n")[1:] if line.strip(" ▐")]

    def column(self, name: str) -> list[str]:
        """What is to be seen in one column, row by row."""
        index = next(i for i, column in enumerate(self.grid.columns) if column.name == name)
        lines = [line for line in self._strips(self.grid)[1:] if line.text.strip(" ▐")]
        return [self._cells(line)[index][:-1].strip() for line in lines]

    def highlighted(self) -> tuple[str, str]:
        """The highlighted row's key as text, and the column's name."""
        row = self.grid.highlighted_row
        key = row.key if row is not None else ()
        text = ", ".join(map(str, key)) if isinstance(key, tuple) else "new row"
        return text, self.grid.columns[self.grid.column_index].name if self.grid.columns else ""

    def highlighted_line(self) -> str:
        """The highlighted row as it is drawn."""
        (line,) = [line for line in self.rows() if line.startswith("▌")]
        return line

    def cell(self) -> str:
        """The highlighted cell as it is drawn."""
        return self._highlighted_cell()[:-1].strip()

    def mark(self) -> str:
        """The mark behind the highlighted cell, nothing where it has none."""
        return self._highlighted_cell()[-1].strip()

    def status(self) -> str:
        """The left half of the status line."""
        return " ".join(self.text_of(self.screen.query_one("#activity")).split())

    def notice(self) -> str:
        """The notice in the status line, nothing where there is none."""
        return self.status() if self.screen.query_one(StatusLine).has_notice else ""

    def position(self) -> str:
        """The right half of the status line."""
        return self.text_of(self.screen.query_one("#position")).strip()

    def staged(self) -> str:
        """What the title says about staged changes."""
        return self.text_of(self.browse.query_one("#title-right")).strip()

    def tables(self) -> list[str]:
        """The lines of the list of tables."""
        lines = self.text_of(self.browse.query_one(TablesList).query_one(QuietList)).split("\n")
        return [line.strip() for line in lines if line.strip()]

    def related(self) -> str:
        """The tabs of the relations."""
        return self.text_of(self.screen.query_one(RelationTabs)).strip()

    def related_rows(self) -> list[str]:
        """The related rows in sight."""
        return [line for line in self.text_of(self.related_grid).split("\n")[1:] if line.strip(" ▐")]

    def keys(self) -> Mapping[str, bool]:
        """The footer: what each key does, and whether it works now."""
        return {hint.does: hint.works for _, hint in self.screen.query_one(KeysLine).places()}

    def works(self, binding: str) -> bool:
        """Whether a key does something now, by the binding's id."""
        return any(b.enabled for b in self.screen.active_bindings.values() if b.binding.id == binding)

    def question(self) -> str:
        """The question that is asked, nothing while there is none."""
        return self.screen_text() if isinstance(self.screen, Confirm) else ""

    # How it works

    def _send(self, key: str) -> None:
        character = key if len(key) == 1 else CHARACTERS.get(key)
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        event = Key(name, character)
        event.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(event)

    def _is_busy(self) -> bool:
        stack = self.app.screen_stack
        nodes = [node for screen in stack for node in screen.walk_children(with_self=True)]
        if any(node.message_queue_size for node in (self.app, *nodes)):
            return True  # a message is on its way up, from one widget to the next
        timers = [timer for node in (self.app, *nodes) for timer in node._timers]
        if stack and not stack[-1]._compositor.size:
            return True  # a new screen is not laid out yet
        return any(map(self._is_working, self.app.workers)) or any(map(_is_about_to_fire, timers))

    def _is_working(self, worker: Worker[Any]) -> bool:
        is_below = worker.node.is_attached and worker.node.screen is not self.app.screen
        return not worker.is_finished and not (is_below and worker.group in ASKING)

    def _cells(self, line: Strip) -> dict[int, str]:
        """A line of the grid, column by column as they are in sight."""
        spans = self.grid._columns.spans
        return {s.column: line.crop(GUTTER + s.x, GUTTER + s.x + s.width + PADDING).text for s in spans}

    def _highlighted_cell(self) -> str:
        (line,) = [line for line in self._strips(self.grid) if line.text.startswith("▌")]
        return self._cells(line)[self.grid.column_index]

    def _strips(self, widget: Widget | None = None) -> list[Strip]:
        strips = self.screen._compositor.render_strips()
        if widget is None:
            return strips
        x, y, width, height = widget.content_region
        return [strip.crop(x, x + width) for strip in strips[y : y + height]]


def _is_about_to_fire(timer: Timer) -> bool:
    return (
        timer._repeat == 0 and timer._interval <= SOON and timer._task is not None and not timer._task.done()
    )


@asynccontextmanager
async def browsing(
    url: str | None,
    table: str | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    options: Options | None = None,
    home: Path | None = None,
    start: Start | None = None,
    draws_all: bool = False,
) -> AsyncIterator[User]:
    """Run the program, with an empty directory for settings where none is given.

    `draws_all`: whether every frame is drawn, and not just what is there when all is done.
    """
    unseen = mock.patch.object(Compositor, "render_update", return_value=None)
    with TemporaryDirectory() as empty, mock.patch.dict(os.environ, dict.fromkeys(HOMES, str(home or empty))):
        app = Browser(parse_address(url) if url else None, options, start=start or Start(table))
        with nullcontext() if draws_all else unseen:
            async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
                user = User(app, pilot)
                await user.settle()
                yield user
