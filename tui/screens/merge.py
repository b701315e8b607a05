"""Merge: what becomes of staged changes whose rows somebody else changed or deleted."""

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from tui.db.changes import Change, ChangeKey, ChangeSet, Delete, Update
from tui.db.merge import (
    Conflict,
    Difference,
    added_again,
    deleted_anyway,
    rebased,
    still_open,
    undecided,
    why_not_again,
)
from tui.db.values import NOT_EDITED, Value
from tui.screens.asking import ask
from tui.screens.edit_prompt import EditPrompt, Entered
from tui.widgets.cells import label
from tui.widgets.keys_line import KeysLine
from tui.widgets.merge_lines import explanation
from tui.widgets.merge_list import MergeList
from tui.widgets.row_names import row_name
from tui.widgets.status import Notice, StatusLine

if TYPE_CHECKING:
    from tui.db.database import Database

Decided = dict[ChangeKey, dict[str, Value]]
"""What columns are to hold, as far as the user has said so, by row."""


class Merge(Screen[None]):
    """Asks for one row after the other what is right; what is decided is staged, nothing is written."""

    AUTO_FOCUS = "MergeList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "take('mine')", "mine", tooltip="Keep my value of this column", id="merge.mine"),
        Binding(
            "t", "take('theirs')", "theirs", tooltip="Take their value of this column", id="merge.theirs"
        ),
        Binding("e,f2", "edit", "other", tooltip="Type another value for this column", id="merge.edit"),
        Binding(
            "d,delete",
            "anyway('delete')",
            "delete it",
            tooltip="Delete the row all the same",
            id="merge.delete",
        ),
        Binding(
            "a,insert",
            "anyway('add')",
            "add again",
            tooltip="Add the row again, as a new one",
            id="merge.add",
        ),
        Binding(
            "enter,ctrl+s",
            "stage",
            "done",
            priority=True,
            tooltip="Stage what is chosen, go on",
            id="merge.stage",
        ),
        Binding("x", "drop", "drop", tooltip="Forget my change of this row; u undoes", id="merge.drop"),
        Binding("n", "go(1)", "next", tooltip="Go to the next row, decide later", id="merge.next"),
        Binding("N", "go(-1)", "row before", show=False, tooltip="Go to the row before", id="merge.before"),
        Binding("escape", "dismiss", "back", tooltip="Go back to the review", id="merge.back"),
    ]
    DEFAULT_CSS = """
    Merge {
        #merge-what { padding: 0 1; height: auto; color: $text-warning; }
        #position { display: none; }
    }
    """

    def __init__(
        self,
        database: "Database",
        changes: ChangeSet,
        conflicts: Sequence[Conflict],
        decided: Decided,
        *,
        first: Conflict,
    ) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._conflicts = conflicts
        self._decided = decided
        self._conflict = first
        self._what = Static(id="merge-what", markup=False)
        self.columns = MergeList()
        self.status = StatusLine()

    def compose(self) -> ComposeResult:
        """What has happened, the columns, a notice, keys."""
        yield self._what
        yield self.columns
        yield self.status
        yield KeysLine()

    def on_mount(self) -> None:
        """Show the first row."""
        self._show(self._conflict)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done about this row; dimmed what can't be done now."""
        change, is_gone = self._conflict.change, self._conflict.theirs is None
        if action in ("take", "edit", "stage"):
            return isinstance(change, Update) and not is_gone
        if action == "anyway" and parameters == ("delete",):
            return isinstance(change, Delete) and not is_gone
        if action == "anyway":
            return is_gone and isinstance(change, Update) and (why_not_again(change) is None or None)
        if action == "go":
            return len(still_open(self._conflicts, self._changes)) > 1 or None
        return True

    def action_take(self, whose: str) -> None:
        """Decide on one of the two values of the highlighted column."""
        one = self.columns.difference
        if one is None:
            return
        if whose == "mine" and one.mine is NOT_EDITED:
            self._say(f"You did not edit {one.column}: t takes their value, e types another one.")
        else:
            self._decide(one, one.mine if whose == "mine" else one.theirs)

    def action_edit(self) -> None:
        """Type another value for the highlighted column."""
        one = self.columns.difference
        if one is None:
            return
        table, key = self._conflict.change.table, self._conflict.key[1]
        column = table.column(one.column)
        mine = one.theirs if one.mine is NOT_EDITED else one.mine
        value = self._decided.get(self._conflict.key, {}).get(one.column, mine)
        where = f"{table.name.label} · {row_name(table, key)}"
        prompt = EditPrompt(self._database, column, value, where=where, can_default=table.can_default(column))
        self._take_typed(one, ask(self, prompt))

    @work(group="edit", exclusive=True, description="editing")
    async def _take_typed(self, one: Difference, answer: Awaitable[Entered | None]) -> None:
        entered = await answer
        if entered is not None:
            self._decide(one, entered.value)

    def _decide(self, one: Difference, value: Value) -> None:
        """Note what a column is to hold, and go on to the next one that is undecided."""
        decided = self._decided.setdefault(self._conflict.key, {})
        decided[one.column] = value
        self._show(self._conflict)
        self.status.clear_notice()
        left = undecided(self._conflict, decided)
        if left:
            self.columns.go_to(left[0])

    def action_stage(self) -> None:
        """Stage what is decided of this row; where something is not, say so."""
        decided = self._decided.get(self._conflict.key, {})
        left = undecided(self._conflict, decided)
        if left:
            self.columns.go_to(left[0])
            self._say(f"Choose first what {left[0]} is to hold: m mine, t theirs, e another value.")
        else:
            self._settle(rebased(self._conflict, decided))

    def action_anyway(self, what: str) -> None:
        """Delete a row though it was changed, or add one again that was deleted."""
        change = self._conflict.change
        if isinstance(change, Update):
            self._settle(added_again(change, self._changes.new_row()))
        else:
            self._settle(deleted_anyway(self._conflict))

    def action_drop(self) -> None:
        """Forget the change of this row."""
        self._settle(None)

    def _settle(self, change: Change | None) -> None:
        """Put a change in place of the one in conflict, and go on to the next row or back to the review."""
        following = _beside(self._conflicts, self._changes, self._conflict, 1)
        self._changes.rebase(self._conflict.key, change)
        self._decided.pop(self._conflict.key, None)
        self.dismiss() if following is self._conflict else self._show(following)

    def action_go(self, by: int) -> None:
        """Go to the next row in conflict, or to the one before."""
        self._show(_beside(self._conflicts, self._changes, self._conflict, by))

    def _show(self, conflict: Conflict) -> None:
        """Show a row as far as it is decided."""
        self._conflict = conflict
        change, left = conflict.change, still_open(self._conflicts, self._changes)
        self._what.update(label(explanation(conflict)))
        self.columns.show(conflict, self._decided.get(conflict.key, {}))
        self.columns.border_title = label(
            f"{change.table.name.label} · {row_name(change.table, conflict.key[1])}"
        )
        self.columns.border_subtitle = (
            f"row {left.index(conflict) + 1} of {len(left)}" if len(left) > 1 else ""
        )
        self.refresh_bindings()

    def _say(self, sentence: str) -> None:
        self.status.show_notice(Notice(sentence, is_error=True))


def _beside(conflicts: Sequence[Conflict], changes: ChangeSet, conflict: Conflict, by: int) -> Conflict:
    """The open conflict so many behind one, round and round."""
    left = still_open(conflicts, changes)
    return left[(left.index(conflict) + by) % len(left)]
