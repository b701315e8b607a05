"""The journal's screen: what was saved on this database, and taking it back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.db.changes import ChangeSet, NewRow
from tui.db.errors import JournalError, QueryError, TuiError
from tui.db.images import Image
from tui.db.journal import Journal, Saved, State
from tui.db.take_back import EVIDENCE, decoded, found_out, inverse
from tui.widgets.cells import label
from tui.widgets.journal_text import MOST_ROWS, save_detail, save_line
from tui.widgets.keys_line import KeysLine
from tui.widgets.quiet_list import QuietList
from tui.widgets.status import Notice, StatusLine

if TYPE_CHECKING:
    from tui.db.database import Database

DOUBTFUL = (State.WRITING, State.UNKNOWN)


@dataclass(frozen=True)
class TakenBack:
    """What was staged to undo a save."""

    reason: str
    notice: Notice


class JournalScreen(Screen[TakenBack | None]):
    """Lists the saves; what is taken back is staged, and saved like any other change."""

    AUTO_FOCUS = "QuietList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "b,enter", "take_back", "take back", tooltip="Stage what undoes this save", id="journal.back"
        ),
        Binding("escape,q", "leave", "leave", tooltip="Go back to the rows", id="journal.leave"),
    ]
    DEFAULT_CSS = """
    JournalScreen {
        QuietList { min-height: 3; max-height: 50%; }
        VerticalScroll {
            height: 1fr;
            border: round $foreground 20%;
            border-title-color: $text-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
            &:focus { border: round $accent; border-title-color: $accent; }
        }
        #position { display: none; }
    }
    """

    def __init__(self, database: "Database", changes: ChangeSet, journal: Journal) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._journal = journal
        self._saves: list[Saved] = []
        self._list = QuietList()
        self._text = Static(id="journal-rows", markup=False)
        self.status = StatusLine()
        self._is_read = False
        self._is_asked = False
        """Whether the newest save is to be taken back as soon as it is known."""

    def compose(self) -> ComposeResult:
        """The saves, the rows of one, notices, keys."""
        self._list.border_title = label(f"Saved in {self._database.address.label}")
        yield self._list
        with VerticalScroll() as rows:
            rows.border_title = "Before → after"
            yield self._text
        yield self.status
        yield KeysLine()

    def on_mount(self) -> None:
        """Read the journal."""
        self._load()

    @work(group="journal", exclusive=True, description="reading the journal")
    async def _load(self) -> None:
        """Read what was saved; what was asked for meanwhile is done then."""
        try:
            self._saves = await asyncio.to_thread(self._journal.saves, self._database.address)
        except JournalError as error:
            self._say(str(error))
        self._list.empty_text = "nothing yet: what you save from now on stands here, and can be taken back"
        self._list.fill([1] * len(self._saves), lambda index, _: save_line(self._saves[index]), 0)
        self._is_read = True
        if self._is_asked:
            self.action_take_back()
        for index, save in enumerate(self._saves):
            if save.state in DOUBTFUL:
                await self._find_out(index, save)

    async def _find_out(self, index: int, save: Saved) -> None:
        """Look whether a save was written that nobody saw end, and note it."""
        try:
            images, _ = await self._images(save, EVIDENCE)
            state = await found_out(self._database, images)
            if state not in DOUBTFUL:
                await asyncio.to_thread(self._journal.find_out, save.number, state)
        except TuiError:
            return
        self._saves[index] = replace(save, state=state)
        self._list.fill(
            [1] * len(self._saves), lambda i, _: save_line(self._saves[i]), self._list.highlighted
        )

    @property
    def _save(self) -> Saved | None:
        index = self._list.highlighted
        return self._saves[index] if index is not None and index < len(self._saves) else None

    async def _images(self, save: Saved, limit: int = -1) -> tuple[list[Image], list[str]]:
        recorded = await asyncio.to_thread(self._journal.changes, save.number, limit)
        return await decoded(self._database, recorded)

    @on(QuietList.Highlighted)
    def show_rows(self) -> None:
        """Show the rows of the highlighted save."""
        self._show_rows(self._save)

    @work(group="rows", exclusive=True, description="reading a save")
    async def _show_rows(self, save: Saved | None) -> None:
        text = Content("")
        if save is not None:
            try:
                text = save_detail(save, *await self._images(save, MOST_ROWS))
            except (JournalError, QueryError) as error:
                self._say(str(error))
        self._text.update(text)

    @on(QuietList.Chosen)
    def action_take_back(self) -> None:
        """Stage what undoes the highlighted save."""
        save = self._save
        if not self._is_read:
            self._is_asked = True
        elif save is None:
            self._say("Nothing was saved here yet that could be taken back.")
        elif save.state is State.NOT_SAVED:
            self._say("This was not saved, so there is nothing to take back.")
        elif self._database.why_read_only is not None:
            self._say(self._database.why_read_only)
        else:
            self._take_back(save)

    @work(group="take", exclusive=True, description="taking back")
    async def _take_back(self, save: Saved) -> None:
        try:
            images, problems = await self._images(save)
        except TuiError as error:
            self._say(str(error))
            return
        made = await asyncio.to_thread(inverse, images, map(NewRow, count(1)).__next__)
        if not self.is_active:
            self._say("You went on before it was read: b takes it back.")
            return
        problems += made.problems
        staged = [c for c in made.changes if self._changes.get(c.table.name, c.key[1]) is None]
        if len(staged) < len(made.changes):
            problems.append("Rows with other staged changes were left as they are.")
        if staged:
            self._changes.restore(staged)
            self.dismiss(
                TakenBack(
                    f"takes back what was saved on {save.at:%Y-%m-%d at %H:%M}", _told(len(staged), problems)
                )
            )
        else:
            self._say(" ".join(["There is nothing to take back.", *problems]))

    def action_leave(self) -> None:
        """Go back to the rows."""
        self.dismiss(None)

    def _say(self, sentence: str) -> None:
        self.status.show_notice(Notice(sentence, is_error=True))


def _told(count: int, problems: Sequence[str]) -> Notice:
    staged = f"{count} change{'s' * (count != 1)} staged that take it back: s saves them."
    return Notice(" ".join([*dict.fromkeys(problems), staged]), is_error=bool(problems))
