"""Keeps what is staged on disk while it is staged, and offers what an earlier run left."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

from textual import work
from textual.widget import Widget

from tui.db.changes import ChangeSet
from tui.db.database import Database
from tui.db.kept import Kept, KeptFile, left_behind, restore
from tui.screens.asking import ask
from tui.screens.prompts import Choice, Confirm
from tui.widgets.status import Notice


class Keeper(Widget):
    """Writes the ChangeSet to a file soon after each step, in a thread. There is nothing to see of it."""

    DEFAULT_CSS = "Keeper { display: none; }"

    def __init__(self, database: Database, changes: ChangeSet, directory: Path | None) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._directory = directory
        place = database.address.place
        self._file = KeptFile(directory, place) if directory is not None and place else None
        self._written = changes.revision
        self._is_writing = False
        self._turn = asyncio.Lock()

    @property
    def can_keep(self) -> bool:
        """Whether staged work outlives the program: not so for a database that does not."""
        return self._file is not None

    def note(self) -> None:
        """Write what is staged now, if it is not what was written last."""
        if self._file is not None and not self._is_writing:
            self._is_writing = True
            self._keep(self._file)

    @work(group="keep")
    async def _keep(self, file: KeptFile) -> None:
        await self._write(file)

    async def on_unmount(self) -> None:
        """Write what is not written yet, and let another run have it."""
        if self._file is not None:
            await self._write(self._file)
            await asyncio.to_thread(self._file.release)

    async def _write(self, file: KeptFile) -> None:
        async with self._turn:
            try:
                while self._written != self._changes.revision:
                    self._written = self._changes.revision
                    await asyncio.to_thread(file.write, list(self._changes))
            except OSError as error:
                reason = f"{error.strerror or error}, so a crash would lose it"
                self.post_message(Notice(f"What is staged can't be kept on disk: {reason}.", is_error=True))
            finally:
                self._is_writing = False

    @work(group="prompt")
    async def offer(self) -> None:
        """Ask what to do with the staged work of earlier runs, one after the other."""
        if self._directory is None or self._file is None:
            return
        files = left_behind(self._directory, self._database.address.place)
        while (kept := await asyncio.to_thread(next, files, None)) is not None:
            answer = await ask(self, Confirm(_question(kept), CHOICES, leave="decide later"))
            if answer == "restore":
                await self._restore(kept)
            done = kept.file.release if answer is None else kept.file.remove
            await asyncio.to_thread(done)

    async def _restore(self, kept: Kept) -> None:
        changes, lost = await restore(self._database, kept)
        self._changes.restore(changes)
        if self._file is not None:
            await self._write(self._file)
        said = f"{_count(len(changes))} staged again: w reviews and saves."
        if lost:
            said += f" {_count(lost)} lost: the table or a column is gone."
        self.post_message(Notice(said, is_error=lost > 0))


CHOICES = [
    Choice("r", "restore: stage them again", "restore", is_safe=True),
    Choice("x", "forget them", "forget"),
]


def _question(kept: Kept) -> str:
    number = len(kept.changes)
    changes = "1 change was" if number == 1 else f"{number} changes were"
    return f"{changes} staged {when(kept.at)} and not saved."


def _count(number: int) -> str:
    return "1 change is" if number == 1 else f"{number} changes are"


def when(at: datetime, today: date | None = None) -> str:
    """A moment of the past in words."""
    days = (today or datetime.now().astimezone().date()) - at.astimezone().date()
    words = {timedelta(0): "today", timedelta(1): "yesterday"}.get(days, f"on {at.astimezone():%Y-%m-%d}")
    return f"{words} at {at.astimezone():%H:%M}"
