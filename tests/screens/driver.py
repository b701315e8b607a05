"""Screens under test: a tiny app that pushes one, and what the user sees of it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerState

from tests.waiting import PATIENCE
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.options import Options

T = TypeVar("T")

UNFINISHED = (WorkerState.PENDING, WorkerState.RUNNING)


class Host(App[None], Generic[T]):
    """Shows one screen and keeps what it was dismissed with."""

    def __init__(self, shown: Screen[T]) -> None:
        super().__init__()
        self.shown = shown
        self.results: list[T | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.results.append)


class Driver(Generic[T]):
    """Presses keys, waits until nothing runs, and reads the screen."""

    def __init__(self, host: Host[T], pilot: Pilot[None]) -> None:
        self.host = host
        self.pilot = pilot

    @property
    def results(self) -> list[T | None]:
        """What the screen was dismissed with; empty while it is open."""
        return self.host.results

    @property
    def is_open(self) -> bool:
        """Whether the screen is still there."""
        return self.host.screen is self.host.shown

    async def press(self, *keys: str) -> None:
        """Press keys and wait until everything they began is done."""
        await self.pilot.press(*keys)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*("space" if char == " " else char for char in text))

    async def settle(self) -> None:
        """Wait until no worker runs."""
        await self.pilot.pause()
        while workers := [
            w for w in self.host.workers if w.state in UNFINISHED and w.group not in ("edit", "prompt")
        ]:
            await self.host.workers.wait_for_complete(workers)
            await self.pilot.pause()
        await self.pilot.pause()

    def text(self) -> str:
        """Everything on the screen, line by line."""
        lines = self.host.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    def shows(self, *texts: str) -> bool:
        """Whether all texts are on the screen, however their lines are broken."""
        seen = " ".join(self.text().translate({ord(c): " " for c in "│╭╮╰╯─"}).split())
        return all(" ".join(text.split()) in seen for text in texts)

    async def expect(self, *texts: str) -> None:
        """Wait until all texts are on the screen; fails where they don't come."""
        end = time.monotonic() + PATIENCE
        while not self.shows(*texts) and time.monotonic() < end:
            await self.pilot.pause()
        assert self.shows(*texts), f"{texts} should be on the screen:\n{self.text()}"


@asynccontextmanager
async def showing(shown: Screen[T], *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driver[T]]:
    """Show a screen as a user has it."""
    host = Host(shown)
    async with host.run_test(size=size, notifications=True, tooltips=True) as pilot:
        driver = Driver(host, pilot)
        await driver.settle()
        yield driver


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    """An open database, closed afterwards."""
    database = await Database.open(parse_address(url), Options(**options))
    try:
        yield database
    finally:
        await database.close()
