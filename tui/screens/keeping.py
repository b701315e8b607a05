"""Keeps what is staged on disk while it is staged, and offers what an earlier run left."""

import asyncio
from pathlib import Path

from textual import work
from textual.widget import Widget

from tui.db.changes import ChangeSet
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.kept import Kept, KeptFile, left_behind, restore
from tui.screens.asking import ask
from tui.screens.prompts import Choice, Confirm
from tui.widgets.moments import when
from tui.widgets.status import Notice


class Keeper(Widget):
    """Writes the ChangeSet to a file soon after each step, in a thread. There is nothing to see of it."""

    DEFAULT_CSS = "Keeper { display: none; }"

    def __init__(
        self, database: Database, changes: ChangeSet, directory: Path | None, speaker: Widget
    ) -> None:
        super().__init__()
        self._speaker = speaker
        """What notices come from: those of what was staged come the same way, so they come before."""
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
            self._keep()

    @work(group="keep")
    async def _keep(self) -> None:
        await self.flush()

    async def on_unmount(self) -> None:
        """Write what is not written yet, and let another run have it."""
        if self._file is not None:
            await self.flush()
            await asyncio.to_thread(self._file.release)

    async def flush(self) -> bool:
        """Write what is not written yet; False, and a notice, where it can't be."""
        async with self._turn:
            try:
                while self._file is not None and self._written != (revision := self._changes.revision):
                    await asyncio.to_thread(self._file.write, list(self._changes))
                    self._written = revision
            except OSError as error:
                reason = f"{error.strerror or error}, so a crash would lose it"
                self._speaker.post_message(
                    Notice(f"What is staged can't be kept on disk: {reason}.", is_error=True)
                )
                return False
            finally:
                self._is_writing = False
        return True

    @work(group="prompt")
    async def offer(self) -> None:
        """Ask what to do with the staged work of earlier runs, one after the other."""
        if self._directory is None or self._file is None:
            return
        files = left_behind(self._directory, self._database.address.place)
        while (kept := await asyncio.to_thread(next, files, None)) is not None:
            answer = await ask(self, Confirm(_question(kept), CHOICES, leave="decide later"))
            try:
                if answer == "restore":
                    await self._restore(kept)
                elif answer == "forget":
                    await asyncio.to_thread(kept.file.remove)
            except (TuiError, OSError) as error:
                self.post_message(Notice(f"They stay kept: {error}", is_error=True))
            await asyncio.to_thread(kept.file.release)

    async def _restore(self, kept: Kept) -> None:
        """Stage what was kept; only what is kept anew, or has no place, leaves the old file."""
        changes, homeless = await restore(self._database, kept)
        self._changes.restore(changes)
        if await self.flush():
            await asyncio.to_thread(kept.file.replace, homeless)
        said = f"{_count(len(changes))} staged again: w reviews and saves."
        if homeless:
            said = f"{_count(len(homeless))} kept still: the table or a column is not there. {said}"
        self.post_message(Notice(said, is_error=bool(homeless)))


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
