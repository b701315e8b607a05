"""Review: what is staged, with the SQL that will write it, and saving it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import ScreenResume
from textual.screen import Screen

from tui.db.changes import Adjustment, Change, ChangeSet
from tui.db.errors import AdjustedError, ConflictError, JournalError, SaveError
from tui.db.journal import Journal
from tui.db.merge import Conflict, still_open
from tui.db.save import Log, SaveReport, Watch, save
from tui.screens.activity import ticking
from tui.screens.asking import ask_then
from tui.screens.change_detail import ChangeDetail
from tui.screens.merge import Decided, Merge
from tui.screens.production import name_prompt
from tui.screens.prompts import TextPrompt
from tui.widgets.cells import label
from tui.widgets.change_list import ChangeList, summary
from tui.widgets.complaints import blamed
from tui.widgets.keys_line import KeysLine

if TYPE_CHECKING:
    from tui.db.database import Database


FEW = 100
"""Changes that are saved without a word on how many are done."""


class Review(Screen[SaveReport | None]):
    """Lists the staged changes and saves them, all or none."""

    AUTO_FOCUS = "ChangeList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,ctrl+s", "save", "save all", tooltip="Write all changes, or none", id="review.save"),
        Binding("x,delete", "stage('unstage')", "unstage", tooltip="Forget this change", id="review.unstage"),
        Binding(
            "X",
            "stage('discard')",
            "discard all",
            tooltip="Forget all changes; u undoes",
            id="review.discard",
        ),
        Binding("r", "reason", "reason", tooltip="Say why, for the journal", id="review.reason"),
        Binding(
            "m", "merge", "merge", tooltip="Decide what is right: theirs, mine or another", id="review.merge"
        ),
        Binding("u", "stage('undo')", "undo", tooltip="Undo the last staged step", id="review.undo"),
        Binding("ctrl+r", "stage('redo')", "redo", tooltip="Redo a staged step", id="review.redo"),
        Binding("escape", "back", "back", tooltip="Stop a save; go back: all stays staged", id="review.back"),
    ]

    def __init__(
        self,
        database: "Database",
        changes: ChangeSet,
        idle: asyncio.Event | None = None,
        *,
        journal: Journal | None = None,
        reason: str = "",
    ) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._failure: SaveError | None = None
        self._journal = journal
        self._reason = reason
        self._watch = Watch()
        self._agreed: list[Adjustment] = []
        """Values that the database would store otherwise: the user saw them and saved nevertheless."""
        self._idle = idle or asyncio.Event()
        self._idle.set()
        self._report: SaveReport | None = None
        self._decided: Decided = {}
        """What was chosen for rows in conflict, and not staged yet."""
        self.has_met_conflicts = False
        """Whether a save has found rows that are no longer what the user saw: they are stale below, too."""
        self.changes_shown = ChangeList()
        self.detail = ChangeDetail(database, changes)

    def compose(self) -> ComposeResult:
        """The changes, and below them what is said about one."""
        yield self.changes_shown
        yield self.detail
        yield KeysLine()

    def on_mount(self) -> None:
        """Show what is staged."""
        self._draw()

    @property
    def is_saving(self) -> bool:
        """Whether a save is under way, from the key that began it to the word of how it ended."""
        return not self._idle.is_set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be changed while a save is under way."""
        if self.is_saving:
            return action == "back" or None
        can: Mapping[tuple[object, ...], bool] = {
            ("undo",): self._changes.can_undo,
            ("redo",): self._changes.can_redo,
        }
        if action == "stage":
            return can.get(parameters, True) or None
        if action == "reason":
            return self._journal is not None
        return bool(_open_conflicts(self._failure, self._changes)) or None if action == "merge" else True

    def action_save(self) -> None:
        """Write all changes, or none."""
        if self._database.why_read_only is not None:
            self._fail(SaveError(self._database.why_read_only))
        elif not self.is_saving:
            prompt = name_prompt(self._database, list(self._changes))
            if prompt is None:
                self._begin()
            else:
                ask_then(self, prompt, lambda _: self._begin())

    def _begin(self) -> None:
        """Begin to save what is staged."""
        self._idle.clear()
        if isinstance(self._failure, AdjustedError):
            self._agreed += self._failure.adjustments
        is_logged = not isinstance(self._failure, JournalError)
        self._failure = None
        self._draw()
        log = Log(self._journal, self._reason) if self._journal and is_logged else None
        self._save(list(self._changes), log)

    @work(group="save", description="saving")
    async def _save(self, wanted: list[Change], log: Log | None) -> None:
        """Write the changes; where that fails, everything stays staged and the reason is shown."""

        self._watch = watch = Watch()

        def show(taken: str) -> None:
            far = f"{watch.count:,} of {len(wanted):,} · " if len(wanted) > FEW else ""
            what = "stopping…" if watch.is_stopped else "saving…"
            self.changes_shown.border_subtitle = f"{what} {far}{taken} · esc stops"

        try:
            with ticking(self, show):
                report = await save(self._database, wanted, agreed=self._agreed, log=log, watch=watch)
        except SaveError as error:
            self._idle.set()
            self._fail(error)
            return
        self._changes.saved([change.key for change in wanted])
        self._idle.set()
        self._report = report
        self.leave_when_saved()

    @on(ScreenResume)
    def leave_when_saved(self) -> None:
        """Go back after a save, once nothing stands above this screen; show what was decided there else."""
        if self._report is not None and self.is_active:
            self.dismiss(self._report)
        elif self.has_met_conflicts and self.is_active:
            self._draw()

    def _fail(self, error: SaveError) -> None:
        self._failure = error
        self._decided.clear()
        self.has_met_conflicts |= isinstance(error, ConflictError)
        self._draw()
        if error.change is not None:
            column = {error.change.key: error.column}
            self._changes.mark_failed({key: column.get(key) for key in blamed(error, self._changes)})
            self.changes_shown.go_to(error.change.key)

    @on(ChangeList.Chosen)
    def action_merge(self) -> None:
        """Decide what becomes of the changes that met somebody else's, beginning with the highlighted one."""
        conflicts = _open_conflicts(self._failure, self._changes)
        here = [conflict for conflict in conflicts if conflict.key == self.changes_shown.key]
        if conflicts and not self.is_saving:
            first = (here or conflicts)[0]
            merge = Merge(self._database, self._changes, conflicts, self._decided, first=first)
            self.app.push_screen(merge)

    def action_stage(self, what: str) -> None:
        """Undo a staged step or do it again, forget the highlighted change, or all."""
        key = self.changes_shown.key
        steps: Mapping[str, Callable[[], object]] = {
            "undo": self._changes.undo,
            "redo": self._changes.redo,
            "discard": self._changes.discard,
            "unstage": lambda: self._changes.unstage([] if key is None else [key]),
        }
        steps[what]()
        self._draw()

    def action_back(self) -> None:
        """Stop the save that is under way, else go back."""
        if self.is_saving:
            self._watch.is_stopped = True
            self.changes_shown.border_subtitle = "stopping…"
        else:
            self.dismiss(None)

    def action_reason(self) -> None:
        """Ask why this is saved."""
        hint = "⏎ keeps · esc leaves · it stands in the journal with the save"
        prompt = TextPrompt("Why is this changed?", self._reason, hint=hint)

        def because(reason: str) -> None:
            self._reason = reason.strip()
            self._draw()

        ask_then(self, prompt, because)

    def _draw(self) -> None:
        """Show what is staged now; without any change there is nothing to review."""
        if not len(self._changes):
            self.dismiss(None)
            return
        changes = list(self._changes)
        shown = self.changes_shown
        shown.show(changes, blamed(self._failure, changes))
        shown.border_title = summary(changes, self._database.address.label)
        because = f"reason: {self._reason}" if self._reason else "all or none of it is written"
        shown.border_subtitle = label("saving…" if self.is_saving else because)
        self.refresh_bindings()
        self._show_detail()

    @on(ChangeList.Highlighted)
    def _show_detail(self) -> None:
        """Show what is to be said about the highlighted change."""
        change = self.changes_shown.change
        if change is not None:
            self.detail.show(change, self._failure)


def _open_conflicts(failure: SaveError | None, changes: ChangeSet) -> list[Conflict]:
    """What the last save met and nothing has been done about yet."""
    met = failure.conflicts if isinstance(failure, ConflictError) else ()
    return still_open(met, changes) if met else []
