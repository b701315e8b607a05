"""The rows of a view with the keys that change many of them at once."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui.screens.asking import ask
from tui.screens.editing import Editing
from tui.screens.staging import NotPossibleError, require_writable
from tui.widgets.staged_rows import NO_MARKS
from tui.widgets.status import Notice

if TYPE_CHECKING:
    from tui.db.bulk import Plan


class Bulk(Vertical):
    """Stages the same for all marked rows, or for all that the view matches, as one step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "asterisk",
            "mark_all",
            "mark all",
            key_display="*",
            show=False,
            tooltip="Mark all rows that the view matches, or none",
            id="rows.mark-all",
        ),
        Binding(
            "b",
            "bulk",
            "change many",
            show=False,
            tooltip="Change or delete all marked rows at once",
            id="rows.bulk",
        ),
    ]

    def __init__(self, editing: Editing) -> None:
        super().__init__()
        self._editing = editing
        self._database = editing.database
        self._changes = editing.changes
        self.pane = editing.pane

    def compose(self) -> ComposeResult:
        """Just the rows."""
        yield self._editing

    def action_mark_all(self) -> None:
        """Mark all rows that the view matches, those that are not loaded too; or none."""
        marks = self.pane.marks
        is_all = not marks.is_all
        self.pane.marks = replace(marks, rows={}, is_all=is_all)
        self.pane.redraw()
        said = "All rows that match are marked: b changes them." if is_all else "No row is marked any more."
        self.post_message(Notice(said))

    def action_bulk(self) -> None:
        """Ask what is to be done to the marked rows."""
        from tui.screens.bulk_prompt import BulkPrompt, Target

        with self.pane.activity.doing("edit", "changing rows"):
            loader, column, marks = self.pane.loader, self.pane.column, self.pane.marks
            if loader is None or column is None:
                raise NotPossibleError("There is no table here.")
            require_writable(self._database, loader.view.table)
            if not marks.is_all and not marks.rows:
                raise NotPossibleError("No row is marked: space marks one, * all that match.")
            target = Target(loader.view, None if marks.is_all else marks.rows, column)
            self._stage(ask(self, BulkPrompt(self._database, self._changes, target)))

    @work(group="prompt", exclusive=True, description="changing many rows")
    async def _stage(self, answer: "Awaitable[Plan | None]") -> None:
        plan = await answer
        if plan is not None:
            self.pane.marks = replace(NO_MARKS, hit=self.pane.marks.hit)
            self._changes.stage(plan.changes, plan.forgotten)
            which = "row is" if plan.count == 1 else "rows are"
            said = f"{plan.count:,} {which} staged as one step: u undoes, w reviews and saves."
            self.post_message(Notice(said))
