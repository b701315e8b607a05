"""The way from what is staged into the database and, by the journal, back again."""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual import work
from textual.widget import Widget

from tui.screens.asking import ask
from tui.screens.workbench import Workbench
from tui.widgets.status import Notice

if TYPE_CHECKING:
    from tui.db.journal import Journal
    from tui.db.save import SaveReport
    from tui.screens.journal import TakenBack
    from tui.screens.review import Review

STALE = ", but the rows could not be read again: those shown are from before."
UNLOGGED = ", but not in the journal: {they} can't be taken back."


class Saving(Widget):
    """Opens the review and the journal, and shows what came of them. There is nothing to see of it."""

    DEFAULT_CSS = "Saving { display: none; }"

    def __init__(self, workbench: Workbench, journal: "Journal | None") -> None:
        super().__init__()
        self._workbench = workbench
        self._journal = journal
        self.idle = asyncio.Event()
        """Set while no save is under way."""
        self.idle.set()

    def review(self, reason: str = "") -> None:
        """Show what is staged; after a save the highlight is where it was."""
        from tui.screens.review import Review

        work = self._workbench
        review = Review(work.database, work.changes, self.idle, journal=self._journal, reason=reason)
        self._show_saved(review, ask(self, review))

    @work(group="prompt", exclusive=True, description="reviewing")
    async def _show_saved(self, review: "Review", answer: "Awaitable[SaveReport | None]") -> None:
        pane = self._workbench.pane
        key, table = pane.key, pane.table
        report = await answer
        if report is None and review.has_met_conflicts:
            pane.reload()
        if report is not None:
            is_there = table and key and pane.table is not None and table.name == pane.table.name
            identity = report.identities.get((table.name, key)) if table and key and is_there else None
            await self._workbench.show_saved(identity)
            pane.post_message(self._told(report))  # the same way as the pane's own: it is the last one

    def _told(self, report: "SaveReport") -> Notice:
        count, loader = len(report.identities), self._workbench.pane.loader
        saved = f"Saved {count} {'change' if count == 1 else 'changes'}"
        if loader is not None and loader.is_stale:
            return Notice(saved + STALE, is_error=True)
        if self._journal is not None and not report.is_in_journal:
            return Notice(saved + UNLOGGED.format(they="it" if count == 1 else "they"), is_error=True)
        return Notice(f"{saved}.")

    def show_journal(self) -> None:
        """Show what was saved here; what is taken back there is reviewed."""
        from tui.screens.journal import JournalScreen

        work = self._workbench
        if self._journal is not None:
            self._take_back(ask(self, JournalScreen(work.database, work.changes, self._journal)))
        else:
            self.post_message(Notice("No journal is kept: tui was started with --no-journal.", is_error=True))

    @work(group="prompt", exclusive=True, description="taking back")
    async def _take_back(self, answer: "Awaitable[TakenBack | None]") -> None:
        taken = await answer
        if taken is not None:
            self.post_message(taken.notice)
            if self.screen.is_active:
                self.review(taken.reason)
