"""What is said about one staged change: what went wrong with it, what else it does, its statement."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from tui.db.changes import Change, ChangeSet, Delete, Insert
from tui.db.errors import QueryError, SaveError
from tui.db.impact import impact_of
from tui.db.statements import readable_sql
from tui.widgets.cells import label
from tui.widgets.complaints import complaint
from tui.widgets.impact_text import impact_lines
from tui.widgets.row_names import row_name
from tui.widgets.sql_text import shortened, sql_text

if TYPE_CHECKING:
    from tui.db.database import Database


class ChangeDetail(VerticalScroll):
    """Shows the change that it is given; what a deletion does to other tables is counted meanwhile."""

    DEFAULT_CSS: ClassVar[str] = """
    ChangeDetail {
        height: 1fr;
        border: round $foreground 20%;
        border-title-color: $text-muted;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus { border: round $accent; border-title-color: $accent; }
    }
    """

    def __init__(self, database: "Database", changes: ChangeSet) -> None:
        super().__init__()
        self._database = database
        self._changes = changes
        self._change: Change | None = None
        self._failure: SaveError | None = None
        self._text = Static(id="review-detail", markup=False)
        self._impacts: dict[int, tuple[Delete, int, Content | None]] = {}
        """What deletions do, by the change's `id`, as it was counted at a revision of the ChangeSet."""

    def compose(self) -> ComposeResult:
        """Just the text."""
        yield self._text

    def show(self, change: Change, failure: SaveError | None) -> None:
        """Show a change, and what went wrong with it."""
        self._change, self._failure = change, failure
        self.border_title = label(f"{change.table.name.label} · {row_name(change.table, change.key[1])}")
        self.redraw()
        if isinstance(change, Delete) and self._impact is None:
            self._count(change)

    @on(Resize)
    def redraw(self) -> None:
        """Draw what is shown, in the width that there is."""
        if self._change is None:
            return
        compiler = self._database.engines.writer.dialect
        sql = sql_text(readable_sql(shortened(self._change), self._database.dialect, compiler))
        impact = self._impact
        parts = complaint(self._failure, self._change, self.scrollable_content_region.width)
        parts += _missing(self._change)
        parts += [impact[2]] if impact is not None and impact[2] is not None else []
        self._text.update(Content("\n\n").join([*parts, sql]))

    @property
    def _impact(self) -> tuple[Delete, int, Content | None] | None:
        """What was counted for the change that is shown, as long as nothing else is staged."""
        known = self._impacts.get(id(self._change))
        return known if known is not None and known[1] == self._changes.revision else None

    @work(group="impact", exclusive=True, description="counting what goes with a row")
    async def _count(self, change: Delete) -> None:
        revision = self._changes.revision
        try:
            lines = impact_lines(await impact_of(self._database, [change], self._changes))
        except QueryError as error:
            lines = label(f"What else this does can't be counted: {error}", 300).stylize("$text-warning")
        self._impacts[id(change)] = (change, revision, lines)
        if change is self._change:
            self.redraw()


def _missing(change: Change) -> list[Content]:
    """What a new row still needs, before the database refuses it."""
    if not isinstance(change, Insert) or not change.missing:
        return []
    names = ", ".join(change.missing)
    return [label(f"Still to be filled in: {names}.", 300).stylize("$text-warning")]
