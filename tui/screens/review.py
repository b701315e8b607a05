"""Review: what is staged, with the SQL that will write it, and saving it."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widgets import Static

from tui.db.changes import Adjustment, Change, ChangeSet
from tui.db.errors import AdjustedError, ConflictError, SaveError
from tui.db.merge import Conflict, still_open
from tui.db.save import SaveReport, save
from tui.db.statements import readable_sql
from tui.screens.activity import ticking
from tui.screens.merge import Decided, Merge
from tui.widgets.cells import label
from tui.widgets.change_list import ChangeList, summary
from tui.widgets.complaints import blamed, complaint
from tui.widgets.keys_line import KeysLine
from tui.widgets.row_names import row_name
from tui.widgets.sql_text import shortened, sql_text

if TYPE_CHECKING:
    from tui.db.database import Database


class Review(Screen[SaveReport | None]):
    """Lists the staged changes and saves them, all or none."""

    AUTO_FOCUS = "ChangeList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,ctrl+s", "save", "save all", tooltip="Write all changes, or none", id="review.save"),
        Binding("x,delete", "unstage", "unstage", tooltip="Forget this change", id="review.unstage"),
        Binding("X", "discard", "discard all", tooltip="Forget all changes; u undoes", id="review.discard"),
        Binding(
            "m", "merge", "merge", tooltip="Decide what is right: theirs, mine or another", id="review.merge"
        ),
        Binding("u", "travel('undo')", "undo", tooltip="Undo the last staged step", id="review.undo"),
        Binding("ctrl+r", "travel('redo')", "redo", tooltip="Redo a staged step", id="review.redo"),
        Binding("escape", "dismiss", "back", tooltip="Go back; all stays staged", id="review.back"),
    ]
    DEFAULT_CSS = """
    Review {
        VerticalScroll {
            height: 1fr;
            border: round $foreground 20%;
            border-title-color: $text-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
            &:focus { border: round $accent; border-title-color: $accent; }
        }
    }
    """

    def __init__(self, database: "Database", changes: ChangeSet, idle: asyncio.Event | None = None) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._failure: SaveError | None = None
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
        self._statement = Static(id="review-detail", markup=False)
        self.detail = VerticalScroll(self._statement)

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
        if self.is_saving and action != "highlight":
            return None
        if action == "travel":
            can = self._changes.can_undo if parameters == ("undo",) else self._changes.can_redo
            return can or None
        return bool(self._conflicts) or None if action == "merge" else True

    @property
    def _conflicts(self) -> list[Conflict]:
        """What the last save met and nothing has been done about yet."""
        met = self._failure.conflicts if isinstance(self._failure, ConflictError) else ()
        return still_open(met, self._changes) if met else []

    def action_save(self) -> None:
        """Write all changes, or none."""
        if self._database.why_read_only is not None:
            self._fail(SaveError(self._database.why_read_only))
        elif not self.is_saving:
            self._idle.clear()
            if isinstance(self._failure, AdjustedError):
                self._agreed += self._failure.adjustments
            self._failure = None
            self._draw()
            self._save(list(self._changes))

    @work(group="save", description="saving")
    async def _save(self, wanted: list[Change]) -> None:
        """Write the changes; where that fails, everything stays staged and the reason is shown."""

        def show(taken: str) -> None:
            self.changes_shown.border_subtitle = f"saving… {taken}"

        try:
            with ticking(self, show):
                report = await save(self._database, wanted, agreed=self._agreed)
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
        conflicts = self._conflicts
        here = [conflict for conflict in conflicts if conflict.key == self.changes_shown.key]
        if conflicts and not self.is_saving:
            first = (here or conflicts)[0]
            merge = Merge(self._database, self._changes, conflicts, self._decided, first=first)
            self.app.push_screen(merge)

    def action_unstage(self) -> None:
        """Forget the highlighted change."""
        key = self.changes_shown.key
        if key is not None:
            self._changes.unstage([key])
            self._draw()

    def action_discard(self) -> None:
        """Forget all changes."""
        self._changes.discard()
        self._draw()

    def action_travel(self, way: str) -> None:
        """Undo the last staged step, or do it again."""
        if way == "undo":
            self._changes.undo()
        else:
            self._changes.redo()
        self._draw()

    def _draw(self) -> None:
        """Show what is staged now; without any change there is nothing to review."""
        if not len(self._changes):
            self.dismiss(None)
            return
        changes = list(self._changes)
        shown = self.changes_shown
        shown.show(changes, blamed(self._failure, changes))
        shown.border_title = summary(changes, self._database.address.label)
        shown.border_subtitle = "saving…" if self.is_saving else "all or none of it is written"
        self.refresh_bindings()
        self._show_detail()

    @on(ChangeList.Highlighted)
    @on(Resize)
    def _show_detail(self) -> None:
        """Show the highlighted change's statement, and what went wrong with it."""
        change = self.changes_shown.change
        if change is None:
            return
        self.detail.border_title = label(
            f"{change.table.name.label} · {row_name(change.table, change.key[1])}"
        )
        compiler = self._database.engines.writer.dialect
        sql = sql_text(readable_sql(shortened(change), self._database.dialect, compiler))
        width = self.detail.scrollable_content_region.width
        parts = [*complaint(self._failure, change, width), sql]
        self._statement.update(Content("\n\n").join(parts))
