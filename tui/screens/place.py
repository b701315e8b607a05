"""Where the user is, or was."""

from dataclasses import dataclass

from tui.db.changes import RowKey
from tui.screens.loader import RowsLoader
from tui.widgets.staged_rows import NO_MARKS, Marks


@dataclass(frozen=True)
class Place:
    """What is needed to come back to a view as it was left."""

    loader: RowsLoader
    key: RowKey | None
    column: int
    marks: Marks = NO_MARKS
    above: int | None = None
    """How many rows stood above the highlight on the screen."""
